//! The external format: what is read, what is refused and what is written.

use crate::solver::numbers::{make_continuous, read, write, write_problem};
use crate::solver::problem::{Candidate, Fund, Group, Need, Organization, Problem, Step};
use crate::solver::problem_check::ProblemError;

const GOOD: &str = r#"{"needs": [{"gap": 10, "whole": true}, {"gap": 0}],
    "organizations": [{"budget": 7, "max_projects": null}, {"budget": 5, "max_projects": 2}, {"budget": 0}],
    "candidates": [[0, 1, 9, 0, 5], [1, 2, -3, 4, 4]]}"#;

#[test]
fn reads_and_writes() {
    let mut problem = read(GOOD.as_bytes(), false).expect("all is well");
    assert!(problem.needs[0].whole && !problem.needs[1].whole);
    assert_eq!(problem.organizations.iter().map(|o| o.max_projects).collect::<Vec<_>>(), [None, Some(2), None]);
    let c = Candidate { need: 1, organization: 2, weight: -3, min: 4, max: 4, ..Candidate::default() };
    assert_eq!(problem.candidates[1], c);
    assert_eq!(read(&write_problem(&problem), false).as_ref(), Ok(&problem));
    let plan = String::from_utf8(write(&problem, &[5, 0], 45, 50, 0.5)).expect("text");
    assert_eq!(plan, r#"{"value":45,"bound":50,"gap":0.1,"seconds":0.5,"assignments":[[0,1,5]]}"#);
    let none = GOOD.replace("4, 4]", "5, 4]");
    let amounts = |is_continuous| {
        let candidate = read(none.as_bytes(), is_continuous).expect("nothing is wrong").candidates[1];
        (candidate.min, candidate.max)
    };
    assert_eq!((amounts(false), amounts(true)), ((0, 0), (0, 4)));
    make_continuous(&mut problem);
    assert!(!problem.needs[0].whole && problem.organizations[1].max_projects.is_none() && problem.candidates[1].min == 0);
}

#[test]
fn names_what_is_wrong() {
    for (from, to, message) in [
        ("[1, 2, -3", "[1, 9, -3", "candidates[1]：组织 9 不存在（共 3 家）"),
        ("[1, 2, -3", "[1, -1, -3", "candidates[1]：组织 -1 不存在（共 3 家）"),
        ("[1, 2, -3", "[2, 2, -3", "candidates[1]：需求 2 不存在（共 2 项）"),
        ("[1, 2, -3", "[99999999999, 2, -3", "candidates[1]：需求 99999999999 不存在（共 2 项）"),
        ("4, 4]", "5, 4]", ""),
        ("4, 4]", "-4, 4]", "candidates[1]：-4 不能小于 0"),
        ("[1, 2, -3", "[0, 1, -3", "candidates[1]：与 candidates[0] 重复（需求 0，组织 1）"),
        ("\"gap\": 10", "\"gap\": -10", "needs[0]：-10 不能小于 0"),
        ("\"budget\": 7", "\"budget\": -7", "organizations[0]：-7 不能小于 0"),
        ("-3, 4", "-3000000000000000, 4", "candidates[1]：-3000000000000000 太大，绝对值最多 1000000000000000"),
        ("-3, 4", "-1000000000000000, 4", ""),
        ("-3, 4", "-9223372036854775808, 4", "candidates[1]：-9223372036854775808 太大，绝对值最多 1000000000000000"),
        ("{\"budget\": 0}]", "{}]", "第 2 行第 95 列：不是所要求的格式（missing field `budget` at line 2 column 95）"),
    ] {
        assert!(GOOD.contains(from));
        let error = read(GOOD.replace(from, to).as_bytes(), false).err().map_or(String::new(), |e| e.to_string());
        assert_eq!(error, message);
    }
    for bad in ["", "[]", "{}", "1e999", &GOOD[..GOOD.len() - 1], &GOOD.replace("10", "10.5"), &GOOD.replace("10", "1e30")] {
        assert!(matches!(read(bad.as_bytes(), false), Err(ProblemError::Json { .. })), "{bad}");
    }
    let huge = GOOD.replace("{\"gap\": 0}", &vec!["{\"gap\": 1000000000000000}"; 1001].join(","));
    assert_eq!(read(huge.as_bytes(), false), Err(ProblemError::SumTooLarge { item: "needs".to_owned() }));
}

#[test]
fn every_conflict_is_listed() {
    let good = Problem {
        needs: vec![Need { gap: 5, max_partners: Some(1), ..Need::default() }, Need { gap: 9, ..Need::default() }],
        organizations: vec![
            Organization { budget: 4, max_projects: Some(1), ..Organization::default() },
            Organization { budget: 9, ..Organization::default() },
        ],
        funds: vec![Fund { organization: 0, budget: 2 }],
        groups: vec![Group::default()],
        candidates: vec![
            Candidate { need: 0, organization: 0, max: 9, ..Candidate::default() },
            Candidate { need: 0, organization: 1, max: 9, ..Candidate::default() },
            Candidate { need: 1, organization: 0, max: 9, fund: Some(0), ..Candidate::default() },
        ],
    };
    assert_eq!(good.check(), []);
    let mut bad = good.clone();
    bad.candidates.iter_mut().zip([3, 3, 4]).for_each(|(c, floor)| c.floor = floor);
    assert_eq!(
        bad.check(),
        [
            ProblemError::NeedFloors { need: 0, forced: 6, gap: 5 },
            ProblemError::PartnerFloors { need: 0, forced: 2, limit: 1 },
            ProblemError::OrganizationFloors { organization: 0, forced: 5, budget: 4 },
            ProblemError::ProjectFloors { organization: 0, forced: 2, limit: 1 },
        ]
    );
    let mut bad = good;
    bad.needs[0].group = Some(1);
    bad.needs[1].unmet = vec![Step { width: 1, cost: 2 }, Step { width: 1, cost: 1 }];
    bad.funds.push(Fund { organization: 2, budget: 1 });
    bad.groups[0].parent = Some(0);
    bad.candidates[0].floor = 10;
    bad.candidates[1] = Candidate { fund: Some(0), floor: 1, min: 2, ..bad.candidates[1] };
    assert_eq!(
        bad.check(),
        [
            ProblemError::NoGroup { need: 0, group: 1, count: 1 },
            ProblemError::Curve { item: "needs[1]".to_owned() },
            ProblemError::FundOwner { fund: 1, organization: 2, count: 2 },
            ProblemError::GroupParent { group: 0, parent: 0 },
            ProblemError::FloorOverMax { candidate: 0, floor: 10, max: 9 },
            ProblemError::NoFund { candidate: 1, fund: 0, organization: 1 },
            ProblemError::FloorUnderMin { candidate: 1, floor: 1, min: 2 },
        ]
    );
}
