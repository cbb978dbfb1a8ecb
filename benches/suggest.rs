//! Measured: one need against every organization, in process: whole `Engine::suggest` (understanding, text votes, every
//! feature for every organization, parts and evidence for the first ten).
//!
//! Peer in the same run: the text search alone, on the same need and the same index. The ratio is what everything else
//! costs on top.
//!
//! Corpus: synthetic, seeded: organizations with ten past projects each, over all leaf sectors and 40 prefectures;
//! 1,000 organizations, or 50 in test mode (`cargo bench -- --test`).
//!
//! Not measured: HTTP, disk, import, national scale.

mod random;

use std::fmt::Write as _;
use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use jiff::civil::date;
use qianshou::catalog::day_number;
use qianshou::engine::{Ask, Clock, Engine, open_files};
use random::Random;

const NEED: &str = "迪庆德钦县乡村医生近200名，亟需培训提升诊疗能力，约需335万元";
const THINGS: [&str; 10] = [
    "乡村医生培训",
    "学校净水设备",
    "义肢安装",
    "助学金发放",
    "牦牛养殖暖棚",
    "白内障手术",
    "图书室建设",
    "道路硬化",
    "护理床更换",
    "绣娘技能培训",
];
const PLACES: [&str; 8] = ["迪庆州", "果洛州", "文山州", "喀什地区", "日喀则市", "凉山州", "临夏州", "黔南州"];

fn corpus(organizations: usize) -> (String, String) {
    let mut random = Random(7);
    let (mut names, mut projects) = (String::new(), String::new());
    for organization in 0..organizations {
        let _ =
            writeln!(names, r#"{{"id": "o{organization:05}", "name": "示例{organization}号基金会", "home_region": "上海市"}}"#);
        let own = random.below(THINGS.len());
        for project in 0..10 {
            let thing = if random.below(3) > 0 { own } else { random.below(THINGS.len()) };
            let (place, year, wan) = (PLACES[random.below(PLACES.len())], 2012 + random.below(12), 2 + random.below(80));
            let _ = writeln!(
                projects,
                r#"{{"id": "p{organization:05}-{project}", "title": "示例{place}{}", "participants": ["o{organization:05}"], "amount_yuan": {wan}0000, "year": {year}}}"#,
                THINGS[thing]
            );
        }
    }
    (names, projects)
}

fn suggest(criterion: &mut Criterion) {
    let is_test = std::env::args().any(|argument| argument == "--test");
    let organizations = if is_test { 50 } else { 1000 };
    let dir = tempfile::tempdir().expect("a temporary directory");
    let (names, projects) = corpus(organizations);
    let write = |name: &str, text: String| {
        let path = dir.path().join(name);
        std::fs::write(&path, text).expect("a file in the temporary directory");
        path
    };
    let paths = [write("organizations.jsonl", names), write("projects.jsonl", projects)];
    let files = open_files(&paths, None).expect("readable files");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let engine = runtime.block_on(async {
        let engine =
            Engine::open(&dir.path().join("data"), true, Clock::Fixed(date(2026, 1, 1))).await.expect("a data directory");
        engine.import(None, &files, false, &|_| {}).await.expect("an import");
        engine
    });

    let ask = Ask { text: Some(NEED.to_owned()), ..Ask::default() };
    let answer = engine.suggest(&ask).expect("a working engine").expect("an answer");
    assert_eq!(answer.suggestions.len(), 10);
    assert!(answer.suggestions[0].parts.iter().flatten().any(|part| !part.evidence.is_empty()));

    let catalog = engine.catalog();
    let today = day_number(date(2026, 1, 1));
    let mut group =
        criterion.benchmark_group(format!("one need, {organizations} organizations, {} projects", organizations * 10));
    group.bench_function("suggest", |bencher| bencher.iter(|| engine.suggest(black_box(&ask))));
    group.bench_function("peer: text search alone", |bencher| {
        bencher.iter(|| catalog.text.matches(black_box("乡村医生，亟需培训提升诊疗能力"), today, 1000));
    });
    group.finish();
}

criterion_group!(benches, suggest);
criterion_main!(benches);
