//! `qianshou stats`

use clap::Args;

use super::options::{DataOptions, TEMPLATE};
use super::outcome::Done;
use super::output::{Output, table};
use super::session::{LOCAL, open};
use crate::app::{Share, Storage};
use crate::domain::Money;
use crate::jobs::Cancellation;
use crate::wire;

#[derive(Debug, Args)]
#[command(help_template = TEMPLATE, next_help_heading = "选项", override_usage = "qianshou stats [选项]", after_help = "示例：\n  qianshou stats --data 数据 --json")]
pub(super) struct Arguments {
    #[arg(long, help = "以 JSON 输出")]
    json: bool,
}

pub(super) async fn run(data: &DataOptions, arguments: &Arguments, output: &mut Output) -> anyhow::Result<Done> {
    let app = open(data, None).await?;
    let (it, storage) = (app.statistics(LOCAL, &Cancellation::never())?, app.storage(LOCAL));
    app.close().await;
    if arguments.json {
        output.json(&wire::StatisticsAndStorage { statistics: it.into(), storage: storage.into() })?;
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
        let total = shares.iter().fold(Share { name: "合计".to_owned(), ..Share::default() }, plus);
        output.line(table(&headings, &[1, 2, 3, 4], shares.iter().chain([&total]).map(row)).to_string())?;
    }
    show(&storage, output)?;
    Ok(Done::Fully)
}

/// What the data directory takes on disk and in memory.
fn show(storage: &Storage, output: &mut Output) -> anyhow::Result<()> {
    output.line(format!(
        "磁盘：账本 {}，文本索引 {}，目录数据 {}（{}个文件，到账本第{}号变更；此后写入的{}条在内存中，攒多了自动并入）",
        megabytes(storage.ledger_bytes),
        megabytes(storage.text_bytes),
        megabytes(storage.base_bytes),
        storage.base_files,
        storage.base_version,
        storage.written_since_base
    ))?;
    let all: usize = storage.parts.iter().map(|part| part.1).sum();
    let parts = storage.parts.iter().copied().chain([("合计", all)]);
    let rows = parts.map(|(name, bytes)| vec![name.to_owned(), megabytes(bytes as u64)]);
    output.line(table(&["推荐所用数据", "内存或映射"], &[1], rows).to_string())?;
    Ok(())
}

fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}

fn plus(total: Share, share: &Share) -> Share {
    Share {
        projects: total.projects + share.projects,
        open_needs: total.open_needs + share.open_needs,
        project_yuan: total.project_yuan + share.project_yuan,
        open_yuan: total.open_yuan + share.open_yuan,
        projects_without_sum: total.projects_without_sum + share.projects_without_sum,
        open_without_sum: total.open_without_sum + share.open_without_sum,
        ..total
    }
}

fn row(share: &Share) -> Vec<String> {
    vec![
        share.name.clone(),
        share.projects.to_string(),
        stated(share.project_yuan, share.projects, share.projects_without_sum),
        share.open_needs.to_string(),
        stated(share.open_yuan, share.open_needs, share.open_without_sum),
    ]
}

/// A sum of some records, and how many of them state none. What nobody has stated is not 0.
fn stated(yuan: f64, records: usize, without: usize) -> String {
    let sum = if records == without { "—".to_owned() } else { sum(yuan) };
    if without == 0 { sum } else { format!("{sum}（未填{without}）") }
}

fn sum(yuan: f64) -> String {
    Money::from_yuan(yuan).map_or_else(|| "—".to_owned(), |money| money.to_string())
}
