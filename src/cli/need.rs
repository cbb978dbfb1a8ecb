//! `qianshou need`

use clap::{Args, Subcommand};

use super::options::{DataOptions, TEMPLATE};
use super::outcome::Done;
use super::output::{Output, table};
use super::session::{LOCAL, open};
use crate::app::{ChangedNeed, ListQuery, NeedDetails};
use crate::domain::{NeedAction, NeedId};
use crate::jobs::Cancellation;
use crate::wire;

#[derive(Debug, Args)]
#[command(
    help_template = TEMPLATE, subcommand_help_heading = "命令", subcommand_value_name = "命令", next_help_heading = "选项",
    override_usage = "qianshou need <命令> [选项] <编号>",
    disable_help_subcommand = true,
    after_help = "示例：\n  qianshou need list 药品 --status open\n  qianshou need withdraw n-2026-001 --note 县里已另行解决\n  qianshou need reopen n-2026-001 --note 资金未到位，重新征集\n\n原因留在需求和变更记录中。删除的需求不再出现在列表和推荐中，可以用 reopen 恢复。"
)]
pub(super) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// 查找需求和它们的编号
    List(Filter),
    /// 关闭：不再征集认领方
    Close(Target),
    /// 撤回：申报单位不再需要
    Withdraw(Target),
    /// 恢复为待认领
    Reopen(Target),
    /// 删除：录入有误，不再出现（账本中仍有记录）
    Delete(Target),
}

#[derive(Debug, Clone, Args)]
#[command(help_template = TEMPLATE, next_help_heading = "选项", override_usage = "qianshou need list [选项] [文字]")]
struct Filter {
    #[arg(value_name = "文字", help_heading = "参数", help = "名称或内容中的文字，或编号")]
    text: Option<String>,
    #[arg(long, value_name = "地区", help = "需求所在地")]
    region: Option<String>,
    #[arg(long, value_name = "状态", help = "open、claimed、done、withdrawn、closed 或 deleted")]
    status: Option<String>,
    #[arg(long, value_name = "页", help = "第几页，每页50项 [默认：1]")]
    page: Option<usize>,
}

#[derive(Debug, Args)]
#[command(help_template = TEMPLATE, next_help_heading = "选项")]
struct Target {
    #[arg(value_name = "编号", help_heading = "参数", help = "需求的编号")]
    id: String,
    #[arg(long, value_name = "原因", help = "为什么，必须写明")]
    note: String,
    #[arg(long, help = "以 JSON 输出")]
    json: bool,
}

pub(super) async fn run(data: &DataOptions, arguments: &Arguments, output: &mut Output) -> anyhow::Result<Done> {
    let (action, target) = match &arguments.action {
        Action::List(filter) => return list(data, filter, output).await,
        Action::Close(target) => (NeedAction::Close, target),
        Action::Withdraw(target) => (NeedAction::Withdraw, target),
        Action::Reopen(target) => (NeedAction::Reopen, target),
        Action::Delete(target) => (NeedAction::Delete, target),
    };
    let app = open(data, None).await?;
    let changed = app.change_need(LOCAL, &NeedId::new(target.id.as_str()), action, Some(&target.note)).await?;
    app.close().await;
    let done = if changed.claimants.is_empty() { Done::Fully } else { Done::NeedsAttention };
    if target.json {
        output.json(&wire::ChangedNeed::from(changed))?;
    } else {
        show(&changed, output)?;
    }
    Ok(done)
}

async fn list(data: &DataOptions, filter: &Filter, output: &mut Output) -> anyhow::Result<Done> {
    let Filter { text, region, status, page } = filter.clone();
    let query = ListQuery { q: text, region, status, page, per_page: Some(ON_A_PAGE), ..ListQuery::default() };
    let app = open(data, None).await?;
    let found = app.needs(LOCAL, &query, &Cancellation::never())?;
    app.close().await;
    let rows = found.items.iter().map(|NeedDetails { need, .. }| {
        let place = need.place_names().unwrap_or_default();
        vec![need.id.to_string(), need.status.label().to_owned(), place, need.title_or_start()]
    });
    output.line(table(&["编号", "状态", "地区", "名称"], &[], rows).to_string())?;
    output.line(format!("共{}项，第{}页", found.total, found.page))?;
    Ok(Done::Fully)
}

/// Needs on a page of the list.
const ON_A_PAGE: usize = 50;

fn show(changed: &ChangedNeed, output: &mut Output) -> anyhow::Result<()> {
    let ChangedNeed { need, from, claimants } = changed;
    let (title, id) = (need.title_or_start(), &need.id);
    output.line(format!("需求“{title}”（{id}）：{}→{}", from.label(), need.status.label()))?;
    if !claimants.is_empty() {
        let names: Vec<&str> = claimants.iter().map(|it| it.name.as_str()).collect();
        output.line(format!("已有认领，请告知：{}", names.join("、")))?;
    }
    Ok(())
}
