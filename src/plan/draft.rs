//! A plan as people read it: a draft. Nothing in it is a claim until the organization itself makes one.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::settings::{PlanEnding, PlanSetting};
use crate::domain::{Need, NeedId, OrganizationId};

/// The note on every plan.
pub const DRAFT: &str = "本方案为推荐草案，不构成认领；是否认领、认领多少由各组织自主决定";

/// How the reason begins for which a need without a sum is not planned.
pub const NO_SUM: &str = "没有写明所需金额";

/// Proposed partners for many needs at once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Plan {
    /// Always [`DRAFT`].
    pub note: String,
    /// The plan uses only what was known on this day.
    #[schema(value_type = String, format = Date)]
    pub as_of: Date,
    /// Name of the snapshot: the number of the last ledger change in it.
    pub snapshot: String,
    /// The settings as resolved, name and value.
    pub settings: Vec<PlanSetting>,
    /// The plan in figures.
    pub summary: PlanSummary,
    /// The needs, in the order of the request.
    pub needs: Vec<PlannedNeed>,
    /// The organizations that the plan proposes, largest share first.
    pub organizations: Vec<PlannedOrganization>,
    /// Coverage by county or prefecture of the need, by code.
    pub regions: Vec<Coverage>,
    /// Coverage by top-level sector, by code.
    pub sectors: Vec<Coverage>,
    /// Needs that could not be planned: unreadable, without a sum, or repeated.
    pub unplanned: Vec<UnplannedNeed>,
    /// Oddities of the list of needs, each with its place: columns and sheets that were not read, doubtful values.
    pub remarks: Vec<String>,
}

/// A plan in figures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PlanSummary {
    /// Needs that were planned.
    pub needs: usize,
    /// Of these, met in full.
    pub full: usize,
    /// Of these, met in part.
    pub partial: usize,
    /// Of these, without any partner.
    pub none: usize,
    /// Needs with more than one partner.
    pub joint: usize,
    /// Organizations with a share.
    pub organizations: usize,
    /// What is asked for, in yuan.
    pub asked_yuan: f64,
    /// What is proposed, in yuan.
    pub proposed_yuan: f64,
    /// Smallest step of all amounts, in yuan.
    pub unit_yuan: f64,
    /// Value of the plan in yuan: each yuan weighted by the fit of its partner as a share, less the cost of unmet yuan.
    pub value: f64,
    /// Upper bound for plans of the pairs that were considered.
    pub bound: f64,
    /// (bound − value) / max(1, |bound|).
    pub gap: f64,
    /// How the search ended, in Chinese.
    #[schema(value_type = String)]
    pub ending: PlanEnding,
    /// Pairs of a need and an organization that were considered.
    pub pairs: usize,
    /// Upper bound for plans of any pairs; absent if not all pairs could be considered.
    pub bound_of_all: Option<f64>,
    /// True if the search was stopped or ran out of time. The plan is then the best one so far.
    pub interrupted: bool,
    /// What fairness costs; absent if it was switched off.
    pub price_of_fairness: Option<PriceOfFairness>,
    /// Share of the money that goes elsewhere in the optimum without integer conditions when fits change by up to 5 % (mean of
    /// several tries); absent if there was no time for it.
    pub unstable_share: Option<f64>,
    /// Changes from the earlier plan, if one was given.
    pub changes: Option<Changes>,
}

/// The plan compared with one in which every unmet yuan counts the same.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PriceOfFairness {
    /// Proposed yuan of this plan, each weighted by the fit of its partner.
    pub weighed_yuan: f64,
    /// The same for the other plan.
    pub weighed_yuan_without: f64,
    /// Proposed yuan of the other plan.
    pub proposed_yuan_without: f64,
    /// Needs below a quarter of their gap in this plan.
    pub below_quarter: usize,
    /// The same for the other plan.
    pub below_quarter_without: usize,
}

/// How far a plan departs from an earlier one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Changes {
    /// Pairs whose amount differs.
    pub count: usize,
    /// Maximum number of changes by choice.
    pub limit: usize,
    /// Changes that even the nearest plan needs, because the earlier plan can no longer be carried out as it was.
    pub forced: usize,
    /// Changes by choice: pairs whose amount differs from that of the nearest plan.
    #[serde(default)]
    pub chosen: usize,
    /// Best value found for each number of changes by choice, both rising.
    pub frontier: Vec<FrontierPoint>,
    /// The pairs that differ, in the order of the needs; also those whose need is no longer planned.
    #[serde(default)]
    pub pairs: Vec<ChangedPair>,
}

/// A pair that differs from the earlier plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ChangedPair {
    /// Id of the need.
    #[schema(value_type = String)]
    pub need: NeedId,
    /// Its title.
    pub title: String,
    /// Id of the organization.
    #[schema(value_type = String)]
    pub organization: OrganizationId,
    /// Its name.
    pub name: String,
    /// Its share in the earlier plan, in yuan; 0 if it had none.
    pub before_yuan: f64,
    /// Its share now.
    pub now_yuan: f64,
    /// Whether it was changed by choice.
    pub chosen: bool,
    /// Why, in Chinese.
    pub reason: String,
}

/// The best value for a number of changes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct FrontierPoint {
    /// Changes by choice.
    pub changes: usize,
    /// Value of the plan.
    pub value: f64,
}

/// A need and its proposed partners.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PlannedNeed {
    /// Its id, or its row if it has none.
    #[schema(value_type = String)]
    pub need: NeedId,
    /// Its title, or the start of its text.
    pub title: String,
    /// Names of its places.
    pub region: Option<String>,
    /// What a letter says of it.
    #[serde(flatten)]
    pub facts: NeedFacts,
    /// Names of its sectors.
    pub sectors: Vec<String>,
    /// Its gap, in yuan.
    pub gap_yuan: f64,
    /// What the plan proposes, in yuan.
    pub proposed_yuan: f64,
    /// Largest share first; the first leads.
    pub partners: Vec<Partner>,
    /// Organizations that could be asked instead, at most three.
    pub alternates: Vec<Alternate>,
    /// Why part of it stays unmet; absent if it is met in full.
    pub unmet: Option<Unmet>,
}

/// What a letter says of a need.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct NeedFacts {
    /// What is needed, in the words of the list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
    /// Who benefits, in the words of the list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub beneficiaries: Option<String>,
    /// Township, village or street.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// Its deadline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub deadline: Option<Date>,
    /// Who asks for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub submitted_by: Option<String>,
}

impl NeedFacts {
    pub(super) fn of(need: &Need) -> Self {
        let record = &need.record;
        let content = record.description.trim();
        Self {
            content: (!content.is_empty() && record.title.as_deref() != Some(content)).then(|| content.to_owned()),
            beneficiaries: record.beneficiaries.as_ref().map(|it| it.text.clone()),
            place: need.place.clone(),
            deadline: record.deadline.as_ref().map(|it| it.not_after),
            submitted_by: need.submitted_by.clone(),
        }
    }
}

/// An organization and its proposed share.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Partner {
    /// Its id.
    #[schema(value_type = String)]
    pub organization: OrganizationId,
    /// Its name.
    pub name: String,
    /// Its share, in yuan.
    pub amount_yuan: f64,
    /// True for the one that leads (牵头) where there are several.
    pub lead: bool,
    /// Sum of the parts' points.
    pub score: i64,
    /// The score on a scale from 0 to 100.
    pub fit: u8,
    /// The strongest reasons, in sentences.
    pub reasons: Vec<String>,
    /// What to check before asking it.
    pub warnings: Vec<String>,
}

/// An organization that could be asked instead.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Alternate {
    /// Its id.
    #[schema(value_type = String)]
    pub organization: OrganizationId,
    /// Its name.
    pub name: String,
    /// The score on a scale from 0 to 100.
    pub fit: u8,
    /// Its money that the plan leaves unused, in yuan.
    pub free_yuan: f64,
}

/// Why a need is not met in full.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Unmet {
    /// The unmet amount, in yuan.
    pub yuan: f64,
    /// The reason in a sentence.
    pub reason: String,
    /// Single changes that would each let it be met in full with everything else as planned, cheapest first. Each was tried.
    pub relaxations: Vec<Relaxation>,
}

/// A single change that lets a need be met in full.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Relaxation {
    /// The change in a sentence, with names.
    pub text: String,
    /// Additional money that it takes, in yuan; 0 if a rule is changed.
    pub yuan: f64,
    /// The change of the conditions that tries it; absent in plans of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub adjustment: Option<Adjustment>,
}

/// What a relaxation of a need changes in the conditions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Adjustment {
    /// The organization can give so much in all.
    Budget {
        /// Its id.
        #[schema(value_type = String)]
        organization: OrganizationId,
        /// What it can give, in yuan.
        yuan: f64,
    },
    /// The organization takes part in so many needs.
    Projects {
        /// Its id.
        #[schema(value_type = String)]
        organization: OrganizationId,
        /// At most so many.
        most: u32,
    },
    /// The need has so many partners.
    Partners {
        /// At most so many.
        most: u32,
    },
    /// The organization gives at least so much to the need, whatever its smallest or largest share is otherwise.
    Share {
        /// Its id.
        #[schema(value_type = String)]
        organization: OrganizationId,
        /// Its share, in yuan.
        yuan: f64,
    },
    /// The organization may be asked although its limits exclude the need, or it fits too little.
    Invite {
        /// Its id.
        #[schema(value_type = String)]
        organization: OrganizationId,
    },
    /// The plan may depart from the earlier one in so many pairs by choice.
    Changes {
        /// At most so many.
        most: u32,
    },
}

/// An organization's load.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PlannedOrganization {
    /// Its id.
    #[schema(value_type = String)]
    pub organization: OrganizationId,
    /// Its name.
    pub name: String,
    /// What it can give this year, in yuan.
    pub capacity_yuan: f64,
    /// Where that figure comes from, in Chinese.
    pub capacity_source: String,
    /// What the plan proposes, in yuan.
    pub load_yuan: f64,
    /// Number of needs in which it has a share.
    pub projects: usize,
    /// Maximum number of needs it takes on, if limited.
    pub max_projects: Option<u32>,
    /// What 10,000 yuan more from it would add to the value of the plan, in yuan; approximate under all-or-nothing rules.
    pub value_of_10k_yuan: f64,
}

/// How far the needs of one place or sector are met.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Coverage {
    /// Its name.
    pub name: String,
    /// Number of needs.
    pub needs: usize,
    /// What they ask for, in yuan.
    pub asked_yuan: f64,
    /// What is proposed, in yuan.
    pub proposed_yuan: f64,
}

/// A need that was not planned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct UnplannedNeed {
    /// Its id, or its row.
    pub need: String,
    /// Its title, if it could be read.
    pub title: Option<String>,
    /// Names of its places, if they could be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Why, in Chinese.
    pub reason: String,
}
