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
    /// Connections at once. The number of files that the process may open can lower it.
    pub connections: usize,
    /// Connections at once from one address that is not a trusted proxy.
    pub connections_per_client: usize,
    /// How long a client may take from opening a connection, or from its first byte, to the end of the head of a request.
    pub head_time: Duration,
    /// How long a connection may stay open without a request.
    pub idle_time: Duration,
    /// How long a body may stop arriving, or an answer stop being taken.
    pub stall_time: Duration,
    /// Lowest average at which a body must arrive and an answer be taken, in bytes a second, beyond the first `stall_time`.
    pub least_rate: u32,
    /// How long one request may take, its body included; its answer may take as long again.
    pub request_time: Duration,
}

impl Default for HttpConfig {
    fn default() -> Self {
        Self {
            hosts: Vec::new(),
            trusted_proxies: Vec::new(),
            connections: 512,
            connections_per_client: 64,
            head_time: Duration::from_secs(10),
            idle_time: Duration::from_secs(30),
            stall_time: Duration::from_secs(20),
            least_rate: 1000,
            // Long enough for a list of 64 MB over a slow line.
            request_time: Duration::from_secs(300),
        }
    }
}
