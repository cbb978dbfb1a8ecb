//! The model file: learned weights, what they were learned from, and how they did on what was held back. The default weights are
//! such a file too, [`DEFAULT`], fitted to the public claims.

use std::sync::LazyLock;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::score::{Feature, FitScale, Weight, Weights};

/// Raised when the meaning of the file changes. Files in any other format are refused.
pub const MODEL_FORMAT: u32 = 1;

/// The default model, fitted to the public claims by `qianshou learn --public`.
const DEFAULT: &str = include_str!("default_model.json");

/// Features that a released model names otherwise: the old name, the new ones, and the factor of the old weight that each has.
const RENAMED: [(&str, &[(Feature, f64)]); 1] =
    [("named_place", &[(Feature::NamedCounty, 1.0), (Feature::NamedPrefecture, 1.0), (Feature::NamedProvince, 0.6)])];
/// Features that came after the first release. A model without them was learned without them: they give no points, because the
/// default weights were fitted beside others.
const ADDED: [Feature; 6] =
    [Feature::Elsewhere, Feature::LocalGeneral, Feature::Purpose, Feature::Bound, Feature::FundSize, Feature::Expertise];

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
    /// A scale of the fit that is not positive or not finite.
    #[error("模型文件的匹配度刻度是{middle}和{scale}，应为有限的数且后者大于0；请用 qianshou learn 重新生成")]
    Fit {
        /// As in the file.
        middle: f64,
        /// As in the file.
        scale: f64,
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
    /// Strength of the prior, chosen by cross-validation.
    pub lambda: f64,
    /// Utilities divided by this are calibrated. Fitted on what was held back.
    pub temperature: f64,
    /// How scores are shown, and how many claimants reached which fit. None in models of the first release.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fit: Option<FitFigures>,
    /// The weights.
    pub features: Vec<FeatureWeight>,
    /// How the weights learned from the earlier days did on the days held back. None for the default model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held_back: Option<HeldBack>,
    /// How weights fitted without a tenth of the events did on that tenth. Only for the default model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cross_fitted: Option<CrossFitted>,
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
    /// The weight before learning: the default one, or for the default model the hand-set one.
    #[serde(alias = "hand_set")]
    pub prior: f64,
}

/// How scores are shown, found on what was held back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FitFigures {
    /// The scale.
    pub scale: FitScale,
    /// By descending fit, who reached it.
    pub reached: Vec<FitReached>,
}

/// Who reached a fit. An organization that is not on record did not necessarily refuse.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct FitReached {
    /// The fit.
    pub fit: u8,
    /// Share of those on record as having taken the need on.
    pub claimants: f64,
    /// Share of all other organizations.
    pub others: f64,
}

/// Fitted against hand-set weights, each on events that it was not fitted to.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CrossFitted {
    /// Parts of the events.
    pub folds: usize,
    /// Events, and claims without an event, that were kept together.
    pub events: usize,
    /// How the hand-set weights did.
    pub hand_set: RankingMetrics,
    /// How the fitted weights did.
    pub fitted: RankingMetrics,
}

/// Learned against default weights on the days held back.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct HeldBack {
    /// First of these days.
    pub from: Date,
    /// Labelled needs on these days.
    pub needs: usize,
    /// Labelled needs before these days that were learned from.
    pub examples: usize,
    /// How the weights before learning did.
    #[serde(alias = "hand_set")]
    pub prior: RankingMetrics,
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
    /// The default model.
    #[must_use]
    pub fn embedded() -> &'static Self {
        &DEFAULT_MODEL
    }

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
        if let Some(FitFigures { scale: FitScale { middle, scale }, .. }) = model.fit
            && !(middle.is_finite() && scale.is_finite() && scale > 0.0)
        {
            return Err(ModelError::Fit { middle, scale });
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
            if !(it.per_unit.is_finite() && it.unknown.is_finite()) {
                return Err(fault(&it.feature, "的权重不是有限的数"));
            }
            let renamed = RENAMED.iter().find(|(old, _)| *old == it.feature).map(|(_, new)| new.to_vec());
            let known = Feature::by_name(&it.feature).map(|feature| vec![(feature, 1.0)]);
            for (feature, factor) in known.or(renamed).ok_or_else(|| fault(&it.feature, "不认识"))? {
                let weight = Weight { per_unit: factor * it.per_unit, unknown: factor * it.unknown };
                if weights[feature as usize].replace(weight).is_some() {
                    return Err(fault(&it.feature, "重复"));
                }
            }
        }
        let mut all = [Weight { per_unit: 0.0, unknown: 0.0 }; Feature::ALL.len()];
        for (feature, weight) in Feature::ALL.into_iter().zip(weights) {
            match weight {
                Some(weight) => all[feature as usize] = weight,
                None if ADDED.contains(&feature) => {}
                None => return Err(fault(feature.name(), "缺少")),
            }
        }
        Ok(Weights::new(all).with_fit(self.fit.as_ref().map_or(FitScale::BY_HAND, |fit| fit.scale)))
    }
}

/// What a ranking is made with: the weights, how their sums become probabilities, and what the weights have seen.
#[derive(Debug, Clone, PartialEq)]
pub struct RankingModel {
    /// The weights.
    pub weights: Weights,
    /// Utilities divided by this give probabilities by softmax.
    pub temperature: f64,
    /// The last day whose outcomes the weights have seen.
    pub seen_until: Date,
    /// Hash of what was learned from, as in the model file.
    pub data: String,
    /// True for the default weights, which have seen public claims, not those of the office.
    pub is_default: bool,
    /// Who reached which fit where the weights were tested; empty for models of the first release.
    pub reached: Vec<FitReached>,
}

static DEFAULT_MODEL: LazyLock<ModelFile> =
    LazyLock::new(|| ModelFile::from_json(DEFAULT).expect("a test reads the embedded model"));

impl Default for RankingModel {
    /// The default weights.
    fn default() -> Self {
        let model = Self::try_from(ModelFile::embedded()).expect("a model file that was read has weights");
        Self { is_default: true, ..model }
    }
}

impl TryFrom<&ModelFile> for RankingModel {
    type Error = ModelError;

    fn try_from(file: &ModelFile) -> Result<Self, ModelError> {
        let (weights, temperature, seen_until) = (file.weights()?, file.temperature, file.as_of);
        let reached = file.fit.as_ref().map_or_else(Vec::new, |fit| fit.reached.clone());
        Ok(Self { weights, temperature, seen_until, data: file.data.clone(), is_default: false, reached })
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
            prior: 0.0,
        });
        let day = date(2020, 1, 1);
        let held_back = HeldBack { from: day, needs: 3, examples: 6, prior: figures, learned: figures, calibration_error: 0.0 };
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
            fit: None,
            features,
            held_back: Some(held_back),
            cross_fitted: None,
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
    fn a_model_of_the_first_release_keeps_its_weights_and_gives_new_features_none() {
        let mut old = model();
        let is_old = |name: &str| !name.starts_with("named_") && !ADDED.iter().any(|it| it.name() == name);
        old.features.retain(|it| is_old(&it.feature));
        old.features.push(FeatureWeight { feature: "named_place".to_owned(), per_unit: 4.0, ..old.features[0].clone() });
        let json = serde_json::to_string(&old).unwrap().replace("\"prior\"", "\"hand_set\"");
        let weights = ModelFile::from_json(&json).unwrap().weights().unwrap();
        let of = |feature| weights.weight(feature).per_unit;
        assert_eq!([Feature::NamedCounty, Feature::NamedPrefecture, Feature::NamedProvince].map(of), [4.0, 4.0, 2.4]);
        assert!(ADDED.iter().all(|&feature| weights.is_off(feature)));
        assert_eq!(of(Feature::TextVotes), f64::from(Feature::TextVotes as u8) / 8.0);
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
        assert!(refused(|it| it.features.retain(|it| it.feature != "home")).contains("“home”缺少"));
        assert!(refused(|it| it.features[0].feature = "luck".to_owned()).contains("“luck”不认识"));
        assert!(refused(|it| it.features[1] = it.features[0].clone()).contains("重复"));
        assert!(ModelFile::from_json("{").unwrap_err().to_string().contains("格式有误"));
    }
}
