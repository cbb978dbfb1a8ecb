//! jieba behind a shared handle, with the domain lexicon and the stop words.

use std::collections::HashSet;
use std::sync::{Arc, LazyLock};

use jieba_rs::{Jieba, Tag, Token};
use sha2::{Digest, Sha256};

use super::synonyms::Synonyms;

/// The word lists that an analyzer rests on.
#[derive(Debug, Clone)]
pub struct Lexicon {
    /// Lines of `word TAB frequency TAB tag`, as jieba reads them.
    pub words: String,
    /// One stop word a line.
    pub stop_words: String,
    /// One group of synonyms a line, words separated by blanks; `#` starts a comment line. For queries only.
    pub synonyms: String,
}

impl Lexicon {
    /// The lists that the program carries.
    #[must_use]
    pub fn embedded() -> Self {
        Self {
            words: include_str!("../../lexicon/words.txt").to_owned(),
            stop_words: include_str!("../../lexicon/stopwords.txt").to_owned(),
            synonyms: include_str!("../../lexicon/synonyms.txt").to_owned(),
        }
    }

    /// The lists of `more` on top of these. A group of synonyms takes the place of those that share a word with it.
    #[must_use]
    pub fn with(mut self, more: &Self) -> Self {
        let newer: HashSet<&str> = more.synonyms.split_whitespace().collect();
        let is_older = |line: &&str| line.split_whitespace().all(|word| !newer.contains(word));
        self.synonyms = self.synonyms.lines().filter(is_older).map(|line| format!("{line}\n")).collect();
        for (list, lines) in
            [(&mut self.words, &more.words), (&mut self.stop_words, &more.stop_words), (&mut self.synonyms, &more.synonyms)]
        {
            if !list.ends_with('\n') {
                list.push('\n');
            }
            list.push_str(lines);
        }
        self
    }

    /// First 12 hexadecimal digits of the SHA-256 of all lists: answers made with other lists have another one.
    #[must_use]
    pub fn version(&self) -> String {
        fingerprint(&[&self.words, &self.stop_words, &self.synonyms])
    }

    /// The same for the lists that an index depends on.
    #[must_use]
    pub fn index_version(&self) -> String {
        fingerprint(&[&self.words, &self.stop_words])
    }
}

fn fingerprint(lists: &[&str]) -> String {
    let digest = lists.iter().fold(Sha256::new(), |hash, list| hash.chain_update(list).chain_update([0])).finalize();
    digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}

/// A lexicon that cannot be used. Lines are counted from 1.
#[derive(Debug, thiserror::Error)]
pub enum LexiconError {
    /// A line of the words that is not `word frequency tag`.
    #[error("lexicon: {0}")]
    Words(#[from] jieba_rs::Error),
    /// A line of the synonyms.
    #[error("synonyms, line {line}: {problem}")]
    Synonyms {
        /// The line.
        line: usize,
        /// What is wrong with it, in Chinese.
        problem: &'static str,
    },
    /// More words than a matcher takes.
    #[error("too many synonyms")]
    TooLarge,
}

/// Cuts Chinese text into words. Cheap to share, costly to make (about a tenth of a second).
#[derive(Debug)]
pub struct Segmenter {
    jieba: Jieba,
    stop_words: HashSet<String>,
    /// Bytes of the longest stop word: longer words need no look-up.
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
    /// A line whose frequency is not a number, or a group of synonyms that is none.
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

    /// The segmenter with the embedded lexicon, made once a process.
    #[must_use]
    pub fn embedded() -> Arc<Self> {
        Arc::clone(&EMBEDDED)
    }

    /// Which lists this segmenter was made from.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Which lists an index of this segmenter rests on.
    #[must_use]
    pub fn index_version(&self) -> &str {
        &self.index_version
    }

    /// True for words of the dictionary.
    #[must_use]
    pub fn knows(&self, word: &str) -> bool {
        self.jieba.has_word(word)
    }

    /// Words that mean the same as the whole of `text`.
    #[must_use]
    pub fn synonyms_of_whole(&self, text: &str) -> Vec<&str> {
        self.synonyms.of_whole(text)
    }

    /// Words that mean the same as words of `text`, each once.
    #[must_use]
    pub fn synonyms(&self, text: &str) -> Vec<&str> {
        self.synonyms.for_text(self, text)
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

    #[test]
    fn versions_depend_on_the_lists() {
        let base = Lexicon::embedded();
        let words = Lexicon { words: format!("{}新词\t5\tn\n", base.words), ..base.clone() };
        let stops = Lexicon { stop_words: format!("{}项目\n", base.stop_words), ..base.clone() };
        assert_ne!(base.version(), words.version());
        assert_ne!(base.version(), stops.version());
        assert_ne!(words.version(), stops.version());
        let synonyms = Lexicon { synonyms: format!("{}甲词 乙词\n", base.synonyms), ..base.clone() };
        assert_ne!(base.version(), synonyms.version());
        assert_eq!(base.index_version(), synonyms.index_version(), "synonyms need no new index");
    }
}
