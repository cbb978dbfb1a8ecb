//! Hard limits: which organizations are left out of the ranking, and why.

use serde::Serialize;

use super::Question;
use crate::catalog::{Catalog, Flags, Row};
use crate::domain::RegionCode;

/// Why an organization is not suggested at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// On the list of serious violations.
    Blacklisted,
    /// No longer registered.
    Deregistered,
    /// A public body, which does not claim.
    Government,
    /// It asks for the need itself.
    Applicant,
    /// It rules the sector out.
    ExcludedSector,
    /// It rules the place out.
    ExcludedRegion,
    /// Crowdfunding is asked for, but the organization may not raise funds in public (Charity Law art. 22, 26).
    NoPublicFundraising,
    /// Nothing is left of this year's budget, or less than its smallest contribution.
    NoBudget,
    /// It has as many claims this year as it takes on.
    NoSlot,
    /// It is at home outside the places that were asked for.
    OtherHome,
}

impl Limit {
    /// All limits, the most lasting first.
    const ALL: [Self; 10] = [
        Self::Blacklisted,
        Self::Deregistered,
        Self::Government,
        Self::Applicant,
        Self::ExcludedSector,
        Self::ExcludedRegion,
        Self::NoPublicFundraising,
        Self::NoBudget,
        Self::NoSlot,
        Self::OtherHome,
    ];

    /// The limit in Chinese words.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Blacklisted => "列入严重违法失信名单",
            Self::Deregistered => "已注销",
            Self::Government => "党政机关，不作为认领主体",
            Self::Applicant => "需求由它申报，不由它认领",
            Self::ExcludedSector => "声明不参与该领域",
            Self::ExcludedRegion => "声明不参与该地区",
            Self::NoPublicFundraising => "需要公开募捐，但没有公开募捐资格",
            Self::NoBudget => "本年度预算已用完或低于单笔下限",
            Self::NoSlot => "本年度认领数已达上限",
            Self::OtherHome => "登记地不在所选范围",
        }
    }

    /// Its name in answers.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Blacklisted => "blacklisted",
            Self::Deregistered => "deregistered",
            Self::Government => "government",
            Self::Applicant => "applicant",
            Self::ExcludedSector => "excluded_sector",
            Self::ExcludedRegion => "excluded_region",
            Self::NoPublicFundraising => "no_public_fundraising",
            Self::NoBudget => "no_budget",
            Self::NoSlot => "no_slot",
            Self::OtherHome => "other_home",
        }
    }

    /// True if a limit keeps the organization out of every list, or if nothing is known of it.
    #[must_use]
    pub(super) fn bars(row: &Row) -> bool {
        row.flags.any(Flags::BARRED) || !row.flags.any(Flags::KNOWN)
    }

    /// The first limit that applies to the organization with this `row`.
    #[must_use]
    #[inline]
    pub fn first(catalog: &Catalog, row: &Row, question: &Question, organization: usize) -> Option<Self> {
        const NONE: u16 = Flags::BARRED | Flags::EXCLUDES | Flags::NO_FUNDRAISING;
        let may_apply = row.flags.any(NONE)
            || !question.homes.is_empty()
            || question.with_national
            || question.applicants.contains(&organization);
        if may_apply { Self::every(catalog, row, question, organization).next() } else { None }
    }

    /// Every limit that applies.
    pub fn every(catalog: &Catalog, row: &Row, question: &Question, organization: usize) -> impl Iterator<Item = Self> {
        let has = |flag| row.flags.any(flag);
        let applies = move |limit: &Self| match limit {
            Self::Blacklisted => has(Flags::BLACKLISTED),
            Self::Deregistered => has(Flags::DEREGISTERED),
            Self::Government => has(Flags::GOVERNMENT),
            Self::Applicant => question.applicants.contains(&organization),
            Self::ExcludedSector => has(Flags::EXCLUDES) && excludes_sector(catalog, question, organization),
            Self::ExcludedRegion => has(Flags::EXCLUDES) && excludes_regions(catalog, question, organization),
            Self::NoPublicFundraising => has(Flags::NO_FUNDRAISING) && question.modes.iter().any(|mode| mode == "crowdfunding"),
            Self::NoBudget => has(Flags::NO_BUDGET),
            Self::NoSlot => has(Flags::NO_SLOT),
            Self::OtherHome => is_elsewhere(catalog, row, question),
        };
        Self::ALL.into_iter().filter(applies)
    }
}

/// True if the question asks for homes and the organization has another.
fn is_elsewhere(catalog: &Catalog, row: &Row, question: &Question) -> bool {
    if question.homes.is_empty() && !question.with_national {
        return false;
    }
    if row.reach.national {
        return !question.with_national;
    }
    let is_inside = |home: &RegionCode, place: &RegionCode| [*home, home.prefecture(), home.province()].contains(place);
    let home = catalog.homes().get(usize::from(row.home));
    !home.is_some_and(|home| question.homes.iter().any(|place| is_inside(home, place)))
}

/// True if all places of the need are ruled out.
fn excludes_regions(catalog: &Catalog, question: &Question, organization: usize) -> bool {
    let (divisions, excluded) = (catalog.reference.divisions, catalog.organization_facts(organization).excluded_regions());
    let rules_out = |&place| excluded.clone().any(|it| divisions.contains(it, place));
    !question.regions.is_empty() && question.regions.iter().all(rules_out)
}

/// True if the ruled-out sectors, or the children of ruled-out sectors, make up at least half of the need.
fn excludes_sector(catalog: &Catalog, question: &Question, organization: usize) -> bool {
    let taxonomy = &catalog.reference.taxonomy;
    let excluded = catalog.organization_facts(organization).excluded_sectors();
    let hit = |sector: usize| excluded.contains(&(sector as u16)) || excluded.contains(&(taxonomy.parent(sector) as u16));
    let share: f64 = question.sectors.iter().filter(|&&(sector, _)| hit(sector)).map(|&(_, weight)| weight).sum();
    !question.sectors.is_empty() && share >= 0.5
}
