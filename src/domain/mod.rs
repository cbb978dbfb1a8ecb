//! The terms of this field and their values. No I/O, no clock.
//!
//! Each Chinese term has one English term, and the code uses no other:
//!
//! | Chinese | term | | Chinese | term |
//! |---|---|---|---|---|
//! | 需求 | need | | 认领 | claim |
//! | 社会组织、基金会等 | organization | | 联合认领 | joint claim |
//! | 往期项目 | project (past project) | | 牵头 / 参与 | lead / member |
//! | 援外干部 | aid cadre | | 推荐、建议 | suggestion |
//! | 领域 | sector | | 地区（省、州市、县） | region (province, prefecture, county) |
//! | 帮扶方式 | mode | | 受益人群 | group |
//! | 对口支援、东西部协作关系 | counterpart relation | | 理由 | part (of a score), evidence |
//! | 资金缺口 | gap | | 已落实资金 | secured |
//! | 业务范围、宗旨 | scope | | 公开募捐资格 | public fundraising |
//! | 活动异常名录 | abnormal (list) | | 严重违法失信名单 | blacklisted |
//! | 关闭、撤回、恢复、删除（需求） | close, withdraw, reopen, delete | | 申报单位 | applicant (`submitted_by`) |
//! | 约、近、超、左右… | hedge | | 待定、面议 | open (amount) |

mod claim;
mod contact;
mod id;
mod mark;
mod money;
mod need;
mod need_status;
mod organization;
mod period;
mod principal;
mod project;
mod region;
mod registration;

pub use claim::{Claim, ClaimEffect, ClaimState};
pub use contact::Contact;
pub use id::{ClaimId, NeedId, OrganizationId, ProjectId};
pub use mark::unmarked;
pub use money::{Amount, Count, Money};
pub use need::{Deadline, Need, NeedPart, Record, Urgency, Word, WordField};
pub use need_status::{NeedAction, NeedStatus, StatusChange};
pub use organization::{Organization, OrganizationKind, OrganizationStatus};
pub use period::{FuzzyDate, Period};
pub use principal::Principal;
pub use project::{Participant, Project, Role};
pub use region::{RegionCode, RegionFinding, SectorCode, SectorShare};
pub use registration::{RegistrationLevel, rating_of};

use serde::{Deserialize, Serialize};

/// A code of the mode or group table of the taxonomy, such as `cash` or `village_doctor`.
pub type TagCode = String;

/// Position of a finding: `[start, end)` in characters of the normalised text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Span(pub usize, pub usize);

impl Span {
    /// The span of a range of bytes of `text`.
    #[must_use]
    pub fn from_bytes(text: &str, bytes: &std::ops::Range<usize>) -> Self {
        let start = text[..bytes.start].chars().count();
        Self(start, start + text[bytes.clone()].chars().count())
    }
}

/// One entity of the ledger, whatever its kind.
#[derive(Debug, Clone, PartialEq)]
pub enum Entity {
    /// A social organization that may claim needs.
    Organization(Box<Organization>),
    /// A past project.
    Project(Box<Project>),
    /// A need.
    Need(Box<Need>),
    /// A claim of a need by an organization.
    Claim(Box<Claim>),
}

/// The four kinds of records that are imported, stored and listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EntityKind {
    /// 社会组织
    Organizations,
    /// 往期项目
    Projects,
    /// 需求
    Needs,
    /// 认领
    Claims,
}

impl EntityKind {
    /// All kinds, in import order: a kind comes after those that it refers to.
    pub const ALL: [Self; 4] = [Self::Organizations, Self::Projects, Self::Needs, Self::Claims];

    /// The Chinese name.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Organizations => "社会组织",
            Self::Projects => "往期项目",
            Self::Needs => "需求",
            Self::Claims => "认领",
        }
    }

    /// The name used on the command line, in addresses and in file names.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Organizations => "organizations",
            Self::Projects => "projects",
            Self::Needs => "needs",
            Self::Claims => "claims",
        }
    }
}

impl Entity {
    /// Its kind.
    #[must_use]
    pub const fn kind(&self) -> EntityKind {
        match self {
            Self::Organization(_) => EntityKind::Organizations,
            Self::Project(_) => EntityKind::Projects,
            Self::Need(_) => EntityKind::Needs,
            Self::Claim(_) => EntityKind::Claims,
        }
    }

    /// Replaces its id.
    pub fn set_id(&mut self, id: String) {
        match self {
            Self::Organization(it) => it.id = OrganizationId::new(id),
            Self::Project(it) => it.id = ProjectId::new(id),
            Self::Need(it) => it.id = NeedId::new(id),
            Self::Claim(it) => it.id = ClaimId::new(id),
        }
    }

    /// Its id, unique within its kind.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::Organization(it) => it.id.as_str(),
            Self::Project(it) => it.id.as_str(),
            Self::Need(it) => it.id.as_str(),
            Self::Claim(it) => it.id.as_str(),
        }
    }
}
