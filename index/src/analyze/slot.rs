//! One slot in the hash table of the dictionary: the build script writes it, the program reads it.

/// A transition in the trie of all words, in eight bytes: one step of a walk mostly reads one of them. The nodes of the trie are
/// the numbers of the slots that lead to them.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Slot(u64);

/// The node that all words start from.
pub(crate) const ROOT: u32 = (1 << NODE_BITS) - 1;
/// Transitions from the root on characters below this one have the slot of their code; all others are hashed.
pub(crate) const DIRECT: usize = 0xa000;

const NODE_BITS: u32 = 20;
const CHAR_BITS: u32 = 18;
const KEY_BITS: u32 = NODE_BITS + CHAR_BITS;
const WORD_BITS: u32 = 13;
const FILTER_BITS: u32 = 64 - KEY_BITS - WORD_BITS;

impl Slot {
    /// The transition from `node` on `c`; `None` if no table can hold it.
    pub(crate) const fn new(node: u32, c: char) -> Option<Self> {
        if (c as u32) >> CHAR_BITS != 0 || c == '\0' {
            return None;
        }
        Some(Self((node as u64) << CHAR_BITS | c as u64))
    }

    /// Where the search for this transition starts in a table of so many slots.
    #[inline]
    pub(crate) const fn home(self, slots: usize) -> usize {
        let hash = (self.0 & ((1 << KEY_BITS) - 1)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        DIRECT + ((hash as u128 * (slots - DIRECT) as u128) >> 64) as usize
    }

    pub(crate) const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// True if both are the same transition.
    pub(crate) const fn has_key_of(self, other: Self) -> bool {
        (self.0 ^ other.0) << (64 - KEY_BITS) == 0
    }

    /// Number of the frequency of the word that ends here, from 1; 0 if none does.
    pub(crate) const fn word(self) -> usize {
        (self.0 >> KEY_BITS) as usize & ((1 << WORD_BITS) - 1)
    }

    /// False if nothing leads on from here on `c`; most characters are ruled out.
    pub(crate) const fn may_lead_on(self, c: char) -> bool {
        self.0 >> filter_bit(c) & 1 != 0
    }

    pub(crate) const fn from_bytes(bytes: [u8; 8]) -> Self {
        Self(u64::from_le_bytes(bytes))
    }
}

const fn filter_bit(c: char) -> u32 {
    let hash = (c as u32).wrapping_mul(0x9e37_79b1);
    64 - FILTER_BITS + ((hash as u64 * FILTER_BITS as u64) >> 32) as u32
}

#[allow(dead_code, reason = "only the build script writes")]
impl Slot {
    pub(crate) fn with_word(self, number: usize) -> Self {
        assert!(number < 1 << WORD_BITS, "too many distinct frequencies");
        Self(self.0 | (number as u64) << KEY_BITS)
    }

    pub(crate) const fn leading_on(self, c: char) -> Self {
        Self(self.0 | 1 << filter_bit(c))
    }

    pub(crate) const fn to_bytes(self) -> [u8; 8] {
        self.0.to_le_bytes()
    }
}
