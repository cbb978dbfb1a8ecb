//! Measured: solving the numbers of a plan (`solver::solve::solve`), once for each problem. Without integer conditions, the
//! sizes (needs x organizations x candidates of each need) are 150 x 10,000 where every organization is a candidate, 2,000 x
//! 500 x 20, and 10,000 x 5,000 x 30. With least amounts and at most eight projects per organization, the sizes are the latter
//! two. `QIANSHOU_BENCH_SCALE=national` adds 100,000 x 50,000 x 30 without conditions. Value, bound, gap and time are printed.
//! The small flow is also timed repeatedly.
//!
//! Peers in the same run: a greedy plan, which takes the pairs by weight, each with as much as is left. Its welfare is given as
//! a share of the optimum (of the bound, under integer conditions), with its time. Where every organization is a candidate, the
//! same optimum is also found by column generation (`solver::columns::solve`). Aim: an optimum that OR-Tools finds too, in no
//! more time (`benches/peers`, by hand).
//!
//! Corpus: `solver::recipe`, synthetic and seeded; tiny in test mode. `QIANSHOU_BENCH_WRITE=DIR` writes the problems to that
//! directory as JSON, for other solvers, and measures nothing.
//!
//! Not measured: scoring the candidates (see `score`), reading and writing problems, reasons, relaxations, curves, groups and
//! funds.

mod corpus;

use std::cmp::Reverse;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use corpus::is_test;
use criterion::{Criterion, criterion_group, criterion_main};
use qianshou::solver::checker::check;
use qianshou::solver::columns;
use qianshou::solver::integer::{Options, Solution};
use qianshou::solver::numbers::{gap, write_problem};
use qianshou::solver::problem::Problem;
use qianshou::solver::recipe::Recipe;
use qianshou::solver::solve::{has_integer_conditions, solve};
use qianshou::solver::stop::Stop;

const SEED: u64 = 42;
/// Candidates of each need that column generation begins with.
const FIRST_COLUMNS: usize = 50;
/// The problem that is timed repeatedly.
const SMALL: &str = "continuous-2000x500x20";

struct Case {
    name: String,
    recipe: Recipe,
}

/// The problems, named like their files.
fn cases() -> Vec<Case> {
    let is_national = std::env::var("QIANSHOU_BENCH_SCALE").is_ok_and(|it| it == "national");
    let mut cases = Vec::new();
    let mut add = |kind: &str, [needs, organizations, candidates]: [usize; 3]| {
        let name = format!("{kind}-{needs}x{organizations}x{candidates}");
        let shrunk = |size: usize| if is_test() { size.div_ceil(50) } else { size };
        let recipe = Recipe::new(SEED, shrunk(needs), shrunk(organizations), candidates);
        cases.push(Case { name, recipe: if kind == "tickets" { recipe.with_least_amounts() } else { recipe } });
    };
    add("continuous", [150, 10_000, 10_000]);
    add("continuous", [2_000, 500, 20]);
    add("continuous", [10_000, 5_000, 30]);
    if is_national && !is_test() {
        add("continuous", [100_000, 50_000, 30]);
    }
    add("tickets", [2_000, 500, 20]);
    add("tickets", [10_000, 5_000, 30]);
    cases
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let made = work();
    (made, start.elapsed())
}

fn plan(problem: &Problem) -> Solution {
    solve(problem, &Options::default(), Stop::default(), &mut |_| {}).expect("nothing is forced")
}

/// Takes the pairs by weight, each with as much as is left, and none with a loss.
fn greedy(problem: &Problem) -> Vec<i64> {
    let mut order: Vec<usize> = (0..problem.candidates.len()).filter(|&k| problem.candidates[k].weight > 0).collect();
    order.sort_by_key(|&k| (Reverse(problem.candidates[k].weight), k));
    let mut gaps: Vec<i64> = problem.needs.iter().map(|need| need.gap).collect();
    let mut budgets: Vec<i64> = problem.organizations.iter().map(|it| it.budget).collect();
    let mut slots: Vec<u32> = problem.organizations.iter().map(|it| it.max_projects.unwrap_or(u32::MAX)).collect();
    let mut amounts = vec![0; problem.candidates.len()];
    for k in order {
        let candidate = &problem.candidates[k];
        let (need, organization) = (candidate.need as usize, candidate.organization as usize);
        let amount = candidate.max.min(gaps[need]).min(budgets[organization]);
        if amount > 0 && amount >= candidate.min && slots[organization] > 0 {
            amounts[k] = amount;
            gaps[need] -= amount;
            budgets[organization] -= amount;
            slots[organization] -= 1;
        }
    }
    amounts
}

fn measure(Case { name, recipe }: &Case) {
    let problem = recipe.build();
    let (found, time) = timed(|| plan(&problem));
    let Solution { value, bound, ending, .. } = found;
    eprintln!("{name}: value {value}, bound {bound}, gap {:.4} %, {time:.2?}, {ending:?}", 100.0 * gap(value, bound));
    let (amounts, time) = timed(|| greedy(&problem));
    let checked = check(&problem, &amounts);
    assert_eq!(checked.violations, []);
    assert!(checked.value <= bound);
    let share = |value: i128| 100.0 * value as f64 / bound as f64;
    eprintln!("  peer, greedy: {:.2} % of the bound where the plan has {:.2} %, {time:.2?}", share(checked.value), share(value));
    if recipe.candidates >= recipe.organizations && !has_integer_conditions(&problem) {
        let (generated, time) = timed(|| columns::solve(&problem, FIRST_COLUMNS, Stop::default()).expect("nothing is forced"));
        assert_eq!(generated.optimum.value, value);
        let (columns, rounds, all) = (generated.columns, generated.rounds, problem.candidates.len());
        eprintln!("  peer, column generation: the same value, {time:.2?}, {columns} of {all} columns, {rounds} rounds");
    }
}

fn write(dir: &Path, Case { name, recipe }: &Case) {
    let path = dir.join(format!("{name}.json"));
    std::fs::write(&path, write_problem(&recipe.build())).expect("a directory that can be written");
    eprintln!("{}", path.display());
}

fn plans(criterion: &mut Criterion) {
    let cases = cases();
    if let Some(dir) = std::env::var_os("QIANSHOU_BENCH_WRITE") {
        std::fs::create_dir_all(&dir).expect("a directory that can be made");
        cases.iter().for_each(|case| write(Path::new(&dir), case));
        return;
    }
    cases.iter().for_each(measure);
    let small = cases.iter().find(|case| case.name == SMALL).expect("the small problem").recipe.build();
    let mut group = criterion.benchmark_group(SMALL);
    group.sample_size(20);
    group.bench_function("optimum", |it| it.iter(|| plan(black_box(&small))));
    group.bench_function("peer: greedy", |it| it.iter(|| greedy(black_box(&small))));
    group.finish();
}

criterion_group!(benches, plans);
criterion_main!(benches);
