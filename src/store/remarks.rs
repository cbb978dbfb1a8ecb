//! What people have noted on suggestions: an append-only file of JSON lines in the data directory. It is no part of the ledger,
//! since nothing is derived from it: notes are shown and change no ranking until it is known whose they are.

use std::fs::File;
use std::io::{BufRead as _, BufReader, ErrorKind, Result, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::domain::OrganizationId;
use crate::private_files;

/// Name of the file in a data directory.
const FILE: &str = "remarks.jsonl";
/// Most notes that are kept in memory; later ones take the place of the earliest.
const MOST_KEPT: usize = 100_000;

/// A note that an organization does not suit a need.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remark {
    /// What was asked: the id of a stored need, or a digest of a text.
    pub question: String,
    /// The organization.
    pub organization: OrganizationId,
    /// Why it does not suit; none takes an earlier note back.
    pub reason: Option<String>,
    /// The day of the note.
    pub on: Date,
}

/// The notes of a data directory.
#[derive(Debug)]
pub struct Remarks {
    path: PathBuf,
    read: Mutex<Read>,
}

/// What of the file has been read, by this or another process's hand.
#[derive(Debug, Default)]
struct Read {
    bytes: u64,
    remarks: Vec<Remark>,
}

impl Remarks {
    /// The notes in a data directory; the file is read when it is first asked for.
    #[must_use]
    pub fn inside(dir: &Path) -> Self {
        Self { path: dir.join(FILE), read: Mutex::default() }
    }

    /// Adds a note. It is on disk when this returns.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn add(&self, remark: &Remark) -> Result<()> {
        let mut file = private_files::create_file(&self.path)?;
        let mut line = serde_json::to_vec(remark)?;
        line.push(b'\n');
        // A line that a crash cut off ends before the next one begins.
        let length = file.seek(SeekFrom::End(0))?;
        if length > 0 && !self.ends_with_line(length)? {
            line.insert(0, b'\n');
        }
        file.write_all(&line)?;
        file.sync_data()
    }

    fn ends_with_line(&self, length: u64) -> Result<bool> {
        use std::io::Read as _;
        let mut file = File::open(&self.path)?;
        file.seek(SeekFrom::Start(length - 1))?;
        let mut last = [0];
        file.read_exact(&mut last)?;
        Ok(last == *b"\n")
    }

    /// The notes on a question that were not taken back, by organization, the latest of each.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn on(&self, question: &str) -> Result<Vec<Remark>> {
        self.latest(|it| it.question == question)
    }

    /// The notes on an organization that were not taken back, the latest of each question.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn about(&self, organization: &OrganizationId) -> Result<Vec<Remark>> {
        self.latest(|it| it.organization == *organization)
    }

    fn latest(&self, is_wanted: impl Fn(&Remark) -> bool) -> Result<Vec<Remark>> {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        self.catch_up(&mut read)?;
        let mut latest: Vec<&Remark> = Vec::new();
        for remark in read.remarks.iter().filter(|it| is_wanted(it)) {
            latest.retain(|it| (&it.question, &it.organization) != (&remark.question, &remark.organization));
            latest.push(remark);
        }
        Ok(latest.into_iter().filter(|it| it.reason.is_some()).cloned().collect())
    }

    /// Reads what was written since.
    fn catch_up(&self, read: &mut Read) -> Result<()> {
        let mut file = match File::open(&self.path) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                *read = Read::default();
                return Ok(());
            }
            opened => opened?,
        };
        if file.metadata()?.len() < read.bytes {
            // It was replaced.
            *read = Read::default();
        }
        file.seek(SeekFrom::Start(read.bytes))?;
        let mut lines = BufReader::new(file);
        let mut line = Vec::new();
        // A line without its end is still being written.
        while lines.read_until(b'\n', &mut line)? > 0 && line.ends_with(b"\n") {
            read.bytes += line.len() as u64;
            match serde_json::from_slice(&line) {
                Ok(remark) => read.remarks.push(remark),
                Err(_) if line.trim_ascii().is_empty() => {}
                Err(error) => tracing::warn!("{}：有一行无法读取，已跳过：{error}", self.path.display()),
            }
            line.clear();
        }
        let surplus = read.remarks.len().saturating_sub(MOST_KEPT);
        read.remarks.drain(..surplus);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use tempfile::TempDir;

    use super::*;

    fn remark(question: &str, organization: &str, reason: Option<&str>) -> Remark {
        let organization = OrganizationId::new(organization);
        Remark { question: question.to_owned(), organization, reason: reason.map(str::to_owned), on: date(2026, 11, 26) }
    }

    #[test]
    fn notes_are_kept_taken_back_and_seen_by_others() {
        let dir = TempDir::new().unwrap();
        let (one, other) = (Remarks::inside(dir.path()), Remarks::inside(dir.path()));
        assert!(one.on("n1").unwrap().is_empty());
        one.add(&remark("n1", "a", Some("资金不足"))).unwrap();
        other.add(&remark("n1", "b", Some("地区不符"))).unwrap();
        one.add(&remark("n2", "a", Some("已婉拒"))).unwrap();
        assert_eq!(other.on("n1").unwrap().len(), 2);
        one.add(&remark("n1", "a", None)).unwrap();
        assert_eq!(one.on("n1").unwrap(), [remark("n1", "b", Some("地区不符"))]);
        assert_eq!(Remarks::inside(dir.path()).about(&OrganizationId::new("a")).unwrap(), [remark("n2", "a", Some("已婉拒"))]);
    }

    #[test]
    fn a_line_that_was_cut_off_spoils_no_other() {
        let dir = TempDir::new().unwrap();
        let remarks = Remarks::inside(dir.path());
        remarks.add(&remark("n1", "a", Some("其他"))).unwrap();
        let path = dir.path().join(FILE);
        let mut cut = std::fs::read(&path).unwrap();
        cut.extend_from_slice(b"{\"question\":\"n1\",\"organ");
        std::fs::write(&path, cut).unwrap();
        assert_eq!(remarks.on("n1").unwrap().len(), 1);
        remarks.add(&remark("n1", "b", Some("其他"))).unwrap();
        assert_eq!(remarks.on("n1").unwrap().len(), 2);
        assert_eq!(Remarks::inside(dir.path()).on("n1").unwrap().len(), 2);
    }
}
