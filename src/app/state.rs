//! The open data directory: ledger, text index and published catalog, and what every use case takes from them.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arc_swap::ArcSwap;
use jiff::civil::Date;
use qianshou_index::IndexError;

use super::background::Background;
use super::freshness::{Freshness, Watched};
use super::lists::WordSets;
use super::open_needs::LastOpen;
use super::protect::protect;
use super::publish::{BUSY_PAUSE, BUSY_RETRIES, Progress, Published, build, busy_index, publish};
use super::rankings::Rankings;
use super::texts::{Texts, reached};
use super::word_lists::segmenter;
use crate::catalog::{BaseFiles, BuildError, Catalog};
use crate::clock::Clock;
use crate::error::{AppError, Code};
use crate::jobs::{Cancellation, CpuPool, PoolLimits};
use crate::learn::{ModelError, ModelFile, RankingModel};
use crate::spool::Spool;
use crate::store::{LEDGER_FILE, Remarks, Setting, Store, StoreError};

/// An open data directory.
pub struct App {
    pub(super) dir: PathBuf,
    pub(super) store: Store,
    /// Where bases are written; none if nothing can be.
    pub(super) files: Option<BaseFiles>,
    /// The text indexes with the word lists of the ledger; replaced when these change.
    pub(super) texts: ArcSwap<Texts>,
    pub(super) catalog: ArcSwap<Catalog>,
    pub(super) model: RankingModel,
    pub(super) clock: Clock,
    pub(super) pool: CpuPool,
    pub(super) rankings: Rankings,
    pub(super) open_needs: LastOpen,
    /// Which records have the words that lists were lately searched for.
    pub(super) list_words: WordSets,
    /// Imports and plans in the background.
    pub(super) background: Arc<Background>,
    /// Where temporary files are made.
    pub(super) spool: Spool,
    /// Notes on suggestions.
    pub(super) remarks: Remarks,
    /// Held while additions to the word lists are read, changed and written.
    pub(super) changing_lexicon: tokio::sync::Mutex<()>,
    /// Held during an import or refresh.
    pub(super) publishing: tokio::sync::Mutex<()>,
    /// Held while a base is made.
    pub(super) compacting: tokio::sync::Mutex<()>,
    freshness: Watched,
}

impl App {
    /// Opens `dir`; with `create`, creates it if it does not exist. Brings the derived data up to date with the ledger if they lag,
    /// and makes anew what is missing or damaged. A directory that cannot be written is opened for reading.
    ///
    /// # Errors
    /// See [`AppError`]: the ledger does not exist, is lost, is damaged or was written by a newer version, or the text index
    /// must be rebuilt.
    pub async fn open(dir: &Path, create: bool, clock: Clock) -> Result<Self, AppError> {
        Self::open_telling(dir, create, clock, &|_| {}).await
    }

    /// The same; `says` is told how far the making of derived data is.
    ///
    /// # Errors
    /// As [`App::open`].
    pub async fn open_telling(
        dir: &Path,
        create: bool,
        clock: Clock,
        says: &(dyn Fn(Progress) + Sync),
    ) -> Result<Self, AppError> {
        let store = Store::open_beside(dir, create, reached(dir)).await?;
        let segmenter = segmenter(store.setting(Setting::Lexicon).await?.as_deref())?;
        let texts = Texts::open(dir, &store, &segmenter).await?;
        Self::start(dir, store, texts, clock, says).await
    }

    /// Rebuilds all derived data in `dir` from the ledger, then opens it.
    ///
    /// # Errors
    /// As [`App::open`], except that the state of the old derived data does not matter; the directory cannot be written.
    pub async fn reindex(dir: &Path, clock: Clock, says: &(dyn Fn(Progress) + Sync)) -> Result<Self, AppError> {
        let store = Store::open_beside(dir, false, reached(dir)).await?;
        if store.is_read_only() {
            return Err(StoreError::ReadOnly { path: store.path().to_owned() }.into());
        }
        let segmenter = segmenter(store.setting(Setting::Lexicon).await?.as_deref())?;
        BaseFiles::inside(dir).clear().map_err(BuildError::from)?;
        for _ in 0..BUSY_RETRIES {
            match Texts::create(dir, &segmenter) {
                Err(IndexError::Busy { .. }) => tokio::time::sleep(BUSY_PAUSE).await,
                texts => return Self::start(dir, store, texts?, clock, says).await,
            }
        }
        Err(busy_index(dir))
    }

    /// True if `dir` has, or had, a ledger.
    #[must_use]
    pub fn has_data(dir: &Path) -> bool {
        std::fs::metadata(dir.join(LEDGER_FILE)).is_ok_and(|file| !file.is_file() || file.len() > 0) || reached(dir).is_some()
    }

    async fn start(
        dir: &Path,
        store: Store,
        texts: Texts,
        clock: Clock,
        says: &(dyn Fn(Progress) + Sync),
    ) -> Result<Self, AppError> {
        let files = (!store.is_read_only()).then(|| BaseFiles::inside(dir));
        // Where nothing can be written, a base that was made before still serves.
        let found = BaseFiles::inside(dir);
        let Published { catalog, texts } = build(&store, files.as_ref(), &found, texts, says).await?;
        if !store.is_read_only() {
            protect(dir);
        }
        let freshness = Watched::default();
        freshness.succeeded(clock.now());
        Ok(Self {
            dir: dir.to_owned(),
            store,
            files,
            texts: ArcSwap::from_pointee(texts),
            catalog: ArcSwap::from_pointee(catalog),
            model: RankingModel::default(),
            clock,
            pool: CpuPool::new(PoolLimits::for_this_machine()),
            rankings: Rankings::default(),
            open_needs: LastOpen::default(),
            list_words: WordSets::default(),
            background: Arc::new(Background::new(dir, clock)),
            spool: Spool::in_data_dir(dir),
            remarks: Remarks::inside(dir),
            changing_lexicon: tokio::sync::Mutex::default(),
            publishing: tokio::sync::Mutex::default(),
            compacting: tokio::sync::Mutex::default(),
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

    /// Checks that the data which answers rest on were found sound so far: an answer from others is not given.
    ///
    /// # Errors
    /// Something was found damaged; it is made anew.
    pub fn sound(&self) -> Result<(), AppError> {
        match self.catalog.load().damage() {
            None => Ok(()),
            Some(what) => {
                let dir = BaseFiles::inside(&self.dir).dir().display().to_string();
                Err(AppError::new(
                    Code::Index,
                    format!("目录数据 {dir} 损坏：{what}；账本不受影响，请运行 qianshou reindex 重建"),
                ))
            }
        }
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
        let done = self.pool.run(client, move |cancellation| work(&app, cancellation)).await?;
        self.sound()?;
        done
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
        let done = self.pool.run_long(client, move |cancellation| work(&app, cancellation)).await?;
        self.sound()?;
        done
    }

    /// Today, by the injected clock.
    #[must_use]
    pub fn today(&self) -> Date {
        self.clock.today()
    }

    /// Publishes a new snapshot if this or another process has changed the ledger; true if so. What was written is laid over the
    /// current snapshot.
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
        let texts = self.texts.load_full();
        if let Some(catalog) = publish(&self.store, &texts, self.catalog.load_full()).await? {
            self.publish(catalog);
            return Ok(true);
        }
        self.build_anew(&|_| {}).await?;
        Ok(true)
    }

    /// Publishes a catalog that is built anew from the ledger, or from a base of it on disk.
    pub(super) async fn build_anew(&self, says: &(dyn Fn(Progress) + Sync)) -> Result<(), AppError> {
        let found = BaseFiles::inside(&self.dir);
        let texts = Texts::clone(&self.texts.load());
        let Published { catalog, texts } = build(&self.store, self.files.as_ref(), &found, texts, says).await?;
        self.texts.store(Arc::new(texts));
        self.publish(catalog);
        Ok(())
    }

    pub(super) fn publish(&self, catalog: Catalog) {
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
