//! `qianshou reindex`

use super::Done;
use super::args::Place;
use super::output::{Output, spinner};
use crate::engine::Engine;

pub(super) async fn run(place: &Place, output: &mut Output) -> anyhow::Result<Done> {
    let spinner = spinner();
    spinner.set_message("由账本重建文本索引");
    let engine = Engine::reindex(&place.data(), place.clock()).await?;
    spinner.finish_and_clear();
    output.line(format!("已重建文本索引：{}个往期项目", engine.catalog().projects.len()))?;
    engine.close().await;
    Ok(Done::Fully)
}
