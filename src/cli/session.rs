//! The data directory that a command works on, and its principal.

use std::path::Path;

use indicatif::ProgressBar;
use qianshou_index::analyze::Segmenter;

use super::options::DataOptions;
use super::output::derived_bar;
use crate::app::{App, Progress};
use crate::clock::Clock;
use crate::domain::Principal;
use crate::ingest::read_text;
use crate::learn::ModelFile;
use crate::reference::Reference;

/// The user who runs a command has all rights on the data directory.
pub(super) const LOCAL: Principal = Principal::LOCAL;

/// Opens the data directory; with `model`, scores with its weights.
pub(super) async fn open(data: &DataOptions, model: Option<&Path>) -> anyhow::Result<App> {
    // The tables are read while the ledger is opened; whoever needs one first waits for it.
    std::thread::spawn(|| (Segmenter::embedded(), Reference::embedded()));
    let mut app = open_with_bar(&data.dir(), false, data.clock()).await?;
    if let Some(path) = model {
        use_model(&mut app, path)?;
    }
    Ok(app)
}

/// Opens a data directory, with a bar if its derived data have to be made anew.
pub(super) async fn open_with_bar(dir: &Path, create: bool, clock: Clock) -> anyhow::Result<App> {
    let bar = derived_bar();
    let app = App::open_telling(dir, create, clock, &|progress| advance(&bar, progress)).await;
    bar.finish_and_clear();
    Ok(app?)
}

/// Shows how far the making of derived data is.
pub(super) fn advance(bar: &ProgressBar, progress: Progress) {
    bar.set_length(progress.total as u64);
    bar.set_position(progress.done as u64);
}

/// Opens the data directory if there is one; does not create one.
pub(super) async fn existing(data: &DataOptions) -> anyhow::Result<Option<App>> {
    Ok(if App::has_data(&data.dir()) { Some(open(data, None).await?) } else { None })
}

/// Scores with the weights of the model file at `path` from now on.
pub(super) fn use_model(app: &mut App, path: &Path) -> anyhow::Result<()> {
    let json = read_text(path)?;
    let model = ModelFile::from_json(&json).map_err(|error| anyhow::anyhow!("{}：{error}", path.display()))?;
    app.use_model(&model)?;
    Ok(())
}
