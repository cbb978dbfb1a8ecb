//! The needs that a plan is asked for: of the data directory, of a file, or as a list was read before.

use std::collections::HashSet;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::draft::UnplannedNeed;
use crate::catalog::Catalog;
use crate::domain::{Entity, Need, NeedId};
use crate::ingest::{self, InputFile, Issue, Names, ReadingContext};

/// The needs of a plan.
#[derive(Debug)]
pub enum PlanNeeds {
    /// All open needs of the data directory.
    Open,
    /// Some needs of the data directory.
    Stored(Vec<NeedId>),
    /// The needs of a file; nothing is stored.
    File(InputFile),
    /// The needs of a list that was read before.
    Read(Box<ReadNeeds>),
}

/// The needs of a list as they were read, without contacts. They can be kept, to plan for them once more.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ReadNeeds {
    /// The needs, in the order of the list.
    pub(super) needs: Vec<Need>,
    /// Rows that could not be read, with the reason.
    pub(super) unread: Vec<UnplannedNeed>,
    /// Oddities of the list.
    pub(super) remarks: Vec<String>,
}

impl ReadNeeds {
    /// Reads the needs of a file with what is known on a day.
    #[must_use]
    pub fn of_file(catalog: &Catalog, as_of: Date, file: &InputFile) -> Self {
        let (names, known) = (Names::default(), HashSet::new());
        let setting = ReadingContext::new(&catalog.reference, &names, &known, as_of);
        let mut read = Self { remarks: ingest::remarks(file).iter().map(placed).collect(), ..Self::default() };
        for outcome in (0..file.table_count()).flat_map(|n| ingest::read(file, n, &setting)) {
            read.remarks.extend(outcome.warnings.iter().map(placed));
            match outcome.entity {
                Some(Entity::Need(need)) => read.needs.push(Need { contact: None, ..*need }),
                _ => read.unread.push(UnplannedNeed {
                    need: outcome.id.filter(|_| !outcome.id_is_made).unwrap_or_else(|| format!("第{}行", outcome.row)),
                    title: None,
                    region: None,
                    reason: outcome.rejected.iter().map(Issue::in_words).collect::<Vec<_>>().join("；"),
                }),
            }
        }
        read
    }
}

/// An oddity with its place.
fn placed(issue: &Issue) -> String {
    let sheet = issue.sheet.as_ref().map_or_else(String::new, |sheet| format!("工作表“{sheet}”"));
    let row = if issue.row > 0 { format!("第{}行 ", issue.row) } else { String::new() };
    format!("{sheet}{row}{}", issue.in_words())
}
