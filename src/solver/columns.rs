//! Column generation: finds the optimum over all candidates with only a few of them in the network.

use super::flow::{Flow, FlowError, Optimum};
use super::problem::Problem;
use super::stop::Stop;

/// The optimum over all candidates, and how much work it took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Generated {
    /// Over all candidates of the problem, in their order.
    pub optimum: Optimum,
    /// Number of candidates in the network at the end.
    pub columns: usize,
    /// Number of times that the network was solved.
    pub rounds: usize,
}

/// Solves with the `first` most valuable candidates of every need and all forced ones. Then it adds all other candidates that
/// pay at the present prices, until there are none. The value is that of [`Flow::solve`] with all candidates.
///
/// # Errors
/// As [`Flow::new`] and [`Flow::solve`].
pub fn solve(problem: &Problem, first: usize, stop: Stop<'_>) -> Result<Generated, FlowError> {
    let all = &problem.candidates;
    let mut columns = start(problem, first);
    let mut inside = vec![false; all.len()];
    columns.iter().for_each(|&i| inside[i as usize] = true);
    let small = Problem {
        needs: problem.needs.clone(),
        organizations: problem.organizations.clone(),
        funds: problem.funds.clone(),
        groups: problem.groups.clone(),
        candidates: columns.iter().map(|&i| all[i as usize]).collect(),
    };
    let mut flow = Flow::new(&small)?;
    drop(small);
    for rounds in 1.. {
        let optimum = flow.solve(stop)?;
        let pays = |&i: &u32| {
            let c = &all[i as usize];
            !inside[i as usize] && c.max > c.floor && flow.gain(c) > 0
        };
        let new: Vec<u32> = (0..all.len() as u32).filter(pays).collect();
        if new.is_empty() {
            let mut amounts = vec![0; all.len()];
            columns.iter().zip(&optimum.amounts).for_each(|(&i, &amount)| amounts[i as usize] = amount);
            return Ok(Generated { optimum: Optimum { amounts, ..optimum }, columns: columns.len(), rounds });
        }
        new.iter().for_each(|&i| inside[i as usize] = true);
        flow.add(&new.iter().map(|&i| all[i as usize]).collect::<Vec<_>>());
        columns.extend(new);
    }
    unreachable!("every round adds a candidate, and there are finitely many")
}

/// The most valuable candidates of every need and all forced ones, in their order.
fn start(problem: &Problem, first: usize) -> Vec<u32> {
    let all = &problem.candidates;
    let mut order: Vec<u32> = (0..all.len() as u32).collect();
    order.sort_by_key(|&i| all[i as usize].need);
    let mut columns = Vec::new();
    for run in order.chunk_by_mut(|&a, &b| all[a as usize].need == all[b as usize].need) {
        if first < run.len() {
            run.select_nth_unstable_by_key(first, |&i| (std::cmp::Reverse(all[i as usize].weight), i));
        }
        let forced = run.iter().skip(first).filter(|&&i| all[i as usize].floor > 0);
        columns.extend(run.iter().take(first).chain(forced));
    }
    columns.sort_unstable();
    columns
}
