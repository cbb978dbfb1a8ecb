//! Labelled needs: needs whose outcome is known, asked again as of the day before anybody can have taken them on.
//!
//! Every dated past project with participants gives one: title and description are the need's text, and the participants are
//! the relevant organizations. A project becomes visible on the last day on which it can have started. So the features never
//! see the project that their need was made from, nor anything later. Every stored need with dated binding claims gives one as
//! well, asked on the day before the first of them.

use std::collections::BTreeMap;

use jiff::ToSpan as _;
use jiff::civil::Date;
use qianshou_index::normalize::normalize;
use rayon::prelude::*;

use crate::catalog::Catalog;
use crate::domain::{Amount, ClaimEffect, Money, Need, NeedId, Project, unmarked};
use crate::error::AppError;
use crate::hash::{fnv1a, fnv1a_after};
use crate::score::{Feature, Question, Scorer, ScoringContext, Value, Weights};
use crate::understand::topic;

/// A need of the past and the organizations that took it on.
#[derive(Clone)]
pub(super) struct LabelledNeed {
    /// Id of the project or the need.
    pub(super) id: String,
    /// Title and text.
    pub(super) text: String,
    /// The need is asked as of this day.
    pub(super) as_of: Date,
    /// The question that the need asks.
    pub(super) question: Question,
    /// The relevant organizations, which took it on, by position.
    pub(super) relevant: Vec<usize>,
}

impl LabelledNeed {
    /// A seed of its own for random draws.
    pub(super) fn seed(&self) -> u64 {
        fnv1a(self.id.as_bytes())
    }

    /// A seed for one organization. It is made from the id, because positions shift when other organizations come on record.
    pub(super) fn pair_number(&self, catalog: &Catalog, organization: usize) -> u64 {
        fnv1a_after(self.seed(), catalog.organization_facts(organization).id().as_bytes())
    }
}

/// Where a labelled need comes from, in the order of ids.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Source {
    Project { order: u64, at: usize },
    Need(NeedId),
}

/// For each need with a binding claim, the first day of such a claim, up to `recorded_by`.
fn first_claims(catalog: &Catalog, recorded_by: Date) -> BTreeMap<&NeedId, Date> {
    let mut first: BTreeMap<&NeedId, Date> = BTreeMap::new();
    for claim in catalog.claims.iter().filter(|claim| claim.state.effect() == ClaimEffect::Binds) {
        if let Some(at) = claim.at.filter(|&at| at <= recorded_by) {
            first.entry(&claim.need).and_modify(|day| *day = at.min(*day)).or_insert(at);
        }
    }
    first
}

/// Which labelled needs are taken if there are too many.
#[derive(Debug, Clone, Copy)]
pub(super) enum Sample {
    /// At most this many, evenly spread.
    Spread(usize),
    /// At most this many, the newest years first. Each year takes at most seven tenths of the room that is left.
    Newest(usize),
}

impl Sample {
    /// Picks from `needs`, which are ascending by day.
    fn pick(self, needs: &[(Date, Source)]) -> Vec<(Date, Source)> {
        let spread = |needs: &[(Date, Source)], limit: usize| -> Vec<(Date, Source)> {
            let kept = needs.len().min(limit);
            (0..kept).map(|n| needs[n * needs.len() / kept].clone()).collect()
        };
        match self {
            Self::Spread(limit) => spread(needs, limit),
            Self::Newest(limit) => {
                let mut kept: Vec<(Date, Source)> = Vec::new();
                let years: Vec<_> = needs.chunk_by(|a, b| a.0.year() == b.0.year()).collect();
                for year in years.into_iter().rev() {
                    kept.extend(spread(year, ((limit - kept.len()) * 7).div_ceil(10)));
                }
                kept.sort_unstable();
                kept
            }
        }
    }
}

/// The labelled needs, each asked on the day before it was taken on, that were taken on between `from` and `to` (both included) at the earliest, and whose outcome was on
/// record by `recorded_by`. They are ordered by day, then projects by id, then needs by id.
pub(super) fn labelled_needs(catalog: &Catalog, from: Date, to: Date, recorded_by: Date, sample: Sample) -> Vec<LabelledNeed> {
    let mut days: Vec<(Date, Source)> = Vec::new();
    let recorded = crate::catalog::day_of(recorded_by);
    for at in 0..catalog.project_count() {
        let project = catalog.project_facts(at);
        let on_record = project.is_dated() && project.is_visible(recorded);
        let day = project.start().and_then(|start| start.checked_sub(1.day()).ok());
        let day = day.filter(|_| on_record && project.named_participants() > 0);
        days.extend(day.map(|day| (day, Source::Project { order: catalog.project_order(at), at })));
    }
    for (need, first) in first_claims(catalog, recorded_by) {
        days.extend(first.checked_sub(1.day()).ok().map(|day| (day, Source::Need(need.clone()))));
    }
    days.retain(|(day, _)| day.tomorrow().is_ok_and(|begun| (from..=to).contains(&begun)));
    days.sort_unstable();
    let of = |(as_of, source): (Date, Source)| match source {
        Source::Project { at, .. } => Some(of_project(catalog, as_of, &catalog.project_once(at), recorded_by)),
        Source::Need(id) => catalog.need(&id).map(|need| of_need(catalog, as_of, &need, recorded_by)),
    };
    sample.pick(&days).into_par_iter().filter_map(of).collect()
}

/// The need that `project` answered, asked as of a day.
pub(super) fn of_project(catalog: &Catalog, as_of: Date, project: &Project, recorded_by: Date) -> LabelledNeed {
    let taxonomy = &catalog.reference.taxonomy;
    let text = normalize(&format!("{}。{}", project.title, project.description)).text;
    // A total is known only after the end.
    let total = project.amount.as_ref().filter(|_| project.period.is_none_or(|period| period.totals_from() <= recorded_by));
    let question = Question {
        sectors: project.sectors.iter().filter_map(|share| Some((taxonomy.sector(&share.code)?, share.weight))).collect(),
        regions: project.regions.iter().filter(|region| region.certain).map(|region| region.code).collect(),
        amount: total.and_then(Amount::point).filter(|&amount| amount > Money::ZERO),
        groups: project.groups.iter().filter_map(|code| taxonomy.group(code)).collect(),
        modes: project.modes.clone(),
        topic: unmarked(&topic(&catalog.reference, &text)).into_owned(),
        ..Question::default()
    };
    let answer = project.participants.iter().filter_map(|participant| catalog.organization(&participant.organization));
    LabelledNeed { id: project.id.to_string(), text, as_of, question, relevant: once(answer.collect()) }
}

fn of_need(catalog: &Catalog, as_of: Date, need: &Need, recorded_by: Date) -> LabelledNeed {
    let topic = topic(&catalog.reference, &need.record.normalized);
    let counts = |at: Option<Date>| at.is_some_and(|at| at <= recorded_by);
    let claims =
        catalog.claims.iter().filter(|it| it.need == need.id && it.state.effect() == ClaimEffect::Binds && counts(it.at));
    let answer = claims.filter_map(|claim| catalog.organization(&claim.organization));
    LabelledNeed {
        id: need.id.to_string(),
        text: need.record.normalized.clone(),
        as_of,
        question: Question::new(catalog, &need.record, topic),
        relevant: once(answer.collect()),
    }
}

/// True if the organization's name holds one of the need's places, from county up to province. Such local bodies are found by
/// their names; the others are what people ask for, so results are told apart.
pub(super) fn is_local(values: &[Value; Feature::ALL.len()]) -> bool {
    let levels = [Feature::NamedCounty, Feature::NamedPrefecture, Feature::NamedProvince];
    levels.iter().any(|&level| matches!(values[level as usize], Value::Known(value) if value > 0.0))
}

/// Ascending, without duplicates.
fn once(mut organizations: Vec<usize>) -> Vec<usize> {
    organizations.sort_unstable();
    organizations.dedup();
    organizations
}

/// Calls `use_scorer` for each need, in the order of the needs. Needs of one day run in parallel.
pub(super) fn each_scored<T: Send>(
    catalog: &Catalog,
    weights: &Weights,
    needs: &[LabelledNeed],
    use_scorer: impl Fn(&Scorer<'_>, &LabelledNeed) -> T + Sync,
) -> Result<Vec<T>, AppError> {
    let mut all = Vec::with_capacity(needs.len());
    for of_day in needs.chunk_by(|a, b| a.as_of == b.as_of) {
        let view = catalog.as_of(of_day[0].as_of);
        let context = ScoringContext { catalog, view: &view, weights };
        let results: Result<Vec<T>, AppError> =
            of_day.par_iter().map(|need| Ok(use_scorer(&Scorer::new(context, need.question.clone())?, need))).collect();
        all.extend(results?);
    }
    Ok(all)
}
