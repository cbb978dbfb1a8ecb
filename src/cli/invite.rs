//! `qianshou invite`

use std::path::{Path, PathBuf};

use clap::Args;
use jiff::civil::Date;

use super::options::TEMPLATE;
use super::outcome::Done;
use super::output::{Output, format_of, write_file};
use super::plan::read_plan;
use crate::domain::FuzzyDate;
use crate::export::{
    Invitation, Sender, invitation_document, invitation_markdown, invitation_text, invitation_workbook, invitations,
};
use crate::plan::Plan;

#[derive(Debug, Args)]
#[command(
    help_template = TEMPLATE, next_help_heading = "选项", override_usage = "qianshou invite [选项] --out <文件> <方案>",
    after_help = "示例：\n  qianshou plan --open --out 方案.json\n  qianshou invite 方案.json --out 邀请函.docx --from 示例市合作交流办公室 --reply-by 2026-12-15 --reply-to 示例市合作交流办公室社会动员处\n\n每家组织一份，写明需求、建议金额和理由。邀请函不含联系方式，不构成认领。"
)]
pub(super) struct Arguments {
    #[arg(value_name = "方案", help_heading = "参数", help = "plan 写出的 .json 文件")]
    plan: PathBuf,
    #[arg(long, value_name = "文件", help = "结果文件：.docx、.txt、.md、.xlsx 或 .json")]
    out: PathBuf,
    #[arg(long, value_name = "单位", help = "发函单位")]
    from: Option<String>,
    #[arg(long, value_name = "日期", value_parser = day, help = "请在这一天前回复")]
    reply_by: Option<Date>,
    #[arg(long, value_name = "单位", help = "回复给谁（单位和联系方式）")]
    reply_to: Option<String>,
}

pub(super) fn run(arguments: &Arguments, output: &mut Output) -> anyhow::Result<Done> {
    let format = Format::from_path(&arguments.out)?;
    let plan = read_plan(&arguments.plan)?;
    let sender = Sender { office: arguments.from.clone(), reply_by: arguments.reply_by, reply_to: arguments.reply_to.clone() };
    let invitations = invitations(&plan, &sender);
    if invitations.is_empty() {
        output.line("方案中没有建议合作的组织，未写出邀请函")?;
        return Ok(Done::NeedsAttention);
    }
    write_file(&arguments.out, &format.bytes(&plan, &invitations)?)?;
    output.line(format!("已为{}家组织写出邀请函：{}", invitations.len(), arguments.out.display()))?;
    let blanks = [
        ("发函单位（--from）", sender.office.is_none()),
        ("回复期限（--reply-by）", sender.reply_by.is_none()),
        ("回复给谁（--reply-to）", sender.reply_to.is_none()),
    ];
    let blanks: Vec<&str> = blanks.into_iter().filter(|(_, is_blank)| *is_blank).map(|(name, _)| name).collect();
    if !blanks.is_empty() {
        output.line(format!("函中留空，请在发出前填写：{}", blanks.join("、")))?;
    }
    output.line("邀请函为草稿，请核对后由发函单位发出；在组织自行认领之前不计为认领")?;
    Ok(Done::Fully)
}

fn day(text: &str) -> Result<Date, String> {
    text.parse::<FuzzyDate>().map(FuzzyDate::latest)
}

#[derive(Debug, Clone, Copy)]
enum Format {
    Workbook,
    Json,
    Markdown,
    Text,
    Document,
}

impl Format {
    fn from_path(path: &Path) -> anyhow::Result<Self> {
        let formats = [
            ("docx", Self::Document),
            ("txt", Self::Text),
            ("md", Self::Markdown),
            ("xlsx", Self::Workbook),
            ("json", Self::Json),
        ];
        format_of(path, "结果文件", &formats)
    }

    fn bytes(self, plan: &Plan, invitations: &[Invitation]) -> anyhow::Result<Vec<u8>> {
        Ok(match self {
            Self::Workbook => invitation_workbook(plan, invitations)?,
            Self::Json => serde_json::to_vec_pretty(invitations)?,
            Self::Markdown => invitation_markdown(invitations).into_bytes(),
            Self::Text => invitation_text(invitations).into_bytes(),
            Self::Document => invitation_document(invitations)?,
        })
    }
}
