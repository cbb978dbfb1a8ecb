//! Reads XLS (MS-CFB and MS-XLS). The reader of the cells reserves memory for what a record claims, lays out the area that the
//! cells span, follows chains of sectors without end and writes out formulas. So it gets a file of its own, with the records
//! that it needs and nothing else, all checked (`biff`).

use std::io::{Cursor, Read as _, Write as _};

use calamine::{Data, Reader as _, SheetVisible, Xls};

use super::biff;
use super::collector::{Collector, date_value, iso_value, number_value, text_value};
use super::limits::{Budget, MAX_XLS};
use super::names_of_files::clean_name;
use super::package::{Fault, damaged};
use super::sheet::{Merge, Sheet, SheetRow, Value};

/// Reads every sheet.
pub(super) fn read(bytes: Vec<u8>, budget: &mut Budget) -> Result<Vec<Sheet>, Fault> {
    let records = biff::needed(&stream(bytes)?)?;
    let mut book = Xls::new(Cursor::new(file_of(&records)?)).map_err(|error| match error {
        calamine::XlsError::Password => Fault::Password,
        error => damaged(error.to_string()),
    })?;
    drop(records);
    let mut sheets = Vec::new();
    for sheet in book.sheets_metadata().to_vec() {
        let merges = book.merge_cells_by_sheet_name(&sheet.name).unwrap_or_default();
        merges.iter().try_for_each(|_| budget.merge())?;
        let range = book.worksheet_range(&sheet.name).map_err(|error| damaged(error.to_string()))?;
        let rows = rows_of(&range, budget)?;
        let merge = |area: &calamine::Dimensions| Merge {
            rows: (u64::from(area.start.0) + 1, u64::from(area.end.0) + 1),
            columns: (area.start.1 as usize, area.end.1 as usize),
        };
        let merges = merges.iter().map(merge).filter(|it| it.rows.0 <= it.rows.1 && it.columns.0 <= it.columns.1).collect();
        let is_hidden = sheet.visible != SheetVisible::Visible;
        sheets.push(Sheet { name: Some(clean_name(&sheet.name)), is_hidden, rows, merges, ..Sheet::default() });
    }
    Ok(sheets)
}

/// The stream of records in a compound file.
fn stream(bytes: Vec<u8>) -> Result<Vec<u8>, Fault> {
    let broken = |error: std::io::Error| damaged(error.to_string());
    let mut file = cfb::CompoundFile::open(Cursor::new(bytes)).map_err(broken)?;
    let name = ["/Workbook", "/Book"].into_iter().find(|name| file.is_stream(name)).ok_or_else(|| damaged("没有工作簿"))?;
    let mut records = Vec::new();
    file.open_stream(name).map_err(broken)?.take(MAX_XLS as u64).read_to_end(&mut records).map_err(broken)?;
    Ok(records)
}

/// Streams below this size are stored in another way, which is not needed here.
const SMALL_STREAM: usize = 4096;

/// A compound file of this one stream.
fn file_of(records: &[u8]) -> Result<Vec<u8>, Fault> {
    let write = || {
        let mut file = cfb::CompoundFile::create_with_version(cfb::Version::V3, Cursor::new(Vec::new()))?;
        let mut stream = file.create_stream("/Workbook")?;
        stream.write_all(records)?;
        stream.write_all(&vec![0; SMALL_STREAM.saturating_sub(records.len())])?;
        drop(stream);
        file.flush()?;
        Ok(file.into_inner().into_inner())
    };
    write().map_err(Fault::Io)
}

fn rows_of(range: &calamine::Range<Data>, budget: &mut Budget) -> Result<Vec<SheetRow>, Fault> {
    let (top, left) = range.start().unwrap_or_default();
    let mut collector = Collector::new(budget);
    for (row, column, value) in range.used_cells() {
        collector.push(top + row as u32, left + column as u32, value_of(value))?;
    }
    Ok(collector.finish())
}

fn value_of(data: &Data) -> Option<Value> {
    match data {
        Data::String(text) | Data::DurationIso(text) => text_value(text),
        Data::Int(number) => Some(Value::Number(*number as f64)),
        Data::Float(number) => number_value(*number),
        Data::Bool(flag) => Some(Value::Flag(*flag)),
        Data::DateTime(moment) => date_value(moment),
        Data::DateTimeIso(text) => Some(iso_value(text)),
        Data::Error(error) => Some(Value::Fault(error.to_string().into())),
        Data::Empty => None,
    }
}
