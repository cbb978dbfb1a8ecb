//! `qianshou replay`

use std::path::{Path, PathBuf};

use clap::Args;
use jiff::civil::Date;

use super::options::{DataOptions, TEMPLATE, day};
use super::outcome::Done;
use super::output::{Output, bar, format_of, table, write_file};
use super::session::{LOCAL, open};
use crate::domain::FuzzyDate;
use crate::export::{fit_chart, reliability_chart, replay_chart};
use crate::replay::{Estimate, FitBin, Replay};

#[derive(Debug, Args)]
#[command(
    help_template = TEMPLATE, next_help_heading = "选项", override_usage = "qianshou replay [选项]",
    after_help = "示例：\n  qianshou replay --from 2018 --to 2020 --baselines\n  qianshou replay --from 2018 --baselines --svg 回放.svg\n  qianshou replay --questions\n\n把注明时间和组织的往期项目和认领当作当年的需求，只用此前已知的记录重新推荐。结果说明与历史是否一致，不等于效益。"
)]
pub(super) struct Arguments {
    #[arg(long, value_name = "日期", required_unless_present = "questions", help = "从这一天起的需求", value_parser = first_day)]
    from: Option<Date>,
    #[arg(long, value_name = "日期", help = "到这一天为止 [默认：今天]", value_parser = day)]
    to: Option<Date>,
    #[arg(long, help = "与随机、活跃程度、领域经历、名称相符、全文检索、投票各法比较")]
    baselines: bool,
    #[arg(long, value_name = "文件", help = "用 learn 得到的权重")]
    model: Option<PathBuf>,
    #[arg(long, value_name = "文件", help = "把比较结果画成 .svg 图")]
    svg: Option<PathBuf>,
    #[arg(
        long,
        conflicts_with_all = ["from", "to", "baselines", "model", "svg", "store"],
        help = "用公开案例检验先问一项能改进多少，不需要数据目录"
    )]
    questions: bool,
    #[arg(long, help = "保存结果，供“依据”页展示；只保存所用权重没有学过的时段")]
    store: bool,
    #[arg(long, help = "以 JSON 输出")]
    json: bool,
}

fn first_day(text: &str) -> Result<Date, String> {
    text.parse::<FuzzyDate>().map(FuzzyDate::earliest)
}

pub(super) async fn run(data: &DataOptions, arguments: &Arguments, output: &mut Output) -> anyhow::Result<Done> {
    if let Some(path) = &arguments.svg {
        format_of(path, "图", &[("svg", ())])?;
    }
    let Some(from) = arguments.from else { return super::questions::run(arguments.json, output) };
    let app = open(data, arguments.model.as_deref()).await?;
    let to = arguments.to.unwrap_or_else(|| app.today());
    anyhow::ensure!(from <= to, "--from {from} 晚于 --to {to}");
    let progress = bar(0);
    let replay = app.replay(LOCAL, from, to, arguments.baselines, &|done, all| {
        progress.set_length(all as u64);
        progress.set_position(done as u64);
    })?;
    progress.finish_and_clear();
    let stored = if arguments.store { Some(app.store_replay(LOCAL, &replay, &command(arguments, from, to))) } else { None };
    app.close().await;
    if let Some(path) = &arguments.svg {
        charts(&replay, path)?;
    }
    if arguments.json {
        output.json(&replay)?;
    } else {
        show(&replay, output)?;
        if let Some(path) = &arguments.svg {
            let [probabilities, fits] = ["校准", "匹配度"].map(|what| beside(path, what).display().to_string());
            output.line(format!("已写出 {}、{probabilities} 和 {fits}", path.display()))?;
        }
    }
    if let Some(stored) = stored {
        stored?;
        if !arguments.json {
            output.line("已保存，“依据”页（/trust）展示的就是这次回放")?;
        }
    }
    Ok(if replay.needs == 0 { Done::NeedsAttention } else { Done::Fully })
}

/// The command that makes the same replay again. The path of the model is left out; the stored replay names the model by its hash.
fn command(arguments: &Arguments, from: Date, to: Date) -> String {
    let model = if arguments.model.is_some() { " --model …" } else { "" };
    let baselines = if arguments.baselines { " --baselines" } else { "" };
    format!("qianshou replay --from {from} --to {to}{model}{baselines}")
}

fn show(replay: &Replay, output: &mut Output) -> anyhow::Result<()> {
    if replay.needs == 0 {
        return output.line(format!("{}至{}之间没有注明时间和组织的往期项目或认领，无从回放", replay.from, replay.to));
    }
    if replay.is_default && replay.has_seen_answers {
        let day = replay.seen_until;
        output.line(match replay.seen_needs {
            0 => format!("注意：默认权重由{day}以前的公开案例拟合；这些需求不在其中，但时段相同"),
            seen => format!(
                "注意：默认权重由{day}以前的公开案例拟合，这些需求中有{seen}项在内，下面的数字偏高；交叉检验见 learn --public"
            ),
        })?;
    } else if replay.has_seen_answers {
        output.line("注意：所用模型学过这一时段的答案，下面的数字偏高；请用 --from 指定模型 --as-of 之后的日期")?;
    }
    output.line(format!(
        "{}至{}的{}项需求，只用此前已知的记录重新推荐；{}个认领方中有{}个当时尚无记录，无法找到",
        replay.from, replay.to, replay.needs, replay.answers, replay.unknown_answers
    ))?;
    let interval = |it: &Estimate| format!("{:.4} [{:.4}, {:.4}]", it.mean, it.low, it.high);
    let rows = replay.systems.iter().map(|it| {
        let number = |number: f64| format!("{number:.4}");
        vec![
            it.label.to_owned(),
            interval(&it.mrr),
            number(it.ndcg5),
            number(it.ndcg10),
            number(it.recall5),
            number(it.recall10.mean),
            number(it.recall50),
            format!("{:.3}", it.coverage),
            format!("{:.3}", it.gini),
        ]
    });
    let headings = ["方法", "MRR [95%区间]", "nDCG@5", "nDCG@10", "召回@5", "召回@10", "召回@50", "覆盖率", "基尼系数"];
    output.line(table(&headings, &[1, 2, 3, 4, 5, 6, 7, 8], rows).to_string())?;
    for it in replay.systems.iter().skip(1) {
        output.line(format!("与{}的MRR之差 {}", it.label, interval(&it.difference)))?;
    }
    output.line(format!("前十名认领概率的校准误差：{:.4}；Brier分：{:.4}", replay.calibration_error, replay.brier))?;
    show_fits(replay, output)?;
    let rows = replay.slices.iter().map(|it| {
        let [mrr, ndcg, recall] = [it.mrr, it.ndcg10, it.recall10].map(|number| format!("{number:.4}"));
        vec![it.label.clone(), it.needs.to_string(), mrr, ndcg, recall]
    });
    output.line(table(&["其中", "需求数", "MRR", "nDCG@10", "召回@10"], &[1, 2, 3, 4], rows).to_string())?;
    output.line("结果说明与历史是否一致，不等于效益；没有记录的组织不一定是不愿认领。")
}

/// Who reached which fit.
fn show_fits(replay: &Replay, output: &mut Output) -> anyhow::Result<()> {
    let total = |of: fn(&FitBin) -> u64| replay.fits.iter().map(of).sum::<u64>().max(1) as f64;
    let [claimants, others] = [total(|it| it.claimants), total(|it| it.others)];
    let rows = replay.fits.iter().rev().map(|it| {
        let share = |number: u64, of: f64| format!("{:.1}%", 100.0 * number as f64 / of);
        let to = if it.from == 90 { 100 } else { it.from + 9 };
        let numbers = [it.claimants.to_string(), share(it.claimants, claimants), it.others.to_string(), share(it.others, others)];
        std::iter::once(format!("{}–{to}", it.from)).chain(numbers).collect()
    });
    let headings = ["匹配度", "认领方", "占认领方", "其他组织", "占其他组织"];
    output.line(table(&headings, &[1, 2, 3, 4], rows).to_string())
}

/// Writes the chart of systems to `path` and those of probabilities and fits beside it.
fn charts(replay: &Replay, path: &Path) -> anyhow::Result<()> {
    write_file(path, replay_chart(replay).as_bytes())?;
    for (what, chart) in [("校准", reliability_chart(replay)), ("匹配度", fit_chart(replay))] {
        if let Some(chart) = chart {
            write_file(&beside(path, what), chart.as_bytes())?;
        }
    }
    Ok(())
}

fn beside(path: &Path, what: &str) -> PathBuf {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!("{stem}-{what}.svg"))
}
