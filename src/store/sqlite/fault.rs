//! Maps SQLite's errors and damage to errors of the store.

use std::io::ErrorKind;
use std::path::Path;

use sqlx::sqlite::SqliteRow;
use sqlx::{Decode, Row as _, Sqlite, Type};

use super::schema::SchemaFault;
use crate::domain::EntityKind;
use crate::store::{Damage, JobStoreError, StoreError};

/// SQLite's primary result codes.
const BUSY: i32 = 5;
const LOCKED: i32 = 6;
const READONLY: i32 = 8;
const CORRUPT: i32 = 11;
const FULL: i32 = 13;
const CANNOT_OPEN: i32 = 14;
const NOT_A_DATABASE: i32 = 26;

/// What went wrong with a ledger, without its path.
pub(super) enum Fault {
    Database(sqlx::Error),
    Damage(Damage),
    /// A record that this program cannot read, although it is what was stored.
    Record {
        kind: EntityKind,
        seq: i64,
        id: String,
        source: serde_json::Error,
    },
    /// The work was interrupted.
    Interrupted(tokio::task::JoinError),
}

impl From<sqlx::Error> for Fault {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}

impl From<Damage> for Fault {
    fn from(damage: Damage) -> Self {
        Self::Damage(damage)
    }
}

impl From<SchemaFault> for Fault {
    fn from(fault: SchemaFault) -> Self {
        match fault {
            SchemaFault::Database(source) => Self::Database(source),
            SchemaFault::Damaged(what) => Self::Damage(Damage::Schema { what }),
            SchemaFault::Newer(version) => Self::Damage(Damage::Schema { what: format!("结构版本 {version}") }),
        }
    }
}

impl From<tokio::task::JoinError> for Fault {
    fn from(error: tokio::task::JoinError) -> Self {
        Self::Interrupted(error)
    }
}

/// A value of a row of `table`, which `number` names.
pub(super) fn value<'r, T: Decode<'r, Sqlite> + Type<Sqlite>>(
    row: &'r SqliteRow,
    column: usize,
    table: &'static str,
    number: Option<i64>,
) -> Result<T, Fault> {
    row.try_get(column).map_err(|source| Damage::Value { table, number, source }.into())
}

/// SQLite's primary result code, if the error comes from SQLite.
fn code(error: &sqlx::Error) -> Option<i32> {
    // Extended codes keep the primary one in their low byte.
    Some(error.as_database_error()?.code()?.parse::<i32>().ok()? & 0xff)
}

/// True if a stored value has another type than its column.
const fn is_unreadable(error: &sqlx::Error) -> bool {
    matches!(error, sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_))
}

pub(super) fn fault(path: &Path, fault: impl Into<Fault>) -> StoreError {
    let path = path.to_owned();
    let source = match fault.into() {
        Fault::Database(source) => source,
        Fault::Damage(damage) => return StoreError::Damaged { path, damage },
        Fault::Record { kind, seq, id, source } => return StoreError::Record { path, kind, seq, id, source },
        Fault::Interrupted(error) => {
            return StoreError::Database { path, source: sqlx::Error::Io(std::io::Error::other(error)) };
        }
    };
    match code(&source) {
        Some(BUSY | LOCKED) => StoreError::Busy { path },
        Some(READONLY | CANNOT_OPEN) => StoreError::ReadOnly { path },
        Some(code @ (CORRUPT | NOT_A_DATABASE)) => StoreError::Damaged { path, damage: Damage::Sqlite { code } },
        _ if is_unreadable(&source) => {
            StoreError::Damaged { path, damage: Damage::Value { table: "账本", number: None, source } }
        }
        _ => StoreError::Database { path, source },
    }
}

pub(super) fn schema_fault(path: &Path, found: SchemaFault) -> StoreError {
    match found {
        SchemaFault::Newer(version) => StoreError::Newer { path: path.to_owned(), version },
        other => fault(path, other),
    }
}

pub(super) fn job_fault(path: &Path, source: sqlx::Error) -> JobStoreError {
    let path = path.to_owned();
    match code(&source) {
        Some(BUSY | LOCKED) => JobStoreError::Busy { path },
        Some(READONLY | CANNOT_OPEN) => JobStoreError::ReadOnly { path },
        Some(FULL) => JobStoreError::Full { path },
        Some(code @ (CORRUPT | NOT_A_DATABASE)) => JobStoreError::Damaged { path, what: format!("SQLite 代码{code}") },
        _ if is_unreadable(&source) => JobStoreError::Damaged { path, what: source.to_string() },
        _ => JobStoreError::Database { path, source },
    }
}

/// What the operating system says of the job store at `path` or of its lock.
pub(super) fn job_file_fault(path: &Path, source: std::io::Error) -> JobStoreError {
    let path = path.to_owned();
    match source.kind() {
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => JobStoreError::ReadOnly { path },
        _ => JobStoreError::File { path, source },
    }
}

pub(super) fn job_schema_fault(path: &Path, fault: SchemaFault) -> JobStoreError {
    match fault {
        SchemaFault::Database(source) => job_fault(path, source),
        SchemaFault::Newer(version) => JobStoreError::Newer { path: path.to_owned(), version },
        SchemaFault::Damaged(what) => JobStoreError::Damaged { path: path.to_owned(), what },
    }
}
