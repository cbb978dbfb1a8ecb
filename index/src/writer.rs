//! Opening the index and writing to it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tantivy::directory::error::{LockError, OpenDirectoryError, OpenReadError};
use tantivy::merge_policy::LogMergePolicy;
use tantivy::tokenizer::TokenizerManager;
use tantivy::{Index, IndexReader, IndexSettings, IndexWriter, ReloadPolicy, TantivyDocument, TantivyError, Term};

use crate::analyze::{Segmenter, analyzers};
use crate::directory::{self, PrivateDirectory};
use crate::error::IndexError;
use crate::schema::{Document, FORMAT, Fields, schema};
use crate::searcher::{SegmentCache, TextSearcher};

/// What a write removes besides the documents that it replaces.
#[derive(Clone, Copy)]
enum Removed<'a> {
    Keys(&'a [u64]),
    All,
}

/// The metadata stored with a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Stamp {
    format: u32,
    lexicon: String,
    /// Number of the last ledger change that is in the index.
    ledger_version: i64,
}

/// The text index in one directory. The caller decides what the documents are; each kind has its own directory.
pub struct TextIndex {
    dir: PathBuf,
    /// None for an index in memory.
    directory: Option<PrivateDirectory>,
    index: Index,
    reader: IndexReader,
    fields: Fields,
    analyzers: TokenizerManager,
    segmenter: Arc<Segmenter>,
    segments: SegmentCache,
}

/// Memory of the index writer, in bytes, for one and for many documents.
const SMALL_HEAP: usize = 15_000_000;
const LARGE_HEAP: usize = 160_000_000;
/// From this many documents on, a second writer thread pays off.
const MANY_DOCUMENTS: usize = 20_000;
/// From this many documents on, a write waits until the disk has it.
const WAITED_FOR: usize = 1_000;
/// Any write may merge segments of up to this many documents: eight of these take some fifty milliseconds. Lower in tests, so that
/// few documents exceed it.
const SMALL_SEGMENT: usize = if cfg!(test) { 10 } else { 1_000 };
/// A larger segment is merged only by a write of at least a quarter as many documents: merging then takes only
/// a fraction of the time spent on analysis.
const MERGE_SHARE: usize = 4;

impl TextIndex {
    /// Opens the index in `dir`, or creates an empty one if there is none.
    ///
    /// # Errors
    /// [`IndexError::Stale`] if the existing index has another format or lexicon.
    pub fn open(dir: &Path, segmenter: &Arc<Segmenter>) -> Result<Self, IndexError> {
        let io = |source| IndexError::Io { dir: dir.to_owned(), source };
        directory::create(dir).map_err(io)?;
        let (schema, fields) = schema();
        let files = PrivateDirectory::open(dir).map_err(|source| fault(dir, source.into()))?;
        let directory = Some(files.clone());
        let opened =
            if exists(dir) { Index::open(files) } else { Index::create(files, schema.clone(), IndexSettings::default()) };
        let mut index = opened.map_err(|source| fault(dir, source))?;
        if index.schema() != schema {
            return Err(stale(dir, "字段不同"));
        }
        let manager = analyzers(segmenter);
        index.set_tokenizers(manager.clone());
        let reader =
            index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into().map_err(|source| fault(dir, source))?;
        let (dir, segmenter) = (dir.to_owned(), Arc::clone(segmenter));
        let segments = SegmentCache::default();
        let this = Self { dir, directory, index, reader, fields, analyzers: manager, segmenter, segments };
        this.check()?;
        Ok(this)
    }

    /// An in-memory searcher over `documents`, for texts that are small compared with the records they come from.
    ///
    /// # Errors
    /// The index cannot be created.
    pub fn in_memory(documents: &[Document], segmenter: &Arc<Segmenter>) -> Result<TextSearcher, IndexError> {
        let dir = Path::new("");
        let (schema, fields) = schema();
        let mut index = Index::create_in_ram(schema);
        let manager = analyzers(segmenter);
        index.set_tokenizers(manager.clone());
        let reader =
            index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into().map_err(|source| fault(dir, source))?;
        let this = Self {
            dir: dir.to_owned(),
            directory: None,
            index,
            reader,
            fields,
            analyzers: manager,
            segmenter: Arc::clone(segmenter),
            segments: SegmentCache::default(),
        };
        this.write(documents, 0)?;
        this.searcher()
    }

    /// Deletes whatever is in `dir` and creates an empty index there.
    ///
    /// # Errors
    /// [`IndexError::Busy`] while another process writes; the directory cannot be removed or written.
    pub fn create(dir: &Path, segmenter: &Arc<Segmenter>) -> Result<Self, IndexError> {
        // An index that cannot be opened has no writer to wait for.
        let _lock: Option<IndexWriter> = match open_files(dir) {
            Ok(old) => match old.writer_with_num_threads(1, SMALL_HEAP) {
                Err(source @ TantivyError::LockFailure(..)) => return Err(fault(dir, source)),
                lock => lock.ok(),
            },
            Err(_) => None,
        };
        match std::fs::remove_dir_all(dir) {
            Err(source) if source.kind() != std::io::ErrorKind::NotFound => Err(IndexError::Io { dir: dir.to_owned(), source }),
            _ => Self::open(dir, segmenter),
        }
    }

    /// Number of the last ledger change that the index in `dir` holds, without opening it to search; `None` if there is no
    /// index. An index that was never written to holds 0.
    ///
    /// # Errors
    /// The index cannot be read.
    pub fn reached(dir: &Path) -> Result<Option<i64>, IndexError> {
        if !exists(dir) {
            return Ok(None);
        }
        let metas = open_files(dir).and_then(|index| index.load_metas()).map_err(|source| fault(dir, source))?;
        let Some(payload) = metas.payload else { return Ok(Some(0)) };
        let stamp = from_payload(&payload).ok_or_else(|| stale(dir, "提交标记无法识别"))?;
        Ok(Some(stamp.ledger_version))
    }

    fn check(&self) -> Result<(), IndexError> {
        let Some(stamp) = self.stamp()? else { return Ok(()) };
        if stamp.format != FORMAT {
            return Err(stale(&self.dir, &format!("格式为{}，程序需要{FORMAT}", stamp.format)));
        }
        let lexicon = self.segmenter.index_version();
        if stamp.lexicon != lexicon {
            return Err(stale(&self.dir, &format!("词典版本为{}，程序使用{lexicon}", stamp.lexicon)));
        }
        Ok(())
    }

    fn stamp(&self) -> Result<Option<Stamp>, IndexError> {
        let metas = self.index.load_metas().map_err(|source| fault(&self.dir, source))?;
        match metas.payload {
            None => Ok(None),
            Some(payload) => from_payload(&payload).map(Some).ok_or_else(|| stale(&self.dir, "提交标记无法识别")),
        }
    }

    /// The segmenter with the word lists that this index is built and searched with.
    #[must_use]
    pub const fn segmenter(&self) -> &Arc<Segmenter> {
        &self.segmenter
    }

    /// Number of the last ledger change that the index holds; 0 for an empty index.
    ///
    /// # Errors
    /// The index cannot be read.
    pub fn ledger_version(&self) -> Result<i64, IndexError> {
        Ok(self.stamp()?.map_or(0, |stamp| stamp.ledger_version))
    }

    /// Writes `documents`, replacing those with the same keys, and commits: all of them or none.
    ///
    /// The time taken depends on `documents`, not on the size of the index: the segments merged along with them are at most a
    /// few times larger, or small in any case. A large write also merges the segments left by many small ones.
    ///
    /// # Errors
    /// [`IndexError::Busy`] while another process writes.
    pub fn write(&self, documents: &[Document], ledger_version: i64) -> Result<(), IndexError> {
        self.change(documents, &[], ledger_version)
    }

    /// The same, and removes the documents with the keys `removed`.
    ///
    /// # Errors
    /// As [`Self::write`].
    pub fn change(&self, documents: &[Document], removed: &[u64], ledger_version: i64) -> Result<(), IndexError> {
        self.write_all(documents, Removed::Keys(removed), ledger_version).map_err(|source| fault(&self.dir, source))?;
        self.reader.reload().map_err(|source| fault(&self.dir, source))
    }

    /// Writes `documents` in place of all that there are.
    ///
    /// # Errors
    /// As [`Self::write`].
    pub fn replace_all(&self, documents: &[Document], ledger_version: i64) -> Result<(), IndexError> {
        self.write_all(documents, Removed::All, ledger_version).map_err(|source| fault(&self.dir, source))?;
        self.reader.reload().map_err(|source| fault(&self.dir, source))
    }

    fn write_all(&self, documents: &[Document], removed: Removed<'_>, ledger_version: i64) -> tantivy::Result<()> {
        let many = documents.len() >= MANY_DOCUMENTS;
        if let Some(directory) = &self.directory {
            directory.wait_for_disk(documents.len() >= WAITED_FOR);
        }
        let mut writer: IndexWriter = if many {
            self.index.writer_with_num_threads(2, LARGE_HEAP)?
        } else {
            self.index.writer_with_num_threads(1, SMALL_HEAP)?
        };
        let mut merging = LogMergePolicy::default();
        merging.set_max_docs_before_merge(SMALL_SEGMENT.max(documents.len().saturating_mul(MERGE_SHARE)));
        writer.set_merge_policy(Box::new(merging));
        let mut replaces = !self.index.load_metas()?.segments.is_empty();
        match removed {
            Removed::Keys(keys) => {
                keys.iter().for_each(|&key| _ = writer.delete_term(Term::from_field_u64(self.fields.key, key)));
            }
            Removed::All if replaces => {
                writer.delete_all_documents()?;
                replaces = false;
            }
            Removed::All => {}
        }
        for document in documents {
            if replaces {
                writer.delete_term(Term::from_field_u64(self.fields.key, document.key));
            }
            let mut fields = TantivyDocument::new();
            fields.add_u64(self.fields.key, document.key);
            fields.add_i64(self.fields.visible_from, document.visible_from);
            fields.add_text(self.fields.recall, &document.text);
            fields.add_text(self.fields.phrases, &document.text);
            writer.add_document(fields)?;
        }
        let mut commit = writer.prepare_commit()?;
        commit.set_payload(&to_payload(&Stamp {
            format: FORMAT,
            lexicon: self.segmenter.index_version().to_owned(),
            ledger_version,
        }));
        commit.commit()?;
        writer.wait_merging_threads()
    }

    /// A view of the index as it is now; later writes do not show up in it.
    ///
    /// # Errors
    /// The index cannot be read.
    pub fn searcher(&self) -> Result<TextSearcher, IndexError> {
        self.reader.reload().map_err(|source| fault(&self.dir, source))?;
        let segmenter = Arc::clone(&self.segmenter);
        TextSearcher::new(self.reader.searcher(), &self.segments, self.fields, self.analyzers.clone(), segmenter)
            .map_err(|source| fault(&self.dir, source))
    }
}

/// True if there is an index in `dir`.
fn exists(dir: &Path) -> bool {
    dir.join("meta.json").exists()
}

fn open_files(dir: &Path) -> tantivy::Result<Index> {
    Index::open(PrivateDirectory::open(dir)?)
}

/// The stamp as three plain fields on one line: `format lexicon ledger_version`.
fn to_payload(stamp: &Stamp) -> String {
    format!("{} {} {}", stamp.format, stamp.lexicon, stamp.ledger_version)
}

fn from_payload(payload: &str) -> Option<Stamp> {
    let mut parts = payload.split(' ');
    let stamp = Stamp {
        format: parts.next()?.parse().ok()?,
        lexicon: parts.next()?.to_owned(),
        ledger_version: parts.next()?.parse().ok()?,
    };
    parts.next().is_none().then_some(stamp)
}

fn stale(dir: &Path, reason: &str) -> IndexError {
    IndexError::Stale { dir: dir.to_owned(), reason: reason.to_owned() }
}

/// Classifies Tantivy's errors by what a person can do about them.
fn fault(dir: &Path, source: TantivyError) -> IndexError {
    let dir = dir.to_owned();
    match source {
        TantivyError::LockFailure(LockError::LockBusy, _) => IndexError::Busy { dir },
        TantivyError::LockFailure(LockError::IoError(source), _) => {
            IndexError::Io { dir, source: std::io::Error::new(source.kind(), source.to_string()) }
        }
        TantivyError::DataCorruption(_)
        | TantivyError::IncompatibleIndex(_)
        | TantivyError::OpenReadError(OpenReadError::FileDoesNotExist(_) | OpenReadError::IncompatibleIndex(_))
        | TantivyError::OpenDirectoryError(OpenDirectoryError::NotADirectory(_)) => {
            IndexError::Stale { dir, reason: "索引文件损坏或不全".to_owned() }
        }
        source => IndexError::Tantivy { dir, source },
    }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    #[test]
    fn small_writes_merge_small_segments_only_and_a_large_write_all() {
        let dir = TempDir::new().unwrap();
        let index = TextIndex::open(dir.path(), &Segmenter::embedded()).unwrap();
        let mut next = 0;
        let mut write = |count: u64| {
            let document = |key| Document { key, visible_from: 0, text: "乡村医生".to_owned() };
            index.write(&(next..next + count).map(document).collect::<Vec<_>>(), 1).unwrap();
            next += count;
            index.reader.reload().unwrap();
            let mut sizes: Vec<u32> = index.reader.searcher().segment_readers().iter().map(|it| it.max_doc()).collect();
            sizes.sort_unstable();
            sizes
        };
        (0..6).for_each(|_| drop(write(20)));
        (0..7).for_each(|_| drop(write(1)));
        assert_eq!(write(1), [8, 20, 20, 20, 20, 20, 20]);
        assert_eq!(write(20), [148]);
    }
}
