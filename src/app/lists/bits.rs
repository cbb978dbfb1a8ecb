//! A set of positions, one bit each.

/// A set of positions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bits(Box<[u64]>);

impl Bits {
    /// The set of these positions, which are below `count`.
    pub(super) fn of(count: usize, positions: impl IntoIterator<Item = usize>) -> Self {
        let mut words = vec![0; count.div_ceil(64)].into_boxed_slice();
        for at in positions.into_iter().filter(|&at| at < count) {
            words[at / 64] |= 1 << (at % 64);
        }
        Self(words)
    }

    #[inline]
    pub(super) fn has(&self, at: usize) -> bool {
        self.0.get(at / 64).is_some_and(|word| word >> (at % 64) & 1 == 1)
    }
}
