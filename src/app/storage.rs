//! What the data directory takes on disk and in memory, part by part.

use std::path::Path;

use super::state::App;
use crate::catalog::BaseFiles;
use crate::domain::Principal;
use crate::store::LEDGER_FILE;

/// What a data directory takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Storage {
    /// The ledger with its log, in bytes.
    pub ledger_bytes: u64,
    /// The text indexes.
    pub text_bytes: u64,
    /// The base: its files, their bytes, and the version of the ledger that it holds.
    pub base_files: usize,
    /// Bytes of the files of the base.
    pub base_bytes: u64,
    /// The version of the ledger that the base holds.
    pub base_version: String,
    /// Records that were written since, and lie over the base in memory.
    pub written_since_base: usize,
    /// What of it the program holds or maps for ranking today, part by part, in bytes.
    pub parts: Vec<(&'static str, usize)>,
}

impl App {
    /// What the data directory takes on disk, and its catalog in memory.
    #[must_use]
    pub fn storage(&self, _who: Principal) -> Storage {
        let catalog = self.catalog();
        let (base_files, base_bytes) = BaseFiles::inside(&self.dir).on_disk();
        let ledger = ["", "-wal"].map(|ending| size_of_file(&self.dir.join(format!("{LEDGER_FILE}{ending}"))));
        Storage {
            ledger_bytes: ledger.iter().sum(),
            text_bytes: size_of_directory(&self.dir.join("text")),
            base_files,
            base_bytes,
            base_version: catalog.base_version().to_string(),
            written_since_base: catalog.written_since_base(),
            parts: catalog.memory(&catalog.as_of(self.today())),
        }
    }
}

fn size_of_file(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |file| file.len())
}

fn size_of_directory(dir: &Path) -> u64 {
    let entries = std::fs::read_dir(dir).into_iter().flatten().flatten();
    let size = |path: &Path| if path.is_dir() { size_of_directory(path) } else { size_of_file(path) };
    entries.map(|entry| size(&entry.path())).sum()
}
