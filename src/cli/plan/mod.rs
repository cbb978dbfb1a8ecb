//! `qianshou plan`

mod conditions;
mod problem;
mod tables;
mod values;

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use conditions::Conditions;
use values::seconds;

use super::interrupt::Interrupt;
use super::options::{DataOptions, TEMPLATE};
use super::outcome::Done;
use super::output::{Output, format_of, stages, write_file};
use super::session::{LOCAL, open};
use crate::domain::{EntityKind, NeedId};
use crate::export::plan_workbook;
use crate::ingest::{InputFile, read_text};
use crate::plan::{Plan, PlanControl, PlanNeeds};

/// Headings of the help.
const NEEDS: &str = "为哪些需求";
const NUMBERS: &str = "求解纯数字的问题";

#[derive(Debug, Args)]
#[command(
    help_template = TEMPLATE,
    next_help_heading = "选项",
    override_usage = "qianshou plan [选项] <--needs <文件>|--open|--need <需求>...>\n      qianshou plan --problem <文件> [--continuous] [--time-limit <秒>] [--out <文件>]",
    after_help = "示例：\n  qianshou plan --open --out 方案.xlsx --out 方案.json\n  qianshou plan --needs 需求.xlsx --unknown-budget 20万 --max-partners 3\n  qianshou plan --open --lock 校园净水：示例基金会：30万 --exclude 另一基金会\n  qianshou plan --open --keep 方案.json --max-changes 3 --out 新方案.xlsx\n  qianshou plan --problem 问题.json --out 结果.json\n\n方案是推荐草案，不构成认领。有未满足或未能纳入方案的需求时，退出码为1。按一次 Ctrl-C 取目前最好的方案，再按一次退出。"
)]
pub(super) struct Arguments {
    #[arg(long, help_heading = NEEDS, value_name = "文件", conflicts_with_all = ["open", "need"], help = "为文件中的需求编制方案（不写入数据目录）")]
    needs: Option<PathBuf>,
    #[arg(long, help_heading = NEEDS, conflicts_with = "need", help = "为数据目录中全部待认领的需求编制方案")]
    open: bool,
    #[arg(long, help_heading = NEEDS, value_name = "需求", num_args = 1.., help = "为数据目录中的这些需求（编号或名称）编制方案")]
    need: Vec<String>,
    #[arg(
        long,
        help_heading = NUMBERS,
        value_name = "文件",
        conflicts_with_all = OF_DATA,
        help = "求解一个纯数字的问题（JSON），不用数据目录"
    )]
    problem: Option<PathBuf>,
    #[arg(long, help_heading = NUMBERS, requires = "problem", conflicts_with_all = OF_DATA, help = "不计最低金额、项目数上限和全额条件")]
    continuous: bool,
    #[arg(long, value_name = "文件", help = "结果文件：.xlsx 或 .json，可写多个；默认只在屏幕上显示")]
    out: Vec<PathBuf>,
    #[arg(long, value_name = "秒", allow_hyphen_values = true, value_parser = seconds, help = "到时取目前最好的方案")]
    time_limit: Option<Duration>,
    #[arg(long, conflicts_with = "problem", help = "以 JSON 输出")]
    json: bool,
    #[command(flatten)]
    conditions: Conditions,
}

/// The arguments that a numeric problem has no use for.
const OF_DATA: [&str; 30] = [
    "needs",
    "open",
    "need",
    "as_of",
    "model",
    "min_ticket",
    "max_ticket",
    "max_partners",
    "max_projects",
    "candidates",
    "min_fit",
    "unknown_budget",
    "fairness",
    "region_fairness",
    "spread",
    "newcomers",
    "whole",
    "all_whole",
    "forbid",
    "force",
    "lock",
    "reserve",
    "earmark",
    "exclude",
    "budget",
    "projects",
    "gap",
    "partners",
    "keep",
    "max_changes",
];

pub(super) async fn run(data: &DataOptions, arguments: &Arguments, output: &mut Output) -> anyhow::Result<Done> {
    if let Some(path) = &arguments.problem {
        return problem::run(path, arguments.continuous, arguments.time_limit, &arguments.out, output);
    }
    let formats: Vec<(&PathBuf, Format)> =
        arguments.out.iter().map(|path| Ok((path, Format::from_path(path)?))).collect::<anyhow::Result<_>>()?;
    let needs = needs(arguments)?;
    let keep = arguments.conditions.keep.as_deref().map(read_plan).transpose()?;
    let ask = arguments.conditions.ask(arguments.time_limit);
    let interrupt = Interrupt::watch();
    let app = open(data, arguments.conditions.model.as_deref()).await?;
    let bar = stages();
    let control = PlanControl { stop: interrupt.flag(), progress: &|it| bar.show(&it) };
    let plan = tokio::task::block_in_place(|| app.plan(LOCAL, &ask, &needs, keep.as_ref(), &control));
    bar.finish();
    let plan = plan?;
    app.close().await;
    for (path, format) in &formats {
        write_file(path, &format.bytes(&plan)?)?;
    }
    if arguments.json {
        output.json(&plan)?;
    } else {
        tables::show(&plan, interrupt.is_raised(), output)?;
        for (path, _) in &formats {
            output.line(format!("已写出 {}", path.display()))?;
        }
    }
    let is_complete = plan.unplanned.is_empty() && plan.needs.iter().all(|need| need.unmet.is_none());
    Ok(if is_complete { Done::Fully } else { Done::NeedsAttention })
}

fn needs(arguments: &Arguments) -> anyhow::Result<PlanNeeds> {
    if let Some(path) = &arguments.needs {
        return Ok(PlanNeeds::File(InputFile::open(path, Some(EntityKind::Needs))?));
    }
    if !arguments.need.is_empty() {
        return Ok(PlanNeeds::Stored(arguments.need.iter().map(NeedId::new).collect()));
    }
    anyhow::ensure!(arguments.open, "请写明为哪些需求编制方案：--needs <文件>、--open（全部待认领的需求）或 --need <编号>");
    Ok(PlanNeeds::Open)
}

/// Reads a plan that was written earlier.
pub(super) fn read_plan(path: &Path) -> anyhow::Result<Plan> {
    Plan::from_json(&read_text(path)?).map_err(|error| anyhow::anyhow!("{}：{error}", path.display()))
}

#[derive(Debug, Clone, Copy)]
enum Format {
    Workbook,
    Json,
}

impl Format {
    fn from_path(path: &Path) -> anyhow::Result<Self> {
        format_of(path, "结果文件", &[("xlsx", Self::Workbook), ("json", Self::Json)])
    }

    fn bytes(self, plan: &Plan) -> anyhow::Result<Vec<u8>> {
        match self {
            Self::Workbook => Ok(plan_workbook(plan)?),
            Self::Json => Ok(serde_json::to_vec_pretty(plan)?),
        }
    }
}
