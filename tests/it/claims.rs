//! New claims are added to the current snapshot, with the same result as a rebuild for a fraction of the work.

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use qianshou::app::App;
use qianshou::catalog::CHUNK;
use qianshou::clock::Clock;
use qianshou::domain::{NeedId, OrganizationId};
use qianshou::jobs::Cancellation;
use qianshou::plan::{PlanAsk, PlanControl, PlanNeeds};
use qianshou::request::Ask;
use qianshou::wire;
use serde_json::json;

use crate::data::{Data, LOCAL, TODAY, open_files, to_json};

const ORGANIZATIONS: usize = 2 * CHUNK + 10;

fn asks() -> [Ask; 3] {
    let ask = |text: &str, as_of: Option<&str>| Ask {
        text: Some(text.to_owned()),
        as_of: as_of.map(str::to_owned),
        top: Some(50),
        ..Ask::default()
    };
    [
        ask("德钦县乡村医生培训，约需30万元", None),
        ask("乡村小学净水设备", Some("2026-03-01")),
        ask("德钦县乡村医生培训", Some("2024-12-31")),
    ]
}

fn answers(app: &App) -> Vec<String> {
    asks().iter().map(|ask| to_json(&wire::Answer::from(app.suggest(LOCAL, ask, &Cancellation::never()).unwrap()))).collect()
}

/// The pieces of a view's text, sorted because its hash maps have no order.
fn sorted(view: &str) -> Vec<&str> {
    let mut pieces: Vec<&str> = view.split([',', '{', '}']).map(str::trim).collect();
    pieces.sort_unstable();
    pieces
}

fn without_snapshot(answers: &[String]) -> Vec<serde_json::Value> {
    let mut answers: Vec<serde_json::Value> = answers.iter().map(|it| serde_json::from_str(it).unwrap()).collect();
    answers.iter_mut().for_each(|it| drop(it["snapshot"].take()));
    answers
}

async fn data() -> Data {
    let (mut organizations, mut projects) = (String::new(), String::new());
    for n in 0..ORGANIZATIONS {
        let organization = json!({"id": format!("o{n:04}"), "name": format!("第{n}示例基金会"), "home_region": "上海市",
            "budget_yuan": 400_000, "max_projects": 2, "min_ticket_yuan": 50_000});
        writeln!(organizations, "{organization}").unwrap();
    }
    for n in 0..ORGANIZATIONS / 8 {
        let project = json!({"id": format!("p{n:04}"), "title": "德钦县乡村医生培训", "participants": [format!("o{:04}", 8 * n)],
            "year": 2020, "amount_yuan": 300_000, "sectors": ["MED"]});
        writeln!(projects, "{project}").unwrap();
    }
    writeln!(projects, "{}", json!({"id": "q", "title": "乡村医生培训", "participants": ["后来的基金会"], "year": 2030}))
        .unwrap();
    let need = |id: &str, sector: &str| json!({"id": id, "title": "乡村医生培训", "sectors": [sector]});
    let needs = format!("{}\n{}\n", need("n1", "MED"), need("n2", "WAT"));
    let claims = json!({"id": "c0", "need": "n1", "organization": "o0008", "amount_yuan": 1000, "at": "2025-05-01"}).to_string();
    Data::with(&[
        ("organizations.jsonl", organizations),
        ("projects.jsonl", projects),
        ("needs.jsonl", needs),
        ("claims.jsonl", claims),
    ])
    .await
}

async fn claim(data: &Data, claims: &[serde_json::Value]) {
    let path = data.file("claims.jsonl", &crate::data::lines(claims));
    let report = data.app.import(LOCAL, None, &open_files(&[path], None).unwrap(), false, &|_| {}).await.unwrap();
    assert_eq!(report.rejected.head(), []);
}

async fn anew(data: &Data) -> App {
    App::open(data.app.dir(), false, Clock::Fixed(TODAY)).await.unwrap()
}

#[tokio::test]
async fn after_a_claim_answers_are_those_of_a_rebuilt_snapshot() {
    let data = data().await;
    let mut before = answers(&data.app);
    let rounds = [
        // Budget: what is left is below the smallest contribution.
        vec![json!({"id": "c1", "need": "n1", "organization": "o0016", "amount_yuan": 380_000, "at": "2026-02-01"})],
        // Slots, and a decline of two needs of different sectors.
        vec![
            json!({"id": "c2", "need": "n1", "organization": "o0024", "amount_yuan": 1000, "at": "2026-02-01"}),
            json!({"id": "c3", "need": "n2", "organization": "o0024", "amount_yuan": 1000, "at": "2026-02-02"}),
            json!({"id": "c4", "need": "n1", "organization": "o0032", "state": "declined", "at": "2024-06-01"}),
            json!({"id": "c5", "need": "n2", "organization": "o0032", "state": "declined", "at": "2026-01-15"}),
        ],
        // An old claim now belongs to another organization, and a decline is withdrawn.
        vec![
            json!({"id": "c1", "need": "n1", "organization": "后来的基金会", "amount_yuan": 380_000, "at": "2026-02-01"}),
            json!({"id": "c4", "need": "n1", "organization": "o0032", "state": "cancelled", "at": "2024-06-01"}),
        ],
        vec![json!({"id": "c1", "need": "n1", "organization": "o0008", "amount_yuan": 380_000, "at": "2026-02-01"})],
    ];
    for claims in rounds {
        claim(&data, &claims).await;
        let (after, rebuilt) = (answers(&data.app), anew(&data).await);
        assert_ne!(without_snapshot(&before), without_snapshot(&after));
        assert_eq!(after, answers(&rebuilt));
        for ask in asks() {
            let as_of = ask.as_of.map_or(TODAY, |day| day.parse().unwrap());
            // Compared as text, because unknown values are NaN, which equals nothing.
            let [added, built] = [data.app.catalog(), rebuilt.catalog()].map(|it| format!("{:?}", it.as_of(as_of)));
            assert_eq!(sorted(&added), sorted(&built));
        }
        before = after;
    }
    let stub = data.app.catalog().organization(&OrganizationId::new("后来的基金会")).unwrap();
    assert!(!data.app.catalog().as_of(TODAY).is_known(stub), "known from its claim alone, which is another's now");
}

#[tokio::test]
async fn a_claim_copies_one_chunk_and_leaves_the_text_index_alone() {
    let data = data().await;
    let commit = || std::fs::read_to_string(data.app.dir().join("text/projects/meta.json")).unwrap();
    let (old, stamp) = (data.app.catalog(), commit());
    let before = old.as_of(TODAY);
    claim(&data, &[json!({"id": "c9", "need": "n1", "organization": "o0016", "amount_yuan": 380_000, "at": "2026-02-01"})]).await;
    let new = data.app.catalog();
    let after = new.as_of(TODAY);
    assert!(new.version > old.version && new.claims.len() == old.claims.len() + 1);
    assert!(Arc::ptr_eq(&old.text, &new.text) && Arc::ptr_eq(&old.names, &new.names));
    assert!(Arc::ptr_eq(&before.past, &after.past));
    let shared = before.rows.chunks().iter().zip(after.rows.chunks()).map(|(a, b)| Arc::ptr_eq(a, b)).collect::<Vec<_>>();
    assert_eq!(shared, [false, true, true]);
    assert_eq!(commit(), stamp);
    // Another process finds an index that lacks no project, and leaves it alone too.
    assert_eq!(anew(&data).await.catalog().version, new.version);
    assert_eq!(commit(), stamp);
}

#[tokio::test]
async fn a_project_after_a_claim_is_indexed() {
    let data = data().await;
    claim(&data, &[json!({"id": "c9", "need": "n1", "organization": "o0016", "at": "2026-02-01"})]).await;
    let project = json!({"id": "late", "title": "义肢安装和维护", "participants": ["o0001"], "year": 2024}).to_string();
    let path = data.file("projects.jsonl", &project);
    let other = anew(&data).await;
    data.app.import(LOCAL, None, &open_files(&[path], None).unwrap(), false, &|_| {}).await.unwrap();
    assert!(other.refresh().await.unwrap());
    let ask = Ask { text: Some("义肢安装".to_owned()), ..Ask::default() };
    for app in [&*data.app, &other, &anew(&data).await] {
        assert_eq!(app.suggest(LOCAL, &ask, &Cancellation::never()).unwrap().suggestions[0].organization.as_str(), "o0001");
    }
}

/// Whether each reader counts one claim of 甲 for the need `n1`, of 300,000 yuan out of a budget of a million.
async fn readers(state: &str) -> [bool; 4] {
    let organizations = [
        r#"{"id": "a", "name": "甲基金会", "budget_yuan": 1000000, "sectors": ["WAT"]}"#,
        r#"{"id": "b", "name": "乙基金会", "budget_yuan": 1000000, "sectors": ["WAT"]}"#,
    ];
    let needs = [
        r#"{"id": "n1", "title": "学校安全饮水", "region": "果洛州", "amount_yuan": 300000, "date": "2026-01-01"}"#,
        r#"{"id": "n2", "title": "村小安全饮水", "region": "玉树州", "amount_yuan": 200000, "date": "2026-01-01"}"#,
    ];
    let claim = json!({"id": "c", "need": "n1", "organization": "a", "amount_yuan": 300_000, "state": state, "at": "2026-02-01"});
    let files = [
        ("organizations.jsonl", organizations.join("\n")),
        ("needs.jsonl", needs.join("\n")),
        ("claims.jsonl", claim.to_string()),
    ];
    let data = Data::with(&files).await;
    let answer = data.ask(&Ask { need: Some(NeedId::new("n2")), ..Ask::default() });
    let card = answer.suggestions.iter().find(|it| it.organization.as_str() == "a").unwrap();
    let reasons: Vec<&str> = card.parts.iter().flatten().map(|part| part.reason.as_str()).collect();
    let opportunities = data.opportunities("a", None, false).unwrap();
    let (stop, progress) = (AtomicBool::new(false), |_| {});
    let control = PlanControl { stop: &stop, progress: &progress };
    let needs = PlanNeeds::Stored(vec![NeedId::new("n1")]);
    let plan = data.app.plan(LOCAL, &PlanAsk::default(), &needs, None, &control).unwrap();
    [
        reasons.iter().any(|it| it.contains("约余70%")),
        opportunities.opportunities.iter().all(|it| it.need.as_str() != "n1"),
        plan.needs.is_empty(),
        data.app.statistics(LOCAL, &Cancellation::never()).unwrap().claims == 1,
    ]
}

#[tokio::test]
async fn ranking_opportunities_plans_and_statistics_agree_on_what_a_state_means() {
    for state in ["applied", "confirmed", "certificate_issued", "agreement_signed", "done"] {
        assert_eq!(readers(state).await, [true; 4], "{state} takes money");
    }
    for state in ["declined", "cancelled"] {
        assert_eq!(readers(state).await, [false; 4], "{state} frees it");
    }
}
