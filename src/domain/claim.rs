//! Claims: an organization's own act of taking on a need, alone or with others.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{ClaimId, Money, NeedId, OrganizationId, Role, TagCode};

/// State of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClaimState {
    /// Handed in, not yet confirmed.
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
    /// Taken back.
    Cancelled,
}

impl ClaimState {
    /// True while the organization stands by it: its money is spoken for.
    #[must_use]
    pub const fn is_binding(self) -> bool {
        !matches!(self, Self::Applied | Self::Declined | Self::Cancelled)
    }
}

/// One organization's share in a need. Several claims of one need form a joint claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Claim {
    /// Its id.
    pub id: ClaimId,
    /// The need.
    pub need: NeedId,
    /// The organization.
    pub organization: OrganizationId,
    /// Its share, where known.
    #[serde(rename = "amount_fen", default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// Mode of the contribution (`cash`, `goods`, …).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<TagCode>,
    /// Its part.
    #[serde(default)]
    pub role: Role,
    /// Its state.
    #[serde(default)]
    pub state: ClaimState,
    /// Day of the claim.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub at: Option<Date>,
    /// Note.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}
