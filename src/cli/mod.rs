//! The command line: one file per command. Exit codes: 0 done; 1 done, something needs attention; 2 failed.

mod command_line;
mod erase_contact;
mod generate;
mod import;
mod import_bar;
mod interrupt;
mod invite;
mod learn;
mod listen;
mod log;
mod need;
mod opportunities;
mod options;
mod outcome;
mod output;
mod plan;
mod questions;
mod reindex;
mod replay;
mod serve;
mod session;
mod signals;
mod stats;
mod suggest;
mod template;
mod tidier;
mod understand;
mod verify;
mod watcher;

use std::process::ExitCode;

use command_line::{Command, CommandLine};
use log::start_log;
use outcome::{Done, fail};
use output::Output;

/// Runs the command that the process was started with.
#[must_use]
pub fn main() -> ExitCode {
    let command_line = match command_line::parse(std::env::args_os()) {
        Ok(command_line) => command_line,
        Err(refusal) => return refusal.show(),
    };
    start_log();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&format!("无法启动：{error}")),
    };
    let result = runtime.block_on(run(command_line));
    // A job that was given up may still hold a thread. Whatever it writes is one transaction, which is whole or absent.
    runtime.shutdown_background();
    match result {
        Ok(done) => done.into(),
        // The reader of the pipe has closed it (`qianshou stats | head`).
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => fail(&format!("{error}")),
    }
}

async fn run(CommandLine { data, command }: CommandLine) -> anyhow::Result<Done> {
    let mut output = Output::new();
    match command {
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
        Command::Verify(_) => verify::run(&data, &mut output).await,
        Command::Need(it) => need::run(&data, &it, &mut output).await,
        Command::EraseContact(it) => erase_contact::run(&data, &it, &mut output).await,
        Command::Stats(it) => stats::run(&data, &it, &mut output).await,
        Command::Generate(it) => generate::run(&it, &mut output),
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let plain = error.downcast_ref::<std::io::Error>().map(std::io::Error::kind);
    let kind = plain.or_else(|| error.downcast_ref::<serde_json::Error>()?.io_error_kind());
    kind == Some(std::io::ErrorKind::BrokenPipe)
}
