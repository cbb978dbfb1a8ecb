//! Whose turn it is: computations wait in a bounded queue, and the client that has used the least goes first.
//!
//! Start-time fair queueing (Goyal, Vin and Cheng 1996): each client has a clock of its own that advances by the time it has
//! computed, and never lags behind the clock of the queue. One that asks for much waits behind one that asks for little.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::budget::Budgets;
use super::limits::{Length, PoolLimits};
use super::not_computed::{Interrupted, NotComputed};

/// The queue and the workers.
#[derive(Debug)]
pub(super) struct Turns {
    limits: PoolLimits,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    running: usize,
    is_long_running: bool,
    waiting: Vec<Waiting>,
    accounts: HashMap<IpAddr, Account>,
    budgets: Budgets,
    /// The clock of the queue.
    clock: Duration,
    /// Number of the next piece of work.
    next: u64,
}

/// What a client has used.
#[derive(Debug, Default)]
struct Account {
    running: usize,
    clock: Duration,
}

#[derive(Debug)]
struct Waiting {
    number: u64,
    client: IpAddr,
    length: Length,
    turn: oneshot::Sender<Turn>,
}

/// A worker, held for one computation.
#[derive(Debug)]
pub(super) struct Turn {
    turns: Arc<Turns>,
    client: IpAddr,
    length: Length,
    started: Instant,
}

/// A place in the queue; it is given up when this is dropped.
struct Place<'a> {
    turns: &'a Turns,
    number: u64,
}

impl Turns {
    pub(super) fn new(limits: PoolLimits) -> Self {
        let state = State {
            running: 0,
            is_long_running: false,
            waiting: Vec::new(),
            accounts: HashMap::new(),
            budgets: Budgets::new(limits.long_budget),
            clock: Duration::ZERO,
            next: 0,
        };
        Self { limits, state: Mutex::new(state) }
    }

    /// Waits for a worker.
    pub(super) async fn take(self: &Arc<Self>, client: IpAddr, length: Length) -> Result<Turn, NotComputed> {
        let (place, turn) = {
            let mut state = self.lock();
            if length == Length::Long && state.budgets.is_spent(client) {
                return Err(NotComputed::BudgetSpent);
            }
            if state.can_start(&self.limits, length) && state.waiting.iter().all(|it| it.length != length) {
                state.start(client, length);
                return Ok(self.turn(client, length));
            }
            if state.waiting.len() >= self.limits.waiting {
                return Err(NotComputed::QueueFull);
            }
            if state.waiting.iter().filter(|it| it.client == client).count() >= self.limits.waiting_per_client {
                return Err(NotComputed::ClientQueueFull);
            }
            let (number, (sender, turn)) = (state.next, oneshot::channel());
            state.next += 1;
            state.waiting.push(Waiting { number, client, length, turn: sender });
            (Place { turns: self, number }, turn)
        };
        let turn = turn.await.map_err(|_| NotComputed::from(Interrupted::new(&"the queue is gone")));
        drop(place);
        turn
    }

    fn turn(self: &Arc<Self>, client: IpAddr, length: Length) -> Turn {
        Turn { turns: Arc::clone(self), client, length, started: Instant::now() }
    }

    /// Gives free workers to those who wait.
    fn hand_out(self: &Arc<Self>) {
        loop {
            let next = {
                let mut state = self.lock();
                let next = state.take_next(&self.limits);
                next.inspect(|it| state.start(it.client, it.length))
            };
            let Some(Waiting { client, length, turn, .. }) = next else { return };
            // If the client has left meanwhile, the turn is dropped here, which hands it out again.
            let _ = turn.send(self.turn(client, length));
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn can_start(&self, limits: &PoolLimits, length: Length) -> bool {
        self.running < limits.workers && (length == Length::Short || !self.is_long_running)
    }

    /// Takes out of the queue who is next, if there is a worker for it.
    fn take_next(&mut self, limits: &PoolLimits) -> Option<Waiting> {
        let rank = |it: &Waiting| match self.accounts.get(&it.client) {
            Some(account) => (account.running, account.clock.max(self.clock), it.number),
            None => (0, self.clock, it.number),
        };
        let waiting = self.waiting.iter().enumerate().filter(|(_, it)| self.can_start(limits, it.length));
        let (at, _) = waiting.min_by_key(|(_, it)| rank(it))?;
        Some(self.waiting.remove(at))
    }

    fn start(&mut self, client: IpAddr, length: Length) {
        self.running += 1;
        self.is_long_running |= length == Length::Long;
        let account = self.accounts.entry(client).or_default();
        account.running += 1;
        account.clock = account.clock.max(self.clock);
        self.clock = account.clock;
    }

    fn end(&mut self, client: IpAddr, length: Length, used: Duration) {
        self.running -= 1;
        if length == Length::Long {
            self.is_long_running = false;
            self.budgets.spend(client, used);
        }
        if let Some(account) = self.accounts.get_mut(&client) {
            account.running -= 1;
            account.clock += used;
        }
        if self.running == 0 && self.waiting.is_empty() {
            self.accounts.clear();
            self.clock = Duration::ZERO;
        } else {
            let clock = self.clock;
            self.accounts.retain(|_, account| account.running > 0 || account.clock > clock);
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.turns.lock().end(self.client, self.length, self.started.elapsed());
        self.turns.hand_out();
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.turns.lock().waiting.retain(|it| it.number != self.number);
    }
}
