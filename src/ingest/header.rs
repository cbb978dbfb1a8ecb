//! Where the header of a sheet is, in one row or two, and what its columns mean.

use std::sync::Arc;

use super::headings::{self, Heading};
use super::sheet::{Merge, Sheet, letter};
use crate::domain::EntityKind;

/// Number of rows that are searched for the header.
const HEADER_SEARCH: usize = 40;

/// A column of a table.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) at: usize,
    /// Its letter, and the field that it means (`field`); both are shared by all its cells.
    pub(super) letter: Arc<str>,
    pub(super) field: Arc<str>,
    pub(super) text: Arc<str>,
    pub(super) heading: Heading,
}

/// Where the header of a table is, and what its columns mean.
pub(super) struct Header {
    pub(super) kind: EntityKind,
    /// Index of its first row among the sheet's rows, and its number of rows (`height`).
    pub(super) first: usize,
    pub(super) height: usize,
    pub(super) columns: Vec<Column>,
}

impl Header {
    /// Number of different fields that its columns mean.
    fn fields(&self) -> usize {
        let mut fields: Vec<&str> = self.columns.iter().filter_map(|column| field_of(&column.heading)).collect();
        fields.sort_unstable();
        fields.dedup();
        fields.len()
    }

    /// True if a column means one of these fields.
    pub(super) fn has(&self, group: &[&str]) -> bool {
        self.columns.iter().any(|column| field_of(&column.heading).is_some_and(|field| group.contains(&field)))
    }

    /// Index of its last column in the sheet.
    pub(super) fn last_column(&self) -> usize {
        self.columns.last().map_or(0, |column| column.at)
    }
}

/// The field that a heading means.
pub(super) fn field_of(heading: &Heading) -> Option<&str> {
    match heading {
        Heading::Field { name, .. } => Some(name),
        _ => None,
    }
}

/// The best header among the first rows: the one whose columns mean the most fields.
pub(super) fn find_header(sheet: &Sheet, kind: Option<EntityKind>) -> Option<Header> {
    let kinds: Vec<EntityKind> = kind.map_or_else(|| EntityKind::ALL.to_vec(), |kind| vec![kind]);
    let mut best: Option<((usize, std::cmp::Reverse<usize>), Header)> = None;
    for first in 0..sheet.rows.len().min(HEADER_SEARCH) {
        for height in [1, 2] {
            let Some(columns) = columns(sheet, first, height) else { continue };
            let guess = headings::guess(&columns.iter().map(|(_, texts)| texts.join("")).collect::<Vec<_>>());
            for &kind in kinds.iter().filter(|&&it| kind.is_some() || guess.is_none_or(|guess| guess == it)) {
                let columns = columns.iter().map(|(at, texts)| column(kind, *at, texts)).collect();
                let header = Header { kind, first, height, columns };
                let fields = header.fields();
                let is_whole = headings::required(kind).iter().all(|group| header.has(group));
                // A single known column is a header only at the top; otherwise a data
                // row that contains 编号 or 金额 would be one.
                let counts = fields >= 2 || fields == 1 && first == 0;
                // Of equally good headers, the one with fewer rows wins, then the
                // upper one: a row above a header may be a title.
                let points = (2 * fields + usize::from(is_whole) * 4, std::cmp::Reverse(height));
                if counts && best.as_ref().is_none_or(|(most, _)| points > *most) && (is_whole || kind_given(&kinds)) {
                    best = Some((points, header));
                }
            }
        }
    }
    best.map(|(_, header)| header)
}

const fn kind_given(kinds: &[EntityKind]) -> bool {
    kinds.len() == 1
}

/// The columns of a header of `height` rows that starts at row `first`, each with its headings from top to bottom; `None` if
/// the second row cannot belong to the header.
fn columns(sheet: &Sheet, first: usize, height: usize) -> Option<Vec<(usize, Vec<String>)>> {
    let top = &sheet.rows[first];
    if height == 1 {
        return Some(top.cells.iter().map(|(at, value)| (*at, vec![value.shown()])).collect());
    }
    let below = sheet.rows.get(first + 1).filter(|row| row.number == top.number + 1)?;
    let last = top.cells.last().map_or(0, |cell| cell.0).max(below.cells.last().map_or(0, |cell| cell.0));
    let mut merges: Vec<&Merge> = sheet.merges.iter().filter(|merge| covers(merge, top.number)).collect();
    merges.sort_by_key(|merge| merge.columns);
    let mut columns = Vec::new();
    let mut parent: Option<(usize, String)> = None;
    for at in 0..=last {
        let (over, under) = (top.text(at), below.text(at));
        // Blocks do not overlap, so it can only be the last one that begins here or before.
        let begun = merges[..merges.partition_point(|merge| merge.columns.0 <= at)].last();
        let merge = begun.filter(|merge| at <= merge.columns.1);
        if !over.is_empty() {
            let spans = merge.map_or_else(
                || top.get(at + 1).is_none() && below.get(at + 1).is_some() && !under.is_empty(),
                |merge| merge.columns.1 > at,
            );
            // A value under a heading that stands alone is data, not a second heading.
            if !spans && !under.is_empty() && under != over {
                return None;
            }
            parent = spans.then(|| (merge.map_or(usize::MAX, |merge| merge.columns.1), over.clone()));
        }
        let above = match &parent {
            Some((until, text)) if at <= *until && over.is_empty() && !under.is_empty() => text.clone(),
            _ => over,
        };
        let texts: Vec<String> = [above, under].into_iter().filter(|text| !text.is_empty()).collect();
        if !texts.is_empty() {
            columns.push((at, texts));
        }
    }
    Some(columns)
}

fn covers(merge: &Merge, row: u64) -> bool {
    (merge.rows.0..=merge.rows.1).contains(&row)
}

/// What a column means: its lowest heading decides; failing that, both headings together; failing that, the upper one. The unit
/// is that of the lowest heading that states one.
fn column(kind: EntityKind, at: usize, texts: &[String]) -> Column {
    let text = texts.join("/");
    let whole = texts.concat();
    let unit = texts.iter().rev().find_map(|text| headings::unit(text));
    let read = |text: &str| match headings::field(kind, text) {
        Heading::Field { name, .. } => Some(Heading::Field { name, yuan: unit }),
        Heading::Unknown => None,
        other => Some(other),
    };
    let tries = texts.iter().rev().take(1).chain([&whole]).chain(texts.iter().rev().skip(1));
    let heading = tries.into_iter().find_map(|text| read(text)).unwrap_or(Heading::Unknown);
    let field = field_of(&heading).unwrap_or_default().into();
    Column { at, letter: letter(at).into(), field, text: text.into(), heading }
}
