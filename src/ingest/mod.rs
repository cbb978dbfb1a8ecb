//! Files of records → domain values and a report that loses no row: each is read, or listed with the reason.
//!
//! CSV and JSONL, UTF-8. [`read`] gives one outcome a row, in file order; what to do with them is the engine's business.

mod claim;
mod fields;
mod file;
mod headers;
mod need;
mod organization;
mod project;

use std::collections::{HashMap, HashSet};

use jiff::civil::Date;
use serde::Serialize;

use crate::domain::{Entity, EntityKind, NeedId, Organization, OrganizationId, RegionCode};
use crate::reference::Reference;
use fields::Fields;
pub use file::{FileError, InputFile};

/// One thing that is wrong with a file, and where.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Issue {
    /// The file.
    pub file: String,
    /// The sheet; null for CSV and JSONL.
    pub sheet: Option<String>,
    /// Physical row or line, from 1.
    pub row: u64,
    /// Column letter, or the key for JSONL; null where the whole row is meant.
    pub column: Option<String>,
    /// The field of the record.
    pub field: Option<String>,
    /// The value as it stands.
    pub value: Option<String>,
    /// What is wrong and what to do.
    pub reason: String,
}

/// What became of one row.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// Physical row or line, from 1.
    pub row: u64,
    /// The id in the row, if it has one that can be read.
    pub id: Option<String>,
    /// The record; `None` if the row is rejected.
    pub entity: Option<Entity>,
    /// Organizations that the row names and nobody knows yet.
    pub stubs: Vec<Organization>,
    /// Why it is rejected; empty for an accepted row.
    pub rejected: Vec<Issue>,
    /// What is odd about an accepted row.
    pub warnings: Vec<Issue>,
}

/// What reading a row rests on beside the row.
pub struct Setting<'a> {
    /// The tables.
    pub reference: &'a Reference,
    /// The organizations that rows may refer to.
    pub names: &'a Names,
    /// The needs that claims may refer to.
    pub needs: &'a HashSet<NeedId>,
    /// Day of the import.
    pub today: Date,
    /// Region that the user named for the whole file.
    pub region: Option<RegionCode>,
}

/// Organizations by id, name and alias. A name that several bear refers to none of them.
#[derive(Debug, Clone, Default)]
pub struct Names {
    ids: HashMap<String, Known>,
}

#[derive(Debug, Clone)]
enum Known {
    /// Only rows that name it are known, no record of its own: a full record of the name takes over.
    Stub(OrganizationId),
    /// One organization.
    Full(OrganizationId),
    /// Several bear the name.
    Several,
}

impl Names {
    /// Makes the names of `organization` known.
    pub fn add(&mut self, organization: &Organization) {
        let id = &organization.id;
        let own = if organization.stub { Known::Stub(id.clone()) } else { Known::Full(id.clone()) };
        let names = std::iter::once(&organization.name).chain(&organization.aliases).map(String::as_str);
        for name in names.chain([id.as_str()]) {
            let known = match (self.ids.get(name), &own) {
                (Some(Known::Full(_) | Known::Several), Known::Stub(_)) => continue,
                (Some(Known::Full(other)), _) if other != id && name != id.as_str() && name != other.as_str() => Known::Several,
                (Some(Known::Full(other)), _) if name == other.as_str() => continue,
                (Some(Known::Several), _) if name != id.as_str() => Known::Several,
                _ => own.clone(),
            };
            self.ids.insert(name.to_owned(), known);
        }
    }

    /// The one organization with this id, name or alias.
    #[must_use]
    pub fn find(&self, text: &str) -> Option<&OrganizationId> {
        match self.ids.get(text)? {
            Known::Stub(id) | Known::Full(id) => Some(id),
            Known::Several => None,
        }
    }
}

/// Reads every row of `file` as a record of `kind`, in file order.
#[must_use]
pub fn read(file: &InputFile, kind: EntityKind, setting: &Setting<'_>) -> Vec<Outcome> {
    file.rows
        .iter()
        .map(|row| match &row.cells {
            Ok(cells) => outcome(&file.name, row.number, cells, kind, setting),
            Err(reason) => {
                let issue = Issue {
                    file: file.name.clone(),
                    sheet: None,
                    row: row.number,
                    column: None,
                    field: None,
                    value: None,
                    reason: reason.clone(),
                };
                Outcome {
                    row: row.number,
                    id: None,
                    entity: None,
                    stubs: Vec::new(),
                    rejected: vec![issue],
                    warnings: Vec::new(),
                }
            }
        })
        .collect()
}

fn outcome(name: &str, row: u64, cells: &file::Cells, kind: EntityKind, setting: &Setting<'_>) -> Outcome {
    let mut fields = Fields::new(cells, setting);
    let entity = match kind {
        EntityKind::Organizations => organization::decode(&mut fields).map(|it| Entity::Organization(Box::new(it))),
        EntityKind::Projects => project::decode(&mut fields).map(|it| Entity::Project(Box::new(it))),
        EntityKind::Needs => need::decode(&mut fields).map(|it| Entity::Need(Box::new(it))),
        EntityKind::Claims => claim::decode(&mut fields).map(|it| Entity::Claim(Box::new(it))),
    };
    let id = entity.as_ref().map(|entity| entity.id().to_owned()).or_else(|| fields.text("id"));
    let (rejected, warnings, stubs) = fields.finish(name, row);
    let entity = entity.filter(|_| rejected.is_empty());
    Outcome { row, id, entity, stubs, rejected, warnings }
}
