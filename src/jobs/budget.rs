//! How much each client may still compute: a budget of time that fills up again.

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::{Duration, Instant};

/// What a client may compute at once, in seconds of one worker.
const FULL: f64 = 30.0;
/// What it gets back each second.
const REFILL: f64 = 0.25;

/// The budgets that are not full.
#[derive(Debug, Default)]
pub(super) struct Budgets(HashMap<IpAddr, Budget>);

/// What is left, and when it was reckoned. A computation is paid for at its end, so that it can be less than nothing.
#[derive(Debug)]
struct Budget {
    left: f64,
    at: Instant,
}

impl Budget {
    fn left(&self, now: Instant) -> f64 {
        (self.left + REFILL * now.duration_since(self.at).as_secs_f64()).min(FULL)
    }
}

impl Budgets {
    /// True if the client has nothing left.
    pub(super) fn is_spent(&self, client: IpAddr) -> bool {
        self.0.get(&client).is_some_and(|it| it.left(Instant::now()) <= 0.0)
    }

    /// Takes what a computation took.
    pub(super) fn spend(&mut self, client: IpAddr, used: Duration) {
        let now = Instant::now();
        self.0.retain(|_, it| it.left(now) < FULL);
        let left = self.0.get(&client).map_or(FULL, |it| it.left(now)) - used.as_secs_f64();
        self.0.insert(client, Budget { left, at: now });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_is_spent_by_time_and_by_its_own_client_only() {
        let [one, other] = ["127.0.0.1", "127.0.0.2"].map(|it| it.parse().unwrap());
        let mut budgets = Budgets::default();
        budgets.spend(one, Duration::from_secs(20));
        assert!(!budgets.is_spent(one));
        budgets.spend(one, Duration::from_secs(20));
        assert!(budgets.is_spent(one) && !budgets.is_spent(other));
        let budget = &budgets.0[&one];
        assert!(budget.left(budget.at + Duration::from_secs(60)) > 0.0, "it fills up again");
    }
}
