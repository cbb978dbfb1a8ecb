//! Background work in turns: a fair queue, places for what arrives slowly, ids, and a pool for work on the CPU where the
//! computations of requests take their turns. What a job does and where it is kept is not known here.

mod budget;
mod cancellation;
mod limits;
mod not_computed;
mod places;
mod pool;
mod queue;
mod turns;

use uuid::Uuid;

pub use cancellation::{Cancellation, Cancelled};
pub use limits::PoolLimits;
pub use not_computed::{Interrupted, NotComputed};
pub use places::{NoPlace, Place, Places};
pub use pool::CpuPool;
pub(crate) use queue::FairQueue;

/// A new id of a job: 122 random bits from the operating system. Knowing it gives access to the job, so it must not be
/// guessable.
pub(crate) fn random_id() -> String {
    Uuid::new_v4().simple().to_string()
}
