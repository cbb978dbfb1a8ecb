//! Maps SQLite's errors to errors of the store.

use std::path::Path;

use sqlx::migrate::MigrateError;

use super::schema::SchemaFault;
use crate::store::{JobStoreError, StoreError};

/// SQLite's primary result codes.
const BUSY: i32 = 5;
const LOCKED: i32 = 6;
const READONLY: i32 = 8;
const CORRUPT: i32 = 11;
const FULL: i32 = 13;
const CANNOT_OPEN: i32 = 14;
const NOT_A_DATABASE: i32 = 26;

/// SQLite's primary result code, if the error comes from SQLite.
fn code(error: &sqlx::Error) -> Option<i32> {
    // Extended codes keep the primary one in their low byte.
    Some(error.as_database_error()?.code()?.parse::<i32>().ok()? & 0xff)
}

pub(super) fn fault(path: &Path, source: sqlx::Error) -> StoreError {
    let path = path.to_owned();
    match code(&source) {
        Some(BUSY | LOCKED) => StoreError::Busy { path },
        Some(READONLY | CANNOT_OPEN) => StoreError::ReadOnly { path },
        Some(code @ (CORRUPT | NOT_A_DATABASE)) => StoreError::Damaged { path, code },
        _ => StoreError::Database { path, source },
    }
}

pub(super) fn migration_fault(path: &Path, source: MigrateError) -> StoreError {
    match source {
        MigrateError::VersionMissing(version) | MigrateError::VersionMismatch(version) => {
            StoreError::Newer { path: path.to_owned(), version }
        }
        MigrateError::Execute(source) | MigrateError::ExecuteMigration(source, _) => fault(path, source),
        other => StoreError::Database { path: path.to_owned(), source: sqlx::Error::Migrate(Box::new(other)) },
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

/// True if a stored value has another type than its column.
const fn is_unreadable(error: &sqlx::Error) -> bool {
    matches!(error, sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_))
}

pub(super) fn job_schema_fault(path: &Path, fault: SchemaFault) -> JobStoreError {
    match fault {
        SchemaFault::Database(source) => job_fault(path, source),
        SchemaFault::Newer(version) => JobStoreError::Newer { path: path.to_owned(), version },
        SchemaFault::Damaged(what) => JobStoreError::Damaged { path: path.to_owned(), what },
    }
}
