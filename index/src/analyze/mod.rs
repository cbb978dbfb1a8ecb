//! Words out of Chinese text: jieba with the domain lexicon, and the named analyzers that index and queries share.
//!
//! [`analyzers`] is the one place where an analyzer gets its name. Synonyms and a reloadable lexicon are not here yet.

mod segmenter;
mod tokenizer;

use std::sync::Arc;

use tantivy::tokenizer::{LowerCaser, RemoveLongFilter, TextAnalyzer, TokenizerManager};

pub use segmenter::{Lexicon, LexiconError, Segmenter};
use tokenizer::{Bigrams, Words};

/// Name of the analyzer for recall: jieba's search-mode cut, stop words removed.
pub const WORDS: &str = "zh_words";
/// Name of the analyzer of character pairs: finds words that the dictionary does not know.
pub const BIGRAMS: &str = "zh_bigrams";

/// Longest token in bytes; longer ones are noise such as pasted addresses.
const MAX_TOKEN_BYTES: usize = 60;

/// Every analyzer, by name, for indexing and for querying alike.
#[must_use]
pub fn analyzers(segmenter: &Arc<Segmenter>) -> TokenizerManager {
    let manager = TokenizerManager::default();
    manager.register(WORDS, words(segmenter));
    manager.register(BIGRAMS, bigrams());
    manager
}

fn words(segmenter: &Arc<Segmenter>) -> TextAnalyzer {
    TextAnalyzer::builder(Words::new(Arc::clone(segmenter)))
        .filter(RemoveLongFilter::limit(MAX_TOKEN_BYTES))
        .filter(LowerCaser)
        .build()
}

fn bigrams() -> TextAnalyzer {
    TextAnalyzer::builder(Bigrams).build()
}

/// The distinct tokens that the analyzer called `name` makes of `text`, in order of first appearance, with their counts.
///
/// An unknown name gives no tokens.
#[must_use]
pub fn terms(manager: &TokenizerManager, name: &str, text: &str) -> Vec<(String, u32)> {
    let mut terms: Vec<(String, u32)> = Vec::new();
    let mut place = std::collections::HashMap::new();
    if let Some(mut analyzer) = manager.get(name) {
        let mut stream = analyzer.token_stream(text);
        while stream.advance() {
            let token = &stream.token().text;
            match place.get(token) {
                Some(&at) => {
                    let (_, count): &mut (String, u32) = &mut terms[at];
                    *count += 1;
                }
                None => {
                    place.insert(token.clone(), terms.len());
                    terms.push((token.clone(), 1));
                }
            }
        }
    }
    terms
}
