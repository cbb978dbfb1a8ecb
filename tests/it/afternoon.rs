//! A coordinator's afternoon: a plan of 46 needs, decisions on it, a withdrawal in the middle, and planning again with few changes.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;

use qianshou::domain::{NeedAction, NeedId};
use qianshou::error::AppError;
use qianshou::plan::{
    BudgetAsk, ChangedPair, GapAsk, PairAsk, PairRule, PartnerLimitAsk, Plan, PlanAsk, PlanControl, PlanNeeds, ProjectLimitAsk,
};
use qianshou::request::AmountInput;
use serde_json::{Value, json};

use crate::cli::Workdir;
use crate::data::{Data, LOCAL, lines};

const NEEDS: usize = 46;
const TITLES: [&str; 4] = ["学校安全饮水", "乡村医生培训", "儿童图书角", "残疾人轮椅"];
const PLACES: [&str; 4] = ["青海省果洛州玛多县", "云南省迪庆州德钦县", "四川省凉山州昭觉县", "贵州省毕节市威宁县"];

/// Twelve organizations with a budget, four of which only the spending of a year is known.
fn organizations() -> Vec<Value> {
    let scopes = ["学校安全饮水", "乡村医生培训", "儿童图书", "残疾人服务"];
    let organization = |n: usize| {
        let known = if n < 12 { ("budget_yuan", 300_000 + 40_000 * n) } else { ("annual_spend_yuan", 500_000 + 10_000 * n) };
        json!({"id": format!("o{n:02}"), "name": format!("第{n}示例基金会"), "scope": scopes[n % 4], known.0: known.1})
    };
    (0..16).map(organization).collect()
}

fn needs() -> Vec<Value> {
    let need = |n: usize| {
        json!({"id": format!("n{n:02}"), "title": format!("{}第{n}批", TITLES[n % 4]), "region": PLACES[n % 3],
            "amount_yuan": 100_000 + 10_000 * (n % 7), "description": "详见附件", "beneficiaries": 30 + n,
            "deadline": "2027-06-30", "submitted_by": "示例县民政局"})
    };
    (0..NEEDS).map(need).collect()
}

async fn data() -> Data {
    Data::with(&[("organizations.jsonl", lines(&organizations())), ("needs.jsonl", lines(&needs()))]).await
}

fn plan(data: &Data, ask: &PlanAsk, keep: Option<&Plan>) -> Result<Plan, AppError> {
    let (stop, progress) = (AtomicBool::new(false), |_| {});
    data.app.plan(LOCAL, ask, &PlanNeeds::Open, keep, &PlanControl { stop: &stop, progress: &progress })
}

fn sum(text: &str) -> AmountInput {
    AmountInput::Text(text.to_owned())
}

/// The pairs of a plan with their amounts.
fn pairs(plan: &Plan) -> BTreeMap<(String, String), f64> {
    let of = |need: &qianshou::plan::PlannedNeed| {
        let id = need.need.to_string();
        need.partners.iter().map(move |it| ((id.clone(), it.organization.to_string()), it.amount_yuan)).collect::<Vec<_>>()
    };
    plan.needs.iter().flat_map(of).collect()
}

#[tokio::test]
async fn decisions_and_a_withdrawal_leave_everything_else_as_it_was() {
    let data = data().await;
    let before = plan(&data, &PlanAsk::default(), None).unwrap();
    let old = pairs(&before);
    assert!(old.len() > 20, "{}", old.len());
    let excluded = before.organizations[1].organization.to_string();
    let withdrawn = before.needs.iter().find(|it| !it.partners.is_empty()).unwrap().need.clone();
    data.app.change_need(LOCAL, &withdrawn, NeedAction::Withdraw, Some("已另行解决")).await.unwrap();
    // o15 may give three tenths of 650,000 yuan by estimate; the coordinator knows better.
    let lock = PairAsk {
        need: NeedId::new("乡村医生培训第5批"),
        organization: "第15示例基金会".to_owned(),
        rule: PairRule::Lock,
        amount: Some(sum("15万")),
    };
    let second = PairAsk { need: NeedId::new("n09"), amount: Some(sum("12万")), ..lock.clone() };
    let decided = PlanAsk {
        pairs: vec![lock, second],
        exclude: vec![excluded.clone()],
        budgets: vec![BudgetAsk { organization: "o00".to_owned(), amount: sum("90万") }],
        ..PlanAsk::default()
    };
    let mut last: Option<Plan> = None;
    for limit in [0, 1, 3] {
        let after = plan(&data, &PlanAsk { max_changes: Some(limit), ..decided.clone() }, Some(&before)).unwrap();
        let (new, changes) = (pairs(&after), after.summary.changes.clone().unwrap());
        assert!(changes.chosen <= limit && changes.limit == limit, "{changes:?}");
        assert_eq!(changes.pairs.iter().filter(|it| it.chosen).count(), changes.chosen);
        assert_eq!(new[&("n05".to_owned(), "o15".to_owned())], 150_000.0);
        assert_eq!(new[&("n09".to_owned(), "o15".to_owned())], 120_000.0);
        assert!(new.keys().all(|(need, organization)| *organization != excluded && *need != withdrawn.as_str()));
        // Every pair that decisions did not touch is still there, unless it was given up by choice; what differs is listed.
        for ((need, organization), amount) in &old {
            let now = new.get(&(need.clone(), organization.clone())).copied().unwrap_or(0.0);
            let listed = changes.pairs.iter().find(|it| it.need.as_str() == need && it.organization.as_str() == organization);
            assert_eq!(listed.is_some(), now != *amount, "{need} {organization}: {amount} → {now}");
            let is_touched = *organization == excluded || *need == withdrawn.as_str() || ["n05", "n09"].contains(&&need[..]);
            let is_spent = |it: &ChangedPair| organization == "o15" && it.reason == "该组织可用的资金现为27万元";
            assert!(is_touched || listed.is_none_or(|it| it.chosen || is_spent(it)), "{listed:?}");
        }
        for it in changes.pairs.iter().filter(|it| it.organization.as_str() == excluded) {
            assert_eq!(it.reason, "该组织不列入本方案");
        }
        for it in changes.pairs.iter().filter(|it| it.need == withdrawn && it.organization.as_str() != excluded) {
            assert_eq!((it.reason.as_str(), it.now_yuan), ("需求已撤回", 0.0));
        }
        assert!(after.remarks.iter().any(|it| it.contains("第15示例基金会") && it.contains("超过估计")), "{:?}", after.remarks);
        if let Some(last) = last {
            assert!(after.summary.value >= last.summary.value, "more changes, less value: {limit}");
        }
        last = Some(after);
    }
    assert!(last.unwrap().summary.changes.unwrap().chosen > 0, "something could be improved");
}

#[tokio::test]
async fn limits_and_sums_of_one_need_or_organization_can_be_set_for_a_plan() {
    let data = data().await;
    let ask = PlanAsk {
        gaps: vec![GapAsk { need: NeedId::new("n03"), amount: sum("40万") }],
        partner_limits: vec![PartnerLimitAsk { need: NeedId::new("n03"), most: 1 }],
        project_limits: vec![ProjectLimitAsk { organization: "o11".to_owned(), most: 0 }],
        ..PlanAsk::default()
    };
    let made = plan(&data, &ask, None).unwrap();
    let need = made.needs.iter().find(|it| it.need.as_str() == "n03").unwrap();
    assert_eq!((need.gap_yuan, need.partners.len()), (400_000.0, 1));
    assert!(!need.partners[0].lead, "who stands alone leads nobody");
    assert!(pairs(&made).keys().all(|(_, organization)| organization != "o11"));
    let settings: String = made.settings.iter().map(|it| format!("{}：{}\n", it.name, it.value)).collect();
    assert!(settings.contains("本方案设定的所需金额：残疾人轮椅第3批（编号n03） 40万元"), "{settings}");
    assert!(settings.contains("本方案设定的合作组织上限：残疾人轮椅第3批（编号n03） 1家"), "{settings}");
    let refused = |ask: PlanAsk| plan(&data, &ask, None).unwrap_err().message;
    let pair =
        |need: &str| PairAsk { need: NeedId::new(need), organization: "o01".to_owned(), rule: PairRule::Force, amount: None };
    let ask = |need: &str, exclude: &[&str]| PlanAsk {
        pairs: vec![pair(need)],
        exclude: exclude.iter().map(|&it| it.to_owned()).collect(),
        ..PlanAsk::default()
    };
    assert!(refused(ask("乡村医生", &[])).contains("请写明编号：“乡村医生培训第1批”（编号n01）"));
    assert!(refused(ask("不存在的需求", &[])).contains("没有编号或名称为“不存在的需求”的需求"));
    assert!(refused(ask("n01", &["o01"])).contains("不列入本方案"));
}

#[test]
fn the_afternoon_on_the_command_line_ends_with_letters() {
    let workdir = Workdir::new();
    workdir.file("organizations.jsonl", lines(&organizations()));
    workdir.file("needs.jsonl", lines(&needs()));
    for file in ["organizations.jsonl", "needs.jsonl"] {
        assert_eq!(workdir.output(&["import", file]).status.code(), Some(0));
    }
    let run = |arguments: &[&str]| {
        let shown = workdir.run(arguments);
        assert!(shown.starts_with("exit code: 0") || shown.starts_with("exit code: 1"), "{shown}");
        shown
    };
    run(&["plan", "--open", "--out", "plan.json", "--out", "plan.xlsx"]);
    run(&["need", "withdraw", "n06", "--note", "已另行解决"]);
    let again = run(&[
        "plan",
        "--open",
        "--keep",
        "plan.json",
        "--max-changes",
        "1",
        "--lock",
        "乡村医生培训第5批：第15示例基金会：15万",
        "--out",
        "again.json",
    ]);
    assert!(again.contains("与原方案不同的组合") && again.contains("按锁定的金额"), "{again}");
    let letters = run(&["invite", "again.json", "--out", "letters.docx", "--from", "示例市合作交流办公室"]);
    assert!(letters.contains("回复期限（--reply-by）") && !letters.contains("发函单位（--from）"), "{letters}");
    assert!(std::fs::read(workdir.path().join("letters.docx")).unwrap().starts_with(b"PK"));
    run(&["invite", "again.json", "--out", "letters.txt", "--reply-by", "2026-12-15", "--reply-to", "示例市合作交流办公室"]);
    let text = std::fs::read_to_string(workdir.path().join("letters.txt")).unwrap();
    for part in ["请于2026年12月15日前回复示例市合作交流办公室", "希望在2027年6月30日前完成", "申报单位：示例县民政局"]
    {
        assert!(text.contains(part), "{part}");
    }
}
