//! Connections that are held open, fed slowly or not read, and the end of the server.

use std::process::Command;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::routing::get;
use qianshou::config::HttpConfig;
use tempfile::TempDir;
use tokio::sync::mpsc;

use super::peer::{ACCOMPLICE, ATTACKER, HONEST, Program, Running};
use crate::data::Data;

/// A time limit that is over at once.
const SHORT: Duration = Duration::from_millis(50);
/// A time limit that no test lives to see.
const LONG: Duration = Duration::from_secs(3600);

/// Every time limit is long, so that a test sees the one it shortens.
fn patient() -> HttpConfig {
    HttpConfig { head_time: LONG, idle_time: LONG, stall_time: LONG, request_time: LONG, ..HttpConfig::default() }
}

/// A router with one page.
fn small() -> Router {
    Router::new().route("/", get(|| async { "served" }))
}

#[tokio::test]
async fn a_head_that_does_not_end_is_given_up() {
    let server = Running::start(small(), &HttpConfig { head_time: SHORT, ..patient() }).await;
    for start in ["", "G", "GET / HTTP/1.1\r\nhost: local"] {
        let mut slow = server.connect(ATTACKER).await;
        slow.send(start).await;
        assert_eq!(slow.rest().await, "", "{start:?}");
    }
    assert!(server.get(HONEST, "/").await.ends_with("served"));
}

#[tokio::test]
async fn an_idle_connection_is_closed_and_a_second_head_that_does_not_end_too() {
    let request = "GET / HTTP/1.1\r\nhost: localhost\r\n\r\n";
    let server = Running::start(small(), &HttpConfig { idle_time: SHORT, ..patient() }).await;
    let mut idle = server.connect(ATTACKER).await;
    idle.send(request).await;
    assert!(idle.rest().await.ends_with("served"));

    let server = Running::start(small(), &HttpConfig { head_time: SHORT, ..patient() }).await;
    let mut slow = server.connect(ATTACKER).await;
    slow.send(request).await;
    slow.until("served").await;
    slow.send(request).await;
    slow.until("served").await;
    slow.send("GET").await;
    assert_eq!(slow.rest().await, "");
}

#[tokio::test]
async fn a_body_that_stops_arriving_is_given_up_with_an_answer() {
    let data = Data::empty().await;
    let config = HttpConfig { stall_time: SHORT, ..patient() };
    let server = Running::start(qianshou::http::router(data.app.clone(), &config), &config).await;
    for (path, kind) in [
        ("/api/v1/suggestions", "application/json"),
        ("/api/v1/imports", "multipart/form-data; boundary=mark"),
        ("/api/v1/plans", "multipart/form-data; boundary=mark"),
        ("/api/v1/plans", "application/json"),
    ] {
        let mut slow = server.connect(ATTACKER).await;
        let head = format!("POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: {kind}\r\ncontent-length: 1000\r\n\r\n");
        slow.send(&head).await;
        slow.send("--mark\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\n").await;
        let answer = slow.rest().await;
        assert!(answer.starts_with("HTTP/1.1 408 "), "{path} {kind}: {answer}");
        assert!(answer.contains("上传过慢"), "{path} {kind}: {answer}");
    }
}

/// Tells when it is dropped.
struct Told(mpsc::UnboundedSender<()>);

impl Drop for Told {
    fn drop(&mut self) {
        let _ = self.0.send(());
    }
}

#[tokio::test]
async fn an_answer_that_nobody_reads_is_not_kept() {
    let (dropped, mut is_dropped) = mpsc::unbounded_channel();
    let large = move || {
        let told = Told(dropped.clone());
        async move {
            // Owned by the answer: it goes when the answer goes.
            struct Owner(Told, Vec<u8>);
            impl AsRef<[u8]> for Owner {
                fn as_ref(&self) -> &[u8] {
                    let _ = &self.0;
                    &self.1
                }
            }
            Body::from(Bytes::from_owner(Owner(told, vec![b'x'; 32 << 20])))
        }
    };
    let router = Router::new().route("/large", get(large)).merge(small());
    let server = Running::start(router, &HttpConfig { stall_time: SHORT, ..patient() }).await;
    let mut unread = server.connect(ATTACKER).await;
    unread.send("GET /large HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    is_dropped.recv().await.expect("the answer is dropped");
    assert!(unread.rest().await.len() < 32 << 20);
    assert!(server.get(HONEST, "/").await.ends_with("served"));
}

#[tokio::test]
async fn one_address_holds_a_bounded_number_of_connections() {
    let server = Running::start(small(), &HttpConfig { connections_per_client: 3, ..patient() }).await;
    let mut held = Vec::new();
    for _ in 0..3 {
        held.push(server.connect(ATTACKER).await);
    }
    let refused = server.get(ATTACKER, "/").await;
    assert!(refused.starts_with("HTTP/1.1 429 ") && refused.contains("\r\nretry-after: "), "{refused}");
    assert!(server.get(HONEST, "/").await.ends_with("served"));
    held[0].send("GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").await;
    assert!(held[0].rest().await.ends_with("served"), "the connections that were accepted are served");
    assert!(server.get(ATTACKER, "/").await.ends_with("served"), "a closed connection frees its place");
}

#[tokio::test]
async fn many_addresses_together_do_not_keep_out_an_honest_one() {
    let server = Running::start(small(), &HttpConfig { connections: 16, connections_per_client: 8, ..patient() }).await;
    let mut held = Vec::new();
    for _ in 0..8 {
        held.push(server.connect(ATTACKER).await);
        held.push(server.connect(ACCOMPLICE).await);
    }
    for _ in 0..4 {
        assert!(server.get(HONEST, "/").await.ends_with("served"));
    }
}

#[tokio::test]
async fn heads_beyond_the_limits_are_refused() {
    let server = Running::start(small(), &patient()).await;
    let long = format!("/?text={}", "x".repeat(60_000));
    assert!(server.get(HONEST, &long).await.ends_with("served"), "the page sends a need of 10,000 characters in its address");
    for (head, status) in [
        (format!("GET /?{} HTTP/1.1\r\nhost: localhost\r\n\r\n", "x".repeat(70_000)), "414"),
        (format!("GET / HTTP/1.1\r\nhost: localhost\r\nx: {}\r\n\r\n", "x".repeat(80_000)), "431"),
        (format!("GET / HTTP/1.1\r\nhost: localhost\r\n{}\r\n", "x: x\r\n".repeat(65)), "431"),
    ] {
        let mut peer = server.connect(ATTACKER).await;
        peer.send(&head).await;
        let answer = peer.rest().await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
    }
}

/// A page that is answered when it is told to.
fn waiting() -> (Router, mpsc::UnboundedReceiver<tokio::sync::oneshot::Sender<()>>) {
    let (started, is_started) = mpsc::unbounded_channel();
    let wait = move || {
        let (release, released) = tokio::sync::oneshot::channel();
        started.send(release).unwrap();
        async move {
            let _ = released.await;
            "served"
        }
    };
    (Router::new().route("/wait", get(wait)).merge(small()), is_started)
}

#[tokio::test]
async fn at_the_end_what_was_begun_is_answered_and_idle_connections_are_closed() {
    let (router, mut started) = waiting();
    let server = Running::start(router, &patient()).await;
    let mut idle = server.connect(ATTACKER).await;
    idle.send("GET / HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    idle.until("served").await;
    let mut fresh = server.connect(ATTACKER).await;
    let mut busy = server.connect(HONEST).await;
    busy.send("GET /wait HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    let release = started.recv().await.unwrap();
    server.stop();
    let mut guard = server.server.lock().await;
    let answered = async {
        assert_eq!((idle.rest().await, fresh.rest().await), (String::new(), String::new()));
        release.send(()).unwrap();
        assert!(busy.rest().await.ends_with("served"));
    };
    tokio::join!(guard.drain(), answered);
    assert_eq!(guard.unanswered(), 0);
    assert!(tokio::net::TcpStream::connect(server.address).await.is_err(), "nothing more is accepted");
}

#[tokio::test]
async fn what_does_not_end_in_time_is_counted_and_dropped() {
    let (router, mut started) = waiting();
    let running = Running::start(router, &patient()).await;
    let mut busy = running.connect(HONEST).await;
    busy.send("GET /wait HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    let _release = started.recv().await.unwrap();
    running.stop();
    let mut server = running.server.lock_owned().await;
    assert!(tokio::time::timeout(SHORT, server.drain()).await.is_err());
    assert_eq!(server.unanswered(), 1);
    drop(server);
    assert_eq!(busy.rest().await, "");
}

#[tokio::test]
async fn a_second_signal_ends_the_program_at_once_and_it_says_what_is_left() {
    let dir = TempDir::new().unwrap();
    let mut serve = Command::new(env!("CARGO_BIN_EXE_qianshou"));
    serve.current_dir(dir.path()).args(["serve", "--listen", "127.0.0.1:0", "--drain-time", "3600"]);
    let mut program = Program::start(&mut serve);
    let line = program.line("牵手已启动");
    let address = line.split("http://").nth(1).unwrap().trim_end_matches('/').to_owned();
    let mut slow = super::peer::Peer(tokio::net::TcpStream::connect(&address).await.unwrap());
    slow.send("POST /api/v1/suggestions HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n").await;
    slow.send("content-length: 1000\r\nexpect: 100-continue\r\n\r\n").await;
    // The body is waited for: the request is being answered.
    slow.until("100 Continue\r\n\r\n").await;
    program.terminate();
    program.line("正在停止");
    program.terminate();
    let line = program.line("已停止");
    assert!(line.contains("请求1个"), "{line}");
    assert_eq!(program.child.wait().unwrap().code(), Some(1));
}

#[tokio::test]
async fn an_idle_program_ends_with_the_first_signal() {
    let dir = TempDir::new().unwrap();
    let mut serve = Command::new(env!("CARGO_BIN_EXE_qianshou"));
    serve.current_dir(dir.path()).args(["serve", "--listen", "127.0.0.1:0", "--drain-time", "3600"]);
    let mut program = Program::start(&mut serve);
    program.line("按 Ctrl-C 停止");
    program.terminate();
    assert_eq!(program.line("已停止"), "已停止。");
    assert_eq!(program.child.wait().unwrap().code(), Some(0));
}
