//! Learns the weights from labelled needs, around the default weights, and tests whether they are better than these.

use jiff::ToSpan as _;
use jiff::civil::Date;
use sha2::{Digest as _, Sha256};

use super::fits::{self, Scores};
use super::labelled::{LabelledNeed, Sample, each_scored, labelled_needs};
use super::seen::Seen;
use super::tables::{probabilities, rank_of};
use crate::catalog::{Catalog, day_number};
use crate::error::{AppError, Code};
use crate::eval::{Judged, Paired, difference_interval, macro_average, reliability};
use crate::learn::{
    self, Example, FeatureWeight, FitFigures, HeldBack, LearnError, MODEL_FORMAT, ModelFile, RankingMetrics, choose_lambda, fit,
    temperature,
};
use crate::score::{Feature, Weights};

/// Most labelled needs that are learned from. Registers and habits change, so the newest years count most.
const MAX_EXAMPLES: usize = 3000;
/// Years before the day that are learned from. Older habits say little about the next claim.
const WINDOW_YEARS: i16 = 8;
/// Fewer labelled needs than this are not enough to learn weights.
const MIN_EXAMPLES: usize = 30;
/// Share of the needs that is held back for judging: the latest ones.
const HELD_BACK: f64 = 0.3;
/// Seed of the bootstrap.
const SEED: u64 = 20_261_122;

fn too_few(needs: usize, known: usize) -> AppError {
    let known =
        if known > 0 { format!("（另有{known}项是默认权重已经学过的公开案例）") } else { String::new() };
    AppError::new(
        Code::TooLittleToLearn,
        format!(
            "近{WINDOW_YEARS}年可供学习的往期项目和已认领的需求只有{needs}项（须注明时间和组织，且不在同一天）{known}，至少需要{MIN_EXAMPLES}项；请先导入更多记录"
        ),
    )
}

fn unfit(error: &LearnError) -> AppError {
    AppError::new(Code::TooLittleToLearn, format!("无法学习权重：{error}"))
}

/// A learned model, and whether it deserves to be used.
#[derive(Debug, Clone, PartialEq)]
pub struct Learned {
    /// The model.
    pub model: ModelFile,
    /// True if the learned weights are significantly better than the default ones on the days held back: the 95 % interval of
    /// the difference of reciprocal ranks, by a bootstrap over whole days, lies above 0. If there is nothing to learn, which of
    /// two means is larger is a matter of chance. If all needs held back are of one day, the means decide.
    pub is_better: bool,
}

/// Learns weights from what was on record on the day `as_of`. The `prior` has learned from the needs that were `seen`: they do
/// not count again.
///
/// # Errors
/// Too little is on record ([`Code::TooLittleToLearn`]), the rows cannot be fitted, or the text index cannot be read.
pub fn train(catalog: &Catalog, prior: &Weights, seen: &Seen, as_of: Date, says: &dyn Fn(&str)) -> Result<Learned, AppError> {
    let from = as_of.checked_sub(WINDOW_YEARS.years()).unwrap_or(Date::MIN);
    let (needs, known) = unseen(catalog, seen, from, as_of);
    let Some((earlier, held_back)) = split(catalog, seen, from, &needs) else {
        return Err(too_few(needs.len(), known));
    };
    if known > 0 {
        says(&format!("{known}项是默认权重已经学过的公开案例，不再计入"));
    }
    says(&format!("由{}项已被认领的需求计算特征", earlier.len() + held_back.len() + needs.len()));
    let rows = |needs: &[LabelledNeed]| examples(catalog, prior, needs);
    let (train, test, all) = (rows(&earlier)?, rows(&held_back)?, rows(&needs)?);
    says("按时间先后交叉验证，选择先验强度，并拟合");
    let fitted = fit_all(prior, train, test, all).map_err(|error| unfit(&error))?;
    says("在留出的时段上比较");
    let judged = judge(catalog, &held_back, [prior, &fitted.earlier], fitted.temperature)?;
    let features = Feature::ALL.map(|feature| FeatureWeight {
        feature: feature.name().to_owned(),
        per_unit: fitted.all.weight(feature).per_unit,
        standard_error: fitted.standard_errors.get(feature as usize).copied().flatten(),
        unknown: fitted.all.weight(feature).unknown,
        prior: prior.weight(feature).per_unit,
    });
    let held_back = HeldBack {
        from: held_back[0].as_of,
        needs: held_back.len(),
        examples: earlier.len(),
        prior: judged.figures[0],
        learned: judged.figures[1],
        calibration_error: judged.calibration_error,
    };
    let model = ModelFile {
        format: MODEL_FORMAT,
        as_of,
        data: hash(catalog, &needs),
        from: needs[0].as_of,
        to: needs[needs.len() - 1].as_of,
        examples: needs.len(),
        lambda: fitted.lambda,
        temperature: fitted.temperature,
        fit: judged.fit,
        features: features.to_vec(),
        held_back: Some(held_back),
        cross_fitted: None,
    };
    Ok(Learned { is_better: judged.is_better, model })
}

/// The labelled needs on record on a day without those that were seen, and the number of these.
fn unseen(catalog: &Catalog, seen: &Seen, from: Date, as_of: Date) -> (Vec<LabelledNeed>, usize) {
    let needs = labelled_needs(catalog, from, as_of, as_of, Sample::Newest(MAX_EXAMPLES));
    let (known, new): (Vec<LabelledNeed>, Vec<LabelledNeed>) = needs.into_iter().partition(|need| seen.contains(catalog, need));
    (new, known.len())
}

/// The labelled needs on record before the days held back, and those held back. These are the latest days with three tenths of
/// the needs; if a single day holds more, it is thinned to as many. None if there are too few needs in
/// total or before these days.
fn split(catalog: &Catalog, seen: &Seen, from: Date, needs: &[LabelledNeed]) -> Option<(Vec<LabelledNeed>, Vec<LabelledNeed>)> {
    let share = (needs.len() as f64 * HELD_BACK).ceil() as usize;
    let first = needs.get(needs.len().checked_sub(share)?)?.as_of;
    let late = &needs[needs.partition_point(|need| need.as_of < first)..];
    let held_back: Vec<LabelledNeed> = (0..share).map(|n| late[n * late.len() / share].clone()).collect();
    // On the day on which the first held-back needs were asked, only this was on record.
    let (earlier, _) = unseen(catalog, seen, from, first);
    let enough = needs.len() >= MIN_EXAMPLES && earlier.len() * 2 >= MIN_EXAMPLES;
    enough.then_some((earlier, held_back))
}

/// The rows of each need from which something can be learned.
fn examples(catalog: &Catalog, weights: &Weights, needs: &[LabelledNeed]) -> Result<Result<Vec<Example>, LearnError>, AppError> {
    let rows = each_scored(catalog, weights, needs, |scorer, need| {
        learn::example(scorer, day_number(need.as_of), &need.relevant, |at| need.pair_number(catalog, at))
    })?;
    Ok(rows.into_iter().filter_map(Result::transpose).collect())
}

/// Weights fitted to the needs before those held back, and weights fitted to all.
struct Fitted {
    earlier: Weights,
    all: Weights,
    standard_errors: Vec<Option<f64>>,
    lambda: f64,
    temperature: f64,
}

type Rows = Result<Vec<Example>, LearnError>;

fn fit_all(start: &Weights, train: Rows, test: Rows, all: Rows) -> Result<Fitted, LearnError> {
    let (mut train, test, all) = (train?, test?, all?);
    let prior = learn::prior(start);
    let lambda = choose_lambda(&mut train, &prior)?;
    let first = fit(&train, &prior, lambda)?;
    let last = fit(&all, &prior, lambda)?;
    Ok(Fitted {
        temperature: temperature(&test, &first.model)?,
        earlier: learn::weights(&first.model.weights, start),
        all: learn::weights(&last.model.weights, start),
        standard_errors: last.standard_errors,
        lambda,
    })
}

/// How two sets of weights did.
struct Judgement {
    figures: [RankingMetrics; 2],
    is_better: bool,
    calibration_error: f64,
    fit: Option<FitFigures>,
}

/// Ranks all eligible organizations for each need by both sets of weights.
fn judge(catalog: &Catalog, needs: &[LabelledNeed], weights: [&Weights; 2], temperature: f64) -> Result<Judgement, AppError> {
    let judged = each_scored(catalog, weights[0], needs, |scorer, need| {
        let mut tables = weights.map(|_| Vec::new());
        scorer.each(|organization, values| {
            for (table, weights) in tables.iter_mut().zip(weights) {
                table.push((organization, weights.sum(values)));
            }
        });
        let places =
            tables.each_ref().map(|table| Judged { ranks: need.relevant.iter().map(|&it| rank_of(table, it)).collect() });
        let mut scores = Scores::new();
        fits::add(&mut scores, &tables[1], &need.relevant);
        (places, probabilities(&tables[1], &need.relevant, temperature), scores)
    })?;
    let figures = [0, 1].map(|n| {
        let of: Vec<Judged> = judged.iter().map(|(places, ..)| places[n].clone()).collect();
        let mean = |metric: fn(&Judged) -> Option<f64>| macro_average(&of, metric).unwrap_or_default();
        RankingMetrics {
            mrr: mean(Judged::reciprocal_rank),
            ndcg10: mean(|need| need.ndcg(10)),
            recall10: mean(|need| need.recall(10)),
        }
    });
    // Needs of one day share what is known, so they are not independent.
    let pairs: Vec<Paired> = judged
        .iter()
        .zip(needs)
        .filter_map(|((places, ..), need)| {
            let [theirs, ours] = places.each_ref().map(Judged::reciprocal_rank);
            Some(Paired { cluster: day_number(need.as_of) as u32, ours: ours?, theirs: theirs? })
        })
        .collect();
    let is_better = difference_interval(&pairs, SEED).is_some_and(|difference| difference.low > 0.0);
    let mut scores = Scores::new();
    for (score, counts) in judged.iter().flat_map(|(.., own)| own) {
        let sums = scores.entry(*score).or_default();
        (sums[0], sums[1]) = (sums[0] + counts[0], sums[1] + counts[1]);
    }
    let cases: Vec<(f64, bool)> = judged.into_iter().flat_map(|(_, cases, _)| cases).collect();
    let calibration_error = reliability(&cases).map_or(0.0, |it| it.ece);
    Ok(Judgement { figures, is_better, calibration_error, fit: fits::figures(&scores) })
}

/// Hash of the needs: their ids, days, questions and relevant organizations.
fn hash(catalog: &Catalog, needs: &[LabelledNeed]) -> String {
    let line = |need: &LabelledNeed| {
        let answer: Vec<&str> = need.relevant.iter().map(|&at| catalog.organization_facts(at).id()).collect();
        format!("{}\t{}\t{:?}\t{answer:?}\n", need.id, need.as_of, need.question)
    };
    hash_lines(needs.iter().map(line))
}

/// Hash of lines, as the model file gives it.
pub(super) fn hash_lines(lines: impl Iterator<Item = String>) -> String {
    let mut hash = Sha256::new();
    lines.for_each(|line| hash.update(line));
    hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}
