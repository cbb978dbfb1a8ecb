//! The files of bases in a data directory: which there are, and writing a new one.

use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use qianshou_index::analyze::Segmenter;

use super::{Base, Tables};
use crate::catalog::columns::{BodyFile, BodyWriter, ColumnFile, Columnar, Parts, Unusable, save};
use crate::private_files::{create_dir, create_file};
use crate::reference::Reference;
use crate::store::{LedgerState, LedgerVersion, Mark};

/// Changes with the columns and with the rules by which facts are derived from records: files of another format are made anew.
const FORMAT: u32 = 2;

/// Endings of the names of files.
const COLUMNS: &str = "columns";
const BODIES: &str = "bodies";
/// Whoever writes or removes files holds this one locked.
const LOCK: &str = ".lock";
/// Prefix of the names of all columns.
const ROOT: &str = "catalog";

/// What a base depends on besides the ledger: format, reference tables, taxonomy and word lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// What a base depends on that is made with these tables and words.
    #[must_use]
    pub fn of(taxonomy: Option<&str>, segmenter: &Segmenter) -> Self {
        let mut tables = crc32fast::Hasher::new();
        Reference::DATA.iter().for_each(|data| tables.update(data.as_bytes()));
        tables.update(taxonomy.unwrap_or_default().as_bytes());
        Self(format!("{FORMAT} {:08x} {}", tables.finalize(), segmenter.index_version()))
    }
}

/// The directory of the bases.
#[derive(Debug, Clone)]
pub struct BaseFiles {
    dir: PathBuf,
}

/// A base on disk that is not loaded yet.
pub(super) struct Candidate {
    file: ColumnFile,
    name: String,
    pub(super) version: LedgerVersion,
    pub(super) mark: Mark,
}

/// The right to write and remove bases: one process at a time has it.
pub struct Writing {
    files: BaseFiles,
    _lock: File,
}

impl BaseFiles {
    /// Those inside a data directory.
    #[must_use]
    pub fn inside(data: &Path) -> Self {
        Self { dir: data.join("catalog") }
    }

    /// Where they are.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The bases that were made with the same tables and words, the latest first.
    pub(super) fn candidates(&self, fingerprint: &Fingerprint) -> Vec<Candidate> {
        let names = self.names(COLUMNS);
        let mut found: Vec<Candidate> = names.into_iter().filter_map(|name| self.candidate(name, fingerprint)).collect();
        found.sort_by(|a, b| b.version.cmp(&a.version).then_with(|| a.name.cmp(&b.name)));
        found
    }

    fn candidate(&self, name: String, fingerprint: &Fingerprint) -> Option<Candidate> {
        let unusable = |error: &Unusable| tracing::warn!("目录数据 {} 不能用：{error}", self.dir.join(&name).display());
        let file = ColumnFile::open(&self.dir.join(&name)).inspect_err(unusable).ok()?;
        if file.note("fingerprint")? != fingerprint.0 {
            tracing::info!("目录数据 {} 不合用：{}", self.dir.join(&name).display(), Unusable::Other);
            return None;
        }
        let version = LedgerVersion::from_stamp(file.note("version")?.parse().ok()?);
        let mark = Mark(unhex(file.note("mark")?)?);
        Some(Candidate { file, name, version, mark })
    }

    /// Loads a base: its columns are mapped and compared with their checksums.
    pub(super) fn load(&self, candidate: Candidate, state: LedgerState) -> Result<Base, Unusable> {
        let Candidate { file, name, version, mark } = candidate;
        file.verify(&self.dir.join(name))?;
        let tables = Tables::take(ROOT, &file)?;
        let names: Vec<String> = file.note("bodies").and_then(|it| serde_json::from_str(it).ok()).unwrap_or_default();
        let open = |name: String| Ok(Arc::new(BodyFile::Stored { file: File::open(self.dir.join(&name))?, name }));
        let files = names.into_iter().map(open).collect::<io::Result<Vec<_>>>()?;
        let state = LedgerState { version, mark, ..state };
        Ok(Base::new(tables, state, files))
    }

    /// Waits until no other process writes bases.
    ///
    /// # Errors
    /// The directory cannot be written.
    pub fn wait_to_write(&self) -> io::Result<Writing> {
        let lock = self.lock_file()?;
        lock.lock()?;
        Ok(Writing { files: self.clone(), _lock: lock })
    }

    /// The same; none if another process writes bases now.
    ///
    /// # Errors
    /// The directory cannot be written.
    pub fn try_to_write(&self) -> io::Result<Option<Writing>> {
        let lock = self.lock_file()?;
        match lock.try_lock() {
            Ok(()) => Ok(Some(Writing { files: self.clone(), _lock: lock })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    fn lock_file(&self) -> io::Result<File> {
        create_dir(&self.dir)?;
        create_file(&self.dir.join(LOCK))
    }

    /// The path of a file that does not exist yet, and its name.
    fn new_file(&self, ending: &str) -> (PathBuf, String) {
        let name = format!("{}.{ending}", uuid::Uuid::new_v4().simple());
        (self.dir.join(&name), name)
    }

    fn names(&self, ending: &str) -> Vec<String> {
        let entries = std::fs::read_dir(&self.dir).into_iter().flatten().flatten();
        let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
        names.filter(|name| Path::new(name).extension().is_some_and(|it| it == ending)).collect()
    }

    /// Removes all bases.
    ///
    /// # Errors
    /// A file cannot be removed.
    pub fn clear(&self) -> io::Result<()> {
        let writing = self.wait_to_write()?;
        writing.remove(|_| true)
    }

    /// Number of files and bytes on disk.
    #[must_use]
    pub fn on_disk(&self) -> (usize, u64) {
        let names = [COLUMNS, BODIES].map(|ending| self.names(ending)).concat();
        let size = |name: &String| std::fs::metadata(self.dir.join(name)).map_or(0, |file| file.len());
        (names.len(), names.iter().map(size).sum())
    }
}

impl Writing {
    /// A writer of a new file of bodies, which is to be file number `number` of its base.
    pub(in crate::catalog) fn bodies(&self, number: usize) -> io::Result<BodyWriter> {
        let (path, name) = self.files.new_file(BODIES);
        create_file(&path)?;
        let file = File::options().read(true).write(true).open(path)?;
        Ok(BodyWriter::to_file(name, file, number))
    }

    /// Saves a base and removes all that it replaces. Returns it as it is on disk.
    pub(in crate::catalog) fn save(&self, base: Base, fingerprint: &Fingerprint) -> Result<Base, Unusable> {
        let bodies: Vec<&str> = base.files.iter().filter_map(|file| file.name()).collect();
        let notes = [
            ("fingerprint", fingerprint.0.clone()),
            ("version", base.state.version.to_string()),
            ("mark", hex(&base.state.mark.0)),
            ("bodies", serde_json::to_string(&bodies).map_err(io::Error::from)?),
        ];
        let (path, name) = self.files.new_file(COLUMNS);
        let mut parts = Parts::default();
        base.tables.put(ROOT.to_owned(), &mut parts);
        save(&path, &parts, &notes)?;
        let kept: Vec<String> = bodies.iter().map(|name| (*name).to_owned()).chain([name]).collect();
        if let Err(error) = self.remove(|name| !kept.iter().any(|it| it == name)) {
            tracing::warn!("旧的目录数据没有删净：{error}");
        }
        let file = ColumnFile::open(&path)?;
        let tables = Tables::take(ROOT, &file)?;
        Ok(Base::new(tables, base.state, base.files))
    }

    /// Removes files. A process that has one open goes on reading it.
    fn remove(&self, is_gone: impl Fn(&str) -> bool) -> io::Result<()> {
        for name in [COLUMNS, BODIES].map(|ending| self.files.names(ending)).concat() {
            if is_gone(&name) {
                std::fs::remove_file(self.files.dir.join(name))?;
            }
        }
        Ok(())
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(digits: &str) -> Option<Box<[u8]>> {
    let pairs = (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok());
    pairs.collect()
}
