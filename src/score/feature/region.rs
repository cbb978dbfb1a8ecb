//! Regions: how much of the organization's work lies in the need's places, or would lie there if its wishes came true.

use std::collections::HashMap;

use super::definition::{Definition, DependsOn, EvidenceKind, NO_PLACE, Sign, Theme, UNBOUNDED};
use super::formula::{Family, Formula, Impact, Inputs};
use super::value::Value;
use super::wording::in_years;
use crate::catalog::{Flags, REGION_PRIOR, RegionStep, Row};
use crate::reference::{Divisions, Level};
use crate::score::lists::{Lists, Slot};

/// The places that one need asks for, each as its steps inwards from the macro-region.
pub(crate) struct Regions {
    paths: Vec<Vec<usize>>,
    steps: Vec<Step>,
}

struct Step {
    mass: Slot,
    wished: Option<Slot>,
    wished_exactly: Option<Slot>,
    /// The share of the next step outwards that all organizations have in this step.
    usual: f64,
    prior: f64,
    ln_prior: f64,
}

impl Step {
    /// ln P(step | step outwards) − ln usual for an organization that has nothing outside this step.
    fn lift(&self, mass: f64) -> f64 {
        ((mass + self.prior * self.usual) / (mass + self.prior) / self.usual).ln()
    }
}

impl Family for Regions {
    /// None if the need names no place.
    fn new<'a>(inputs: &Inputs<'a, '_>, lists: &mut Lists<'a>) -> Option<Self> {
        let Inputs { catalog, view, question, .. } = *inputs;
        let past = view.past.as_ref();
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
                    wished: lists.add_if_any(catalog.stated().wished.list(inner)),
                    wished_exactly: lists.add_if_any(catalog.stated().wished_exactly.list(inner)),
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
}

/// What the sentence about regions states.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct RegionFacts {
    /// Name of the smallest division around the need in which it has worked; none if it has not worked in the province.
    pub(crate) place: Option<String>,
    /// How many projects it has there.
    pub(crate) projects: usize,
    /// In which years they began, as far as known.
    pub(crate) years: Vec<i16>,
    /// True if it wishes for one of the need's places, or for a place around or in one.
    pub(crate) is_wished_for: bool,
    /// How many past projects it has in all.
    pub(crate) all: usize,
}

/// ln P(place|o) − ln P(place) for the best of the need's places. It is a lift, so that places where everybody works favour
/// nobody.
///
/// P backs off county → prefecture → province → macro-region → nation. Each step is Dirichlet-smoothed towards the share that
/// all organizations have there. All wished-for regions together count as one past project; a wish for a whole place is spread
/// inside it by the usual shares. Unknown if neither the history nor a wish names a place.
///
/// - Unit: logarithm of a ratio of shares, 0 for an organization that works where everybody does.
/// - Source: Dirichlet smoothing (Zhai & Lafferty, TOIS 22(2), 2004) along the divisions; pseudo-counts 2, 3, 5, 8, set by
///   hand.
/// - Sign: speaks for. Bound: none stated; at most 0 without work or wishes around the need.
pub(crate) struct RegionHistory;

impl Formula for RegionHistory {
    const DEFINITION: Definition = Definition {
        code: "region_history",
        label: "地区经历",
        theme: Theme::Place,
        sign: Sign::Merit,
        bounds: UNBOUNDED,
        depends_on: DependsOn::Need,
        evidence: EvidenceKind::Nearby,
        not_asked: NO_PLACE,
        unknown: "没有往期项目所在地区的记录",
    };
    type Asked = Regions;
    type Facts = RegionFacts;

    fn value(regions: &Regions, row: &Row, facts: &[f32]) -> Value {
        if !row.flags.any(Flags::REGIONED | Flags::WISHES) {
            return Value::Unknown;
        }
        Value::Known(regions.paths.iter().map(|path| regions.lift(path, row, facts)).fold(f64::NEG_INFINITY, f64::max))
    }

    /// The share of a step is largest if all the mass around it lies inside. A wish for a whole place reaches every step within
    /// it.
    fn max_impacts(regions: &Regions, impact: &mut Impact<'_>) {
        for step in &regions.steps {
            for slot in [Some(step.mass), step.wished].into_iter().flatten() {
                impact(slot, &|mass| step.lift(mass));
            }
            if let Some(slot) = step.wished_exactly {
                impact(slot, &|wish| regions.steps.iter().map(|it| it.lift(wish * it.usual)).sum());
            }
        }
    }

    fn sentence(lift: f64, facts: &RegionFacts) -> String {
        if let Some(place) = &facts.place {
            let (projects, years) = (facts.projects, in_years(&facts.years));
            if lift < 0.0 {
                return format!("往期{}个项目中有{projects}个在{place}{years}", facts.all.max(projects));
            }
            format!("在{place}做过{projects}个项目{years}")
        } else if facts.is_wished_for {
            "声明的意向地区包括需求地区，当地尚无往期项目".to_owned()
        } else if lift > 0.0 {
            "在同一大区做过项目，在需求所在的省份尚无".to_owned()
        } else if facts.all > 0 {
            "往期项目不在需求所在的省份".to_owned()
        } else {
            "声明的意向地区不含需求所在的省份".to_owned()
        }
    }
}

impl Regions {
    fn lift(&self, path: &[usize], row: &Row, facts: &[f32]) -> f64 {
        let fact = |slot: Option<Slot>| slot.map_or(0.0, |slot| f64::from(facts[slot]));
        // The nation, around the first step, has no list because the list would name everybody. Its logarithm is in the row.
        let mut outer: Option<&Step> = None;
        let mut outer_mass = 0.0;
        // The wished-for mass that is left at each step, and how much of it is a wish for all of the step around.
        let mut wished_outer = f64::from(u8::from(row.flags.any(Flags::WISHES)));
        let mut wished_around = 0.0;
        let mut sum = 0.0;
        for &inner in path {
            let step = &self.steps[inner];
            wished_around += fact(outer.and_then(|outer| outer.wished_exactly));
            let mass = fact(Some(step.mass));
            let wished = (wished_around * step.usual + fact(step.wished)).min(wished_outer);
            if mass == 0.0 && wished == 0.0 {
                // The history has nothing further inwards. The rest of the path follows the usual shares, so its lift is 1.
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

    /// A place and its macro-region. Facts: –, macro-region, place, –, wishes for the two, and for the place alone.
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
        let value = RegionHistory::value(&regions(), &row, &facts);
        assert!(matches!(value, Value::Known(it) if (it - expected).abs() < 1e-6), "{value:?}, not {expected}");
    }

    #[test]
    fn each_step_inwards_is_a_smoothed_share_against_the_usual_one() {
        // (1 + 8 · ¼) / (2 + 8) / ¼ = 6/5, then (1 + 5 · ⅕) / (1 + 5) / ⅕ = 5/3.
        close([2.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0], Flags::REGIONED, 2.0, 2_f64.ln());
        // Nothing further inwards than the macro-region: 6/5, then 5 / (1 + 5).
        close([2.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0], Flags::REGIONED, 2.0, 1_f64.ln());
        // Two projects, all elsewhere: 8 / (2 + 8).
        close([2.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0], Flags::REGIONED, 2.0, 0.8_f64.ln());
    }

    #[test]
    fn a_wish_counts_as_one_project_and_silence_is_unknown() {
        // (1 + 2) / (1 + 8) / ¼ = 4/3, then (1 + 1) / (1 + 5) / ⅕ = 5/3.
        close([0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0], Flags::WISHES, 1.0, (20.0_f64 / 9.0).ln());
        assert_eq!(RegionHistory::value(&regions(), &row(Flags::KNOWN), &[0.0; 7]), Value::Unknown);
    }

    #[test]
    fn a_sentence_tells_work_from_wishes() {
        let sentence = |lift: f64, is_wished_for, all| {
            RegionHistory::sentence(lift, &RegionFacts { is_wished_for, all, ..RegionFacts::default() })
        };
        let there = |lift: f64| {
            let facts = RegionFacts {
                place: Some("德钦县".to_owned()),
                projects: 2,
                years: vec![2026, 2021],
                all: 5,
                ..RegionFacts::default()
            };
            RegionHistory::sentence(lift, &facts)
        };
        assert_eq!(there(1.0), "在德钦县做过2个项目（2021、2026年）");
        assert_eq!(there(-1.0), "往期5个项目中有2个在德钦县（2021、2026年）");
        assert_eq!(sentence(0.5, true, 2), "声明的意向地区包括需求地区，当地尚无往期项目");
        assert_eq!(sentence(0.5, false, 2), "在同一大区做过项目，在需求所在的省份尚无");
        assert_eq!(sentence(-0.5, false, 2), "往期项目不在需求所在的省份");
        assert_eq!(sentence(-0.5, false, 0), "声明的意向地区不含需求所在的省份");
    }
}
