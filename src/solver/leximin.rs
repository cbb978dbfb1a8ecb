//! The fairest shares: as much as possible for the need that gets least, then for the next, and so on (leximin). Whole needs,
//! least amounts, and limits on partners and projects are ignored.

use super::flow::{Flow, FlowError, Optimum};
use super::max_flow::MaxFlow;
use super::problem::{Candidate, Problem, Step};
use super::stop::Stop;

/// Shares are counted in this many parts of a need's gap.
pub const PARTS: i64 = 10_000;

/// `share` parts of a gap, rounded down.
fn part(share: i64, gap: i64) -> i64 {
    (i128::from(share) * i128::from(gap) / i128::from(PARTS)) as i64
}

/// What every need can be promised at once. The needs in `scope` get the largest common share of their gaps; then those that
/// can have more get the largest common larger share, and so on for at most `rounds` rounds. All other needs get 0.
///
/// A round leaves behind the needs that still lack something when as much as possible of the next share is handed out.
///
/// # Errors
/// As [`Flow::new`] and [`Flow::solve`].
pub fn guarantees(problem: &Problem, scope: &[bool], rounds: usize, stop: Stop<'_>) -> Result<Vec<i64>, FlowError> {
    let mut shares = Shares::new(problem)?;
    let mut promised = vec![0; problem.needs.len()];
    let mut rising: Vec<usize> = (0..problem.needs.len()).filter(|&i| scope[i] && problem.needs[i].gap > 0).collect();
    let mut share = 0;
    for _ in 0..rounds {
        if rising.is_empty() {
            break;
        }
        share = shares.largest(&promised, &rising, share, stop)?;
        rising.iter().for_each(|&i| promised[i] = part(share, problem.needs[i].gap));
        if share == PARTS {
            break;
        }
        share += 1;
        rising.iter().for_each(|&i| shares.want(i, part(share, problem.needs[i].gap)));
        shares.flow.run(stop)?;
        rising.retain(|&i| shares.flow.room(i) == 0);
        rising.iter().for_each(|&i| promised[i] = part(share, problem.needs[i].gap));
    }
    Ok(promised)
}

/// How much every need can get, whatever its value: a flow from the source over needs and organizations or funds to the sink.
/// The arcs from the source to the needs come first.
struct Shares {
    flow: MaxFlow,
    gaps: Vec<i64>,
    /// Forced amounts, which are not part of the flow.
    floors: Vec<i64>,
}

impl Shares {
    fn new(problem: &Problem) -> Result<Shares, FlowError> {
        let (n, o, f) = (problem.needs.len(), problem.organizations.len(), problem.funds.len());
        let right = |c: &Candidate| c.fund.map_or(c.organization as usize, |f| o + f as usize);
        let mut floors = vec![0; n];
        let mut spare: Vec<i64> = problem.organizations.iter().map(|o| o.budget).collect();
        spare.extend(problem.funds.iter().map(|f| f.budget));
        for c in problem.candidates.iter().filter(|c| c.floor > 0) {
            floors[c.need as usize] += c.floor;
            spare[right(c)] -= c.floor;
        }
        for (i, fund) in problem.funds.iter().enumerate() {
            spare[fund.organization as usize] += spare[o + i].min(0);
            spare[o + i] = spare[o + i].max(0);
        }
        let gaps: Vec<i64> = problem.needs.iter().map(|n| n.gap).collect();
        if spare.iter().any(|&s| s < 0) || floors.iter().zip(&gaps).any(|(f, g)| f > g) {
            return Err(FlowError::Infeasible);
        }
        let sink = 1 + n + o + f;
        let needs = (0..n).map(|i| (0, 1 + i, 0));
        let pairs = problem.candidates.iter().map(|c| (1 + c.need as usize, 1 + n + right(c), c.max - c.floor));
        let funds = problem.funds.iter().enumerate();
        let funds = funds.map(|(i, f)| (1 + n + o + i, 1 + n + f.organization as usize, i64::MAX / 4));
        let budgets = spare.iter().enumerate().map(|(i, &spare)| (1 + n + i, sink, spare));
        let flow = MaxFlow::new(sink + 1, needs.chain(pairs).chain(funds).chain(budgets));
        Ok(Shares { flow, gaps, floors })
    }

    /// Lets need `i` have up to `wanted`, but no less than it has now.
    fn want(&mut self, i: usize, wanted: i64) {
        let width = self.flow.flow(i) + self.flow.room(i);
        self.flow.widen(i, ((wanted - self.floors[i]).max(0) - width).max(-self.flow.room(i)));
    }

    /// The largest share, at least `low`, that all the `rising` needs can get besides what is promised to the others, with a
    /// flow that gives just that. This is Newton's method: each failure identifies a bottleneck, and the largest share that it
    /// allows is tried next.
    fn largest(&mut self, promised: &[i64], rising: &[usize], low: i64, stop: Stop<'_>) -> Result<i64, FlowError> {
        let mut high = PARTS;
        loop {
            self.flow.clear();
            for (i, &promised) in promised.iter().enumerate() {
                self.want(i, promised);
            }
            for &i in rising {
                self.want(i, part(high, self.gaps[i]));
            }
            self.flow.run(stop)?;
            let missing: i64 = (0..self.gaps.len()).map(|i| self.flow.room(i)).sum();
            if missing == 0 || high == low {
                return Ok(high);
            }
            let bottleneck: Vec<usize> = rising.iter().copied().filter(|&i| self.flow.reached(1 + i)).collect();
            let wanted =
                |share: i64| -> i64 { bottleneck.iter().map(|&i| (part(share, self.gaps[i]) - self.floors[i]).max(0)).sum() };
            // The largest share below `high` at which the bottleneck asks for `missing` less.
            let fitting = wanted(high) - missing;
            let (mut fits, mut fails) = (low, high);
            while fits + 1 < fails {
                let middle = i64::midpoint(fits, fails);
                *(if wanted(middle) <= fitting { &mut fits } else { &mut fails }) = middle;
            }
            high = fits;
        }
    }
}

/// What every need gets.
fn sums(problem: &Problem, amounts: &[i64]) -> Vec<i64> {
    let mut sums = vec![0; problem.needs.len()];
    problem.candidates.iter().zip(amounts).for_each(|(c, &amount)| sums[c.need as usize] += amount);
    sums
}

/// The most valuable flow that keeps every promise: at most the gap minus the guarantee of a need stays unmet.
///
/// # Errors
/// [`FlowError::Infeasible`] if the promises cannot be kept, else as [`Flow::new`] and [`Flow::solve`].
pub fn solve(problem: &Problem, guarantees: &[i64], stop: Stop<'_>) -> Result<Optimum, FlowError> {
    // A unit beyond the cap costs more than any path through the network can bring.
    let nodes = 1 + problem.needs.len() + problem.organizations.len() + problem.funds.len() + problem.groups.len();
    let dear = 1 + nodes as i64 * problem.largest_cost();
    let mut bound = problem.clone();
    for (need, &guarantee) in bound.needs.iter_mut().zip(guarantees).filter(|(_, g)| **g > 0) {
        let mut cap = need.gap - guarantee;
        let last = need.unmet.last().map_or(0, |s| s.cost);
        need.unmet.push(Step { width: cap, cost: last });
        for step in &mut need.unmet {
            step.width = step.width.min(cap);
            cap -= step.width;
        }
        need.unmet.push(Step { width: guarantee, cost: last });
    }
    // First it is solved without the promises, which is easy and comes close.
    let mut flow = Flow::new(&bound)?;
    flow.solve(stop)?;
    for (need, _) in guarantees.iter().enumerate().filter(|(_, g)| **g > 0) {
        flow.set_last_unmet(need, dear);
    }
    let optimum = flow.solve(stop)?;
    if sums(problem, &optimum.amounts).iter().zip(guarantees).any(|(given, guarantee)| given < guarantee) {
        return Err(FlowError::Infeasible);
    }
    Ok(optimum)
}
