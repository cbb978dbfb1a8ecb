//! The whole search: prices, a first plan, rounds of local search, polish.

use super::super::flow::Flow;
use super::super::problem::Problem;
use super::super::stop::Stop;
use super::ascent::Ascent;
use super::bound::Prices;
use super::instance::Instance;
use super::market::Market;
use super::parts::round;
use super::polish::polish;
use super::replan::PriceDiscount;
use super::start::{adopt, first, pass};
use super::state::State;
use super::transpose::{is_better_transposed, transposed, transposed_back};
use super::{Ending, IntegerError, Options, Progress, Solution};
use std::sync::atomic::Ordering;

/// From this many pairs on, the continuous optimum takes too long, and fewer rounds are run.
const LARGE: usize = 500_000;

/// Start temperature, as a multiple of the average loss of a need against the bound.
const START_TEMPERATURE: f64 = 1.5;
/// The temperature is 0 from this share of the rounds on.
const COOLED_AT: f64 = 0.9;

/// The prices are good enough for the rest of the search if the gap is at most one in this many of the bound.
const SMALL_GAP: i128 = 100;

/// Finds a good plan and a bound. The values and bounds that `progress` gets never become worse.
///
/// # Errors
/// Forced amounts cannot be met, or numbers are too large.
pub fn solve(
    problem: &Problem,
    options: &Options,
    stop: Stop<'_>,
    progress: &mut dyn FnMut(Progress),
) -> Result<Solution, IntegerError> {
    if is_better_transposed(problem) {
        let result = solve_as_is(&transposed(problem), options, stop, progress);
        return transposed_back(problem, result);
    }
    solve_as_is(problem, options, stop, progress)
}

/// Solves without transposing the problem.
pub(super) fn solve_as_is(
    problem: &Problem,
    options: &Options,
    stop: Stop<'_>,
    progress: &mut dyn FnMut(Progress),
) -> Result<Solution, IntegerError> {
    let instance = Instance::new(problem)?;
    let unsatisfied = |needs| IntegerError::Unsatisfied { needs, organizations: Vec::new() };
    let nothing = State::empty(&instance).value;
    let mut state = first(&instance, &Prices::zero(&instance))?;
    let order = by_gap(&instance);
    // Ignores the time limit, so that there always is a plan.
    pass(&mut state, &Prices::zero(&instance), PriceDiscount::NOTHING, &order, true, Stop::default());
    let mut run = Run {
        problem,
        instance: &instance,
        options,
        stop,
        progress,
        ascent: Ascent::new(&instance, nothing).map_err(unsatisfied)?,
        state,
        relaxed: None,
        iterations: 0,
    };
    let ending = match run.search(&order) {
        Ok(()) => Ending::Exhausted,
        Err(Halt::Ending(ending)) => ending,
        Err(Halt::Impossible(needs)) => return Err(unsatisfied(needs)),
    };
    Ok(run.finish(ending))
}

/// Needs by gap, the largest first.
fn by_gap(instance: &Instance) -> Vec<u32> {
    let mut order: Vec<u32> = (0..instance.needs() as u32).collect();
    order.sort_by_key(|&need| (std::cmp::Reverse(instance.gap[need as usize]), need));
    order
}

/// Why a search stops.
enum Halt {
    Ending(Ending),
    Impossible(Vec<u32>),
}

struct Run<'a, 'p> {
    problem: &'a Problem,
    instance: &'a Instance,
    options: &'a Options,
    stop: Stop<'a>,
    progress: &'p mut dyn FnMut(Progress),
    ascent: Ascent<'a>,
    state: State<'a>,
    /// Value of the continuous optimum, if it was found.
    relaxed: Option<i128>,
    iterations: u32,
}

impl Run<'_, '_> {
    /// The bound in the problem's own units. Values are integers, so the bound is rounded down.
    fn bound(&self) -> i128 {
        let bound = self.ascent.bound >> self.instance.shift;
        self.relaxed.map_or(bound, |relaxed| relaxed.min(bound))
    }

    fn value(&self) -> i128 {
        self.state.value >> self.instance.shift
    }

    /// Reports the progress. The error says why the search stops here.
    fn advance(&mut self) -> Result<(), Halt> {
        self.iterations += 1;
        let (value, bound) = (self.value(), self.bound());
        (self.progress)(Progress { iteration: self.iterations, value, bound });
        if bound - value <= (self.options.tolerance * bound.unsigned_abs() as f64) as i128 {
            return Err(Halt::Ending(Ending::Proven));
        }
        if self.stop.flag.is_some_and(|flag| flag.load(Ordering::Relaxed)) {
            return Err(Halt::Ending(Ending::Stopped));
        }
        if self.stop.now() {
            return Err(Halt::Ending(Ending::TimeLimit));
        }
        Ok(())
    }

    fn search(&mut self, order: &[u32]) -> Result<(), Halt> {
        self.advance()?;
        self.relax(order);
        self.advance()?;
        self.prices(order)?;
        self.construct(order);
        self.advance()?;
        let needs = self.instance.needs().max(1);
        let pairs = self.instance.pairs.len();
        // The cost of a step grows with the number of candidates per need. Small problems can afford more rounds.
        let rounds = if self.large() { (self.options.rounds * 2 / 5).max(1) } else { self.options.rounds };
        let rounds = (rounds * 4000 / needs as u32).clamp(rounds, 8 * rounds);
        let steps = needs * 30 / (pairs / needs).max(30);
        let mut state = self.state.clone();
        for number in 0..rounds {
            let ascent = &self.ascent;
            let loss = (ascent.bound - state.value).max(0) as f64 / needs as f64;
            let temperature = START_TEMPERATURE * loss * (1.0 - f64::from(number) / (COOLED_AT * f64::from(rounds))).max(0.0);
            let market = Market { prices: &ascent.best, ideal: &ascent.evaluation, temperature, stop: self.stop };
            round(&mut state, market, self.options.seed, u64::from(number), steps.max(1));
            if number == rounds / 2 || number + 1 == rounds {
                polish(self.problem, &mut state, self.stop);
            }
            if state.value > self.state.value {
                self.state.clone_from(&state);
            }
            if number == rounds / 2 {
                self.second_prices()?;
            }
            self.advance()?;
        }
        pass(&mut self.state, &self.ascent.best, PriceDiscount::NOTHING, order, true, self.stop);
        self.advance()
    }

    /// True for very large problems, where iterations are saved: late ones gain little there.
    fn large(&self) -> bool {
        self.instance.pairs.len() > LARGE
    }

    /// Finds the continuous optimum, which is a bound too, and a plan from what is left of it under the integer conditions.
    fn relax(&mut self, order: &[u32]) {
        if self.large() {
            return;
        }
        let Ok(optimum) = Flow::new(self.problem).and_then(|mut flow| flow.solve(self.stop)) else { return };
        self.relaxed = Some(optimum.value);
        let prices = Prices::zero(self.instance);
        let Ok(mut state) = first(self.instance, &prices) else { return };
        adopt(&mut state, &optimum.amounts);
        pass(&mut state, &prices, PriceDiscount::NOTHING, order, true, self.stop);
        if state.value > self.state.value {
            self.state = state;
        }
    }

    fn prices(&mut self, order: &[u32]) -> Result<(), Halt> {
        let steps = self.options.price_steps;
        let mut current = self.ascent.evaluation.clone();
        for step in 0..steps {
            current = self.ascent.step(f64::from(step) / f64::from(steps), &current).map_err(Halt::Impossible)?;
            if step == steps / 4 {
                // Gives users who stop early a useful plan.
                self.construct(order);
            }
            self.advance()?;
        }
        Ok(())
    }

    /// Takes twice as many steps again from the best prices. A good plan now tells how far the prices can be off, while many
    /// ties make the first steps end too early.
    fn second_prices(&mut self) -> Result<(), Halt> {
        let steps = self.options.price_steps * 2;
        if self.large() || self.bound() - self.value() <= self.bound().abs() / SMALL_GAP {
            return Ok(());
        }
        self.ascent.again(self.state.value);
        let (mut current, bound) = (self.ascent.evaluation.clone(), self.ascent.bound);
        for step in 0..steps {
            // If the bound has not fallen by now, the first steps did not end too early, and little is left to find.
            if step == steps / 4 && self.ascent.bound == bound {
                break;
            }
            current = self.ascent.step(f64::from(step) / f64::from(steps), &current).map_err(Halt::Impossible)?;
            self.advance()?;
        }
        Ok(())
    }

    /// Builds a plan at the prices and keeps it if it is better than the present one.
    fn construct(&mut self, order: &[u32]) {
        let prices = &self.ascent.best;
        let Ok(mut state) = first(self.instance, prices) else { return };
        for (share, keep) in [(256, false), (128, true), (0, true)] {
            pass(&mut state, prices, PriceDiscount { money: share, slots: share }, order, keep, self.stop);
        }
        if state.value > self.state.value {
            self.state = state;
        }
    }

    fn finish(self, ending: Ending) -> Solution {
        let shift = self.instance.shift;
        let scaled = |prices: &[i64]| prices.iter().map(|&price| price >> shift).collect::<Vec<i64>>();
        let prices = &self.ascent.best;
        let needs = (0..self.instance.needs()).map(|need| need_price(self.instance, prices, need) >> shift).collect();
        Solution {
            amounts: self.state.amounts(self.problem.candidates.len()),
            value: self.value(),
            bound: self.bound(),
            needs,
            organizations: scaled(&prices.money),
            slots: scaled(&prices.slot),
            funds: scaled(&prices.fund),
            ending,
            iterations: self.iterations,
        }
    }
}

/// What one more unit of gap would bring at the prices: the profit of the pair that would serve it.
fn need_price(instance: &Instance, prices: &Prices, need: usize) -> i64 {
    let saved = prices.groups_of(instance, need);
    let mut left = instance.gap[need];
    let mut rates: Vec<(i64, i64)> = (instance.of_need(need))
        .map(|t| {
            let pair = &instance.pairs[t];
            let profit = pair.weight + saved - prices.of_money(pair.organization, pair.fund);
            (profit - prices.slot[pair.organization as usize] / pair.high, pair.high)
        })
        .collect();
    rates.sort_unstable_by_key(|&(rate, _)| std::cmp::Reverse(rate));
    for (rate, high) in rates {
        left -= high;
        if left < 0 {
            return rate.max(0);
        }
    }
    0
}
