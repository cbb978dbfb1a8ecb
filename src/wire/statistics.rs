//! Counts and sums of a data directory.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;

use super::convert::each;
use crate::app;

/// Counts and sums of one snapshot.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Statistics {
    /// The day up to which records count.
    #[schema(value_type = String, format = Date)]
    pub as_of: Date,
    /// Name of the snapshot.
    pub snapshot: String,
    /// Version of the lexicon.
    pub lexicon: String,
    /// Organizations.
    pub organizations: usize,
    /// Organizations with at least one past project.
    pub organizations_with_history: usize,
    /// Organizations that are blacklisted or no longer registered.
    pub organizations_out: usize,
    /// Past projects.
    pub projects: usize,
    /// Past projects without a date, a place, a sector, a sum.
    pub projects_lacking: BTreeMap<&'static str, usize>,
    /// Stated sums of past projects, in yuan.
    pub project_yuan: f64,
    /// Needs.
    pub needs: usize,
    /// Needs that look for partners.
    pub open_needs: usize,
    /// Stated sums of open needs, in yuan.
    pub open_yuan: f64,
    /// Claims that reserve or bind.
    pub claims: usize,
    /// By top-level sector; a record of several sectors counts in its first.
    pub sectors: Vec<Share>,
    /// By province; a record of several provinces counts in its first.
    pub provinces: Vec<Share>,
}

/// Number and sum of the records that share something.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Share {
    /// Its name.
    pub name: String,
    /// Past projects.
    pub projects: usize,
    /// Open needs.
    pub open_needs: usize,
    /// Stated sums of the past projects, in yuan.
    pub project_yuan: f64,
    /// Stated sums of the open needs, in yuan.
    pub open_yuan: f64,
    /// Past projects that state no sum.
    pub projects_without_sum: usize,
    /// Open needs that state no sum.
    pub open_without_sum: usize,
}

impl From<app::Statistics> for Statistics {
    fn from(it: app::Statistics) -> Self {
        let app::Statistics {
            as_of,
            snapshot,
            lexicon,
            organizations,
            organizations_with_history,
            organizations_out,
            projects,
            projects_lacking,
            project_yuan,
            needs,
            open_needs,
            open_yuan,
            claims,
            sectors,
            provinces,
        } = it;
        Self {
            as_of,
            snapshot,
            lexicon,
            organizations,
            organizations_with_history,
            organizations_out,
            projects,
            projects_lacking,
            project_yuan,
            needs,
            open_needs,
            open_yuan,
            claims,
            sectors: each(sectors),
            provinces: each(provinces),
        }
    }
}

impl From<app::Share> for Share {
    fn from(it: app::Share) -> Self {
        let app::Share { name, projects, open_needs, project_yuan, open_yuan, projects_without_sum, open_without_sum } = it;
        Self { name, projects, open_needs, project_yuan, open_yuan, projects_without_sum, open_without_sum }
    }
}

/// The statistics with what the data directory takes; for the command line.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StatisticsAndStorage {
    /// The statistics.
    #[serde(flatten)]
    pub statistics: Statistics,
    /// What the data directory takes.
    pub storage: Storage,
}

/// What a data directory takes, in bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Storage {
    /// The ledger.
    pub ledger_bytes: u64,
    /// The text indexes.
    pub text_bytes: u64,
    /// Files of the base.
    pub base_files: usize,
    /// Their bytes.
    pub base_bytes: u64,
    /// The version of the ledger that the base holds.
    pub base_version: String,
    /// Records that were written since.
    pub written_since_base: usize,
    /// What the catalog holds or maps, part by part.
    pub parts: Vec<StoragePart>,
}

/// One part of a catalog.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StoragePart {
    /// What it is.
    pub name: &'static str,
    /// Its bytes.
    pub bytes: usize,
}

impl From<app::Storage> for Storage {
    fn from(it: app::Storage) -> Self {
        let app::Storage { ledger_bytes, text_bytes, base_files, base_bytes, base_version, written_since_base, parts } = it;
        let parts = parts.into_iter().map(|(name, bytes)| StoragePart { name, bytes }).collect();
        Self { ledger_bytes, text_bytes, base_files, base_bytes, base_version, written_since_base, parts }
    }
}
