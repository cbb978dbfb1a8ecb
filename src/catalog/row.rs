//! What is known of one organization on a day, as one row of numbers.

use super::background::{REGION_PRIOR, SECTOR_PRIOR, TAG_PRIOR};
use super::claimed::Claimed;
use super::experience::Experience;
use super::facts::OrganizationFacts;
use super::reach::Reach;
use super::records::Records;
use crate::domain::{Money, OrganizationStatus};

/// Yes-or-no facts of one organization.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Flags(u16);

impl Flags {
    /// Something is known of it on the day; not set for a stub whose records all come later.
    pub const KNOWN: u16 = 1;
    /// Its history names sectors.
    pub const SECTORED: u16 = 1 << 1;
    /// It declares or wishes for sectors, or its name or scope mentions some.
    pub const DECLARED: u16 = 1 << 2;
    /// Its history names places.
    pub const REGIONED: u16 = 1 << 3;
    /// It wishes for places.
    pub const WISHES: u16 = 1 << 4;
    /// Its history names groups.
    pub const GROUPED: u16 = 1 << 5;
    /// Its history names modes.
    pub const HAS_MODES: u16 = 1 << 6;
    /// Its contributions or a year's spending are known.
    pub const HAS_CONTRIBUTIONS: u16 = 1 << 7;
    /// It rules out sectors or places.
    pub const EXCLUDES: u16 = 1 << 8;
    /// It may not raise funds in public.
    pub const NO_FUNDRAISING: u16 = 1 << 9;
    /// 列入严重违法失信名单
    pub const BLACKLISTED: u16 = 1 << 10;
    /// 已注销
    pub const DEREGISTERED: u16 = 1 << 11;
    /// 党政机关
    pub const GOVERNMENT: u16 = 1 << 12;
    /// It is a branch of another organization.
    pub const BRANCH: u16 = 1 << 15;
    /// Nothing is left of its budget, or less than its smallest contribution.
    pub const NO_BUDGET: u16 = 1 << 13;
    /// It has as many claims this year as it takes on.
    pub const NO_SLOT: u16 = 1 << 14;
    /// All that keeps an organization out of every list.
    pub const BARRED: u16 = Self::BLACKLISTED | Self::DEREGISTERED | Self::GOVERNMENT | Self::NO_BUDGET | Self::NO_SLOT;

    /// True if any of `flags` is set.
    #[must_use]
    pub const fn any(self, flags: u16) -> bool {
        self.0 & flags != 0
    }

    pub(super) fn set(&mut self, flags: u16, on: bool) {
        self.0 = if on { self.0 | flags } else { self.0 & !flags };
    }
}

/// What is known of one organization on the day, ready to be scored. NaN stands for unknown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row {
    /// Facts.
    pub flags: Flags,
    /// Number of its home in [`Records::homes`], or [`NO_HOME`](super::NO_HOME).
    pub home: u16,
    /// What its name and register say of its reach.
    pub reach: Reach,
    /// Number of the purpose that its name states in [`Records::purposes`], or [`NO_PURPOSE`](super::NO_PURPOSE).
    pub purpose: u16,
    /// Visible past projects.
    pub projects: u32,
    /// ln(1 + 10 · visible past projects, decayed).
    pub popularity: f32,
    /// Years since the last project under its own name began; unknown without a dated project.
    pub idle_years: f32,
    /// ln(decayed mass with a sector + prior).
    pub ln_sectored: f32,
    /// ln(decayed mass with a place and wishes + prior).
    pub ln_regioned: f32,
    /// ln(decayed mass with a group + prior).
    pub ln_grouped: f32,
    /// ln(decayed mass with a mode + prior).
    pub ln_with_modes: f32,
    /// Its next contribution is Student-t in ln(yuan): centre.
    pub contribution_mean: f32,
    /// Scale.
    pub contribution_spread: f32,
    /// Degrees of freedom.
    pub contribution_freedom: f32,
    /// ln(yuan) that its contributions or a year's spending make credible; unknown without either.
    pub ln_credible: f32,
    /// ln(yuan) that it could credibly bring to one need, by its contributions and its remaining budget; unknown without
    /// either.
    pub ln_affordable: f32,
    /// ln(share of the budget that is left), at least −3; unknown without a budget.
    pub headroom: f32,
    /// ln of (needs it still takes on this year + 1) / (limit + 1); unknown without a limit.
    pub slots: f32,
}

/// Lower bound of the headroom.
const LEAST_HEADROOM: f64 = -3.0;
/// Yuan added to both sides of the headroom, so that an empty budget has a logarithm.
const HEADROOM_FLOOR_YUAN: f64 = 10_000.0;

impl Row {
    /// From the facts, its claims of the year, and the sums over its history.
    pub(super) fn new(records: &Records, claimed: &Claimed, organization: usize, day: i32, sum: &Experience) -> Self {
        let facts = records.organization_facts(organization);
        let (annual_spend, status, wishes) = (facts.annual_spend(), facts.status(), facts.wishes());
        let mut flags = Flags::default();
        flags.set(Flags::SECTORED, sum.sectored > 0.0);
        flags.set(Flags::DECLARED, !facts.declared().is_empty());
        flags.set(Flags::REGIONED, sum.regioned > 0.0);
        flags.set(Flags::WISHES, wishes);
        flags.set(Flags::GROUPED, sum.grouped > 0.0);
        flags.set(Flags::HAS_MODES, sum.with_modes > 0.0);
        flags.set(Flags::HAS_CONTRIBUTIONS, sum.contributions.are_known() || annual_spend.is_some());
        flags.set(Flags::EXCLUDES, facts.excludes());
        flags.set(Flags::NO_FUNDRAISING, facts.public_fundraising() == Some(false));
        flags.set(Flags::BLACKLISTED, status == OrganizationStatus::Blacklisted);
        flags.set(Flags::DEREGISTERED, status == OrganizationStatus::Deregistered);
        flags.set(Flags::GOVERNMENT, facts.is_government());
        flags.set(Flags::BRANCH, records.head(organization).is_some());
        let ticket = sum.contributions.predict(annual_spend);
        let idle_years = sum.last.map_or(f32::NAN, |last| (day - last) as f32 / 365.25);
        let ln = |mass: f64| mass.ln() as f32;
        let mut row = Self {
            flags,
            home: records.home(organization),
            reach: facts.reach(),
            purpose: records.home_and_purpose()[organization][1],
            projects: sum.projects,
            popularity: (10.0 * sum.activity).ln_1p() as f32,
            idle_years,
            ln_sectored: ln(sum.sectored + SECTOR_PRIOR),
            ln_regioned: ln(sum.regioned + f64::from(u8::from(wishes)) + REGION_PRIOR),
            ln_grouped: ln(sum.grouped + TAG_PRIOR),
            ln_with_modes: ln(sum.with_modes + TAG_PRIOR),
            contribution_mean: ticket.mean as f32,
            contribution_spread: ticket.spread as f32,
            contribution_freedom: ticket.freedom as f32,
            ln_credible: if flags.any(Flags::HAS_CONTRIBUTIONS) {
                sum.contributions.credible(annual_spend) as f32
            } else {
                f32::NAN
            },
            ln_affordable: f32::NAN,
            headroom: f32::NAN,
            slots: f32::NAN,
        };
        row.set_claims(&facts, claimed, organization);
        row
    }

    /// The fields that claims change.
    pub(super) fn set_claims(&mut self, facts: &OrganizationFacts<'_>, claimed: &Claimed, organization: usize) {
        let taken = claimed.taken_from(organization);
        let is_known = !facts.is_stub() || self.projects > 0 || claimed.knows(organization);
        self.flags.set(Flags::KNOWN, is_known && !facts.is_replaced());
        let left = facts.budget().map(|budget| budget.fen() - taken.fen);
        let least = facts.min_ticket().map_or(1, Money::fen).max(1);
        let most = facts.max_projects();
        self.flags.set(Flags::NO_BUDGET, left.is_some_and(|left| left < least));
        self.flags.set(Flags::NO_SLOT, most.is_some_and(|most| taken.needs >= most));
        let left_yuan = left.map(|left| left.max(0) as f64 / 100.0);
        let budget = left_yuan.map(|yuan| yuan.max(1.0).ln());
        let affordable = budget.into_iter().fold(f64::from(self.ln_credible), f64::min);
        self.ln_affordable = affordable as f32;
        self.headroom = facts.budget().zip(left_yuan).map_or(f32::NAN, |(budget, left)| {
            ((left + HEADROOM_FLOOR_YUAN) / (budget.yuan() + HEADROOM_FLOOR_YUAN)).ln().max(LEAST_HEADROOM) as f32
        });
        self.slots =
            most.map_or(f32::NAN, |most| (f64::from(most.saturating_sub(taken.needs) + 1) / (f64::from(most) + 1.0)).ln() as f32);
    }
}
