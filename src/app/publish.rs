//! Ledger → text index → catalog. What is published is consistent, whatever other processes write meanwhile.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use qianshou_index::IndexError;
use qianshou_index::analyze::Segmenter;
use qianshou_index::writer::TextIndex;
use tempfile::TempDir;

use super::word_lists::index_for;
use crate::catalog::{Catalog, document};
use crate::error::{AppError, Code};
use crate::jobs::Interrupted;
use crate::reference::{Reference, Taxonomy};
use crate::store::{Ledger, LedgerVersion, Store};

/// Directory of the text index inside a data directory.
const TEXT_DIR: &str = "text/projects";
/// How often and how long to wait for another process that is writing the text index.
pub(super) const BUSY_RETRIES: u32 = 40;
pub(super) const BUSY_PAUSE: Duration = Duration::from_millis(250);

/// Where the text index is: inside the data directory, or elsewhere if that cannot be written.
pub(super) struct TextPlace {
    dir: PathBuf,
    /// Removes the directory at the end.
    _temporary: Option<TempDir>,
}

impl TextPlace {
    /// Its place inside a data directory.
    pub(super) fn inside(dir: &Path) -> Self {
        Self { dir: dir.join(TEXT_DIR), _temporary: None }
    }

    pub(super) fn dir(&self) -> &Path {
        &self.dir
    }

    /// The version of the ledger that the index has reached; `None` if there is no index. An index that cannot be read tells
    /// only that there is one.
    pub(super) fn reached(&self) -> Option<LedgerVersion> {
        TextIndex::reached(&self.dir).unwrap_or(Some(0)).map(LedgerVersion::from_stamp)
    }

    /// Opens the index. If it cannot be written and does not fit the ledger as it is, another one is made in a temporary
    /// directory.
    pub(super) async fn open(self, store: &Store, segmenter: &Arc<Segmenter>) -> Result<(Self, TextIndex), AppError> {
        if !store.is_read_only() {
            let index = TextIndex::open(&self.dir, segmenter)?;
            return Ok((self, index));
        }
        if let Some(reached) = self.reached()
            && let Ok(index) = TextIndex::open(&self.dir, segmenter)
        {
            let version = store.version().await?;
            if reached <= version && store.projects_changed(reached, version).await?.is_empty() {
                return Ok((self, index));
            }
        }
        let temporary = TempDir::new().map_err(|source| IndexError::Io { dir: std::env::temp_dir(), source })?;
        tracing::warn!("文本索引 {} 与账本不符而又不可写；这次在临时目录中另建一份", self.dir.display());
        let index = TextIndex::open(temporary.path(), segmenter)?;
        Ok((Self { dir: temporary.path().to_owned(), _temporary: Some(temporary) }, index))
    }
}

/// The catalog of the current ledger, after the text index has caught up with it. If another process writes either of them
/// meanwhile, the build is repeated, so that catalog and searcher are of the same version. If the word lists of the ledger have
/// changed, the returned index is another one.
pub(super) async fn build(
    store: &Store,
    text_dir: &Path,
    mut index: Arc<TextIndex>,
) -> Result<(Catalog, Arc<TextIndex>), AppError> {
    for _ in 0..=BUSY_RETRIES {
        let ledger = store.load().await?;
        let (text_dir, lexicon) = (text_dir.to_owned(), ledger.lexicon.clone());
        let old = index;
        let opened = tokio::task::spawn_blocking(move || {
            let opened = index_for(&text_dir, &old, lexicon.as_deref());
            (opened, old)
        });
        let (opened, old) = opened.await.map_err(|error| Interrupted::new(&error))?;
        index = match opened {
            Ok(opened) => opened,
            Err(error) if error.code == Code::Busy => {
                index = old;
                tokio::time::sleep(BUSY_PAUSE).await;
                continue;
            }
            Err(error) => return Err(error),
        };
        let indexed = LedgerVersion::from_stamp(index.ledger_version()?);
        if indexed > ledger.version && store.version().await? == ledger.version {
            return Err(AppError::new(
                Code::IndexAhead,
                format!(
                    "文本索引比账本 {} 更新（账本可能由较早的备份恢复）；请运行 qianshou reindex 重建",
                    store.path().display()
                ),
            ));
        }
        let changed = store.projects_changed(indexed, ledger.version).await?;
        let writes = Arc::clone(&index);
        let assembled = tokio::task::spawn_blocking(move || assemble(ledger, &writes, indexed, &changed)).await;
        match assembled.map_err(|error| Interrupted::new(&error))? {
            Ok(Some(catalog)) => return Ok((catalog, index)),
            Err(error) if error.code != Code::Busy => return Err(error),
            Ok(None) | Err(_) => tokio::time::sleep(BUSY_PAUSE).await,
        }
    }
    Err(busy_index(store.path()))
}

/// Writes the projects that `changed` after the version `indexed` of the index and builds the catalog; `None` if another
/// process has changed the index meanwhile. An index in which all projects are up to date is left as it is.
fn assemble(ledger: Ledger, index: &TextIndex, indexed: LedgerVersion, changed: &[u64]) -> Result<Option<Catalog>, AppError> {
    let is_behind = !changed.is_empty();
    if is_behind && index.ledger_version()? < ledger.version.stamp() {
        let is_changed = |seq: &u64| changed.binary_search(seq).is_ok();
        let documents: Vec<_> = ledger.projects.iter().filter(|it| is_changed(&it.seq)).map(document).collect();
        index.write(&documents, ledger.version.stamp())?;
    }
    let searcher = index.searcher()?;
    let complete = if is_behind { ledger.version } else { indexed }..=ledger.version;
    if !complete.contains(&LedgerVersion::from_stamp(index.ledger_version()?)) {
        return Ok(None);
    }
    let reference = match &ledger.taxonomy {
        Some(json) => Reference::with_taxonomy(Taxonomy::from_json(json)?),
        None => Reference::embedded(),
    };
    Ok(Some(Catalog::new(ledger, reference, searcher)?))
}

pub(super) fn busy_index(dir: &Path) -> AppError {
    IndexError::Busy { dir: dir.to_owned() }.into()
}
