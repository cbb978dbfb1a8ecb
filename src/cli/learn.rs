//! `qianshou learn`

use std::path::PathBuf;

use clap::Args;
use jiff::civil::Date;

use super::options::{DataOptions, TEMPLATE, day};
use super::outcome::Done;
use super::output::{Output, parent, spinner, table, write_file};
use super::session::{LOCAL, open};
use crate::learn::ModelFile;
use crate::replay::Learned;
use crate::score::feature_label;

#[derive(Debug, Args)]
#[command(
    help_template = TEMPLATE, next_help_heading = "选项", override_usage = "qianshou learn [选项] --out <文件>",
    after_help = "示例：\n  qianshou learn --as-of 2024-12-31 --out 模型.json\n  qianshou suggest \"学校净水设备\" --model 模型.json\n\n在留出的最近一段时间上不比默认权重好的模型不写出，退出码为1；--force 除外。"
)]
pub(super) struct Arguments {
    #[arg(long, value_name = "日期", help = "只用这一天已知的记录 [默认：今天]", value_parser = day)]
    as_of: Option<Date>,
    #[arg(long, value_name = "文件", help = "模型文件（JSON）")]
    out: PathBuf,
    #[arg(long, help = "不比默认权重好也写出")]
    force: bool,
    #[arg(long, help = "以 JSON 输出")]
    json: bool,
}

pub(super) async fn run(data: &DataOptions, arguments: &Arguments, output: &mut Output) -> anyhow::Result<Done> {
    anyhow::ensure!(parent(&arguments.out).is_dir(), "无法写入 {}：目录不存在", arguments.out.display());
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
    let mut json = serde_json::to_vec_pretty(&model)?;
    json.push(b'\n');
    write_file(&arguments.out, &json)?;
    if !arguments.json {
        output.line(format!("已写出 {}；用 suggest --model 使用", arguments.out.display()))?;
    }
    Ok(if is_better { Done::Fully } else { Done::NeedsAttention })
}

fn show(model: &ModelFile, output: &mut Output) -> anyhow::Result<()> {
    let ModelFile { examples, from, to, lambda, temperature, held_back, .. } = model;
    output.line(format!("由{examples}项已被认领的需求和往期项目学得（{from}至{to}），先验强度{lambda}，温度{temperature:.2}"))?;
    let rows = model.features.iter().map(|it| {
        let error = it.standard_error.map_or_else(|| "—".to_owned(), |error| format!("{error:.3}"));
        let numbers = [it.hand_set, it.per_unit, it.unknown].map(|number| format!("{number:.3}"));
        let [hand_set, per_unit, unknown] = numbers;
        vec![feature_label(&it.feature).to_owned(), hand_set, per_unit, error, unknown]
    });
    output.line(table(&["得分项", "默认权重", "学得权重", "标准误", "未知时"], &[1, 2, 3, 4], rows).to_string())?;
    output.line(format!(
        "由此前的{}项学得的权重，在{}起留出的{}项需求上比较：",
        held_back.examples, held_back.from, held_back.needs
    ))?;
    let rows = [("默认权重", held_back.hand_set), ("学得权重", held_back.learned)].map(|(name, it)| {
        let [mrr, ndcg, recall] = [it.mrr, it.ndcg10, it.recall10].map(|number| format!("{number:.4}"));
        vec![name.to_owned(), mrr, ndcg, recall]
    });
    output.line(table(&["权重", "MRR", "nDCG@10", "召回率@10"], &[1, 2, 3], rows).to_string())?;
    output.line(format!("前十名认领概率的校准误差：{:.4}（温度在同一时段上拟合）", held_back.calibration_error))
}
