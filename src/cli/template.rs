//! `qianshou template`

use std::path::PathBuf;

use clap::Args;

use super::options::{DataOptions, KindName, TEMPLATE};
use super::outcome::Done;
use super::output::{Output, format_of, write_file};
use super::session::{LOCAL, existing};
use crate::app::template;

#[derive(Debug, Args)]
#[command(
    help_template = TEMPLATE, next_help_heading = "选项", override_usage = "qianshou template [选项] <类别> <文件>",
    after_help = "示例：\n  qianshou template needs 需求模板.xlsx\n\n模板含填表说明和下拉列表；填好后用 import 导入。"
)]
pub(super) struct Arguments {
    #[arg(
        value_name = "类别",
        help_heading = "参数",
        hide_possible_values = true,
        help = "organizations（组织）、projects（往期项目）、needs（需求）或 claims（认领）"
    )]
    kind: KindName,
    #[arg(value_name = "文件", help_heading = "参数", help = "写到这个 .xlsx 文件")]
    out: PathBuf,
}

pub(super) async fn run(data: &DataOptions, arguments: &Arguments, output: &mut Output) -> anyhow::Result<Done> {
    format_of(&arguments.out, "工作簿", &[("xlsx", ())])?;
    let kind = arguments.kind.into();
    let bytes = match existing(data).await? {
        Some(app) => app.template(LOCAL, kind)?,
        None => template(kind)?,
    };
    write_file(&arguments.out, &bytes)?;
    output.line(format!("已写出{}模板：{}；填好后用 import 导入", kind.label(), arguments.out.display()))?;
    Ok(Done::Fully)
}
