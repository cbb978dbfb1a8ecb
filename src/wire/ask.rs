//! Questions as they come in.

use serde::{Deserialize, Serialize};

use crate::{app, request};

/// A question: a text or a stored need, and fields that override what the text says.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Ask {
    /// The need in words; give either this or `need`.
    pub text: Option<String>,
    /// Id of a stored need; give either this or `text`.
    pub need: Option<String>,
    /// Place. It overrides the text, but a county that the text names inside it refines it.
    pub region: Option<String>,
    /// Sector, by code or Chinese name. It overrides the text.
    pub sector: Option<String>,
    /// Sum. It overrides the text.
    pub amount: Option<AmountInput>,
    /// Answers from what was known on this day; today by default.
    #[schema(example = "2026-07-01")]
    pub as_of: Option<String>,
    /// How many suggestions, 1 to 1000; 10 by default.
    pub top: Option<usize>,
    /// Whether the answer gives parts and evidence; true by default.
    pub explain: Option<bool>,
    /// If true, ignores how active organizations are, which gives small and new ones a better chance. False by default.
    pub ignore_popularity: Option<bool>,
}

/// A number in yuan, or text such as `30万元`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(untagged)]
pub enum AmountInput {
    /// Yuan.
    Yuan(f64),
    /// A sum as people write it.
    Text(String),
}

/// A question about one organization.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, utoipa::ToSchema)]
#[serde(try_from = "Fields")]
pub struct WhyNotAsk {
    /// The organization: id, name or alias.
    pub organization: String,
    /// The need; `top` says how many organizations count as the first.
    #[serde(flatten)]
    pub ask: Ask,
}

/// The fields as received: a flattened question would accept unknown ones.
#[derive(Deserialize)]
struct Fields {
    organization: String,
    #[serde(flatten)]
    ask: serde_json::Map<String, serde_json::Value>,
}

impl TryFrom<Fields> for WhyNotAsk {
    type Error = serde_json::Error;

    fn try_from(fields: Fields) -> Result<Self, serde_json::Error> {
        Ok(Self { organization: fields.organization, ask: serde_json::from_value(serde_json::Value::Object(fields.ask))? })
    }
}

impl From<Ask> for request::Ask {
    fn from(it: Ask) -> Self {
        let Ask { text, need, region, sector, amount, as_of, top, explain, ignore_popularity } = it;
        let (need, amount) = (need.map(crate::domain::NeedId::new), amount.map(request::AmountInput::from));
        Self { text, need, region, sector, amount, as_of, top, explain, ignore_popularity }
    }
}

impl From<AmountInput> for request::AmountInput {
    fn from(it: AmountInput) -> Self {
        match it {
            AmountInput::Yuan(yuan) => Self::Yuan(yuan),
            AmountInput::Text(text) => Self::Text(text),
        }
    }
}

impl From<WhyNotAsk> for app::WhyNotAsk {
    fn from(it: WhyNotAsk) -> Self {
        let WhyNotAsk { organization, ask } = it;
        Self { organization, ask: ask.into() }
    }
}
