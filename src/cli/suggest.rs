//! `qianshou suggest`

use std::path::{Path, PathBuf};

use clap::Args;
use jiff::civil::Date;

use super::options::{DataOptions, TEMPLATE};
use super::outcome::Done;
use super::output::{Output, bar, format_of, table, write_file};
use super::session::{LOCAL, open};
use super::understand::describe;
use crate::app::{Answer, App, BatchLine, OneQuestion, WhyNot, WhyNotAsk};
use crate::explain::{DetailRow, EvidenceProject, EvidenceStrength, Side, detail, in_short, short_title, strongest};
use crate::export::{SuggestedNeed, suggestion_csv, suggestion_workbook};
use crate::ingest::InputFile;
use crate::jobs::Cancellation;
use crate::request::{AmountInput, Ask};
use crate::wire;

#[derive(Debug, Args)]
#[command(
    help_template = TEMPLATE, next_help_heading = "选项", override_usage = "qianshou suggest [选项] <文字>",
    after_help = "示例：\n  qianshou suggest \"德钦县乡村医生培训\" --region 迪庆 --amount 335万 --explain\n  qianshou suggest \"学校净水设备\" --region 果洛 --as-of 2020-12-31 --top 5\n  qianshou suggest \"学校净水设备\" --region 果洛 --why-not 示例基金会\n  qianshou suggest \"学校净水设备\" --region 果洛 --home 上海 --home 全国\n  qianshou suggest --needs 需求.csv --top 20 --out 推荐.xlsx\n\n推荐只供参考，是否认领由组织自主决定。"
)]
pub(super) struct Arguments {
    #[arg(
        value_name = "文字",
        help_heading = "参数",
        required_unless_present = "needs",
        conflicts_with = "needs",
        help = "需求文字"
    )]
    text: Option<String>,
    #[arg(long, value_name = "文件", help = "为文件中的每项需求推荐（不写入数据目录）")]
    needs: Option<PathBuf>,
    #[arg(long, value_name = "地区", help = "需求所在地，优先于文字")]
    region: Option<String>,
    #[arg(long, value_name = "组织", conflicts_with = "needs", help = "需求的申报单位（编号、名称或简称），不推荐它自己")]
    submitted_by: Option<String>,
    #[arg(long, value_name = "领域", help = "领域名称或代码，优先于文字")]
    sector: Option<String>,
    #[arg(long, value_name = "金额", allow_hyphen_values = true, help = "所需金额，如 30万，优先于文字")]
    amount: Option<String>,
    #[arg(long, value_name = "地区", help = "只推荐登记在此地的组织，可多次给出；“全国”指全国性组织")]
    home: Vec<String>,
    #[arg(long, value_name = "数量", default_value_t = 10, hide_default_value = true, help = "推荐几家 [默认：10]")]
    top: usize,
    #[arg(long, value_name = "日期", help = "只用这一天已知的记录 [默认：今天]")]
    as_of: Option<String>,
    #[arg(long, help = "逐项列出得分和依据")]
    explain: bool,
    #[arg(long, help = "不计组织的活跃程度，小组织和新组织更容易排在前面")]
    ignore_popularity: bool,
    #[arg(long, value_name = "组织", conflicts_with = "needs", help = "说明这个组织为什么没有排在前面，怎样改变才会")]
    why_not: Option<String>,
    #[arg(long, value_name = "文件", help = "用 learn 得到的权重")]
    model: Option<PathBuf>,
    #[arg(long, value_name = "文件", requires = "needs", help = "结果文件：.jsonl、.csv 或 .xlsx；默认以 JSONL 输出到屏幕")]
    out: Option<PathBuf>,
    #[arg(long, conflicts_with = "needs", help = "以 JSON 输出")]
    json: bool,
}

pub(super) async fn run(data: &DataOptions, arguments: Arguments, output: &mut Output) -> anyhow::Result<Done> {
    let ask = Ask {
        text: arguments.text,
        need: None,
        submitted_by: arguments.submitted_by,
        region: arguments.region,
        sector: arguments.sector,
        amount: arguments.amount.map(AmountInput::Text),
        group: None,
        people: None,
        home: arguments.home,
        as_of: arguments.as_of,
        top: Some(arguments.top),
        explain: Some(arguments.explain),
        ignore_popularity: Some(arguments.ignore_popularity),
    };
    if let Some(path) = &arguments.needs {
        let model = arguments.model.as_deref();
        return batch(data, model, path, arguments.out.as_deref(), &Ask { text: None, ..ask }, output).await;
    }
    anyhow::ensure!(arguments.out.is_none(), "--out 只能与 --needs 同用");
    let app = open(data, arguments.model.as_deref()).await?;
    if let Some(organization) = arguments.why_not {
        let answer = app.why_not(LOCAL, &WhyNotAsk { organization, ask }, &Cancellation::never())?;
        app.close().await;
        if arguments.json {
            output.json(&wire::WhyNot::from(answer))?;
        } else {
            show_why_not(&answer, output)?;
        }
        return Ok(Done::Fully);
    }
    // The table shows the first reasons, so it needs the parts as well.
    let wants_parts = arguments.explain || !arguments.json;
    let ask = Ask { explain: Some(wants_parts), ..ask };
    let answer = app.suggest(LOCAL, &ask, &Cancellation::never())?;
    if arguments.json {
        output.json(&wire::Answer::from(answer))?;
    } else {
        show(&app, &answer, arguments.explain, output)?;
        if let Some(question) = app.one_question(LOCAL, &ask, &Cancellation::never())? {
            output.line(format!("\n{}", first_question(&question)))?;
        }
    }
    app.close().await;
    Ok(Done::Fully)
}

fn show(app: &App, answer: &Answer, explain: bool, output: &mut Output) -> anyhow::Result<()> {
    output.line(format!("需求：{}", answer.understood.normalized))?;
    output.line(format!("理解为：{}", describe(&app.reader(), &answer.understood).join("；")))?;
    if !answer.several.is_empty() {
        let parts: Vec<&str> = answer.several.iter().map(|part| part.text.as_str()).collect();
        output.line(format!("文中有{}项需求，可以分别询问：{}", parts.len(), parts.join("｜")))?;
    }
    output.line(format!("\n按 {} 已知的记录推荐（只供参考，是否认领由组织自主决定）：", answer.as_of))?;
    let rows = answer.suggestions.iter().map(|it| {
        let parts = it.parts.as_deref().unwrap_or_default();
        let mut reasons = in_short(strongest(parts).into_iter().cloned().collect());
        if it.evidence == EvidenceStrength::Thin {
            reasons.push("依据很少，请先了解".to_owned());
        }
        reasons.extend(it.warnings.iter().cloned());
        let side = Side::shown(it.side, parts);
        vec![it.rank.to_string(), it.name.clone(), side.to_owned(), it.fit.to_string(), it.score.to_string(), reasons.join("；")]
    });
    if answer.suggestions.is_empty() {
        output.line("没有可以推荐的组织；请先导入组织名录和往期项目")?;
    } else {
        output.line(table(&["名次", "组织", "哪一方", "匹配度", "得分", "主要理由"], &[0, 3, 4], rows).to_string())?;
    }
    if let Some(note) = &answer.fit_note {
        output.line(note)?;
    }
    if explain {
        for it in &answer.suggestions {
            output.line(format!("\n{}. {}（得分 {}）", it.rank, it.name, it.score))?;
            let rows = detail(it.parts.as_deref().unwrap_or_default()).into_iter().map(detail_row);
            output.line(table(&["得分项", "得分", "理由", "依据的往期项目"], &[1], rows).to_string())?;
        }
    }
    let left_out: Vec<String> = answer.left_out.values().map(|it| format!("{}（{}家）", it.label, it.count)).collect();
    if !left_out.is_empty() {
        output.line(format!("\n未列入：{}", left_out.join("、")))?;
    }
    for it in answer.left_out.values().filter(|_| explain) {
        let names: Vec<&str> = it.organizations.iter().map(|it| it.name.as_str()).collect();
        let more = if it.count > names.len() { "等" } else { "" };
        output.line(format!("  {}：{}{more}", it.label, names.join("、")))?;
    }
    Ok(())
}

/// The question to ask first, with the answers that are likely.
fn first_question(it: &OneQuestion) -> String {
    let answers: Vec<&str> = it.answers.iter().map(|answer| answer.label.as_str()).collect();
    let option = match it.field {
        "region" => "，用 --region 填写",
        "sector" => "，用 --sector 填写",
        "amount" => "，用 --amount 填写",
        _ => "，请补充在文字中",
    };
    let likely = if answers.is_empty() { String::new() } else { format!("（例如{}{option}）", answers.join("、")) };
    format!("可先问：{}{likely}", it.question)
}

/// A row of the details. A project is shown by name and year; its id is in the JSON.
fn detail_row(row: DetailRow<'_>) -> Vec<String> {
    let project = |it: &&EvidenceProject| {
        let period = it.period.as_deref().unwrap_or("时间不详");
        format!("{}（{period}）", short_title(&it.title))
    };
    let mut evidence: Vec<String> = row.evidence.iter().map(project).collect();
    if row.is_as_above {
        evidence.push(if evidence.is_empty() { "同上" } else { "其余同上" }.to_owned());
    }
    if row.more > 0 {
        evidence.push(format!("另有{}个", row.more));
    }
    vec![row.label, format!("{:+}", row.points), row.reason.to_owned(), evidence.join("\n")]
}

fn show_why_not(answer: &WhyNot, output: &mut Output) -> anyhow::Result<()> {
    output.line(format!("按 {} 已知的记录：{}", answer.as_of, answer.summary))?;
    if let Some(last) = &answer.last {
        let rows = answer.differences.iter().map(|it| {
            vec![
                it.label.to_owned(),
                format!("{:+}", it.points),
                format!("{:+}", it.theirs),
                format!("{:+}", it.points - it.theirs),
            ]
        });
        let rows: Vec<_> = rows.collect();
        output.line(format!("与第{}位“{last}”相比：", answer.top))?;
        output.line(table(&["得分项", &answer.name, last, "差距"], &[1, 2, 3], rows).to_string())?;
    }
    let is_first = answer.rank.is_some_and(|rank| rank <= answer.top);
    if answer.changes.is_empty() && !is_first {
        output.line(format!("试过的单项改变都不能使它进入前{}位", answer.top))?;
    }
    for change in &answer.changes {
        output.line(format!("· {}", change.text))?;
    }
    Ok(())
}

async fn batch(
    data: &DataOptions,
    model: Option<&Path>,
    path: &Path,
    out: Option<&Path>,
    ask: &Ask,
    output: &mut Output,
) -> anyhow::Result<Done> {
    let writer = out.map(BatchFormat::from_path).transpose()?;
    let app = open(data, model).await?;
    let file = InputFile::open(path, Some(crate::domain::EntityKind::Needs))?;
    let bar = bar(file.row_count());
    let with_reasons = matches!(writer, Some(BatchFormat::Csv | BatchFormat::Workbook));
    let lines = app.suggest_needs(LOCAL, &file, ask, with_reasons, &|| bar.inc(1))?;
    bar.finish_and_clear();
    match (writer, out) {
        (Some(format), Some(path)) => write_file(path, &bytes(format, &lines, app.day_of(ask)?)?)?,
        _ => {
            for line in &lines {
                output.json(&wire::BatchLine::from(line.clone()))?;
            }
        }
    }
    app.close().await;
    let failed = lines.iter().filter(|line| line.error.is_some()).count();
    if let Some(path) = out {
        output.line(format!("已为{}项需求写出推荐：{}", lines.len() - failed, path.display()))?;
        if failed > 0 {
            output.line(format!("{failed}项无法读取，原因在结果文件中"))?;
        }
    }
    Ok(if failed > 0 { Done::NeedsAttention } else { Done::Fully })
}

#[derive(Debug, Clone, Copy)]
enum BatchFormat {
    JsonLines,
    Csv,
    Workbook,
}

impl BatchFormat {
    fn from_path(path: &Path) -> anyhow::Result<Self> {
        format_of(path, "结果文件", &[("jsonl", Self::JsonLines), ("csv", Self::Csv), ("xlsx", Self::Workbook)])
    }
}

fn bytes(format: BatchFormat, lines: &[BatchLine], as_of: Date) -> anyhow::Result<Vec<u8>> {
    Ok(match format {
        BatchFormat::JsonLines => {
            let mut bytes = Vec::new();
            for line in lines {
                serde_json::to_writer(&mut bytes, &wire::BatchLine::from(line.clone()))?;
                bytes.push(b'\n');
            }
            bytes
        }
        BatchFormat::Csv => suggestion_csv(&documents(lines))?,
        BatchFormat::Workbook => suggestion_workbook(&documents(lines), as_of)?,
    })
}

fn documents(lines: &[BatchLine]) -> Vec<SuggestedNeed> {
    lines.iter().map(SuggestedNeed::from).collect()
}
