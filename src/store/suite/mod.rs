//! What every ledger promises, as tests over a factory: a backend passes them all with one line of [`conformance`].
//!
//! A promise that only one backend can make (a file of a newer version, a locked file) is tested beside that backend.

mod promises;

pub(super) use promises::*;

use super::Store;

/// Makes empty ledgers, each in a place of its own that is gone with the guard.
pub(super) trait StoreFactory {
    /// What keeps the place.
    type Guard;

    /// An empty ledger.
    async fn empty(&self) -> (Self::Guard, Store);

    /// The same ledger, opened once more.
    async fn again(&self, guard: &Self::Guard) -> Store;
}

/// One test a promise, for the ledgers of a factory.
macro_rules! conformance {
    ($factory:expr) => {
        $crate::store::suite::conformance!(
            $factory,
            what_is_written_is_read_back_in_order_of_arrival,
            the_same_written_again_changes_nothing,
            a_write_is_whole_or_absent,
            a_refused_claim_and_what_it_lacks_are_named,
            every_change_makes_a_later_version,
            the_log_tells_new_claims_from_everything_else,
            changed_projects_are_told_by_version,
            settings_are_kept_and_logged,
            writes_at_once_wait_for_each_other,
            what_was_written_is_there_after_opening_again,
        );
    };
    ($factory:expr, $($promise:ident,)+) => {
        $(
            #[tokio::test]
            async fn $promise() {
                $crate::store::suite::$promise(&$factory).await;
            }
        )+
    };
}

pub(super) use conformance;
