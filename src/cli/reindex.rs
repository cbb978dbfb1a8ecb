//! `qianshou reindex`

use super::Done;
use super::args::Place;
use super::output::{Output, spinner};
use crate::app::App;

pub(super) async fn run(place: &Place, output: &mut Output) -> anyhow::Result<Done> {
    let spinner = spinner();
    spinner.set_message("由账本重建文本索引");
    let app = App::reindex(&place.data(), place.clock()).await?;
    spinner.finish_and_clear();
    output.line(format!("已重建文本索引：{}个往期项目", app.catalog().projects.len()))?;
    app.close().await;
    Ok(Done::Fully)
}
