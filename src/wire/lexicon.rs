//! The word lists of the text search.

use serde::{Deserialize, Serialize};

use crate::app;

/// Additions to the embedded lists. A list that is left out stays as it is; an empty list removes the additions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LexiconInput {
    /// Words that must not be split: `词` or `词 词频 词性`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = json!(["温暖包", "蓝马甲 2000 n"]))]
    pub words: Option<Vec<String>>,
    /// Stop words: words that say nothing about the topic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = json!(["示范"]))]
    pub stop_words: Option<Vec<String>>,
    /// Groups of synonyms; a group replaces embedded ones that share a word with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = json!([["温暖包", "爱心包裹"]]))]
    pub synonyms: Option<Vec<Vec<String>>>,
}

/// The lists in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct LexiconView {
    /// Names the lists; every answer carries it.
    pub version: String,
    /// What was added to the embedded lists.
    #[serde(flatten)]
    pub added: LexiconInput,
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
        Self { version, added: LexiconInput { words, stop_words, synonyms } }
    }
}
