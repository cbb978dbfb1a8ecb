//! The bar of an import: rows a second and the time left. A row is half done once it is read, and done once it is written.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use indicatif::{ProgressBar, ProgressStyle};

use super::output::spinner;
use crate::app::ImportStep;

/// A bar on standard error; silent if that is no terminal.
pub(super) struct ImportBar {
    bar: ProgressBar,
    /// Halves of rows of the files before.
    before: AtomicU64,
    /// Rows of the file, and records that it brings.
    rows: AtomicU64,
    records: AtomicU64,
}

impl ImportBar {
    /// A bar over `rows` rows in all files.
    pub(super) fn new(rows: usize) -> Self {
        let bar = spinner();
        let template = "{spinner} {msg} {wide_bar} {percent}%，每秒{per_sec}，剩余约{eta}";
        let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
        let halves_a_second = |it: &indicatif::ProgressState, out: &mut dyn std::fmt::Write| {
            // A terminal that cannot be written to is no reason to stop.
            let _ = write!(out, "{:.0}行", it.per_sec() / 2.0);
        };
        bar.set_style(style.with_key("per_sec", halves_a_second));
        bar.set_length(2 * rows as u64);
        Self { bar, before: AtomicU64::new(0), rows: AtomicU64::new(0), records: AtomicU64::new(0) }
    }

    /// Shows how far the import is.
    pub(super) fn show(&self, step: ImportStep<'_>) {
        let (before, rows) = (self.before.load(Relaxed), self.rows.load(Relaxed));
        match step {
            ImportStep::Reading { file, rows: next } => {
                self.before.store(before + 2 * rows, Relaxed);
                self.rows.store(next as u64, Relaxed);
                self.bar.set_position(before + 2 * rows);
                self.bar.set_message(format!("读取 {file}"));
            }
            ImportStep::Read(done) => self.bar.set_position(before + done as u64),
            ImportStep::Writing(records) => {
                self.records.store(records as u64, Relaxed);
                self.bar.set_message("写入账本");
            }
            ImportStep::Written(done) => {
                let written = (rows * done as u64).checked_div(self.records.load(Relaxed)).unwrap_or(rows);
                self.bar.set_position(before + rows + written);
            }
            ImportStep::Publishing => {
                self.bar.set_position(before + 2 * rows);
                self.bar.set_message("更新索引");
            }
        }
    }

    /// Takes the bar off the screen.
    pub(super) fn clear(&self) {
        self.bar.finish_and_clear();
    }
}
