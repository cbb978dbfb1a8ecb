//! The fields of a document in the text index.

use tantivy::schema::{FAST, Field, INDEXED, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};

use crate::analyze::{PHRASES, RECALL};

/// Raised whenever fields or their analyzers change: an index of another format is refused, not misread.
pub const FORMAT: u32 = 2;

/// One short text that can be found, as far as text search knows it: a past project with title and description, or an
/// organization with name and stated scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// The caller's stable number of it; writing the same key again replaces the document.
    pub key: u64,
    /// Day from which it is visible, in days since 1970-01-01; `i64::MIN` for always.
    pub visible_from: i64,
    /// The normalised text.
    pub text: String,
}

/// The field handles.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fields {
    pub(crate) key: Field,
    pub(crate) visible_from: Field,
    /// What is scored.
    pub(crate) recall: Field,
    /// What phrases are looked up in.
    pub(crate) phrases: Field,
}

/// Names of the fast fields, as the columnar reader wants them.
pub(crate) const KEY: &str = "key";
pub(crate) const VISIBLE_FROM: &str = "visible_from";

pub(crate) fn schema() -> (Schema, Fields) {
    let text = |analyzer, option| {
        let indexing = TextFieldIndexing::default().set_tokenizer(analyzer).set_index_option(option);
        TextOptions::default().set_indexing_options(indexing)
    };
    let mut builder = Schema::builder();
    let fields = Fields {
        key: builder.add_u64_field(KEY, FAST | INDEXED),
        visible_from: builder.add_i64_field(VISIBLE_FROM, FAST),
        recall: builder.add_text_field("recall", text(RECALL, IndexRecordOption::WithFreqs)),
        phrases: builder.add_text_field("phrases", text(PHRASES, IndexRecordOption::WithFreqsAndPositions)),
    };
    (builder.build(), fields)
}
