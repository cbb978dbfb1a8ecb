//! The log: technical messages on standard error, without numbers of persons.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::io::{self, Write};

use crate::privacy::masked;

/// Starts the log. It shows warnings, and more if `QIANSHOU_LOG` asks for it. A panic is logged as well: its message may quote
/// the text that was being read.
pub(super) fn start_log() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("QIANSHOU_LOG").unwrap_or_else(|_| "warn,tantivy=error".into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(|| Masking(io::stderr())).init();
    std::panic::set_hook(Box::new(|panic| {
        let message = panic.payload_as_str().unwrap_or_default();
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        // Empty unless RUST_BACKTRACE asks for it.
        let trace = Backtrace::capture();
        let trace = if trace.status() == BacktraceStatus::Captured { format!("\n{trace}") } else { String::new() };
        tracing::error!("panicked at {place}: {message}{trace}");
    }));
}

/// Masks what is written. An event of the log is written in one piece.
struct Masking<W>(W);

impl<W: Write> Write for Masking<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write_all(masked(&String::from_utf8_lossy(bytes)).as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_names_no_person() {
        let mut log = Masking(Vec::new());
        log.write_all("ERROR request{path=/}: inside `李四13800138000`\n".as_bytes()).unwrap();
        assert_eq!(String::from_utf8(log.0).unwrap(), "ERROR request{path=/}: inside `李四[手机号已隐去]`\n");
    }
}
