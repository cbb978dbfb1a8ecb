//! Learning the weights from answered needs, and whether they are any better than the hand-set ones.

use jiff::ToSpan as _;
use jiff::civil::Date;
use sha2::{Digest as _, Sha256};

use super::answered::{Answered, Sample, answered, each_scored};
use super::{Engine, EngineError};
use crate::catalog::{Catalog, day_number};
use crate::eval::{Judged, Paired, difference_interval, macro_average, reliability};
use crate::learn::{
    self, Example, FeatureWeight, Figures, HeldBack, LearnError, MODEL_FORMAT, ModelFile, choose_lambda, fit, temperature,
};
use crate::score::{Feature, Weights};

/// Answered needs that are learned from at most: registers and habits change, so the newest years count.
const MAX_EXAMPLES: usize = 3000;
/// Years before the day that are learned from: older habits say little about the next claim.
const WINDOW_YEARS: i16 = 8;
/// Fewer answered needs than this are no ground for weights.
const MIN_EXAMPLES: usize = 30;
/// Share of the latest needs that is held back to judge by.
const HELD_BACK: f64 = 0.2;
/// Seed of the bootstrap.
const SEED: u64 = 20_261_122;
/// First places whose probabilities are compared with what happened.
const CALIBRATED_PLACES: usize = 10;

/// Why nothing was learned.
#[derive(Debug, thiserror::Error)]
pub enum NotLearned {
    /// Too few answered needs, or all of one day.
    #[error(
        "近{WINDOW_YEARS}年内可供学习的往期项目只有{needs}个（须注明时间、参与组织，且不在同一天），至少需要{MIN_EXAMPLES}个；请先导入更多往期项目"
    )]
    TooFew {
        /// How many there are.
        needs: usize,
    },
    /// Rows that cannot be fitted.
    #[error("无法学习权重：{0}")]
    Fit(#[from] LearnError),
}

/// A learned model, and whether it deserves to be used.
#[derive(Debug, Clone, PartialEq)]
pub struct Learned {
    /// The model.
    pub model: ModelFile,
    /// True if it surely ranked better than the hand-set weights on the time held back: the 95 % interval of the difference
    /// of reciprocal ranks lies above 0. Where nothing is to be learned, the larger of two means is a matter of luck.
    pub is_better: bool,
}

impl Engine {
    /// Learns weights from what was on record on the day `as_of`.
    ///
    /// # Errors
    /// The outer error is the engine's, the inner one says why there is nothing to learn.
    pub fn learn(&self, as_of: Date, says: &dyn Fn(&str)) -> Result<Result<Learned, NotLearned>, EngineError> {
        let catalog = self.catalog();
        let hand_set = Weights::hand_set();
        let from = as_of.checked_sub(WINDOW_YEARS.years()).unwrap_or(Date::MIN);
        let needs = answered(&catalog, from, as_of, as_of, Sample::Newest(MAX_EXAMPLES));
        // Whole days are held back: needs of one day share what is known.
        let cut = ((needs.len() as f64 * (1.0 - HELD_BACK)) as usize).min(needs.len().saturating_sub(1));
        let earlier = needs.get(cut).map_or(0, |first| needs.partition_point(|need| need.as_of < first.as_of));
        if needs.len() < MIN_EXAMPLES || earlier == 0 {
            return Ok(Err(NotLearned::TooFew { needs: needs.len() }));
        }
        says(&format!("由{}个往期项目计算特征", needs.len()));
        let rows = each_scored(&catalog, &hand_set, &needs, |scorer, need| {
            learn::example(scorer, day_number(need.as_of), &need.answer, |at| need.pair_number(&catalog, at))
        })?;
        let data = hash(&catalog, &needs);
        match self.fit(&catalog, &hand_set, &needs, earlier, rows, as_of, data, says) {
            Ok(learned) => Ok(Ok(learned?)),
            Err(error) => Ok(Err(error)),
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the second half of `learn`, apart for its other kind of error")]
    fn fit(
        &self,
        catalog: &Catalog,
        hand_set: &Weights,
        needs: &[Answered],
        earlier: usize,
        rows: Vec<Result<Option<Example>, LearnError>>,
        as_of: Date,
        data: String,
        says: &dyn Fn(&str),
    ) -> Result<Result<Learned, EngineError>, NotLearned> {
        let rows: Vec<Option<Example>> = rows.into_iter().collect::<Result<_, _>>()?;
        let mut train: Vec<Example> = rows[..earlier].iter().flatten().cloned().collect();
        let held_back: Vec<Example> = rows[earlier..].iter().flatten().cloned().collect();
        let prior = learn::prior(hand_set);
        says("按时间先后交叉验证，选择先验强度");
        let lambda = choose_lambda(&mut train, &prior)?;
        let first = fit(&train, &prior, lambda)?;
        let temperature = temperature(&held_back, &first.model)?;
        says("在留出的时段上比较");
        let learned = learn::weights(&first.model.weights, hand_set);
        let judged = match judge(catalog, &needs[earlier..], [hand_set, &learned], temperature) {
            Ok(judged) => judged,
            Err(error) => return Ok(Err(error)),
        };
        says("用全部往期项目拟合");
        let all: Vec<Example> = rows.into_iter().flatten().collect();
        let last = fit(&all, &prior, lambda)?;
        let weights = learn::weights(&last.model.weights, hand_set);
        let features = Feature::ALL.map(|feature| FeatureWeight {
            feature: feature.name().to_owned(),
            per_unit: weights.of(feature).per_unit,
            standard_error: last.standard_errors.get(feature as usize).copied().flatten(),
            unknown: weights.of(feature).unknown,
            hand_set: hand_set.of(feature).per_unit,
        });
        let held_back = HeldBack {
            from: needs[earlier].as_of,
            needs: needs.len() - earlier,
            hand_set: judged.figures[0],
            learned: judged.figures[1],
            calibration_error: judged.calibration_error,
        };
        let model = ModelFile {
            format: MODEL_FORMAT,
            as_of,
            data,
            from: needs[0].as_of,
            to: needs[needs.len() - 1].as_of,
            examples: all.len(),
            lambda,
            temperature,
            features: features.to_vec(),
            held_back,
        };
        Ok(Ok(Learned { is_better: judged.is_better, model }))
    }
}

/// How two sets of weights did.
struct Judgement {
    figures: [Figures; 2],
    is_better: bool,
    calibration_error: f64,
}

/// Ranks all eligible organizations for each need by both sets of weights.
fn judge(catalog: &Catalog, needs: &[Answered], weights: [&Weights; 2], temperature: f64) -> Result<Judgement, EngineError> {
    let judged = each_scored(catalog, weights[0], needs, |scorer, need| {
        let mut tables = weights.map(|_| Vec::new());
        scorer.each(|organization, values| {
            for (table, weights) in tables.iter_mut().zip(weights) {
                table.push((organization, weights.sum(values)));
            }
        });
        let places = tables.each_ref().map(|table| Judged { ranks: need.answer.iter().map(|&it| place(table, it)).collect() });
        (places, probabilities(&tables[1], &need.answer, temperature))
    })?;
    let figures = [0, 1].map(|n| {
        let of: Vec<Judged> = judged.iter().map(|(places, _)| places[n].clone()).collect();
        let mean = |metric: fn(&Judged) -> Option<f64>| macro_average(&of, metric).unwrap_or_default();
        Figures { mrr: mean(Judged::reciprocal_rank), ndcg10: mean(|need| need.ndcg(10)), recall10: mean(|need| need.recall(10)) }
    });
    // Needs of one day share what is known, and their luck.
    let pairs: Vec<Paired> = judged
        .iter()
        .zip(needs)
        .filter_map(|((places, _), need)| {
            let [theirs, ours] = places.each_ref().map(Judged::reciprocal_rank);
            Some(Paired { cluster: day_number(need.as_of) as u32, ours: ours?, theirs: theirs? })
        })
        .collect();
    let is_better = difference_interval(&pairs, SEED).is_some_and(|difference| difference.low > 0.0);
    let cases: Vec<(f64, bool)> = judged.into_iter().flat_map(|(_, cases)| cases).collect();
    Ok(Judgement { figures, is_better, calibration_error: reliability(&cases).map_or(0.0, |it| it.ece) })
}

/// Place of an organization in a table of scores, from 1: higher score first, then smaller position.
pub(super) fn place(table: &[(usize, i64)], organization: usize) -> Option<usize> {
    let at = table.binary_search_by_key(&organization, |entry| entry.0).ok()?;
    let own = table[at].1;
    let better = |(n, entry): &(usize, &(usize, i64))| entry.1 > own || entry.1 == own && *n < at;
    Some(1 + table.iter().enumerate().filter(better).count())
}

/// The probabilities of the first ten of a table, softmax of score / 100 / temperature, and whether each was right.
pub(super) fn probabilities(table: &[(usize, i64)], answer: &[usize], temperature: f64) -> Vec<(f64, bool)> {
    let mut sorted = table.to_vec();
    sorted.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    let Some(&(_, best)) = sorted.first() else { return Vec::new() };
    let utility = |score: i64| ((score - best) as f64 / 100.0 / temperature).exp();
    let total: f64 = sorted.iter().map(|entry| utility(entry.1)).sum();
    sorted
        .iter()
        .take(CALIBRATED_PLACES)
        .map(|&(organization, score)| (utility(score) / total, answer.contains(&organization)))
        .collect()
}

/// Hash of the needs, their days, questions and answers.
fn hash(catalog: &Catalog, needs: &[Answered]) -> String {
    let mut hash = Sha256::new();
    for need in needs {
        hash.update(&need.id);
        let answer: Vec<&str> = need.answer.iter().map(|&at| catalog.organizations[at].id.as_str()).collect();
        hash.update(format!("\t{}\t{:?}\t{answer:?}\n", need.as_of, need.question));
    }
    hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}
