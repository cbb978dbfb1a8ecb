//! `qianshou learn`

use std::path::{Path, PathBuf};

use clap::Args;
use jiff::civil::Date;

use super::options::{DataOptions, TEMPLATE, day};
use super::outcome::Done;
use super::output::{Output, parent, spinner, table, write_file};
use super::session::{LOCAL, open};
use crate::app::App;
use crate::domain::EntityKind;
use crate::ingest::{InputFile, Sources};
use crate::learn::{HeldBack, ModelFile};
use crate::replay::{DirectoryReport, Estimate, Learned, PublicReport};
use crate::score::feature_label;

#[derive(Debug, Args)]
#[command(
    help_template = TEMPLATE, next_help_heading = "选项", override_usage = "qianshou learn [选项] --out <文件>",
    after_help = "示例：\n  qianshou learn --as-of 2024-12-31 --out 模型.json\n  qianshou suggest \"学校净水设备\" --model 模型.json\n  qianshou learn --public --register 名录.csv\n\n在留出的最近一段时间上不比默认权重好的模型不写出，退出码为1；--force 除外。\n--public 用随程序附带的公开案例重新拟合默认权重，按事件交叉检验，不需要数据目录。"
)]
pub(super) struct Arguments {
    #[arg(long, value_name = "日期", help = "只用这一天已知的记录 [默认：今天]", value_parser = day)]
    as_of: Option<Date>,
    #[arg(long, value_name = "文件", required_unless_present = "public", help = "模型文件（JSON）")]
    out: Option<PathBuf>,
    #[arg(long, help = "不比默认权重好也写出")]
    force: bool,
    #[arg(long, conflicts_with_all = ["as_of", "force"], help = "由公开案例拟合默认权重，并按事件交叉检验")]
    public: bool,
    #[arg(long, value_name = "文件", requires = "public", help = "检验时另加入的组织名录，不参加拟合，可多次给出")]
    register: Vec<PathBuf>,
    #[arg(long, value_name = "文件", requires = "public", help = "把检验结果另存为文件（JSON），“依据”页随程序附带的就是它")]
    report: Option<PathBuf>,
    #[arg(long, help = "以 JSON 输出")]
    json: bool,
}

pub(super) async fn run(data: &DataOptions, arguments: &Arguments, output: &mut Output) -> anyhow::Result<Done> {
    if let Some(out) = &arguments.out {
        anyhow::ensure!(parent(out).is_dir(), "无法写入 {}：目录不存在", out.display());
    }
    if arguments.public {
        return public(arguments, output);
    }
    let app = open(data, None).await?;
    let as_of = arguments.as_of.unwrap_or_else(|| app.today());
    let bar = spinner();
    let learned = app.learn(LOCAL, as_of, &|what| bar.set_message(what.to_owned()))?;
    bar.finish_and_clear();
    app.close().await;
    let Learned { model, is_better } = learned;
    if arguments.json {
        output.json(&model)?;
    } else {
        show(&model, output)?;
    }
    if !(is_better || arguments.force) {
        let message = "在留出的时段上不比默认权重好，没有写出模型；仍要写出请加 --force";
        if !arguments.json {
            output.line(message)?;
        }
        return Ok(Done::NeedsAttention);
    }
    if let Some(out) = &arguments.out {
        write(&model, out)?;
        if !arguments.json {
            output.line(format!("已写出 {}；用 suggest --model 使用", out.display()))?;
        }
    }
    Ok(if is_better { Done::Fully } else { Done::NeedsAttention })
}

fn write(model: &ModelFile, path: &Path) -> anyhow::Result<()> {
    let mut json = serde_json::to_vec_pretty(model)?;
    json.push(b'\n');
    write_file(path, &json)
}

fn show(model: &ModelFile, output: &mut Output) -> anyhow::Result<()> {
    let ModelFile { examples, from, to, lambda, temperature, .. } = model;
    output.line(format!("由{examples}项已被认领的需求和往期项目学得（{from}至{to}），先验强度{lambda}，温度{temperature:.2}"))?;
    show_weights(model, ["默认权重", "学得权重"], output)?;
    let Some(HeldBack { from, needs, examples, prior, learned, calibration_error }) = model.held_back else { return Ok(()) };
    output.line(format!("由此前的{examples}项学得的权重，在{from}起留出的{needs}项需求上比较："))?;
    let rows = [("默认权重", prior), ("学得权重", learned)].map(|(name, it)| {
        let [mrr, ndcg, recall] = [it.mrr, it.ndcg10, it.recall10].map(|number| format!("{number:.4}"));
        vec![name.to_owned(), mrr, ndcg, recall]
    });
    output.line(table(&["权重", "MRR", "nDCG@10", "召回率@10"], &[1, 2, 3], rows).to_string())?;
    output.line(format!("前十名认领概率的校准误差：{calibration_error:.4}（温度在同一时段上拟合）"))
}

fn show_weights(model: &ModelFile, [before, after]: [&str; 2], output: &mut Output) -> anyhow::Result<()> {
    let rows = model.features.iter().map(|it| {
        let error = it.standard_error.map_or_else(|| "—".to_owned(), |error| format!("{error:.3}"));
        let numbers = [it.prior, it.per_unit, it.unknown].map(|number| format!("{number:.3}"));
        let [prior, per_unit, unknown] = numbers;
        vec![feature_label(&it.feature).to_owned(), prior, per_unit, error, unknown]
    });
    output.line(table(&["得分项", before, after, "标准误", "未知时"], &[1, 2, 3, 4], rows).to_string())
}

/// Fits the default weights to the public claims.
fn public(arguments: &Arguments, output: &mut Output) -> anyhow::Result<Done> {
    let registers: Vec<InputFile> =
        Sources::open(&arguments.register, Some(EntityKind::Organizations))?.read().collect::<Result<_, _>>()?;
    let bar = spinner();
    let fit = App::learn_public(LOCAL, &registers, &|what| bar.set_message(what.to_owned()))?;
    bar.finish_and_clear();
    if let Some(out) = &arguments.out {
        write(&fit.model, out)?;
    }
    if let Some(path) = &arguments.report {
        let registers = if registers.is_empty() { String::new() } else { format!("（另加{}份名录）", registers.len()) };
        let report = PublicReport::new(&fit, format!("qianshou learn --public{registers}"));
        let mut json = serde_json::to_vec_pretty(&report)?;
        json.push(b'\n');
        write_file(path, &json)?;
    }
    if arguments.json {
        output.json(&fit)?;
        return Ok(Done::Fully);
    }
    let ModelFile { examples, as_of, lambda, temperature, .. } = &fit.model;
    output
        .line(format!("由{examples}项公开案例拟合（收集至{as_of}），先验强度{lambda}，温度{temperature:.2}；“—”为不拟合的项"))?;
    show_weights(&fit.model, ["手工权重", "拟合权重"], output)?;
    for directory in &fit.directories {
        show_directory(directory, output)?;
    }
    output.line("每项需求都由没有见过该事件的权重排序；没有记录的组织不一定是不愿认领。")?;
    if let Some(out) = &arguments.out {
        output.line(format!("已写出 {}", out.display()))?;
    }
    Ok(Done::Fully)
}

fn show_directory(directory: &DirectoryReport, output: &mut Output) -> anyhow::Result<()> {
    output.line(format!("{}家组织为候选：", directory.organizations))?;
    let interval = |it: &Estimate| format!("{:.3} [{:.3}, {:.3}]", it.mean, it.low, it.high);
    let rows = directory.groups.iter().flat_map(|group| {
        group.rankers.iter().enumerate().map(move |(n, it)| {
            let (group, needs) = if n == 0 { (group.label.clone(), group.needs.to_string()) } else { Default::default() };
            let of_difference = |it: &Estimate| if n == 0 { String::new() } else { interval(it) };
            vec![
                group,
                needs,
                it.label.to_string(),
                interval(&it.mrr),
                format!("{:.3}", it.recall5),
                interval(&it.recall10),
                of_difference(&it.mrr_difference),
                of_difference(&it.recall10_difference),
            ]
        })
    });
    let headings = ["案例", "数目", "排序", "MRR [95%区间]", "召回@5", "召回@10 [95%区间]", "拟合权重的MRR高出", "召回@10高出"];
    output.line(table(&headings, &[1, 3, 4, 5, 6, 7], rows).to_string())
}
