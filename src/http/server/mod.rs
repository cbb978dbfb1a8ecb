//! The server loop: it accepts connections, bounds their number and their time, and ends in an orderly way.
//!
//! Time limits of a connection are in [`stream`], who may have one is in [`connections`].

mod answer;
mod connections;
mod refusal;
mod stream;

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tower::ServiceExt as _;

use self::answer::Answer;
use self::connections::{Admitted, Connections};
use self::refusal::Refuser;
use self::stream::TimedStream;
use super::client::Peer;
use super::pace::{Pace, PacedBody};
use crate::config::HttpConfig;

/// Largest head of a request, in bytes. The longest address that is accepted has 64 KiB: a need of 10,000 characters is sent in
/// the address by the page.
const MAX_HEAD: usize = 72 << 10;
/// Most headers of a request.
const MAX_HEADERS: usize = 64;
/// Largest buffer of a connection in each direction, in bytes.
const MAX_BUFFER: usize = 128 << 10;
/// Largest buffer of the system for each direction of a connection, in bytes.
const SYSTEM_BUFFER: usize = 256 << 10;
/// How long nothing is accepted when no more files can be opened.
const PAUSE: Duration = Duration::from_millis(50);

/// A listening server.
pub struct Server {
    listener: Option<TcpListener>,
    router: Router,
    config: Arc<HttpConfig>,
    connections: Arc<Connections>,
    refuser: Refuser,
    tasks: JoinSet<()>,
    /// True once the server ends.
    ending: watch::Sender<bool>,
}

impl Server {
    /// Serves `router` on `listener`, once it [runs](Self::run).
    #[must_use]
    pub fn new(listener: TcpListener, router: Router, config: &HttpConfig) -> Self {
        Self {
            listener: Some(listener),
            router,
            config: Arc::new(config.clone()),
            connections: Arc::new(Connections::new(config)),
            refuser: Refuser::default(),
            tasks: JoinSet::new(),
            ending: watch::Sender::new(false),
        }
    }

    /// Accepts and serves connections for as long as it is polled.
    pub async fn run(&mut self) {
        let Some(listener) = &self.listener else { return };
        loop {
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                Some(_) = self.tasks.join_next() => continue,
            };
            match accepted {
                Ok((stream, peer)) => match self.connections.admit(peer.ip()) {
                    Ok(admitted) => {
                        let (router, config, ending) = (self.router.clone(), Arc::clone(&self.config), self.ending.subscribe());
                        self.tasks.spawn(connection(stream, peer, admitted, router, config, ending));
                    }
                    Err(reason) => self.refuser.refuse(stream, reason),
                },
                // The peer has left before it was accepted.
                Err(error) if is_of_peer(&error) => {}
                Err(error) => {
                    tracing::warn!("cannot accept a connection: {error}");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }

    /// Accepts nothing more, closes idle connections, and waits for the requests that are being answered. What is still left
    /// when the server is dropped is dropped with it.
    pub async fn drain(&mut self) {
        self.listener = None;
        self.ending.send_replace(true);
        while self.tasks.join_next().await.is_some() {}
    }

    /// Number of requests that are being answered.
    #[must_use]
    pub fn unanswered(&self) -> usize {
        self.connections.serving()
    }
}

fn is_of_peer(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

/// Serves one connection to its end.
async fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    admitted: Admitted,
    router: Router,
    config: Arc<HttpConfig>,
    mut ending: watch::Receiver<bool>,
) {
    bound_buffers(&stream);
    let pace = Pace { stall: config.stall_time, rate: config.least_rate, whole: config.request_time };
    let connection = Arc::clone(&admitted.connection);
    let stream = TimedStream::new(stream, Arc::clone(&connection), &config, pace);
    let service = service_fn(|request: hyper::Request<Incoming>| {
        connection.begin();
        let mut request = request.map(|body| Body::new(PacedBody::new(Body::new(body), pace)));
        request.extensions_mut().insert(Peer(peer.ip()));
        let (router, connection) = (router.clone(), Arc::clone(&connection));
        async move {
            let response = router.oneshot(request).await?;
            Ok::<_, Infallible>(response.map(|body| Answer::new(body, connection)))
        }
    });
    let mut http = http1::Builder::new();
    // The stream has the time limits; those of the library would count an idle connection as a slow head.
    http.timer(TokioTimer::new()).header_read_timeout(None);
    http.max_headers(MAX_HEADERS).max_header_size(MAX_HEAD).max_buf_size(MAX_BUFFER);
    let mut served = pin!(http.serve_connection(TokioIo::new(stream), service));
    let ended = tokio::select! {
        ended = served.as_mut() => ended,
        () = admitted.connection.make_way.notified() => return,
        () = async { _ = ending.wait_for(|&is_ending| is_ending).await } => {
            if !admitted.connection.is_serving() {
                return;
            }
            served.as_mut().graceful_shutdown();
            served.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%peer, "connection ended: {error}");
    }
}

/// Bounds what the system keeps for a peer that does not read, or that sends more than is read. Without it the buffers grow to
/// megabytes.
fn bound_buffers(stream: &TcpStream) {
    // Small answers are sent at once.
    let _ = stream.set_nodelay(true);
    #[cfg(unix)]
    {
        let _ = rustix::net::sockopt::set_socket_send_buffer_size(stream, SYSTEM_BUFFER);
        let _ = rustix::net::sockopt::set_socket_recv_buffer_size(stream, SYSTEM_BUFFER);
    }
}
