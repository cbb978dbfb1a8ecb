//! The head of the ledger: its version and how many rows each table has. Without it, rows that are lost would not be missed.

use sqlx::sqlite::SqliteConnection;

use super::fault::{Fault, value};
use crate::domain::EntityKind;
use crate::store::{Damage, digest};

/// What the head counts, in messages.
const TABLE: &str = "账本总表";

/// The only row of `head`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Head {
    /// Number of the last change.
    pub(super) seq: i64,
    /// Rows of the four kinds, in the order of [`EntityKind::ALL`].
    records: [i64; 4],
    pub(super) contacts: i64,
    pub(super) settings: i64,
    pub(super) residue: Residue,
}

/// Where bytes of a contact that is gone may still lie.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Residue {
    #[default]
    Nowhere,
    /// In SQLite's log.
    Log,
    /// In the log and in free pages, because they were freed without being overwritten.
    FreePages,
}

impl Head {
    /// Number of the columns without `digest`.
    const COLUMNS: usize = 8;

    pub(super) async fn read(connection: &mut SqliteConnection) -> Result<Self, Fault> {
        let select =
            "SELECT seq, organizations, projects, needs, claims, contacts, settings, residue, digest FROM head WHERE id = 1";
        let row = sqlx::query(select).fetch_optional(connection).await?;
        let row = row.ok_or(Damage::Rows { table: TABLE, expected: 1, found: 0 })?;
        let mut numbers = [0; Self::COLUMNS];
        for (column, number) in numbers.iter_mut().enumerate() {
            *number = value(&row, column, TABLE, None)?;
        }
        let stored: &[u8] = value(&row, Self::COLUMNS, TABLE, None)?;
        let head = Self::from_numbers(numbers);
        match head {
            Some(head) if stored == digest::head(&numbers) => Ok(head),
            _ => Err(Damage::Digest { table: TABLE, number: 1, id: None }.into()),
        }
    }

    pub(super) async fn write(&self, connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        let write = "INSERT INTO head (id, seq, organizations, projects, needs, claims, contacts, settings, residue, digest) \
             VALUES (1, $1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (id) DO UPDATE SET (seq, organizations, projects, needs, \
             claims, contacts, settings, residue, digest) = ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
        let numbers = self.numbers();
        let mut query = sqlx::query(write);
        for number in numbers {
            query = query.bind(number);
        }
        query.bind(digest::head(&numbers).to_vec()).execute(connection).await?;
        Ok(())
    }

    pub(super) const fn records(&self, kind: EntityKind) -> i64 {
        self.records[kind as usize]
    }

    pub(super) const fn add_records(&mut self, kind: EntityKind, number: i64) {
        self.records[kind as usize] += number;
    }

    /// Notes that bytes of a contact may lie somewhere.
    pub(super) fn leaves(&mut self, residue: Residue) {
        self.residue = self.residue.max(residue);
    }

    fn numbers(&self) -> [i64; Self::COLUMNS] {
        let [organizations, projects, needs, claims] = self.records;
        [self.seq, organizations, projects, needs, claims, self.contacts, self.settings, self.residue as i64]
    }

    fn from_numbers(numbers: [i64; Self::COLUMNS]) -> Option<Self> {
        let [seq, organizations, projects, needs, claims, contacts, settings, residue] = numbers;
        let residue = [Residue::Nowhere, Residue::Log, Residue::FreePages].into_iter().find(|it| *it as i64 == residue)?;
        Some(Self { seq, records: [organizations, projects, needs, claims], contacts, settings, residue })
    }
}
