//! The word lists of the text search: an office adds its own words and synonyms while the server runs.
//!
//! Additions are stored in the ledger and apply to every process on the data directory. Synonyms apply at once. Words and stop
//! words change how texts are segmented, so the text index is rebuilt before the next answer. Understanding a need does not
//! depend on the lists.

use qianshou_index::analyze::{LexiconError, Segmenter};

use super::state::App;
use super::word_lists::{LexiconInput, stored};
use crate::domain::Principal;
use crate::error::AppError;
use crate::privacy::{in_words, mask};
use crate::store::Setting;

/// The lists in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LexiconView {
    /// Names the lists; every answer carries it.
    pub version: String,
    /// What was added to the embedded lists.
    pub added: LexiconInput,
}

impl App {
    /// The lists in force.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub async fn lexicon(&self, _who: Principal) -> Result<LexiconView, AppError> {
        let json = self.store.setting(Setting::Lexicon).await?;
        Ok(LexiconView { version: self.catalog().text.lexicon_version().to_owned(), added: stored(json.as_deref()) })
    }

    /// Adds lists and uses them from now on.
    ///
    /// # Errors
    /// An entry that cannot be used, by field; or a ledger that cannot be written.
    pub async fn set_lexicon(&self, who: Principal, input: LexiconInput) -> Result<LexiconView, AppError> {
        let _one_at_a_time = self.changing_lexicon.lock().await;
        let old = stored(self.store.setting(Setting::Lexicon).await?.as_deref());
        let added = input.over(old);
        check_privacy(&added)?;
        check(&added)?;
        let json = serde_json::to_string(&added).expect("lists of strings are JSON");
        self.store.write_setting(Setting::Lexicon, &json, &self.clock.now(), "lexicon").await?;
        self.refresh().await?;
        self.lexicon(who).await
    }
}

/// The lists are shown to everybody, so that no word may name a person.
fn check_privacy(added: &LexiconInput) -> Result<(), AppError> {
    let words = added.words.iter().flatten().map(|word| ("words", word));
    let stop_words = added.stop_words.iter().flatten().map(|word| ("stop_words", word));
    let synonyms = added.synonyms.iter().flatten().flatten().map(|word| ("synonyms", word));
    for (field, word) in words.chain(stop_words).chain(synonyms) {
        let found = mask(word).1;
        if !found.is_empty() {
            return Err(AppError::invalid(field, format!("有一个词含{}；请删去后重试", in_words(&found))));
        }
    }
    Ok(())
}

fn check(added: &LexiconInput) -> Result<(), AppError> {
    match Segmenter::new(&added.lexicon()?) {
        Ok(_) => Ok(()),
        Err(error @ (LexiconError::Synonyms { .. } | LexiconError::TooLarge)) => {
            let reason = match error {
                LexiconError::Synonyms { problem, .. } => problem,
                _ => "同义词过多",
            };
            Err(AppError::invalid("synonyms", reason))
        }
        Err(error) => Err(AppError::invalid("words", format!("词表无法使用：{error}"))),
    }
}
