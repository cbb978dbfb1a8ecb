//! Answered needs: dated past projects with participants, asked again as of the day before they can have begun.
//!
//! Title and description are the need's text, the participants the answer. A project is visible from the last day on which
//! it can have started, so that none is seen by the features of its own need, and neither is anything later.

use jiff::ToSpan as _;
use jiff::civil::Date;
use qianshou_index::normalize::normalize;
use rayon::prelude::*;

use super::EngineError;
use crate::catalog::Catalog;
use crate::domain::{Amount, Money, Project};
use crate::score::{Question, Scorer, Stage, Weights};
use crate::understand::topic;

/// A past project as the need that it once was.
pub(super) struct Answered {
    /// Position of the project.
    pub(super) project: usize,
    /// What was known then is what was known on this day.
    pub(super) as_of: Date,
    /// What was asked.
    pub(super) question: Question,
    /// Who took it on, by position.
    pub(super) answer: Vec<usize>,
}

/// The day on which the need of a project is asked: the day before it can have begun.
fn asked_on(project: &Project) -> Option<Date> {
    project.period.and_then(|period| period.start.earliest().checked_sub(1.day()).ok())
}

/// Which needs are taken where there are many.
#[derive(Debug, Clone, Copy)]
pub(super) enum Sample {
    /// At most so many, evenly spread.
    Spread(usize),
    /// At most so many, the newest years first: of what room is left, each year takes at most seven tenths.
    Newest(usize),
}

impl Sample {
    /// Of `needs`, ascending by day.
    fn of(self, needs: &[(Date, usize)]) -> Vec<(Date, usize)> {
        let spread = |needs: &[(Date, usize)], limit: usize| -> Vec<(Date, usize)> {
            let kept = needs.len().min(limit);
            (0..kept).map(|n| needs[n * needs.len() / kept]).collect()
        };
        match self {
            Self::Spread(limit) => spread(needs, limit),
            Self::Newest(limit) => {
                let mut kept: Vec<(Date, usize)> = Vec::new();
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

/// The answered needs whose day lies within `from` and `to` (both included) and whose project was on record by
/// `recorded_by`; by day, then by project id.
pub(super) fn answered(catalog: &Catalog, from: Date, to: Date, recorded_by: Date, sample: Sample) -> Vec<Answered> {
    let mut days: Vec<(Date, usize)> = Vec::new();
    for (at, project) in catalog.projects.iter().enumerate() {
        let on_record = project.period.is_some_and(|period| period.visible_from() <= recorded_by);
        let day = asked_on(project).filter(|_| on_record && !project.participants.is_empty());
        days.extend(day.filter(|day| (from..=to).contains(day)).map(|day| (day, at)));
    }
    days.sort_unstable();
    sample.of(&days).into_par_iter().map(|(as_of, project)| need_of(catalog, as_of, project, recorded_by)).collect()
}

fn need_of(catalog: &Catalog, as_of: Date, at: usize, recorded_by: Date) -> Answered {
    let (project, taxonomy) = (&catalog.projects[at], &catalog.reference.taxonomy);
    let text = normalize(&format!("{}。{}", project.title, project.description)).text;
    let mut answer: Vec<usize> =
        project.participants.iter().filter_map(|participant| catalog.organization(&participant.organization)).collect();
    answer.sort_unstable();
    answer.dedup();
    // A total is known from the end on.
    let total = project.amount.as_ref().filter(|_| project.period.is_none_or(|period| period.totals_from() <= recorded_by));
    let question = Question {
        sectors: project.sectors.iter().filter_map(|share| Some((taxonomy.sector(&share.code)?, share.weight))).collect(),
        regions: project.regions.iter().filter(|region| region.certain).map(|region| region.code).collect(),
        amount: total.and_then(Amount::point).filter(|&amount| amount > Money::ZERO),
        groups: project.groups.iter().filter_map(|code| taxonomy.group(code)).collect(),
        modes: project.modes.clone(),
        topic: topic(&catalog.reference, &text),
    };
    Answered { project: at, as_of, question, answer }
}

/// A number of a need and an organization that depends on nothing but their ids, whatever else is on record (FNV-1a).
pub(super) fn pair_number(catalog: &Catalog, project: usize, organization: usize) -> u64 {
    let ids = [catalog.projects[project].id.as_str(), catalog.organizations[organization].id.as_str()];
    let bytes = ids.iter().flat_map(|id| id.bytes().chain([0]));
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// `use_scorer` for each need, in their order; needs of one day side by side.
pub(super) fn each_scored<T: Send>(
    catalog: &Catalog,
    weights: &Weights,
    needs: &[Answered],
    use_scorer: impl Fn(&Scorer<'_>, &Answered) -> T + Sync,
) -> Result<Vec<T>, EngineError> {
    let mut all = Vec::with_capacity(needs.len());
    for of_day in needs.chunk_by(|a, b| a.as_of == b.as_of) {
        let view = catalog.as_of(of_day[0].as_of);
        let stage = Stage { catalog, view: &view, weights };
        let results: Result<Vec<T>, EngineError> =
            of_day.par_iter().map(|need| Ok(use_scorer(&Scorer::new(stage, need.question.clone())?, need))).collect();
        all.extend(results?);
    }
    Ok(all)
}
