//! The steps between the request and the plan: ranking, solving, and adding candidates.

use std::time::{Duration, Instant};

use super::candidates::{Candidates, Growth};
use super::encode::{Encoded, Encoder};
use super::keep::Kept;
use super::needs::Wanted;
use super::objective::promise;
use super::{Fairness, Plan, PlanAsk, PlanControl, PlanProgress, PlanStage};
use crate::catalog::Catalog;
use crate::error::AppError;
use crate::score::ScoringContext;
use crate::solver::flow::Flow;
use crate::solver::integer::{Ending, Options, Progress, Solution};
use crate::solver::leximin;
use crate::solver::problem::Problem;
use crate::solver::problem_check::ProblemError;
use crate::solver::solve::{SolveError, solve};
use crate::solver::stop::Stop;

/// Maximum number of rounds of leximin.
const LEXIMIN_ROUNDS: usize = 3;
/// Maximum number of rounds in which candidates are added to the first ones.
const ROUNDS: u32 = 6;

/// When the search has to end: when it is told to stop, or when the time limit is reached.
pub(super) fn stop<'a>(ask: &PlanAsk, control: &PlanControl<'a>, start: Instant) -> Stop<'a> {
    let seconds = ask.time_limit.filter(|seconds| seconds.is_finite() && *seconds > 0.0);
    let deadline = seconds.and_then(|seconds| start.checked_add(Duration::try_from_secs_f64(seconds).ok()?));
    Stop { flag: Some(control.stop), deadline }
}

/// A solved problem.
pub(super) struct Solved {
    pub(super) encoded: Encoded,
    pub(super) solution: Solution,
    pub(super) kept: Option<Kept>,
    /// Upper bound for every plan, including plans of pairs that are no candidates.
    pub(super) bound_of_all: Option<i128>,
}

/// Adds organizations as long as prices show that they could improve the plan, then solves.
pub(super) fn search(
    context: ScoringContext<'_>,
    encoder: &Encoder<'_>,
    before: Option<&Plan>,
    control: &PlanControl<'_>,
    stop: Stop<'_>,
) -> Result<Solved, AppError> {
    let Encoder { ask, wanted, catalog, .. } = *encoder;
    let mut candidates = Candidates::first(context, encoder, before, control)?;
    let unit_yuan = encoder.unit(&candidates.ranked, before);
    let mut encoded = encoder.encode(&candidates.ranked, unit_yuan);
    if let Some(error) = encoded.problem.check().first() {
        return Err(conflict(catalog, wanted, &encoded, error));
    }
    // Without integer conditions prices are exact: once no organization beyond the candidates is worth more than its price, the
    // optimum bounds every plan of any pairs.
    let mut bound_of_all = None;
    for round in 0..ROUNDS {
        let Ok(optimum) = Flow::new(&encoded.problem).and_then(|mut flow| flow.solve(stop)) else { break };
        match candidates.extend(context, encoder, &encoded, &optimum, round)? {
            Growth::Complete => bound_of_all = Some(optimum.value),
            Growth::Grown => {
                encoded = encoder.encode(&candidates.ranked, unit_yuan);
                continue;
            }
            Growth::Full => {}
        }
        break;
    }
    let mut solution = match solve_fairly(ask.fairness, &mut encoded.problem, control, stop) {
        Ok(solution) => solution,
        Err(error) => return Err(unsolved(catalog, wanted, &encoded, &error)),
    };
    solution.bound = bound_of_all.map_or(solution.bound, |bound| bound.min(solution.bound));
    if solution.value == solution.bound {
        solution.ending = Ending::Proven;
    }
    let kept = before.map(|before| Kept::of(context, encoder, &encoded, before, &solution, stop)).transpose()?;
    if let Some(kept) = &kept {
        solution.amounts.clone_from(&kept.near.amounts);
        solution.value = kept.near.value;
        if matches!(solution.ending, Ending::Proven) && solution.value < solution.bound {
            solution.ending = Ending::Exhausted;
        }
    }
    Ok(Solved { encoded, solution, kept, bound_of_all })
}

/// Solves with the promises that fairness requires.
pub(super) fn solve_fairly(
    fairness: Fairness,
    problem: &mut Problem,
    control: &PlanControl<'_>,
    stop: Stop<'_>,
) -> Result<Solution, SolveError> {
    if fairness == Fairness::Leximin {
        let scope: Vec<bool> = problem.needs.iter().map(|need| !need.whole).collect();
        match leximin::guarantees(problem, &scope, LEXIMIN_ROUNDS, stop) {
            Ok(guarantees) => promise(problem, &guarantees),
            // There is no time for promises, but there is for a plan.
            Err(_) if stop.now() => {}
            Err(error) => return Err(error.into()),
        }
    }
    let mut report = |it: Progress| {
        let gap = (it.bound - it.value) as f64 / it.bound.unsigned_abs().max(1) as f64;
        let done = it.iteration as usize;
        (control.progress)(PlanProgress { stage: PlanStage::Solving, done, total: 0, gap: Some(gap) });
    };
    solve(problem, &Options::default(), stop, &mut report)
}

/// The error for conditions that contradict each other, with names.
fn conflict(catalog: &Catalog, wanted: &[Wanted], encoded: &Encoded, error: &ProblemError) -> AppError {
    let problem = &encoded.problem;
    let name = |organization: usize| catalog.organization_facts(encoded.organizations[organization]).name();
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
            format!("{}指定的金额{}低于最低金额{}", pair(*candidate), wan(*floor), wan(*min))
        }
        ProblemError::NeedFloors { need, forced, gap } => {
            format!("需求“{}”的指定金额合计{}，超过缺口{}", wanted[*need].title, wan(*forced), wan(*gap))
        }
        ProblemError::PartnerFloors { need, forced, limit } => {
            format!("需求“{}”指定了{forced}家合作组织，超过上限{limit}家", wanted[*need].title)
        }
        ProblemError::OrganizationFloors { organization, forced, budget } => {
            format!("“{}”的指定金额合计{}，超过可用资金{}", name(*organization), wan(*forced), wan(*budget))
        }
        ProblemError::ProjectFloors { organization, forced, limit } => {
            format!("为“{}”指定了{forced}项需求，超过其承担的需求数上限{limit}项", name(*organization))
        }
        other => other.to_string(),
    };
    AppError::invalid("pairs", text)
}

fn unsolved(catalog: &Catalog, wanted: &[Wanted], encoded: &Encoded, error: &SolveError) -> AppError {
    use crate::solver::integer::IntegerError;
    if let SolveError::Integer(IntegerError::Unsatisfied { needs, organizations }) = error {
        let titles: Vec<String> = needs.iter().take(5).map(|&need| format!("“{}”", wanted[need as usize].title)).collect();
        let name =
            |organization: &u32| catalog.organization_facts(encoded.organizations[*organization as usize]).name().to_owned();
        let names: Vec<String> = organizations.iter().take(5).map(name).collect();
        let text = if names.is_empty() {
            let titles = titles.join("、");
            format!("需求{titles}的指定金额与其他条件（全额满足、合作组织数量上限、最低金额）不能同时满足；请放宽其中一项")
        } else {
            format!("指定的组合不能同时满足：涉及需求{}，组织{}", titles.join("、"), names.join("、"))
        };
        return AppError::invalid("pairs", text);
    }
    AppError::invalid("needs", error.to_string())
}
