//! Claims: an organization's own act of taking on a need, alone or with others.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{ClaimId, Money, NeedId, OrganizationId, Role, TagCode};

/// State of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClaimState {
    /// Submitted, not yet confirmed.
    Applied,
    /// Confirmed by the coordinator.
    #[default]
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

/// What the state of a claim means for the money of its organization and for the gap of its need. Ranking, plans,
/// opportunities, labelled needs and statistics all rely on this alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ClaimEffect {
    /// The sum is set aside, so that nobody else is asked for it. The organization may still withdraw.
    Reserves,
    /// The organization is committed to it.
    Binds,
    /// The claim takes no money, or no longer does.
    Frees,
}

impl ClaimEffect {
    /// True if the sum is spoken for: reserved or bound.
    #[must_use]
    pub const fn takes_money(self) -> bool {
        matches!(self, Self::Reserves | Self::Binds)
    }
}

impl ClaimState {
    /// The state in Chinese.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Applied => "已申请",
            Self::Confirmed => "已确认",
            Self::CertificateIssued => "已发认领证书",
            Self::AgreementSigned => "已签协议",
            Self::Done => "已完成",
            Self::Declined => "已谢绝",
            Self::Cancelled => "已撤销",
        }
    }

    /// Its effect on money.
    #[must_use]
    pub const fn effect(self) -> ClaimEffect {
        match self {
            Self::Applied => ClaimEffect::Reserves,
            Self::Confirmed | Self::CertificateIssued | Self::AgreementSigned | Self::Done => ClaimEffect::Binds,
            Self::Declined | Self::Cancelled => ClaimEffect::Frees,
        }
    }
}

/// One organization's share in a need. Several claims of one need form a joint claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// Its id.
    pub id: ClaimId,
    /// The need.
    pub need: NeedId,
    /// The organization.
    pub organization: OrganizationId,
    /// Its share, if known.
    #[serde(rename = "amount_fen", default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// Mode of the contribution (`cash`, `goods`, …).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<TagCode>,
    /// Its role.
    #[serde(default)]
    pub role: Role,
    /// Its state.
    #[serde(default)]
    pub state: ClaimState,
    /// Day of the claim.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Date>,
    /// Note.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}
