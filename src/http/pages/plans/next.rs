//! How many pairs the next plan may change by choice where nobody says: what new conditions take out of a plan has to be replaced.

use crate::domain::NeedId;
use crate::plan::{PairRule, Plan, PlanAsk};

/// How many pairs may change where nothing else is said.
const FEW_CHANGES: usize = 3;

/// The number of changes that the next plan may make by choice: as many as were allowed before, or a few, and one for each pair
/// that has to be replaced.
pub(super) fn changes_by_default(plan: Option<&Plan>, before: Option<usize>, next: &PlanAsk) -> usize {
    let lost = plan.map_or(0, |plan| dropped(plan, next));
    before.unwrap_or(FEW_CHANGES).saturating_add(lost)
}

/// Pairs of a plan that conditions forbid.
pub(super) fn dropped(plan: &Plan, next: &PlanAsk) -> usize {
    let pairs = plan.needs.iter().flat_map(|need| need.partners.iter().map(move |it| (&need.need, it.organization.as_str())));
    let is_forbidden = |(need, organization): &(&NeedId, &str)| {
        next.exclude.iter().any(|it| it == organization)
            || next.pairs.iter().any(|it| it.rule == PairRule::Forbid && it.need == **need && it.organization == *organization)
    };
    pairs.filter(is_forbidden).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::tests::sample;

    #[test]
    fn what_is_left_out_may_be_replaced() {
        let plan = sample::plan();
        let mut next = PlanAsk::default();
        assert_eq!((dropped(&plan, &next), changes_by_default(Some(&plan), None, &next)), (0, 3));
        next.exclude.push("乙".to_owned());
        assert_eq!((dropped(&plan, &next), changes_by_default(Some(&plan), None, &next)), (2, 5));
        next.set_pair(&plan.needs[0].need, &plan.needs[0].partners[0].organization, Some((PairRule::Forbid, None)));
        assert_eq!((dropped(&plan, &next), changes_by_default(Some(&plan), Some(10), &next)), (3, 13));
        assert_eq!(changes_by_default(None, None, &next), 3);
    }
}
