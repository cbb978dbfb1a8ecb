//! The problem in numbers: how much each organization may give to each need, and what that is worth.

/// Widths and unit costs of a convex, piecewise linear curve: the first `width` units cost `cost` each, and so on. Costs never
/// fall along a curve. Units beyond its last step cost as much as those of the last step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Units of money.
    pub width: i64,
    /// Value lost for each unit.
    pub cost: i64,
}

/// A need.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Need {
    /// Units of money that are missing.
    pub gap: i64,
    /// True if it wants all of its gap or nothing.
    pub whole: bool,
    /// Most partners that may share it.
    pub max_partners: Option<u32>,
    /// Cost of what stays unmet.
    pub unmet: Vec<Step>,
    /// Its group (a county, a region, a sector), if there are groups.
    pub group: Option<u32>,
}

/// An organization.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Organization {
    /// Units of money that it may spend freely.
    pub budget: i64,
    /// Most needs that it takes part in.
    pub max_projects: Option<u32>,
    /// Cost of what it spends of its free budget; a negative cost is a reward.
    pub load: Vec<Step>,
}

/// Money of an organization, besides its free budget, that only some candidates may draw on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fund {
    /// The organization that owns it.
    pub organization: u32,
    /// Units of money in it.
    pub budget: i64,
}

/// Needs that are considered together. Groups form a forest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Group {
    /// The group that it is part of; its index must be smaller.
    pub parent: Option<u32>,
    /// Cost of what stays unmet in the whole group: reserves and fairness between regions.
    pub unmet: Vec<Step>,
}

/// A need and an organization that may take part in it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Candidate {
    /// Index of the need.
    pub need: u32,
    /// Index of the organization.
    pub organization: u32,
    /// Value of each unit.
    pub weight: i64,
    /// An amount is 0 or at least this,
    pub min: i64,
    /// and at most this.
    pub max: i64,
    /// The amount is at least this, for a forced or locked pair (locked: equal to `max`). 0 for a free pair, else at least
    /// `min`.
    pub floor: i64,
    /// Fund that it may draw on before the free budget, if there is one.
    pub fund: Option<u32>,
}

/// The whole problem: maximise Σ weight · amount − the costs of all curves.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Problem {
    /// The needs.
    pub needs: Vec<Need>,
    /// The organizations.
    pub organizations: Vec<Organization>,
    /// Earmarked money.
    pub funds: Vec<Fund>,
    /// Groups of needs.
    pub groups: Vec<Group>,
    /// The pairs; each at most once.
    pub candidates: Vec<Candidate>,
}
