//! The open data directory: ledger, text index and published catalog, and what every use case takes from them.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arc_swap::ArcSwap;
use jiff::civil::Date;
use qianshou_index::IndexError;
use qianshou_index::writer::TextIndex;

use super::background::Background;
use super::freshness::{Freshness, Watched};
use super::protect::protect;
use super::publish::{BUSY_PAUSE, BUSY_RETRIES, TextPlace, build, busy_index};
use super::rankings::Rankings;
use super::word_lists::segmenter;
use crate::catalog::Catalog;
use crate::clock::Clock;
use crate::error::AppError;
use crate::jobs::{Cancellation, CpuPool, Interrupted, PoolLimits};
use crate::learn::{ModelError, ModelFile, RankingModel};
use crate::spool::Spool;
use crate::store::{LEDGER_FILE, NewClaims, Setting, Store, StoreError};

/// An open data directory.
pub struct App {
    pub(super) dir: PathBuf,
    pub(super) store: Store,
    pub(super) text: TextPlace,
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
    freshness: Watched,
}

impl App {
    /// Opens `dir`; with `create`, creates it if it does not exist. Brings the text index up to date with the ledger if it
    /// lags. A directory that cannot be written is opened for reading.
    ///
    /// # Errors
    /// See [`AppError`]: the ledger does not exist, is lost, is damaged or was written by a newer version, or the text index
    /// must be rebuilt.
    pub async fn open(dir: &Path, create: bool, clock: Clock) -> Result<Self, AppError> {
        let text = TextPlace::inside(dir);
        let store = Store::open_beside(dir, create, text.reached()).await?;
        let segmenter = segmenter(store.setting(Setting::Lexicon).await?.as_deref())?;
        let (text, index) = text.open(&store, &segmenter).await?;
        Self::start(dir, store, text, index, clock).await
    }

    /// Rebuilds the text index in `dir` from the ledger, then opens it.
    ///
    /// # Errors
    /// As [`App::open`], except that the state of the old index does not matter; the directory cannot be written.
    pub async fn reindex(dir: &Path, clock: Clock) -> Result<Self, AppError> {
        let text = TextPlace::inside(dir);
        let store = Store::open_beside(dir, false, text.reached()).await?;
        if store.is_read_only() {
            return Err(StoreError::ReadOnly { path: store.path().to_owned() }.into());
        }
        let segmenter = segmenter(store.setting(Setting::Lexicon).await?.as_deref())?;
        for _ in 0..BUSY_RETRIES {
            match TextIndex::create(text.dir(), &segmenter) {
                Err(IndexError::Busy { .. }) => tokio::time::sleep(BUSY_PAUSE).await,
                index => return Self::start(dir, store, text, index?, clock).await,
            }
        }
        Err(busy_index(text.dir()))
    }

    /// True if `dir` has, or had, a ledger.
    #[must_use]
    pub fn has_data(dir: &Path) -> bool {
        std::fs::metadata(dir.join(LEDGER_FILE)).is_ok_and(|file| !file.is_file() || file.len() > 0)
            || TextPlace::inside(dir).reached().is_some()
    }

    async fn start(dir: &Path, store: Store, text: TextPlace, index: TextIndex, clock: Clock) -> Result<Self, AppError> {
        let (catalog, index) = build(&store, text.dir(), Arc::new(index)).await?;
        let (catalog, index) = (ArcSwap::from_pointee(catalog), ArcSwap::new(index));
        if !store.is_read_only() {
            protect(dir);
        }
        let freshness = Watched::default();
        freshness.succeeded(clock.now());
        Ok(Self {
            dir: dir.to_owned(),
            store,
            text,
            index,
            catalog,
            model: RankingModel::default(),
            clock,
            pool: CpuPool::new(PoolLimits::for_this_machine()),
            rankings: Rankings::default(),
            background: Arc::new(Background::new(dir, clock)),
            spool: Spool::in_data_dir(dir),
            changing_lexicon: tokio::sync::Mutex::default(),
            publishing: tokio::sync::Mutex::default(),
            freshness,
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
        let refreshed = self.catch_up().await;
        match &refreshed {
            Ok(_) => self.freshness.succeeded(self.clock.now()),
            Err(error) => self.freshness.failed(error.message.clone()),
        }
        refreshed
    }

    async fn catch_up(&self) -> Result<bool, AppError> {
        let version = self.store.version().await;
        if version.as_ref().is_ok_and(|version| *version == self.catalog.load().version) {
            return Ok(false);
        }
        if matches!(version, Ok(_) | Err(StoreError::ChangedMeanwhile { .. })) {
            self.freshness.is_behind();
        }
        version?;
        let _one_at_a_time = self.publishing.lock().await;
        let catalog = self.catalog.load_full();
        if let Some(NewClaims { version, claims }) = self.store.only_claims_after(catalog.version).await? {
            let published = tokio::task::spawn_blocking(move || catalog.with_claims(version, claims)).await;
            self.publish(published.map_err(|error| Interrupted::new(&error))?);
            return Ok(true);
        }
        let (catalog, index) = build(&self.store, self.text.dir(), self.index.load_full()).await?;
        self.index.store(index);
        self.publish(catalog);
        Ok(true)
    }

    fn publish(&self, catalog: Catalog) {
        let replaced = self.catalog.swap(Arc::new(catalog));
        // Freeing a large snapshot takes long enough to hold up a thread that answers requests.
        tokio::task::spawn_blocking(move || drop(replaced));
    }

    /// How the snapshot stands to the ledger, as last seen.
    #[must_use]
    pub fn freshness(&self) -> Freshness {
        self.freshness.get()
    }

    /// Notes that a refresh did not come to its end.
    pub fn refresh_failed(&self, why: impl Into<String>) {
        self.freshness.failed(why.into());
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
}
