//! `qianshou stats`

use super::args::{DataOptions, Stats};
use super::output::{Output, table};
use super::{Done, LOCAL};
use crate::app::{App, Share};
use crate::domain::Money;

pub(super) async fn run(data: &DataOptions, arguments: &Stats, output: &mut Output) -> anyhow::Result<Done> {
    let app = App::open(&data.dir(), false, data.clock()).await?;
    let it = app.statistics(LOCAL);
    app.close().await;
    if arguments.json {
        output.json(&it)?;
        return Ok(Done::Fully);
    }
    let lacking = |key| it.projects_lacking.get(key).copied().unwrap_or(0);
    output.line(format!("截至 {}（账本第{}号变更，词典 {}）", it.as_of, it.snapshot, it.lexicon))?;
    output.line(format!(
        "社会组织 {} 家，有往期项目的 {} 家，失信或注销的 {} 家",
        it.organizations, it.organizations_with_history, it.organizations_out
    ))?;
    output.line(format!(
        "往期项目 {} 个，已知金额合计 {}；缺时间 {} 个、缺地区 {} 个、缺领域 {} 个、缺金额 {} 个",
        it.projects,
        sum(it.project_yuan),
        lacking("date"),
        lacking("region"),
        lacking("sector"),
        lacking("amount")
    ))?;
    output.line(format!("需求 {} 项，待认领 {} 项，已知金额合计 {}", it.needs, it.open_needs, sum(it.open_yuan)))?;
    output.line(format!("认领 {} 笔", it.claims))?;
    for (heading, shares) in [("领域", &it.sectors), ("省份", &it.provinces)] {
        let headings = [heading, "往期项目", "项目金额", "待认领需求", "需求金额"];
        output.line(table(&headings, &[1, 2, 3, 4], shares.iter().map(row)).to_string())?;
    }
    Ok(Done::Fully)
}

fn row(share: &Share) -> Vec<String> {
    vec![
        share.name.clone(),
        share.projects.to_string(),
        sum(share.project_yuan),
        share.open_needs.to_string(),
        sum(share.open_yuan),
    ]
}

fn sum(yuan: f64) -> String {
    Money::from_yuan(yuan).map_or_else(|| "—".to_owned(), |money| money.to_string())
}
