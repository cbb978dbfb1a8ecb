//! The steps between the question and the plan: ranking, solving, looking further where money is short.

use std::time::{Duration, Instant};

use rayon::prelude::*;

use super::encode::{Encoded, Encoder, promise};
use super::needs::Wanted;
use super::rules::Rules;
use super::unmet::reaches;
use super::{Fairness, Plan, PlanAsk, PlanControl, PlanProgress, PlanStage};
use crate::catalog::Catalog;
use crate::engine::{AskError, EngineError};
use crate::plan::checker::check;
use crate::plan::integer::{Options, Progress, Solution};
use crate::plan::problem::Problem;
use crate::plan::problem_check::ProblemError;
use crate::plan::solve::{SolveError, solve};
use crate::plan::stop::Stop;
use crate::plan::{keep, leximin};
use crate::score::{Ranked, Scorer, Stage};

/// Needs that are ranked together.
const BATCH: usize = 64;
/// Rounds of leximin that are told apart.
const LEXIMIN_ROUNDS: usize = 3;
/// Organizations that are looked at for each need, and where its money is short.
const CANDIDATES: usize = 100;
const FURTHER: usize = 2000;
/// Least fit of a partner.
pub(super) const MIN_FIT: u8 = 5;

/// When a plan has to be ready.
pub(super) fn stop<'a>(ask: &PlanAsk, control: &PlanControl<'a>, start: Instant) -> Stop<'a> {
    let seconds = ask.time_limit.filter(|seconds| seconds.is_finite() && *seconds > 0.0);
    let deadline = seconds.and_then(|seconds| start.checked_add(Duration::try_from_secs_f64(seconds).ok()?));
    Stop { flag: Some(control.stop), deadline }
}

/// The best organizations for each need, by the least fit.
pub(super) fn rank(
    stage: Stage<'_>,
    ask: &PlanAsk,
    rules: &Rules,
    wanted: &[Wanted],
    which: &[usize],
    top: usize,
    control: &PlanControl<'_>,
) -> Result<Vec<Vec<Ranked>>, EngineError> {
    let min_fit = ask.min_fit.unwrap_or(MIN_FIT);
    let mut all = Vec::with_capacity(which.len());
    for batch in which.chunks(BATCH) {
        let scorers: Result<Vec<Scorer<'_>>, _> =
            batch.par_iter().map(|&need| Scorer::new(stage, wanted[need].question.clone())).collect();
        let scorers = scorers?;
        for ((scorer, mut ranked), &need) in scorers.iter().zip(Scorer::rank_all(&scorers, top)).zip(batch) {
            ranked.retain(|it| reaches(it.score, min_fit));
            for (_, pair) in rules.wanted_pairs().filter(|(id, _)| **id == wanted[need].id) {
                if !ranked.iter().any(|it| it.organization == pair.organization) {
                    ranked.push(Ranked { organization: pair.organization, score: scorer.score(pair.organization) });
                }
            }
            all.push(ranked);
        }
        (control.progress)(PlanProgress { stage: PlanStage::Scoring, done: all.len(), total: which.len(), gap: None });
    }
    Ok(all)
}

/// A solved problem.
pub(super) struct Solved {
    pub(super) encoded: Encoded,
    pub(super) solution: Solution,
    pub(super) kept: Option<keep::Kept>,
}

/// Solves; where money is short, or an organization beyond the candidates might be worth more, looks at further ones and solves
/// again.
pub(super) fn search(
    stage: Stage<'_>,
    encoder: &Encoder<'_>,
    before: Option<&Plan>,
    control: &PlanControl<'_>,
    stop: Stop<'_>,
) -> Result<Result<Solved, AskError>, EngineError> {
    let Encoder { ask, rules, wanted, catalog, .. } = *encoder;
    let which: Vec<usize> = (0..wanted.len()).collect();
    let top = ask.candidates.unwrap_or(CANDIDATES).clamp(1, FURTHER);
    let mut ranked = rank(stage, ask, rules, wanted, &which, top, control)?;
    let mut encoded = encoder.encode(&ranked);
    if let Some(error) = encoded.problem.check().first() {
        return Ok(Err(conflict(catalog, wanted, &encoded, error)));
    }
    let mut solution = match solve_fairly(ask.fairness, &mut encoded.problem, control, stop) {
        Ok(solution) => solution,
        Err(error) => return Ok(Err(unsolved(catalog, wanted, &encoded, &error))),
    };
    let short = short(&encoded, &solution, &ranked, top);
    if !short.is_empty() && top < FURTHER && !stop.now() {
        let further = rank(stage, ask, rules, wanted, &short, FURTHER, control)?;
        let before: usize = ranked.iter().map(Vec::len).sum();
        for (need, further) in short.into_iter().zip(further) {
            ranked[need] = further;
        }
        if ranked.iter().map(Vec::len).sum::<usize>() > before {
            encoded = encoder.encode(&ranked);
            solution = match solve_fairly(ask.fairness, &mut encoded.problem, control, stop) {
                Ok(solution) => solution,
                Err(error) => return Ok(Err(unsolved(catalog, wanted, &encoded, &error))),
            };
        }
    }
    let kept = match before.map(|before| keep_near(ask, before, catalog, wanted, &encoded, &solution, stop)) {
        None => None,
        Some(Ok(kept)) => Some(kept),
        Some(Err(error)) => return Ok(Err(unsolved(catalog, wanted, &encoded, &error))),
    };
    if let Some(kept) = &kept {
        solution.amounts.clone_from(&kept.amounts);
        solution.value = kept.value;
    }
    Ok(Ok(Solved { encoded, solution, kept }))
}

/// Needs whose money is short, or for which an organization after the last candidate could still be worth its price.
fn short(encoded: &Encoded, solution: &Solution, ranked: &[Vec<Ranked>], top: usize) -> Vec<usize> {
    let mut given = vec![0; ranked.len()];
    let mut least = vec![i64::MAX; ranked.len()];
    for (c, amount) in encoded.problem.candidates.iter().zip(&solution.amounts) {
        given[c.need as usize] += amount;
        least[c.need as usize] = least[c.need as usize].min(c.weight);
    }
    let might_gain = |need: usize| given[need] < encoded.problem.needs[need].gap || least[need] > solution.needs[need];
    (0..ranked.len()).filter(|&need| ranked[need].len() >= top && might_gain(need)).collect()
}

/// Solves with the promises that fairness makes.
pub(super) fn solve_fairly(
    fairness: Fairness,
    problem: &mut Problem,
    control: &PlanControl<'_>,
    stop: Stop<'_>,
) -> Result<Solution, SolveError> {
    if fairness == Fairness::Leximin {
        let scope: Vec<bool> = problem.needs.iter().map(|need| !need.whole).collect();
        let guarantees = leximin::guarantees(problem, &scope, LEXIMIN_ROUNDS, stop)?;
        promise(problem, &guarantees);
    }
    let mut report = |it: Progress| {
        let gap = (it.bound - it.value) as f64 / it.bound.unsigned_abs().max(1) as f64;
        let done = it.iteration as usize;
        (control.progress)(PlanProgress { stage: PlanStage::Solving, done, total: 0, gap: Some(gap) });
    };
    solve(problem, &Options::default(), stop, &mut report)
}

/// The plan near an earlier one.
fn keep_near(
    ask: &PlanAsk,
    before: &Plan,
    catalog: &Catalog,
    wanted: &[Wanted],
    encoded: &Encoded,
    best: &Solution,
    stop: Stop<'_>,
) -> Result<keep::Kept, SolveError> {
    let mut amounts = vec![0; encoded.problem.candidates.len()];
    let mut gone = 0;
    for (planned, partner) in before.needs.iter().flat_map(|need| need.partners.iter().map(move |partner| (need, partner))) {
        let need = wanted.iter().position(|it| it.id == planned.need);
        let pair = need.zip(catalog.organization(&partner.organization));
        match pair.and_then(|pair| encoded.at.get(&pair)) {
            Some(&candidate) => amounts[candidate] = (partner.amount_yuan / encoded.unit_yuan as f64).round() as i64,
            // Claimed by now, or barred: no plan can keep it.
            None => gone += 1,
        }
    }
    let limit = ask.max_changes.unwrap_or(usize::MAX).saturating_sub(gone);
    let mut kept = keep::keep(&encoded.problem, &amounts, best, limit, &Options::default(), stop)?;
    kept.changes += gone;
    kept.forced += gone;
    kept.frontier.iter_mut().for_each(|point| point.0 += gone);
    debug_assert!(check(&encoded.problem, &kept.amounts).violations.is_empty());
    Ok(kept)
}

/// A contradiction of what was asked, by name.
fn conflict(catalog: &Catalog, wanted: &[Wanted], encoded: &Encoded, error: &ProblemError) -> AskError {
    let problem = &encoded.problem;
    let name = |organization: usize| catalog.organizations[encoded.organizations[organization]].name.as_str();
    let wan = |units: i64| format!("{}万元", units as f64 * encoded.unit_yuan as f64 / 10_000.0);
    let pair = |candidate: usize| {
        let c = &problem.candidates[candidate];
        format!("需求“{}”与“{}”", wanted[c.need as usize].title, name(c.organization as usize))
    };
    let text = match error {
        ProblemError::FloorOverMax { candidate, floor, max } => {
            format!("{}指定的金额{}超过可行的最高金额{}", pair(*candidate), wan(*floor), wan(*max))
        }
        ProblemError::FloorUnderMin { candidate, floor, min } => {
            format!("{}指定的金额{}低于单笔下限{}", pair(*candidate), wan(*floor), wan(*min))
        }
        ProblemError::NeedFloors { need, forced, gap } => {
            format!("需求“{}”的指定金额合计{}，超过缺口{}", wanted[*need].title, wan(*forced), wan(*gap))
        }
        ProblemError::PartnerFloors { need, forced, limit } => {
            format!("需求“{}”指定了{forced}家合作方，超过上限{limit}家", wanted[*need].title)
        }
        ProblemError::OrganizationFloors { organization, forced, budget } => {
            format!("“{}”的指定金额合计{}，超过可用资金{}", name(*organization), wan(*forced), wan(*budget))
        }
        ProblemError::ProjectFloors { organization, forced, limit } => {
            format!("为“{}”指定了{forced}项需求，超过认领数上限{limit}项", name(*organization))
        }
        other => other.to_string(),
    };
    AskError::new("pairs", text)
}

fn unsolved(catalog: &Catalog, wanted: &[Wanted], encoded: &Encoded, error: &SolveError) -> AskError {
    use crate::plan::integer::IntegerError;
    if let SolveError::Integer(IntegerError::Unsatisfied { needs, organizations }) = error {
        let titles: Vec<String> = needs.iter().take(5).map(|&need| format!("“{}”", wanted[need as usize].title)).collect();
        let name = |organization: &u32| catalog.organizations[encoded.organizations[*organization as usize]].name.clone();
        let names: Vec<String> = organizations.iter().take(5).map(name).collect();
        let text = format!("指定的配对不能同时满足：涉及需求{}，组织{}", titles.join("、"), names.join("、"));
        return AskError::new("pairs", text);
    }
    AskError::new("needs", error.to_string())
}
