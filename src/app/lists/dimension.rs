//! What records are told apart by: each has values that can be counted and chosen.

/// A property with values that can be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dimension {
    /// 地区；组织为登记地
    Region,
    /// 领域
    Sector,
    /// 需求的状态
    NeedStatus,
    /// 组织的状态
    OrganizationStatus,
    /// 人群
    Group,
    /// 所在清单
    List,
    /// 年份
    Year,
    /// 类别
    Kind,
    /// 级别
    Level,
    /// 公开募捐资格
    Fundraising,
    /// 评估等级
    Rating,
}

impl Dimension {
    /// The field of a query that chooses its values.
    #[must_use]
    pub const fn field(self) -> &'static str {
        match self {
            Self::Region => "region",
            Self::Sector => "sector",
            Self::NeedStatus | Self::OrganizationStatus => "status",
            Self::Group => "group",
            Self::List => "list",
            Self::Year => "year",
            Self::Kind => "kind",
            Self::Level => "level",
            Self::Fundraising => "fundraising",
            Self::Rating => "rating",
        }
    }

    /// The Chinese name.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Region => "地区",
            Self::Sector => "领域",
            Self::NeedStatus | Self::OrganizationStatus => "状态",
            Self::Group => "人群",
            Self::List => "所在清单",
            Self::Year => "年份",
            Self::Kind => "类别",
            Self::Level => "级别",
            Self::Fundraising => "公开募捐资格",
            Self::Rating => "评估等级",
        }
    }
}
