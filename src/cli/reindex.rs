//! `qianshou reindex`

use clap::Args;

use super::options::{DataOptions, TEMPLATE};
use super::outcome::Done;
use super::output::{Output, derived_bar};
use super::session::advance;
use crate::app::App;

#[derive(Debug, Args)]
#[command(help_template = TEMPLATE, next_help_heading = "选项", override_usage = "qianshou reindex [选项]", after_help = "示例：\n  qianshou reindex --data 数据")]
pub(super) struct Arguments {}

pub(super) async fn run(data: &DataOptions, output: &mut Output) -> anyhow::Result<Done> {
    let bar = derived_bar();
    let app = App::reindex(&data.dir(), data.clock(), &|progress| advance(&bar, progress)).await;
    bar.finish_and_clear();
    let app = app?;
    output.line(format!("已重建文本索引：{}个往期项目", app.catalog().project_count()))?;
    app.close().await;
    Ok(Done::Fully)
}
