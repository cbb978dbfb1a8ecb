//! How much of one file is read, so that the memory of an import is bounded whatever the file holds. Everything is counted as
//! it will be held: shared strings, repeated cells and values that merged cells carry down count each time they are used.
//!
//! The values were chosen by measurement (`docs/limits.md`).

use std::fmt;

/// Largest file, in bytes.
pub const MAX_FILE: usize = 64 << 20;
/// Largest old workbook (.xls), in bytes: it is not streamed.
pub(super) const MAX_XLS: usize = 16 << 20;
/// Most parts of a compressed workbook.
pub(super) const MAX_PARTS: usize = 4_096;
/// Largest unpacked size of one part of a compressed workbook, and of all parts together, in bytes.
pub(super) const MAX_PART: u64 = 256 << 20;
pub(super) const MAX_UNPACKED: u64 = 512 << 20;
/// Largest unpacked size of the parts that are held in memory (shared strings, styles, the list of sheets), in bytes.
pub(super) const MAX_HELD: u64 = 64 << 20;
/// Most elements in the list of sheets and in the styles.
pub(super) const MAX_ELEMENTS: usize = 500_000;
/// Most relations of the workbook, and formats of cells: a workbook cannot have more than 65,490.
pub(super) const MAX_STYLES: usize = 66_000;
/// Longest piece that is read at once, in bytes: a tag or a text of a part, a line, a record of a text file.
pub(super) const MAX_PIECE: usize = 1 << 20;
/// Most sheets, and merged blocks in all of them.
pub(super) const MAX_SHEETS: usize = 256;
pub(super) const MAX_MERGES: usize = 50_000;
/// Most columns with a value in one row.
pub(super) const MAX_COLUMNS: usize = 1_024;
/// Columns and rows that a sheet can have (ECMA-376).
pub(super) const SHEET_COLUMNS: usize = 16_384;
pub(super) const SHEET_ROWS: u32 = 1_048_576;
/// Most rows with a value, and cells with a value, in all sheets.
pub(super) const MAX_ROWS: usize = 80_000;
pub(super) const MAX_CELLS: usize = 1_000_000;
/// Longest text of all cells together, in bytes of UTF-8; a Chinese character has three.
pub(super) const MAX_TEXT: usize = 48 << 20;
/// Most cells that the sheets of an old workbook may span, blanks included: its reader lays them out.
pub(super) const MAX_GRID: u64 = 1_000_000;
/// Longest text above a table that is read for place, year and name of the list, in characters.
pub(super) const MAX_TITLE: usize = 2_000;
/// Longest name of a file, a sheet or a list, in characters.
pub const MAX_NAME: usize = 255;
/// Most unknown columns that are named one by one.
pub(super) const MAX_UNKNOWN: usize = 1_000;

/// What there is too much of in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Excess {
    /// The file itself.
    File,
    /// An old workbook.
    OldWorkbook,
    /// Parts of a compressed file.
    Parts,
    /// What a compressed file unpacks to.
    Unpacked,
    /// Formats of cells, names and the like.
    Formats,
    /// One text, line or record, with its number if there is one.
    Piece(Option<u64>),
    /// Sheets.
    Sheets,
    /// Merged blocks.
    Merges,
    /// Tables in one sheet.
    Tables,
    /// Columns in one row.
    Columns(u64),
    /// Rows.
    Rows,
    /// Cells with a value.
    Cells,
    /// Text.
    Text,
    /// The area of a sheet.
    Grid,
}

impl fmt::Display for Excess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MIB: usize = 1 << 20;
        let wan = |count: usize| count / 10_000;
        match self {
            Self::File => write!(f, "文件超过{} MB", MAX_FILE / MIB),
            Self::OldWorkbook => write!(f, ".xls 文件超过{} MB，请另存为 .xlsx", MAX_XLS / MIB),
            Self::Parts => write!(f, "压缩包内的文件超过{MAX_PARTS}个"),
            Self::Unpacked => write!(f, "解压后的内容超过上限（每个部分{} MB）", MAX_PART >> 20),
            Self::Formats => f.write_str("格式、名称或共用文字过多，请把内容复制到新的工作簿"),
            Self::Piece(Some(row)) => write!(f, "第{row}行超过{} MB", MAX_PIECE / MIB),
            Self::Piece(None) => write!(f, "单独一段内容超过{} MB", MAX_PIECE / MIB),
            Self::Sheets => write!(f, "工作表超过{MAX_SHEETS}张"),
            Self::Merges => write!(f, "合并单元格超过{}万处", wan(MAX_MERGES)),
            Self::Tables => f.write_str("一张工作表中的表超过1000张"),
            Self::Columns(row) => write!(f, "第{row}行有内容的列超过{MAX_COLUMNS}列"),
            Self::Rows => write!(f, "有内容的行超过{}万行", wan(MAX_ROWS)),
            Self::Cells => write!(f, "有内容的单元格超过{}万个", wan(MAX_CELLS)),
            Self::Text => write!(f, "各单元格的文字合计超过{} MB（约{}万个汉字）", MAX_TEXT / MIB, wan(MAX_TEXT / 3)),
            Self::Grid => write!(
                f,
                "工作表的范围超过{SHEET_ROWS}行{SHEET_COLUMNS}列，或 .xls 的范围超过{}万格，请删去表格以外的内容",
                wan(MAX_GRID as usize)
            ),
        }
    }
}

/// What was read of a file so far.
#[derive(Debug, Default)]
pub(super) struct Budget {
    rows: usize,
    cells: usize,
    text: usize,
    merges: usize,
}

impl Budget {
    /// Counts a row with a value.
    pub(super) fn row(&mut self) -> Result<(), Excess> {
        self.rows += 1;
        if self.rows > MAX_ROWS { Err(Excess::Rows) } else { Ok(()) }
    }

    /// Counts a cell with a value.
    pub(super) fn cell(&mut self) -> Result<(), Excess> {
        self.cells += 1;
        if self.cells > MAX_CELLS { Err(Excess::Cells) } else { Ok(()) }
    }

    /// Counts text, in bytes.
    pub(super) fn text(&mut self, bytes: usize) -> Result<(), Excess> {
        self.text = self.text.saturating_add(bytes);
        if self.text > MAX_TEXT { Err(Excess::Text) } else { Ok(()) }
    }

    /// Counts a merged block.
    pub(super) fn merge(&mut self) -> Result<(), Excess> {
        self.merges += 1;
        if self.merges > MAX_MERGES { Err(Excess::Merges) } else { Ok(()) }
    }
}
