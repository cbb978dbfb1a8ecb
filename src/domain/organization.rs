//! Organizations that may claim needs.

use serde::{Deserialize, Serialize};

use super::{Contact, Money, OrganizationId, RegionFinding, SectorCode};

/// Legal kind of an organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrganizationKind {
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
    #[default]
    Other,
}

impl OrganizationKind {
    /// All kinds.
    pub const ALL: [Self; 8] = [
        Self::Foundation,
        Self::SocialGroup,
        Self::SocialServiceOrg,
        Self::Company,
        Self::Government,
        Self::TrustCompany,
        Self::Branch,
        Self::Other,
    ];

    /// The name that records and addresses use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Foundation => "foundation",
            Self::SocialGroup => "social_group",
            Self::SocialServiceOrg => "social_service_org",
            Self::Company => "company",
            Self::Government => "government",
            Self::TrustCompany => "trust_company",
            Self::Branch => "branch",
            Self::Other => "other",
        }
    }

    /// The kind in Chinese.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Foundation => "基金会",
            Self::SocialGroup => "社会团体",
            Self::SocialServiceOrg => "社会服务机构",
            Self::Company => "企业",
            Self::Government => "党政机关",
            Self::TrustCompany => "信托公司",
            Self::Branch => "分支（代表）机构",
            Self::Other => "其他或不详",
        }
    }
}

/// Standing in the public registers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrganizationStatus {
    /// 正常
    #[default]
    Normal,
    /// 列入活动异常名录: still eligible, with a warning.
    Abnormal,
    /// 列入严重违法失信名单: never suggested.
    Blacklisted,
    /// 已注销: never suggested.
    Deregistered,
}

impl OrganizationStatus {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Normal, Self::Abnormal, Self::Blacklisted, Self::Deregistered];

    /// The name that records and addresses use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Abnormal => "abnormal",
            Self::Blacklisted => "blacklisted",
            Self::Deregistered => "deregistered",
        }
    }

    /// The standing in Chinese.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Normal => "正常",
            Self::Abnormal => "列入活动异常名录",
            Self::Blacklisted => "列入严重违法失信名单",
            Self::Deregistered => "已注销",
        }
    }
}

/// An organization as the ledger stores it. Unknown values are absent, not zero.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Organization {
    /// Its id.
    pub id: OrganizationId,
    /// Registered name.
    pub name: String,
    /// Short names and former names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// Legal kind.
    #[serde(default)]
    pub kind: OrganizationKind,
    /// Registration level: national, provincial, city or county.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
    /// Where it is registered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub home_region: Option<RegionFinding>,
    /// Stated purpose (业务范围).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// Declared sectors.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sectors: Vec<SectorCode>,
    /// Sectors read from name and scope; only if none are declared.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scope_sectors: Vec<SectorCode>,
    /// Whether it holds the certificate for public fundraising (公开募捐资格).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_fundraising: Option<bool>,
    /// 评估等级, `1A` to `5A`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rating: Option<String>,
    /// Standing in the registers.
    #[serde(default)]
    pub status: OrganizationStatus,
    /// Charitable spending of a year.
    #[serde(rename = "annual_spend_fen", default, skip_serializing_if = "Option::is_none")]
    pub annual_spend: Option<Money>,
    /// What it has set aside for needs this year.
    #[serde(rename = "budget_fen", default, skip_serializing_if = "Option::is_none")]
    pub budget: Option<Money>,
    /// Maximum number of needs it takes on in a year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_projects: Option<u32>,
    /// Smallest contribution it makes.
    #[serde(rename = "min_ticket_fen", default, skip_serializing_if = "Option::is_none")]
    pub min_ticket: Option<Money>,
    /// Regions it says it wants to work in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub willing_regions: Vec<RegionFinding>,
    /// Sectors it says it wants to work in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub willing_sectors: Vec<SectorCode>,
    /// Regions it rules out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub excluded_regions: Vec<RegionFinding>,
    /// Sectors it rules out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub excluded_sectors: Vec<SectorCode>,
    /// True for a stub: only a project names it, and nothing else is known.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stub: bool,
    /// Where the record came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Restricted personal data: stored in the ledger and never shown.
    #[serde(default, skip_serializing)]
    pub contact: Option<Contact>,
}

impl Organization {
    /// An organization with only its id and name.
    #[must_use]
    pub fn named(id: OrganizationId, name: impl Into<String>) -> Self {
        Self {
            id,
            name: name.into(),
            aliases: Vec::new(),
            kind: OrganizationKind::Other,
            level: None,
            home_region: None,
            scope: None,
            sectors: Vec::new(),
            scope_sectors: Vec::new(),
            public_fundraising: None,
            rating: None,
            status: OrganizationStatus::Normal,
            annual_spend: None,
            budget: None,
            max_projects: None,
            min_ticket: None,
            willing_regions: Vec::new(),
            willing_sectors: Vec::new(),
            excluded_regions: Vec::new(),
            excluded_sectors: Vec::new(),
            stub: false,
            source: None,
            contact: None,
        }
    }
}
