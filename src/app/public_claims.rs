//! The public claims: what organizations really took on, restated from public pages and embedded. The default weights are fitted
//! to them, and the demo shows them as its history.

use std::path::Path;

use jiff::civil::{Date, date};
use qianshou_index::analyze::Segmenter;
use qianshou_index::writer::TextIndex;
use serde_json::Value;

use super::imports::reader::{Importer, Reading};
use super::imports::report::unlisted;
use crate::catalog::{Catalog, document};
use crate::domain::{Entity, EntityKind, Organization, Project};
use crate::error::AppError;
use crate::ingest::InputFile;
use crate::reference::Reference;
use crate::replay::{PublicClaim, Seen};
use crate::spool::Spool;
use crate::store::{Ledger, LedgerVersion, Numbered};

/// The claimants.
const ORGANIZATIONS: (&str, &str) = ("public_organizations.jsonl", include_str!("../../fixtures/public_organizations.jsonl"));
/// The claims, in the shape of past projects.
const CLAIMS: (&str, &str) = ("public_claims.jsonl", include_str!("../../fixtures/public_claims.jsonl"));
/// Fields that say where a record comes from and which records belong together; no record has them.
const ABOUT: [&str; 3] = ["basis", "event", "record"];
/// The claims were collected up to this day.
pub(super) const COLLECTED: Date = date(2026, 11, 26);

/// The directory of the claimants and the claims, as files to import.
pub(super) fn files() -> Result<[InputFile; 2], AppError> {
    let open = |(name, text): (&str, &str), kind| InputFile::from_bytes(Path::new(name), plain(text).as_bytes(), Some(kind));
    Ok([open(ORGANIZATIONS, EntityKind::Organizations)?, open(CLAIMS, EntityKind::Projects)?])
}

/// The lines without what only the fit needs.
fn plain(text: &str) -> String {
    let strip = |mut line: Value| {
        if let Some(fields) = line.as_object_mut() {
            fields.retain(|key, _| !ABOUT.contains(&key.as_str()));
        }
        format!("{line}\n")
    };
    lines(text).map(strip).collect()
}

fn lines(text: &str) -> impl Iterator<Item = Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("a test reads the embedded lines"))
}

/// The claims and the directory of the claimants.
pub(super) struct PublicClaims {
    pub(super) claims: Vec<PublicClaim>,
    pub(super) organizations: Vec<Organization>,
    importer: Importer,
}

impl PublicClaims {
    /// Reads the embedded files as an import reads them.
    pub(super) fn read() -> Result<Self, AppError> {
        let importer = Importer::new(Reference::embedded(), COLLECTED, &Spool::default());
        let mut this = Self { claims: Vec::new(), organizations: Vec::new(), importer };
        let [organizations, claims] = files()?;
        this.add(&organizations)?;
        let projects = this.records(&claims, EntityKind::Projects, false)?.into_iter().filter_map(|entity| match entity {
            Entity::Project(project) => Some(*project),
            _ => None,
        });
        let claim = |(project, line): (Project, Value)| PublicClaim {
            event: line["event"].as_str().map(ToOwned::to_owned),
            is_later: project.id.as_str().starts_with("public-later"),
            project,
        };
        this.claims = projects.zip(lines(CLAIMS.1)).map(claim).collect();
        Ok(this)
    }

    /// Adds the organizations of a list. A record of a known name replaces the one that is there and keeps its id.
    ///
    /// # Errors
    /// A list with more problems than can be listed.
    pub(super) fn add(&mut self, list: &InputFile) -> Result<(), AppError> {
        for entity in self.records(list, EntityKind::Organizations, true)? {
            let Entity::Organization(mut organization) = entity else { continue };
            match self.organizations.iter().position(|it| it.id == organization.id || it.name == organization.name) {
                Some(at) => {
                    organization.id = self.organizations[at].id.clone();
                    self.organizations[at] = *organization;
                }
                None => self.organizations.push(*organization),
            }
        }
        Ok(())
    }

    /// The records of a kind in a list.
    fn records(&mut self, list: &InputFile, kind: EntityKind, partial: bool) -> Result<Vec<Entity>, AppError> {
        let staged = self.importer.read(list, &Reading { partial, ..Reading::default() }, &|_| {})?;
        staged.of_kind(kind).map(|at| staged.record(at).map_err(unlisted)).collect()
    }

    /// The catalog of the organizations with some projects.
    pub(super) fn catalog(&self, projects: Vec<Project>) -> Result<Catalog, AppError> {
        let projects = numbered(projects);
        let documents: Vec<_> = projects.iter().map(|it| document(it.seq, &it.value)).collect();
        let text = TextIndex::in_memory(&documents, &Segmenter::embedded())?;
        let organizations = numbered(self.organizations.clone());
        let ledger = Ledger { version: LedgerVersion::from_stamp(1), organizations, projects, ..Ledger::default() };
        Ok(Catalog::new(ledger, Reference::embedded(), text)?)
    }

    /// What the default weights have seen.
    pub(super) fn seen(&self) -> Seen {
        let name = |id: &_| self.organizations.iter().find(|it| it.id == *id).map(|it| it.name.clone());
        Seen::new(&self.claims, name)
    }
}

fn numbered<T>(values: Vec<T>) -> Vec<Numbered<T>> {
    (1..).zip(values).map(|(seq, value)| Numbered { seq, value }).collect()
}
