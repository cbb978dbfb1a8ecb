//! The three kinds of lists.

use super::dimension::Dimension;
use crate::catalog::Bodied;

/// A kind of list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ListKind {
    /// 需求
    Needs,
    /// 社会组织
    Organizations,
    /// 往期项目
    Projects,
}

impl ListKind {
    /// The name used in addresses and file names.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Needs => "needs",
            Self::Organizations => "organizations",
            Self::Projects => "projects",
        }
    }

    /// The Chinese name.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Needs => "需求",
            Self::Organizations => "社会组织",
            Self::Projects => "往期项目",
        }
    }

    /// What its records are counted in.
    #[must_use]
    pub const fn unit(self) -> &'static str {
        match self {
            Self::Needs => "项",
            Self::Organizations => "家",
            Self::Projects => "个",
        }
    }

    /// What its facets are about, in the order in which they are shown.
    #[must_use]
    pub const fn facets(self) -> &'static [Dimension] {
        match self {
            Self::Needs => {
                &[Dimension::Region, Dimension::Sector, Dimension::NeedStatus, Dimension::Group, Dimension::List, Dimension::Year]
            }
            Self::Organizations => &[
                Dimension::Region,
                Dimension::Kind,
                Dimension::Level,
                Dimension::Sector,
                Dimension::OrganizationStatus,
                Dimension::Fundraising,
                Dimension::Rating,
            ],
            Self::Projects => &[Dimension::Region, Dimension::Sector, Dimension::Year],
        }
    }

    pub(super) const fn bodied(self) -> Bodied {
        match self {
            Self::Needs => Bodied::Needs,
            Self::Organizations => Bodied::Organizations,
            Self::Projects => Bodied::Projects,
        }
    }
}
