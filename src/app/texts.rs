//! The text indexes of a data directory: past projects, names of organizations, and their stated scopes.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use qianshou_index::IndexError;
use qianshou_index::analyze::Segmenter;
use qianshou_index::writer::TextIndex;
use tempfile::TempDir;

use super::word_lists::segmenter;
use crate::error::AppError;
use crate::jobs::Interrupted;
use crate::store::{LedgerVersion, Store};

/// Directories of the indexes inside a data directory.
pub(super) const PROJECTS: &str = "text/projects";
const NAMES: &str = "text/names";
const SCOPES: &str = "text/scopes";

/// The open indexes, all with the same word lists.
#[derive(Clone)]
pub(super) struct Texts {
    pub(super) projects: Arc<TextIndex>,
    pub(super) names: Arc<TextIndex>,
    pub(super) scopes: Arc<TextIndex>,
    root: Arc<Root>,
}

/// Where the indexes are: inside the data directory, or elsewhere if that cannot be written.
struct Root {
    dir: PathBuf,
    /// Removes the directory at the end.
    _temporary: Option<TempDir>,
}

/// The version of the ledger that the index of projects in a data directory has reached; `None` if there is no index. An index
/// that cannot be read tells only that there is one.
pub(super) fn reached(data: &Path) -> Option<LedgerVersion> {
    TextIndex::reached(&data.join(PROJECTS)).unwrap_or(Some(0)).map(LedgerVersion::from_stamp)
}

impl Texts {
    /// Opens the indexes in a data directory. What does not fit the program is emptied, to be filled from the ledger. Indexes that
    /// cannot be written and do not fit the ledger as they are, are made anew in a temporary directory.
    ///
    /// # Errors
    /// The directory cannot be read or written.
    pub(super) async fn open(data: &Path, store: &Store, segmenter: &Arc<Segmenter>) -> Result<Self, AppError> {
        if !store.is_read_only() {
            return Self::inside(Root { dir: data.to_owned(), _temporary: None }, segmenter);
        }
        if let Some(texts) = Self::as_they_are(data, store, segmenter).await? {
            return Ok(texts);
        }
        let temporary = TempDir::new().map_err(|source| IndexError::Io { dir: std::env::temp_dir(), source })?;
        tracing::warn!("文本索引 {} 与账本不符而又不可写；这次在临时目录中另建一份", data.join(PROJECTS).display());
        Self::inside(Root { dir: temporary.path().to_owned(), _temporary: Some(temporary) }, segmenter)
    }

    /// The indexes in a directory that cannot be written, if they need no change.
    async fn as_they_are(data: &Path, store: &Store, segmenter: &Arc<Segmenter>) -> Result<Option<Self>, AppError> {
        let Some(reached) = reached(data) else { return Ok(None) };
        let open = |name: &str| TextIndex::open(&data.join(name), segmenter);
        let (Ok(projects), Ok(names), Ok(scopes)) = (open(PROJECTS), open(NAMES), open(SCOPES)) else { return Ok(None) };
        let version = store.version().await?;
        let of_organizations = names.ledger_version()?.min(scopes.ledger_version()?);
        let is_new = reached > version || of_organizations > version.stamp();
        if is_new || !store.projects_changed(reached, version).await?.is_empty() {
            return Ok(None);
        }
        let later = store.changes_after(LedgerVersion::from_stamp(of_organizations), MOST_LOOKED_AT).await?;
        let fits = later.is_some_and(|it| it.organizations.is_empty() && it.projects.is_empty());
        let root = Arc::new(Root { dir: data.to_owned(), _temporary: None });
        let [projects, names, scopes] = [projects, names, scopes].map(Arc::new);
        Ok(fits.then_some(Self { projects, names, scopes, root }))
    }

    fn inside(root: Root, segmenter: &Arc<Segmenter>) -> Result<Self, AppError> {
        let open = |name: &str| open_or_create(&root.dir.join(name), segmenter).map(Arc::new);
        let (projects, names, scopes) = (open(PROJECTS)?, open(NAMES)?, open(SCOPES)?);
        Ok(Self { projects, names, scopes, root: Arc::new(root) })
    }

    /// Opens the indexes anew if the word lists of the ledger have changed. What was cut with other words is emptied.
    pub(super) async fn use_lexicon(&mut self, json: Option<&str>) -> Result<(), AppError> {
        let (this, json) = (self.clone(), json.map(str::to_owned));
        let opened = tokio::task::spawn_blocking(move || -> Result<Self, AppError> {
            let wanted = segmenter(json.as_deref())?;
            if wanted.version() == this.projects.segmenter().version() {
                return Ok(this);
            }
            let open = |name: &str| open_or_create(&this.root.dir.join(name), &wanted).map(Arc::new);
            let (projects, names, scopes) = (open(PROJECTS)?, open(NAMES)?, open(SCOPES)?);
            Ok(Self { projects, names, scopes, root: this.root })
        });
        *self = opened.await.map_err(|error| Interrupted::new(&error))??;
        Ok(())
    }

    /// Empties the indexes in a data directory.
    ///
    /// # Errors
    /// [`IndexError::Busy`] while another process writes; the directory cannot be written.
    pub(super) fn create(data: &Path, segmenter: &Arc<Segmenter>) -> Result<Self, IndexError> {
        let create = |name: &str| TextIndex::create(&data.join(name), segmenter).map(Arc::new);
        let root = Arc::new(Root { dir: data.to_owned(), _temporary: None });
        Ok(Self { projects: create(PROJECTS)?, names: create(NAMES)?, scopes: create(SCOPES)?, root })
    }
}

/// Most changes that are looked at to find out whether an index needs one.
const MOST_LOOKED_AT: usize = 10_000;

fn open_or_create(dir: &Path, segmenter: &Arc<Segmenter>) -> Result<TextIndex, IndexError> {
    match TextIndex::open(dir, segmenter) {
        Err(IndexError::Stale { .. }) => TextIndex::create(dir, segmenter),
        opened => opened,
    }
}
