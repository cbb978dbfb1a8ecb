//! Who may have a connection: a cap in all and for each peer, and whose idle connection makes way when all are taken.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Waker};

use tokio::sync::Notify;

use crate::config::HttpConfig;
use crate::http::client::Client;

/// Open files that the rest of the program needs: ledger, text index, lists that are read, standard streams.
const OTHER_FILES: usize = 256;
/// Connections that are kept possible however few files the process may open.
const FEWEST: usize = 16;

/// The number of connections that the process may hold open beside its other files.
pub(super) fn within_file_limit(wanted: usize) -> usize {
    #[cfg(unix)]
    {
        let files = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
        let files = files.map_or(usize::MAX, |it| usize::try_from(it).unwrap_or(usize::MAX));
        wanted.min(files.saturating_sub(OTHER_FILES).max(FEWEST))
    }
    #[cfg(not(unix))]
    wanted
}

/// Why a connection is not served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// The peer is neither a trusted proxy nor on this machine.
    Stranger,
    /// The peer holds as many connections as one may.
    TooMany,
    /// All places are taken, and nobody holds an idle one more than the peer does.
    Full,
}

/// An open connection.
#[derive(Debug)]
pub(super) struct Connection {
    peer: Client,
    /// True while a request is being answered.
    is_serving: AtomicBool,
    /// Number of requests that have begun.
    pub(super) requests: AtomicU32,
    /// Told when it has to make way.
    pub(super) make_way: Notify,
    is_leaving: AtomicBool,
    /// Who waits for the next request while one is being answered.
    reader: Mutex<Option<Waker>>,
}

impl Connection {
    pub(super) fn is_serving(&self) -> bool {
        self.is_serving.load(Ordering::Relaxed)
    }

    /// A request has begun.
    pub(super) fn begin(&self) {
        self.requests.fetch_add(1, Ordering::Relaxed);
        self.is_serving.store(true, Ordering::Relaxed);
    }

    /// Its answer has been sent, or will not be.
    pub(super) fn end(&self) {
        let mut reader = self.reader();
        self.is_serving.store(false, Ordering::Relaxed);
        if let Some(reader) = reader.take() {
            reader.wake();
        }
    }

    /// True while a request is being answered. Then the task is woken at its end: nobody reads until then, so that nothing else
    /// would start the time of an idle connection.
    pub(super) fn wakes_at_end(&self, context: &Context<'_>) -> bool {
        let mut reader = self.reader();
        let is_serving = self.is_serving();
        *reader = is_serving.then(|| context.waker().clone());
        is_serving
    }

    fn reader(&self) -> MutexGuard<'_, Option<Waker>> {
        self.reader.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn leaves(&self) -> bool {
        self.is_leaving.load(Ordering::Relaxed)
    }
}

/// All open connections, oldest first.
#[derive(Debug)]
pub(super) struct Connections {
    open: Mutex<BTreeMap<u64, Arc<Connection>>>,
    /// Cap in all.
    most: usize,
    /// Cap for each peer that is not a proxy.
    most_per_peer: usize,
    proxies: Vec<Client>,
}

/// A connection that is taken off the list at its end.
#[derive(Debug)]
pub(super) struct Admitted {
    all: Arc<Connections>,
    number: u64,
    pub(super) connection: Arc<Connection>,
}

impl Drop for Admitted {
    fn drop(&mut self) {
        self.all.lock().remove(&self.number);
    }
}

impl Connections {
    pub(super) fn new(config: &HttpConfig) -> Self {
        Self {
            open: Mutex::default(),
            most: within_file_limit(config.connections),
            most_per_peer: config.connections_per_client,
            proxies: config.trusted_proxies.iter().map(|&it| Client::new(it)).collect(),
        }
    }

    /// A place for a connection from `peer`. If none is free, the peer that holds the most gives up an idle one.
    pub(super) fn admit(self: &Arc<Self>, peer: IpAddr) -> Result<Admitted, Refusal> {
        let address = peer.to_canonical();
        let peer = Client::new(address);
        let is_proxy = self.proxies.contains(&peer);
        if !self.proxies.is_empty() && !is_proxy && !address.is_loopback() {
            return Err(Refusal::Stranger);
        }
        let mut open = self.lock();
        let own = open.values().filter(|it| it.peer == peer && !it.leaves()).count();
        if own >= self.most_per_peer && !is_proxy {
            return Err(Refusal::TooMany);
        }
        if open.values().filter(|it| !it.leaves()).count() >= self.most {
            let idle = idle_of_greediest(&open, own).ok_or(Refusal::Full)?;
            idle.is_leaving.store(true, Ordering::Relaxed);
            idle.make_way.notify_one();
        }
        let number = open.last_key_value().map_or(0, |(last, _)| last + 1);
        let connection = Arc::new(Connection {
            peer,
            is_serving: AtomicBool::new(false),
            requests: AtomicU32::new(0),
            make_way: Notify::new(),
            is_leaving: AtomicBool::new(false),
            reader: Mutex::default(),
        });
        open.insert(number, Arc::clone(&connection));
        Ok(Admitted { all: Arc::clone(self), number, connection })
    }

    /// Number of connections on which a request is being answered.
    pub(super) fn serving(&self) -> usize {
        self.lock().values().filter(|it| it.is_serving()).count()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<u64, Arc<Connection>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The oldest idle connection of the peer that holds the most, if it holds at least two more than `own`: after the exchange it
/// still holds no fewer than the newcomer.
fn idle_of_greediest(open: &BTreeMap<u64, Arc<Connection>>, own: usize) -> Option<Arc<Connection>> {
    let mut held: HashMap<Client, usize> = HashMap::new();
    for connection in open.values().filter(|it| !it.leaves()) {
        *held.entry(connection.peer).or_default() += 1;
    }
    let idle = open.values().rev().filter(|it| !it.leaves() && !it.is_serving() && held[&it.peer] >= own + 2);
    idle.max_by_key(|it| held[&it.peer]).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn connections(most: usize, most_per_peer: usize, proxies: &[&str]) -> Arc<Connections> {
        let trusted_proxies = proxies.iter().map(|it| it.parse().unwrap()).collect();
        let config =
            HttpConfig { connections: most, connections_per_client: most_per_peer, trusted_proxies, ..HttpConfig::default() };
        Arc::new(Connections::new(&config))
    }

    fn admit(all: &Arc<Connections>, peer: &str) -> Result<Admitted, Refusal> {
        all.admit(peer.parse().unwrap())
    }

    #[test]
    fn whoever_holds_many_makes_way_for_whoever_holds_few() {
        let all = connections(4, 4, &[]);
        let greedy: Vec<_> = (0..4).map(|_| admit(&all, "127.0.0.2").unwrap()).collect();
        assert_eq!(admit(&all, "127.0.0.2").unwrap_err(), Refusal::TooMany);
        greedy[0].connection.begin();
        let first = admit(&all, "127.0.0.1").unwrap();
        assert!(greedy[1].connection.leaves() && !greedy[0].connection.leaves(), "the oldest idle one makes way");
        let _second = admit(&all, "127.0.0.1").unwrap();
        // Now both hold two, and a third peer takes one of either; its second one would only turn the tables.
        let _third = admit(&all, "127.0.0.3").unwrap();
        assert_eq!(admit(&all, "127.0.0.3").unwrap_err(), Refusal::Full);
        drop(first);
        assert!(admit(&all, "127.0.0.3").is_ok(), "a closed connection frees its place");
    }

    #[test]
    fn nobody_makes_way_while_everybody_is_served() {
        let all = connections(2, 2, &[]);
        let greedy: Vec<_> = (0..2).map(|_| admit(&all, "127.0.0.2").unwrap()).collect();
        greedy.iter().for_each(|it| it.connection.begin());
        assert_eq!(admit(&all, "127.0.0.1").unwrap_err(), Refusal::Full);
        assert_eq!(all.serving(), 2);
        greedy[0].connection.end();
        assert!(admit(&all, "127.0.0.1").is_ok());
    }

    #[test]
    fn with_a_proxy_only_the_proxy_and_this_machine_are_served() {
        let all = connections(10, 1, &["10.0.0.1"]);
        let _proxied: Vec<_> = (0..3).map(|_| admit(&all, "10.0.0.1").unwrap()).collect();
        assert!(admit(&all, "::ffff:10.0.0.1").is_ok());
        assert!(admit(&all, "127.0.0.1").is_ok());
        assert_eq!(admit(&all, "10.0.0.2").unwrap_err(), Refusal::Stranger);
    }
}
