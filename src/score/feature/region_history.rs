//! Region lift: ln P(place|o) − ln P(place), the best of the need's places.
//!
//! P backs off county → prefecture → province → macro-region → nation; each step is Dirichlet-smoothed towards the share
//! that all organizations have there (pseudo-counts 2, 3, 5, 8, set by hand). A lift, so that places where everybody
//! works favour nobody. Regions it wishes for count as one past project together. Unknown without a place in the history
//! and without a wish.

use super::{Question, Value};
use crate::catalog::{Catalog, RegionStep, View};
use crate::domain::RegionCode;
use crate::reference::Level;

pub(super) fn value(catalog: &Catalog, view: &View, question: &Question, organization: usize) -> Value {
    if question.regions.is_empty() {
        return Value::NotAsked;
    }
    let wishes = &catalog.organizations[organization].willing_regions;
    if view.regioned[organization] <= 0.0 && !wishes.iter().any(|wish| wish.certain) {
        return Value::Unknown;
    }
    let lifts = question.regions.iter().map(|&place| lift(catalog, view, organization, place));
    Value::Known(lifts.fold(f64::NEG_INFINITY, f64::max))
}

fn lift(catalog: &Catalog, view: &View, organization: usize, place: RegionCode) -> f64 {
    let divisions = catalog.reference.divisions;
    let path = RegionStep::path(divisions, place);
    let wishes = catalog.organizations[organization].willing_regions.iter().filter(|wish| wish.certain);
    let wishes: Vec<RegionCode> = wishes.map(|wish| wish.code).collect();
    // From the nation inwards, with the wished-for mass that is left at each step.
    let mut wished_outer = if wishes.is_empty() { 0.0 } else { 1.0 };
    let mut sum = 0.0;
    for pair in path.windows(2).rev() {
        let (inner, outer) = (pair[0], pair[1]);
        let usual = view.background.region(divisions, inner, outer);
        let prior = match inner {
            RegionStep::Division(code) => match divisions.level(code) {
                Level::County => 2.0,
                Level::Prefecture => 3.0,
                Level::Province => 5.0,
            },
            _ => 8.0,
        };
        // A wish for all of `outer` spreads inside it as usual.
        let spread = wishes.iter().filter(|&&wish| wish_covers(catalog, wish, outer)).count() as f64 * usual;
        let inside = wishes.iter().filter(|&&wish| RegionStep::path(divisions, wish).contains(&inner)).count() as f64;
        let wished_inner = if wishes.is_empty() { 0.0 } else { ((spread + inside) / wishes.len() as f64).min(wished_outer) };
        let mass = |step| view.regions.get(organization, step);
        sum += ((mass(inner) + wished_inner + prior * usual) / (mass(outer) + wished_outer + prior) / usual).ln();
        wished_outer = wished_inner;
    }
    sum
}

/// True if `wish` contains the step or is it.
fn wish_covers(catalog: &Catalog, wish: RegionCode, step: RegionStep) -> bool {
    matches!(step, RegionStep::Division(code) if catalog.reference.divisions.contains(wish, code))
}
