//! `qianshou opportunities`

use std::path::PathBuf;

use clap::Args;

use super::options::{DataOptions, TEMPLATE};
use super::outcome::Done;
use super::output::{Output, table};
use super::session::{LOCAL, open};
use crate::app::OpportunityAsk;
use crate::domain::Money;
use crate::jobs::Cancellation;
use crate::wire;

#[derive(Debug, Args)]
#[command(help_template = TEMPLATE, next_help_heading = "选项", override_usage = "qianshou opportunities [选项] <组织>", after_help = "示例：\n  qianshou opportunities 上海复星公益基金会 --top 5")]
pub(super) struct Arguments {
    #[arg(value_name = "组织", help_heading = "参数", help = "组织的编号、全称或简称")]
    organization: String,
    #[arg(long, value_name = "数量", default_value_t = 10, hide_default_value = true, help = "列出几项 [默认：10]")]
    top: usize,
    #[arg(long, value_name = "日期", help = "只用这一天已知的记录 [默认：今天]")]
    as_of: Option<String>,
    #[arg(long, help = "逐项列出得分和依据")]
    explain: bool,
    #[arg(long, value_name = "文件", help = "用 learn 得到的权重")]
    model: Option<PathBuf>,
    #[arg(long, help = "以 JSON 输出")]
    json: bool,
}

pub(super) async fn run(data: &DataOptions, arguments: &Arguments, output: &mut Output) -> anyhow::Result<Done> {
    let app = open(data, arguments.model.as_deref()).await?;
    let explain = arguments.explain;
    let ask = OpportunityAsk {
        organization: arguments.organization.clone(),
        as_of: arguments.as_of.clone(),
        top: Some(arguments.top),
        explain,
    };
    let found = app.opportunities(LOCAL, &ask, &Cancellation::never())?;
    app.close().await;
    if arguments.json {
        output.json(&wire::Opportunities::from(found))?;
        return Ok(Done::Fully);
    }
    output.line(format!("适合{}的待认领需求（按 {} 已知的记录）：", found.name, found.as_of))?;
    let rows = found.opportunities.iter().map(|it| {
        let amount = it.amount_yuan.and_then(Money::from_yuan).map_or_else(|| "未定".to_owned(), |money| money.to_string());
        let mut row = vec![
            it.rank.to_string(),
            format!("{} {}", it.need, it.title),
            it.region.clone().unwrap_or_default(),
            amount,
            it.fit.to_string(),
            it.score.to_string(),
        ];
        if explain {
            let parts = it.parts.iter().flatten().map(|part| format!("{:+} {}：{}", part.points, part.label, part.reason));
            row.push(parts.collect::<Vec<_>>().join("\n"));
        }
        row
    });
    let mut headings = vec!["名次", "需求", "地区", "金额", "匹配度", "得分"];
    if explain {
        headings.push("理由");
    }
    output.line(table(&headings, &[0, 3, 4, 5], rows).to_string())?;
    for (reason, count) in &found.left_out {
        output.line(format!("未列入{count}项：{reason}"))?;
    }
    Ok(Done::Fully)
}
