//! The fields of a document in the text index.

use tantivy::schema::{FAST, Field, INDEXED, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};

use crate::analyze::{PHRASES, RECALL};

/// Incremented whenever the fields or their analyzers change, so that an index of another format is refused, not misread.
pub const FORMAT: u32 = 2;

/// A short text to be searched: the title and description of a past project, or the name and stated scope of an organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// The caller's stable number for the document; writing the same key again replaces it.
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
    /// The text that is scored.
    pub(crate) recall: Field,
    /// The text that phrases are looked up in.
    pub(crate) phrases: Field,
}

/// Names of the fast fields; the columnar reader looks fields up by name.
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
