//! Plans: joint claims, everybody's capacity, and a reason for each gap.

use std::sync::atomic::AtomicBool;

use qianshou::domain::NeedId;
use qianshou::error::{AppError, Class};
use qianshou::plan::{EarmarkAsk, Fairness, PairAsk, PairRule, Plan, PlanAsk, PlanControl, PlanNeeds, PlannedNeed, ReserveAsk};
use qianshou::request::AmountInput;

use crate::data::{Data, LOCAL, open_files};

fn text(yuan: &str) -> Option<AmountInput> {
    Some(AmountInput::Text(yuan.to_owned()))
}

fn keeping(data: &Data, ask: &PlanAsk, needs: &PlanNeeds, keep: Option<&Plan>) -> Result<Plan, AppError> {
    let (stop, progress) = (AtomicBool::new(false), |_| {});
    data.app.plan(LOCAL, ask, needs, keep, &PlanControl { stop: &stop, progress: &progress })
}

fn plan(data: &Data, ask: &PlanAsk, needs: &PlanNeeds) -> Result<Plan, AppError> {
    keeping(data, ask, needs, None)
}

fn organization(id: &str, budget: f64, more: &str) -> String {
    format!(r#"{{"id": "{id}", "name": "{id}基金会", "scope": "学校安全饮水、乡村医生培训", "budget_yuan": {budget}{more}}}"#)
}

fn need(id: &str, title: &str, yuan: f64, more: &str) -> String {
    format!(r#"{{"id": "{id}", "title": "{title}", "region": "青海省果洛藏族自治州", "amount_yuan": {yuan}{more}}}"#)
}

async fn data(organizations: &[String], needs: &[String]) -> Data {
    let mut files = vec![("organizations.jsonl", organizations.join("\n"))];
    if !needs.is_empty() {
        files.push(("needs.jsonl", needs.join("\n")));
    }
    Data::with(&files).await
}

fn amounts(need: &PlannedNeed) -> Vec<(String, f64)> {
    need.partners.iter().map(|it| (it.organization.to_string(), it.amount_yuan)).collect()
}

fn pair(need: &str, organization: &str, rule: PairRule, amount: Option<AmountInput>) -> PairAsk {
    PairAsk { need: NeedId::new(need), organization: organization.to_owned(), rule, amount }
}

#[tokio::test]
async fn three_foundations_share_a_need_of_3_35_million() {
    let organizations =
        [organization("甲", 1e6, ""), organization("乙", 1e6, ""), organization("丙", 1.35e6, ""), organization("丁", 0.0, "")];
    let data = data(&organizations, &[need("n", "乡村医生培训赋能", 3.35e6, "")]).await;
    let plan = plan(&data, &PlanAsk::default(), &PlanNeeds::Open).unwrap();
    let shares = amounts(&plan.needs[0]);
    assert_eq!(shares[0], ("丙".to_owned(), 1.35e6));
    let mut others = shares[1..].to_vec();
    others.sort_by(|a, b| a.0.cmp(&b.0));
    assert_eq!(others, [("乙".to_owned(), 1e6), ("甲".to_owned(), 1e6)]);
    assert_eq!((plan.summary.full, plan.summary.joint, plan.summary.gap), (1, 1, 0.0));
    assert!(plan.needs[0].partners[0].lead && plan.needs[0].unmet.is_none());
    assert_eq!(plan.organizations[0].capacity_source, "申报预算扣除本年已认领");
    assert!(data.app.catalog().claims.is_empty(), "a plan is a draft");
}

#[tokio::test]
async fn twenty_nine_small_budgets_cover_6_29_million_exactly() {
    let budgets = (0..29).map(|n| if n < 28 { 216_000.0 } else { 242_000.0 });
    let organizations: Vec<String> = budgets.enumerate().map(|(n, it)| organization(&format!("o{n:02}"), it, "")).collect();
    let data = data(&organizations, &[need("n", "果洛23所学校净水设备157台", 6.29e6, "")]).await;
    let plan = plan(&data, &PlanAsk::default(), &PlanNeeds::Open).unwrap();
    assert_eq!(plan.needs[0].partners.len(), 29);
    assert_eq!(plan.needs[0].proposed_yuan, 6.29e6);
    assert_eq!((plan.summary.full, plan.summary.unit_yuan), (1, 1000.0));
    let few = PlanAsk { max_partners: Some(20), ..PlanAsk::default() };
    let plan = self::plan(&data, &few, &PlanNeeds::Open).unwrap();
    let unmet = plan.needs[0].unmet.as_ref().unwrap();
    assert_eq!(plan.needs[0].partners.len(), 20);
    assert!(unmet.reason.contains("合作组织最多20家"), "{unmet:?}");
}

/// Five needs of very different likelihood, and money for half of them.
async fn scarce() -> Data {
    let organizations = [organization("甲", 6e5, ""), organization("乙", 4e5, ""), organization("丙", 2e5, "")];
    let titles = ["学校安全饮水", "乡村医生培训", "修建村道", "养老院床位", "假肢安装"];
    let needs: Vec<String> = titles.iter().enumerate().map(|(n, it)| need(&format!("n{n}"), it, 5e5, "")).collect();
    data(&organizations, &needs).await
}

#[tokio::test]
async fn no_need_stays_below_a_quarter_while_there_is_money_and_its_price_is_printed() {
    let data = scarce().await;
    let of = |fairness| plan(&data, &PlanAsk { fairness, ..PlanAsk::default() }, &PlanNeeds::Open).unwrap();
    for fairness in [Fairness::Quarters, Fairness::Leximin] {
        let plan = of(fairness);
        assert!(plan.needs.iter().all(|it| it.proposed_yuan * 4.0 >= it.gap_yuan), "{fairness:?}: {:?}", plan.needs);
        let price = plan.summary.price_of_fairness.unwrap();
        assert!(price.weighed_yuan <= price.weighed_yuan_without && price.below_quarter == 0, "{price:?}");
    }
    let least = |plan: &Plan| plan.needs.iter().map(|it| it.proposed_yuan as i64).min().unwrap();
    assert_eq!(least(&of(Fairness::Leximin)), 240_000, "1.2 million over five needs");
    let off = of(Fairness::Off);
    assert!(off.summary.price_of_fairness.is_none() && least(&off) < 125_000);
}

#[tokio::test]
async fn money_is_never_spent_twice_and_sums_agree() {
    let data = scarce().await;
    for ask in [
        PlanAsk { max_partners: Some(1), ..PlanAsk::default() },
        PlanAsk { max_projects: Some(2), min_ticket: text("10万"), ..PlanAsk::default() },
        PlanAsk { all_whole: true, ..PlanAsk::default() },
        PlanAsk { spread: true, newcomers: true, region_fairness: true, ..PlanAsk::default() },
    ] {
        let plan = plan(&data, &ask, &PlanNeeds::Open).unwrap();
        let proposed: f64 = plan.needs.iter().map(|it| it.proposed_yuan).sum();
        assert_eq!(proposed, plan.summary.proposed_yuan);
        assert_eq!(proposed, plan.organizations.iter().map(|it| it.load_yuan).sum::<f64>());
        assert_eq!(proposed, plan.regions.iter().map(|it| it.proposed_yuan).sum::<f64>());
        assert_eq!(proposed, plan.sectors.iter().map(|it| it.proposed_yuan).sum::<f64>());
        assert!(plan.organizations.iter().all(|it| it.load_yuan <= it.capacity_yuan));
        assert!(plan.summary.value <= plan.summary.bound);
        for need in &plan.needs {
            assert_eq!(need.partners.iter().map(|it| it.amount_yuan).sum::<f64>(), need.proposed_yuan);
            assert_eq!(need.unmet.is_none(), need.proposed_yuan == need.gap_yuan);
            assert!(!ask.all_whole || need.proposed_yuan == 0.0 || need.unmet.is_none());
            assert!(ask.max_partners.is_none_or(|most| need.partners.len() <= most as usize));
        }
        assert!(plan.organizations.iter().all(|it| ask.max_projects.is_none_or(|most| it.projects <= most as usize)));
    }
}

#[tokio::test]
async fn each_named_change_closes_the_gap_when_it_is_made() {
    let organizations = [
        organization("甲", 3e5, r#", "max_projects": 1"#),
        organization("乙", 2e5, ""),
        organization("丙", 9e5, r#", "excluded_regions": ["青海省"]"#),
    ];
    let needs = [need("n1", "学校安全饮水", 3e5, ""), need("n2", "村小净水设备", 3e5, "")];
    let data = data(&organizations, &needs).await;
    let plan = plan(&data, &PlanAsk::default(), &PlanNeeds::Open).unwrap();
    let open: Vec<&PlannedNeed> = plan.needs.iter().filter(|it| it.unmet.is_some()).collect();
    assert_eq!(open.iter().map(|it| it.unmet.as_ref().unwrap().yuan).sum::<f64>(), 1e5);
    let texts: Vec<&str> = open[0].unmet.as_ref().unwrap().relaxations.iter().map(|it| it.text.as_str()).collect();
    assert!(texts.contains(&"放宽地区限制，邀请“丙基金会”参与"), "{texts:?}");
    assert!(texts.iter().any(|it| it.starts_with("把“乙基金会”的资金上限提高10万元")), "{texts:?}");
    // With that one change of the conditions, everything is met.
    for way in &open[0].unmet.as_ref().unwrap().relaxations {
        let mut ask = PlanAsk::default();
        way.adjustment.as_ref().unwrap().apply(&open[0].need, &mut ask);
        let relaxed = self::plan(&data, &ask, &PlanNeeds::Open).unwrap();
        assert_eq!(relaxed.summary.full, 2, "{}: {:?}", way.text, relaxed.needs);
    }
    // The same if the records are as the change says.
    let richer = [organization("甲", 3e5, r#", "max_projects": 1"#), organization("乙", 3e5, "")];
    let data = self::data(&richer, &needs).await;
    assert_eq!(self::plan(&data, &PlanAsk::default(), &PlanNeeds::Open).unwrap().summary.full, 2);
}

#[tokio::test]
async fn decisions_are_kept_and_contradictions_are_named() {
    let data = scarce().await;
    let of = |pairs: Vec<PairAsk>| plan(&data, &PlanAsk { pairs, ..PlanAsk::default() }, &PlanNeeds::Open);
    let kept = of(vec![
        pair("n4", "丙", PairRule::Lock, text("15万")),
        pair("n3", "甲基金会", PairRule::Force, text("20万")),
        pair("n0", "甲", PairRule::Forbid, None),
    ])
    .unwrap();
    let share = |need: usize, name: &str| amounts(&kept.needs[need]).iter().find(|it| it.0 == name).map_or(0.0, |it| it.1);
    assert_eq!((share(4, "丙"), share(0, "甲")), (150_000.0, 0.0));
    assert!(share(3, "甲") >= 200_000.0);
    for (pairs, expected) in [
        (vec![pair("n0", "丙", PairRule::Lock, text("30万"))], "“丙基金会”"),
        (vec![pair("n0", "甲", PairRule::Force, None), pair("n0", "甲", PairRule::Forbid, None)], "互相矛盾"),
        (vec![pair("n0", "甲", PairRule::Lock, None)], "须写明大于0的金额"),
        (vec![pair("n0", "甲", PairRule::Lock, text("30万")), pair("n0", "乙", PairRule::Lock, text("30万"))], "“学校安全饮水”"),
        (vec![pair("n9", "甲", PairRule::Forbid, None)], "n9"),
        (vec![pair("n0", "戊", PairRule::Forbid, None)], "没有“戊”这个组织"),
        (vec![pair("n0", "甲", PairRule::Lock, text("一些"))], "看不懂的金额"),
    ] {
        let error = of(pairs).unwrap_err();
        assert!(error.message.contains(expected), "{error:?}, not {expected}");
    }
    let reserve = |target: &str| {
        let reserves = vec![ReserveAsk { target: target.to_owned(), amount: AmountInput::Text("50万".to_owned()) }];
        plan(&data, &PlanAsk { reserves, ..PlanAsk::default() }, &PlanNeeds::Open)
    };
    assert!(reserve("火星").unwrap_err().message.contains("火星"));
    assert!(reserve("云南省").unwrap_err().message.contains("没有“云南省”的需求"));
}

#[tokio::test]
async fn reserves_and_earmarked_money_go_where_they_belong() {
    let organizations = [organization("甲", 6e5, "")];
    let needs = [
        need("n1", "乡村医生培训", 6e5, r#", "sector": "MED""#),
        need("n2", "学校安全饮水", 6e5, r#", "sector": "WAT", "urgency": "high""#),
    ];
    let data = data(&organizations, &needs).await;
    let of = |ask: PlanAsk| {
        let plan = plan(&data, &PlanAsk { fairness: Fairness::Off, ..ask }, &PlanNeeds::Open).unwrap();
        plan.needs.iter().map(|it| it.proposed_yuan).collect::<Vec<_>>()
    };
    assert_eq!(of(PlanAsk::default()), [0.0, 6e5], "the urgent one");
    let reserves = vec![ReserveAsk { target: "MED".to_owned(), amount: AmountInput::Yuan(2e5) }];
    assert_eq!(of(PlanAsk { reserves, ..PlanAsk::default() }), [2e5, 4e5]);
    let earmarks = vec![EarmarkAsk { organization: "甲".to_owned(), sector: "MED".to_owned(), amount: AmountInput::Yuan(5e5) }];
    assert_eq!(of(PlanAsk { earmarks, ..PlanAsk::default() }), [5e5, 1e5]);
}

#[tokio::test]
async fn an_earlier_plan_stays_but_for_few_changes() {
    let data = scarce().await;
    let first = plan(&data, &PlanAsk::default(), &PlanNeeds::Open).unwrap();
    let again = keeping(&data, &PlanAsk { max_changes: Some(0), ..PlanAsk::default() }, &PlanNeeds::Open, Some(&first)).unwrap();
    assert_eq!(first.needs.iter().map(amounts).collect::<Vec<_>>(), again.needs.iter().map(amounts).collect::<Vec<_>>());
    assert_eq!(again.summary.changes.as_ref().map(|it| (it.count, it.forced)), Some((0, 0)));
    let mut last = f64::NEG_INFINITY;
    for limit in [0, 2, 4, 100] {
        let ask = PlanAsk { fairness: Fairness::Off, max_changes: Some(limit), ..PlanAsk::default() };
        let next = keeping(&data, &ask, &PlanNeeds::Open, Some(&first)).unwrap();
        let changes = next.summary.changes.unwrap();
        assert!(changes.count <= limit, "{changes:?}");
        assert!(changes.frontier.is_sorted_by(|a, b| a.changes < b.changes && a.value < b.value));
        assert!(next.summary.value >= last, "more changes, less value");
        last = next.summary.value;
    }
}

#[tokio::test]
async fn claims_count_and_needs_without_a_sum_are_listed() {
    let organizations = [organization("甲", 6e5, ""), organization("乙", 6e5, "")];
    let needs = [
        need("n1", "学校安全饮水", 6e5, ""),
        need("n2", "净水设备", 2e5, ""),
        r#"{"id": "n3", "title": "乡村医生培训"}"#.to_owned(),
    ];
    let claims = [
        r#"{"id": "c1", "need": "n1", "organization": "甲", "amount_yuan": 200000, "state": "confirmed", "at": "2026-03-01"}"#,
        r#"{"id": "c2", "need": "n2", "organization": "乙", "state": "declined", "at": "2026-03-01"}"#,
    ];
    let files = [
        ("organizations.jsonl", organizations.join("\n")),
        ("needs.jsonl", needs.join("\n")),
        ("claims.jsonl", claims.join("\n")),
    ];
    let data = Data::with(&files).await;
    let ids = |ids: &[&str]| PlanNeeds::Stored(ids.iter().map(|id| NeedId::new(*id)).collect());
    let plan = plan(&data, &PlanAsk::default(), &ids(&["n1", "n2", "n3"])).unwrap();
    assert_eq!(plan.needs[0].gap_yuan, 4e5);
    assert_eq!(amounts(&plan.needs[0]), [("乙".to_owned(), 4e5)], "the one that has claimed is not asked again");
    assert_eq!(amounts(&plan.needs[1]), [("甲".to_owned(), 2e5)], "nor the one that declined");
    let unplanned: Vec<_> = plan.unplanned.iter().map(|it| it.need.as_str()).collect();
    assert_eq!(unplanned, ["n3"]);
    assert!(self::plan(&data, &PlanAsk::default(), &ids(&["n9"])).unwrap_err().class() == Class::NotFound);
}

#[tokio::test]
async fn a_file_is_planned_without_being_stored_and_threads_change_nothing() {
    let data = Data::demo().await;
    let needs: Vec<String> = (0..12).map(|n| need(&format!("f{n}"), "学校安全饮水设备", 1e5 + 1e4 * f64::from(n), "")).collect();
    let path = data.file("清单-needs.jsonl", &needs.join("\n"));
    let plans = [1, 2, 16].map(|threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let file = open_files(std::slice::from_ref(&path), Some(qianshou::domain::EntityKind::Needs)).unwrap().remove(0);
        let ask = PlanAsk { unknown_budget: text("20万"), max_projects: Some(2), ..PlanAsk::default() };
        let plan = pool.install(|| plan(&data, &ask, &PlanNeeds::File(file))).unwrap();
        assert_eq!(plan.needs.len(), 12);
        serde_json::to_string(&plan).unwrap()
    });
    assert!(plans[0] == plans[1] && plans[1] == plans[2]);
    assert!(data.app.catalog().need(&NeedId::new("f0")).is_none());
    let read: Plan = serde_json::from_str(&plans[0]).unwrap();
    assert_eq!(serde_json::to_string(&read).unwrap(), plans[0]);
}

#[tokio::test]
async fn stopped_at_once_it_still_gives_a_plan() {
    let data = scarce().await;
    let (stop, progress) = (AtomicBool::new(true), |_| {});
    let control = PlanControl { stop: &stop, progress: &progress };
    for fairness in [Fairness::Quarters, Fairness::Leximin] {
        let ask = PlanAsk { fairness, ..PlanAsk::default() };
        let plan = data.app.plan(LOCAL, &ask, &PlanNeeds::Open, None, &control).unwrap();
        assert!(plan.summary.interrupted);
        assert_eq!(plan.needs.len(), 5);
        assert!(plan.summary.proposed_yuan > 0.0);
    }
}

#[tokio::test]
async fn a_plan_that_begins_with_two_candidates_is_as_good_as_one_that_looks_at_all() {
    let organizations: Vec<String> = (0..60)
        .map(|n| {
            organization(&format!("第{n}"), f64::from(n % 7) * 1e5, "")
                .replace("学校安全饮水、", ["", "学校安全饮水、"][n as usize % 2])
        })
        .collect();
    let needs: Vec<String> = (0..8).map(|n| need(&format!("n{n}"), "学校安全饮水", 1.2e6 + f64::from(n) * 1e5, "")).collect();
    let data = data(&organizations, &needs).await;
    let ask = |candidates| PlanAsk { candidates: Some(candidates), min_ticket: text("0元"), ..PlanAsk::default() };
    let [few, all] = [2, 60].map(|candidates| plan(&data, &ask(candidates), &PlanNeeds::Open).unwrap().summary);
    assert_eq!((few.value, few.bound, few.proposed_yuan), (all.value, all.bound, all.proposed_yuan));
    assert!(few.pairs > 2 * needs.len(), "{}", few.pairs);
    assert_eq!((few.bound_of_all, all.bound_of_all), (Some(few.bound), Some(all.bound)));
}

#[tokio::test]
async fn invalid_conditions_are_refused_by_name() {
    let organizations = [organization("甲", 1e6, r#", "status": "blacklisted""#), organization("乙", 1e6, "")];
    let data =
        data(&organizations, &[need("n", "学校安全饮水", 5e5, ""), r#"{"id": "m", "title": "学校安全饮水"}"#.to_owned()]).await;
    let refused = |ask: PlanAsk| plan(&data, &ask, &PlanNeeds::Open).unwrap_err();
    let barred = refused(PlanAsk { pairs: vec![pair("n", "甲", PairRule::Force, None)], ..PlanAsk::default() });
    assert!(
        barred.field == Some("pairs") && barred.message.contains("“甲基金会”") && barred.message.contains("严重违法失信"),
        "{barred:?}"
    );
    let unplanned = refused(PlanAsk { pairs: vec![pair("m", "乙", PairRule::Force, None)], ..PlanAsk::default() });
    assert!(
        unplanned.message.contains("“学校安全饮水”（编号m）") && unplanned.message.contains("没有写明所需金额"),
        "{unplanned:?}"
    );
    let amount = AmountInput::Text("120万".to_owned());
    let earmark = EarmarkAsk { organization: "乙".to_owned(), sector: "安全饮水与个人卫生".to_owned(), amount };
    let rich = refused(PlanAsk { earmarks: vec![earmark], ..PlanAsk::default() });
    assert!(rich.field == Some("earmarks") && rich.message.contains("专项资金合计120万元，超过其可用资金100万元"), "{rich:?}");
    let range = refused(PlanAsk { pairs: vec![pair("n", "乙", PairRule::Lock, text("10-20万元"))], ..PlanAsk::default() });
    assert!(range.message.contains("一个确定的数"), "{range:?}");
    let whole = refused(PlanAsk {
        all_whole: true,
        max_partners: Some(1),
        pairs: vec![pair("n", "乙", PairRule::Lock, text("10万"))],
        ..PlanAsk::default()
    });
    assert!(whole.message.contains("全额满足") && whole.message.contains("“学校安全饮水”"), "{whole:?}");
    for (field, ask) in [
        ("max_partners", PlanAsk { max_partners: Some(0), ..PlanAsk::default() }),
        ("min_fit", PlanAsk { min_fit: Some(101), ..PlanAsk::default() }),
        ("time_limit", PlanAsk { time_limit: Some(0.0), ..PlanAsk::default() }),
        ("max_changes", PlanAsk { max_changes: Some(2), ..PlanAsk::default() }),
        ("whole", PlanAsk { all_whole: true, whole: vec![NeedId::new("n")], ..PlanAsk::default() }),
    ] {
        assert_eq!(refused(ask).field, Some(field));
    }
}

#[tokio::test]
async fn a_list_with_repeated_and_bad_rows_is_planned_and_its_oddities_are_named() {
    let data = data(&[organization("甲", 1e6, "")], &[]).await;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("需求.csv");
    std::fs::write(&path, "项目名称,地区,所需资金(万元),颜色\n学校净水,果洛,20,红\n学校净水,果洛,20,红\n修路,果洛,-5,蓝\n")
        .unwrap();
    let file = open_files(std::slice::from_ref(&path), Some(qianshou::domain::EntityKind::Needs)).unwrap().remove(0);
    let plan = plan(&data, &PlanAsk::default(), &PlanNeeds::File(file)).unwrap();
    assert_eq!((plan.needs.len(), plan.needs[0].proposed_yuan), (1, 2e5));
    let unplanned: Vec<_> = plan.unplanned.iter().map(|it| (it.need.as_str(), it.reason.as_str())).collect();
    assert!(unplanned.iter().any(|(_, reason)| reason.contains("与前面的一项编号相同")), "{unplanned:?}");
    assert!(unplanned.iter().any(|(need, reason)| *need == "第4行" && reason.contains("-5")), "{unplanned:?}");
    assert!(plan.remarks.iter().any(|it| it.contains("颜色")), "{:?}", plan.remarks);
}

#[tokio::test]
async fn an_earlier_plan_bears_new_decisions_and_what_is_claimed_by_now_is_no_change() {
    let organizations = [organization("甲", 3e5, ""), organization("乙", 3e5, ""), organization("丙", 3e5, "")];
    let needs = [need("n1", "学校安全饮水", 3e5, ""), need("n2", "乡村医生培训", 3e5, "")];
    let data = data(&organizations, &needs).await;
    let before = plan(&data, &PlanAsk::default(), &PlanNeeds::Open).unwrap();
    let old = before.needs[0].partners[0].organization.to_string();
    let ask = PlanAsk {
        whole: vec![NeedId::new("n1")],
        pairs: vec![pair("n1", &old, PairRule::Lock, text("5万"))],
        max_changes: Some(3),
        ..PlanAsk::default()
    };
    let after = keeping(&data, &ask, &PlanNeeds::Open, Some(&before)).unwrap();
    assert_eq!((after.needs[0].proposed_yuan, after.needs[1].proposed_yuan), (3e5, 3e5));
    assert!(amounts(&after.needs[0]).contains(&(old, 5e4)), "{:?}", after.needs[0].partners);
    // One need is no longer requested: nothing changes for the other.
    let ask = PlanAsk { max_changes: Some(0), ..PlanAsk::default() };
    let rest = keeping(&data, &ask, &PlanNeeds::Stored(vec![NeedId::new("n2")]), Some(&before)).unwrap();
    assert_eq!(amounts(&rest.needs[0]), amounts(&before.needs[1]));
    assert_eq!(rest.summary.changes.map(|it| (it.count, it.forced)), Some((0, 0)));
}

#[tokio::test]
async fn money_earmarked_by_an_organization_of_unknown_means_is_used() {
    let unknown = r#"{"id": "甲", "name": "甲基金会", "scope": "学校安全饮水"}"#.to_owned();
    let data = data(&[unknown], &[need("n", "学校安全饮水", 5e5, "")]).await;
    let amount = AmountInput::Text("20万".to_owned());
    let earmark = EarmarkAsk { organization: "甲".to_owned(), sector: "安全饮水与个人卫生".to_owned(), amount };
    let ask = PlanAsk { earmarks: vec![earmark], ..PlanAsk::default() };
    assert_eq!(amounts(&plan(&data, &ask, &PlanNeeds::Open).unwrap().needs[0]), [("甲".to_owned(), 2e5)]);
    // The same holds if no organization is fit enough to be a candidate.
    let none = plan(&data, &PlanAsk { min_fit: Some(100), ..ask }, &PlanNeeds::Open).unwrap();
    assert_eq!(none.needs[0].partners, []);
}
