//! Number → organization.

use super::generator::{Generator, SOURCE, YEARS};
use super::stream::{Stream, Table};
use super::sums::round_sum;
use crate::domain::{Money, Organization, OrganizationId, OrganizationKind, OrganizationStatus};

/// Median of the registered funds of foundations in yuan, and the spread of their natural logarithm.
const FUND: (f64, f64) = (2_000_000.0, 1.2);
/// Least share of its fund that a foundation spends in a year: 8 %, as for those without public fundraising
/// (rules of the civil affairs ministry of 2016 on annual spending).
const SPENT: f64 = 0.08;
/// Mean of the project grants in yuan, over all organizations.
const MEAN_GRANT: f64 = 600_000.0;

/// The id of organization `k`.
pub(super) fn id(k: usize) -> OrganizationId {
    OrganizationId::new(format!("syn-o{k:08}"))
}

impl Generator {
    /// Organization `k`, below [`super::Plan::organizations`].
    #[must_use]
    pub fn organization(&self, k: usize) -> Organization {
        let profile = self.profile(k);
        let mut stream = Stream::new(self.plan.seed, Table::Organizations, k as u64);
        let home = self.places.get(profile.home);
        let finding = home.finding();
        let (ending, level) = match profile.kind {
            OrganizationKind::Foundation => ("基金会", "provincial"),
            OrganizationKind::SocialServiceOrg => ("社会服务中心", "county"),
            _ => ("公益协会", "county"),
        };
        let tops: Vec<_> = self.reference.taxonomy.top_sectors().collect();
        let names: Vec<&str> = profile.sectors.iter().map(|&top| tops[top].1).collect();
        let mut sectors: Vec<_> = profile.sectors.iter().map(|&top| tops[top].0.clone()).collect();
        // Registers often lack the sectors.
        let has_sectors = stream.chance(0.7);
        sectors.retain(|_| has_sectors);
        let is_foundation = profile.kind == OrganizationKind::Foundation;
        let yearly = self.activity.share(k) * self.plan.projects as f64 / f64::from(YEARS);
        let spend = yearly * MEAN_GRANT * profile.ticket.exp() * stream.log_normal(1.0, 0.5);
        let fund = stream.log_normal(FUND.0, FUND.1);
        let spend = if is_foundation { spend.max(SPENT * fund) } else { spend };
        let knows_spend = is_foundation || stream.chance(0.3);
        let budget = spend * stream.log_normal(1.0, 0.3);
        let knows_budget = is_foundation && stream.chance(0.6);
        let fund_text = if is_foundation { format!("；原始基金{}", round_sum(fund)) } else { String::new() };
        Organization {
            kind: profile.kind,
            level: Some(level.to_owned()),
            home_region: Some(finding),
            scope: Some(format!("{}及相关公益服务{fund_text}。", names.join("、"))),
            sectors,
            public_fundraising: is_foundation.then(|| stream.chance(0.25)),
            rating: stream.chance(0.2).then(|| format!("{}A", 2 + stream.zipf(4))),
            status: match stream.unit() {
                it if it < 0.015 => OrganizationStatus::Abnormal,
                it if it < 0.017 => OrganizationStatus::Blacklisted,
                it if it < 0.025 => OrganizationStatus::Deregistered,
                _ => OrganizationStatus::Normal,
            },
            annual_spend: knows_spend.then(|| round_sum(spend)),
            budget: knows_budget.then(|| round_sum(budget)),
            max_projects: (is_foundation && stream.chance(0.2)).then(|| (1.5 * yearly).ceil() as u32),
            min_ticket: (is_foundation && stream.chance(0.1)).then_some(Money::WAN),
            source: Some(SOURCE.to_owned()),
            ..Organization::named(id(k), format!("合成示例{}第{}号{ending}", home.name, k + 1))
        }
    }
}
