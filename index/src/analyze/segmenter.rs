//! jieba behind a shared handle, with the domain lexicon and the stop words.

use std::collections::HashSet;
use std::sync::{Arc, LazyLock};

use jieba_rs::{Jieba, Tag, Token};
use sha2::{Digest, Sha256};

/// The word lists that an analyzer rests on.
#[derive(Debug, Clone)]
pub struct Lexicon {
    /// Lines of `word TAB frequency TAB tag`, as jieba reads them.
    pub words: String,
    /// One stop word a line.
    pub stop_words: String,
}

impl Lexicon {
    /// The lists that the program carries.
    #[must_use]
    pub fn embedded() -> Self {
        Self {
            words: include_str!("../../lexicon/words.txt").to_owned(),
            stop_words: include_str!("../../lexicon/stopwords.txt").to_owned(),
        }
    }

    /// First 12 hexadecimal digits of the SHA-256 of both lists: an index written with other lists has another one.
    #[must_use]
    pub fn version(&self) -> String {
        let digest = Sha256::new().chain_update(&self.words).chain_update([0]).chain_update(&self.stop_words).finalize();
        digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect()
    }
}

/// A lexicon that jieba cannot read.
#[derive(Debug, thiserror::Error)]
#[error("lexicon: {0}")]
pub struct LexiconError(#[from] jieba_rs::Error);

/// Cuts Chinese text into words. Cheap to share, costly to make (about a tenth of a second).
#[derive(Debug)]
pub struct Segmenter {
    jieba: Jieba,
    stop_words: HashSet<String>,
    version: String,
}

static EMBEDDED: LazyLock<Arc<Segmenter>> =
    LazyLock::new(|| Arc::new(Segmenter::new(&Lexicon::embedded()).expect("the embedded lexicon is checked by a test")));

impl Segmenter {
    /// Loads the default dictionary and `lexicon` on top of it.
    ///
    /// # Errors
    /// A line whose frequency is not a number.
    pub fn new(lexicon: &Lexicon) -> Result<Self, LexiconError> {
        let mut jieba = Jieba::new();
        jieba.load_dict(&mut lexicon.words.as_bytes())?;
        let stop_words = lexicon.stop_words.lines().map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect();
        Ok(Self { jieba, stop_words, version: lexicon.version() })
    }

    /// The segmenter with the embedded lexicon, made once a process.
    #[must_use]
    pub fn embedded() -> Arc<Self> {
        Arc::clone(&EMBEDDED)
    }

    /// Which word lists this segmenter was made from.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Search-mode cut: long words and the shorter words inside them. Byte offsets refer to `text`.
    #[must_use]
    pub fn search_cut<'a>(&self, text: &'a str) -> Vec<Token<'a>> {
        self.jieba.cut_for_search(text, true)
    }

    /// Exact cut: every character in one word, in order. Byte offsets refer to `text`.
    #[must_use]
    pub fn cut<'a>(&self, text: &'a str) -> Vec<Token<'a>> {
        self.jieba.cut(text, true)
    }

    /// The exact cut into words of the dictionary only: what it does not know falls apart into characters.
    pub(crate) fn known_cut<'a>(&self, text: &'a str) -> Vec<Token<'a>> {
        self.jieba.cut(text, false)
    }

    /// The exact cut with the part of speech of each word, as the dictionary has it: `v` a verb, `ns` a place, `x` unknown.
    #[must_use]
    pub fn tagged<'a>(&'a self, text: &'a str) -> Vec<Tag<'a>> {
        self.jieba.tag(text, true)
    }

    /// True for words without a topic.
    #[must_use]
    pub fn is_stop_word(&self, word: &str) -> bool {
        self.stop_words.contains(word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn embedded_lexicon_loads_and_every_word_comes_out_whole() {
        let segmenter = Segmenter::embedded();
        for line in Lexicon::embedded().words.lines() {
            let word = line.split('\t').next().unwrap();
            let cut = segmenter.search_cut(word);
            assert!(cut.iter().any(|token| token.word == word), "{word} is cut into {cut:?}");
        }
    }

    #[test]
    fn version_depends_on_both_lists() {
        let base = Lexicon::embedded();
        let words = Lexicon { words: format!("{}新词\t5\tn\n", base.words), ..base.clone() };
        let stops = Lexicon { stop_words: format!("{}项目\n", base.stop_words), ..base.clone() };
        assert_ne!(base.version(), words.version());
        assert_ne!(base.version(), stops.version());
        assert_ne!(words.version(), stops.version());
    }
}
