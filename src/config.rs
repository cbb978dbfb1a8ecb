//! What an operator sets when the program is started.

use std::net::IpAddr;
use std::time::Duration;

/// Settings of the HTTP server.
#[derive(Debug, Clone)]
pub struct HttpConfig {
    /// Host names that this server answers to, without a port and in lower case. Loopback names are always accepted.
    pub hosts: Vec<String>,
    /// Reverse proxies that are believed when they name a client.
    pub trusted_proxies: Vec<IpAddr>,
    /// How long one request may take, its body included.
    pub request_time: Duration,
}

impl Default for HttpConfig {
    fn default() -> Self {
        // Long enough for a list of 64 MB over a slow line.
        Self { hosts: Vec::new(), trusted_proxies: Vec::new(), request_time: Duration::from_secs(300) }
    }
}
