//! The use cases, and the only place that wires the modules together.
//!
//! A write commits to the ledger first, brings the text index up to it, then publishes a new catalog; readers keep the
//! snapshot they have. Text index and catalog are derived: after a crash, [`Engine::open`] catches up from the change log.

mod answered;
mod ask;
mod clock;
mod demo;
mod error;
mod files;
mod import;
mod jobs;
mod kept;
mod learn;
mod lexicon;
mod list;
mod opportunities;
mod plan;
mod pool;
mod reader;
mod reasons;
mod replay;
mod statistics;
mod suggest;
mod template;
mod view;
mod why_not;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use jiff::civil::Date;
use qianshou_index::IndexError;
use qianshou_index::writer::TextIndex;

use crate::catalog::{Catalog, document};
use crate::domain::{Need, Organization, Project};
pub use crate::ingest::{InputFile, Issue, MAX_FILE, error_workbook};
pub use crate::learn::{ModelError, ModelFile};
use crate::reference::{Reference, Taxonomy};
use crate::score::Weights;
pub use crate::store::LEDGER_FILE;
use crate::store::{Ledger, NewClaims, Setting, Store};

pub use ask::{AmountInput, Ask, AskError, MAX_TEXT_CHARS};
pub use clock::Clock;
pub use error::EngineError;
pub use files::{Sources, open_files, read_text};
pub use import::{Accepted, FileReport, Import, ImportReport, Importer};
pub use jobs::{ImportJob, ImportOrder, ImportStatus};
pub use learn::{Learned, NotLearned};
pub use lexicon::{LexiconInput, LexiconView};
pub use list::{ListQuery, NeedView, Page, ProjectView, SimilarNeed};
pub use opportunities::{Opportunities, Opportunity};
pub use plan::{
    Alternate, Changes, Coverage, DRAFT, EarmarkAsk, Fairness, FrontierPoint, Invitation, InvitedNeed, Outside, OutsideError,
    PairAsk, PairRule, Partner, Plan, PlanAsk, PlanControl, PlanFileError, PlanJob, PlanNeeds, PlanOrder, PlanProgress,
    PlanSetting, PlanStage, PlanStatus, PlanSummary, PlannedNeed, PlannedOrganization, PriceOfFairness, Relaxation, ReserveAsk,
    Unmet, UnplannedNeed, invitation_markdown, invitation_text, invitation_workbook, invitations, plan_workbook, solve_outside,
};
pub use pool::Interrupted;
pub use reader::Reader;
pub use replay::{Figure, Replay, Slice, System, SystemReport};
pub use statistics::{Share, Statistics};
pub use suggest::{Answer, BatchLine, BatchSuggestion, LeftOut, LeftOutOrganization, Standing, Suggestion};
pub use template::template;
pub use view::{EvidenceProject, PartView};
pub use why_not::{Change, ChangeOf, Difference, WhyNot, WhyNotAsk};

/// Chinese name of a feature by the name that answers and model files give it.
#[must_use]
pub fn feature_label(name: &str) -> &str {
    crate::score::Feature::ALL.into_iter().find(|feature| feature.name() == name).map_or(name, |feature| feature.label())
}

/// Directory of the text index inside a data directory.
const TEXT_DIR: &str = "text/projects";
/// How often and how long to wait for another process that is writing the text index.
const BUSY_RETRIES: u32 = 40;
const BUSY_PAUSE: Duration = Duration::from_millis(250);

/// An open data directory.
pub struct Engine {
    dir: PathBuf,
    store: Store,
    /// With the word lists of the ledger; another one when they change.
    index: ArcSwap<TextIndex>,
    catalog: ArcSwap<Catalog>,
    weights: Weights,
    /// Utilities divided by this are probabilities; 1 for the hand-set weights.
    temperature: f64,
    /// The day up to which the weights have seen what happened; none for the hand-set ones.
    learned_until: Option<Date>,
    clock: Clock,
    /// As many computations at once as there are cores.
    slots: Arc<tokio::sync::Semaphore>,
    /// Imports that were started in the background.
    jobs: jobs::Jobs,
    /// Plans that were started in the background.
    plans: plan::Jobs,
    /// What is added to the word lists is read, changed and written by one at a time.
    changing_lexicon: tokio::sync::Mutex<()>,
    /// One import or refresh at a time.
    publishing: tokio::sync::Mutex<()>,
}

impl Engine {
    /// Opens `dir`; with `create`, makes it where there is none. Brings the text index up to the ledger if it lags.
    ///
    /// # Errors
    /// See [`EngineError`]: nothing there, not writable, newer, or a text index that must be rebuilt.
    pub async fn open(dir: &Path, create: bool, clock: Clock) -> Result<Self, EngineError> {
        let store = Store::open(dir, create).await?;
        let segmenter = lexicon::segmenter(store.setting(Setting::Lexicon).await?.as_deref())?;
        let index = TextIndex::open(&dir.join(TEXT_DIR), &segmenter)?;
        Self::start(dir, store, index, clock).await
    }

    /// Rebuilds the text index in `dir` from the ledger, then opens it.
    ///
    /// # Errors
    /// As [`Engine::open`], except that the state of the old index does not matter.
    pub async fn reindex(dir: &Path, clock: Clock) -> Result<Self, EngineError> {
        let store = Store::open(dir, false).await?;
        let segmenter = lexicon::segmenter(store.setting(Setting::Lexicon).await?.as_deref())?;
        for _ in 0..BUSY_RETRIES {
            match TextIndex::create(&dir.join(TEXT_DIR), &segmenter) {
                Err(IndexError::Busy { .. }) => tokio::time::sleep(BUSY_PAUSE).await,
                index => return Self::start(dir, store, index?, clock).await,
            }
        }
        Err(EngineError::BusyIndex { dir: dir.join(TEXT_DIR) })
    }

    async fn start(dir: &Path, store: Store, index: TextIndex, clock: Clock) -> Result<Self, EngineError> {
        let (catalog, index) = build(&store, dir, Arc::new(index)).await?;
        let (catalog, index) = (ArcSwap::from_pointee(catalog), ArcSwap::new(index));
        let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        Ok(Self {
            dir: dir.to_owned(),
            store,
            index,
            catalog,
            weights: Weights::hand_set(),
            temperature: 1.0,
            learned_until: None,
            clock,
            slots: Arc::new(tokio::sync::Semaphore::new(cores)),
            jobs: jobs::Jobs::default(),
            plans: plan::Jobs::default(),
            changing_lexicon: tokio::sync::Mutex::default(),
            publishing: tokio::sync::Mutex::default(),
        })
    }

    /// Scores with the weights of a model from now on.
    ///
    /// # Errors
    /// A model of other features.
    pub fn use_model(&mut self, model: &ModelFile) -> Result<(), ModelError> {
        self.weights = model.weights()?;
        self.temperature = model.temperature;
        self.learned_until = Some(model.as_of);
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
    pub async fn refresh(&self) -> Result<bool, EngineError> {
        if self.store.through().await? == self.catalog.load().through {
            return Ok(false);
        }
        let _one_at_a_time = self.publishing.lock().await;
        let catalog = self.catalog.load_full();
        if let Some(NewClaims { through, claims }) = self.store.only_claims_after(catalog.through).await? {
            let published = tokio::task::spawn_blocking(move || catalog.with_claims(through, claims)).await;
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
async fn build(store: &Store, dir: &Path, mut index: Arc<TextIndex>) -> Result<(Catalog, Arc<TextIndex>), EngineError> {
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
            Err(EngineError::BusyIndex { .. }) => {
                index = old;
                tokio::time::sleep(BUSY_PAUSE).await;
                continue;
            }
            Err(error) => return Err(error),
        };
        let through = index.through()?;
        if through > ledger.through && store.through().await? == ledger.through {
            return Err(EngineError::IndexAhead { dir: store.path().to_owned() });
        }
        let changed = store.projects_changed(through, ledger.through).await?;
        let writes = Arc::clone(&index);
        let assembled = tokio::task::spawn_blocking(move || assemble(ledger, &writes, through, &changed)).await;
        match assembled.map_err(|error| Interrupted::new(&error))? {
            Ok(Some(catalog)) => return Ok((catalog, index)),
            Ok(None) | Err(EngineError::BusyIndex { .. }) => tokio::time::sleep(BUSY_PAUSE).await,
            Err(error) => return Err(error),
        }
    }
    Err(EngineError::BusyIndex { dir: store.path().to_owned() })
}

/// Writes the projects that `changed` after change `through` of the index and builds the catalog; `None` if another process was
/// there first. An index that holds all projects as they are need not know the ledger's other changes.
fn assemble(ledger: Ledger, index: &TextIndex, through: i64, changed: &[u64]) -> Result<Option<Catalog>, EngineError> {
    let is_behind = !changed.is_empty();
    if is_behind && index.through()? < ledger.through {
        let is_changed = |seq: &u64| changed.binary_search(seq).is_ok();
        let documents: Vec<_> = ledger.projects.iter().filter(|it| is_changed(&it.seq)).map(document).collect();
        index.write(&documents, ledger.through)?;
    }
    let searcher = index.searcher()?;
    let complete = if is_behind { ledger.through..=ledger.through } else { through..=ledger.through };
    if !complete.contains(&index.through()?) {
        return Ok(None);
    }
    let reference = match &ledger.taxonomy {
        Some(json) => Reference::with_taxonomy(Taxonomy::from_json(json)?),
        None => Reference::embedded(),
    };
    Ok(Some(Catalog::new(ledger, reference, searcher)?))
}

/// The same record without restricted data: what lists, answers and exports may show.
fn public_organization(organization: &Organization) -> Organization {
    Organization { contact: None, ..organization.clone() }
}

fn public_need(need: &Need) -> Need {
    Need { contact: None, ..need.clone() }
}

/// A project as the catalog shows it on a day: later totals and ends are not known yet.
fn public_project(project: &Project, as_of: Date) -> Project {
    let mut project = project.clone();
    if project.period.is_some_and(|period| period.totals_from() > as_of) {
        project.amount = None;
        project.beneficiaries = None;
        project.participants.iter_mut().for_each(|it| it.amount = None);
        if let Some(period) = &mut project.period {
            period.end = None;
        }
    }
    project
}
