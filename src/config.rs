//! What an operator sets when the program is started.

use std::time::Duration;

/// How the server answers.
#[derive(Debug, Clone)]
pub struct HttpConfig {
    /// Names by which this server is addressed, besides the loopback names, which always are; without a port, in lower case.
    pub hosts: Vec<String>,
    /// How long one request may take, its body included.
    pub request_time: Duration,
}

impl Default for HttpConfig {
    fn default() -> Self {
        // Long enough for a list of 64 MB over a slow line.
        Self { hosts: Vec::new(), request_time: Duration::from_secs(300) }
    }
}
