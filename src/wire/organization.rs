//! An organization, without its contact.

use serde::Serialize;

use super::RegionFinding;
use super::convert::{each, shown_enum};
use crate::domain::{self, Money};

/// An organization that may claim needs. Unknown values are absent, not zero.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Organization {
    /// Its id.
    pub id: String,
    /// Registered name.
    pub name: String,
    /// Short names and former names.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// Legal kind.
    pub kind: OrganizationKind,
    /// Registration level: national, provincial, city or county.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
    /// Where it is registered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub home_region: Option<RegionFinding>,
    /// Stated purpose (业务范围).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// Declared sectors.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sectors: Vec<String>,
    /// Sectors read from name and scope; only if none are declared.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub scope_sectors: Vec<String>,
    /// Whether it holds the certificate for public fundraising (公开募捐资格).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public_fundraising: Option<bool>,
    /// 评估等级, `1A` to `5A`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rating: Option<String>,
    /// Standing in the registers.
    pub status: OrganizationStatus,
    /// Charitable spending of a year, in fen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub annual_spend_fen: Option<i64>,
    /// What it has set aside for needs this year, in fen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub budget_fen: Option<i64>,
    /// Maximum number of needs it takes on in a year.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_projects: Option<u32>,
    /// Smallest contribution it makes, in fen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_ticket_fen: Option<i64>,
    /// Regions it says it wants to work in.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub willing_regions: Vec<RegionFinding>,
    /// Sectors it says it wants to work in.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub willing_sectors: Vec<String>,
    /// Regions it rules out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub excluded_regions: Vec<RegionFinding>,
    /// Sectors it rules out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub excluded_sectors: Vec<String>,
    /// True for a stub: only a project names it, and nothing else is known.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub stub: bool,
    /// Where the record came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

shown_enum! {
    /// Legal kind of an organization.
    OrganizationKind from domain::OrganizationKind {
        /// 基金会
        Foundation,
        /// 社会团体
        SocialGroup,
        /// 社会服务机构（民办非企业单位）
        SocialServiceOrg,
        /// 企业
        Company,
        /// 党政机关
        Government,
        /// 信托公司
        TrustCompany,
        /// 代表处、分会、专项基金
        Branch,
        /// Anything else, or unknown.
        Other,
    }
}

shown_enum! {
    /// Standing in the public registers.
    OrganizationStatus from domain::OrganizationStatus {
        /// 正常
        Normal,
        /// 列入活动异常名录: still eligible, with a warning.
        Abnormal,
        /// 列入严重违法失信名单: never suggested.
        Blacklisted,
        /// 已注销: never suggested.
        Deregistered,
    }
}

impl From<domain::Organization> for Organization {
    fn from(it: domain::Organization) -> Self {
        let domain::Organization {
            id,
            name,
            aliases,
            kind,
            level,
            home_region,
            scope,
            sectors,
            scope_sectors,
            public_fundraising,
            rating,
            status,
            annual_spend,
            budget,
            max_projects,
            min_ticket,
            willing_regions,
            willing_sectors,
            excluded_regions,
            excluded_sectors,
            stub,
            source,
            contact: _,
        } = it;
        Self {
            id: id.into(),
            name,
            aliases,
            kind: kind.into(),
            level,
            home_region: home_region.map(RegionFinding::from),
            scope,
            sectors: each(sectors),
            scope_sectors: each(scope_sectors),
            public_fundraising,
            rating,
            status: status.into(),
            annual_spend_fen: annual_spend.map(Money::fen),
            budget_fen: budget.map(Money::fen),
            max_projects,
            min_ticket_fen: min_ticket.map(Money::fen),
            willing_regions: each(willing_regions),
            willing_sectors: each(willing_sectors),
            excluded_regions: each(excluded_regions),
            excluded_sectors: each(excluded_sectors),
            stub,
            source,
        }
    }
}
