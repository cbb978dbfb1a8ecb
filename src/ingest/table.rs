//! Turns a sheet into the rows of its tables: where the headers are, what their columns mean, which rows are data.
//!
//! Real lists have several tables, title rows, two-row headers, sums, signatures and notes. A row is made when it is read
//! (`block`): the values are held once, in the sheet.

use std::sync::Arc;

pub(crate) use super::block::Block;
use super::columns::{Column, Header, Span, Why};
use super::guess;
use super::header::Seek;
use super::headings::{self, Heading};
use super::layout::{Area, Layout, layout};
use super::limits::{Budget, Excess, MAX_TITLE, MAX_UNKNOWN};
use super::lines::Lines;
use super::mapping::{self, Mapping};
use super::merges::Merges;
use super::no_record::{BodyRow, SECTION, SUM_ROW, no_record};
use super::out_of_sight::{HIDDEN_ROW, STRUCK_ROW, hide_columns, out_of_sight};
use super::read_as::ReadAs;
pub(crate) use super::row::{Cell, Cells, Row, Unknown};
use super::sheet::{Sheet, SheetRow, letter};
use super::sideways::{excerpts, sideways};
use super::units::{Units, unit_row};
use crate::domain::EntityKind;
use crate::excerpt::excerpt;
use crate::privacy::masked;

/// Reasons given for rows that belong to a later table of the sheet, and for a row of units.
const TITLE_ROW: &str = "下一张表的标题";
const HEADER_ROW: &str = "下一张表的表头";
const UNIT_ROW: &str = "单位行";
/// A row of a sheet that is not a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Skipped {
    pub(crate) row: u64,
    pub(crate) reason: &'static str,
    pub(crate) shown: Shown,
}

/// What a report shows of a skipped row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown {
    /// Nothing: signatures are personal names.
    Nothing,
    /// All its texts.
    Row,
    /// One cell, the one that names the record.
    Cell(usize),
}

/// The tables of one sheet, or the records of a text.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    pub(crate) kind: EntityKind,
    /// Name of the sheet, as messages show it.
    pub(crate) sheet: Option<String>,
    pub(crate) rows: Rows,
    pub(crate) skipped: Vec<Skipped>,
    pub(crate) unknown: Vec<Unknown>,
    /// Columns that mean what their cells look like.
    pub(crate) guessed: Vec<Guessed>,
    /// What the user said about headings, by the set of headings that it concerns.
    pub(crate) stated: Vec<(String, Mapping)>,
}

/// A column that means what its cells look like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Guessed {
    pub(crate) row: u64,
    pub(crate) column: String,
    pub(crate) heading: String,
    pub(crate) field: String,
}

/// Where the rows of a table are.
#[derive(Debug, Clone)]
pub(crate) enum Rows {
    /// In a sheet.
    Cells(SheetRows),
    /// In a file of JSON lines.
    Lines(Lines),
}

/// The rows of a sheet that are records, and how they are read.
#[derive(Debug, Clone)]
pub(crate) struct SheetRows {
    /// Place of the sheet in the file.
    pub(super) sheet: usize,
    /// Places of the rows in the sheet, ascending, each with its block.
    at: Vec<(u32, u32)>,
    pub(super) blocks: Vec<Block>,
    merges: Merges,
    takes_hidden: bool,
}

impl Table {
    pub(crate) const fn len(&self) -> usize {
        match &self.rows {
            Rows::Cells(rows) => rows.at.len(),
            Rows::Lines(lines) => lines.len(),
        }
    }

    /// The `k`th row.
    pub(super) fn row(&self, sheets: &[Sheet], k: usize) -> Row {
        match &self.rows {
            Rows::Cells(rows) => {
                let (sheet, (row, block)) = (&sheets[rows.sheet], rows.at[k]);
                Row {
                    at: k,
                    ..rows.blocks[block as usize].record(sheet, &rows.merges, rows.takes_hidden, &sheet.rows[row as usize])
                }
            }
            Rows::Lines(lines) => {
                Row { at: k, number: lines.number(k), cells: lines.cells(k), faults: Vec::new(), remarks: Vec::new() }
            }
        }
    }

    /// The block of the `k`th row; 0 for JSON lines.
    pub(super) fn block_of(&self, k: usize) -> usize {
        match &self.rows {
            Rows::Cells(rows) => rows.at[k].1 as usize,
            Rows::Lines(_) => 0,
        }
    }

    /// The blocks of its rows; none for JSON lines.
    pub(crate) fn blocks(&self) -> &[Block] {
        match &self.rows {
            Rows::Cells(rows) => &rows.blocks,
            Rows::Lines(_) => &[],
        }
    }

    /// Last row of each header, ascending; 0 stands for none.
    pub(crate) fn header_rows(&self) -> Vec<u64> {
        let mut rows: Vec<u64> = self.blocks().iter().map(|block| block.header_row).collect();
        rows.sort_unstable();
        rows.dedup();
        rows
    }

    /// Place of its sheet in the file; `None` for JSON lines.
    pub(crate) const fn sheet_at(&self) -> Option<usize> {
        match &self.rows {
            Rows::Cells(rows) => Some(rows.sheet),
            Rows::Lines(_) => None,
        }
    }
}

/// Why a sheet has no table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NoTable {
    /// The sheet is empty.
    Empty,
    /// No row looks like a header; with the content of the first row.
    NoHeader(String),
    /// The header lacks a required column.
    Column { choices: String, found: String },
    /// Its headings stand below each other, in the column with this letter.
    Sideways { column: String, headings: String },
    /// It is not clear what kind of records the sheet holds.
    Kind,
    /// Merged cells carry too much down.
    TooMuch(Excess),
}

/// Reads the `at`th sheet of a file as records of `kind`, or of the kind that its columns fit.
pub(super) fn read(
    sheets: &[Sheet],
    at: usize,
    kind: Option<EntityKind>,
    reading: &ReadAs,
    budget: &mut Budget,
) -> Result<Table, NoTable> {
    let sheet = &sheets[at];
    let first = sheet.rows.first().ok_or(NoTable::Empty)?;
    if let Some((column, headings)) = sideways(sheet, kind) {
        return Err(NoTable::Sideways { column, headings });
    }
    let mut layout = match layout(sheet, Seek { kind, reading }).map_err(NoTable::TooMuch)? {
        Some(layout) => layout,
        None if kind.is_none() => return Err(NoTable::Kind),
        None => return Err(NoTable::NoHeader(excerpts(first.cells.iter().map(|(_, value)| value.shown())))),
    };
    for area in &mut layout.areas {
        guess::by_content(sheet, &mut area.header, &area.body);
    }
    if let Some(header) = layout.areas.first().map(|area| &area.header).filter(|header| !header.is_whole()) {
        let missing = headings::required(header.kind).iter().find(|group| !header.has(group));
        let found = excerpts(header.columns.iter().map(|column| column.text.to_string()));
        return Err(NoTable::Column { choices: headings::choices(header.kind, missing.copied().unwrap_or_default()), found });
    }
    table(sheets, at, layout, reading, budget).map_err(NoTable::TooMuch)
}

fn table(sheets: &[Sheet], at: usize, mut layout: Layout, reading_as: &ReadAs, budget: &mut Budget) -> Result<Table, Excess> {
    let sheet = &sheets[at];
    let kind = layout.areas.first().map_or(EntityKind::Needs, |area| area.header.kind);
    let mut reading = Reading {
        sheet,
        merges: Merges::from_sheet(sheet),
        rows: Vec::new(),
        blocks: Vec::new(),
        skipped: Vec::new(),
        takes_hidden: reading_as.hidden,
    };
    let takes_hidden = reading_as.hidden;
    for header in layout.areas.iter_mut().map(|area| &mut area.header).filter(|_| !takes_hidden) {
        hide_columns(sheet, header);
    }
    let (mut unknown, mut above) = (Vec::new(), None);
    for area in &layout.areas {
        let before = reading.rows.len();
        let about = reading.area(area, above.as_ref());
        above = above.or(Some(about));
        let rows: Vec<u32> = reading.rows[before..].iter().map(|&(row, _)| row).collect();
        reading.merges.count_carried(sheet, &area.header, &rows, budget)?;
        unknown.extend(unread_columns(sheet, &area.header).take(MAX_UNKNOWN - unknown.len().min(MAX_UNKNOWN)));
    }
    let areas = || layout.areas.iter().map(|area| &area.header);
    let guessed = areas().flat_map(|header| guessed_columns(sheet, header)).take(MAX_UNKNOWN).collect();
    let about = |header: &Header| {
        let headings = || header.columns.iter().map(|column| &*column.text);
        let lowest = headings().filter_map(|text| Some(text.rsplit_once('/')?.1));
        (mapping::key(headings()), reading_as.mapping.about(headings().chain(lowest)))
    };
    let stated = if reading_as.mapping.is_empty() { Vec::new() } else { areas().map(about).collect() };
    for unread in &layout.unread {
        reading.skip(unread.rows.clone(), unread.reason);
    }
    let Reading { merges, mut rows, blocks, mut skipped, .. } = reading;
    rows.sort_unstable();
    skipped.sort_by_key(|it| it.row);
    skipped.dedup_by_key(|it| (it.row, it.reason));
    let name = sheet.name.as_deref().map(|name| masked(name).into_owned());
    let rows = Rows::Cells(SheetRows { sheet: at, at: rows, blocks, merges, takes_hidden });
    let stated = stated.into_iter().filter(|(_, mapping)| !mapping.is_empty()).collect();
    Ok(Table { kind, sheet: name, rows, skipped, unknown, guessed, stated })
}

/// The columns of a header whose cells are not read.
fn unread_columns(sheet: &Sheet, header: &Header) -> impl Iterator<Item = Unknown> {
    let row = sheet.rows[header.end() - 1].number;
    let unread = |column: &&Column| matches!(column.heading, Heading::Unknown | Heading::Personal);
    header.columns.iter().filter(unread).map(move |column| Unknown {
        row,
        column: letter(column.at),
        heading: excerpt(&column.text),
        is_personal: column.heading == Heading::Personal,
        is_hidden: column.is_hidden,
        offered: column.offered,
    })
}

/// The columns of a header that mean what their cells look like.
fn guessed_columns(sheet: &Sheet, header: &Header) -> impl Iterator<Item = Guessed> {
    let row = sheet.rows[header.end() - 1].number;
    header.columns.iter().filter(|column| column.why == Why::Content).map(move |column| Guessed {
        row,
        column: letter(column.at),
        heading: excerpt(&column.text),
        field: column.field.to_string(),
    })
}

/// What a table says above its header.
#[derive(Debug, Clone)]
struct Above {
    title: String,
    unit: Option<f64>,
}

/// The rows of a sheet while they are sorted into blocks and what is no record.
struct Reading<'a> {
    sheet: &'a Sheet,
    merges: Merges,
    rows: Vec<(u32, u32)>,
    blocks: Vec<Block>,
    skipped: Vec<Skipped>,
    /// Whether what is hidden or struck out is read too.
    takes_hidden: bool,
}

impl Reading<'_> {
    /// Takes the rows of one table. `first` is what the first table of the sheet says: a later one without a title of its own
    /// continues it.
    fn area(&mut self, area: &Area, first: Option<&Above>) -> Above {
        let Area { header, span, body, title, is_later } = area;
        if *is_later {
            self.skip(title.clone(), TITLE_ROW);
            self.skip(header.first..header.end(), HEADER_ROW);
        }
        let above = self.above(title.clone(), *span, first);
        let header_row = self.sheet.rows[header.end() - 1].number;
        let (sheet, mut start) = (self.sheet, body.start);
        let units = sheet.rows.get(start).filter(|_| start < body.end).and_then(|row| unit_row(row.within(*span)));
        if units.is_some() {
            self.skip(start..start + 1, UNIT_ROW);
            start += 1;
        }
        let width = (header.first..header.end()).filter_map(|at| sheet.widths.get(at)).max().map(|width| *width as usize);
        let mut columns = header.columns.clone();
        for column in columns.iter_mut().filter(|column| headings::is_goods_count(&column.field)) {
            if let Some(unit) = units.as_ref().and_then(|units| units.of_goods.get(&column.at)) {
                column.set_field(&format!("{}（{unit}）", column.field));
            }
        }
        let columns: Arc<[Column]> = columns.into();
        let of_column = units.map(|units| units.of_money).unwrap_or_default();
        let units = Arc::new(Units { of_column, of_sheet: above.unit });
        let block = |section: String| Block {
            header_row,
            title: above.title.clone(),
            section,
            columns: Arc::clone(&columns),
            span: *span,
            width,
            units: Arc::clone(&units),
        };
        self.blocks.push(block(String::new()));
        let (mut depth, mut is_after_end) = (0, false);
        for n in start..body.end {
            let row = &sheet.rows[n];
            let cells = row.within(*span);
            if cells.is_empty() {
                continue;
            }
            let out_of_sight = || out_of_sight(sheet, row, cells, header).filter(|_| !self.takes_hidden);
            let reason =
                no_record(sheet, &BodyRow { row, cells, depth, is_after_end }, header, *span, &self.merges).or_else(out_of_sight);
            depth += 1;
            is_after_end = reason.is_some_and(|reason| reason != SECTION);
            let Some(reason) = reason else {
                self.rows.push((n as u32, self.blocks.len() as u32 - 1));
                continue;
            };
            self.skip(n..n + 1, reason);
            if [HIDDEN_ROW, STRUCK_ROW].contains(&reason)
                && let (Some(skipped), Some(column)) = (self.skipped.last_mut(), header.naming_column(row))
            {
                skipped.shown = Shown::Cell(column);
            }
            if reason == SECTION
                && let Some(section) = super::sections::place(row, cells)
            {
                self.blocks.push(block(section));
            }
        }
        above
    }

    fn above(&self, title: std::ops::Range<usize>, span: Span, first: Option<&Above>) -> Above {
        let rows = &self.sheet.rows[title];
        // A line that stands alone is about all tables below it.
        let of_table = |row: &SheetRow| {
            let own = row.within(span);
            let cells = if row.cells.len() == 1 || own.is_empty() && first.is_none() { &row.cells[..] } else { own };
            cells.iter().map(|(_, value)| value.shown()).collect::<Vec<_>>()
        };
        let texts: Vec<String> = rows.iter().flat_map(of_table).collect();
        let unit = texts.iter().find_map(|text| headings::stated_unit(text));
        let mut lines = texts;
        if let Some(first) = first.filter(|first| !lines.contains(&first.title)) {
            lines.push(first.title.clone());
        }
        let title = lines.join("\n").chars().take(MAX_TITLE).collect();
        Above { title, unit: unit.or_else(|| first.and_then(|first| first.unit)) }
    }

    /// Notes rows that are no records.
    fn skip(&mut self, rows: std::ops::Range<usize>, reason: &'static str) {
        let shown = |row: &SheetRow| match reason {
            SUM_ROW | SECTION | UNIT_ROW | HEADER_ROW => Shown::Row,
            TITLE_ROW => row.cells.first().map_or(Shown::Nothing, |&(at, _)| Shown::Cell(at)),
            _ => Shown::Nothing,
        };
        self.skipped.extend(self.sheet.rows[rows].iter().map(|row| Skipped { row: row.number, reason, shown: shown(row) }));
    }
}
