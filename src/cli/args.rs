//! Arguments as typed. Help and refusals are in Chinese.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::error::{ContextKind, ErrorKind};
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use jiff::civil::Date;

use super::plan_arguments::PlanArguments;
use crate::clock::Clock;
use crate::domain::{EntityKind, FuzzyDate};
use crate::generate::Plan;

pub(super) const TEMPLATE: &str = "{before-help}{about-with-newline}\n用法: {usage}\n\n{all-args}{after-help}";

#[derive(Debug, Parser)]
#[command(
    name = "qianshou",
    version,
    about = "牵手：为援外干部和县级需求推荐可能认领的社会组织，并说明理由",
    help_template = TEMPLATE,
    subcommand_help_heading = "命令",
    subcommand_value_name = "命令",
    next_help_heading = "选项",
    override_usage = "qianshou [选项] <命令>",
    disable_help_subcommand = true,
    disable_help_flag = true,
    disable_version_flag = true,
    after_help = "示例：\n  qianshou serve --demo\n  qianshou import fixtures --data 数据\n  qianshou suggest \"德钦县乡村医生培训\" --region 迪庆 --amount 335万 --explain"
)]
pub(super) struct Arguments {
    #[command(flatten)]
    pub(super) data: DataOptions,
    #[command(subcommand)]
    pub(super) command: Command,
}

/// Where the data are, and which day it is.
#[derive(Debug, Clone, Args)]
pub(super) struct DataOptions {
    /// 数据目录
    #[arg(long, value_name = "目录", global = true, help = "数据目录 [默认：./data]")]
    data: Option<PathBuf>,
    /// 以此日为今天
    #[arg(long, value_name = "日期", global = true, value_parser = day, help = "以此日为今天，便于复现结果")]
    today: Option<Date>,
    /// 显示帮助
    #[arg(short, long, global = true, action = clap::ArgAction::Help, help = "显示帮助")]
    help: Option<bool>,
    /// 显示版本
    #[arg(short = 'V', long, action = clap::ArgAction::Version, help = "显示版本")]
    version: Option<bool>,
}

impl DataOptions {
    pub(super) fn dir(&self) -> PathBuf {
        self.data.clone().unwrap_or_else(|| PathBuf::from("data"))
    }

    pub(super) fn explicit_dir(&self) -> Option<&PathBuf> {
        self.data.as_ref()
    }

    pub(super) fn clock(&self) -> Clock {
        self.today.map_or(Clock::System, Clock::Fixed)
    }
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// 导入组织、往期项目、需求、认领（XLSX、XLS、ODS、CSV 或 JSONL）
    Import(Import),
    /// 写出空白的填报模板
    Template(Template),
    /// 说明程序从一段需求文字中读出了什么
    Understand(Understand),
    /// 推荐可能认领一项或一批需求的组织
    Suggest(Suggest),
    /// 为一批需求编制匹配方案，或求解一个纯数字的问题
    Plan(Box<PlanArguments>),
    /// 由方案写出给各组织的邀请函
    Invite(Invite),
    /// 反过来查：哪些待认领的需求适合某个组织
    Opportunities(Opportunities),
    /// 由往期项目和认领学习各项得分的权重
    Learn(Learn),
    /// 回放往年：推荐能否找到当年的认领方
    Replay(Replay),
    /// 启动网页和接口服务
    Serve(Serve),
    /// 由账本重建文本索引
    Reindex(Reindex),
    /// 统计数据目录中的记录
    Stats(Stats),
    /// 写出随机生成的合成数据，用于测试速度和规模
    Generate(Generate),
}

#[derive(Debug, Args)]
#[command(
    help_template = TEMPLATE, next_help_heading = "选项", override_usage = "qianshou import [选项] <文件>...",
    after_help = "示例：\n  qianshou import fixtures --data 数据\n  qianshou import 需求.xlsx --errors 需求-问题.xlsx\n  qianshou import 需求.csv --as needs --dry-run\n  qianshou import projects.jsonl --taxonomy taxonomy.json --partial\n\n有不合格的行时，整个文件不导入（--partial 除外），退出码为1。"
)]
pub(super) struct Import {
    #[arg(
        value_name = "文件",
        required_unless_present = "taxonomy",
        help_heading = "参数",
        help = "文件或目录；目录中的表格和 .jsonl 文件都会导入"
    )]
    pub(super) files: Vec<PathBuf>,
    #[arg(
        long = "as",
        value_name = "类别",
        hide_possible_values = true,
        help = "文件内容：organizations、projects、needs 或 claims；默认由文件名和列名判断"
    )]
    pub(super) kind: Option<KindName>,
    #[arg(long, help = "只检查，不写入")]
    pub(super) dry_run: bool,
    #[arg(long, value_name = "文件", help = "有问题时写出工作簿：原表加“错误说明”一列，问题单元格标色")]
    pub(super) errors: Option<PathBuf>,
    #[arg(long, help = "文件中有不合格的行时，仍导入其余各行")]
    pub(super) partial: bool,
    #[arg(long, value_name = "文件", help = "用这个领域分类替换内置分类，并存入数据目录")]
    pub(super) taxonomy: Option<PathBuf>,
    #[arg(long, help = "以 JSON 输出")]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
#[command(
    help_template = TEMPLATE, next_help_heading = "选项", override_usage = "qianshou template [选项] <类别> <文件>",
    after_help = "示例：\n  qianshou template needs 需求模板.xlsx\n\n模板含填表说明和下拉列表；填好后用 import 导入。"
)]
pub(super) struct Template {
    #[arg(
        value_name = "类别",
        help_heading = "参数",
        hide_possible_values = true,
        help = "organizations（组织）、projects（往期项目）、needs（需求）或 claims（认领）"
    )]
    pub(super) kind: KindName,
    #[arg(value_name = "文件", help_heading = "参数", help = "写到这个 .xlsx 文件")]
    pub(super) out: PathBuf,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum KindName {
    Organizations,
    Projects,
    Needs,
    Claims,
}

impl From<KindName> for EntityKind {
    fn from(name: KindName) -> Self {
        match name {
            KindName::Organizations => Self::Organizations,
            KindName::Projects => Self::Projects,
            KindName::Needs => Self::Needs,
            KindName::Claims => Self::Claims,
        }
    }
}

#[derive(Debug, Args)]
#[command(help_template = TEMPLATE, next_help_heading = "选项", override_usage = "qianshou understand [选项] <文字>", after_help = "示例：\n  qianshou understand \"果洛州23所学校安装净水设备，约629万元\"\n  qianshou understand --file 文字.jsonl --json")]
pub(super) struct Understand {
    #[arg(
        value_name = "文字",
        help_heading = "参数",
        required_unless_present = "file",
        conflicts_with = "file",
        help = "需求文字"
    )]
    pub(super) text: Option<String>,
    #[arg(long, value_name = "文件", help = "逐行读取 {\"id\", \"text\"}")]
    pub(super) file: Option<PathBuf>,
    #[arg(long, help = "以 JSON 输出，每段文字一行")]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
#[command(
    help_template = TEMPLATE, next_help_heading = "选项", override_usage = "qianshou suggest [选项] <文字>",
    after_help = "示例：\n  qianshou suggest \"德钦县乡村医生培训\" --region 迪庆 --amount 335万 --explain\n  qianshou suggest \"学校净水设备\" --region 果洛 --as-of 2020-12-31 --top 5\n  qianshou suggest \"学校净水设备\" --region 果洛 --why-not 示例基金会\n  qianshou suggest --needs 需求.csv --top 20 --out 推荐.xlsx\n\n推荐只供参考，是否认领由组织自主决定。"
)]
pub(super) struct Suggest {
    #[arg(
        value_name = "文字",
        help_heading = "参数",
        required_unless_present = "needs",
        conflicts_with = "needs",
        help = "需求文字"
    )]
    pub(super) text: Option<String>,
    #[arg(long, value_name = "文件", help = "为文件中的每项需求推荐（不写入数据目录）")]
    pub(super) needs: Option<PathBuf>,
    #[arg(long, value_name = "地区", help = "需求所在地，优先于文字")]
    pub(super) region: Option<String>,
    #[arg(long, value_name = "领域", help = "领域名称或代码，优先于文字")]
    pub(super) sector: Option<String>,
    #[arg(long, value_name = "金额", allow_hyphen_values = true, help = "所需金额，如 30万，优先于文字")]
    pub(super) amount: Option<String>,
    #[arg(long, value_name = "数量", default_value_t = 10, hide_default_value = true, help = "推荐几家 [默认：10]")]
    pub(super) top: usize,
    #[arg(long, value_name = "日期", help = "只用这一天已知的记录 [默认：今天]")]
    pub(super) as_of: Option<String>,
    #[arg(long, help = "逐项列出得分和依据")]
    pub(super) explain: bool,
    #[arg(long, help = "不计组织的活跃程度，小组织和新组织更容易排在前面")]
    pub(super) ignore_popularity: bool,
    #[arg(long, value_name = "组织", conflicts_with = "needs", help = "说明这个组织为什么没有排在前面，怎样改变才会")]
    pub(super) why_not: Option<String>,
    #[arg(long, value_name = "文件", help = "用 learn 得到的权重")]
    pub(super) model: Option<PathBuf>,
    #[arg(long, value_name = "文件", requires = "needs", help = "结果文件：.jsonl、.csv 或 .xlsx；默认以 JSONL 输出到屏幕")]
    pub(super) out: Option<PathBuf>,
    #[arg(long, conflicts_with = "needs", help = "以 JSON 输出")]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
#[command(
    help_template = TEMPLATE, next_help_heading = "选项", override_usage = "qianshou invite [选项] --out <文件> <方案>",
    after_help = "示例：\n  qianshou plan --open --out 方案.json\n  qianshou invite 方案.json --out 邀请函.txt\n\n每家组织一份，写明需求、建议金额和理由。邀请函不含联系方式，不构成认领。"
)]
pub(super) struct Invite {
    #[arg(value_name = "方案", help_heading = "参数", help = "plan 写出的 .json 文件")]
    pub(super) plan: PathBuf,
    #[arg(long, value_name = "文件", help = "结果文件：.xlsx、.json、.md 或 .txt")]
    pub(super) out: PathBuf,
}

#[derive(Debug, Args)]
#[command(help_template = TEMPLATE, next_help_heading = "选项", override_usage = "qianshou opportunities [选项] <组织>", after_help = "示例：\n  qianshou opportunities 上海复星公益基金会 --top 5")]
pub(super) struct Opportunities {
    #[arg(value_name = "组织", help_heading = "参数", help = "组织的编号、全称或简称")]
    pub(super) organization: String,
    #[arg(long, value_name = "数量", default_value_t = 10, hide_default_value = true, help = "列出几项 [默认：10]")]
    pub(super) top: usize,
    #[arg(long, value_name = "日期", help = "只用这一天已知的记录 [默认：今天]")]
    pub(super) as_of: Option<String>,
    #[arg(long, help = "逐项列出得分和依据")]
    pub(super) explain: bool,
    #[arg(long, value_name = "文件", help = "用 learn 得到的权重")]
    pub(super) model: Option<PathBuf>,
    #[arg(long, help = "以 JSON 输出")]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
#[command(
    help_template = TEMPLATE, next_help_heading = "选项", override_usage = "qianshou learn [选项] --out <文件>",
    after_help = "示例：\n  qianshou learn --as-of 2024-12-31 --out 模型.json\n  qianshou suggest \"学校净水设备\" --model 模型.json\n\n在留出的最近一段时间上不比默认权重好的模型不写出，退出码为1；--force 除外。"
)]
pub(super) struct Learn {
    #[arg(long, value_name = "日期", help = "只用这一天已知的记录 [默认：今天]", value_parser = day)]
    pub(super) as_of: Option<Date>,
    #[arg(long, value_name = "文件", help = "模型文件（JSON）")]
    pub(super) out: PathBuf,
    #[arg(long, help = "不比默认权重好也写出")]
    pub(super) force: bool,
    #[arg(long, help = "以 JSON 输出")]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
#[command(
    help_template = TEMPLATE, next_help_heading = "选项", override_usage = "qianshou replay [选项]",
    after_help = "示例：\n  qianshou replay --from 2018 --to 2020 --baselines\n  qianshou replay --from 2018 --baselines --svg 回放.svg\n\n把注明时间和组织的往期项目和认领当作当年的需求，只用此前已知的记录重新推荐。结果说明与历史是否一致，不等于效益。"
)]
pub(super) struct Replay {
    #[arg(long, value_name = "日期", help = "从这一天起的需求", value_parser = first_day)]
    pub(super) from: Date,
    #[arg(long, value_name = "日期", help = "到这一天为止 [默认：今天]", value_parser = day)]
    pub(super) to: Option<Date>,
    #[arg(long, help = "与随机、活跃程度、领域经历、名称相符、全文检索、投票各法比较")]
    pub(super) baselines: bool,
    #[arg(long, value_name = "文件", help = "用 learn 得到的权重")]
    pub(super) model: Option<PathBuf>,
    #[arg(long, value_name = "文件", help = "把比较结果画成 .svg 图")]
    pub(super) svg: Option<PathBuf>,
    #[arg(long, help = "以 JSON 输出")]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
#[command(help_template = TEMPLATE, next_help_heading = "选项", override_usage = "qianshou serve [选项]", after_help = "示例：\n  qianshou serve --demo\n  qianshou serve --data 数据 --listen 127.0.0.1:9000")]
pub(super) struct Serve {
    #[arg(
        long,
        value_name = "地址",
        default_value = "127.0.0.1:8080",
        hide_default_value = true,
        help = "监听地址 [默认：127.0.0.1:8080]；端口为0时自动选择"
    )]
    pub(super) listen: String,
    #[arg(
        long = "host",
        value_name = "名称",
        value_parser = host_name,
        help = "访问本服务所用的域名，可重复；localhost、127.0.0.1 和 [::1] 总是可用，其他名称不登记则不予回答"
    )]
    pub(super) hosts: Vec<String>,
    #[arg(long, value_name = "文件", help = "用 learn 得到的权重")]
    pub(super) model: Option<PathBuf>,
    #[arg(long, help = "载入示例数据；未指明 --data 时放在临时目录，退出后删除")]
    pub(super) demo: bool,
}

#[derive(Debug, Args)]
#[command(help_template = TEMPLATE, next_help_heading = "选项", override_usage = "qianshou reindex [选项]", after_help = "示例：\n  qianshou reindex --data 数据")]
pub(super) struct Reindex {}

#[derive(Debug, Args)]
#[command(help_template = TEMPLATE, next_help_heading = "选项", override_usage = "qianshou stats [选项]", after_help = "示例：\n  qianshou stats --data 数据 --json")]
pub(super) struct Stats {
    #[arg(long, help = "以 JSON 输出")]
    pub(super) json: bool,
}

fn first_day(text: &str) -> Result<Date, String> {
    text.parse::<FuzzyDate>().map(FuzzyDate::earliest)
}

#[derive(Debug, Args)]
#[command(
    help_template = TEMPLATE, next_help_heading = "选项", override_usage = "qianshou generate [选项] <目录>",
    after_help = "示例：\n  qianshou generate 合成数据\n  qianshou generate --organizations 1000000 --projects 5000000 --needs 100000 --seed 7 合成数据\n\n种子和数量相同，写出的内容就相同。名称以“合成示例”开头，不涉及真实的组织；目录中的 JSONL 文件可用 import 导入。"
)]
pub(super) struct Generate {
    #[arg(
        long,
        value_name = "数量",
        default_value = "1000",
        hide_default_value = true,
        value_parser = size,
        help = "组织数 [默认：1000]"
    )]
    pub(super) organizations: usize,
    #[arg(
        long,
        value_name = "数量",
        default_value = "5000",
        hide_default_value = true,
        value_parser = size,
        help = "往期项目数 [默认：5000]"
    )]
    pub(super) projects: usize,
    #[arg(
        long,
        value_name = "数量",
        default_value = "100",
        hide_default_value = true,
        value_parser = size,
        help = "需求数 [默认：100]"
    )]
    pub(super) needs: usize,
    #[arg(long, value_name = "种子", default_value_t = 1, hide_default_value = true, help = "随机数的种子 [默认：1]")]
    pub(super) seed: u64,
    #[arg(value_name = "目录", help_heading = "参数", help = "写到这个目录；它应是空的、不存在的，或由本命令写出的")]
    pub(super) dir: PathBuf,
}

/// How many records to make.
fn size(text: &str) -> Result<usize, String> {
    let size = text.parse().ok().filter(|size| (1..=Plan::MOST).contains(size));
    size.ok_or_else(|| format!("应为1到{}的整数", Plan::MOST))
}

fn day(text: &str) -> Result<Date, String> {
    text.parse::<FuzzyDate>().map(FuzzyDate::latest)
}

/// Help, version, or arguments that cannot be meant.
pub(super) struct Refusal(clap::Error);

impl Refusal {
    /// Shows it and gives the exit code: 0 for help and version, 2 otherwise.
    pub(super) fn show(&self) -> ExitCode {
        if !self.0.use_stderr() {
            let _ = self.0.print();
            return ExitCode::SUCCESS;
        }
        super::fail(&format!("{}；用 --help 查看用法", self.message()))
    }

    fn message(&self) -> String {
        let context = |kind| self.0.get(kind).map(|value| value.to_string()).unwrap_or_default();
        let argument = context(ContextKind::InvalidArg);
        match self.0.kind() {
            ErrorKind::UnknownArgument => format!("不认识的参数 {argument}"),
            ErrorKind::InvalidSubcommand => format!("没有 {} 这个命令", context(ContextKind::InvalidSubcommand)),
            ErrorKind::MissingRequiredArgument => format!("缺少 {argument}"),
            ErrorKind::ArgumentConflict => {
                let prior = context(ContextKind::PriorArg);
                format!("{argument} 和 {prior} 不能同时使用")
            }
            ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
                // The library's own reasons are English; ours are not.
                let reason = std::error::Error::source(&self.0).map(ToString::to_string).filter(|it| !it.is_ascii());
                let reason = reason.map(|reason| format!("：{reason}")).unwrap_or_default();
                format!("{argument} 的值“{}”不合要求{reason}", context(ContextKind::InvalidValue))
            }
            ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand | ErrorKind::MissingSubcommand => "没有写命令".to_owned(),
            _ => "参数有误".to_owned(),
        }
    }
}

/// Reads the arguments.
pub(super) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Arguments, Refusal> {
    let matches = Arguments::command().try_get_matches_from(arguments).map_err(Refusal)?;
    Arguments::from_arg_matches(&matches).map_err(Refusal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_is_sound() {
        Arguments::command().debug_assert();
    }
}

/// A name without a port, as `--host` takes it.
fn host_name(text: &str) -> Result<String, String> {
    let name = text.trim().to_lowercase();
    let is_name = |name: &str| name.chars().all(|c| c.is_ascii_alphanumeric() || "-._".contains(c));
    if name.is_empty() || !is_name(&name) {
        return Err("应为域名或 IP 地址，不带 http:// 和端口，如 office.lan".to_owned());
    }
    Ok(name)
}
