//! The default weights: fitted to the public claims, and judged on events that they were not fitted to.
//!
//! The events are dealt into ten [folds](super::folds). The needs of a fold are asked of a catalog that lacks the deeds of the
//! fold, and ranked by weights fitted to the other nine.

use std::borrow::Cow;

use jiff::civil::Date;
use ndarray::Array2;
use serde::{Deserialize, Serialize};

use super::calibration::Calibration;
use super::compact;
use super::fits::{self, Scores};
use super::folds::{Asked, Directory, FOLDS, Folds};
use super::labelled::{LabelledNeed, each_scored, is_local};
use super::run::{Estimate, name_match, pairs};
use super::seen::PublicClaim;
use super::tables::{probabilities, rank_of};
use super::training::hash_lines;
use crate::catalog::day_number;
use crate::error::{AppError, Code};
use crate::eval::{Judged, Observed, Paired, difference_interval, macro_average, mean_interval, reliability};
use crate::learn::{
    CrossFitted, Example, FeatureWeight, Fit, LearnError, MODEL_FORMAT, Model, ModelFile, RankingMetrics, STRENGTHS, fit,
    temperature,
};
use crate::score::{Feature, Weights};

/// Seed of the bootstrap.
const SEED: u64 = 20_261_126;

/// A way to rank.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ranker {
    Fitted,
    HandSet,
    NameMatch,
}

/// How one way to rank did on a group of needs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RankerReport {
    /// Its Chinese name.
    pub label: Cow<'static, str>,
    /// Mean reciprocal rank.
    pub mrr: Estimate,
    /// nDCG of the first ten.
    pub ndcg10: f64,
    /// Share of the claimants among the first five.
    pub recall5: f64,
    /// Share of the claimants among the first ten.
    pub recall10: Estimate,
    /// Reciprocal rank of the fitted weights minus its own.
    pub mrr_difference: Estimate,
    /// Share among the first ten of the fitted weights minus its own.
    pub recall10_difference: Estimate,
}

/// How the ways to rank did on a group of needs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GroupReport {
    /// The group, in Chinese.
    pub label: String,
    /// Number of needs.
    pub needs: usize,
    /// The fitted weights, the hand-set ones, matching names.
    pub rankers: Vec<RankerReport>,
}

/// How the ways to rank did with all organizations of a directory as candidates.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DirectoryReport {
    /// Number of candidates.
    pub organizations: usize,
    /// Results by group.
    pub groups: Vec<GroupReport>,
    /// Calibration of the fitted weights, at a temperature that was fitted to the other folds.
    pub calibration: Calibration,
}

/// The default model, and how it did on events that it was not fitted to.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PublicFit {
    /// The model.
    pub model: ModelFile,
    /// Results, for the directory of the claims first.
    pub directories: Vec<DirectoryReport>,
}

/// A need with the values of all organizations that could take it on.
pub(super) struct Case {
    pub(super) fold: usize,
    cluster: u32,
    is_later: bool,
    /// True if the name of a claimant holds one of the need's places, county to province.
    is_local: bool,
    need: LabelledNeed,
    organizations: Vec<usize>,
    values: Vec<compact::Values>,
    name_matches: Vec<i64>,
}

impl Case {
    fn example(&self, held: &Weights) -> Result<Example, LearnError> {
        let positions = self.need.relevant.iter().filter_map(|it| self.organizations.binary_search(it).ok()).collect();
        compact::example(day_number(self.need.as_of), &self.values, positions, held)
    }

    fn scores(&self, weights: &Weights) -> Vec<(usize, i64)> {
        self.organizations.iter().copied().zip(self.values.iter().map(|values| weights.sum(values))).collect()
    }
}

pub(super) fn unfit(error: &LearnError) -> AppError {
    AppError::new(Code::TooLittleToLearn, format!("无法拟合默认权重：{error}"))
}

/// Fits the default weights to `claims` and judges them on held-back events: with the organizations of `directory` as candidates,
/// and with those of `wider`. `as_of` is the day up to which claims were collected.
///
/// # Errors
/// Rows that cannot be fitted, or an index that cannot be read.
pub fn fit_public(
    claims: &[PublicClaim],
    as_of: Date,
    directory: &Directory<'_>,
    wider: Option<&Directory<'_>>,
    says: &dyn Fn(&str),
) -> Result<PublicFit, AppError> {
    says("由公开案例计算特征");
    let cases = cases(claims, as_of, directory)?;
    says("按事件交叉拟合");
    let fitted = Fits::new(&cases, &compact::start()).map_err(|error| unfit(&error))?;
    let mut directories = vec![report(&cases, &fitted.held_out).map_err(|error| unfit(&error))?];
    let model = model(&cases, &fitted, &directories[0], as_of, claims).map_err(|error| unfit(&error))?;
    if let Some(wider) = wider {
        says("在更大的名录中比较");
        let wide: Vec<Case> = self::cases(claims, as_of, wider)?;
        directories.push(report(&wide, &fitted.held_out).map_err(|error| unfit(&error))?);
    }
    Ok(PublicFit { model, directories })
}

/// The weights that a fit to `claims` finds with the strength of the prior of `model`, rounded as they are written.
///
/// # Errors
/// As in [`fit_public`].
pub fn refit(claims: &[PublicClaim], model: &ModelFile, directory: &Directory<'_>) -> Result<Weights, AppError> {
    let start = compact::start();
    let cases = cases(claims, model.as_of, directory)?;
    let examples: Result<Vec<Example>, LearnError> = cases.iter().map(|case| case.example(&start)).collect();
    let prior = compact::prior(&start);
    let found = examples.and_then(|examples| fit(&examples, &prior, model.lambda)).map_err(|error| unfit(&error))?;
    Ok(compact::weights(&found.model.weights, &start))
}

/// The needs of all claims, by fold, each asked of a catalog without the deeds of its fold.
pub(super) fn cases(claims: &[PublicClaim], as_of: Date, directory: &Directory<'_>) -> Result<Vec<Case>, AppError> {
    let folds = Folds::new(claims);
    let mut cases = Vec::with_capacity(claims.len());
    for held_out in 0..FOLDS {
        let Asked { catalog, numbers, needs } = folds.asked(claims, held_out, as_of, directory)?;
        let rows = each_scored(&catalog, &Weights::hand_set(), &needs, |scorer, need| {
            let places: String = need.question.regions.iter().map(|&it| catalog.reference.divisions.full_name(it)).collect();
            let pairs = pairs(&format!("{}{places}", need.text));
            let (mut organizations, mut values, mut name_matches) = (Vec::new(), Vec::new(), Vec::new());
            scorer.each(|organization, own| {
                organizations.push(organization);
                values.push(*own);
                name_matches.push(name_match(catalog.organization_facts(organization).name(), &pairs));
            });
            (organizations, values, name_matches)
        })?;
        for ((n, need), (organizations, values, name_matches)) in numbers.into_iter().zip(needs).zip(rows) {
            let is_local = need.relevant.iter().any(|it| organizations.binary_search(it).is_ok_and(|at| is_local(&values[at])));
            let (fold, is_later) = (held_out, claims[n].is_later);
            cases.push(Case { fold, cluster: folds.cluster(n), is_later, is_local, need, organizations, values, name_matches });
        }
    }
    Ok(cases)
}

/// Fits without each fold, and the fit to all.
pub(super) struct Fits {
    /// By fold, the weights fitted to the others.
    pub(super) held_out: Vec<Weights>,
    all: Fit,
    lambda: f64,
}

impl Fits {
    /// The strength of the prior for a fold is the one that predicts the other folds best, each from the rest.
    pub(super) fn new(cases: &[Case], start: &Weights) -> Result<Self, LearnError> {
        let prior = compact::prior(start);
        let of = |keep: &dyn Fn(usize) -> bool| -> Result<Vec<Example>, LearnError> {
            cases.iter().filter(|case| keep(case.fold)).map(|case| case.example(start)).collect()
        };
        let mut models: Vec<Vec<Model>> = Vec::new();
        let mut judged: Vec<Vec<f64>> = Vec::new();
        for held_out in 0..FOLDS {
            let (train, test) = (of(&|fold| fold != held_out)?, of(&|fold| fold == held_out)?);
            let fits: Result<Vec<Model>, LearnError> =
                STRENGTHS.iter().map(|&lambda| Ok(fit(&train, &prior, lambda)?.model)).collect();
            let fits = fits?;
            judged.push(fits.iter().map(|model| model.judged(&test).0).collect());
            models.push(fits);
        }
        let best = |skipped: Option<usize>| -> usize {
            let sum = |n: usize| -> f64 { (0..FOLDS).filter(|&fold| Some(fold) != skipped).map(|fold| judged[fold][n]).sum() };
            (0..STRENGTHS.len()).fold(0, |best, n| if sum(n) > sum(best) { n } else { best })
        };
        let held_out = (0..FOLDS).map(|fold| compact::weights(&models[fold][best(Some(fold))].weights, start)).collect();
        let lambda = STRENGTHS[best(None)];
        Ok(Self { held_out, all: fit(&of(&|_| true)?, &prior, lambda)?, lambda })
    }
}

/// Which needs belong to a group.
type Keeps<'a> = &'a dyn Fn(&Case) -> bool;

/// The ranks of the claimants of each need under each way to rank.
fn report(cases: &[Case], held_out: &[Weights]) -> Result<DirectoryReport, LearnError> {
    let hand_set = Weights::hand_set();
    let judge = |case: &Case, ranker: Ranker| {
        let table = match ranker {
            Ranker::Fitted => case.scores(&held_out[case.fold]),
            Ranker::HandSet => case.scores(&hand_set),
            Ranker::NameMatch => case.organizations.iter().copied().zip(case.name_matches.iter().copied()).collect(),
        };
        Judged { ranks: case.need.relevant.iter().map(|&it| rank_of(&table, it)).collect() }
    };
    let rankers = [(Ranker::Fitted, "拟合权重"), (Ranker::HandSet, "手工权重"), (Ranker::NameMatch, "名称相符")];
    let judged: Vec<[Judged; 3]> = cases.iter().map(|case| rankers.map(|(ranker, _)| judge(case, ranker))).collect();
    let group = |label: String, keep: &dyn Fn(&Case) -> bool| {
        let kept: Vec<usize> = (0..cases.len()).filter(|&n| keep(&cases[n])).collect();
        let of = |ranker: usize, label: &'static str| {
            let estimate = |metric: &dyn Fn(&Judged) -> Option<f64>| {
                let observed = |&n: &usize| Some(Observed { cluster: cases[n].cluster, value: metric(&judged[n][ranker])? });
                let observed: Vec<Observed> = kept.iter().filter_map(observed).collect();
                mean_interval(&observed, SEED).map(Estimate::from).unwrap_or_default()
            };
            let difference = |metric: &dyn Fn(&Judged) -> Option<f64>| {
                let pair = |&n: &usize| {
                    let [ours, theirs] = [metric(&judged[n][0])?, metric(&judged[n][ranker])?];
                    Some(Paired { cluster: cases[n].cluster, ours, theirs })
                };
                let pairs: Vec<Paired> = kept.iter().filter_map(pair).collect();
                difference_interval(&pairs, SEED).map(Estimate::from).unwrap_or_default()
            };
            let own: Vec<Judged> = kept.iter().map(|&n| judged[n][ranker].clone()).collect();
            RankerReport {
                label: label.into(),
                mrr: estimate(&Judged::reciprocal_rank),
                ndcg10: macro_average(&own, |need| need.ndcg(10)).unwrap_or_default(),
                recall5: macro_average(&own, |need| need.recall(5)).unwrap_or_default(),
                recall10: estimate(&|need| need.recall(10)),
                mrr_difference: difference(&Judged::reciprocal_rank),
                recall10_difference: difference(&|need| need.recall(10)),
            }
        };
        let rankers = rankers.iter().enumerate().map(|(n, &(_, label))| of(n, label)).collect();
        GroupReport { label, needs: kept.len(), rankers }
    };
    let parts: [(&str, Keeps<'_>); 2] = [("全部案例", &|_| true), ("其中后收集的案例", &|case| case.is_later)];
    let groups = parts.iter().flat_map(|&(label, keep)| {
        let local = group(format!("{label}：认领方名称含需求地"), &|case| keep(case) && case.is_local);
        let outside = group(format!("{label}：认领方名称不含需求地"), &|case| keep(case) && !case.is_local);
        [group(label.to_owned(), keep), local, outside]
    });
    let temperatures = temperatures(cases, held_out)?;
    let first_ten = |case: &Case| probabilities(&case.scores(&held_out[case.fold]), &case.need.relevant, temperatures[case.fold]);
    let shown: Vec<(f64, bool)> = cases.iter().flat_map(first_ten).collect();
    Ok(DirectoryReport {
        organizations: cases.first().map_or(0, |case| case.organizations.len()),
        groups: groups.collect(),
        calibration: reliability(&shown).as_ref().map(Calibration::from).unwrap_or_default(),
    })
}

fn model(
    cases: &[Case],
    fits: &Fits,
    report: &DirectoryReport,
    as_of: Date,
    claims: &[PublicClaim],
) -> Result<ModelFile, LearnError> {
    let hand_set = Weights::hand_set();
    let weights = compact::weights(&fits.all.model.weights, &compact::start());
    let features = Feature::ALL.map(|feature| {
        let column = compact::FITTED.iter().position(|&it| it == feature);
        let error = column.and_then(|column| fits.all.standard_errors[column]);
        FeatureWeight {
            feature: feature.name().to_owned(),
            per_unit: weights.weight(feature).per_unit,
            standard_error: error.map(|error| (error * 1e4).round() / 1e4),
            unknown: weights.weight(feature).unknown,
            prior: hand_set.weight(feature).per_unit,
        }
    });
    let days = || cases.iter().filter(|case| case.need.as_of < as_of).map(|case| case.need.as_of);
    let metrics = |ranker: usize| {
        let it = &report.groups[0].rankers[ranker];
        let digits = |number: f64| (number * 1e4).round() / 1e4;
        RankingMetrics { mrr: digits(it.mrr.mean), ndcg10: digits(it.ndcg10), recall10: digits(it.recall10.mean) }
    };
    Ok(ModelFile {
        format: MODEL_FORMAT,
        as_of,
        data: hash(claims),
        from: days().min().unwrap_or(as_of),
        to: days().max().unwrap_or(as_of),
        examples: cases.len(),
        lambda: fits.lambda,
        temperature: (temperature_of(cases.iter(), &fits.held_out)? * 1e4).round() / 1e4,
        fit: fits::figures(&scores_of(cases, &fits.held_out)),
        features: features.to_vec(),
        held_back: None,
        cross_fitted: Some(CrossFitted {
            folds: FOLDS,
            events: Folds::new(claims).events(),
            hand_set: metrics(1),
            fitted: metrics(0),
        }),
    })
}

fn hash(claims: &[PublicClaim]) -> String {
    let line = |it: &PublicClaim| format!("{:?}\t{:?}\n", it.project, it.event);
    hash_lines(claims.iter().map(line))
}

/// The cross-fitted scores of the claimants and of all others.
fn scores_of(cases: &[Case], held_out: &[Weights]) -> Scores {
    let mut scores = Scores::new();
    for case in cases {
        fits::add(&mut scores, &case.scores(&held_out[case.fold]), &case.need.relevant);
    }
    scores
}

/// By fold, the temperature of the cross-fitted scores of the other folds.
pub(super) fn temperatures(cases: &[Case], held_out: &[Weights]) -> Result<Vec<f64>, LearnError> {
    (0..FOLDS).map(|fold| temperature_of(cases.iter().filter(|case| case.fold != fold), held_out)).collect()
}

/// The temperature of the cross-fitted scores.
fn temperature_of<'a>(cases: impl Iterator<Item = &'a Case>, held_out: &[Weights]) -> Result<f64, LearnError> {
    let examples: Result<Vec<Example>, LearnError> = cases
        .map(|case| {
            let scores = case.scores(&held_out[case.fold]);
            let utilities = Array2::from_shape_fn((scores.len(), 1), |(n, _)| scores[n].1 as f32 / 100.0);
            let positions = case.need.relevant.iter().filter_map(|it| case.organizations.binary_search(it).ok()).collect();
            Example::new(0, utilities, positions, vec![0.0; scores.len()])
        })
        .collect();
    temperature(&examples?, &Model { weights: vec![1.0], outside: None })
}
