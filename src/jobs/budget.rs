//! How much each client may still compute: a budget of time that fills up again.

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::{Duration, Instant};

/// What a client gets back each second, in seconds of one worker.
const REFILL: f64 = 0.25;

/// What is left of the budgets that are not full.
#[derive(Debug)]
pub(super) struct Budgets {
    /// A full budget, in seconds of one worker.
    full: f64,
    /// What each client had left, and when. A computation is paid for at its end, so that it can be less than nothing.
    left: HashMap<IpAddr, (f64, Instant)>,
}

impl Budgets {
    pub(super) fn new(full: Duration) -> Self {
        Self { full: full.as_secs_f64(), left: HashMap::new() }
    }

    /// True if the client has nothing left.
    pub(super) fn is_spent(&self, client: IpAddr) -> bool {
        self.left(client, Instant::now()) <= 0.0
    }

    /// Takes what a computation took.
    pub(super) fn spend(&mut self, client: IpAddr, used: Duration) {
        let now = Instant::now();
        let left = self.left(client, now) - used.as_secs_f64();
        self.left.insert(client, (left, now));
        let full = self.full;
        self.left.retain(|_, &mut (left, at)| refilled(left, at, now) < full);
    }

    fn left(&self, client: IpAddr, now: Instant) -> f64 {
        self.left.get(&client).map_or(self.full, |&(left, at)| refilled(left, at, now).min(self.full))
    }
}

fn refilled(left: f64, at: Instant, now: Instant) -> f64 {
    left + REFILL * now.duration_since(at).as_secs_f64()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_is_spent_by_time_and_by_its_own_client_only() {
        let [one, other] = ["127.0.0.1", "127.0.0.2"].map(|it| it.parse().unwrap());
        let mut budgets = Budgets::new(Duration::from_secs(30));
        budgets.spend(one, Duration::from_secs(20));
        assert!(!budgets.is_spent(one));
        budgets.spend(one, Duration::from_secs(20));
        assert!(budgets.is_spent(one) && !budgets.is_spent(other));
        let later = Instant::now() + Duration::from_secs(60);
        assert!(budgets.left(one, later) > 0.0, "it fills up again");
        budgets.spend(other, Duration::ZERO);
        assert_eq!(budgets.left.len(), 1, "a full budget is not kept");
    }
}
