//! Hand-made workbooks, honest ones and others, put together from their parts.

use std::io::{Cursor, Write as _};

/// An XLSX: the XML of its sheets, and other parts.
#[derive(Default)]
pub(crate) struct Xlsx {
    pub(crate) sheets: Vec<String>,
    /// Where the sheets are said to be; beside each other if nothing is said.
    pub(crate) targets: Vec<String>,
    pub(crate) parts: Vec<(&'static str, String)>,
}

const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

impl Xlsx {
    /// A workbook of one sheet with these rows below the header.
    pub(crate) fn of_rows(rows: impl IntoIterator<Item = String>, behind: &str) -> Self {
        Self { sheets: vec![sheet(rows, behind)], ..Self::default() }
    }

    /// With this list of shared strings.
    pub(crate) fn with_strings(mut self, strings: &str) -> Self {
        self.parts.push(("xl/sharedStrings.xml", strings.to_owned()));
        self
    }

    pub(crate) fn bytes(self) -> Vec<u8> {
        let beside = |n: usize| format!("worksheets/sheet{}.xml", n + 1);
        let targets = if self.targets.is_empty() { (0..self.sheets.len()).map(beside).collect() } else { self.targets };
        let relation = |n: usize, target: &String| {
            let target = target.replace("external:", "\" TargetMode=\"External\" x=\"");
            format!("<Relationship Id=\"r{n}\" Type=\"{RELATIONS}/worksheet\" Target=\"{target}\"/>")
        };
        let relations: String = targets.iter().enumerate().map(|(n, target)| relation(n, target)).collect();
        let sheets: String =
            (0..targets.len()).map(|n| format!("<sheet name=\"表{n}\" sheetId=\"{n}\" r:id=\"r{n}\"/>")).collect();
        let root = format!("<Relationship Id=\"r\" Type=\"{RELATIONS}/officeDocument\" Target=\"xl/workbook.xml\"/>");
        let mut parts = vec![
            ("_rels/.rels".to_owned(), format!("<Relationships>{root}</Relationships>")),
            ("xl/_rels/workbook.xml.rels".to_owned(), format!("<Relationships>{relations}</Relationships>")),
            ("xl/workbook.xml".to_owned(), format!("<workbook xmlns:r=\"r\"><sheets>{sheets}</sheets></workbook>")),
        ];
        parts.extend(self.sheets.into_iter().enumerate().map(|(n, xml)| (format!("xl/{}", beside(n)), xml)));
        parts.extend(self.parts.into_iter().map(|(name, xml)| (name.to_owned(), xml)));
        zip(&parts)
    }
}

/// A sheet with a header (title, place, description) and these rows.
pub(crate) fn sheet(rows: impl IntoIterator<Item = String>, behind: &str) -> String {
    let header = row(1, &["项目名称", "需求地区", "需求描述"].map(|heading| text(&heading.to_owned())));
    let rows: String = std::iter::once(header).chain(rows).collect();
    format!("<worksheet><sheetData>{rows}</sheetData>{behind}</worksheet>")
}

/// A row of cells, each the inside of a cell with its type.
pub(crate) fn row(number: usize, cells: &[(&str, String)]) -> String {
    let cell = |(at, (kind, inside)): (usize, &(&str, String))| {
        let column = char::from(b'A' + at as u8);
        if inside.is_empty() { String::new() } else { format!("<c r=\"{column}{number}\" t=\"{kind}\">{inside}</c>") }
    };
    format!("<row r=\"{number}\">{}</row>", cells.iter().enumerate().map(cell).collect::<String>())
}

/// A cell with its own text.
pub(crate) fn text(text: &String) -> (&'static str, String) {
    ("inlineStr", format!("<is><t>{text}</t></is>"))
}

/// A cell with a shared string.
pub(crate) fn shared(number: usize) -> (&'static str, String) {
    ("s", format!("<v>{number}</v>"))
}

/// A blank cell.
pub(crate) const fn blank() -> (&'static str, String) {
    ("s", String::new())
}

/// An ODS of one sheet with a header and these rows.
pub(crate) fn ods(rows: &str) -> Vec<u8> {
    let header: String = ["项目名称", "需求地区", "需求描述"].map(|heading| ods_cell(heading, "")).concat();
    let table = format!("<table:table table:name=\"表\"><table:table-row>{header}</table:table-row>{rows}");
    let content = format!("<office:body><office:spreadsheet>{table}</table:table></office:spreadsheet></office:body>");
    ods_of(&content)
}

/// An ODS with this content.
pub(crate) fn ods_of(content: &str) -> Vec<u8> {
    zip(&[
        ("mimetype".to_owned(), "application/vnd.oasis.opendocument.spreadsheet".to_owned()),
        ("META-INF/manifest.xml".to_owned(), "<manifest:manifest/>".to_owned()),
        ("content.xml".to_owned(), format!("<office:document-content>{content}</office:document-content>")),
    ])
}

/// A cell of an ODS.
pub(crate) fn ods_cell(text: &str, attributes: &str) -> String {
    format!("<table:table-cell office:value-type=\"string\" {attributes}><text:p>{text}</text:p></table:table-cell>")
}

pub(crate) fn zip(parts: &[(String, String)]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        archive.start_file(name.as_str(), zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(content.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// An old workbook of one sheet with these records of cells; `claims` goes before them.
pub(crate) fn xls(records: &[(u16, Vec<u8>)]) -> Vec<u8> {
    let stream = |records: &[(u16, Vec<u8>)]| {
        let record = |(kind, data): &(u16, Vec<u8>)| [&kind.to_le_bytes()[..], &(data.len() as u16).to_le_bytes(), data].concat();
        records.iter().flat_map(record).collect::<Vec<u8>>()
    };
    let globals = |place: u32| {
        let listed = [&place.to_le_bytes()[..], &[0, 0, 1, 0, b'x']].concat();
        stream(&[(0x0809, vec![0, 6, 5, 0]), (0x0085, listed), (0x000a, Vec::new())])
    };
    let sheet = [&[(0x0809, vec![0, 6, 16, 0])][..], records, &[(0x000a, Vec::new())]].concat();
    let workbook = [globals(globals(0).len() as u32), stream(&sheet), vec![0; 4096]].concat();
    let mut file = cfb::CompoundFile::create_with_version(cfb::Version::V3, Cursor::new(Vec::new())).unwrap();
    file.create_stream("/Workbook").unwrap().write_all(&workbook).unwrap();
    file.into_inner().into_inner()
}

/// The record of a cell with a text in UTF-16.
pub(crate) fn label(row: u16, column: u16, text: &str) -> (u16, Vec<u8>) {
    let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let length = (text.encode_utf16().count() as u16).to_le_bytes();
    (0x0204, [&row.to_le_bytes()[..], &column.to_le_bytes(), &[0, 0], &length, &[1], &units].concat())
}
