//! Which records may have a word in their texts: their bodies are searched as they are stored, without being parsed.

use memchr::memmem::Finder;
use rayon::prelude::*;

use super::columns::Bodies;
use super::records::Records;

/// A kind of records with texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bodied {
    /// Organizations.
    Organizations,
    /// Past projects.
    Projects,
    /// Needs.
    Needs,
}

/// Records that are searched at once.
const AT_ONCE: usize = 2048;

impl Records {
    /// The positions of the records whose JSON has `word` in some string, ascending, and perhaps of others that were written since
    /// the base. Whoever wants to know in which field it is looks at the records.
    #[must_use]
    pub fn containing(&self, kind: Bodied, word: &str) -> Vec<usize> {
        // As it stands inside a string.
        let quoted = serde_json::Value::from(word).to_string();
        let finder = Finder::new(&quoted.as_bytes()[1..quoted.len() - 1]);
        let (tables, overlay) = (&self.base.tables, &self.overlay);
        let (bodies, changed, count): (&Bodies, Vec<u32>, usize) = match kind {
            Bodied::Organizations => {
                (&tables.organization_bodies, overlay.organizations.changed.keys().copied().collect(), self.organization_count())
            }
            Bodied::Projects => {
                (&tables.project_bodies, overlay.projects.changed.keys().copied().collect(), self.project_count())
            }
            Bodied::Needs => (&tables.need_bodies, overlay.needs.changed.keys().copied().collect(), self.need_count()),
        };
        let starts: Vec<usize> = (0..bodies.len()).step_by(AT_ONCE).collect();
        let part = |start: usize| self.base.containing(bodies, start..bodies.len().min(start + AT_ONCE), &finder);
        let mut found: Vec<usize> = starts.into_par_iter().flat_map_iter(part).collect();
        found.extend(changed.into_iter().map(|at| at as usize).filter(|&at| at < count));
        found.sort_unstable();
        found.dedup();
        found
    }
}

impl super::base::Base {
    /// The records of a range whose bodies the finder finds something in. Bodies that follow one another in a file are read and
    /// searched together.
    fn containing(&self, bodies: &Bodies, records: std::ops::Range<usize>, finder: &Finder<'_>) -> Vec<usize> {
        let mut found = Vec::new();
        let mut at = records.start;
        while at < records.end {
            let first = bodies.place(at);
            let (mut end, mut length) = (at, 0);
            while end < records.end && bodies.place(end).follows(first, length) {
                length += u64::from(bodies.place(end).length);
                end += 1;
            }
            match first.read_run(self.body_files(), length as usize) {
                Ok(bytes) => found.extend(in_run(bodies, at..end, &bytes, finder)),
                Err(error) => self.is_damaged(at, &error),
            }
            at = end;
        }
        found
    }
}

/// The records of a run whose parts of `bytes` the finder finds something in.
fn in_run(bodies: &Bodies, records: std::ops::Range<usize>, bytes: &[u8], finder: &Finder<'_>) -> Vec<usize> {
    let (mut found, mut record, mut end) = (Vec::new(), records.start, bodies.place(records.start).length as usize);
    for hit in finder.find_iter(bytes) {
        while hit >= end && record + 1 < records.end {
            record += 1;
            end += bodies.place(record).length as usize;
        }
        if found.last() != Some(&record) {
            found.push(record);
        }
    }
    found
}
