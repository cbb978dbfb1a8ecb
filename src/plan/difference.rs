//! How two plans differ: by pair, by need, by organization. A plan does not differ from itself, and what differs leads from the
//! one to the other.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use serde::{Deserialize, Serialize};

use super::Plan;
use crate::domain::{NeedId, OrganizationId};

/// What plans give: yuan by need and organization.
pub type Shares = BTreeMap<(NeedId, OrganizationId), f64>;

/// The shares of a plan.
#[must_use]
pub fn shares(plan: &Plan) -> Shares {
    let partners = plan.needs.iter().flat_map(|need| need.partners.iter().map(move |it| (need, it)));
    partners.map(|(need, it)| ((need.need.clone(), it.organization.clone()), it.amount_yuan)).collect()
}

/// A pair whose sum differs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PairDifference {
    /// Id of the need.
    pub need: NeedId,
    /// Its title.
    pub title: String,
    /// Id of the organization.
    pub organization: OrganizationId,
    /// Its name.
    pub name: String,
    /// Its share before, in yuan; 0 if it had none.
    pub before_yuan: f64,
    /// Its share now; 0 if it has none.
    pub now_yuan: f64,
    /// Why, in Chinese; absent if the plan does not say.
    pub reason: Option<String>,
}

/// A need whose partners or sums differ, or that only one of the plans has.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NeedDifference {
    /// Its id.
    pub need: NeedId,
    /// Its title.
    pub title: String,
    /// What was planned for it before, in yuan; absent if it was not planned.
    pub before_yuan: Option<f64>,
    /// What is planned for it now; absent if it is not planned.
    pub now_yuan: Option<f64>,
}

/// An organization whose load differs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OrganizationDifference {
    /// Its id.
    pub organization: OrganizationId,
    /// Its name.
    pub name: String,
    /// Its load before, in yuan.
    pub before_yuan: f64,
    /// Its load now.
    pub now_yuan: f64,
    /// Number of its needs before.
    pub needs_before: usize,
    /// Number of its needs now.
    pub needs_now: usize,
}

/// How a plan differs from an earlier one.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PlanDifference {
    /// The pairs that differ, in the order of the later plan's needs.
    pub pairs: Vec<PairDifference>,
    /// The needs that differ, in the same order.
    pub needs: Vec<NeedDifference>,
    /// The organizations that differ, in the order of their names and ids.
    pub organizations: Vec<OrganizationDifference>,
}

impl PlanDifference {
    /// How `now` differs from `before`.
    #[must_use]
    pub fn between(before: &Plan, now: &Plan) -> Self {
        let mut order: HashMap<&NeedId, usize> = HashMap::new();
        for (at, need) in now.needs.iter().chain(&before.needs).enumerate() {
            order.entry(&need.need).or_insert(at);
        }
        let place = |need: &NeedId| order.get(need).copied().unwrap_or(usize::MAX);
        let mut pairs = pairs(before, now);
        pairs.sort_by(|a, b| (place(&a.need), &a.organization).cmp(&(place(&b.need), &b.organization)));
        let mut needs = needs(before, now, &pairs);
        needs.sort_by_key(|it| place(&it.need));
        Self { organizations: organizations(before, now, &pairs), pairs, needs }
    }

    /// True if nothing differs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty() && self.needs.is_empty() && self.organizations.is_empty()
    }

    /// The later plan's shares, from those of the earlier one.
    #[must_use]
    pub fn apply(&self, mut shares: Shares) -> Shares {
        for it in &self.pairs {
            let pair = (it.need.clone(), it.organization.clone());
            if it.now_yuan > 0.0 {
                shares.insert(pair, it.now_yuan);
            } else {
                shares.remove(&pair);
            }
        }
        shares
    }
}

/// The pairs whose sums differ.
fn pairs(before: &Plan, now: &Plan) -> Vec<PairDifference> {
    let (old, new) = (shares(before), shares(now));
    let mut names: HashMap<(&NeedId, &OrganizationId), (&str, &str)> = HashMap::new();
    for need in before.needs.iter().chain(&now.needs) {
        names.extend(need.partners.iter().map(|it| ((&need.need, &it.organization), (need.title.as_str(), it.name.as_str()))));
    }
    let changes = now.summary.changes.iter().flat_map(|it| &it.pairs);
    let reasons: HashMap<(&NeedId, &OrganizationId), &str> =
        changes.map(|it| ((&it.need, &it.organization), it.reason.as_str())).collect();
    let all = old.keys().chain(new.keys().filter(|pair| !old.contains_key(*pair)));
    let differing = all.filter_map(|pair| {
        let yuan = |shares: &Shares| shares.get(pair).copied().unwrap_or(0.0);
        let (before_yuan, now_yuan) = (yuan(&old), yuan(&new));
        let (need, organization) = pair;
        let (title, name) = names.get(&(need, organization)).copied().unwrap_or_default();
        (before_yuan != now_yuan).then(|| PairDifference {
            need: need.clone(),
            title: title.to_owned(),
            organization: organization.clone(),
            name: name.to_owned(),
            before_yuan,
            now_yuan,
            reason: reasons.get(&(need, organization)).map(|&reason| reason.to_owned()),
        })
    });
    differing.collect()
}

fn needs(before: &Plan, now: &Plan, pairs: &[PairDifference]) -> Vec<NeedDifference> {
    let planned =
        |plan: &Plan| -> HashMap<NeedId, f64> { plan.needs.iter().map(|need| (need.need.clone(), need.proposed_yuan)).collect() };
    let (old, new) = (planned(before), planned(now));
    let changed: HashSet<&NeedId> = pairs.iter().map(|it| &it.need).collect();
    let mut all: Vec<NeedDifference> = Vec::new();
    for need in now.needs.iter().chain(before.needs.iter().filter(|need| !new.contains_key(&need.need))) {
        let (before_yuan, now_yuan) = (old.get(&need.need).copied(), new.get(&need.need).copied());
        if before_yuan != now_yuan || changed.contains(&need.need) {
            all.push(NeedDifference { need: need.need.clone(), title: need.title.clone(), before_yuan, now_yuan });
        }
    }
    all
}

fn organizations(before: &Plan, now: &Plan, pairs: &[PairDifference]) -> Vec<OrganizationDifference> {
    let loads = |plan: &Plan| -> HashMap<OrganizationId, (f64, usize)> {
        plan.organizations.iter().map(|it| (it.organization.clone(), (it.load_yuan, it.projects))).collect()
    };
    let (old, new) = (loads(before), loads(now));
    let named: BTreeSet<(&str, &OrganizationId)> = pairs.iter().map(|it| (it.name.as_str(), &it.organization)).collect();
    let differing = named.into_iter().map(|(name, id)| {
        let load = |loads: &HashMap<OrganizationId, (f64, usize)>| loads.get(id).copied().unwrap_or_default();
        let ((before_yuan, needs_before), (now_yuan, needs_now)) = (load(&old), load(&new));
        OrganizationDifference { organization: id.clone(), name: name.to_owned(), before_yuan, now_yuan, needs_before, needs_now }
    });
    differing.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::tests::sample::plan;
    use crate::random::SplitMix64;

    /// The sample with other sums, so that loads and sums agree.
    fn varied(seed: u64) -> Plan {
        let mut random = SplitMix64::stream(seed, 17, 0);
        let mut plan = plan();
        let all: Vec<_> = plan.needs.iter().flat_map(|need| need.partners.clone()).collect();
        if random.below(3) == 0 {
            plan.needs.remove(random.below(3));
        }
        for need in &mut plan.needs {
            need.partners.clear();
            for partner in &all {
                if random.below(2) == 0 && need.partners.iter().all(|it| it.organization != partner.organization) {
                    let amount_yuan = 1000.0 * (1 + random.below(3)) as f64;
                    need.partners.push(crate::plan::Partner { amount_yuan, ..partner.clone() });
                }
            }
            need.proposed_yuan = need.partners.iter().map(|it| it.amount_yuan).sum();
        }
        for organization in &mut plan.organizations {
            let id = &organization.organization;
            let own = plan.needs.iter().flat_map(|need| &need.partners).filter(|it| it.organization == *id);
            let own: Vec<f64> = own.map(|it| it.amount_yuan).collect();
            (organization.load_yuan, organization.projects) = (own.iter().sum(), own.len());
        }
        plan
    }

    #[test]
    fn a_plan_does_not_differ_from_itself() {
        for seed in 0..50 {
            let plan = varied(seed);
            assert!(PlanDifference::between(&plan, &plan).is_empty());
        }
    }

    #[test]
    fn what_differs_leads_from_one_plan_to_the_other_and_back() {
        for seed in 0..200 {
            let (a, b) = (varied(seed), varied(seed + 1000));
            let (there, back) = (PlanDifference::between(&a, &b), PlanDifference::between(&b, &a));
            assert_eq!(there.apply(shares(&a)), shares(&b), "seed {seed}");
            assert_eq!(back.apply(shares(&b)), shares(&a), "seed {seed}");
            assert_eq!((there.pairs.len(), there.needs.len()), (back.pairs.len(), back.needs.len()));
            let mirrored = |it: &PairDifference| (it.need.clone(), it.organization.clone(), it.now_yuan, it.before_yuan);
            let same = |it: &PairDifference| (it.need.clone(), it.organization.clone(), it.before_yuan, it.now_yuan);
            let (mut forth, mut and_back): (Vec<_>, Vec<_>) =
                (there.pairs.iter().map(same).collect(), back.pairs.iter().map(mirrored).collect());
            forth.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
            and_back.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
            assert_eq!(forth, and_back, "seed {seed}");
        }
    }

    #[test]
    fn sums_by_need_and_by_organization_are_those_of_the_pairs() {
        for seed in 0..200 {
            let (a, b) = (varied(seed), varied(seed + 1000));
            let difference = PlanDifference::between(&a, &b);
            let of_pairs: f64 = difference.pairs.iter().map(|it| it.now_yuan - it.before_yuan).sum();
            let need = |it: &NeedDifference| it.now_yuan.unwrap_or(0.0) - it.before_yuan.unwrap_or(0.0);
            assert_eq!(difference.needs.iter().map(need).sum::<f64>(), of_pairs, "seed {seed}");
            let of_organizations: f64 = difference.organizations.iter().map(|it| it.now_yuan - it.before_yuan).sum();
            assert_eq!(of_organizations, of_pairs, "seed {seed}");
        }
    }

    #[test]
    fn a_need_that_left_the_list_is_named() {
        let before = plan();
        let mut now = plan();
        let gone = now.needs.remove(2);
        let difference = PlanDifference::between(&before, &now);
        assert_eq!(difference.pairs, []);
        let expected = NeedDifference { need: gone.need, title: gone.title, before_yuan: Some(0.0), now_yuan: None };
        assert_eq!(difference.needs, [expected]);
    }
}
