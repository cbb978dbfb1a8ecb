//! `qianshou replay --questions`

use super::outcome::Done;
use super::output::{Output, spinner, table};
use super::session::LOCAL;
use crate::app::App;
use crate::replay::{Estimate, QuestionsReport};

/// Measures on the public claims what the answer to the one question gains.
pub(super) fn run(json: bool, output: &mut Output) -> anyhow::Result<Done> {
    let bar = spinner();
    let report = App::measure_questions(LOCAL, &|what| bar.set_message(what.to_owned()))?;
    bar.finish_and_clear();
    if json {
        output.json(&report)?;
    } else {
        show(&report, output)?;
    }
    Ok(Done::Fully)
}

fn show(report: &QuestionsReport, output: &mut Output) -> anyhow::Result<()> {
    let QuestionsReport { needs, events, organizations, asked, groups, .. } = report;
    output.line(format!(
        "{needs}项公开案例（{events}个事件）去掉地区、领域和金额后各提一问，按当年的实情回答，{organizations}家组织为候选；每项案例都由没有见过该事件的权重和记录排序"
    ))?;
    let asked: Vec<String> = asked.iter().map(|it| format!("{}{}次", label(it.field), it.needs)).collect();
    output.line(format!("先问的是：{}", asked.join("、")))?;
    let interval = |it: &Estimate| format!("{:.4} [{:.4}, {:.4}]", it.mean, it.low, it.high);
    let rows = groups.iter().flat_map(|group| {
        group.strategies.iter().enumerate().map(move |(n, it)| {
            let (name, needs) = if n == 0 { (group.label.to_owned(), group.needs.to_string()) } else { Default::default() };
            let difference = if n == 0 { String::new() } else { interval(&it.difference) };
            vec![name, needs, it.label.to_owned(), interval(&it.ndcg5), difference]
        })
    });
    let headings = ["案例", "数目", "提问方式", "nDCG@5 [95%区间]", "“问最有用的一项”高出"];
    output.line(table(&headings, &[1, 3, 4], rows).to_string())?;
    output.line("区间按事件重抽样得出。案例没有记录的一项问了也没有回答，名次不变。")
}

/// Chinese name of a field.
fn label(field: Option<&str>) -> &'static str {
    match field {
        Some("region") => "地区",
        Some("sector") => "领域",
        Some("amount") => "金额",
        Some(_) => "人群",
        None => "不问",
    }
}
