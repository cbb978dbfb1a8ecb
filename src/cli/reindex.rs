//! `qianshou reindex`

use super::Done;
use super::args::DataOptions;
use super::output::{Output, spinner};
use crate::app::App;

pub(super) async fn run(data: &DataOptions, output: &mut Output) -> anyhow::Result<Done> {
    let spinner = spinner();
    spinner.set_message("由账本重建文本索引");
    let app = App::reindex(&data.dir(), data.clock()).await?;
    spinner.finish_and_clear();
    output.line(format!("已重建文本索引：{}个往期项目", app.catalog().projects.len()))?;
    app.close().await;
    Ok(Done::Fully)
}
