//! Output in the terminal: tables that count Chinese characters as two columns, JSON, progress. Control characters in what is
//! shown never reach the terminal.

use std::fs::File;
use std::io::{IsTerminal, StdoutLock, Write};
use std::path::Path;
use std::time::Duration;

use comfy_table::presets::UTF8_FULL_CONDENSED;
use comfy_table::{CellAlignment, ContentArrangement, Table};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use crate::excerpt::visible;
use crate::plan::{PlanProgress, PlanStage};

/// Width of tables if the terminal does not report its own.
const WIDTH: u16 = 100;

/// Standard output, locked once.
pub(super) struct Output {
    out: StdoutLock<'static>,
}

impl Output {
    pub(super) fn new() -> Self {
        Self { out: std::io::stdout().lock() }
    }

    pub(super) fn line(&mut self, text: impl AsRef<str>) -> anyhow::Result<()> {
        writeln!(self.out, "{}", visible(text.as_ref()))?;
        Ok(())
    }

    /// One JSON value on one line.
    pub(super) fn json(&mut self, value: &impl Serialize) -> anyhow::Result<()> {
        serde_json::to_writer(&mut self.out, value)?;
        writeln!(self.out)?;
        Ok(())
    }

    pub(super) fn flush(&mut self) -> anyhow::Result<()> {
        self.out.flush()?;
        Ok(())
    }
}

/// The directory of a file.
pub(super) fn parent(path: &Path) -> &Path {
    path.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."))
}

/// The format of an output file by its extension. Refuses other extensions and unwritable places before any work is done;
/// `what` names the file in the message.
pub(super) fn format_of<T: Copy>(path: &Path, what: &str, formats: &[(&str, T)]) -> anyhow::Result<T> {
    anyhow::ensure!(parent(path).is_dir(), "无法写入 {}：目录不存在", path.display());
    anyhow::ensure!(!path.is_dir(), "无法写入 {}：是目录，不是文件", path.display());
    let has = |extension: &str| path.extension().is_some_and(|it| it.eq_ignore_ascii_case(extension));
    formats.iter().find(|(extension, _)| has(extension)).map(|&(_, format)| format).ok_or_else(|| {
        let extensions: Vec<String> = formats.iter().map(|(extension, _)| format!(".{extension}")).collect();
        let listed = match extensions.split_last() {
            Some((last, others)) if !others.is_empty() => format!("{} 或 {last}", others.join("、")),
            _ => extensions.concat(),
        };
        anyhow::anyhow!("{what} {} 的扩展名应为 {listed}", path.display())
    })
}

/// Writes a file beside the target and renames it, so that the target is whole or untouched.
pub(super) fn write_file(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let mut builder = tempfile::Builder::new();
    // Temporary files are private by default. A result is for colleagues as well, as far as the umask allows.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    write_with(&builder, path, |out| Ok(out.write_all(bytes)?))
}

/// Writes a file that only its owner may read, because it holds what a user's own list holds; `write` makes its content.
pub(super) fn write_private_file(path: &Path, write: impl FnOnce(&mut File) -> anyhow::Result<()>) -> anyhow::Result<()> {
    write_with(&tempfile::Builder::new(), path, write)
}

fn write_with(
    builder: &tempfile::Builder<'_, '_>,
    path: &Path,
    write: impl FnOnce(&mut File) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let cannot =
        |error: std::io::Error| anyhow::anyhow!("无法写入 {}：{}", path.display(), crate::io_error::describe_io_error(&error));
    let mut file = builder.tempfile_in(parent(path)).map_err(cannot)?;
    write(file.as_file_mut()).map_err(|error| match error.downcast::<std::io::Error>() {
        Ok(error) => cannot(error),
        Err(error) => error,
    })?;
    file.persist(path).map_err(|error| cannot(error.error))?;
    Ok(())
}

/// A table with these headings; the columns at `numbers` are right-aligned.
pub(super) fn table(headings: &[&str], numbers: &[usize], rows: impl IntoIterator<Item = Vec<String>>) -> Table {
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let mut table = Table::new();
    table
        .load_style(UTF8_FULL_CONDENSED)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(columns.unwrap_or(WIDTH))
        .set_header(headings.iter().copied());
    for row in rows {
        // Escaped before it is laid out, so that the width of a column is the one that is seen.
        table.add_row(row.iter().map(|cell| visible(cell)));
    }
    for &number in numbers {
        if let Some(column) = table.column_mut(number) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}

/// A spinner on standard error; silent if that is no terminal.
pub(super) fn spinner() -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new_spinner();
    bar.enable_steady_tick(Duration::from_millis(120));
    bar
}

/// A bar over the records that derived data are made of; silent if standard error is no terminal.
pub(super) fn derived_bar() -> ProgressBar {
    let bar = bar(0);
    let style = ProgressStyle::with_template("由账本整理目录数据 {wide_bar} {pos}/{len} 条，每秒{per_sec}，约余{eta}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar
}

/// A bar over `total` needs on standard error; silent if that is no terminal.
pub(super) fn bar(total: usize) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style =
        ProgressStyle::with_template("{wide_bar} {pos}/{len} 项，剩余约{eta}").unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(total as u64).with_style(style)
}

/// Shows the stages of a plan on standard error; silent if that is no terminal.
pub(super) struct Stages {
    bar: ProgressBar,
}

/// A bar over the stages of a plan.
pub(super) fn stages() -> Stages {
    let bar = spinner();
    bar.set_style(style(false));
    bar.set_message("准备");
    Stages { bar }
}

fn style(is_counted: bool) -> ProgressStyle {
    let template =
        if is_counted { "{msg} {wide_bar} {pos}/{len}，已用{elapsed}" } else { "{spinner} {msg}，已用{elapsed}" };
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

impl Stages {
    /// Shows the progress of a plan.
    pub(super) fn show(&self, it: &PlanProgress) {
        if self.bar.is_hidden() {
            return;
        }
        let stage = match it.stage {
            PlanStage::Scoring => "评分",
            PlanStage::Solving => "求解",
            PlanStage::Explaining => "核对原因",
        };
        let gap = it.gap.map(|gap| format!("（差距{:.2}%）", gap * 100.0)).unwrap_or_default();
        let steps = if it.total == 0 && it.done > 0 { format!("，第{}步", it.done) } else { String::new() };
        self.bar.set_style(style(it.total > 0));
        self.bar.set_length(it.total as u64);
        self.bar.set_position(it.done as u64);
        self.bar.set_message(format!("{stage}{gap}{steps}"));
    }

    /// Takes the bar off the screen.
    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
