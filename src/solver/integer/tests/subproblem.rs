//! Compares the plans of single needs with exhaustive search, at prices that rarely occur in the whole search.

use crate::random::SplitMix64;
use crate::solver::integer::item::{Demand, Item};
use crate::solver::integer::subproblem::Subproblem;
use crate::solver::problem::Step;

/// An item's terms: profit, opening cost, least and largest amount, forced.
type Terms = (i64, i64, i64, i64, bool);

fn best(demand: &Demand<'_>, terms: &[Terms], amounts: &mut Vec<i64>) -> Option<i64> {
    if let Some(&(_, _, low, high, forced)) = terms.get(amounts.len()) {
        let mut found = None;
        for amount in (0..=high).filter(|&amount| if amount == 0 { !forced } else { amount >= low }) {
            amounts.push(amount);
            found = found.max(best(demand, terms, amounts));
            amounts.pop();
        }
        return found;
    }
    let sum: i64 = amounts.iter().sum();
    let partners = amounts.iter().filter(|&&amount| amount > 0).count();
    let whole = !demand.whole || sum == 0 || sum == demand.gap;
    if sum > demand.gap || partners > demand.partners || !whole {
        return None;
    }
    let costs: Vec<i64> = demand.unmet.iter().flat_map(|step| std::iter::repeat_n(step.cost, step.width as usize)).collect();
    let saved: i64 = costs.iter().rev().take(sum as usize).sum();
    let paid = amounts.iter().zip(terms).map(|(&a, &(profit, opening, ..))| if a > 0 { profit * a - opening } else { 0 });
    Some(saved + paid.sum::<i64>())
}

#[test]
fn bounds_hold_at_any_prices() {
    let mut subproblem = Subproblem::default();
    let (mut cases, mut tight) = (0, 0);
    for seed in 0..6000 {
        let mut r = SplitMix64::stream(seed, 8, 0);
        let gap = r.integer(0, 7);
        let mut unmet = Vec::new();
        if seed % 2 == 0 {
            let (first, cost) = (r.integer(0, gap), 1000 * r.integer(0, 3));
            unmet.push(Step { width: first, cost });
            unmet.push(Step { width: gap - first, cost: cost + 1000 * r.integer(0, 3) });
            unmet.retain(|step| step.width > 0);
        }
        let mut terms: Vec<Terms> = Vec::new();
        for _ in 0..r.below(5) {
            let high = r.integer(1, gap.clamp(1, 4));
            let forced = r.unit() < 0.15;
            let opening = if r.unit() < 0.3 { r.integer(0, 30_000) } else { r.integer(0, 4_000) };
            terms.push((r.integer(-2_000, 6_000), opening, r.integer(1, high), high, forced));
        }
        let demand = Demand { gap, whole: r.unit() < 0.3, partners: r.below(4), unmet: &unmet };
        subproblem.items.clear();
        for (t, &(profit, opening, low, high, forced)) in terms.iter().enumerate() {
            subproblem.items.push(Item::new(t as u32, profit, opening, low, high, forced));
        }
        let exact = best(&demand, &terms, &mut Vec::new());
        let bound = subproblem.solve(&demand);
        let Some(exact) = exact else { continue };
        let bound = bound.unwrap();
        assert!(bound >= exact, "seed {seed}: {exact} {bound} {demand:?} {terms:?}");
        let mut amounts = vec![0; terms.len()];
        for &(place, amount) in &subproblem.chosen {
            amounts[subproblem.items[place as usize].pair as usize] = amount;
        }
        let fixed: Vec<Terms> =
            (terms.iter().zip(&amounts)).map(|(&(p, o, l, h, f), &a)| (p, o, l, if a > 0 { h } else { 0 }, f)).collect();
        // The chosen plan keeps all conditions: exhaustive search over its items finds a plan.
        assert!(best(&demand, &fixed, &mut Vec::new()).is_some(), "seed {seed}: {demand:?} {terms:?} {amounts:?}");
        cases += 1;
        // Rounding of opening costs may add up to 1 for each unit that an item may have.
        tight += usize::from(bound <= exact + terms.iter().map(|term| term.3).sum::<i64>());
    }
    assert!(10 * tight > 9 * cases, "{tight} of {cases}");
}
