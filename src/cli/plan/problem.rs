//! `qianshou plan --problem`: a problem of plain numbers. No data directory is opened.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::tables::percent;
use crate::cli::interrupt::Interrupt;
use crate::cli::outcome::Done;
use crate::cli::output::{Output, format_of, stages, write_file};
use crate::io_error::describe_io_error;
use crate::plan::solve_outside;

/// Solves the problem in the file at `path` and writes the result to each of `outs`; without any, prints it.
pub(super) fn run(
    path: &Path,
    is_continuous: bool,
    time_limit: Option<Duration>,
    outs: &[PathBuf],
    output: &mut Output,
) -> anyhow::Result<Done> {
    for out in outs {
        format_of(out, "结果文件", &[("json", ())])?;
    }
    let (interrupt, bar) = (Interrupt::watch(), stages());
    let bytes =
        std::fs::read(path).map_err(|error| anyhow::anyhow!("无法读取文件 {}：{}", path.display(), describe_io_error(&error)))?;
    let solved =
        tokio::task::block_in_place(|| solve_outside(&bytes, is_continuous, time_limit, interrupt.flag(), &|it| bar.show(&it)));
    bar.finish();
    let solved = solved.map_err(|error| anyhow::anyhow!("{}：{error}", path.display()))?;
    if outs.is_empty() {
        output.line(String::from_utf8_lossy(&solved.json))?;
        return Ok(Done::Fully);
    }
    for out in outs {
        write_file(out, &solved.json)?;
    }
    if interrupt.is_raised() {
        output.line("已中断，以下为目前最好的方案")?;
    } else if solved.interrupted {
        output.line("已到时间上限，以下为目前最好的方案")?;
    }
    output.line(format!(
        "价值 {}，上界 {}，差距 {}，用时 {:.3} 秒，选用 {} 对",
        solved.value,
        solved.bound,
        percent(solved.gap),
        solved.seconds,
        solved.assignments
    ))?;
    for out in outs {
        output.line(format!("已写出 {}", out.display()))?;
    }
    Ok(Done::Fully)
}
