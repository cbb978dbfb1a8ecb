//! The exact optimum for a fixed set of used pairs: a flow that keeps each amount between its lower and upper limit.

use super::super::flow::{Flow, FlowError};
use super::super::problem::{Candidate, Problem, Step};
use super::super::stop::Stop;
use super::instance::NONE;
use super::state::State;

/// Moves amounts between the used pairs to the optimum. Returns `false` if it was stopped.
pub(super) fn polish(problem: &Problem, state: &mut State<'_>, stop: Stop<'_>) -> bool {
    let instance = state.instance;
    let mut open = Problem {
        needs: problem.needs.clone(),
        organizations: problem.organizations.clone(),
        funds: problem.funds.clone(),
        groups: problem.groups.clone(),
        candidates: Vec::new(),
    };
    // A need that is met in full must stay so: leaving any of it unmet costs more than everything else together.
    let penalty = (instance.largest >> instance.shift).max(1).saturating_mul(4 * (2 + instance.parent.len() as i64));
    for (i, need) in open.needs.iter_mut().enumerate() {
        if need.whole && state.left[i] == 0 {
            need.unmet = vec![Step { width: need.gap, cost: penalty }];
        }
    }
    let mut pairs = Vec::new();
    for (t, pair) in instance.pairs.iter().enumerate() {
        if state.amount[t] > 0 {
            pairs.push(t);
            open.candidates.push(Candidate {
                need: pair.need,
                organization: pair.organization,
                weight: pair.weight >> instance.shift,
                min: pair.low,
                max: pair.high,
                floor: pair.low,
                fund: (pair.fund != NONE).then_some(pair.fund),
            });
        }
    }
    let optimum = match Flow::new(&open).and_then(|mut flow| flow.solve(stop)) {
        Ok(optimum) => optimum,
        Err(FlowError::Infeasible | FlowError::Network(_)) => return false,
    };
    let before = state.value;
    let notes: Vec<(usize, i64)> = pairs.iter().map(|&t| (t, state.amount[t])).collect();
    // First the decreases, then the increases, so that no limit is exceeded in between.
    for (&t, &amount) in pairs.iter().zip(&optimum.amounts) {
        state.set(t, amount.min(state.amount[t]));
    }
    for (&t, &amount) in pairs.iter().zip(&optimum.amounts) {
        state.set(t, amount);
    }
    let needs = 0..instance.needs();
    if state.value < before || !needs.into_iter().all(|need| state.need_holds(need)) {
        for (t, amount) in notes {
            state.set(t, amount);
        }
    }
    true
}
