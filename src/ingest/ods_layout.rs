//! What the ODS reader does not provide: merged cells, and how many cells a sheet spans once repeats are written out
//! (OpenDocument 1.3 part 3, §9.1).

use std::io::{BufReader, Cursor};

use quick_xml::events::{BytesStart, Event};

use super::sheet::Merge;

/// The layout of one sheet.
#[derive(Debug, Default)]
pub(super) struct Layout {
    pub(super) name: String,
    pub(super) merges: Vec<Merge>,
    /// Number of cells up to the last row with a value and the last column with a value.
    pub(super) grid: u64,
}

/// Reads `content.xml`.
///
/// # Errors
/// Not a ZIP file with `content.xml`, or not valid XML.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Layout>, Box<dyn std::error::Error>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes))?;
    let mut reader = quick_xml::Reader::from_reader(BufReader::new(archive.by_name("content.xml")?));
    let (mut sheets, mut buffer) = (Vec::<Layout>::new(), Vec::new());
    let mut position = Position::default();
    loop {
        match reader.read_event_into(&mut buffer)? {
            Event::Eof => return Ok(sheets),
            Event::Start(tag) | Event::Empty(tag) => match (tag.name().as_ref(), sheets.last_mut()) {
                ("table:table", _) => {
                    position = Position::default();
                    sheets.push(Layout { name: attribute(&tag, "table:name").unwrap_or_default(), ..Layout::default() });
                }
                ("table:table-row", _) => position.next_row(number(&tag, "table:number-rows-repeated")),
                ("table:table-cell" | "table:covered-table-cell", Some(sheet)) => position.cell(&tag, sheet),
                _ => {}
            },
            _ => {}
        }
        buffer.clear();
    }
}

/// The reader's position in a sheet.
#[derive(Debug, Default)]
struct Position {
    /// Rows before this one.
    rows: u64,
    repeats: u64,
    column: u64,
    /// Widest row with a value so far.
    width: u64,
}

impl Position {
    fn next_row(&mut self, repeats: u64) {
        self.rows = self.rows.saturating_add(self.repeats);
        self.repeats = repeats;
        self.column = 0;
    }

    fn cell(&mut self, tag: &BytesStart<'_>, sheet: &mut Layout) {
        let repeats = number(tag, "table:number-columns-repeated");
        let (down, right) = (number(tag, "table:number-rows-spanned"), number(tag, "table:number-columns-spanned"));
        if down > 1 || right > 1 {
            let (row, column) = (self.rows + 1, self.column as usize);
            let merge =
                Merge { rows: (row, row.saturating_add(down - 1)), columns: (column, column.saturating_add(right as usize - 1)) };
            sheet.merges.push(merge);
        }
        self.column = self.column.saturating_add(repeats);
        if attribute(tag, "office:value-type").is_some() {
            self.width = self.width.max(self.column);
            sheet.grid = self.rows.saturating_add(self.repeats).saturating_mul(self.width);
        }
    }
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let attribute = tag.attributes().with_checks(false).flatten().find(|attribute| attribute.key.as_ref() == name)?;
    let value = quick_xml::escape::unescape(&attribute.value);
    Some(value.map_or_else(|_| attribute.value.to_string(), std::borrow::Cow::into_owned))
}

/// A count; 1 if the attribute is missing.
fn number(tag: &BytesStart<'_>, name: &str) -> u64 {
    attribute(tag, name).and_then(|text| text.parse().ok()).unwrap_or(1).max(1)
}
