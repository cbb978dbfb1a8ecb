//! Which side an organization stands on, as those who arrange help see it.

use super::part::PartView;
use crate::catalog::Catalog;
use crate::score::{Evidence, Feature, Scorer};

/// Which side an organization stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// 援助方: at home where a counterpart relation to the need's places runs.
    Helping,
    /// 当地: at home in the province of one of the need's places.
    Local,
    /// 全国: of the whole country.
    National,
}

impl Side {
    /// The side in Chinese.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Helping => "援助方",
            Self::Local => "当地",
            Self::National => "全国",
        }
    }

    /// The side in Chinese, where an organization without a known one is elsewhere unless its home is not known either.
    pub(crate) fn shown(side: Option<Self>, parts: &[PartView]) -> &'static str {
        let is_home_known = parts.iter().any(|part| part.feature == Feature::Home && part.value.is_some());
        side.map_or(if is_home_known { "外地" } else { "不详" }, Self::label)
    }

    /// The side of an organization; none if its home is unknown or elsewhere.
    pub(crate) fn of(catalog: &Catalog, scorer: &Scorer<'_>, organization: usize) -> Option<Self> {
        if catalog.reach(organization).national {
            return Some(Self::National);
        }
        let home = catalog.home_region(organization)?;
        if scorer.question().regions.iter().any(|place| place.province() == home.province()) {
            return Some(Self::Local);
        }
        match scorer.evidence(Feature::Counterpart, organization) {
            Evidence::Relation(relation) if relation.ended_years.is_none() => Some(Self::Helping),
            _ => None,
        }
    }
}
