//! Which documents hold the rarest words of a text: for readings of the text that sum over other units than documents.

use tantivy::DocId;

use crate::error::IndexError;
use crate::searcher::TextSearcher;

/// One word of a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Occurrences {
    /// How often the text has it.
    pub count: u32,
    /// Keys of the visible documents that hold it, with how often; in no particular order.
    pub documents: Vec<(u64, u32)>,
}

impl TextSearcher {
    /// The words of `text` that occur in documents visible on `as_of`, rarest first, as long as no more than `limit`
    /// occurrences come together; the rarest word always.
    ///
    /// # Errors
    /// The index cannot be read.
    pub fn occurrences(&self, text: &str, as_of: i64, limit: usize) -> Result<Vec<Occurrences>, IndexError> {
        let fault = |source| IndexError::Tantivy { dir: std::path::PathBuf::new(), source };
        let mut words = Vec::new();
        let mut left = limit as u64;
        for (frequency, count, term) in self.rarest(text, as_of).map_err(fault)? {
            if !words.is_empty() && frequency > left {
                break;
            }
            left = left.saturating_sub(frequency);
            let mut documents = Vec::with_capacity(frequency as usize);
            self.each_document(&term, as_of, |key, times| documents.push((key, times))).map_err(fault)?;
            words.push(Occurrences { count, documents });
        }
        Ok(words)
    }

    /// Calls `visit` with the key of each document and the number of its words, as the index keeps it (exact up to 40).
    pub fn each_length(&self, mut visit: impl FnMut(u64, u32)) {
        for (segment, lengths) in self.lengths() {
            for doc in 0..lengths.num_docs() as DocId {
                if let Some(key) = segment.first(doc) {
                    visit(key, lengths.fieldnorm(doc));
                }
            }
        }
    }
}
