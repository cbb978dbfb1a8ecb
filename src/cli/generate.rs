//! `qianshou generate`

use std::path::PathBuf;

use clap::Args;

use super::options::TEMPLATE;
use super::outcome::Done;
use super::output::{Output, bar};
use crate::generate::{Generator, Plan, write};

#[derive(Debug, Args)]
#[command(
    help_template = TEMPLATE, next_help_heading = "选项", override_usage = "qianshou generate [选项] <目录>",
    after_help = "示例：\n  qianshou generate 合成数据\n  qianshou generate --organizations 1000000 --projects 5000000 --needs 100000 --seed 7 合成数据\n\n种子和数量相同，写出的内容就相同。名称以“合成示例”开头，不涉及真实的组织；目录中的 JSONL 文件可用 import 导入。"
)]
pub(super) struct Arguments {
    #[arg(
        long,
        value_name = "数量",
        default_value = "1000",
        hide_default_value = true,
        value_parser = size,
        help = "组织数 [默认：1000]"
    )]
    organizations: usize,
    #[arg(
        long,
        value_name = "数量",
        default_value = "5000",
        hide_default_value = true,
        value_parser = size,
        help = "往期项目数 [默认：5000]"
    )]
    projects: usize,
    #[arg(
        long,
        value_name = "数量",
        default_value = "100",
        hide_default_value = true,
        value_parser = size,
        help = "需求数 [默认：100]"
    )]
    needs: usize,
    #[arg(long, value_name = "种子", default_value_t = 1, hide_default_value = true, help = "随机数的种子 [默认：1]")]
    seed: u64,
    #[arg(value_name = "目录", help_heading = "参数", help = "写到这个目录；它应是空的、不存在的，或由本命令写出的")]
    dir: PathBuf,
}

/// How many records to make.
fn size(text: &str) -> Result<usize, String> {
    let size = text.parse().ok().filter(|size| (1..=Plan::MOST).contains(size));
    size.ok_or_else(|| format!("应为1到{}的整数", Plan::MOST))
}

pub(super) fn run(arguments: &Arguments, output: &mut Output) -> anyhow::Result<Done> {
    let Arguments { organizations, projects, needs, seed, ref dir } = *arguments;
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
