//! Small catalogs in memory.

use jiff::civil::Date;
use qianshou_index::analyze::Segmenter;
use qianshou_index::writer::TextIndex;

use crate::catalog::{Catalog, Flags, NO_HOME, Reach, Row, document};
use crate::domain::{
    Amount, Claim, ClaimId, ClaimState, Money, Need, NeedId, Organization, OrganizationId, Participant, Project, ProjectId,
    RegionCode, RegionFinding, Role, SectorCode, SectorShare,
};
use crate::reference::Reference;
use crate::store::{Ledger, LedgerVersion, Numbered};

/// The records of a small catalog.
#[derive(Debug, Clone, Default)]
pub(crate) struct Small {
    pub(crate) organizations: Vec<Organization>,
    pub(crate) projects: Vec<Project>,
    pub(crate) needs: Vec<Need>,
    pub(crate) claims: Vec<Claim>,
}

impl Small {
    /// The catalog of these records, with their text index.
    pub(crate) fn catalog(self) -> Catalog {
        let projects = numbered(self.projects);
        let documents: Vec<_> = projects.iter().map(|it| document(it.seq, &it.value)).collect();
        let text = TextIndex::in_memory(&documents, &Segmenter::embedded()).expect("an index in memory");
        let ledger = Ledger {
            version: LedgerVersion::from_stamp(1),
            organizations: numbered(self.organizations),
            projects,
            needs: numbered(self.needs),
            claims: numbered(self.claims),
            ..Ledger::default()
        };
        Catalog::new(ledger, Reference::embedded(), text).expect("indexes in memory")
    }
}

fn numbered<T>(values: Vec<T>) -> Vec<Numbered<T>> {
    (1..).zip(values).map(|(seq, value)| Numbered { seq, value }).collect()
}

/// An organization without any record.
pub(crate) fn organization(name: &str) -> Organization {
    Organization::named(OrganizationId::new(name), name)
}

/// A project of `participants`, by the ids that [`organization`] gives; `start` as people write it, empty for none.
pub(crate) fn project(id: &str, title: &str, participants: &[&str], start: &str) -> Project {
    let participant = |name: &&str| Participant { organization: OrganizationId::new(*name), amount: None, role: Role::Member };
    Project {
        id: ProjectId::new(id),
        title: title.to_owned(),
        description: String::new(),
        participants: participants.iter().map(participant).collect(),
        participant_count: None,
        regions: Vec::new(),
        sectors: Vec::new(),
        amount: None,
        beneficiaries: None,
        groups: Vec::new(),
        modes: Vec::new(),
        period: start.parse().ok(),
        status: None,
        source: None,
    }
}

/// A need of one sector.
pub(crate) fn need(id: &str, sector: &str) -> Need {
    let json = serde_json::json!({"id": id, "description": "", "normalized": ""});
    let mut need: Need = serde_json::from_value(json).expect("a need of few words");
    need.record.sectors = sectors(&[sector]);
    need
}

/// A claim on a day.
pub(crate) fn claim(need: &str, organization: &str, state: ClaimState, at: Date) -> Claim {
    Claim {
        id: ClaimId::new(format!("{need}/{organization}")),
        need: NeedId::new(need),
        organization: OrganizationId::new(organization),
        amount: None,
        kind: None,
        role: Role::Member,
        state,
        at: Some(at),
        reason: None,
    }
}

/// Equal shares of these sectors.
pub(crate) fn sectors(codes: &[&str]) -> Vec<SectorShare> {
    SectorShare::equal(codes.iter().map(|&code| SectorCode::new(code)).collect())
}

/// A place that is certain.
pub(crate) fn place(digits: u32) -> RegionFinding {
    let code = RegionCode::new(digits).expect("six digits");
    RegionFinding { code, name: code.to_string(), matched: code.to_string(), certain: true, span: None }
}

/// A sum.
pub(crate) fn yuan(yuan: f64) -> Money {
    Money::from_yuan(yuan).expect("a sum within bounds")
}

/// An amount that is known exactly.
pub(crate) fn amount(of: f64) -> Option<Amount> {
    Some(Amount::exact(yuan(of), of.to_string()))
}

/// The row of an organization about which only these flags are known.
pub(crate) fn row(flags: u16) -> Row {
    let mut all = Flags::default();
    all.set(flags, true);
    Row {
        flags: all,
        home: NO_HOME,
        reach: Reach::default(),
        purpose: crate::catalog::NO_PURPOSE,
        projects: 0,
        popularity: 0.0,
        idle_years: f32::NAN,
        ln_sectored: 0.0,
        ln_regioned: 0.0,
        ln_grouped: 0.0,
        ln_with_modes: 0.0,
        contribution_mean: 0.0,
        contribution_spread: 1.0,
        contribution_freedom: 4.0,
        ln_credible: f32::NAN,
        ln_affordable: f32::NAN,
        headroom: f32::NAN,
        slots: f32::NAN,
    }
}
