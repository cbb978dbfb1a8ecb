//! Splits Chinese text into words: as jieba does, with the domain lexicon, and the named analyzers that indexing and querying share.
//!
//! [`analyzers`] is the one place where an analyzer gets its name. [`RECALL`] finds everything that could be meant; [`PHRASES`]
//! keeps the order of words. Synonyms apply to queries only.

mod cut;
mod dictionary;
mod highlight;
mod lexicon;
mod segmenter;
mod slot;
mod synonyms;
mod tokenizer;

use std::sync::Arc;

use tantivy::tokenizer::{RemoveLongFilter, TextAnalyzer, Token, Tokenizer, TokenizerManager};

pub use cut::Word;
pub use highlight::Highlighter;
pub use lexicon::{Lexicon, LexiconError};
pub use segmenter::Segmenter;
use tokenizer::{Phrases, Recall};

/// Name of the analyzer for recall: words, the dictionary words inside them and the character
/// pairs of unknown words, without stop words.
pub const RECALL: &str = "zh_recall";
/// Name of the analyzer for phrases: the exact cut with ordinal positions.
pub const PHRASES: &str = "zh_phrases";

/// Longest token in bytes; longer ones are noise such as pasted addresses.
const MAX_TOKEN_BYTES: usize = 60;

/// All analyzers by name, for both indexing and querying.
#[must_use]
pub fn analyzers(segmenter: &Arc<Segmenter>) -> TokenizerManager {
    let manager = TokenizerManager::default();
    manager.register(RECALL, analyzer(Recall::new(Arc::clone(segmenter))));
    manager.register(PHRASES, analyzer(Phrases::new(Arc::clone(segmenter))));
    manager
}

fn analyzer(tokenizer: impl Tokenizer) -> TextAnalyzer {
    TextAnalyzer::builder(tokenizer).filter(RemoveLongFilter::limit(MAX_TOKEN_BYTES)).build()
}

/// Calls `visit` with each token that the analyzer called `name` produces from `text`. An unknown name gives no tokens.
pub(crate) fn each_token(manager: &TokenizerManager, name: &str, text: &str, mut visit: impl FnMut(&Token)) {
    if let Some(mut analyzer) = manager.get(name) {
        let mut stream = analyzer.token_stream(text);
        while stream.advance() {
            visit(stream.token());
        }
    }
}

/// The distinct tokens that the analyzer called `name` produces from `text`, in order of first appearance, with their counts.
///
/// An unknown name gives no tokens.
#[must_use]
pub fn terms(manager: &TokenizerManager, name: &str, text: &str) -> Vec<(String, u32)> {
    let mut terms: Vec<(String, u32)> = Vec::new();
    let mut place = std::collections::HashMap::new();
    each_token(manager, name, text, |token| match place.get(&token.text) {
        Some(&at) => {
            let (_, count): &mut (String, u32) = &mut terms[at];
            *count += 1;
        }
        None => {
            place.insert(token.text.clone(), terms.len());
            terms.push((token.text.clone(), 1));
        }
    });
    terms
}
