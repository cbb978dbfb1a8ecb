//! A need, without its contact.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::Record;
use super::convert::{each, shown_enum};
use crate::app;
use crate::domain::{self, Money};

/// A need.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Need {
    /// Its id.
    pub id: String,
    /// The need as understood.
    #[serde(flatten)]
    pub record: Record,
    /// Money already secured, in fen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secured_fen: Option<i64>,
    /// Township, village or street, as written; places below the county have no codes here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// Office that submitted it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub submitted_by: Option<String>,
    /// Day on which it was submitted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub date: Option<Date>,
    /// List that it is on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub list: Option<String>,
    /// Whether public budgets cover it (财政资金已覆盖); such needs are not for social organizations.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fiscal_covered: Option<bool>,
    /// Its state.
    pub status: NeedStatus,
    /// The last act of a person that changed its state.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_change: Option<StatusChange>,
    /// Where the record came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

shown_enum! {
    /// State of a need.
    NeedStatus from domain::NeedStatus {
        /// Looking for partners.
        Open,
        /// Taken on in full.
        Claimed,
        /// Carried out.
        Done,
        /// Taken back by those who asked.
        Withdrawn,
        /// No partner is sought any more.
        Closed,
        /// Taken out of all lists and answers.
        Deleted,
    }
}

/// What a person does to a need.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NeedAction {
    /// 关闭
    Close,
    /// 撤回
    Withdraw,
    /// 恢复
    Reopen,
    /// 删除
    Delete,
}

/// The last act on a need.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct StatusChange {
    /// What was done.
    pub action: NeedAction,
    /// The state before.
    pub from: NeedStatus,
    /// The day.
    #[schema(value_type = String, format = Date)]
    pub on: Date,
    /// Why.
    pub note: String,
}

/// An act on a need.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NeedStatusInput {
    /// What to do.
    pub action: NeedAction,
    /// Why; it is required.
    #[schema(max_length = 500)]
    pub note: Option<String>,
}

/// What became of a need.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct ChangedNeed {
    /// The need as it is now.
    pub need: Need,
    /// The state before.
    pub from: NeedStatus,
    /// The organizations whose claims of it reserve or bind: they have to be told.
    pub claimants: Vec<Claimant>,
}

/// An organization with a claim of a need.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Claimant {
    /// Its id.
    pub organization: String,
    /// Its name.
    pub name: String,
}

/// A need with those that are similar to it.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct NeedView {
    /// The need.
    #[serde(flatten)]
    pub need: Need,
    /// Needs that are the same or nearly the same, and were perhaps submitted twice.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub similar: Vec<SimilarNeed>,
}

/// A need that is similar to another one.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct SimilarNeed {
    /// Its id.
    pub need: String,
    /// Its title.
    pub title: Option<String>,
    /// Share of common character trigrams, 0 to 1.
    pub likeness: f64,
    /// True if text, places and sum are the same.
    pub is_same: bool,
}

impl From<domain::Need> for Need {
    fn from(it: domain::Need) -> Self {
        let domain::Need {
            id,
            record,
            secured,
            place,
            submitted_by,
            date,
            list,
            fiscal_covered,
            status,
            status_change,
            source,
            file: _,
            contact: _,
        } = it;
        Self {
            id: id.into(),
            record: record.into(),
            secured_fen: secured.map(Money::fen),
            place,
            submitted_by,
            date,
            list,
            fiscal_covered,
            status: status.into(),
            status_change: status_change.map(StatusChange::from),
            source,
        }
    }
}

impl From<domain::StatusChange> for StatusChange {
    fn from(it: domain::StatusChange) -> Self {
        let domain::StatusChange { action, from, on, note } = it;
        Self { action: action.into(), from: from.into(), on, note }
    }
}

impl From<domain::NeedAction> for NeedAction {
    fn from(it: domain::NeedAction) -> Self {
        match it {
            domain::NeedAction::Close => Self::Close,
            domain::NeedAction::Withdraw => Self::Withdraw,
            domain::NeedAction::Reopen => Self::Reopen,
            domain::NeedAction::Delete => Self::Delete,
        }
    }
}

impl From<NeedAction> for domain::NeedAction {
    fn from(it: NeedAction) -> Self {
        match it {
            NeedAction::Close => Self::Close,
            NeedAction::Withdraw => Self::Withdraw,
            NeedAction::Reopen => Self::Reopen,
            NeedAction::Delete => Self::Delete,
        }
    }
}

impl From<app::ChangedNeed> for ChangedNeed {
    fn from(it: app::ChangedNeed) -> Self {
        let app::ChangedNeed { need, from, claimants } = it;
        Self { need: need.into(), from: from.into(), claimants: each(claimants) }
    }
}

impl From<app::Claimant> for Claimant {
    fn from(it: app::Claimant) -> Self {
        let app::Claimant { organization, name } = it;
        Self { organization: organization.into(), name }
    }
}

impl From<app::NeedDetails> for NeedView {
    fn from(it: app::NeedDetails) -> Self {
        let app::NeedDetails { need, similar } = it;
        Self { need: need.into(), similar: each(similar) }
    }
}

impl From<app::SimilarNeed> for SimilarNeed {
    fn from(it: app::SimilarNeed) -> Self {
        let app::SimilarNeed { need, title, likeness, is_same } = it;
        Self { need: need.into(), title, likeness, is_same }
    }
}
