//! Lists as offices lay them out: several tables in a sheet, notes and hints between the rows, goods as columns.

mod edits;
mod fresh;
mod layouts;
mod mapping;
mod out_of_sight;
mod property;
mod values;

use std::collections::BTreeMap;
use std::path::Path;

use qianshou::app::{App, ImportReport, Reading};
use qianshou::domain::{Entity, EntityKind, Need};
use qianshou::ingest::InputFile;
use rust_xlsxwriter::{Format, Workbook};

use crate::data::{LOCAL, TODAY};

/// A sheet in the making: its cells, blank ones left out, and merged blocks.
#[derive(Debug, Clone, Default)]
pub(crate) struct Grid {
    pub(crate) cells: BTreeMap<(u32, u16), String>,
    pub(crate) merges: Vec<(u32, u16, u16)>,
}

impl Grid {
    /// A sheet of these lines; `|` parts their cells.
    pub(crate) fn of(lines: &[&str]) -> Self {
        let mut grid = Self::default();
        for (row, line) in lines.iter().enumerate() {
            grid.line(row as u32, 0, line);
        }
        grid
    }

    /// Puts the cells of a line into a row (from 0), from a column on.
    pub(crate) fn line(&mut self, row: u32, from: u16, line: &str) {
        for (n, cell) in line.split('|').enumerate().filter(|(_, cell)| !cell.is_empty()) {
            self.cells.insert((row, from + n as u16), cell.to_owned());
        }
    }

    /// Merges the cells of a row (from 0).
    pub(crate) fn merged(mut self, row: u32, first: u16, last: u16) -> Self {
        self.merges.push((row, first, last));
        self
    }

    /// As a workbook; what looks like a number is one.
    pub(crate) fn xlsx(&self) -> Vec<u8> {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet();
        for &(row, first, last) in &self.merges {
            sheet.merge_range(row, first, row, last, "", &Format::new()).unwrap();
        }
        for (&(row, column), text) in &self.cells {
            match text.parse::<f64>() {
                Ok(number) => sheet.write_number(row, column, number).unwrap(),
                Err(_) => sheet.write_string(row, column, text).unwrap(),
            };
        }
        workbook.save_to_buffer().unwrap()
    }

    /// What is read of it.
    pub(crate) fn report(&self) -> ImportReport {
        report("表.xlsx", &self.xlsx())
    }
}

/// What is read of a file of needs.
pub(crate) fn report(name: &str, bytes: &[u8]) -> ImportReport {
    let file = InputFile::from_bytes(Path::new(name), bytes, Some(EntityKind::Needs)).unwrap();
    let reading = Reading { partial: true, keep_accepted: true, ..Reading::default() };
    App::dry_run(LOCAL, None, None, [Ok(file)], &reading, TODAY).unwrap()
}

/// The needs that were read, each with its row.
pub(crate) fn needs(report: &ImportReport) -> Vec<(u64, Need)> {
    let need = |record: &Entity| match record {
        Entity::Need(need) => (**need).clone(),
        other => panic!("{other:?} is no need"),
    };
    report.accepted.as_ref().unwrap().head().iter().map(|it| (it.row, need(&it.record))).collect()
}

/// Row, title, county and asked sum in yuan of each need, in one line each.
pub(crate) fn facts(report: &ImportReport) -> Vec<String> {
    let fact = |(row, need): &(u64, Need)| {
        let places: Vec<String> = need.record.certain_regions().map(|region| region.code.to_string()).collect();
        let yuan = need
            .record
            .amount
            .as_ref()
            .and_then(qianshou::domain::Amount::point)
            .map_or(String::new(), |it| it.yuan().to_string());
        format!("{row} {} {} {yuan}", need.record.title.as_deref().unwrap_or_default(), places.join(",")).trim_end().to_owned()
    };
    needs(report).iter().map(fact).collect()
}

/// Row and reason of each skipped row.
pub(crate) fn skipped(report: &ImportReport) -> Vec<(u64, String)> {
    let reason = |reason: &str| reason.split('，').next().unwrap_or_default().to_owned();
    report.skipped.head().iter().map(|it| (it.row, reason(&it.reason))).collect()
}

/// Row, column and reason of each warning that names a column.
pub(crate) fn columns_said(report: &ImportReport) -> Vec<(u64, String)> {
    let named = report.warnings.head().iter().filter_map(|it| Some((it.row, it.column.clone()?)));
    named.collect()
}
