//! The command line as a whole: the list of commands, and refusals. Help and refusals are in Chinese.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::error::{ContextKind, ErrorKind};
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use super::options::{DataOptions, TEMPLATE};
use super::outcome::fail;
use super::{
    erase_contact, generate, import, invite, learn, need, opportunities, plan, reindex, replay, serve, stats, suggest, template,
    understand, verify,
};

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
pub(super) struct CommandLine {
    #[command(flatten)]
    pub(super) data: DataOptions,
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// 导入组织、往期项目、需求、认领（XLSX、XLS、ODS、CSV 或 JSONL）
    Import(import::Arguments),
    /// 写出空白的填报模板
    Template(template::Arguments),
    /// 说明程序从一段需求文字中读出了什么
    Understand(understand::Arguments),
    /// 推荐可能认领一项或一批需求的组织
    Suggest(suggest::Arguments),
    /// 为一批需求编制匹配方案，或求解一个纯数字的问题
    Plan(Box<plan::Arguments>),
    /// 由方案写出给各组织的邀请函
    Invite(invite::Arguments),
    /// 反过来查：哪些待认领的需求适合某个组织
    Opportunities(opportunities::Arguments),
    /// 由往期项目和认领学习各项得分的权重
    Learn(learn::Arguments),
    /// 回放往年：推荐能否找到当年的认领方
    Replay(replay::Arguments),
    /// 启动网页和接口服务
    Serve(serve::Arguments),
    /// 由账本重建文本索引
    Reindex(reindex::Arguments),
    /// 检查账本（或它的备份）是否完好
    Verify(verify::Arguments),
    /// 关闭、撤回、恢复或删除一项需求
    Need(need::Arguments),
    /// 删除一个组织或一项需求的联系人
    EraseContact(erase_contact::Arguments),
    /// 统计数据目录中的记录
    Stats(stats::Arguments),
    /// 写出随机生成的合成数据，用于测试速度和规模
    Generate(generate::Arguments),
}

/// Help, version, or invalid arguments.
pub(super) struct Refusal(clap::Error);

impl Refusal {
    /// Prints it and returns the exit code: 0 for help and version, 2 otherwise.
    pub(super) fn show(&self) -> ExitCode {
        if !self.0.use_stderr() {
            let _ = self.0.print();
            return ExitCode::SUCCESS;
        }
        fail(&format!("{}；用 --help 查看用法", self.message()))
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
                // The library's own reasons are in English and are left out; ours are in Chinese.
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
pub(super) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<CommandLine, Refusal> {
    let matches = CommandLine::command().try_get_matches_from(arguments).map_err(Refusal)?;
    CommandLine::from_arg_matches(&matches).map_err(Refusal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_is_sound() {
        CommandLine::command().debug_assert();
    }
}
