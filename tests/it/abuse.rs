//! Attacks on the server, bounded and on loopback: each ends with a short answer or a closed connection, and others are served.

mod connections;
mod peer;
