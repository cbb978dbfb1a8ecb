//! A server with its own limits, and the sockets of honest clients and of attackers.

use std::io::{BufRead as _, BufReader, Lines};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;

use axum::Router;
use qianshou::config::HttpConfig;
use qianshou::http::Server;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::Mutex;
use tokio::task::JoinHandle;

/// The address of the honest client.
pub(crate) const HONEST: [u8; 4] = [127, 0, 0, 1];
/// The address of an attacker.
pub(crate) const ATTACKER: [u8; 4] = [127, 0, 0, 2];
/// Another attacker.
pub(crate) const ACCOMPLICE: [u8; 4] = [127, 0, 0, 3];

/// A server that runs until it is dropped.
pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    /// Free once the server has stopped accepting.
    pub(crate) server: Arc<Mutex<Server>>,
    accepting: JoinHandle<()>,
}

impl Running {
    pub(crate) async fn start(router: Router, config: &HttpConfig) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = Arc::new(Mutex::new(Server::new(listener, router, config)));
        let own = Arc::clone(&server);
        let accepting = tokio::spawn(async move { own.lock().await.run().await });
        Self { address, server, accepting }
    }

    /// A connection from one of the addresses of this machine.
    pub(crate) async fn connect(&self, from: [u8; 4]) -> Peer {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(SocketAddr::new(IpAddr::V4(Ipv4Addr::from(from)), 0)).unwrap();
        Peer(socket.connect(self.address).await.unwrap())
    }

    /// The answer to a request on a connection of its own.
    pub(crate) async fn get(&self, from: [u8; 4], path: &str) -> String {
        let mut peer = self.connect(from).await;
        peer.send(&format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")).await;
        peer.rest().await
    }

    /// Stops accepting.
    pub(crate) fn stop(&self) {
        self.accepting.abort();
    }
}

/// One end of a connection.
pub(crate) struct Peer(pub(crate) TcpStream);

impl Peer {
    pub(crate) async fn send(&mut self, text: &str) {
        self.0.write_all(text.as_bytes()).await.unwrap();
    }

    /// What arrives until the server closes the connection.
    pub(crate) async fn rest(&mut self) -> String {
        let mut bytes = Vec::new();
        // A connection that is given up may be reset.
        let _ = self.0.read_to_end(&mut bytes).await;
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// What arrives up to and including `mark`.
    pub(crate) async fn until(&mut self, mark: &str) -> String {
        let mut bytes = Vec::new();
        while !bytes.ends_with(mark.as_bytes()) {
            bytes.push(self.0.read_u8().await.expect("the server goes on"));
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

/// The program as a process. It is killed at the end of the test.
pub(crate) struct Program {
    pub(crate) child: Child,
    pub(crate) output: Lines<BufReader<ChildStdout>>,
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Program {
    /// Starts `command` with its standard output at hand.
    pub(crate) fn start(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().expect("the program starts");
        let output = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, output }
    }

    /// The next line that contains `mark`.
    pub(crate) fn line(&mut self, mark: &str) -> String {
        let line = self.output.by_ref().map_while(Result::ok).find(|line| line.contains(mark));
        line.unwrap_or_else(|| panic!("the program says “{mark}”"))
    }

    pub(crate) fn terminate(&self) {
        let id = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(id, rustix::process::Signal::TERM).unwrap();
    }
}
