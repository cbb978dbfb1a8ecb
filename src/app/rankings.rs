//! The orders of needs for organizations that were last asked for, each computed once.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::civil::Date;
use tokio::sync::OnceCell;

use crate::error::AppError;
use crate::store::LedgerVersion;

/// Number of orders kept. Each has at most 1000 needs of 16 bytes.
const KEPT: usize = 256;

/// What an order of needs depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) snapshot: LedgerVersion,
    pub(super) as_of: Date,
    /// Position of the organization in the snapshot.
    pub(super) organization: usize,
    /// Most needs that are ranked.
    pub(super) top: usize,
}

/// The open needs for an organization, best first, and the number left out for each reason.
#[derive(Debug, Default)]
pub(super) struct Ranking {
    /// Position in the snapshot, and score.
    pub(super) needs: Vec<(usize, i64)>,
    pub(super) left_out: BTreeMap<&'static str, usize>,
}

/// Empty while the order is being computed.
type Cell = Arc<OnceCell<Arc<Ranking>>>;

/// One cell for each order, the one last asked for first.
#[derive(Debug, Default)]
pub(super) struct Rankings(Mutex<Vec<(Key, Cell)>>);

impl Rankings {
    /// The order for a key; `compute` makes it if it is not kept. If it fails or its caller leaves, the next one that waits
    /// makes it.
    pub(super) async fn get<W>(&self, key: Key, compute: impl FnOnce() -> W) -> Result<Arc<Ranking>, AppError>
    where
        W: Future<Output = Result<Ranking, AppError>>,
    {
        let cell = self.cell(key);
        cell.get_or_try_init(|| async { compute().await.map(Arc::new) }).await.cloned()
    }

    fn cell(&self, key: Key) -> Cell {
        let mut cells = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match cells.iter().position(|(kept, _)| *kept == key) {
            Some(at) => cells[..=at].rotate_right(1),
            None => {
                cells.insert(0, (key, Cell::default()));
                cells.truncate(KEPT);
            }
        }
        Arc::clone(&cells[0].1)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::error::Code;

    fn key(organization: usize) -> Key {
        Key { snapshot: LedgerVersion::default(), as_of: date(2026, 11, 22), organization, top: 10 }
    }

    async fn score(score: i64) -> Result<Ranking, AppError> {
        Ok(Ranking { needs: vec![(0, score)], ..Ranking::default() })
    }

    #[tokio::test]
    async fn an_order_is_computed_once_and_a_failure_is_not_kept() {
        let rankings = Rankings::default();
        let failed = rankings.get(key(1), || async { Err(AppError::new(Code::TimedOut, "")) }).await;
        assert!(failed.is_err());
        let (one, other) = tokio::join!(rankings.get(key(1), || score(1)), rankings.get(key(1), || score(2)));
        assert!(Arc::ptr_eq(&one.unwrap(), &other.unwrap()));
        assert_eq!(rankings.get(key(2), || score(3)).await.unwrap().needs, [(0, 3)]);
        for organization in 10..10 + KEPT {
            rankings.get(key(organization), || score(0)).await.unwrap();
        }
        assert_eq!(rankings.get(key(1), || score(4)).await.unwrap().needs, [(0, 4)], "the oldest are dropped");
    }
}
