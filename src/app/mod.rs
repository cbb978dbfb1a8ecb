//! The use cases, one file each, and the only place that wires the modules together.
//!
//! Every use case takes the [`Principal`](crate::domain::Principal) it is carried out for. A write commits to the ledger
//! first, brings the text index up to it, then publishes a new catalog; readers keep the snapshot they have. Text index and
//! catalog are derived: after a crash, [`App::open`] catches up from the change log.

mod demo;
mod error;
mod import;
mod import_jobs;
mod learn;
mod lexicon;
mod lists;
mod opportunities;
mod plan;
mod plan_jobs;
#[cfg(test)]
mod plan_jobs_tests;
mod replay;
mod statistics;
mod suggest;
mod template;
mod understand;
mod why_not;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use jiff::civil::Date;
use qianshou_index::IndexError;
use qianshou_index::writer::TextIndex;

use crate::catalog::{Catalog, document};
use crate::clock::Clock;
use crate::error::{AppError, Code};
use crate::jobs::{CpuPool, Interrupted};
use crate::learn::{ModelError, ModelFile, RankingModel};
use crate::reference::{Reference, Taxonomy};
use crate::store::{Ledger, LedgerVersion, NewClaims, Setting, Store};

pub use import::{Accepted, FileReport, Import, ImportReport, Importer};
pub use import_jobs::{ImportJob, ImportOrder, ImportStatus};
pub use lexicon::{LexiconInput, LexiconView};
pub use lists::{ListQuery, NeedView, Page, ProjectView, SimilarNeed};
pub use opportunities::{Opportunities, Opportunity};
pub use plan_jobs::{PlanJob, PlanOrder, PlanStatus};
pub use statistics::{Share, Statistics};
pub use suggest::{Answer, BatchLine, BatchSuggestion, LeftOut, LeftOutOrganization, Suggestion};
pub use template::template;
pub use understand::Reader;
pub use why_not::{Change, ChangeOf, Difference, WhyNot, WhyNotAsk};

/// Directory of the text index inside a data directory.
const TEXT_DIR: &str = "text/projects";
/// How often and how long to wait for another process that is writing the text index.
const BUSY_RETRIES: u32 = 40;
const BUSY_PAUSE: Duration = Duration::from_millis(250);

/// An open data directory.
pub struct App {
    dir: PathBuf,
    store: Store,
    /// With the word lists of the ledger; another one when they change.
    index: ArcSwap<TextIndex>,
    catalog: ArcSwap<Catalog>,
    model: RankingModel,
    clock: Clock,
    pool: CpuPool,
    /// Imports that were started in the background.
    imports: import_jobs::Jobs,
    /// Plans that were started in the background.
    plans: plan_jobs::Jobs,
    /// What is added to the word lists is read, changed and written by one at a time.
    changing_lexicon: tokio::sync::Mutex<()>,
    /// One import or refresh at a time.
    publishing: tokio::sync::Mutex<()>,
}

impl App {
    /// Opens `dir`; with `create`, makes it where there is none. Brings the text index up to the ledger if it lags.
    ///
    /// # Errors
    /// See [`AppError`]: nothing there, not writable, newer, or a text index that must be rebuilt.
    pub async fn open(dir: &Path, create: bool, clock: Clock) -> Result<Self, AppError> {
        let store = Store::open(dir, create).await?;
        let segmenter = lexicon::segmenter(store.setting(Setting::Lexicon).await?.as_deref())?;
        let index = TextIndex::open(&dir.join(TEXT_DIR), &segmenter)?;
        Self::start(dir, store, index, clock).await
    }

    /// Rebuilds the text index in `dir` from the ledger, then opens it.
    ///
    /// # Errors
    /// As [`App::open`], except that the state of the old index does not matter.
    pub async fn reindex(dir: &Path, clock: Clock) -> Result<Self, AppError> {
        let store = Store::open(dir, false).await?;
        let segmenter = lexicon::segmenter(store.setting(Setting::Lexicon).await?.as_deref())?;
        for _ in 0..BUSY_RETRIES {
            match TextIndex::create(&dir.join(TEXT_DIR), &segmenter) {
                Err(IndexError::Busy { .. }) => tokio::time::sleep(BUSY_PAUSE).await,
                index => return Self::start(dir, store, index?, clock).await,
            }
        }
        Err(busy_index(&dir.join(TEXT_DIR)))
    }

    async fn start(dir: &Path, store: Store, index: TextIndex, clock: Clock) -> Result<Self, AppError> {
        let (catalog, index) = build(&store, dir, Arc::new(index)).await?;
        let (catalog, index) = (ArcSwap::from_pointee(catalog), ArcSwap::new(index));
        Ok(Self {
            dir: dir.to_owned(),
            store,
            index,
            catalog,
            model: RankingModel::hand_set(),
            clock,
            pool: CpuPool::for_this_machine(),
            imports: import_jobs::Jobs::default(),
            plans: plan_jobs::Jobs::default(),
            changing_lexicon: tokio::sync::Mutex::default(),
            publishing: tokio::sync::Mutex::default(),
        })
    }

    /// Scores with the weights of a model from now on.
    ///
    /// # Errors
    /// A model of other features.
    pub fn use_model(&mut self, model: &ModelFile) -> Result<(), ModelError> {
        self.model = RankingModel::try_from(model)?;
        Ok(())
    }

    /// The data directory.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The snapshot that answers are made from.
    #[must_use]
    pub fn catalog(&self) -> Arc<Catalog> {
        self.catalog.load_full()
    }

    /// Runs `work` on the snapshot of the moment in the pool for computations.
    ///
    /// # Errors
    /// The queue is full, the work panicked or the runtime is shutting down; or what `work` itself says.
    pub async fn compute<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Self) -> Result<T, AppError> + Send + 'static,
    ) -> Result<T, AppError> {
        let app = Arc::clone(self);
        self.pool.run(move || work(&app)).await?
    }

    /// Today, by the injected clock.
    #[must_use]
    pub fn today(&self) -> Date {
        self.clock.today()
    }

    /// Publishes a new snapshot if the ledger has changed, also by another process. True if it had. New claims alone are
    /// added to the snapshot that there is, and the text index is left as it is.
    ///
    /// # Errors
    /// The ledger or the text index cannot be read or written.
    pub async fn refresh(&self) -> Result<bool, AppError> {
        if self.store.version().await? == self.catalog.load().version {
            return Ok(false);
        }
        let _one_at_a_time = self.publishing.lock().await;
        let catalog = self.catalog.load_full();
        if let Some(NewClaims { version, claims }) = self.store.only_claims_after(catalog.version).await? {
            let published = tokio::task::spawn_blocking(move || catalog.with_claims(version, claims)).await;
            self.catalog.store(Arc::new(published.map_err(|error| Interrupted::new(&error))?));
            return Ok(true);
        }
        let (catalog, index) = build(&self.store, &self.dir, self.index.load_full()).await?;
        self.index.store(index);
        self.catalog.store(Arc::new(catalog));
        Ok(true)
    }

    /// Closes the ledger. Plans that are being made are stopped.
    pub async fn close(&self) {
        self.stop_plans();
        self.store.close().await;
    }
}

/// The catalog of the ledger as it is now, after the text index has caught up with it. Other processes may write both
/// meanwhile: then once more, so that catalog and searcher are of one moment. Where the word lists of the ledger have
/// changed, the index is another one.
async fn build(store: &Store, dir: &Path, mut index: Arc<TextIndex>) -> Result<(Catalog, Arc<TextIndex>), AppError> {
    for _ in 0..=BUSY_RETRIES {
        let ledger = store.load().await?;
        let (text_dir, lexicon) = (dir.join(TEXT_DIR), ledger.lexicon.clone());
        let old = index;
        let opened = tokio::task::spawn_blocking(move || {
            let opened = lexicon::index_for(&text_dir, &old, lexicon.as_deref());
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
/// process was there first. An index that holds all projects as they are need not know the ledger's other changes.
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

fn busy_index(dir: &Path) -> AppError {
    IndexError::Busy { dir: dir.to_owned() }.into()
}
