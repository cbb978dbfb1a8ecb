//! Maps SQLite's errors to errors of the store.

use std::path::Path;

use crate::store::StoreError;

/// SQLite's primary result codes.
const BUSY: i32 = 5;
const LOCKED: i32 = 6;
const READONLY: i32 = 8;
const CORRUPT: i32 = 11;
const CANNOT_OPEN: i32 = 14;
const NOT_A_DATABASE: i32 = 26;

pub(super) fn fault(path: &Path, source: sqlx::Error) -> StoreError {
    let path = path.to_owned();
    let code = source.as_database_error().and_then(|error| error.code()).and_then(|code| code.parse::<i32>().ok());
    // Extended codes keep the primary one in their low byte.
    match code.map(|code| code & 0xff) {
        Some(BUSY | LOCKED) => StoreError::Busy { path },
        Some(READONLY | CANNOT_OPEN) => StoreError::ReadOnly { path },
        Some(code @ (CORRUPT | NOT_A_DATABASE)) => StoreError::Damaged { path, code },
        _ => StoreError::Database { path, source },
    }
}

pub(super) fn migration_fault(path: &Path, source: sqlx::migrate::MigrateError) -> StoreError {
    use sqlx::migrate::MigrateError;
    match source {
        MigrateError::VersionMissing(version) | MigrateError::VersionMismatch(version) => {
            StoreError::Newer { path: path.to_owned(), version }
        }
        MigrateError::Execute(source) | MigrateError::ExecuteMigration(source, _) => fault(path, source),
        other => StoreError::Database { path: path.to_owned(), source: sqlx::Error::Migrate(Box::new(other)) },
    }
}
