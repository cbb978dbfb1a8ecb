//! `qianshou invite`

use std::path::{Path, PathBuf};

use clap::Args;

use super::options::TEMPLATE;
use super::outcome::Done;
use super::output::{Output, format_of, write_file};
use super::plan::read_plan;
use crate::export::{Invitation, invitation_markdown, invitation_text, invitation_workbook, invitations};
use crate::plan::Plan;

#[derive(Debug, Args)]
#[command(
    help_template = TEMPLATE, next_help_heading = "选项", override_usage = "qianshou invite [选项] --out <文件> <方案>",
    after_help = "示例：\n  qianshou plan --open --out 方案.json\n  qianshou invite 方案.json --out 邀请函.txt\n\n每家组织一份，写明需求、建议金额和理由。邀请函不含联系方式，不构成认领。"
)]
pub(super) struct Arguments {
    #[arg(value_name = "方案", help_heading = "参数", help = "plan 写出的 .json 文件")]
    plan: PathBuf,
    #[arg(long, value_name = "文件", help = "结果文件：.xlsx、.json、.md 或 .txt")]
    out: PathBuf,
}

pub(super) fn run(arguments: &Arguments, output: &mut Output) -> anyhow::Result<Done> {
    let format = Format::from_path(&arguments.out)?;
    let plan = read_plan(&arguments.plan)?;
    let invitations = invitations(&plan);
    if invitations.is_empty() {
        output.line("方案中没有建议合作的组织，未写出邀请函")?;
        return Ok(Done::NeedsAttention);
    }
    write_file(&arguments.out, &format.bytes(&plan, &invitations)?)?;
    output.line(format!("已为{}家组织写出邀请函：{}", invitations.len(), arguments.out.display()))?;
    output.line("邀请函为草稿，请核对后由发函单位发出；在组织自行认领之前不计为认领")?;
    Ok(Done::Fully)
}

#[derive(Debug, Clone, Copy)]
enum Format {
    Workbook,
    Json,
    Markdown,
    Text,
}

impl Format {
    fn from_path(path: &Path) -> anyhow::Result<Self> {
        let formats = [("xlsx", Self::Workbook), ("json", Self::Json), ("md", Self::Markdown), ("txt", Self::Text)];
        format_of(path, "结果文件", &formats)
    }

    fn bytes(self, plan: &Plan, invitations: &[Invitation]) -> anyhow::Result<Vec<u8>> {
        Ok(match self {
            Self::Workbook => invitation_workbook(plan, invitations)?,
            Self::Json => serde_json::to_vec_pretty(invitations)?,
            Self::Markdown => invitation_markdown(invitations).into_bytes(),
            Self::Text => invitation_text(invitations).into_bytes(),
        })
    }
}
