//! Region lift: ln P(place|o) − ln P(place), the best of the need's places.
//!
//! P backs off county → prefecture → province → macro-region → nation; each step is Dirichlet-smoothed towards the share
//! that all organizations have there (pseudo-counts 2, 3, 5, 8, set by hand). A lift, so that places where everybody
//! works favour nobody. Regions it wishes for count as one past project together; a wish for all of a place spreads inside it
//! as usual. Unknown without a place in the history and without a wish.

use std::collections::HashMap;

use crate::catalog::{Catalog, Flags, Past, REGION_PRIOR, RegionStep, Row};
use crate::reference::{Divisions, Level};
use crate::score::lists::{Lists, Slot};
use crate::score::{Question, Value};

use super::{Feature, MaxImpacts};

/// The places that one need asks for: each as its steps inwards from the macro-region.
pub(in crate::score) struct Regions {
    paths: Vec<Vec<usize>>,
    steps: Vec<Step>,
}

struct Step {
    mass: Slot,
    wished: Option<Slot>,
    wished_exactly: Option<Slot>,
    /// Share that all organizations have here within the next step outwards.
    usual: f64,
    prior: f64,
    ln_prior: f64,
}

impl Step {
    /// ln P(step | step outwards) − ln usual, where nothing is outside.
    fn lift(&self, mass: f64) -> f64 {
        ((mass + self.prior * self.usual) / (mass + self.prior) / self.usual).ln()
    }
}

impl Regions {
    /// None if the need names no place.
    pub(in crate::score) fn new<'a>(
        catalog: &'a Catalog,
        past: &'a Past,
        question: &Question,
        lists: &mut Lists<'a>,
    ) -> Option<Self> {
        if question.regions.is_empty() {
            return None;
        }
        let divisions = catalog.reference.divisions;
        let mut known: HashMap<RegionStep, usize> = HashMap::new();
        let mut steps = Vec::new();
        let mut add = |lists: &mut Lists<'a>, inner: RegionStep, outer: RegionStep| {
            *known.entry(inner).or_insert_with(|| {
                steps.push(Step {
                    mass: lists.region(past, inner),
                    wished: lists.add_if_any(catalog.wished.list(inner)),
                    wished_exactly: lists.add_if_any(catalog.wished_exactly.list(inner)),
                    usual: past.background.region(divisions, inner, outer),
                    prior: prior(divisions, inner),
                    ln_prior: prior(divisions, inner).ln(),
                });
                steps.len() - 1
            })
        };
        let mut paths = Vec::new();
        for &place in &question.regions {
            let path = RegionStep::path(divisions, place);
            paths.push(path.windows(2).rev().map(|pair| add(lists, pair[0], pair[1])).collect());
        }
        Some(Self { paths, steps })
    }

    /// Each step's share is no more than if all that is around it were inside; a wish for all of a place reaches every step
    /// within.
    pub(super) fn max_impacts(&self, impact: &mut MaxImpacts<'_>) {
        for step in &self.steps {
            for slot in [Some(step.mass), step.wished].into_iter().flatten() {
                impact(Feature::RegionHistory, slot, &|mass| step.lift(mass));
            }
            if let Some(slot) = step.wished_exactly {
                impact(Feature::RegionHistory, slot, &|wish| self.steps.iter().map(|it| it.lift(wish * it.usual)).sum());
            }
        }
    }

    pub(in crate::score) fn value(&self, row: &Row, facts: &[f32]) -> Value {
        if !row.flags.any(Flags::REGIONED | Flags::WISHES) {
            return Value::Unknown;
        }
        Value::Known(self.paths.iter().map(|path| self.lift(path, row, facts)).fold(f64::NEG_INFINITY, f64::max))
    }

    fn lift(&self, path: &[usize], row: &Row, facts: &[f32]) -> f64 {
        let fact = |slot: Option<Slot>| slot.map_or(0.0, |slot| f64::from(facts[slot]));
        // The nation around the first step is not a list: it would name everybody. Its logarithm stands in the row.
        let mut outer: Option<&Step> = None;
        let mut outer_mass = 0.0;
        // The wished-for mass that is left at each step, and how much of it is for all of the step around.
        let mut wished_outer = f64::from(u8::from(row.flags.any(Flags::WISHES)));
        let mut wished_around = 0.0;
        let mut sum = 0.0;
        for &inner in path {
            let step = &self.steps[inner];
            wished_around += fact(outer.and_then(|outer| outer.wished_exactly));
            let mass = fact(Some(step.mass));
            let wished = (wished_around * step.usual + fact(step.wished)).min(wished_outer);
            if mass == 0.0 && wished == 0.0 {
                // No trace further inwards: the rest of the path is as usual, and a lift of 1 is no lift.
                let ln_outer = match outer {
                    None => f64::from(row.ln_regioned),
                    Some(_) => (outer_mass + wished_outer + step.prior).ln(),
                };
                return sum + step.ln_prior - ln_outer;
            }
            let here = (mass + wished + step.prior * step.usual) / step.usual;
            sum += match outer {
                None => here.ln() - f64::from(row.ln_regioned),
                Some(_) => (here / (outer_mass + wished_outer + step.prior)).ln(),
            };
            (outer, outer_mass, wished_outer) = (Some(step), mass, wished);
        }
        sum
    }
}

fn prior(divisions: &Divisions, inner: RegionStep) -> f64 {
    match inner {
        RegionStep::Division(code) => match divisions.level(code) {
            Level::County => 2.0,
            Level::Prefecture => 3.0,
            Level::Province => 5.0,
        },
        RegionStep::Macro(_) | RegionStep::Nation => REGION_PRIOR,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::tests::small::row;

    /// A place and its macro-region around it. Facts: –, macro-region, place, –, wishes for the two, and for the place alone.
    fn regions() -> Regions {
        let step = |slot: usize, usual: f64, prior: f64| Step {
            mass: slot,
            wished: Some(slot + 3),
            wished_exactly: (slot == 2).then_some(6),
            usual,
            prior,
            ln_prior: prior.ln(),
        };
        Regions { paths: vec![vec![0, 1]], steps: vec![step(1, 0.25, 8.0), step(2, 0.2, 5.0)] }
    }

    #[track_caller]
    fn close(facts: [f32; 7], flags: u16, total: f32, expected: f64) {
        let row = Row { ln_regioned: (total + 8.0).ln(), ..row(flags) };
        let value = regions().value(&row, &facts);
        assert!(matches!(value, Value::Known(it) if (it - expected).abs() < 1e-6), "{value:?}, not {expected}");
    }

    #[test]
    fn each_step_inwards_is_a_smoothed_share_against_the_usual_one() {
        // (1 + 8 · ¼) / (2 + 8) / ¼ = 6/5, then (1 + 5 · ⅕) / (1 + 5) / ⅕ = 5/3.
        close([2.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0], Flags::REGIONED, 2.0, 2_f64.ln());
        // Nothing further in than the macro-region: 6/5, then 5 / (1 + 5).
        close([2.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0], Flags::REGIONED, 2.0, 1_f64.ln());
        // Two projects, all elsewhere: 8 / (2 + 8).
        close([2.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0], Flags::REGIONED, 2.0, 0.8_f64.ln());
    }

    #[test]
    fn a_wish_counts_as_one_project_and_silence_is_unknown() {
        // (1 + 2) / (1 + 8) / ¼ = 4/3, then (1 + 1) / (1 + 5) / ⅕ = 5/3.
        close([0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0], Flags::WISHES, 1.0, (20.0_f64 / 9.0).ln());
        assert_eq!(regions().value(&row(Flags::KNOWN), &[0.0; 7]), Value::Unknown);
    }
}
