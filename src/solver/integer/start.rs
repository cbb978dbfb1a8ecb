//! Finds a first feasible plan: forced pairs, then forced needs that want all or nothing, then everything else.

use super::super::stop::Stop;
use super::IntegerError;
use super::bound::Prices;
use super::instance::Instance;
use super::replan::PriceDiscount;
use super::state::State;
use super::subproblem::Subproblem;

/// How often the needs that want all of their gap are tried again in another order.
const ORDERS: usize = 20;

/// A feasible plan with little more than the forced amounts.
pub(super) fn first<'a>(instance: &'a Instance, prices: &Prices) -> Result<State<'a>, IntegerError> {
    let mut state = State::empty(instance);
    let (mut needs, mut organizations) = (Vec::new(), Vec::new());
    for (t, pair) in instance.pairs.iter().enumerate().filter(|(_, pair)| pair.floor > 0) {
        let i = pair.need as usize;
        let fits_need = state.left[i] >= pair.low && state.partners[i] < instance.partners[i];
        let fits_organization = state.room(t) >= pair.low;
        if fits_need && fits_organization {
            state.set(t, pair.low);
        }
        if !fits_need {
            needs.push(pair.need);
        }
        if !fits_organization {
            organizations.push(pair.organization);
        }
    }
    needs.dedup();
    organizations.sort_unstable();
    organizations.dedup();
    if !needs.is_empty() || !organizations.is_empty() {
        return Err(IntegerError::Unsatisfied { needs, organizations });
    }
    let mut order: Vec<u32> = (0..instance.needs() as u32).filter(|&need| !state.need_holds(need as usize)).collect();
    let reserved = state;
    let mut subproblem = Subproblem::default();
    for attempt in 0..=ORDERS {
        let mut state = reserved.clone();
        let mut failed = Vec::new();
        for &need in &order {
            // With prices, needs leave to each other what only one of them can use. Every second attempt is made without
            // prices.
            let discount = if attempt % 2 == 0 { PriceDiscount::FULL } else { PriceDiscount::NOTHING };
            let mut notes = Vec::new();
            state.release(need as usize, &mut notes);
            if !subproblem.plan(&mut state, prices, discount, need as usize) {
                state.restore(&[need], &notes);
                failed.push(need);
            }
        }
        if failed.is_empty() {
            return Ok(state);
        }
        if attempt == ORDERS {
            return Err(IntegerError::Unsatisfied { needs: failed, organizations: Vec::new() });
        }
        order.retain(|need| !failed.contains(need));
        order.splice(0..0, failed);
    }
    Ok(reserved)
}

/// Plans every need anew, one after another in the given order. If `keep` is set, needs keep what they had if it is worth more.
pub(super) fn pass(state: &mut State<'_>, prices: &Prices, discount: PriceDiscount, order: &[u32], keep: bool, stop: Stop<'_>) {
    let mut subproblem = Subproblem::default();
    let mut notes = Vec::new();
    for (k, &need) in order.iter().enumerate() {
        if k % 256 == 0 && stop.now() {
            return;
        }
        notes.clear();
        let before = state.value;
        state.release(need as usize, &mut notes);
        let planned = subproblem.plan(state, prices, discount, need as usize);
        if !planned || (keep && state.value < before) {
            state.restore(&[need], &notes);
        }
    }
}

/// Takes as much of the given amounts (by candidate) into a plan as its conditions allow, the most valuable pairs first.
pub(super) fn adopt(state: &mut State<'_>, amounts: &[i64]) {
    let instance = state.instance;
    let amount = |t: usize| amounts[instance.pairs[t].candidate as usize];
    let mut wanted: Vec<usize> = (0..instance.pairs.len()).filter(|&t| amount(t) > state.amount[t]).collect();
    wanted.sort_by_key(|&t| std::cmp::Reverse(i128::from(instance.pairs[t].weight) * i128::from(amount(t))));
    for t in wanted {
        let pair = &instance.pairs[t];
        let i = pair.need as usize;
        let now = state.amount[t];
        let then = amount(t).min(now + state.room(t).min(state.left[i]));
        let partners = now > 0 || state.partners[i] < instance.partners[i];
        // Forced needs that want all or nothing are already complete.
        if then >= pair.low && then > now && partners {
            state.set(t, then);
        }
    }
    let mut notes = Vec::new();
    for need in 0..instance.needs() {
        if !state.need_holds(need) {
            state.release(need, &mut notes);
        }
    }
}
