//! `qianshou understand`

use std::path::PathBuf;

use clap::Args;
use serde::{Deserialize, Serialize};

use super::options::{DataOptions, TEMPLATE};
use super::outcome::Done;
use super::output::{Output, table};
use super::session::existing;
use crate::app::Reader;
use crate::domain::{Record, Urgency};
use crate::ingest::read_text;
use crate::wire;

#[derive(Debug, Args)]
#[command(help_template = TEMPLATE, next_help_heading = "选项", override_usage = "qianshou understand [选项] <文字>", after_help = "示例：\n  qianshou understand \"果洛州23所学校安装净水设备，约629万元\"\n  qianshou understand --file 文字.jsonl --json")]
pub(super) struct Arguments {
    #[arg(
        value_name = "文字",
        help_heading = "参数",
        required_unless_present = "file",
        conflicts_with = "file",
        help = "需求文字"
    )]
    text: Option<String>,
    #[arg(long, value_name = "文件", help = "逐行读取 {\"id\", \"text\"}")]
    file: Option<PathBuf>,
    #[arg(long, help = "以 JSON 输出，每段文字一行")]
    json: bool,
}

#[derive(Deserialize)]
struct Input {
    id: serde_json::Value,
    text: String,
}

#[derive(Serialize)]
struct Line {
    id: serde_json::Value,
    #[serde(flatten)]
    text: wire::UnderstoodText,
}

#[derive(Serialize)]
struct Failure {
    id: serde_json::Value,
    error: String,
}

pub(super) async fn run(data: &DataOptions, arguments: &Arguments, output: &mut Output) -> anyhow::Result<Done> {
    let reader = reader(data).await?;
    if let Some(text) = &arguments.text {
        anyhow::ensure!(!text.trim().is_empty(), "请写明需求文字");
        if arguments.json {
            output.json(&understood(&reader, text))?;
        } else {
            for line in described(&reader, text) {
                output.line(line)?;
            }
        }
        return Ok(Done::Fully);
    }
    let Some(path) = &arguments.file else { anyhow::bail!("请写需求文字，或用 --file 指明文件") };
    let text = read_text(path)?;
    let mut done = Done::Fully;
    let mut rows = Vec::new();
    for (n, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        match serde_json::from_str::<Input>(line) {
            Ok(input) => {
                if arguments.json {
                    output.json(&Line { id: input.id, text: understood(&reader, &input.text) })?;
                } else {
                    rows.push(vec![shown(&input.id), described(&reader, &input.text).join("\n")]);
                }
            }
            Err(_) => {
                let id = serde_json::from_str(line).ok().and_then(|value: serde_json::Value| value.get("id").cloned());
                done = Done::NeedsAttention;
                let error = format!("第{}行不是 {{\"id\", \"text\"}} 形式的 JSON", n + 1);
                if arguments.json {
                    output.json(&Failure { id: id.unwrap_or_default(), error })?;
                } else {
                    rows.push(vec![format!("第{}行", n + 1), error]);
                }
            }
        }
    }
    if !arguments.json {
        output.line(table(&["编号", "读出的内容"], &[], rows).to_string())?;
    }
    Ok(done)
}

/// A reader with the taxonomy of the data directory, if there is one.
async fn reader(data: &DataOptions) -> anyhow::Result<Reader> {
    Ok(existing(data).await?.map_or_else(|| Reader::embedded(data.clock()), |app| app.reader()))
}

fn understood(reader: &Reader, text: &str) -> wire::UnderstoodText {
    wire::UnderstoodText::new(reader.read(text), reader.several(text))
}

/// The record of a text in lines of `名目：内容`, and a line for each of its needs if it states several.
fn described(reader: &Reader, text: &str) -> Vec<String> {
    let mut lines = describe(reader, &reader.read(text));
    for (n, part) in (1..).zip(reader.several(text)) {
        lines.push(format!("需求{n}：{}（{}）", part.text, describe(reader, &part.record).join("；")));
    }
    lines
}

fn shown(id: &serde_json::Value) -> String {
    id.as_str().map_or_else(|| id.to_string(), str::to_owned)
}

/// The record in lines of `名目：内容`.
pub(super) fn describe(reader: &Reader, record: &Record) -> Vec<String> {
    let mut lines = Vec::new();
    let mut push = |label: &str, text: String| {
        if !text.is_empty() {
            lines.push(format!("{label}：{text}"));
        }
    };
    let certain: Vec<&str> = record.certain_regions().map(|region| region.name.as_str()).collect();
    push("地区", certain.join("、"));
    let unsure: Vec<&str> = record.regions.iter().filter(|it| !it.certain).map(|it| it.name.as_str()).collect();
    push("地区不确定，可能是", unsure.join("、"));
    let sectors: Vec<String> = record
        .sectors
        .iter()
        .map(|share| format!("{}（{:.0}%）", reader.name(share.code.as_str()), share.weight * 100.0))
        .collect();
    push("领域", sectors.join("、"));
    push("金额", record.amount.as_ref().map(ToString::to_string).unwrap_or_default());
    push("受益人数", record.beneficiaries.as_ref().map(|it| it.text.clone()).unwrap_or_default());
    push("受益人群", record.groups.iter().map(|code| reader.name(code)).collect::<Vec<_>>().join("、"));
    push("帮扶方式", record.modes.iter().map(|code| reader.name(code)).collect::<Vec<_>>().join("、"));
    push("期限", record.deadline.as_ref().map(|it| format!("{}（{}前）", it.text, it.not_after)).unwrap_or_default());
    let urgency = record.urgency.map_or("", |urgency| match urgency {
        Urgency::High => "高",
        Urgency::Medium => "中",
        Urgency::Low => "低",
    });
    push("紧急程度", urgency.to_owned());
    push("请核对", record.doubts.join("；"));
    push("文字整理", record.changes.join("、"));
    if lines.is_empty() {
        lines.push("没有读出地区、领域、金额等内容".to_owned());
    }
    lines
}
