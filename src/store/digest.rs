//! Digests of stored rows: SHA-256 over the columns, each with its length before it, so that no two rows have the same input.
//!
//! A digest finds damage. It does not keep anybody from changing a row together with its digest.

use sha2::{Digest as _, Sha256};

use crate::domain::EntityKind;

/// A SHA-256.
pub(super) type Digest = [u8; 32];

/// The digest of the columns of a row. The first one is the name of its table.
fn of(columns: &[&[u8]]) -> Digest {
    let mut digest = Sha256::new();
    for column in columns {
        digest.update((column.len() as u64).to_be_bytes());
        digest.update(column);
    }
    digest.finalize().into()
}

pub(super) fn record(kind: EntityKind, seq: i64, id: &str, body: &str) -> Digest {
    of(&[kind.name().as_bytes(), &seq.to_be_bytes(), id.as_bytes(), body.as_bytes()])
}

pub(super) fn contact(kind: EntityKind, record: i64, body: &str) -> Digest {
    of(&[b"contacts", kind.name().as_bytes(), &record.to_be_bytes(), body.as_bytes()])
}

pub(super) fn setting(key: &str, value: &str) -> Digest {
    of(&[b"settings", key.as_bytes(), value.as_bytes()])
}

pub(super) fn source(seq: i64, name: &str) -> Digest {
    of(&[b"sources", &seq.to_be_bytes(), name.as_bytes()])
}

/// Of the head: all its numbers in their order.
pub(super) fn head(numbers: &[i64]) -> Digest {
    let bytes: Vec<[u8; 8]> = numbers.iter().map(|number| number.to_be_bytes()).collect();
    let columns: Vec<&[u8]> = std::iter::once(&b"head"[..]).chain(bytes.iter().map(<[u8; 8]>::as_slice)).collect();
    of(&columns)
}

/// Of the body of a change alone.
pub(super) fn change_body(body: &str) -> Digest {
    Sha256::digest(body.as_bytes()).into()
}

/// A change without its body.
#[derive(Debug, Clone, Copy)]
pub(super) struct ChangeColumns<'a> {
    pub(super) seq: i64,
    pub(super) at: &'a str,
    pub(super) entity: &'a str,
    pub(super) entity_seq: i64,
    pub(super) id: &'a str,
    pub(super) action: &'a str,
    pub(super) source: i64,
    pub(super) body_digest: &'a [u8],
}

pub(super) fn change(it: &ChangeColumns<'_>) -> Digest {
    of(&[
        b"changes",
        &it.seq.to_be_bytes(),
        it.at.as_bytes(),
        it.entity.as_bytes(),
        &it.entity_seq.to_be_bytes(),
        it.id.as_bytes(),
        it.action.as_bytes(),
        &it.source.to_be_bytes(),
        it.body_digest,
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_moves_from_one_column_to_the_next_changes_the_digest() {
        assert_ne!(setting("ab", "c"), setting("a", "bc"));
        assert_ne!(record(EntityKind::Needs, 1, "n", "{}"), record(EntityKind::Claims, 1, "n", "{}"));
        assert_ne!(record(EntityKind::Needs, 1, "n", "{}"), record(EntityKind::Needs, 2, "n", "{}"));
        assert_ne!(head(&[1, 2]), head(&[2, 1]));
    }

    /// The digest is part of the format of the ledger.
    #[test]
    fn the_digest_is_sha256_over_lengths_and_columns() {
        let mut input = Vec::new();
        for column in ["settings", "lexicon", "{}"] {
            input.extend((column.len() as u64).to_be_bytes());
            input.extend(column.as_bytes());
        }
        assert_eq!(setting("lexicon", "{}"), <[u8; 32]>::from(Sha256::digest(&input)));
    }
}
