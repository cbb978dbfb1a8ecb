//! Ledger → text indexes → catalog. What is published is consistent, whatever other processes write meanwhile.

use std::sync::Arc;
use std::time::Duration;

use qianshou_index::IndexError;
use qianshou_index::schema::Document;
use qianshou_index::searcher::TextSearcher;
use qianshou_index::writer::TextIndex;
use rayon::prelude::*;
use tokio::sync::mpsc;

use super::texts::Texts;
use crate::catalog::{BaseFiles, Building, Catalog, DocumentChanges, Fingerprint, LoadedBase, Searchers, document};
use crate::error::{AppError, Code};
use crate::jobs::Interrupted;
use crate::reference::{Reference, Taxonomy};
use crate::store::{Changes, LedgerState, LedgerVersion, Store};

/// How often and how long to wait for another process that is writing the text indexes.
pub(super) const BUSY_RETRIES: u32 = 40;
pub(super) const BUSY_PAUSE: Duration = Duration::from_millis(250);
/// Most changes that are laid over what there is; if there are more, everything is built anew.
const MOST_CHANGES: usize = 50_000;
/// Projects that are indexed with one commit.
const DOCUMENTS_AT_ONCE: usize = 200_000;
/// Projects that are read from the ledger at once.
const PROJECTS_AT_ONCE: usize = 20_000;

/// What is published: the catalog, and the indexes that it searches.
pub(super) struct Published {
    pub(super) catalog: Catalog,
    pub(super) texts: Texts,
}

/// Why a step has to be tried again from the start.
enum Step<T> {
    Done(T),
    /// Another process was faster.
    Again,
}

/// The catalog of the current ledger, over the latest base on disk; a base is built if there is none that fits. If another process
/// writes meanwhile, that is repeated, so that catalog and indexes are of the same version. If the word lists of the ledger have
/// changed, the returned indexes are other ones. Bases are looked for in `found`, and written to `files` if that is possible.
pub(super) async fn build(
    store: &Store,
    files: Option<&BaseFiles>,
    found: &BaseFiles,
    mut texts: Texts,
    says: &(dyn Fn(Progress) + Sync),
) -> Result<Published, AppError> {
    for _ in 0..=BUSY_RETRIES {
        match try_build(store, files, found, &mut texts, says).await {
            Ok(Step::Done(catalog)) => return Ok(Published { catalog, texts }),
            Err(error) if error.code != Code::Busy => return Err(error),
            Ok(Step::Again) | Err(_) => tokio::time::sleep(BUSY_PAUSE).await,
        }
    }
    Err(busy_index(store.path()))
}

/// How far the building of a base is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Records that were taken in.
    pub done: usize,
    /// Records in all.
    pub total: usize,
}

async fn try_build(
    store: &Store,
    files: Option<&BaseFiles>,
    found: &BaseFiles,
    texts: &mut Texts,
    says: &(dyn Fn(Progress) + Sync),
) -> Result<Step<Catalog>, AppError> {
    let state = store.state().await?;
    texts.use_lexicon(state.lexicon.as_deref()).await?;
    let reference = reference(&state)?;
    let fingerprint = Fingerprint::of(state.taxonomy.as_deref(), texts.projects.segmenter());
    if let Some((base, changes)) = latest_base(store, found, &fingerprint).await? {
        let Step::Done(text) = index_projects(store, texts, changes.state.version).await? else { return Ok(Step::Again) };
        return over_base(base, &changes, reference, texts, text).await;
    }
    // Whoever builds a base for the same directory is waited for, and its base is taken.
    let writing = match files {
        Some(files) => {
            let files = files.clone();
            let lock = tokio::task::spawn_blocking(move || files.wait_to_write()).await;
            Some(lock.map_err(|error| Interrupted::new(&error))?.map_err(unwritable)?)
        }
        None => None,
    };
    if writing.is_some() && latest_base(store, found, &fingerprint).await?.is_some() {
        return Ok(Step::Again);
    }
    let (sender, mut receiver) = mpsc::channel(2);
    let building = match &writing {
        Some(writing) => Building::on_disk(reference.clone(), writing),
        None => Ok(Building::in_memory(reference.clone())),
    };
    let mut building = building?;
    let send = async {
        let sent = store.pages(&sender).await;
        drop(sender);
        sent
    };
    let take = async {
        while let Some(page) = receiver.recv().await {
            building = blocking(move || building.with(page)).await??;
            says(Progress { done: building.done(), total: building.total() });
        }
        Ok::<_, AppError>(building)
    };
    let (sent, taken) = tokio::join!(send, take);
    sent?;
    let building = taken?;
    let version = building.state().version;
    let Step::Done(text) = index_projects(store, texts, version).await? else { return Ok(Step::Again) };
    let built = {
        let text = Arc::clone(&text);
        blocking(move || building.finish(&text)).await??
    };
    let (names, scopes) = (Arc::clone(&texts.names), Arc::clone(&texts.scopes));
    let catalog = blocking(move || -> Result<Catalog, AppError> {
        let base = match &writing {
            Some(writing) => built.saved(writing, &fingerprint)?,
            None => built,
        };
        let (names, scopes) = (write_all(&names, base.names(), version)?, write_all(&scopes, base.scopes(), version)?);
        Ok(base.into_catalog(reference, Searchers { text, names, scopes })?)
    });
    Ok(Step::Done(catalog.await??))
}

/// The latest base on disk that is of this ledger, with what was written since.
async fn latest_base(
    store: &Store,
    files: &BaseFiles,
    fingerprint: &Fingerprint,
) -> Result<Option<(LoadedBase, Changes)>, AppError> {
    let (files, fingerprint) = (files.clone(), fingerprint.clone());
    for candidate in blocking(move || files.find(&fingerprint)).await? {
        let version = candidate.version();
        // A ledger that was restored from a backup may have other changes under the same numbers.
        if store.mark(version).await? != *candidate.mark() {
            continue;
        }
        let Some(changes) = store.changes_after(version, MOST_CHANGES).await? else { continue };
        let state = changes.state.clone();
        match blocking(move || candidate.load(state)).await? {
            Ok(base) => return Ok(Some((base, changes))),
            Err(why) => tracing::warn!("目录数据损坏，将由账本重建：{why}"),
        }
    }
    Ok(None)
}

/// The catalog of a base and what was written since.
async fn over_base(
    base: LoadedBase,
    changes: &Changes,
    reference: Reference,
    texts: &Texts,
    text: Arc<TextSearcher>,
) -> Result<Step<Catalog>, AppError> {
    let (names, scopes) = (Arc::clone(&texts.names), Arc::clone(&texts.scopes));
    let changes = changes.clone();
    blocking(move || {
        let (from, to) = (base.version(), changes.state.version);
        let reached = |index: &TextIndex| index.ledger_version().map(LedgerVersion::from_stamp);
        let (of_names, of_scopes) = (reached(&names)?, reached(&scopes)?);
        if of_names > to || of_scopes > to {
            return Ok(Step::Again);
        }
        let searchers = Searchers { text: Arc::clone(&text), names: searcher(&names)?, scopes: searcher(&scopes)? };
        let catalog = Arc::new(base.into_catalog(reference, searchers)?);
        let is_nothing_new = changes.organizations.is_empty() && changes.projects.is_empty();
        let draft = catalog.with(&changes, text)?;
        // An index that has not even reached the base lacks documents that nobody knows of any more.
        let new = |index: &TextIndex, reached: LedgerVersion, changed: &DocumentChanges, all: &dyn Fn() -> Vec<Document>| {
            if reached < from {
                return index.replace_all(&all(), to.stamp()).and_then(|()| searcher(index)).map(Some);
            }
            if reached == to || is_nothing_new || changed.is_empty() {
                return Ok(None);
            }
            index.change(&changed.written, &changed.removed, to.stamp())?;
            searcher(index).map(Some)
        };
        let names = new(&names, of_names, draft.names(), &|| draft.all_names())?;
        let scopes = new(&scopes, of_scopes, draft.scopes(), &|| draft.all_scopes())?;
        Ok(Step::Done(draft.finish(names, scopes)))
    })
    .await?
}

/// The snapshot after what was written since `catalog`; none if everything has to be built anew.
pub(super) async fn publish(store: &Store, texts: &Texts, catalog: Arc<Catalog>) -> Result<Option<Catalog>, AppError> {
    for _ in 0..=BUSY_RETRIES {
        let Some(changes) = store.changes_after(catalog.version, MOST_CHANGES).await? else { return Ok(None) };
        let known = catalog.ledger();
        if (&changes.state.taxonomy, &changes.state.lexicon) != (&known.taxonomy, &known.lexicon) {
            return Ok(None);
        }
        let (texts, catalog) = (texts.clone(), Arc::clone(&catalog));
        match blocking(move || lay_over(&texts, &catalog, &changes)).await? {
            Ok(Step::Done(catalog)) => return Ok(Some(catalog)),
            Err(error) if error.code != Code::Busy => return Err(error),
            Ok(Step::Again) | Err(_) => tokio::time::sleep(BUSY_PAUSE).await,
        }
    }
    Err(busy_index(store.path()))
}

fn lay_over(texts: &Texts, catalog: &Arc<Catalog>, changes: &Changes) -> Result<Step<Catalog>, AppError> {
    let version = changes.state.version.stamp();
    let text = if changes.projects.is_empty() {
        Arc::clone(&catalog.text)
    } else {
        if texts.projects.ledger_version()? < version {
            let documents: Vec<_> = changes.projects.iter().map(|it| document(it.seq, &it.value)).collect();
            texts.projects.write(&documents, version)?;
        }
        let text = searcher(&texts.projects)?;
        if texts.projects.ledger_version()? > version {
            return Ok(Step::Again);
        }
        text
    };
    let draft = catalog.with(changes, text)?;
    let new = |index: &TextIndex, changed: &DocumentChanges| -> Result<Step<Option<Arc<TextSearcher>>>, AppError> {
        if changed.is_empty() {
            return Ok(Step::Done(None));
        }
        if index.ledger_version()? < version {
            index.change(&changed.written, &changed.removed, version)?;
        }
        let searcher = searcher(index)?;
        Ok(if index.ledger_version()? > version { Step::Again } else { Step::Done(Some(searcher)) })
    };
    // Most of the time goes into waiting for files.
    let (names, scopes) = std::thread::scope(|scope| {
        let names = scope.spawn(|| new(&texts.names, draft.names()));
        let scopes = new(&texts.scopes, draft.scopes());
        (names.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), scopes)
    });
    match (names?, scopes?) {
        (Step::Done(names), Step::Done(scopes)) => Ok(Step::Done(draft.finish(names, scopes))),
        _ => Ok(Step::Again),
    }
}

/// Brings the index of projects up to `version`. An index in which all projects are up to date is left as it is.
async fn index_projects(store: &Store, texts: &Texts, version: LedgerVersion) -> Result<Step<Arc<TextSearcher>>, AppError> {
    let index = &texts.projects;
    let indexed = LedgerVersion::from_stamp(index.ledger_version()?);
    if indexed > version {
        if store.version().await? > version {
            return Ok(Step::Again);
        }
        return Err(AppError::new(
            Code::IndexAhead,
            format!("文本索引比账本 {} 更新（账本可能由较早的备份恢复）；请运行 qianshou reindex 重建", store.path().display()),
        ));
    }
    let changed = store.projects_changed(indexed, version).await?;
    for (n, batch) in changed.chunks(DOCUMENTS_AT_ONCE).enumerate() {
        let mut documents = Vec::with_capacity(batch.len());
        for numbers in batch.chunks(PROJECTS_AT_ONCE) {
            let projects = store.projects(numbers).await?;
            let read = move || projects.par_iter().map(|it| document(it.seq, &it.value)).collect::<Vec<_>>();
            documents.extend(blocking(read).await?);
        }
        // Until the last part is there, the index is as far as it was.
        let is_last = (n + 1) * DOCUMENTS_AT_ONCE >= changed.len();
        let (index, reached) = (Arc::clone(index), if is_last { version } else { indexed });
        blocking(move || index.write(&documents, reached.stamp())).await??;
    }
    let index = Arc::clone(index);
    let reached = if changed.is_empty() { indexed } else { version };
    blocking(move || {
        let searcher = searcher(&index)?;
        let is_same = LedgerVersion::from_stamp(index.ledger_version()?) == reached;
        Ok(if is_same { Step::Done(searcher) } else { Step::Again })
    })
    .await?
}

fn write_all(index: &TextIndex, documents: &[Document], version: LedgerVersion) -> Result<Arc<TextSearcher>, IndexError> {
    index.replace_all(documents, version.stamp())?;
    searcher(index)
}

fn searcher(index: &TextIndex) -> Result<Arc<TextSearcher>, IndexError> {
    index.searcher().map(Arc::new)
}

fn reference(state: &LedgerState) -> Result<Reference, AppError> {
    Ok(match &state.taxonomy {
        Some(json) => Reference::with_taxonomy(Taxonomy::from_json(json)?),
        None => Reference::embedded(),
    })
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Interrupted> {
    tokio::task::spawn_blocking(work).await.map_err(|error| Interrupted::new(&error))
}

fn unwritable(error: std::io::Error) -> AppError {
    crate::catalog::BuildError::from(error).into()
}

pub(super) fn busy_index(dir: &std::path::Path) -> AppError {
    IndexError::Busy { dir: dir.to_owned() }.into()
}
