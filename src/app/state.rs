//! The open data directory: ledger, text index and published catalog, and what every use case takes from them.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arc_swap::ArcSwap;
use jiff::civil::Date;
use qianshou_index::IndexError;
use qianshou_index::writer::TextIndex;

use super::background::Background;
use super::publish::{BUSY_PAUSE, BUSY_RETRIES, TEXT_DIR, build, busy_index};
use super::rankings::Rankings;
use super::word_lists::segmenter;
use crate::catalog::Catalog;
use crate::clock::Clock;
use crate::error::AppError;
use crate::jobs::{Cancellation, CpuPool, Interrupted, PoolLimits};
use crate::learn::{ModelError, ModelFile, RankingModel};
use crate::spool::Spool;
use crate::store::{Job, NewClaims, Setting, Store};

/// An open data directory.
pub struct App {
    pub(super) dir: PathBuf,
    pub(super) store: Store,
    /// The text index with the word lists of the ledger; replaced when they change.
    pub(super) index: ArcSwap<TextIndex>,
    pub(super) catalog: ArcSwap<Catalog>,
    pub(super) model: RankingModel,
    pub(super) clock: Clock,
    pub(super) pool: CpuPool,
    pub(super) rankings: Rankings,
    /// Imports and plans in the background.
    pub(super) background: Arc<Background>,
    /// Where temporary files are made.
    pub(super) spool: Spool,
    /// Held while additions to the word lists are read, changed and written.
    pub(super) changing_lexicon: tokio::sync::Mutex<()>,
    /// Held during an import or refresh.
    pub(super) publishing: tokio::sync::Mutex<()>,
}

impl App {
    /// Opens `dir`; with `create`, creates it if it does not exist. Brings the text index up to date with the ledger if it
    /// lags.
    ///
    /// # Errors
    /// See [`AppError`]: the ledger does not exist, is not writable or was written by a newer version, or the text index must
    /// be rebuilt.
    pub async fn open(dir: &Path, create: bool, clock: Clock) -> Result<Self, AppError> {
        let store = Store::open(dir, create).await?;
        let segmenter = segmenter(store.setting(Setting::Lexicon).await?.as_deref())?;
        let index = TextIndex::open(&dir.join(TEXT_DIR), &segmenter)?;
        Self::start(dir, store, index, clock).await
    }

    /// Rebuilds the text index in `dir` from the ledger, then opens it.
    ///
    /// # Errors
    /// As [`App::open`], except that the state of the old index does not matter.
    pub async fn reindex(dir: &Path, clock: Clock) -> Result<Self, AppError> {
        let store = Store::open(dir, false).await?;
        let segmenter = segmenter(store.setting(Setting::Lexicon).await?.as_deref())?;
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
            pool: CpuPool::new(PoolLimits::for_this_machine()),
            rankings: Rankings::default(),
            background: Arc::new(Background::new(dir, clock)),
            spool: Spool::in_data_dir(dir),
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

    /// Sets what the pool for computations takes on.
    pub fn limit_computations(&mut self, limits: PoolLimits) {
        self.pool = CpuPool::new(limits);
    }

    /// Runs `work` for `client` in the pool for computations.
    ///
    /// # Errors
    /// Too much is waiting, the time is up, the work panicked or the runtime is shutting down; or the error that `work` itself
    /// returns.
    pub async fn compute<T: Send + 'static>(
        self: &Arc<Self>,
        client: IpAddr,
        work: impl FnOnce(&Self, &Cancellation) -> Result<T, AppError> + Send + 'static,
    ) -> Result<T, AppError> {
        let app = Arc::clone(self);
        self.pool.run(client, move |cancellation| work(&app, cancellation)).await?
    }

    /// The same for work that may take many seconds; each client has a budget for it.
    ///
    /// # Errors
    /// As [`App::compute`], or the budget is spent.
    pub async fn compute_long<T: Send + 'static>(
        self: &Arc<Self>,
        client: IpAddr,
        work: impl FnOnce(&Self, &Cancellation) -> Result<T, AppError> + Send + 'static,
    ) -> Result<T, AppError> {
        let app = Arc::clone(self);
        self.pool.run_long(client, move |cancellation| work(&app, cancellation)).await?
    }

    /// Today, by the injected clock.
    #[must_use]
    pub fn today(&self) -> Date {
        self.clock.today()
    }

    /// Publishes a new snapshot if this or another process has changed the ledger; true if so. If only claims are new, they are
    /// added to the current snapshot, and the text index is left as it is.
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

    /// Where temporary files are made.
    #[must_use]
    pub const fn spool(&self) -> &Spool {
        &self.spool
    }

    /// What goes on in the background.
    #[must_use]
    pub fn background(&self) -> &Background {
        &self.background
    }

    /// Closes the ledger and stops what goes on in the background. Returns the jobs that have not ended.
    pub async fn close(&self) -> Vec<Job> {
        let left = self.background.close().await;
        self.store.close().await;
        left
    }
}
