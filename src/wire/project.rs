//! Past projects, and claims.

use jiff::civil::Date;
use serde::Serialize;

use super::convert::{each, shown_enum};
use super::{Amount, Count, RegionFinding, SectorShare};
use crate::app;
use crate::domain::{self, Money};

/// A past project.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Project {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What was done.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// The participants that the record names.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub participants: Vec<Participant>,
    /// Number of participants in all, if it is known and larger than the number of those named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub participant_count: Option<u32>,
    /// Its places.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub regions: Vec<RegionFinding>,
    /// Its sectors.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sectors: Vec<SectorShare>,
    /// Its total sum.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<Amount>,
    /// Its beneficiaries.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub beneficiaries: Option<Count>,
    /// Its groups of beneficiaries.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<String>,
    /// Its modes of help.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub modes: Vec<String>,
    /// When it ran. Undated projects are always visible and count as old.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period: Option<Period>,
    /// Its status as given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Where the record came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// A project with the names of its participants.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct ProjectView {
    /// The project.
    #[serde(flatten)]
    pub project: Project,
    /// Names of the participants, in their order.
    pub participant_names: Vec<String>,
}

/// An organization that took part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Participant {
    /// Id of the organization.
    pub organization: String,
    /// Its contribution in fen, if known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount_fen: Option<i64>,
    /// Its role.
    pub role: Role,
}

/// When a project ran.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Period {
    /// When it started.
    #[schema(example = "2017-12")]
    pub start: String,
    /// When it ended; absent if it was completed within `start` or is still running.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "2019")]
    pub end: Option<String>,
}

/// One organization's share in a need. Several claims of one need form a joint claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Claim {
    /// Its id.
    pub id: String,
    /// The need.
    pub need: String,
    /// The organization.
    pub organization: String,
    /// Its share in fen, if known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount_fen: Option<i64>,
    /// Mode of the contribution (`cash`, `goods`, …).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Its role.
    pub role: Role,
    /// Its state.
    pub state: ClaimState,
    /// Day of the claim.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Date>,
    /// Note.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

shown_enum! {
    /// Role of an organization in a project or claim.
    Role from domain::Role {
        /// 牵头
        Lead,
        /// 参与
        Member,
    }
}

shown_enum! {
    /// State of a claim.
    ClaimState from domain::ClaimState {
        /// Submitted, not yet confirmed.
        Applied,
        /// Confirmed by the coordinator.
        Confirmed,
        /// Certificate handed over (认领证书).
        CertificateIssued,
        /// Agreement signed.
        AgreementSigned,
        /// Carried out.
        Done,
        /// Turned down by the organization.
        Declined,
        /// Withdrawn.
        Cancelled,
    }
}

impl From<domain::Project> for Project {
    fn from(it: domain::Project) -> Self {
        let domain::Project {
            id,
            title,
            description,
            participants,
            participant_count,
            regions,
            sectors,
            amount,
            beneficiaries,
            groups,
            modes,
            period,
            status,
            source,
        } = it;
        Self {
            id: id.into(),
            title,
            description,
            participants: each(participants),
            participant_count,
            regions: each(regions),
            sectors: each(sectors),
            amount: amount.map(Amount::from),
            beneficiaries: beneficiaries.map(Count::from),
            groups,
            modes,
            period: period.map(Period::from),
            status,
            source,
        }
    }
}

impl From<app::ProjectDetails> for ProjectView {
    fn from(it: app::ProjectDetails) -> Self {
        let app::ProjectDetails { project, participant_names } = it;
        Self { project: project.into(), participant_names }
    }
}

impl From<domain::Participant> for Participant {
    fn from(it: domain::Participant) -> Self {
        let domain::Participant { organization, amount, role } = it;
        Self { organization: organization.into(), amount_fen: amount.map(Money::fen), role: role.into() }
    }
}

impl From<domain::Period> for Period {
    fn from(it: domain::Period) -> Self {
        let domain::Period { start, end } = it;
        Self { start: start.to_string(), end: end.map(String::from) }
    }
}

impl From<domain::Claim> for Claim {
    fn from(it: domain::Claim) -> Self {
        let domain::Claim { id, need, organization, amount, kind, role, state, at, reason } = it;
        Self {
            id: id.into(),
            need: need.into(),
            organization: organization.into(),
            amount_fen: amount.map(Money::fen),
            kind,
            role: role.into(),
            state: state.into(),
            at,
            reason,
        }
    }
}
