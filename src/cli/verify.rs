//! `qianshou verify`

use clap::Args;

use super::options::{DataOptions, TEMPLATE};
use super::outcome::Done;
use super::output::{Output, spinner};
use super::session::LOCAL;
use crate::app::App;
use crate::store::Verified;

#[derive(Debug, Args)]
#[command(
    help_template = TEMPLATE, next_help_heading = "选项", override_usage = "qianshou verify [选项]",
    after_help = "示例：\n  qianshou verify --data 数据\n  qianshou verify --data 备份/2026-11-26\n\n只读取，不写入；逐条核对校验值，并检查数据库文件的结构。"
)]
pub(super) struct Arguments {}

pub(super) async fn run(data: &DataOptions, output: &mut Output) -> anyhow::Result<Done> {
    let spinner = spinner();
    spinner.set_message("核对账本");
    let verified = App::verify(LOCAL, &data.dir()).await;
    spinner.finish_and_clear();
    let Verified { version, records, contacts, changes } = verified?;
    output.line(format!("账本完好：版本{version}，记录{records}条，联系人{contacts}个，变更记录{changes}条"))?;
    Ok(Done::Fully)
}
