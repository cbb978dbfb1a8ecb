//! The dictionary with the domain lexicon and the stop words, behind a shared handle.

use std::collections::HashSet;
use std::sync::{Arc, LazyLock};

use jieba_rs::Jieba;

use super::cut::{Unknown, Word, cut};
use super::dictionary::Dictionary;
use super::lexicon::{Lexicon, LexiconError};
use super::synonyms::Synonyms;

/// Cuts Chinese text into words.
#[derive(Debug)]
pub struct Segmenter {
    dictionary: Dictionary,
    /// Without words: it guesses words from characters that form none of the dictionary.
    model: Jieba,
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
    /// The default dictionary with `lexicon` on top of it.
    ///
    /// # Errors
    /// A line whose frequency is not a number, or an invalid group of synonyms.
    pub fn new(lexicon: &Lexicon) -> Result<Self, LexiconError> {
        let dictionary = Dictionary::new(&lexicon.words)?;
        let stop_words: HashSet<String> =
            lexicon.stop_words.lines().map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect();
        let synonyms = Synonyms::parse(&lexicon.synonyms)?;
        let longest_stop_word = stop_words.iter().map(String::len).max().unwrap_or(0);
        Ok(Self {
            dictionary,
            model: Jieba::empty(),
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
        self.dictionary.contains(&word.chars())
    }

    /// Puts the lengths in characters of the dictionary words that `text` starts with into `lengths`, ascending.
    pub(crate) fn words_at(&self, text: &[char], lengths: &mut Vec<usize>) {
        lengths.clear();
        self.dictionary.words_at(text, |length, _| lengths.push(length));
        lengths.sort_unstable();
    }

    /// The synonyms of `text` as a whole.
    #[must_use]
    pub fn synonyms_of_whole(&self, text: &str) -> Vec<&str> {
        self.synonyms.of_whole(text)
    }

    /// The synonyms of the words in `text`, each once.
    #[must_use]
    pub fn synonyms(&self, text: &str) -> Vec<&str> {
        self.synonyms.for_text(text, || self.cut(text).iter().flat_map(|word| [word.start, word.end]).collect())
    }

    /// The exact cut: every character belongs to one word, in order. Unknown words are guessed.
    #[must_use]
    pub fn cut<'a>(&self, text: &'a str) -> Vec<Word<'a>> {
        cut(&self.dictionary, Unknown::Guessed(&self.model), text)
    }

    /// The exact cut into dictionary words only; anything else is split into single characters.
    pub(crate) fn known_cut<'a>(&self, text: &'a str) -> Vec<Word<'a>> {
        cut(&self.dictionary, Unknown::Alone, text)
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
            assert!(cut.iter().any(|it| it.text == word), "{word} is cut into {cut:?}");
        }
    }
}
