//! A stable hash: FNV-1a, 64 bits (Fowler, Noll & Vo 1991).
//!
//! It gives the same number on every machine and in every version, unlike the standard library's hashers. It does not resist an
//! attacker who looks for collisions.

/// The hash of nothing.
pub const OFFSET_BASIS: u64 = 0xcbf2_9ce4_8422_2325;

/// The multiplier of a step.
const PRIME: u64 = 0x0100_0000_01b3;

/// The hash of `bytes`.
#[must_use]
pub fn fnv1a(bytes: &[u8]) -> u64 {
    fnv1a_after(OFFSET_BASIS, bytes)
}

/// Continues the hash `hash` with `bytes`.
#[must_use]
pub fn fnv1a_after(hash: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(hash, |hash, &byte| fnv1a_step(hash, u64::from(byte)))
}

/// One step of the hash. The published hash takes one byte a step. A whole word takes one step instead of eight but mixes less.
#[must_use]
pub const fn fnv1a_step(hash: u64, word: u64) -> u64 {
    (hash ^ word).wrapping_mul(PRIME)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_the_published_one() {
        assert_eq!(fnv1a(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv1a(b"a"), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(fnv1a(b"foobar"), 0x8594_4171_f739_67e8);
        assert_eq!(fnv1a_after(fnv1a(b"foo"), b"bar"), fnv1a(b"foobar"));
    }
}
