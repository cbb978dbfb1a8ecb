//! What all records of a plan depend on: its sizes and seed, and the tables that are kept in memory.

use super::activity::Activity;
use super::geography::Counties;
use super::lexicon::Lexicon;
use super::sectors::province_mixes;
use crate::reference::Reference;

/// The source that every record names.
pub const SOURCE: &str = "合成数据（qianshou generate）";
/// Projects start in this year or one of the nine after it.
pub(super) const FIRST_YEAR: i16 = 2016;
pub(super) const YEARS: u8 = 10;

/// How many records of each kind to make.
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
    pub(super) plan: Plan,
    pub(super) reference: Reference,
    pub(super) places: Counties,
    pub(super) lexicon: Lexicon,
    pub(super) activity: Activity,
    /// Province → cumulative weights of its sectors.
    pub(super) mixes: Vec<Vec<f64>>,
}

impl Generator {
    /// Prepares the tables (a few MB). Sizes are clamped to 1 to [`Plan::MOST`].
    #[must_use]
    pub fn new(plan: Plan) -> Self {
        let within = |size: usize| size.clamp(1, Plan::MOST);
        let (organizations, projects, needs) = (within(plan.organizations), within(plan.projects), within(plan.needs));
        let reference = Reference::embedded();
        Self {
            places: Counties::new(&reference),
            lexicon: Lexicon::new(&reference),
            activity: Activity::new(plan.seed, organizations),
            mixes: province_mixes(plan.seed, Counties::provinces()),
            reference,
            plan: Plan { organizations, projects, needs, seed: plan.seed },
        }
    }

    /// The plan, with its sizes clamped.
    #[must_use]
    pub const fn plan(&self) -> Plan {
        self.plan
    }
}
