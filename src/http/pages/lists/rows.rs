//! The table of a list: headings that sort, rows that lead to the records, sums.

use super::address::ListAddress;
use crate::app::ListKind;
use crate::app::lists::{ListColumn, Listing};
use crate::domain::Money;
use crate::excerpt::excerpt_of;
use crate::export::{RecordCell, RecordKind};
use crate::http::pages::html::{day, wan};
use crate::http::segment::segment;

/// The heading of a column.
pub(super) struct Heading {
    pub(super) text: &'static str,
    pub(super) is_number: bool,
    /// The list sorted by this column, if it can be.
    pub(super) href: Option<String>,
    /// `ascending`, `descending` or `none`, as the attribute aria-sort has it.
    pub(super) order: &'static str,
}

/// A record.
pub(super) struct Row {
    pub(super) href: String,
    pub(super) name: String,
    /// All columns but the first.
    pub(super) cells: Vec<CellView>,
    /// Where to suggest organizations for it; for needs.
    pub(super) suggest: Option<String>,
}

/// What a record says in a column.
pub(super) struct CellView {
    pub(super) heading: &'static str,
    pub(super) text: String,
    pub(super) is_number: bool,
    /// Whether it stands on one line.
    pub(super) is_short: bool,
}

/// Longest text of a cell on a page, in characters.
const MAX_CELL: usize = 120;

/// The headings of a list.
pub(super) fn headings(listing: &Listing, address: &ListAddress, path: &str) -> Vec<Heading> {
    let asked = address.value("sort");
    let heading = |column: &ListColumn| {
        let order = match column.sort {
            Some(key) if asked == key => "ascending",
            Some(key) if asked.strip_prefix('-') == Some(key) => "descending",
            _ => "none",
        };
        // Days and sums begin with the largest, because those are looked for.
        let next = column.sort.map(|key| match (order, key) {
            ("none", "date" | "amount") | ("ascending", _) => format!("-{key}"),
            _ => key.to_owned(),
        });
        Heading {
            text: column.column.heading,
            is_number: column.column.kind != RecordKind::Text,
            href: next.map(|key| address.with(path, "sort", &key)),
            order,
        }
    };
    listing.columns.iter().map(heading).collect()
}

/// The rows of a list.
pub(super) fn rows(listing: &Listing) -> Vec<Row> {
    let row = |(id, cells): (&String, &Vec<RecordCell>)| {
        let mut texts = cells.iter().zip(&listing.columns).map(|(cell, column)| CellView {
            heading: column.column.heading,
            text: text(cell),
            is_number: column.column.kind != RecordKind::Text,
            is_short: matches!(column.key, "status" | "date" | "deadline" | "rating" | "level"),
        });
        let name = texts.next().map(|first| first.text).filter(|name| !name.is_empty()).unwrap_or_else(|| id.clone());
        Row {
            href: format!("/{}/{}", listing.kind.name(), segment(id)),
            name,
            cells: texts.collect(),
            suggest: (listing.kind == ListKind::Needs).then(|| format!("/?need={}", segment(id))),
        }
    };
    listing.ids.iter().zip(&listing.table.rows).map(row).collect()
}

fn text(cell: &RecordCell) -> String {
    match cell {
        RecordCell::Blank => String::new(),
        RecordCell::Text(text) => excerpt_of(text, MAX_CELL),
        RecordCell::Day(date) => day(*date),
        RecordCell::Money(sum) => wan(*sum),
        RecordCell::Count(count) => count.to_string(),
    }
}

/// The sums of this page and of the whole list, a text a column; nothing if no column has sums. Of the whole list only what it asks
/// for is known, and only if it is longer than the page.
pub(super) fn sums(listing: &Listing) -> (Vec<String>, Vec<String>) {
    let is_sum = |n: usize| listing.columns[n].column.kind == RecordKind::Sum;
    if listing.ids.is_empty() || !(0..listing.columns.len()).any(is_sum) {
        return (Vec::new(), Vec::new());
    }
    let of_page = |n: usize| {
        let sums = listing.table.rows.iter().filter_map(|row| match row.get(n) {
            Some(RecordCell::Money(sum)) => Some(*sum),
            _ => None,
        });
        if is_sum(n) { wan(sums.fold(Money::ZERO, Money::plus)) } else { String::new() }
    };
    let page = (1..listing.columns.len()).map(of_page).collect();
    let is_whole = listing.total > listing.ids.len() && listing.kind != ListKind::Organizations;
    let amount = listing.columns.iter().position(|column| column.key == "amount").filter(|_| is_whole);
    let of_all =
        |amount: usize| (1..listing.columns.len()).map(|n| if n == amount { wan(listing.sum) } else { String::new() }).collect();
    (page, amount.map(of_all).unwrap_or_default())
}
