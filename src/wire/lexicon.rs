//! The word lists of the text search.

use serde::{Deserialize, Serialize};
use utoipa::openapi::Array;
use utoipa::openapi::schema::{ArrayBuilder, SchemaType, Type};

use super::convert::texts;
use crate::app;

/// Additions to the embedded lists. A list that is left out stays as it is; an empty list removes the additions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LexiconInput {
    /// Words that must not be split: `词` or `词 词频 词性`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = words)]
    pub words: Option<Vec<String>>,
    /// Stop words: words that say nothing about the topic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = stop_words)]
    pub stop_words: Option<Vec<String>>,
    /// Groups of synonyms; a group replaces embedded ones that share a word with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = synonyms)]
    pub synonyms: Option<Vec<Vec<String>>>,
}

/// Most entries of a list. The lists together may have as many.
const MOST: usize = 20_000;
/// Longest entry, in characters; also the largest group of synonyms.
const LONGEST: usize = 64;

fn words() -> Array {
    let examples = serde_json::json!(["温暖包", "蓝马甲 2000 n"]);
    texts(MOST, LONGEST).description(Some("Words that must not be split: `词` or `词 词频 词性`.")).examples([examples]).build()
}

fn stop_words() -> Array {
    let examples = serde_json::json!(["示范"]);
    texts(MOST, LONGEST).description(Some("Stop words: words that say nothing about the topic.")).examples([examples]).build()
}

fn synonyms() -> Array {
    let examples = serde_json::json!([["温暖包", "爱心包裹"]]);
    let group = texts(LONGEST, LONGEST).schema_type(Type::Array);
    let groups = ArrayBuilder::new().schema_type(SchemaType::from_iter([Type::Array, Type::Null])).items(group);
    let text = "Groups of synonyms; a group replaces embedded ones that share a word with it.";
    groups.max_items(Some(MOST)).description(Some(text)).examples([examples]).build()
}

/// The lists in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct LexiconView {
    /// Names the lists; every answer carries it.
    pub version: String,
    /// Words that were added to the embedded ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub words: Option<Vec<String>>,
    /// Stop words that were added.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stop_words: Option<Vec<String>>,
    /// Groups of synonyms that were added.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub synonyms: Option<Vec<Vec<String>>>,
}

impl From<LexiconInput> for app::LexiconInput {
    fn from(it: LexiconInput) -> Self {
        let LexiconInput { words, stop_words, synonyms } = it;
        Self { words, stop_words, synonyms }
    }
}

impl From<app::LexiconView> for LexiconView {
    fn from(it: app::LexiconView) -> Self {
        let app::LexiconView { version, added: app::LexiconInput { words, stop_words, synonyms } } = it;
        Self { version, words, stop_words, synonyms }
    }
}
