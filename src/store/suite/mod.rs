//! The promises of every ledger, as tests that take a factory. A backend runs all of them with one line of [`conformance`].
//!
//! A promise that only one backend can make (a file of a newer version, a locked file) is tested beside that backend.

mod promises;

pub(super) use promises::*;

use super::Store;

/// Creates empty ledgers, each in its own place, which is removed with the guard.
pub(super) trait StoreFactory {
    /// Keeps the place in existence.
    type Guard;

    /// An empty ledger.
    async fn empty(&self) -> (Self::Guard, Store);

    /// Opens the same ledger a second time.
    async fn again(&self, guard: &Self::Guard) -> Store;
}

/// One test per promise, for the ledgers of a factory.
macro_rules! conformance {
    ($factory:expr) => {
        $crate::store::suite::conformance!(
            $factory,
            what_is_written_is_read_back_in_order_of_arrival,
            the_same_written_again_changes_nothing,
            a_write_is_whole_or_absent,
            a_refused_claim_and_what_it_lacks_are_named,
            every_change_makes_a_later_version,
            what_was_written_after_a_version_is_told,
            a_version_has_a_mark_of_its_own,
            all_records_come_page_by_page,
            changed_projects_are_told_by_version,
            settings_are_kept_and_logged,
            a_contact_is_read_back_and_another_one_alone_is_a_change,
            an_erased_contact_is_gone_and_its_record_stays,
            a_need_is_changed_by_what_is_stored_and_nobody_comes_between,
            a_write_does_not_undo_what_a_person_did_to_a_need,
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
