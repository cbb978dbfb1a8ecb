//! What an office adds to the embedded word lists: as typed, as stored in the ledger, and the segmenter made from it.

use std::sync::Arc;

use qianshou_index::analyze::{Lexicon, Segmenter};
use serde::{Deserialize, Serialize};

use crate::error::{AppError, Code};
use crate::excerpt::excerpt;

/// Additions to the embedded lists. A list that is left out stays as it is; an empty list removes the additions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LexiconInput {
    /// Words that must not be split: `词` or `词 词频 词性`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<Vec<String>>,
    /// Stop words: words that say nothing about the topic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop_words: Option<Vec<String>>,
    /// Groups of synonyms; a group replaces embedded ones that share a word with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub synonyms: Option<Vec<Vec<String>>>,
}

/// Frequency of a word that states none: high enough that the word is not split, low enough that it splits no other.
const FREQUENCY: u32 = 5000;
/// Maximum number of entries in all lists together.
const MAX_ENTRIES: usize = 20_000;

impl LexiconInput {
    pub(super) fn over(self, old: Self) -> Self {
        Self {
            words: self.words.or(old.words),
            stop_words: self.stop_words.or(old.stop_words),
            synonyms: self.synonyms.or(old.synonyms),
        }
    }

    pub(super) fn lexicon(&self) -> Result<Lexicon, AppError> {
        let words: Result<Vec<String>, AppError> = self.words.iter().flatten().map(|word| word_line(word)).collect();
        let stop_words: Vec<String> = self.stop_words.iter().flatten().map(|word| word.trim().to_owned()).collect();
        if let Some(word) = stop_words.iter().find(|word| !is_word(word)) {
            return Err(AppError::invalid("stop_words", format!("“{}”：停用词不能为空或含空白", excerpt(word))));
        }
        let mut groups = Vec::new();
        for group in self.synonyms.iter().flatten() {
            if group.len() < 2 || group.iter().any(|word| !is_word(word)) {
                let shown = excerpt(&group.join("、"));
                return Err(AppError::invalid("synonyms", format!("“{shown}”：一组同义词至少要有两个词，词中不能有空白")));
            }
            groups.push(group.join(" "));
        }
        let entries = words.iter().flatten().count() + stop_words.len() + groups.len();
        if entries > MAX_ENTRIES {
            return Err(AppError::invalid("words", format!("词条过多：{entries}条，最多{MAX_ENTRIES}条")));
        }
        let added = Lexicon { words: lines(words?), stop_words: lines(stop_words), synonyms: lines(groups) };
        Ok(Lexicon::embedded().with(&added))
    }
}

fn lines(entries: impl IntoIterator<Item = String>) -> String {
    entries.into_iter().map(|entry| entry + "\n").collect()
}

fn is_word(word: &str) -> bool {
    !word.is_empty() && !word.contains(char::is_whitespace)
}

fn word_line(entry: &str) -> Result<String, AppError> {
    let refuse = || AppError::invalid("words", format!("“{}”：应为“词”或“词 词频 词性”，词频为正整数", excerpt(entry)));
    let mut parts = entry.split_whitespace();
    let word = parts.next().ok_or_else(refuse)?;
    let frequency: u32 = parts.next().map_or(Ok(FREQUENCY), str::parse).map_err(|_| refuse())?;
    let tag = parts.next().unwrap_or("n");
    if parts.next().is_some() || frequency == 0 {
        return Err(refuse());
    }
    Ok(format!("{word}\t{frequency}\t{tag}"))
}

/// The lists as stored in the ledger.
pub(super) fn stored(json: Option<&str>) -> LexiconInput {
    // Only lists that were checked here are ever written.
    json.and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default()
}

fn unusable(reason: &impl std::fmt::Display) -> AppError {
    AppError::new(Code::Lexicon, format!("账本中的词表无法使用：{reason}"))
}

/// The segmenter of the lists in the ledger; the shared embedded one if nothing was added.
pub(super) fn segmenter(json: Option<&str>) -> Result<Arc<Segmenter>, AppError> {
    if json.is_none() {
        return Ok(Segmenter::embedded());
    }
    let lexicon = stored(json).lexicon().map_err(|error| unusable(&error))?;
    Ok(Arc::new(Segmenter::new(&lexicon).map_err(|error| unusable(&error))?))
}
