//! The columns of a table and what they mean.

use std::cmp::Reverse;
use std::sync::Arc;

use super::headings::{self, Heading};
use super::sheet::SheetRow;
use crate::domain::EntityKind;

/// All columns of a sheet.
pub(super) const ALL_COLUMNS: Span = (0, usize::MAX);

/// First and last column of a table, ends included.
pub(super) type Span = (usize, usize);

/// A column of a table.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) at: usize,
    /// Its letter, and the field that it means (`field`); both are shared by all its cells.
    pub(super) letter: Arc<str>,
    pub(super) field: Arc<str>,
    pub(super) text: Arc<str>,
    pub(super) heading: Heading,
    /// The currency of its sums if that is not yuan.
    pub(super) foreign: Option<&'static str>,
    /// Why it means its field.
    pub(super) why: Why,
    /// A field that its cells look like, if that is not certain.
    pub(super) offered: Option<&'static str>,
    /// True if its author hid it.
    pub(super) is_hidden: bool,
}

/// Why a column means its field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// Its heading says so.
    Heading,
    /// Its cells look so.
    Content,
    /// The user said so.
    Stated,
    /// The user said so for an earlier list with the same headings.
    Remembered,
}

impl Column {
    /// Lets the column mean what a mapping says; an empty field stands for none.
    pub(super) fn map(&mut self, field: &str, why: Why) {
        if field.is_empty() {
            (self.heading, self.field) = (Heading::Ignored, "".into());
        } else if field == headings::GOODS_COUNT {
            let good = self.text.rsplit('/').next().unwrap_or_default().to_owned();
            self.set_field(&format!("{field}/{good}"));
        } else {
            self.set_field(field);
        }
        self.why = why;
    }

    /// Lets the column mean another field.
    pub(super) fn set_field(&mut self, field: &str) {
        self.field = field.into();
        self.heading = Heading::Field { name: field.to_owned(), yuan: headings::unit(&self.text) };
    }

    /// True if a cell repeats its heading, or one of its two headings.
    pub(super) fn is_named(&self, cell: &str) -> bool {
        *self.text == *cell || self.text.contains('/') && self.text.split('/').any(|part| part.trim() == cell)
    }
}

/// Where the header of a table is, and what its columns mean.
#[derive(Debug, Clone)]
pub(super) struct Header {
    pub(super) kind: EntityKind,
    /// Index of its first row among the sheet's rows, and its number of rows (`height`).
    pub(super) first: usize,
    pub(super) height: usize,
    pub(super) columns: Vec<Column>,
}

impl Header {
    /// Index of the first row below it.
    pub(super) const fn end(&self) -> usize {
        self.first + self.height
    }

    /// Number of different fields that its columns mean.
    pub(super) fn fields(&self) -> usize {
        let mut fields: Vec<&str> = self.columns.iter().filter_map(|column| field_of(&column.heading)).collect();
        fields.sort_unstable();
        fields.dedup();
        fields.len()
    }

    /// Number of its columns whose heading is known.
    pub(super) fn known(&self) -> usize {
        self.columns.iter().filter(|column| column.heading != Heading::Unknown).count()
    }

    /// True if a column means one of these fields.
    pub(super) fn has(&self, group: &[&str]) -> bool {
        self.columns.iter().any(|column| field_of(&column.heading).is_some_and(|field| group.contains(&field)))
    }

    /// True if the columns that every record of its kind needs are there.
    pub(super) fn is_whole(&self) -> bool {
        let is_matrix = || self.columns.iter().any(|column| headings::is_goods_count(&column.field));
        headings::required(self.kind).iter().all(|group| self.has(group)) || is_matrix()
    }

    /// How much speaks for it: the fields of its columns; of equally good headers, the one with fewer rows.
    pub(super) fn points(&self) -> (usize, Reverse<usize>) {
        (2 * self.fields() + usize::from(self.is_whole()) * 4, Reverse(self.height))
    }

    /// First and last of its columns.
    pub(super) fn extent(&self) -> Span {
        (self.columns.first().map_or(0, |column| column.at), self.columns.last().map_or(0, |column| column.at))
    }

    /// The column of a cell that names the record of a row.
    pub(super) fn naming_column(&self, row: &SheetRow) -> Option<usize> {
        let names = |column: &&Column| headings::names_record(&column.field) && row.get(column.at).is_some();
        self.columns.iter().find(names).map(|column| column.at)
    }

    /// True if both have the same headings in the same columns.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        let same = |(a, b): (&Column, &Column)| a.at == b.at && a.text == b.text;
        self.columns.len() == other.columns.len() && self.columns.iter().zip(&other.columns).all(same)
    }
}

/// The field that a heading means.
pub(super) fn field_of(heading: &Heading) -> Option<&str> {
    match heading {
        Heading::Field { name, .. } => Some(name),
        _ => None,
    }
}
