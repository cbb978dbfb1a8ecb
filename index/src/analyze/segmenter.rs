//! jieba behind a shared handle, with the domain lexicon and the stop words.

use std::collections::HashSet;
use std::sync::{Arc, LazyLock};

use jieba_rs::{Jieba, Tag, Token};

use super::lexicon::{Lexicon, LexiconError};
use super::synonyms::Synonyms;

/// Cuts Chinese text into words. Cheap to share, expensive to create (about a tenth of a second).
#[derive(Debug)]
pub struct Segmenter {
    jieba: Jieba,
    stop_words: HashSet<String>,
    /// Length of the longest stop word in bytes; longer words need no look-up.
    longest_stop_word: usize,
    synonyms: Synonyms,
    version: String,
    index_version: String,
}

static EMBEDDED: LazyLock<Arc<Segmenter>> =
    LazyLock::new(|| Arc::new(Segmenter::new(&Lexicon::embedded()).expect("the embedded lexicon is checked by a test")));

impl Segmenter {
    /// Loads the default dictionary and `lexicon` on top of it.
    ///
    /// # Errors
    /// A line whose frequency is not a number, or an invalid group of synonyms.
    pub fn new(lexicon: &Lexicon) -> Result<Self, LexiconError> {
        let mut jieba = Jieba::new();
        jieba.load_dict(&mut lexicon.words.as_bytes())?;
        let stop_words: HashSet<String> =
            lexicon.stop_words.lines().map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect();
        let synonyms = Synonyms::parse(&lexicon.synonyms)?;
        let longest_stop_word = stop_words.iter().map(String::len).max().unwrap_or(0);
        Ok(Self {
            jieba,
            stop_words,
            longest_stop_word,
            synonyms,
            version: lexicon.version(),
            index_version: lexicon.index_version(),
        })
    }

    /// The segmenter with the embedded lexicon, created once per process.
    #[must_use]
    pub fn embedded() -> Arc<Self> {
        Arc::clone(&EMBEDDED)
    }

    /// The version of the lists that this segmenter was made from.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The version of the lists that an index built with this segmenter depends on.
    #[must_use]
    pub fn index_version(&self) -> &str {
        &self.index_version
    }

    /// True if the dictionary contains `word`.
    #[must_use]
    pub fn knows(&self, word: &str) -> bool {
        self.jieba.has_word(word)
    }

    /// The synonyms of `text` as a whole.
    #[must_use]
    pub fn synonyms_of_whole(&self, text: &str) -> Vec<&str> {
        self.synonyms.of_whole(text)
    }

    /// The synonyms of the words in `text`, each once.
    #[must_use]
    pub fn synonyms(&self, text: &str) -> Vec<&str> {
        self.synonyms.for_text(text, || self.cut(text).iter().flat_map(|word| [word.byte_start, word.byte_end]).collect())
    }

    /// The exact cut: every character belongs to one word, in order. Byte offsets refer to `text`.
    #[must_use]
    pub fn cut<'a>(&self, text: &'a str) -> Vec<Token<'a>> {
        self.jieba.cut(text, true)
    }

    /// The exact cut into dictionary words only; anything else is split into single characters.
    pub(crate) fn known_cut<'a>(&self, text: &'a str) -> Vec<Token<'a>> {
        self.jieba.cut(text, false)
    }

    /// The exact cut with each word's part of speech from the dictionary: `v` is a verb, `ns` a place, `x` unknown.
    #[must_use]
    pub fn tagged<'a>(&'a self, text: &'a str) -> Vec<Tag<'a>> {
        self.jieba.tag(text, true)
    }

    /// True for stop words, which carry no topic.
    #[must_use]
    pub fn is_stop_word(&self, word: &str) -> bool {
        word.len() <= self.longest_stop_word && self.stop_words.contains(word)
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
            let cut = segmenter.cut(word);
            assert!(cut.iter().any(|token| token.word == word), "{word} is cut into {cut:?}");
        }
    }
}
