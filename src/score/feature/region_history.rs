//! Region lift: ln P(place|o) − ln P(place), the best of the need's places.
//!
//! P backs off county → prefecture → province → macro-region → nation; each step is Dirichlet-smoothed towards the share
//! that all organizations have there (pseudo-counts 2, 3, 5, 8; ranking.md §2). A lift, so that places where everybody
//! works favour nobody. Unknown without a place in the history.

use super::{Question, Value};
use crate::catalog::{Catalog, RegionStep, View};
use crate::domain::RegionCode;
use crate::reference::Level;

pub(super) fn value(catalog: &Catalog, view: &View, question: &Question, organization: usize) -> Value {
    if question.regions.is_empty() {
        return Value::NotAsked;
    }
    if view.regioned[organization] <= 0.0 {
        return Value::Unknown;
    }
    let lifts = question.regions.iter().map(|&place| lift(catalog, view, organization, place));
    Value::Known(lifts.fold(f64::NEG_INFINITY, f64::max))
}

fn lift(catalog: &Catalog, view: &View, organization: usize, place: RegionCode) -> f64 {
    let divisions = catalog.reference.divisions;
    let path = RegionStep::path(divisions, place);
    path.iter()
        .zip(&path[1..])
        .map(|(&inner, &outer)| {
            let usual = view.background.region(divisions, inner, outer);
            let prior = match inner {
                RegionStep::Division(code) => match divisions.level(code) {
                    Level::County => 2.0,
                    Level::Prefecture => 3.0,
                    Level::Province => 5.0,
                },
                _ => 8.0,
            };
            let (in_inner, in_outer) = (view.regions.get(organization, inner), view.regions.get(organization, outer));
            ((in_inner + prior * usual) / (in_outer + prior) / usual).ln()
        })
        .sum()
}
