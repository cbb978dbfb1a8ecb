//! Finds the tables of a sheet: stacked, each below a header of its own, and side by side. Every row below the first header
//! belongs to one of them, to the title or header of one, or to a table that is not read.

use std::ops::Range;

use super::columns::{ALL_COLUMNS, Column, Header, Span};
use super::header::{Seek, find_header, header_at, settle};
use super::headings;
use super::limits::Excess;
use super::sheet::{Sheet, SheetRow, Value};
use crate::domain::EntityKind;

/// Most tables of a sheet.
const MAX_TABLES: usize = 1_000;
/// Longest heading that is looked for among the rows of a table, in characters.
const MAX_HEADING: usize = 40;

/// A table: its header, its columns, and where its rows are.
pub(super) struct Area {
    pub(super) header: Header,
    /// Its columns, the margin behind the last one included.
    pub(super) span: Span,
    /// Indexes of the rows below its header among the sheet's rows.
    pub(super) body: Range<usize>,
    /// Indexes of the rows of its title.
    pub(super) title: Range<usize>,
    /// True if a table of the same sheet comes before.
    pub(super) is_later: bool,
}

/// Rows that no table can be made of.
pub(super) struct Unread {
    pub(super) rows: Range<usize>,
    pub(super) reason: &'static str,
}

/// The tables of a sheet, and what of it is none.
pub(super) struct Layout {
    pub(super) areas: Vec<Area>,
    pub(super) unread: Vec<Unread>,
}

const OTHER_KIND: &str = "这里另有一张别类的表（如认领情况），没有读取；请放到单独的工作表或文件";
const NO_NAMES: &str = "这里另有一张表，没有需求名称或物资名称一列，没有读取；请补上列名或删去";

/// A part of a sheet from one header to the next.
struct Section {
    header: Option<Header>,
    title: Range<usize>,
    body: Range<usize>,
    reason: &'static str,
}

/// The tables of a sheet; `None` if it has no header.
pub(super) fn layout(sheet: &Sheet, seek: Seek<'_>) -> Result<Option<Layout>, Excess> {
    let Some(first) = find_header(sheet, seek, ALL_COLUMNS) else { return Ok(None) };
    let mut layout = Layout { areas: Vec::new(), unread: Vec::new() };
    let start = Section { title: 0..first.first, body: first.end()..sheet.rows.len(), header: Some(first), reason: "" };
    for section in sections(sheet, seek, start, ALL_COLUMNS)? {
        let Some(header) = section.header else {
            layout.unread.push(Unread { rows: section.title.start..section.body.end, reason: section.reason });
            continue;
        };
        let bands = bands(sheet, &header, &section.body);
        let is_later = !layout.areas.is_empty();
        if bands.len() == 1 {
            let (title, body) = (section.title, section.body);
            layout.areas.push(Area { header, span: ALL_COLUMNS, body, title, is_later });
            continue;
        }
        for (n, columns) in bands.iter().enumerate() {
            let from = if n == 0 { 0 } else { columns.start_column(&header) };
            let to = bands.get(n + 1).map_or(usize::MAX, |next| next.start_column(&header) - 1);
            let mut own = Header { columns: header.columns[columns.0.clone()].to_vec(), ..header.clone() };
            settle(sheet, &mut own);
            let start = Section { header: Some(own), title: section.title.clone(), body: section.body.clone(), reason: "" };
            for (m, part) in sections(sheet, seek, start, (from, to))?.into_iter().enumerate() {
                match part.header {
                    Some(header) => layout.areas.push(Area {
                        header,
                        span: (from, to),
                        body: part.body,
                        title: part.title,
                        is_later: is_later || m > 0,
                    }),
                    None => layout.unread.push(Unread { rows: part.title.start..part.body.end, reason: part.reason }),
                }
            }
        }
        if layout.areas.len() > MAX_TABLES {
            return Err(Excess::Tables);
        }
    }
    Ok(Some(layout))
}

/// Cuts a section where another header begins.
fn sections(sheet: &Sheet, seek: Seek<'_>, start: Section, span: Span) -> Result<Vec<Section>, Excess> {
    let end = start.body.end;
    let mut found: Vec<Section> = vec![start];
    let mut n = found[0].body.start;
    while n < end {
        let (last, kind) = {
            let section = found.last().expect("there is a first section");
            (section, found.iter().rev().find_map(|it| it.header.as_ref()).map_or(EntityKind::Needs, |it| it.kind))
        };
        let Some(other) = later_header(sheet, Seek { kind: Some(kind), ..seek }, n, last, span) else {
            n += 1;
            continue;
        };
        let title = titles(sheet, last.body.start, n, span);
        let is_page = title.clone().all(|row| is_page_note(&sheet.rows[row], span));
        if is_page && last.header.as_ref().is_some_and(|header| other.is_repeat(header)) {
            // The header of the next printed page: the table goes on.
            n += 1;
            continue;
        }
        let section = found.last_mut().expect("there is a first section");
        section.body.end = title.start;
        n = other.end(n);
        let (header, reason) = other.into_parts();
        found.push(Section { header, title, body: n..end, reason });
        if found.len() > MAX_TABLES {
            return Err(Excess::Tables);
        }
    }
    Ok(found)
}

/// What a row of headings begins.
enum Later {
    Table(Header),
    Unread(Header, &'static str),
}

impl Later {
    fn is_repeat(&self, header: &Header) -> bool {
        let (Self::Table(other) | Self::Unread(other, _)) = self;
        header.is_like(other) || {
            let named = |column: &Column| header.columns.iter().any(|it| it.at == column.at && it.is_named(&column.text));
            other.columns.iter().all(named)
        }
    }

    const fn end(&self, n: usize) -> usize {
        let (Self::Table(header) | Self::Unread(header, _)) = self;
        n + header.height
    }

    fn into_parts(self) -> (Option<Header>, &'static str) {
        match self {
            Self::Table(header) => (Some(header), ""),
            Self::Unread(_, reason) => (None, reason),
        }
    }
}

/// The header that begins in row `n` below another one.
fn later_header(sheet: &Sheet, seek: Seek<'_>, n: usize, before: &Section, span: Span) -> Option<Later> {
    let kind = seek.kind?;
    let row = &sheet.rows[n];
    let cells = row.within(span);
    let is_heading = |value: &Value| match value {
        Value::Text(text) => text.chars().nth(MAX_HEADING).is_none() && text.parse::<f64>().is_err(),
        _ => false,
    };
    if cells.len() < 2 || !cells.iter().all(|(_, value)| is_heading(value)) {
        return None;
    }
    let listed = |kind| {
        let is_listed = |value: &Value| {
            matches!(value, Value::Text(text)
            if headings::is_listed(kind, text) || seek.reading.mapping.get(text).is_some())
        };
        cells.iter().filter(|(_, value)| is_listed(value)).count()
    };
    let own = listed(kind);
    let is_break = n > before.body.start && starts_after_break(sheet, n, span);
    let others = || EntityKind::ALL.into_iter().filter(|it| *it != kind).map(listed).max().unwrap_or(0);
    if own < 2 && !(own == 1 && is_break) && others() < 2 {
        return None;
    }
    let header = header_at(sheet, n, seek, span);
    let fits = |header: &Header| header.is_whole() && header.fields() >= 2 && header.known() * 2 >= header.columns.len();
    if let Some(header) = header.clone().filter(|it| fits(it) && is_header(it, own, is_break)) {
        return Some(Later::Table(header));
    }
    let other = header_at(sheet, n, Seek { kind: None, ..seek }, span)
        .filter(|it| it.kind != kind && fits(it) && listed(it.kind) * 2 >= cells.len());
    if let Some(other) = other.filter(|it| listed(it.kind) >= 2) {
        return Some(Later::Unread(other, OTHER_KIND));
    }
    // Nearly all cells are headings, but none names a record.
    let header = header.filter(|it| !it.is_whole() && own >= 3 && own * 3 >= cells.len() * 2 && it.height == 1)?;
    Some(Later::Unread(header, NO_NAMES))
}

/// True if enough of a row below another header is headings to the letter: a record may contain one by chance.
fn is_header(header: &Header, listed: usize, is_break: bool) -> bool {
    let is_matrix = header.columns.iter().any(|column| headings::is_goods_count(&column.field));
    listed * 2 >= header.columns.len() || is_break && (is_matrix || listed >= 2)
}

/// True if the row before is blank, or has a single text: a title.
fn starts_after_break(sheet: &Sheet, n: usize, span: Span) -> bool {
    let (row, before) = (&sheet.rows[n], &sheet.rows[n - 1]);
    before.number + 1 < row.number || before.within(span).len() <= 1
}

/// The rows directly above a header that are its title, not rows of the table before.
fn titles(sheet: &Sheet, from: usize, header: usize, span: Span) -> Range<usize> {
    let mut start = header;
    while start > from && is_title(&sheet.rows[start - 1], span) {
        start -= 1;
    }
    start..header
}

/// True for what stands above a header that is repeated on the next printed page.
fn is_page_note(row: &SheetRow, span: Span) -> bool {
    row.within(span).iter().all(|(_, value)| super::no_record::is_page_note(&value.shown()))
}

/// True for a single text, or a text with a unit or a day beside it.
fn is_title(row: &SheetRow, span: Span) -> bool {
    let cells = row.within(span);
    let is_aside = |value: &Value| match value {
        Value::Date(_) => true,
        Value::Text(text) => {
            ["单位", "金额单位", "日期", "填报", "制表", "时间", "（单位", "(单位"].iter().any(|it| text.trim().starts_with(it))
        }
        _ => false,
    };
    match cells {
        [(_, value)] => {
            let shown = value.shown();
            matches!(value, Value::Text(_) | Value::Date(_)) && !super::no_record::is_closing(&shown)
        }
        [(_, Value::Text(_)), rest @ ..] => rest.len() <= 2 && rest.iter().all(|(_, value)| is_aside(value)),
        _ => false,
    }
}

/// Columns of one of several tables side by side, as a range of the header's columns.
struct Band(Range<usize>);

impl Band {
    fn start_column(&self, header: &Header) -> usize {
        header.columns[self.0.start].at
    }
}

/// Cuts a header where another table begins beside the first: behind a blank column, or where the headings are repeated. Each
/// part must name its own records.
fn bands(sheet: &Sheet, header: &Header, body: &Range<usize>) -> Vec<Band> {
    let columns = &header.columns;
    let mut bands = Vec::new();
    let mut start = 0;
    for n in 1..columns.len() {
        let is_gap = columns[n].at > columns[n - 1].at + 1;
        let is_repeat = columns[start..n].iter().any(|it| it.text == columns[n].text && it.field == columns[n].field);
        let begins_again = is_repeat && columns[n].text == columns[start].text;
        let is_cut = if is_gap { is_blank_gap(sheet, body, columns[n - 1].at, columns[n].at) } else { begins_again };
        if is_cut && is_own_table(header, start..n) && is_own_table(header, n..end_of(columns, n)) {
            bands.push(Band(start..n));
            start = n;
        }
    }
    bands.push(Band(start..columns.len()));
    bands
}

/// Where the table that begins at column `n` ends at most: before the next repetition of its first heading.
fn end_of(columns: &[Column], n: usize) -> usize {
    let again = columns[n + 1..].iter().position(|it| it.text == columns[n].text);
    again.map_or(columns.len(), |at| n + 1 + at)
}

/// True if these columns name records and say something about them.
fn is_own_table(header: &Header, columns: Range<usize>) -> bool {
    let part = Header { columns: header.columns[columns].to_vec(), ..header.clone() };
    const NAMES: [&str; 5] = ["title", "goods", "name", "need", "description"];
    let is_matrix = part.columns.iter().any(|column| headings::is_goods_count(&column.field));
    part.is_whole() && part.fields() >= 2 && (part.has(&NAMES) || is_matrix)
}

/// True if the columns between two headings are blank in nearly all rows.
fn is_blank_gap(sheet: &Sheet, body: &Range<usize>, left: usize, right: usize) -> bool {
    const SAMPLE: usize = 100;
    let rows = &sheet.rows[body.clone()];
    let filled = rows.iter().take(SAMPLE).filter(|row| !row.within((left + 1, right - 1)).is_empty()).count();
    filled * 10 <= rows.len().min(SAMPLE)
}
