//! Looks for one of a few words in a short text: a search made for a single pattern costs more to set up than it saves here.

use memchr::memmem;

/// Where `word` first stands in `text`.
pub(super) fn find(text: &str, word: &str) -> Option<usize> {
    memmem::find(text.as_bytes(), word.as_bytes())
}

/// True if `text` holds one of `words`.
pub(super) fn holds_any(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| find(text, word).is_some())
}
