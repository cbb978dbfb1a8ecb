//! The command line: one file a command. Exit codes: 0 done; 1 done, something needs attention; 2 failed.

mod args;
mod generate;
mod import;
mod interrupt;
mod invite;
mod learn;
mod opportunities;
mod output;
mod plan;
mod plan_arguments;
mod reindex;
mod replay;
mod serve;
mod stats;
mod suggest;
mod template;
mod understand;

use std::io::Write as _;
use std::process::ExitCode;

use args::{Arguments, Command};
use output::Output;

use crate::domain::Principal;

/// Whoever runs a command acts with all rights on the data directory.
const LOCAL: Principal = Principal::LOCAL;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Done {
    /// 0
    Fully,
    /// 1: rejected rows and the like.
    NeedsAttention,
}

/// Runs the command that the process was started with.
#[must_use]
pub fn main() -> ExitCode {
    let arguments = match args::parse(std::env::args_os()) {
        Ok(arguments) => arguments,
        Err(refusal) => return refusal.show(),
    };
    start_log();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&format!("无法启动：{error}")),
    };
    match runtime.block_on(run(arguments)) {
        Ok(Done::Fully) => ExitCode::SUCCESS,
        Ok(Done::NeedsAttention) => ExitCode::from(1),
        // The reader of a pipe has seen enough (`qianshou stats | head`).
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => fail(&format!("{error}")),
    }
}

async fn run(arguments: Arguments) -> anyhow::Result<Done> {
    let mut output = Output::new();
    let data = arguments.data;
    match arguments.command {
        Command::Import(it) => import::run(&data, it, &mut output).await,
        Command::Understand(it) => understand::run(&data, &it, &mut output).await,
        Command::Suggest(it) => suggest::run(&data, it, &mut output).await,
        Command::Plan(it) => plan::run(&data, &it, &mut output).await,
        Command::Invite(it) => invite::run(&it, &mut output),
        Command::Opportunities(it) => opportunities::run(&data, &it, &mut output).await,
        Command::Learn(it) => learn::run(&data, &it, &mut output).await,
        Command::Replay(it) => replay::run(&data, &it, &mut output).await,
        Command::Serve(it) => serve::run(&data, &it, &mut output).await,
        Command::Reindex(_) => reindex::run(&data, &mut output).await,
        Command::Template(it) => template::run(&data, &it, &mut output).await,
        Command::Stats(it) => stats::run(&data, &it, &mut output).await,
        Command::Generate(it) => generate::run(&it, &mut output),
    }
}

/// Opens the data directory; with `model`, scores with its weights.
async fn open(data: &args::DataOptions, model: Option<&std::path::Path>) -> anyhow::Result<crate::app::App> {
    let mut app = crate::app::App::open(&data.dir(), false, data.clock()).await?;
    if let Some(path) = model {
        use_model(&mut app, path)?;
    }
    Ok(app)
}

fn use_model(app: &mut crate::app::App, path: &std::path::Path) -> anyhow::Result<()> {
    let json = crate::ingest::read_text(path)?;
    let model = crate::learn::ModelFile::from_json(&json).map_err(|error| anyhow::anyhow!("{}：{error}", path.display()))?;
    app.use_model(&model)?;
    Ok(())
}

/// Says what went wrong and gives the exit code for it.
fn fail(message: &str) -> ExitCode {
    // Nothing is left to be done if even this cannot be written.
    let _ = writeln!(std::io::stderr(), "错误：{message}");
    ExitCode::from(2)
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let plain = error.downcast_ref::<std::io::Error>().map(std::io::Error::kind);
    let kind = plain.or_else(|| error.downcast_ref::<serde_json::Error>()?.io_error_kind());
    kind == Some(std::io::ErrorKind::BrokenPipe)
}

/// Technical messages go to standard error, and only when asked for with `QIANSHOU_LOG`.
fn start_log() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("QIANSHOU_LOG").unwrap_or_else(|_| "warn,tantivy=error".into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
}
