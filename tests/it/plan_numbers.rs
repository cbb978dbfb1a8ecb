//! Problems in the outside format, from their text to a checked plan.

use proptest::prelude::*;
use qianshou::solver::checker::check_assignments;
use qianshou::solver::integer::Options;
use qianshou::solver::numbers::{make_continuous, read, write};
use qianshou::solver::problem::Problem;
use qianshou::solver::solve::solve;
use qianshou::solver::stop::Stop;
use serde_json::{Value, json};

/// A problem of at most six needs and five organizations.
fn problems() -> impl Strategy<Value = Value> {
    let need = (0..40_i64, any::<bool>()).prop_map(|(gap, whole)| json!({"gap": gap, "whole": whole}));
    let organization = (0..40_i64, proptest::option::of(0..4_u32))
        .prop_map(|(budget, max_projects)| json!({"budget": budget, "max_projects": max_projects}));
    let candidate = (-3..20_i64, 0..12_i64, 0..12_i64, any::<bool>())
        .prop_map(|(weight, min, more, is_there)| is_there.then_some([weight, min, min + more]));
    let sizes = (prop::collection::vec(need, 0..6), prop::collection::vec(organization, 0..5));
    sizes.prop_flat_map(move |(needs, organizations)| {
        let pairs = needs.len() * organizations.len();
        prop::collection::vec(candidate.clone(), pairs).prop_map(move |candidates| {
            let rows = candidates.iter().enumerate().filter_map(|(at, candidate)| {
                let (need, organization) = (at / organizations.len(), at % organizations.len());
                candidate.map(|[weight, min, max]| json!([need, organization, weight, min, max]))
            });
            json!({"needs": needs, "organizations": organizations, "candidates": rows.collect::<Vec<_>>()})
        })
    })
}

/// Value and bound of the plan, after it was written, read back and checked.
fn planned(problem: &Problem) -> (i128, i128) {
    let solution = solve(problem, &Options::default(), Stop::default(), &mut |_| {}).expect("nothing is forced");
    let written = write(problem, &solution.amounts, solution.value, solution.bound, 0.0);
    let plan: Value = serde_json::from_slice(&written).expect("JSON");
    let assignments: Vec<(u32, u32, i64)> = serde_json::from_value(plan["assignments"].clone()).expect("rows of three");
    let checked = check_assignments(problem, &assignments);
    assert_eq!(checked.violations, []);
    assert_eq!(json!(checked.value as i64), plan["value"]);
    assert!(checked.value <= solution.bound && plan["gap"].as_f64().is_some_and(|gap| gap >= 0.0), "{plan}");
    (checked.value, solution.bound)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn plans_keep_every_condition_and_no_condition_makes_them_better(json in problems()) {
        let mut problem = read(json.to_string().as_bytes(), false).expect("a problem that makes sense");
        let (value, bound) = planned(&problem);
        make_continuous(&mut problem);
        let (continuous, optimum) = planned(&problem);
        prop_assert_eq!(continuous, optimum, "without conditions, the optimum is found");
        prop_assert!(0 <= value && value <= continuous && bound <= optimum, "{} {} {}", value, bound, continuous);
    }
}
