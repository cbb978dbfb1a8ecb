//! The conditions of a plan: those that somebody set, which can be taken back, and all as they were resolved.

use super::lines::Line;
use super::terms::Terms;
use crate::plan::{Plan, PlanAsk};

pub(super) struct Conditions {
    /// What was set and counts for the next plan.
    pub(super) lines: Vec<Line>,
    pub(super) terms: Terms,
    /// All conditions of the plan that there is, name and value.
    pub(super) settings: Vec<(String, String)>,
}

impl Conditions {
    pub(super) fn new(plan: Option<&Plan>, next: &PlanAsk, lines: Vec<Line>) -> Self {
        let settings = plan.into_iter().flat_map(|plan| &plan.settings);
        Self { lines, terms: Terms::of(next), settings: settings.map(|it| (it.name.to_string(), it.value.to_string())).collect() }
    }
}
