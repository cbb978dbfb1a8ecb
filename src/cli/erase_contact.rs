//! `qianshou erase-contact`

use clap::{Args, ValueEnum};

use super::options::{DataOptions, TEMPLATE};
use super::outcome::Done;
use super::output::Output;
use super::session::{LOCAL, open};
use crate::domain::EntityKind;

#[derive(Debug, Args)]
#[command(
    help_template = TEMPLATE, next_help_heading = "选项", override_usage = "qianshou erase-contact [选项] <类别> <编号>",
    after_help = "示例：\n  qianshou erase-contact needs n-2026-001\n\n删除后无法找回；变更记录只记下删除的时间。旧备份和原来的名单文件中可能仍有，请一并处理；再次导入带联系人的名单会重新存入。"
)]
pub(super) struct Arguments {
    #[arg(
        value_name = "类别",
        help_heading = "参数",
        hide_possible_values = true,
        help = "organizations（组织）或 needs（需求）"
    )]
    kind: KindWithContact,
    #[arg(value_name = "编号", help_heading = "参数", help = "记录的编号")]
    id: String,
}

/// A kind of record that may have a contact.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum KindWithContact {
    Organizations,
    Needs,
}

impl From<KindWithContact> for EntityKind {
    fn from(kind: KindWithContact) -> Self {
        match kind {
            KindWithContact::Organizations => Self::Organizations,
            KindWithContact::Needs => Self::Needs,
        }
    }
}

pub(super) async fn run(data: &DataOptions, arguments: &Arguments, output: &mut Output) -> anyhow::Result<Done> {
    let kind = EntityKind::from(arguments.kind);
    let app = open(data, None).await?;
    app.erase_contact(LOCAL, kind, &arguments.id).await?;
    app.close().await;
    let id = &arguments.id;
    output.line(format!("已删除{}“{id}”的联系人；旧备份和原来的名单文件中可能仍有，请一并处理", kind.label()))?;
    Ok(Done::Fully)
}
