//! The model file: learned weights, what they were learned from, and how they did on days that were held back.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::score::{Feature, Weight, Weights};

/// Raised when the meaning of the file changes. Files in any other format are refused.
pub const MODEL_FORMAT: u32 = 1;

/// A model file that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// Not JSON of this shape.
    #[error("模型文件格式有误（第{}行第{}列）；请用 qianshou learn 重新生成", .0.line(), .0.column())]
    Shape(#[from] serde_json::Error),
    /// Written by another version.
    #[error("模型文件的格式版本是{found}，程序需要{MODEL_FORMAT}；请用 qianshou learn 重新生成")]
    Format {
        /// The version in the file.
        found: u32,
    },
    /// A temperature that is not positive.
    #[error("模型文件的温度是{found}，应大于0；请用 qianshou learn 重新生成")]
    Temperature {
        /// As in the file.
        found: f64,
    },
    /// A feature that is unknown, named twice, or missing.
    #[error("模型文件中的特征“{name}”{problem}；请用 qianshou learn 重新生成")]
    Feature {
        /// Its name.
        name: String,
        /// What is wrong with it.
        problem: &'static str,
    },
}

/// Learned weights and where they come from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelFile {
    /// [`MODEL_FORMAT`].
    pub format: u32,
    /// Nothing after this day was learned from.
    pub as_of: Date,
    /// Hash of what was learned from: ids, days, questions and relevant organizations of the labelled needs.
    pub data: String,
    /// First and last day of the labelled needs.
    pub from: Date,
    /// See `from`.
    pub to: Date,
    /// Labelled needs that were learned from.
    pub examples: usize,
    /// Strength of the prior, chosen by time-ordered cross-validation.
    pub lambda: f64,
    /// Utilities divided by this are calibrated. Fitted on the days held back.
    pub temperature: f64,
    /// The weights.
    pub features: Vec<FeatureWeight>,
    /// How the weights learned from the earlier days did on the days held back.
    pub held_back: HeldBack,
}

/// A feature's learned weight.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FeatureWeight {
    /// The feature.
    pub feature: String,
    /// Log-odds of one unit of the value.
    pub per_unit: f64,
    /// Its standard error; none at a bound, or if the feature never varies.
    pub standard_error: Option<f64>,
    /// Log-odds of an unknown value.
    pub unknown: f64,
    /// The hand-set weight, for comparison.
    pub hand_set: f64,
}

/// Learned against hand-set weights on the days held back.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct HeldBack {
    /// First of these days.
    pub from: Date,
    /// Labelled needs on these days.
    pub needs: usize,
    /// Labelled needs before these days that were learned from.
    pub examples: usize,
    /// How the hand-set weights did.
    pub hand_set: RankingMetrics,
    /// How the learned weights did.
    pub learned: RankingMetrics,
    /// Expected calibration error of the learned probabilities of the first ten, at the fitted temperature.
    pub calibration_error: f64,
}

/// How well a ranking did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct RankingMetrics {
    /// Mean reciprocal rank.
    pub mrr: f64,
    /// nDCG of the first ten.
    pub ndcg10: f64,
    /// Share of the relevant organizations among the first ten.
    pub recall10: f64,
}

impl ModelFile {
    /// Reads a model file.
    ///
    /// # Errors
    /// Another shape or format, or features that this program does not know.
    pub fn from_json(json: &str) -> Result<Self, ModelError> {
        #[derive(Deserialize)]
        struct Header {
            format: u32,
        }
        let Header { format } = serde_json::from_str(json)?;
        if format != MODEL_FORMAT {
            return Err(ModelError::Format { found: format });
        }
        let model: Self = serde_json::from_str(json)?;
        if !(model.temperature.is_finite() && model.temperature > 0.0) {
            return Err(ModelError::Temperature { found: model.temperature });
        }
        model.weights()?;
        Ok(model)
    }

    /// The weights to score with.
    ///
    /// # Errors
    /// Features that this program does not know, or that are missing.
    pub fn weights(&self) -> Result<Weights, ModelError> {
        let fault = |name: &str, problem| ModelError::Feature { name: name.to_owned(), problem };
        let mut weights = [None; Feature::ALL.len()];
        for it in &self.features {
            let known = Feature::by_name(&it.feature);
            let feature = known.ok_or_else(|| fault(&it.feature, "不认识"))?;
            if !(it.per_unit.is_finite() && it.unknown.is_finite()) {
                return Err(fault(&it.feature, "的权重不是有限的数"));
            }
            if weights[feature as usize].replace(Weight { per_unit: it.per_unit, unknown: it.unknown }).is_some() {
                return Err(fault(&it.feature, "重复"));
            }
        }
        let mut all = [Weight { per_unit: 0.0, unknown: 0.0 }; Feature::ALL.len()];
        for (feature, weight) in Feature::ALL.into_iter().zip(weights) {
            all[feature as usize] = weight.ok_or_else(|| fault(feature.name(), "缺少"))?;
        }
        Ok(Weights::new(all))
    }
}

/// What a ranking is made with: the weights, how their sums become probabilities, and what the weights have seen.
#[derive(Debug, Clone, PartialEq)]
pub struct RankingModel {
    /// The weights.
    pub weights: Weights,
    /// Utilities divided by this give probabilities by softmax; 1 for the hand-set weights.
    pub temperature: f64,
    /// The last day whose outcomes the weights have seen; none for the hand-set weights.
    pub seen_until: Option<Date>,
}

impl RankingModel {
    /// The weights that were set by hand.
    #[must_use]
    pub fn hand_set() -> Self {
        Self { weights: Weights::hand_set(), temperature: 1.0, seen_until: None }
    }
}

impl TryFrom<&ModelFile> for RankingModel {
    type Error = ModelError;

    fn try_from(file: &ModelFile) -> Result<Self, ModelError> {
        Ok(Self { weights: file.weights()?, temperature: file.temperature, seen_until: Some(file.as_of) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn model() -> ModelFile {
        let figures = RankingMetrics::default();
        let features = Feature::ALL.map(|feature| FeatureWeight {
            feature: feature.name().to_owned(),
            per_unit: f64::from(feature as u8) / 8.0,
            standard_error: None,
            unknown: -0.5,
            hand_set: 0.0,
        });
        let day = date(2020, 1, 1);
        let held_back =
            HeldBack { from: day, needs: 3, examples: 6, hand_set: figures, learned: figures, calibration_error: 0.0 };
        let (data, features) = (String::new(), features.to_vec());
        ModelFile {
            format: 1,
            as_of: day,
            data,
            from: day,
            to: day,
            examples: 9,
            lambda: 1.0,
            temperature: 1.0,
            features,
            held_back,
        }
    }

    #[test]
    fn what_is_written_reads_back() {
        let model = model();
        let json = serde_json::to_string(&model).unwrap();
        let read = ModelFile::from_json(&json).unwrap();
        assert_eq!(read, model);
        assert_eq!(read.weights().unwrap().weight(Feature::ALL[4]).per_unit, 0.5);
    }

    #[test]
    fn what_cannot_be_scored_with_is_refused_by_name() {
        let refused = |change: fn(&mut ModelFile)| {
            let mut model = model();
            change(&mut model);
            ModelFile::from_json(&serde_json::to_string(&model).unwrap()).unwrap_err().to_string()
        };
        assert!(refused(|it| it.temperature = 0.0).contains("温度是0"));
        assert!(refused(|it| it.format = 7).contains("版本是7"));
        assert!(refused(|it| drop(it.features.pop())).contains("缺少"));
        assert!(refused(|it| it.features[0].feature = "luck".to_owned()).contains("“luck”不认识"));
        assert!(refused(|it| it.features[1] = it.features[0].clone()).contains("重复"));
        assert!(ModelFile::from_json("{").unwrap_err().to_string().contains("格式有误"));
    }
}
