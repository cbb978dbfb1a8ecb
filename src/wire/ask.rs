//! Questions as they come in.

use serde::Deserialize;
use utoipa::openapi::Array;
use utoipa::openapi::schema::Type;

use super::AmountInput;
use super::convert::texts;
use crate::request::{MAX_HOMES, MAX_WORD_CHARS};
use crate::{app, request};

/// A question: a text or a stored need, and fields that override what the text says.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Ask {
    /// The need in words; give either this or `need`.
    #[schema(max_length = 10_000)]
    pub text: Option<String>,
    /// Id of a stored need; give either this or `text`.
    #[schema(max_length = 256)]
    pub need: Option<String>,
    /// Who asks for it: id, name or alias of an organization, which is not suggested. By default that of the stored need.
    #[schema(max_length = 256)]
    pub submitted_by: Option<String>,
    /// Place. It overrides the text, but a county that the text names inside it refines it.
    #[schema(max_length = 64)]
    pub region: Option<String>,
    /// Sector, by code or Chinese name. It overrides the text.
    #[schema(max_length = 64)]
    pub sector: Option<String>,
    /// Sum. It overrides the text.
    pub amount: Option<AmountInput>,
    /// Groups of beneficiaries, by code or Chinese name, several with 、 between them. They override the text.
    #[schema(max_length = 64)]
    pub group: Option<String>,
    /// How many benefit, such as `近200名`. It overrides the text.
    #[schema(max_length = 64)]
    pub people: Option<String>,
    /// Where organizations must be registered, such as `上海`; `全国` for those of the whole country. Everywhere by default.
    #[serde(default)]
    #[schema(schema_with = homes)]
    pub home: Vec<String>,
    /// Answers from what was known on this day; today by default.
    #[schema(example = "2026-07-01", max_length = 64)]
    pub as_of: Option<String>,
    /// How many suggestions, 1 to 1000; 10 by default.
    #[schema(minimum = 1, maximum = 1000)]
    pub top: Option<usize>,
    /// Whether the answer gives parts and evidence; true by default.
    pub explain: Option<bool>,
    /// If true, ignores how active organizations are, which gives small and new ones a better chance. False by default.
    pub ignore_popularity: Option<bool>,
}

/// The description of the places of registration.
fn homes() -> Array {
    let text = "Where organizations must be registered; `全国` stands for those of the whole country. Everywhere by default.";
    let homes = texts(MAX_HOMES, MAX_WORD_CHARS).schema_type(Type::Array).description(Some(text));
    homes.examples([serde_json::json!(["上海", "全国"])]).build()
}

/// A question about one organization.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WhyNotAsk {
    /// The organization: id, name or alias.
    #[schema(max_length = 256)]
    pub organization: String,
    /// The need in words; give either this or `need`.
    #[schema(max_length = 10_000)]
    pub text: Option<String>,
    /// Id of a stored need; give either this or `text`.
    #[schema(max_length = 256)]
    pub need: Option<String>,
    /// Who asks for it: id, name or alias of an organization, which is not suggested. By default that of the stored need.
    #[schema(max_length = 256)]
    pub submitted_by: Option<String>,
    /// Place. It overrides the text, but a county that the text names inside it refines it.
    #[schema(max_length = 64)]
    pub region: Option<String>,
    /// Sector, by code or Chinese name. It overrides the text.
    #[schema(max_length = 64)]
    pub sector: Option<String>,
    /// Sum. It overrides the text.
    pub amount: Option<AmountInput>,
    /// Groups of beneficiaries, by code or Chinese name, several with 、 between them. They override the text.
    #[schema(max_length = 64)]
    pub group: Option<String>,
    /// How many benefit, such as `近200名`. It overrides the text.
    #[schema(max_length = 64)]
    pub people: Option<String>,
    /// Where organizations must be registered, such as `上海`; `全国` for those of the whole country. Everywhere by default.
    #[serde(default)]
    #[schema(schema_with = homes)]
    pub home: Vec<String>,
    /// Answers from what was known on this day; today by default.
    #[schema(example = "2026-07-01", max_length = 64)]
    pub as_of: Option<String>,
    /// How many organizations count as the first, 1 to 1000; 10 by default.
    #[schema(minimum = 1, maximum = 1000)]
    pub top: Option<usize>,
    /// As in a question for suggestions; it changes nothing here.
    pub explain: Option<bool>,
    /// If true, ignores how active organizations are. False by default.
    pub ignore_popularity: Option<bool>,
}

impl From<Ask> for request::Ask {
    fn from(it: Ask) -> Self {
        let Ask { text, need, submitted_by, region, sector, amount, group, people, home, as_of, top, explain, ignore_popularity } =
            it;
        let (need, amount) = (need.map(crate::domain::NeedId::new), amount.map(request::AmountInput::from));
        Self { text, need, submitted_by, region, sector, amount, group, people, home, as_of, top, explain, ignore_popularity }
    }
}

impl From<WhyNotAsk> for app::WhyNotAsk {
    fn from(it: WhyNotAsk) -> Self {
        let WhyNotAsk {
            organization,
            text,
            need,
            submitted_by,
            region,
            sector,
            amount,
            group,
            people,
            home,
            as_of,
            top,
            explain,
            ignore_popularity,
        } = it;
        let ask =
            Ask { text, need, submitted_by, region, sector, amount, group, people, home, as_of, top, explain, ignore_popularity };
        Self { organization, ask: ask.into() }
    }
}
