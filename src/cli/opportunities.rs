//! `qianshou opportunities`

use super::args::{DataOptions, Opportunities};
use super::output::{Output, table};
use super::{Done, LOCAL};
use crate::domain::Money;

pub(super) async fn run(data: &DataOptions, arguments: &Opportunities, output: &mut Output) -> anyhow::Result<Done> {
    let app = super::open(data, arguments.model.as_deref()).await?;
    let explain = arguments.explain;
    let found = app.opportunities(LOCAL, &arguments.organization, arguments.as_of.as_deref(), Some(arguments.top), explain)?;
    app.close().await;
    if arguments.json {
        output.json(&found)?;
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
