//! Removes what is left of contacts that are gone: their bytes in the log and in free pages.

use std::path::Path;

use sqlx::Connection as _;
use sqlx::sqlite::{SqliteConnection, SqlitePool};

use super::Store;
use super::fault::{Fault, fault};
use super::head::{Head, Residue};

impl Store {
    /// Removes what is left of contacts that are gone.
    pub(super) async fn purge(&self) {
        if let Some(writer) = &self.writer {
            purge(writer, &self.path).await;
        }
    }
}

/// Removes what is left of contacts that are gone. If another process is in the way, the head remembers that something is left,
/// and the next process that opens the ledger to write tries again.
pub(super) async fn purge(writer: &SqlitePool, path: &Path) {
    let error = match try_purge(writer).await {
        // Whoever reads the ledger is told about damage.
        Ok(()) | Err(Fault::Damage(_)) => return,
        Err(error) => fault(path, error),
    };
    tracing::warn!("已删除的联系人可能仍留在 {}-wal 或空闲页中，下次打开账本时会再清除：{error}", path.display());
}

async fn try_purge(writer: &SqlitePool) -> Result<(), Fault> {
    let mut connection = writer.acquire().await?;
    let residue = Head::read(&mut connection).await?.residue;
    if residue == Residue::Nowhere {
        return Ok(());
    }
    if residue == Residue::FreePages {
        sqlx::query("VACUUM").execute(&mut *connection).await?;
    }
    empty_log(&mut connection).await?;
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    let mut head = Head::read(&mut transaction).await?;
    // Another process may have erased a contact since.
    if head.residue == residue {
        head.residue = Residue::Nowhere;
        head.write(&mut transaction).await?;
    }
    transaction.commit().await?;
    Ok(())
}

/// Folds the log into the file and empties it.
async fn empty_log(connection: &mut SqliteConnection) -> Result<(), Fault> {
    let (is_busy, _, _): (i64, i64, i64) = sqlx::query_as("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(connection).await?;
    if is_busy == 0 { Ok(()) } else { Err(sqlx::Error::Protocol("another process is reading".to_owned()).into()) }
}
