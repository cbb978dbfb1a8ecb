//! `qianshou generate`

use super::Done;
use super::args::Generate;
use super::output::{Output, bar};
use crate::generate::{Generator, Plan, write};

pub(super) fn run(arguments: &Generate, output: &mut Output) -> anyhow::Result<Done> {
    let Generate { organizations, projects, needs, seed, ref dir } = *arguments;
    let generator = Generator::new(Plan { organizations, projects, needs, seed });
    let bar = bar(organizations + projects + 2 * needs);
    let summary = write(&generator, dir, &|records| bar.inc(records as u64));
    bar.finish_and_clear();
    let summary = summary?;
    output.line(format!(
        "已写出合成数据：组织{organizations}家，往期项目{projects}个，需求{needs}项，认领{}条；{}个文件，共{}MB，在 {}",
        summary.claims,
        summary.files,
        summary.bytes.div_ceil(1 << 20),
        dir.display()
    ))?;
    output.line("全部内容由程序随机生成，只用于测试，不得当作事实引用")?;
    Ok(Done::Fully)
}
