//! Replays the past: would the ranking have found the organizations that took the needs on? Every labelled need is asked again
//! as of the day before it can have been taken on. All eligible organizations are ranked, by this program and by simpler ones.
//!
//! The result measures agreement with history, not benefit: an organization that is not on record did not necessarily refuse.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::labelled::{LabelledNeed, Sample, each_scored, is_local, labelled_needs};
use super::seen::Seen;
use super::tables::{probabilities, rank_of};
use crate::catalog::Catalog;
use crate::domain::RegionCode;
use crate::error::AppError;
use crate::eval::{
    Balanced, Exposure, Interval, Judged, Observed, Paired, Reliability, difference_interval, exposure, macro_average,
    mean_interval, reliability,
};
use crate::learn::RankingModel;
use crate::random::SplitMix64;
use crate::reference::Level;
use crate::score::{Feature, FitScale, Scorer, Value};

/// Most labelled needs that are replayed, evenly spread over the time.
const MAX_REPLAYED: usize = 5000;
/// Seed of the bootstrap and of the random baseline.
const SEED: u64 = 20_261_122;

/// A way to rank.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum System {
    /// This program with the weights in use.
    Qianshou,
    /// Votes of similar past projects alone.
    Votes,
    /// BM25 of all its past work, read as one text.
    Profile,
    /// The decayed number of its past projects in the need's sectors.
    SectorHistory,
    /// The decayed number of its past projects.
    Popularity,
    /// Pairs of characters that its name and the need share.
    NameMatch,
    /// A random order.
    Random,
}

impl System {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Qianshou, Self::Votes, Self::Profile, Self::SectorHistory, Self::Popularity, Self::NameMatch, Self::Random];

    /// Chinese name.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Qianshou => "牵手",
            Self::Votes => "相似项目投票",
            Self::Profile => "往期项目全文BM25",
            Self::SectorHistory => "领域项目数",
            Self::Popularity => "活跃程度",
            Self::NameMatch => "名称相符",
            Self::Random => "随机",
        }
    }
}

/// A mean with its 95 % interval.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The mean over all needs.
    pub mean: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl From<Interval> for Estimate {
    fn from(interval: Interval) -> Self {
        let Interval { mean, low, high } = interval;
        Self { mean, low, high }
    }
}

/// How one system did.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SystemReport {
    /// The system.
    pub system: System,
    /// Its Chinese name.
    pub label: &'static str,
    /// Mean reciprocal rank.
    pub mrr: Estimate,
    /// nDCG of the first five.
    pub ndcg5: f64,
    /// nDCG of the first ten.
    pub ndcg10: f64,
    /// Share of the relevant organizations among the first five, ten and fifty.
    pub recall5: f64,
    /// See `recall5`.
    pub recall10: Estimate,
    /// See `recall5`.
    pub recall50: f64,
    /// Reciprocal rank of this program minus that of this system.
    pub difference: Estimate,
    /// Share of the eligible organizations that are among the first ten of any need.
    pub coverage: f64,
    /// Gini coefficient of exposure among the first ten.
    pub gini: f64,
}

/// How this program did on a slice of the needs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Slice {
    /// What these needs have in common, in Chinese.
    pub label: String,
    /// How many needs.
    pub needs: usize,
    /// Mean reciprocal rank.
    pub mrr: f64,
    /// nDCG of the first ten.
    pub ndcg10: f64,
    /// Share of the relevant organizations among the first ten.
    pub recall10: f64,
}

/// Organizations with a fit in one tenth of the scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FitBin {
    /// Lowest fit of the tenth.
    pub from: usize,
    /// Those on record as having taken the need on.
    pub claimants: u64,
    /// All others. They did not necessarily refuse.
    pub others: u64,
}

/// What a replay found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Replay {
    /// First and last day of the replayed period.
    pub from: Date,
    /// See `from`.
    pub to: Date,
    /// True if the weights were learned from the period of these needs, so that they may have seen the outcomes.
    pub has_seen_answers: bool,
    /// The last day that the weights have seen.
    pub seen_until: Date,
    /// True for the default weights.
    pub is_default: bool,
    /// Number of needs that are public claims, to which the default weights were fitted.
    pub seen_needs: usize,
    /// Number of needs.
    pub needs: usize,
    /// Number of relevant organizations in total, and how many of them could not be found because they had no record on the
    /// day.
    pub answers: usize,
    /// See `answers`.
    pub unknown_answers: usize,
    /// The systems, this program first.
    pub systems: Vec<SystemReport>,
    /// Expected calibration error and Brier score of the probabilities of the first ten.
    pub calibration_error: f64,
    /// See `calibration_error`.
    pub brier: f64,
    /// Results for slices of the needs.
    pub slices: Vec<Slice>,
    /// By tenths of the fit, who reached it.
    pub fits: Vec<FitBin>,
    /// The fit compared with who took needs on, if these and all others weigh the same; none without needs.
    #[serde(skip)]
    pub fit_reliability: Option<Reliability>,
    /// The probabilities of the first ten compared with what happened; none without needs.
    #[serde(skip)]
    pub reliability: Option<Reliability>,
}

/// Result of one need.
struct Outcome {
    /// Ranks of the relevant organizations, by system.
    judged: Vec<Judged>,
    /// The first ten organizations, by system.
    shown: Vec<Vec<u32>>,
    cases: Vec<(f64, bool)>,
    fits: Balanced,
    labels: Vec<String>,
    cluster: u64,
}

/// Asks the needs of the days from `from` to `to` again, with `baselines` also by the simpler systems.
///
/// # Errors
/// The text index cannot be read.
pub fn replay(
    catalog: &Catalog,
    model: &RankingModel,
    seen: &Seen,
    from: Date,
    to: Date,
    baselines: bool,
    done: &(dyn Fn(usize, usize) + Sync),
) -> Result<Replay, AppError> {
    let needs = labelled_needs(catalog, from, to, Date::MAX, Sample::Spread(MAX_REPLAYED));
    let systems = if baselines { &System::ALL[..] } else { &System::ALL[..1] };
    let counter = std::sync::atomic::AtomicUsize::new(0);
    let outcomes = each_scored(catalog, &model.weights, &needs, |scorer, need| {
        let outcome = outcome(catalog, scorer, need, systems, model.temperature);
        done(counter.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1, needs.len());
        outcome
    })?;
    let mut eligible = vec![false; catalog.organization_count()];
    for of_day in needs.chunk_by(|a, b| a.as_of == b.as_of) {
        let view = catalog.as_of(of_day[0].as_of);
        for (organization, eligible) in eligible.iter_mut().enumerate() {
            *eligible |= view.is_known(organization);
        }
    }
    let seen_needs = needs.iter().filter(|need| seen.contains(catalog, need)).count();
    let RankingModel { seen_until, is_default, .. } = *model;
    let seen = Replay { seen_until, is_default, seen_needs, ..report(from, to, systems, outcomes, &eligible) };
    Ok(Replay { has_seen_answers: seen_until >= from, ..seen })
}

fn report(from: Date, to: Date, systems: &[System], mut outcomes: Vec<Outcome>, eligible: &[bool]) -> Replay {
    // Exposure is shared among the organizations that were known on some day; later ones must not count.
    let known: Vec<u32> = (0..).zip(eligible).filter(|(_, is_known)| **is_known).map(|(at, _)| at).collect();
    for shown in outcomes.iter_mut().flat_map(|outcome| outcome.shown.iter_mut().flatten()) {
        *shown = known.partition_point(|at| at < shown) as u32;
    }
    let eligible = vec![true; known.len()];
    let mut clusters: HashMap<u64, u32> = HashMap::new();
    let clusters: Vec<u32> = outcomes
        .iter()
        .map(|outcome| {
            let next = clusters.len() as u32;
            *clusters.entry(outcome.cluster).or_insert(next)
        })
        .collect();
    let of = |system: usize| -> Vec<Judged> { outcomes.iter().map(|outcome| outcome.judged[system].clone()).collect() };
    let ours = of(0);
    let reports = systems.iter().enumerate().map(|(n, &system)| {
        let judged = of(n);
        let mean = |metric: &dyn Fn(&Judged) -> Option<f64>| macro_average(&judged, metric).unwrap_or_default();
        let observed = |metric: fn(&Judged) -> Option<f64>| {
            let values =
                judged.iter().zip(&clusters).filter_map(|(need, &cluster)| Some(Observed { cluster, value: metric(need)? }));
            mean_interval(&values.collect::<Vec<_>>(), SEED).map(Estimate::from).unwrap_or_default()
        };
        let pairs = ours.iter().zip(&judged).zip(&clusters).filter_map(|((ours, theirs), &cluster)| {
            Some(Paired { cluster, ours: ours.reciprocal_rank()?, theirs: theirs.reciprocal_rank()? })
        });
        let Exposure { coverage, gini } = exposure(outcomes.iter().map(|outcome| outcome.shown[n].as_slice()), &eligible)
            .unwrap_or(Exposure { coverage: 0.0, gini: 0.0 });
        SystemReport {
            system,
            label: system.label(),
            mrr: observed(Judged::reciprocal_rank),
            ndcg5: mean(&|need| need.ndcg(5)),
            ndcg10: mean(&|need| need.ndcg(10)),
            recall5: mean(&|need| need.recall(5)),
            recall10: observed(|need| need.recall(10)),
            recall50: mean(&|need| need.recall(50)),
            difference: difference_interval(&pairs.collect::<Vec<_>>(), SEED).map(Estimate::from).unwrap_or_default(),
            coverage,
            gini,
        }
    });
    let cases: Vec<(f64, bool)> = outcomes.iter().flat_map(|outcome| outcome.cases.iter().copied()).collect();
    let reliability = reliability(&cases);
    let answers = ours.iter().map(|need| need.ranks.len()).sum();
    let mut fits = Balanced::default();
    outcomes.iter().for_each(|outcome| fits.merge(&outcome.fits));
    Replay {
        from,
        to,
        has_seen_answers: false,
        seen_until: to,
        is_default: false,
        seen_needs: 0,
        needs: outcomes.len(),
        answers,
        unknown_answers: ours.iter().flat_map(|need| &need.ranks).filter(|rank| rank.is_none()).count(),
        systems: reports.collect(),
        calibration_error: reliability.as_ref().map_or(0.0, |it| it.ece),
        brier: reliability.as_ref().map_or(0.0, |it| it.brier),
        slices: slices(&outcomes),
        fits: fits
            .counts()
            .iter()
            .enumerate()
            .map(|(n, &[others, claimants])| FitBin { from: 10 * n, claimants, others })
            .collect(),
        fit_reliability: fits.reliability(),
        reliability,
    }
}

fn slices(outcomes: &[Outcome]) -> Vec<Slice> {
    let mut parts: BTreeMap<&str, Vec<Judged>> = BTreeMap::new();
    for outcome in outcomes {
        for label in &outcome.labels {
            parts.entry(label).or_default().push(outcome.judged[0].clone());
        }
    }
    let slice = |(label, needs): (&str, Vec<Judged>)| {
        let mean = |metric: fn(&Judged) -> Option<f64>| macro_average(&needs, metric).unwrap_or_default();
        Slice {
            label: label.to_owned(),
            needs: needs.len(),
            mrr: mean(Judged::reciprocal_rank),
            ndcg10: mean(|need| need.ndcg(10)),
            recall10: mean(|need| need.recall(10)),
        }
    };
    parts.into_iter().map(slice).collect()
}

fn outcome(catalog: &Catalog, scorer: &Scorer<'_>, need: &LabelledNeed, systems: &[System], temperature: f64) -> Outcome {
    let places: String = need.question.regions.iter().map(|&code| catalog.reference.divisions.full_name(code)).collect();
    let pairs = pairs(&format!("{}{places}", need.text));
    let mut tables: Vec<Vec<(usize, i64)>> = systems.iter().map(|_| Vec::new()).collect();
    scorer.each(|organization, values| {
        for (table, system) in tables.iter_mut().zip(systems) {
            let feature = |feature: Feature| match values[feature as usize] {
                Value::Known(value) => value,
                Value::Unknown | Value::NotAsked => -1e3,
            };
            let score = match system {
                System::Qianshou => scorer.weights().sum(values),
                System::Votes => fine(feature(Feature::TextVotes)),
                System::Profile => fine(feature(Feature::Profile)),
                System::SectorHistory => fine(feature(Feature::SectorActivity)),
                System::Popularity => fine(feature(Feature::Popularity)),
                System::NameMatch => name_match(catalog.organization_facts(organization).name(), &pairs),
                System::Random => lot(need.pair_number(catalog, organization)),
            };
            table.push((organization, score));
        }
    });
    let judged =
        tables.iter().map(|table| Judged { ranks: need.relevant.iter().map(|&right| rank_of(table, right)).collect() }).collect();
    let first_ten = |table: &Vec<(usize, i64)>| {
        let mut best = table.clone();
        best.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        best.into_iter().take(10).map(|entry| entry.0 as u32).collect()
    };
    Outcome {
        judged,
        shown: tables.iter().map(first_ten).collect(),
        cases: probabilities(&tables[0], &need.relevant, temperature),
        fits: fits(&tables[0], &need.relevant, scorer.weights().fit()),
        labels: labels(catalog, scorer, need),
        cluster: cluster(need),
    }
}

/// The fits of those who took the need on and of all others.
fn fits(table: &[(usize, i64)], relevant: &[usize], scale: FitScale) -> Balanced {
    let mut fits = Balanced::default();
    for (organization, score) in table {
        fits.add(scale.share(*score), relevant.binary_search(organization).is_ok());
    }
    fits
}

/// A real number as an integer score, so that scores are compared exactly.
fn fine(value: f64) -> i64 {
    (value * 1e9).round_ties_even() as i64
}

/// The pairs of neighbouring characters of a text.
pub(super) fn pairs(text: &str) -> HashSet<(char, char)> {
    text.chars().zip(text.chars().skip(1)).filter(|(a, b)| a.is_alphanumeric() && b.is_alphanumeric()).collect()
}

/// Number of the pairs that a name shares with a text.
pub(super) fn name_match(name: &str, pairs: &HashSet<(char, char)>) -> i64 {
    name.chars().zip(name.chars().skip(1)).filter(|pair| pairs.contains(pair)).count() as i64
}

/// A random number.
fn lot(pair: u64) -> i64 {
    (SplitMix64::new(SEED ^ pair).bits() >> 2) as i64
}

/// The slices that this need belongs to.
fn labels(catalog: &Catalog, scorer: &Scorer<'_>, need: &LabelledNeed) -> Vec<String> {
    let (taxonomy, divisions) = (&catalog.reference.taxonomy, catalog.reference.divisions);
    let mut labels = Vec::new();
    let mut parents: Vec<usize> = need.question.sectors.iter().map(|&(sector, _)| taxonomy.parent(sector)).collect();
    parents.sort_unstable();
    parents.dedup();
    labels.extend(parents.into_iter().map(|parent| format!("领域：{}", taxonomy.name(taxonomy.code(parent)))));
    let level = need.question.regions.iter().map(|&place| divisions.level(place)).max();
    labels.push(
        match level {
            None => "地区：未说明",
            Some(Level::Province) => "地区：到省",
            Some(Level::Prefecture) => "地区：到市州",
            Some(Level::County) => "地区：到县",
        }
        .to_owned(),
    );
    let has_history = need.relevant.iter().any(|&organization| scorer.history_of(organization) > 0);
    let has_local = need.relevant.iter().any(|&organization| is_local(&scorer.values(organization)));
    labels.push(if has_local { "认领方：名称含需求地" } else { "认领方：名称不含需求地" }.to_owned());
    labels.push(if has_history { "认领方：此前有项目" } else { "认领方：此前没有项目" }.to_owned());
    labels.push(if need.relevant.len() > 1 { "联合认领" } else { "单独认领" }.to_owned());
    labels
}

/// Needs of one place and quarter are not independent; one without a place is a cluster of its own.
fn cluster(need: &LabelledNeed) -> u64 {
    let quarter = (i64::from(need.as_of.year()) * 4 + i64::from((need.as_of.month() - 1) / 3)) as u64;
    match need.question.regions.first().map(|&place: &RegionCode| place.to_string().parse::<u64>().unwrap_or_default()) {
        Some(place) => quarter << 24 | place,
        None => 1 << 63 | need.seed() >> 1,
    }
}
