//! The records of an old workbook (MS-XLS, BIFF5 and BIFF8): keeps those that hold cells and what cells need, and checks what
//! they claim before anything is reserved for it.

use std::collections::HashSet;

use super::limits::{Excess, MAX_CELLS, MAX_GRID, MAX_SHEETS, MAX_STYLES, MAX_TEXT};
use super::package::{Fault, damaged};

const BOF: u16 = 0x0809;
const EOF: u16 = 0x000a;
const CONTINUE: u16 = 0x003c;
const SHEET: u16 = 0x0085;
const STRINGS: u16 = 0x00fc;
const FORMULA: u16 = 0x0006;
const SHARED_TEXT: u16 = 0x00fd;
const NUMBERS: u16 = 0x00bd;
const MERGES: u16 = 0x00e5;

/// Records of the whole workbook that cells need: code page, dates from 1904, formats, password, sheets, shared strings.
const GLOBAL: [u16; 7] = [0x0042, 0x0022, 0x041e, 0x00e0, 0x002f, SHEET, STRINGS];
/// Records of cells: number, text, rich text, flag or error, the text of a formula, short number.
const CELLS: [u16; 6] = [0x0203, 0x0204, 0x00d6, 0x0205, 0x0207, 0x027e];
/// Length of the head of a formula; its tokens come behind it.
const FORMULA_HEAD: usize = 20;
/// Most parts of a record that is too long for one.
const MAX_CONTINUES: usize = 1 << 14;

/// A record with the parts that continue it.
struct Record<'a> {
    kind: u16,
    data: &'a [u8],
    /// Itself and what continues it, heads included.
    whole: &'a [u8],
}

/// The record at the start of `stream`; `None` at its end.
fn record(stream: &[u8]) -> Result<Option<Record<'_>>, Fault> {
    let Some((kind, data, mut end)) = head(stream) else {
        return if stream.is_empty() { Ok(None) } else { Err(damaged("记录不完整")) };
    };
    let mut continues = 0;
    while let Some((CONTINUE, part, _)) = head(&stream[end..]) {
        end += 4 + part.len();
        continues += 1;
        // The reader takes the first of them off a list each time.
        if continues > MAX_CONTINUES {
            return Err(Excess::Formats.into());
        }
    }
    Ok(Some(Record { kind, data, whole: &stream[..end] }))
}

/// Kind, data and length of the single record at the start of `stream`.
fn head(stream: &[u8]) -> Option<(u16, &[u8], usize)> {
    let (kind, length) = (short(stream, 0)?, usize::from(short(stream, 2)?));
    Some((kind, stream.get(4..4 + length)?, 4 + length))
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at + 2).map(|it| u16::from_le_bytes([it[0], it[1]]))
}

fn long(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4).map(|it| u32::from_le_bytes([it[0], it[1], it[2], it[3]]))
}

/// The needed records of a workbook, as a stream of its own.
pub(super) fn needed(stream: &[u8]) -> Result<Vec<u8>, Fault> {
    let (mut kept, mut sheets, mut lengths, mut formats) = (Vec::new(), Vec::new(), Vec::new(), 0);
    let mut rest = stream;
    while let Some(record) = record(rest)? {
        rest = &rest[record.whole.len()..];
        match record.kind {
            EOF => break,
            SHEET => {
                let place =
                    long(record.data, 0).filter(|_| record.data.len() >= 8).ok_or_else(|| damaged("工作表的记录不完整"))?;
                sheets.push((kept.len() + 4, place as usize));
            }
            STRINGS => lengths = text_lengths(record.whole)?,
            _ => {}
        }
        formats += usize::from(GLOBAL[2..4].contains(&record.kind));
        if formats > MAX_STYLES || sheets.len() > MAX_SHEETS {
            return Err(if formats > MAX_STYLES { Excess::Formats } else { Excess::Sheets }.into());
        }
        if record.kind == BOF || GLOBAL.contains(&record.kind) {
            kept.extend_from_slice(record.whole);
        }
    }
    put(&mut kept, EOF, &[]);
    let (mut counted, mut places) = (Counted::default(), HashSet::new());
    for (at, place) in sheets {
        if !places.insert(place) {
            return Err(damaged("两张工作表共用内容；请在表格软件中复制成独立的工作表"));
        }
        let start = u32::try_from(kept.len()).unwrap_or(u32::MAX);
        kept[at..at + 4].copy_from_slice(&start.to_le_bytes());
        let records = stream.get(place..).ok_or_else(|| damaged("工作表的位置有误"))?;
        sheet(records, &lengths, &mut counted, &mut kept)?;
    }
    Ok(kept)
}

fn put(kept: &mut Vec<u8>, kind: u16, data: &[u8]) {
    kept.extend_from_slice(&kind.to_le_bytes());
    kept.extend_from_slice(&(data.len() as u16).to_le_bytes());
    kept.extend_from_slice(data);
}

/// What the cells of all sheets come to.
#[derive(Default)]
struct Counted {
    cells: usize,
    text: usize,
    grid: u64,
}

/// The area that the cells of a sheet span.
struct Area {
    rows: (u16, u16),
    columns: (u16, u16),
}

/// Keeps the records of cells of one sheet.
fn sheet(mut rest: &[u8], lengths: &[u32], counted: &mut Counted, kept: &mut Vec<u8>) -> Result<(), Fault> {
    let mut area: Option<Area> = None;
    let mut depth = 0;
    while let Some(record) = record(rest)? {
        rest = &rest[record.whole.len()..];
        match record.kind {
            BOF => depth += 1,
            EOF => depth -= 1,
            _ => {}
        }
        // An embedded chart has records like those of cells.
        if depth > 1 || record.kind == EOF && depth == 1 {
            continue;
        }
        if depth < 1 {
            break;
        }
        let incomplete = || damaged("单元格的记录不完整");
        let last = match record.kind {
            BOF | MERGES => None,
            NUMBERS => Some(short(record.data, record.data.len().saturating_sub(2)).ok_or_else(incomplete)?),
            FORMULA | SHARED_TEXT => Some(short(record.data, 2).ok_or_else(incomplete)?),
            kind if CELLS.contains(&kind) && kind != 0x0207 => Some(short(record.data, 2).ok_or_else(incomplete)?),
            0x0207 => None,
            _ => continue,
        };
        if let Some(last) = last {
            let (row, column) = short(record.data, 0).zip(short(record.data, 2)).ok_or_else(incomplete)?;
            let last = last.max(column);
            counted.cells += usize::from(last - column) + 1;
            let area = area.get_or_insert(Area { rows: (row, row), columns: (column, last) });
            area.rows = (area.rows.0.min(row), area.rows.1.max(row));
            area.columns = (area.columns.0.min(column), area.columns.1.max(last));
        }
        match record.kind {
            SHARED_TEXT => {
                let at = long(record.data, 6).ok_or_else(incomplete)? as usize;
                counted.text = counted.text.saturating_add(lengths.get(at).copied().unwrap_or(0) as usize);
            }
            FORMULA => {
                // Without its tokens: only the result is read.
                let head = record.data.get(..FORMULA_HEAD).ok_or_else(incomplete)?;
                put(kept, FORMULA, &[head, &[0, 0]].concat());
                continue;
            }
            MERGES => {
                let count = usize::from(short(record.data, 0).ok_or_else(incomplete)?);
                if record.data.len() < 2 + 8 * count {
                    return Err(damaged("合并单元格的记录不完整"));
                }
            }
            _ => counted.text = counted.text.saturating_add(record.data.len()),
        }
        if counted.cells > MAX_CELLS {
            return Err(Excess::Cells.into());
        }
        if counted.text > MAX_TEXT {
            return Err(Excess::Text.into());
        }
        put(kept, record.kind, record.data);
    }
    put(kept, EOF, &[]);
    let grid = |it: Area| (u64::from(it.rows.1 - it.rows.0) + 1) * (u64::from(it.columns.1 - it.columns.0) + 1);
    counted.grid += area.map_or(0, grid);
    if counted.grid > MAX_GRID { Err(Excess::Grid.into()) } else { Ok(()) }
}

/// Length of each shared string in UTF-8, in bytes (at most). `whole` is the record with what continues it.
fn text_lengths(whole: &[u8]) -> Result<Vec<u32>, Fault> {
    let mut parts = Parts { rest: whole, part: &[] };
    parts.next_part();
    parts.skip(8)?;
    let mut lengths = Vec::new();
    while !parts.part.is_empty() || parts.next_part() {
        if lengths.len() == MAX_CELLS {
            return Err(Excess::Formats.into());
        }
        lengths.push(if parts.part.is_empty() { 0 } else { parts.text_length()? });
    }
    Ok(lengths)
}

/// The data of a record and of what continues it.
struct Parts<'a> {
    rest: &'a [u8],
    part: &'a [u8],
}

impl Parts<'_> {
    fn next_part(&mut self) -> bool {
        let Some((_, part, length)) = head(self.rest) else { return false };
        (self.part, self.rest) = (part, &self.rest[length..]);
        true
    }

    fn skip(&mut self, mut count: usize) -> Result<(), Fault> {
        while count > self.part.len() {
            count -= self.part.len();
            if !self.next_part() {
                return Err(damaged("共用文字不完整"));
            }
        }
        self.part = &self.part[count..];
        Ok(())
    }

    /// Passes over a text (XLUnicodeRichExtendedString, MS-XLS 2.5.293).
    fn text_length(&mut self) -> Result<u32, Fault> {
        let incomplete = || damaged("共用文字不完整");
        let (characters, flags) = short(self.part, 0).zip(self.part.get(2).copied()).ok_or_else(incomplete)?;
        let mut at = 3;
        let mut behind = 0;
        if flags & 8 != 0 {
            behind += 4 * usize::from(short(self.part, at).ok_or_else(incomplete)?);
            at += 2;
        }
        if flags & 4 != 0 {
            behind += long(self.part, at).ok_or_else(incomplete)? as usize;
            at += 4;
        }
        self.part = &self.part[at..];
        let (mut left, mut is_wide, mut bytes) = (usize::from(characters), flags & 1 != 0, 0);
        while left > 0 {
            let width = if is_wide { 2 } else { 1 };
            let here = left.min(self.part.len() / width);
            self.part = &self.part[here * width..];
            bytes += here * if is_wide { 3 } else { 1 };
            left -= here;
            if left > 0 {
                // The rest stands in the next part, behind flags of its own.
                if !self.next_part() {
                    return Err(incomplete());
                }
                let (flags, rest) = self.part.split_first().ok_or_else(incomplete)?;
                (is_wide, self.part) = (flags & 1 != 0, rest);
            }
        }
        self.skip(behind)?;
        Ok(bytes as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(all: &[(u16, &[u8])]) -> Vec<u8> {
        let mut stream = Vec::new();
        all.iter().for_each(|(kind, data)| put(&mut stream, *kind, data));
        stream
    }

    /// A workbook of one sheet with these records.
    fn book(sheet: &[(u16, &[u8])]) -> Vec<u8> {
        let globals = |place: u32| {
            let listed = [&place.to_le_bytes()[..], &[0, 0, 1, 0, b'x']].concat();
            records(&[(BOF, &[0, 6, 5, 0]), (SHEET, &listed), (0x0018, &[0; 20]), (EOF, &[])])
        };
        let place = globals(0).len() as u32;
        [globals(place), records(&[(BOF, &[0, 6, 0x10, 0])]), records(sheet), records(&[(EOF, &[])])].concat()
    }

    fn is_excess(stream: &[u8], excess: Excess) -> bool {
        matches!(needed(stream), Err(Fault::Excess(it)) if it == excess)
    }

    #[test]
    fn what_cells_do_not_need_is_left_out() {
        let number = [1, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x45, 0x40];
        // A name, an area that claims everything, a chart inside, and the tokens of a formula.
        let formula = [&[3, 0, 0, 0, 0, 0][..], &[0; 14], &[2, 0, 0x1e, 0x1e]].concat();
        let kept = needed(&book(&[
            (0x0200, &[0xff; 14]),
            (0x0203, &number),
            (BOF, &[0, 6, 0x20, 0]),
            (0x0203, &[9; 14]),
            (EOF, &[]),
            (FORMULA, &formula),
        ]))
        .unwrap();
        let globals = [&34_u32.to_le_bytes()[..], &[0, 0, 1, 0, b'x']].concat();
        let bare = [&formula[..20], &[0, 0]].concat();
        let expected = records(&[
            (BOF, &[0, 6, 5, 0]),
            (SHEET, &globals),
            (EOF, &[]),
            (BOF, &[0, 6, 0x10, 0]),
            (0x0203, &number),
            (FORMULA, &bare),
            (EOF, &[]),
        ]);
        assert_eq!(kept.len(), expected.len());
        assert_eq!(kept[25..], expected[25..]);
        assert_eq!(long(&kept, 12), Some(25));
    }

    #[test]
    fn an_area_that_nobody_filled_is_refused() {
        let far = [&[0xff, 0xff, 0xff, 0][..], &[0; 10]].concat();
        assert!(is_excess(&book(&[(0x0203, &[0; 14]), (0x0203, &far)]), Excess::Grid));
    }

    #[test]
    fn shared_texts_count_each_time_and_across_the_parts_of_a_record() {
        // "甲乙" continued after its first character in the next part, then "abc" with one format run.
        let first = [&[0; 8][..], &[2, 0, 1], &[0x32, 0x75]].concat();
        let second = [&[1, 0x59, 0x4e][..], &[3, 0, 8, 1, 0], b"abc", &[0; 4]].concat();
        let whole = records(&[(STRINGS, &first), (CONTINUE, &second)]);
        assert_eq!(text_lengths(&whole).unwrap(), [6, 3]);
        assert!(text_lengths(&whole[..whole.len() - 1]).is_err());
        let one = [&[0; 8][..], &[0xff, 0x1f, 0], &vec![b'x'; 0x1fff]].concat();
        let cell = [0; 10];
        let cells: Vec<(u16, &[u8])> = vec![(SHARED_TEXT, &cell); MAX_TEXT / 0x1fff + 1];
        let whole = book(&cells);
        let strings = records(&[(STRINGS, &one)]);
        // The place of the sheet moves with what is put before it.
        let mut with_text = [&whole[..8], &strings, &whole[8..]].concat();
        let at = 8 + strings.len() + 4;
        let place = long(&with_text, at).unwrap() + strings.len() as u32;
        with_text[at..at + 4].copy_from_slice(&place.to_le_bytes());
        assert!(is_excess(&with_text, Excess::Text));
    }
}
