//! Synthetic data of national scale, for tests of load, latency and recovery: organizations, past projects, needs, claims.
//!
//! Owns the recipe and the files. Record `k` of a table follows from seed, table, `k` and the sizes of the [`Plan`] alone
//! (`stream`), so that every part can be made by itself and by any thread. What one record says of another (a project of
//! its organization, a claim of its need) is computed anew from the seed; only tables of places and words are kept.
//! Nothing here is a fact about anybody, and no quality of ranking on it is evidence of use. It refuses real names.

mod activity;
mod files;
mod geography;
mod lexicon;
mod line;
mod need;
mod organization;
mod phrases;
mod profile;
mod project;
mod stream;
mod text;

#[cfg(test)]
mod tests;

pub use files::{GenerateError, Summary, write};
pub use need::Utility;

use crate::domain::Money;
use crate::reference::Reference;
use activity::Activity;
use geography::Counties;
use lexicon::Lexicon;

/// What every record names as its source.
pub const SOURCE: &str = "合成数据（qianshou generate）";
/// Projects begin in this year and the nine after it.
const FIRST_YEAR: i16 = 2016;
const YEARS: u8 = 10;

/// How much of what to make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// Number of organizations.
    pub organizations: usize,
    /// Number of past projects.
    pub projects: usize,
    /// Number of needs; claims follow from them.
    pub needs: usize,
    /// The same seed and sizes make the same bytes.
    pub seed: u64,
}

impl Plan {
    /// Most records of one kind: ids have eight digits.
    pub const MOST: usize = 100_000_000;
}

/// Makes the records of a [`Plan`], each by its number.
#[derive(Debug)]
pub struct Generator {
    plan: Plan,
    reference: Reference,
    places: Counties,
    lexicon: Lexicon,
    activity: Activity,
    /// Province → cumulated weights of its sectors.
    mixes: Vec<Vec<f64>>,
}

impl Generator {
    /// Prepares the tables (a few MB). No size may be 0 or above [`Plan::MOST`]; such a one is moved to the nearest that may.
    #[must_use]
    pub fn new(plan: Plan) -> Self {
        let within = |size: usize| size.clamp(1, Plan::MOST);
        let (organizations, projects, needs) = (within(plan.organizations), within(plan.projects), within(plan.needs));
        let reference = Reference::embedded();
        Self {
            places: Counties::new(&reference),
            lexicon: Lexicon::new(&reference),
            activity: Activity::new(plan.seed, organizations),
            mixes: profile::province_mixes(plan.seed, Counties::provinces()),
            reference,
            plan: Plan { organizations, projects, needs, seed: plan.seed },
        }
    }

    /// What it makes.
    #[must_use]
    pub const fn plan(&self) -> Plan {
        self.plan
    }
}

/// A sum as people state one: two or three digits and zeros, at least 1,000 yuan, at most a tenth of the largest sum.
fn round_sum(yuan: f64) -> Money {
    let step = match yuan {
        it if it < 100_000.0 => 1_000.0,
        it if it < 1_000_000.0 => 5_000.0,
        it if it < 10_000_000.0 => 10_000.0,
        _ => 100_000.0,
    };
    let rounded = ((yuan / step).round() * step).clamp(1_000.0, Money::MAX.yuan() / 10.0);
    Money::from_yuan(rounded).unwrap_or(Money::ZERO)
}
