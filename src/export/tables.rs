//! Tables in a workbook: headings, typed cells, a row of sums, ready to print on A4.

use rust_xlsxwriter::utility::{cell_range, row_col_to_cell};
use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Formula, Workbook, Worksheet, XlsxError,
};

use jiff::civil::Date;

use crate::plan::DRAFT;

/// Longest text of a cell in the format, in characters.
const MAX_TEXT: usize = 32_767;
const A4: u8 = 9;
/// Height of a line and maximum height of a row, in points.
const LINE: f64 = 16.0;
const MAX_HEIGHT: f64 = 409.0;
/// Label of the row of sums.
const TOTAL: &str = "合计";

/// The content of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    /// Sums in yuan, shown in 万元.
    Money,
    Count,
    /// Shares, shown in percent.
    Share,
}

/// The total below a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Total {
    None,
    Sum,
    /// Sum of one column divided by the sum of another.
    Ratio(u16, u16),
}

/// Heading, width in half-width characters, content, total.
pub(super) struct Column(pub(super) &'static str, pub(super) f64, pub(super) Kind, pub(super) Total);

/// One cell. Money is in yuan here.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    Blank,
    Number(f64),
    Text(String),
}

impl Cell {
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    pub(super) fn count(count: usize) -> Self {
        Self::Number(count as f64)
    }

    /// The number if the condition holds, else blank.
    pub(super) fn only_if(condition: bool, number: f64) -> Self {
        if condition { Self::Number(number) } else { Self::Blank }
    }
}

/// The formats of cells.
pub(super) struct Formats {
    pub(super) title: Format,
    pub(super) note: Format,
    pub(super) heading: Format,
    plain: Format,
}

impl Formats {
    pub(super) fn new() -> Self {
        let plain =
            Format::new().set_align(FormatAlign::Top).set_border(FormatBorder::Thin).set_border_color(Color::RGB(0x00BF_BFBF));
        Self {
            title: Format::new().set_bold().set_font_size(16),
            note: Format::new().set_bold().set_font_color(Color::RGB(0x00C0_0000)),
            heading: plain
                .clone()
                .set_bold()
                .set_background_color(Color::RGB(0x00DD_EBF7))
                .set_text_wrap()
                .set_align(FormatAlign::Center)
                .set_align(FormatAlign::VerticalCenter),
            plain,
        }
    }

    fn for_kind(&self, kind: Kind) -> Format {
        let plain = self.plain.clone();
        match kind {
            Kind::Text => plain.set_text_wrap(),
            Kind::Money => plain.set_num_format("0.00##"),
            Kind::Count => plain.set_num_format("0"),
            Kind::Share => plain.set_num_format("0.0%"),
        }
    }
}

/// What stands above and below every printed page.
#[derive(Debug, Clone, Copy)]
pub(super) struct Paper<'a> {
    pub(super) above: &'a str,
    /// Only what was known on this day is in the document.
    pub(super) as_of: Date,
}

impl Paper<'_> {
    /// Of a draft, which says that it is one.
    pub(super) const fn draft(as_of: Date) -> Self {
        Self { above: DRAFT, as_of }
    }
}

/// A draft as a workbook.
pub(super) fn workbook(title: &str, as_of: Date) -> Result<Workbook, XlsxError> {
    workbook_on(title, Paper::draft(as_of))
}

/// A workbook whose bytes depend only on its content.
pub(super) fn workbook_on(title: &str, Paper { above, as_of }: Paper<'_>) -> Result<Workbook, XlsxError> {
    let day = ExcelDateTime::from_ymd(as_of.year().unsigned_abs(), as_of.month().unsigned_abs(), as_of.day().unsigned_abs());
    let day = day.or_else(|_| ExcelDateTime::from_ymd(2000, 1, 1))?;
    let mut workbook = Workbook::new();
    workbook.set_properties(&DocProperties::new().set_title(title).set_comment(above).set_creation_datetime(&day));
    Ok(workbook)
}

/// The page of a draft.
pub(super) fn set_page(sheet: &mut Worksheet, as_of: Date) {
    set_page_on(sheet, Paper::draft(as_of));
}

/// Landscape A4, one page wide, a note above and page numbers below.
fn set_page_on(sheet: &mut Worksheet, Paper { above, as_of }: Paper<'_>) {
    // An ampersand begins a command there.
    let above = above.replace('&', "&&");
    sheet.set_landscape().set_paper_size(A4).set_print_fit_to_pages(1, 0).set_margins(0.4, 0.4, 0.7, 0.7, 0.3, 0.3);
    sheet.set_header(format!("&L{above}&R&A")).set_footer(format!("&L按 {as_of} 已知的记录&C第 &P 页，共 &N 页"));
}

/// A sheet of a draft with one table.
pub(super) fn write_sheet(sheet: &mut Worksheet, columns: &[Column], rows: &[Vec<Cell>], as_of: Date) -> Result<(), XlsxError> {
    write_sheet_on(sheet, columns, rows, Paper::draft(as_of)).map(|_| ())
}

/// A sheet with one table: headings that stay in sight and on every page, a filter, and sums if there are rows. Returns the first
/// row below it.
pub(super) fn write_sheet_on(
    sheet: &mut Worksheet,
    columns: &[Column],
    rows: &[Vec<Cell>],
    paper: Paper<'_>,
) -> Result<u32, XlsxError> {
    let formats = Formats::new();
    let rows = &continued(columns, rows);
    for (at, column) in (0..).zip(columns) {
        sheet.set_column_width(at, column.1)?;
    }
    let below = write_table(sheet, 0, columns, rows, &formats)?;
    sheet.set_freeze_panes(1, 0)?.set_repeat_rows(0, 0)?;
    if !rows.is_empty() {
        sheet.autofilter(0, 0, rows.len() as u32, columns.len().saturating_sub(1) as u16)?;
    }
    set_page_on(sheet, paper);
    Ok(below)
}

/// Writes a table from row `top` on and returns the first row below it.
pub(super) fn write_table(
    sheet: &mut Worksheet,
    top: u32,
    columns: &[Column],
    rows: &[Vec<Cell>],
    formats: &Formats,
) -> Result<u32, XlsxError> {
    let headings: Vec<Cell> = columns.iter().map(|column| Cell::Text(heading(column))).collect();
    sheet.set_row_height(top, height(columns, &headings))?;
    for (row, cells) in (top + 1..).zip(rows) {
        sheet.set_row_height(row, height(columns, cells))?;
    }
    for (at, column) in (0..).zip(columns) {
        sheet.write_string_with_format(top, at, heading(column), &formats.heading)?;
        let format = formats.for_kind(column.2);
        for (row, cells) in (top + 1..).zip(rows) {
            let cell = cells.get(usize::from(at)).unwrap_or(&Cell::Blank);
            write_cell(sheet, row, at, column.2, cell, &format)?;
        }
    }
    let below = top + 1 + rows.len() as u32;
    if rows.is_empty() || columns.iter().all(|column| column.3 == Total::None) {
        return Ok(below);
    }
    for (at, column) in (0..).zip(columns) {
        let format = formats.for_kind(column.2).set_bold();
        match total(column.3, at, top + 1, columns, rows) {
            Some(formula) => sheet.write_formula_with_format(below, at, formula, &format)?,
            None if at == 0 => sheet.write_string_with_format(below, at, TOTAL, &format)?,
            None => sheet.write_blank(below, at, &format)?,
        };
    }
    Ok(below + 1)
}

/// The same rows; what is too long for the height of a row goes on in rows below it, so that nothing is cut off in print.
fn continued(columns: &[Column], rows: &[Vec<Cell>]) -> Vec<Vec<Cell>> {
    let most = (MAX_HEIGHT / LINE) as usize;
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        let mut rest = row.clone();
        loop {
            let mut own = Vec::with_capacity(rest.len());
            let mut more = false;
            for (at, cell) in rest.iter_mut().enumerate() {
                let width = columns.get(at).map_or(0.0, |column| column.1);
                let (now, later) = match &*cell {
                    Cell::Text(text) => split(text, width, most),
                    other => (other.clone(), Cell::Blank),
                };
                more |= later != Cell::Blank;
                own.push(now);
                *cell = later;
            }
            all.push(own);
            if !more {
                break;
            }
        }
    }
    all
}

/// The part of a text that fits into so many lines, and the rest.
fn split(text: &str, width: f64, most: usize) -> (Cell, Cell) {
    if lines(text, width) <= most {
        return (Cell::text(text), Cell::Blank);
    }
    let mut end = 0;
    for (at, c) in text.char_indices() {
        if lines(&text[..at + c.len_utf8()], width) > most {
            break;
        }
        end = at + c.len_utf8();
    }
    // A cell that cannot hold a single character is cut rather than repeated for ever.
    if end == 0 {
        (Cell::text(text), Cell::Blank)
    } else {
        (Cell::text(text[..end].trim_end()), Cell::text(text[end..].trim_start()))
    }
}

/// The unit goes on a line of its own.
fn heading(column: &Column) -> String {
    column.0.replace('（', "\n（")
}

/// Height in points that the wrapped texts of a row need, because not every program computes it.
fn height(columns: &[Column], cells: &[Cell]) -> f64 {
    let lines = columns.iter().zip(cells).map(|(column, cell)| match cell {
        Cell::Text(text) => lines(text, column.1),
        Cell::Blank | Cell::Number(_) => 1,
    });
    (lines.max().unwrap_or(1) as f64 * LINE).min(MAX_HEIGHT)
}

/// Number of lines of a text in a column of this width; a Chinese character is as wide as two others.
fn lines(text: &str, width: f64) -> usize {
    let wide = |line: &str| line.chars().map(|c| if c.is_ascii() { 1.0 } else { 2.0 }).sum::<f64>();
    // Programs differ in the width of a character, and words break early: a tenth is left for that.
    text.split('\n').map(|line| (wide(line) * 1.1 / (width - 1.0).max(2.0)).ceil().max(1.0) as usize).sum()
}

/// Writes one cell; text stays text, whatever it begins with.
pub(super) fn write_cell(
    sheet: &mut Worksheet,
    row: u32,
    at: u16,
    kind: Kind,
    cell: &Cell,
    format: &Format,
) -> Result<(), XlsxError> {
    match cell {
        Cell::Blank => sheet.write_blank(row, at, format)?,
        Cell::Number(number) => sheet.write_number_with_format(row, at, shown(kind, *number), format)?,
        Cell::Text(text) => sheet.write_string_with_format(row, at, text.chars().take(MAX_TEXT).collect::<String>(), format)?,
    };
    Ok(())
}

/// A label and its figure beside it, `width` half-width characters wide.
pub(super) fn write_figure(
    sheet: &mut Worksheet,
    row: u32,
    width: f64,
    label: &str,
    kind: Kind,
    cell: &Cell,
    formats: &Formats,
) -> Result<(), XlsxError> {
    if let Cell::Text(text) = cell {
        sheet.set_row_height(row, (lines(text, width) as f64 * LINE).min(MAX_HEIGHT))?;
    }
    sheet.write_string_with_format(row, 0, label, &formats.for_kind(Kind::Text))?;
    write_cell(sheet, row, 1, kind, cell, &formats.for_kind(kind))
}

fn shown(kind: Kind, number: f64) -> f64 {
    if kind == Kind::Money { number / 10_000.0 } else { number }
}

/// The formula below column `at`, with its result, so that viewers that do not calculate show it as well.
fn total(total: Total, at: u16, first: u32, columns: &[Column], rows: &[Vec<Cell>]) -> Option<Formula> {
    let last = first + rows.len() as u32 - 1;
    let sum = |at: u16| {
        let kind = columns.get(usize::from(at)).map_or(Kind::Count, |column| column.2);
        let cells = rows.iter().filter_map(|cells| match cells.get(usize::from(at)) {
            Some(Cell::Number(number)) => Some(*number),
            _ => None,
        });
        shown(kind, cells.sum())
    };
    match total {
        Total::None => None,
        Total::Sum => {
            let formula = format!("=SUM({})", cell_range(first, at, last, at));
            Some(Formula::new(formula).set_result(sum(at).to_string()))
        }
        Total::Ratio(part, whole) => {
            let (above, below) = (row_col_to_cell(last + 1, part), row_col_to_cell(last + 1, whole));
            let ratio = if sum(whole) == 0.0 { 0.0 } else { sum(part) / sum(whole) };
            Some(Formula::new(format!("=IF({below}=0,0,{above}/{below})")).set_result(ratio.to_string()))
        }
    }
}
