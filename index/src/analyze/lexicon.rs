//! The word lists: words that the default dictionary does not know, stop words and synonyms.

use std::collections::HashSet;
use std::num::ParseIntError;

use sha2::{Digest, Sha256};

/// The word lists that an analyzer uses.
#[derive(Debug, Clone)]
pub struct Lexicon {
    /// Lines of `word TAB frequency`; what follows is left alone, so that lists for jieba can be used.
    pub words: String,
    /// One stop word per line.
    pub stop_words: String,
    /// One group of synonyms per line, words separated by spaces; `#` starts a comment line. For queries only.
    pub synonyms: String,
}

impl Lexicon {
    /// The lists embedded in the program.
    #[must_use]
    pub fn embedded() -> Self {
        Self {
            words: include_str!("../../lexicon/words.txt").to_owned(),
            stop_words: include_str!("../../lexicon/stopwords.txt").to_owned(),
            synonyms: include_str!("../../lexicon/synonyms.txt").to_owned(),
        }
    }

    /// These lists extended by those of `more`. A group of synonyms in `more` replaces the groups that share a word with it.
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

    /// First 12 hexadecimal digits of the SHA-256 of all lists, so that answers made with other lists have another version.
    #[must_use]
    pub fn version(&self) -> String {
        fingerprint(&[&self.words, &self.stop_words, &self.synonyms])
    }

    /// Like [`Self::version`], but only for the lists that an index depends on: words and stop words.
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
    /// A line of the word list whose frequency is no whole number.
    #[error("words, line {line}: {source}")]
    Words {
        /// The line.
        line: usize,
        /// What is wrong with the number.
        source: ParseIntError,
    },
    /// An invalid line of the synonym list.
    #[error("synonyms, line {line}: {problem}")]
    Synonyms {
        /// The line.
        line: usize,
        /// What is wrong with it, in Chinese.
        problem: &'static str,
    },
    /// Too many synonyms for one matcher.
    #[error("too many synonyms")]
    TooLarge,
}

#[cfg(test)]
mod tests {
    use super::*;

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
