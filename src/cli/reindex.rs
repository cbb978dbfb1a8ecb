//! `qianshou reindex`

use clap::Args;

use super::options::{DataOptions, TEMPLATE};
use super::outcome::Done;
use super::output::{Output, spinner};
use crate::app::App;

#[derive(Debug, Args)]
#[command(help_template = TEMPLATE, next_help_heading = "选项", override_usage = "qianshou reindex [选项]", after_help = "示例：\n  qianshou reindex --data 数据")]
pub(super) struct Arguments {}

pub(super) async fn run(data: &DataOptions, output: &mut Output) -> anyhow::Result<Done> {
    let spinner = spinner();
    spinner.set_message("由账本重建文本索引");
    let app = App::reindex(&data.dir(), data.clock()).await?;
    spinner.finish_and_clear();
    output.line(format!("已重建文本索引：{}个往期项目", app.catalog().projects.len()))?;
    app.close().await;
    Ok(Done::Fully)
}
