//! A record as a line of the import format.

use serde::Serialize;

use crate::domain::{
    Amount, Claim, Money, Need, Organization, OrganizationKind, OrganizationStatus, Project, RegionFinding, Role, SectorShare,
};

#[derive(Serialize)]
pub(super) struct OrganizationLine<'a> {
    id: &'a str,
    name: &'a str,
    kind: OrganizationKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    level: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    home_region: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    sectors: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    public_fundraising: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rating: Option<&'a str>,
    status: OrganizationStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    annual_spend_yuan: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    budget_yuan: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_projects: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    min_ticket_yuan: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'a str>,
}

impl<'a> From<&'a Organization> for OrganizationLine<'a> {
    fn from(it: &'a Organization) -> Self {
        Self {
            id: it.id.as_str(),
            name: &it.name,
            kind: it.kind,
            level: it.level.as_deref(),
            home_region: it.home_region.as_ref().map(|region| region.name.as_str()),
            scope: it.scope.as_deref(),
            sectors: it.sectors.iter().map(|code| code.as_str()).collect(),
            public_fundraising: it.public_fundraising,
            rating: it.rating.as_deref(),
            status: it.status,
            annual_spend_yuan: it.annual_spend.map(Money::yuan),
            budget_yuan: it.budget.map(Money::yuan),
            max_projects: it.max_projects,
            min_ticket_yuan: it.min_ticket.map(Money::yuan),
            source: it.source.as_deref(),
        }
    }
}

#[derive(Serialize)]
struct ParticipantLine<'a> {
    organization: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    amount_yuan: Option<f64>,
    role: Role,
}

#[derive(Serialize)]
pub(super) struct ProjectLine<'a> {
    id: &'a str,
    title: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    description: &'a str,
    participants: Vec<ParticipantLine<'a>>,
    regions: Vec<&'a str>,
    sectors: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    amount_yuan: Option<f64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    groups: Vec<&'a str>,
    modes: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    start: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'a str>,
}

impl<'a> From<&'a Project> for ProjectLine<'a> {
    fn from(it: &'a Project) -> Self {
        let participants = it.participants.iter().map(|participant| ParticipantLine {
            organization: participant.organization.as_str(),
            amount_yuan: participant.amount.map(Money::yuan),
            role: participant.role,
        });
        Self {
            id: it.id.as_str(),
            title: &it.title,
            description: &it.description,
            participants: participants.collect(),
            regions: names(&it.regions),
            sectors: codes(&it.sectors),
            amount_yuan: yuan(it.amount.as_ref()),
            groups: it.groups.iter().map(String::as_str).collect(),
            modes: it.modes.iter().map(String::as_str).collect(),
            start: it.period.map(|period| String::from(period.start)),
            status: it.status.as_deref(),
            source: it.source.as_deref(),
        }
    }
}

#[derive(Serialize)]
pub(super) struct NeedLine<'a> {
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    description: &'a str,
    region: Vec<&'a str>,
    sector: Vec<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    groups: Vec<&'a str>,
    modes: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gap_yuan: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    beneficiaries: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    urgency: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    submitted_by: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    list: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fiscal_covered: Option<bool>,
    status: crate::domain::NeedStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'a str>,
}

impl<'a> From<&'a Need> for NeedLine<'a> {
    fn from(it: &'a Need) -> Self {
        let record = &it.record;
        Self {
            id: it.id.as_str(),
            title: record.title.as_deref(),
            description: &record.description,
            region: names(&record.regions),
            sector: codes(&record.sectors),
            groups: record.groups.iter().map(String::as_str).collect(),
            modes: record.modes.iter().map(String::as_str).collect(),
            gap_yuan: yuan(record.amount.as_ref()),
            beneficiaries: record.beneficiaries.as_ref().map(|count| count.text.as_str()),
            urgency: record.urgency.map(crate::domain::Urgency::code),
            date: it.date.map(|day| day.to_string()),
            submitted_by: it.submitted_by.as_deref(),
            list: it.list.as_deref(),
            fiscal_covered: it.fiscal_covered,
            status: it.status,
            source: it.source.as_deref(),
        }
    }
}

#[derive(Serialize)]
pub(super) struct ClaimLine<'a> {
    id: &'a str,
    need: &'a str,
    organization: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    amount_yuan: Option<f64>,
    role: Role,
    state: crate::domain::ClaimState,
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
}

impl<'a> From<&'a Claim> for ClaimLine<'a> {
    fn from(it: &'a Claim) -> Self {
        Self {
            id: it.id.as_str(),
            need: it.need.as_str(),
            organization: it.organization.as_str(),
            amount_yuan: it.amount.map(Money::yuan),
            role: it.role,
            state: it.state,
            at: it.at.map(|day| day.to_string()),
            reason: it.reason.as_deref(),
        }
    }
}

fn names(regions: &[RegionFinding]) -> Vec<&str> {
    regions.iter().map(|region| region.name.as_str()).collect()
}

fn codes(sectors: &[SectorShare]) -> Vec<&str> {
    sectors.iter().map(|share| share.code.as_str()).collect()
}

fn yuan(amount: Option<&Amount>) -> Option<f64> {
    amount.and_then(Amount::point).map(Money::yuan)
}
