//! Makes a plan, from the request to the answer.

use std::time::Instant;

use jiff::civil::Date;
use rayon::prelude::*;

use super::decode::Decoder;
use super::draft::{DRAFT, Plan, PlanSummary, PriceOfFairness};
use super::encode::Encoder;
use super::needs::Listed;
use super::rules::Rules;
use super::search::{self, Solved};
use super::settings::PlanEnding;
use super::unmet::{Trial, Unlimited};
use super::{Fairness, PlanAsk, PlanControl, PlanNeeds, PlanProgress, PlanStage, needs};
use crate::catalog::Catalog;
use crate::domain::NeedId;
use crate::error::AppError;
use crate::request;
use crate::score::{ScoringContext, Weights};
use crate::solver::integer::Ending;
use crate::solver::stability::unstable_share;
use crate::solver::stop::Stop;

/// Maximum number of needs for which single changes are tried; the others get the reason alone.
const RELAXED: usize = 200;
/// How far, and how often, fits are perturbed to measure how stable the plan is.
const NOISE: f64 = 0.05;
const NOISE_TRIES: u64 = 10;

/// Plans partners for many needs at once. With `keep`, starts from an earlier plan.
///
/// # Errors
/// Conditions that are invalid or contradict each other, by name; or a text index that cannot be read.
pub fn plan(
    catalog: &Catalog,
    weights: &Weights,
    today: Date,
    ask: &PlanAsk,
    listed: &PlanNeeds,
    keep: Option<&Plan>,
    control: &PlanControl<'_>,
) -> Result<Plan, AppError> {
    ask.check(keep.is_some())?;
    let stop = search::stop(ask, control, Instant::now());
    let as_of = request::as_of(ask.as_of.as_deref(), today)?;
    let view = catalog.as_of(as_of);
    let context = ScoringContext { catalog, view: &view, weights };
    let Listed { ask, wanted, unplanned, mut remarks } = needs::read(catalog, &view, ask, listed)?;
    let ask = &ask;
    let rules = Rules::new(catalog, &view, ask, &wanted)?;
    let encoder = Encoder { catalog, view: &view, ask, rules: &rules, wanted: &wanted, fit: weights.fit() };
    let solved = search::search(context, &encoder, keep, control, stop)?;
    let Solved { encoded, solution, kept, bound_of_all } = &solved;
    let decoder = Decoder::new(context, &wanted, encoded, solution);
    let mut planned = decoder.needs()?;
    let open: Vec<usize> = (0..wanted.len()).filter(|&need| decoder.given(need) < encoded.problem.needs[need].gap).collect();
    // A stopped plan is returned at once, with reasons but without a search for changes.
    let hurried = stop.now();
    // What the plan without a limit on changes gives counts only where the limit is reached.
    let near = kept.as_ref().filter(|kept| ask.max_changes.is_some_and(|most| kept.near.chosen >= most));
    let unlimited = near.map(|kept| Unlimited { amounts: &kept.best, changes: kept.changes_of_best() });
    let explain = |(n, &need): (usize, &usize)| {
        decoder.unmet(&rules, need, Trial { changes: n < RELAXED && !hurried, hurried, unlimited, stop })
    };
    let reasons: Result<Vec<_>, AppError> = open.par_iter().enumerate().map(explain).collect();
    for (need, reason) in open.iter().zip(reasons?) {
        planned[*need].unmet = reason;
    }
    let total = open.len();
    (control.progress)(PlanProgress { stage: PlanStage::Explaining, done: total, total, gap: Some(solution.gap()) });
    let (regions, sectors) = decoder.coverage();
    let organizations = decoder.organizations();
    let summary = PlanSummary {
        needs: planned.len(),
        full: planned.iter().filter(|it| it.unmet.is_none()).count(),
        partial: planned.iter().filter(|it| it.unmet.is_some() && !it.partners.is_empty()).count(),
        none: planned.iter().filter(|it| it.unmet.is_some() && it.partners.is_empty()).count(),
        joint: planned.iter().filter(|it| it.partners.len() > 1).count(),
        organizations: organizations.len(),
        asked_yuan: planned.iter().map(|it| it.gap_yuan).sum(),
        proposed_yuan: planned.iter().map(|it| it.proposed_yuan).sum(),
        unit_yuan: encoded.unit_yuan as f64,
        value: encoded.worth_yuan(solution.value),
        bound: encoded.worth_yuan(solution.bound),
        gap: solution.gap(),
        ending: ending(solution.ending),
        pairs: encoded.problem.candidates.len(),
        bound_of_all: bound_of_all.map(|it| encoded.worth_yuan(it)),
        interrupted: matches!(solution.ending, Ending::TimeLimit | Ending::Stopped) || hurried,
        price_of_fairness: if hurried || kept.is_some() { None } else { price_of_fairness(&encoder, &decoder, control, stop) },
        unstable_share: if hurried { None } else { unstable_share(&encoded.problem, NOISE, NOISE_TRIES, stop).ok() },
        changes: kept.as_ref().map(|kept| kept.changes(&encoder, encoded)),
    };
    let whole = wanted.iter().filter(|it| it.whole).count();
    let name = |organization: usize| catalog.organization_facts(organization).name();
    let title = |id: &NeedId| {
        let title = wanted.iter().find(|it| it.id == *id).map(|it| it.title.as_str());
        title.map_or_else(|| id.to_string(), |title| format!("{title}（编号{id}）"))
    };
    let settings = rules.settings(ask, &catalog.reference.taxonomy, whole, name, title);
    remarks.extend(decoder.decided());
    let (note, snapshot) = (DRAFT.to_owned(), catalog.version.to_string());
    Ok(Plan { note, as_of, snapshot, settings, summary, needs: planned, organizations, regions, sectors, unplanned, remarks })
}

const fn ending(ending: Ending) -> PlanEnding {
    match ending {
        Ending::Proven => PlanEnding::Proven,
        Ending::Exhausted => PlanEnding::Exhausted,
        Ending::TimeLimit => PlanEnding::TimeLimit,
        Ending::Stopped => PlanEnding::Stopped,
    }
}

/// Compares the plan with one in which every yuan counts the same.
fn price_of_fairness(
    encoder: &Encoder<'_>,
    decoder: &Decoder<'_>,
    control: &PlanControl<'_>,
    stop: Stop<'_>,
) -> Option<PriceOfFairness> {
    if encoder.ask.fairness == Fairness::Off {
        return None;
    }
    let mut flat = decoder.encoded.problem.clone();
    encoder.make_flat(&mut flat);
    let quiet = PlanControl { stop: control.stop, progress: &|_| {} };
    let other = search::solve_fairly(Fairness::Off, &mut flat, &quiet, stop).ok()?;
    if matches!(other.ending, Ending::TimeLimit | Ending::Stopped) {
        return None;
    }
    let problem = &decoder.encoded.problem;
    let weighed = |amounts: &[i64]| {
        let worth = problem.candidates.iter().zip(amounts).map(|(c, &amount)| i128::from(c.weight) * i128::from(amount));
        decoder.encoded.worth_yuan(worth.sum())
    };
    let below_quarter = |amounts: &[i64]| {
        let mut given = vec![0; problem.needs.len()];
        problem.candidates.iter().zip(amounts).for_each(|(c, amount)| given[c.need as usize] += amount);
        given.iter().zip(&problem.needs).filter(|(given, need)| **given * 4 < need.gap).count()
    };
    let own = &decoder.solution.amounts;
    Some(PriceOfFairness {
        weighed_yuan: weighed(own),
        weighed_yuan_without: weighed(&other.amounts),
        proposed_yuan_without: decoder.yuan(other.amounts.iter().sum()),
        below_quarter: below_quarter(own),
        below_quarter_without: below_quarter(&other.amounts),
    })
}
