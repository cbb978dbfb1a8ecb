//! Plans on pages: made from a list, changed in single conditions, made again, compared, and handed on.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use http_body_util::BodyExt as _;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use qianshou::app::{JobState, PlanJob};
use qianshou::config::HttpConfig;
use qianshou::plan::Plan;
use tower::ServiceExt as _;

use crate::data::{Data, LOCAL};

struct Answer {
    status: StatusCode,
    location: String,
    media_type: String,
    disposition: String,
    bytes: Vec<u8>,
}

impl Answer {
    fn text(&self) -> String {
        String::from_utf8(self.bytes.clone()).unwrap()
    }
}

async fn send(data: &Data, mut request: Request<Body>) -> Answer {
    request.headers_mut().entry(header::HOST).or_insert(header::HeaderValue::from_static("localhost"));
    let response = qianshou::http::router(data.app.clone(), &HttpConfig::default()).oneshot(request).await.unwrap();
    let status = response.status();
    let of = |name| response.headers().get(name).map(|it| it.to_str().unwrap().to_owned()).unwrap_or_default();
    let (location, media_type) = (of(header::LOCATION), of(header::CONTENT_TYPE));
    let disposition = of(header::CONTENT_DISPOSITION);
    let bytes = response.into_body().collect().await.unwrap().to_bytes().to_vec();
    if media_type.starts_with("text/html") {
        let html = String::from_utf8_lossy(&bytes);
        assert!(!html.contains(" style=") && !html.contains(" onclick="), "nothing inline");
        assert_eq!(html.matches("<h1").count(), 1);
    }
    Answer { status, location, media_type, disposition, bytes }
}

async fn get(data: &Data, path: &str) -> Answer {
    send(data, Request::get(path).body(Body::empty()).unwrap()).await
}

async fn page(data: &Data, path: &str) -> String {
    let answer = get(data, path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text());
    assert!(answer.bytes.len() < 150_000, "{path}: {} bytes", answer.bytes.len());
    answer.text()
}

async fn post(data: &Data, path: &str, fields: &[(&str, &str)]) -> Answer {
    let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let body: Vec<String> = fields.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
    let request = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    send(data, request.body(Body::from(body.join("&"))).unwrap()).await
}

/// Sends the form of a new plan and returns its answer.
async fn order(data: &Data, file: (&str, &str), fields: &[(&str, &str)]) -> Answer {
    send(data, crate::api::form("/plans/new", file, fields)).await
}

/// The plan that a form led to, once it has ended.
async fn ended(data: &Data, answer: &Answer) -> (PlanJob, Option<Plan>) {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let id = answer.location.strip_prefix("/plans/").unwrap();
    loop {
        let job = data.app.plan_job(LOCAL, id).await.unwrap().unwrap();
        if job.state.is_ended() {
            let plan = data.app.kept_plan(LOCAL, id).await.unwrap();
            return (job, plan);
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
}

async fn made(data: &Data, answer: &Answer) -> (String, Plan) {
    let (job, plan) = ended(data, answer).await;
    assert_eq!((job.state, job.error), (JobState::Done, None));
    (job.id, plan.unwrap())
}

fn organization(id: &str, budget: f64, more: &str) -> String {
    format!(r#"{{"id": "{id}", "name": "{id}基金会", "scope": "学校安全饮水、乡村医生培训", "budget_yuan": {budget}{more}}}"#)
}

const TITLES: [&str; 5] = ["学校安全饮水", "乡村医生培训", "村小净水设备", "卫生院设备", "村医巡诊"];

/// Needs of one list: number, title, place.
fn needs(count: usize) -> Vec<String> {
    let places = ["青海省果洛藏族自治州玛沁县", "云南省迪庆藏族自治州德钦县", "青海省果洛藏族自治州甘德县"];
    let need = |n: usize| {
        let (title, place, yuan) = (TITLES[n % 5], places[n % 3], 100_000 + 30_000 * (n % 7));
        format!(
            r#"{{"id": "n{n:02}", "title": "{title}第{n}项", "description": "为当地学校和卫生院提供{title}，改善条件，受益师生和群众数百人", "region": "{place}", "amount_yuan": {yuan}, "list": "春季清单"}}"#
        )
    };
    (0..count).map(need).collect()
}

async fn data(needs_count: usize) -> Data {
    let budgets = [9e5, 8e5, 7e5, 6e5, 5e5, 4e5, 3e5, 2e5];
    let organizations: Vec<String> =
        budgets.iter().enumerate().map(|(n, budget)| organization(&format!("o{n}"), *budget, "")).collect();
    let mut files = vec![("organizations.jsonl", organizations.join("\n"))];
    if needs_count > 0 {
        files.push(("needs.jsonl", needs(needs_count).join("\n")));
    }
    Data::with(&files).await
}

const NO_FILE: (&str, &str) = ("", "");

#[tokio::test]
async fn a_list_is_planned_changed_and_planned_again_with_few_changes() {
    let data = data(46).await;
    assert!(page(&data, "/plans").await.contains("还没有方案"));
    let form = page(&data, "/plans/new?list=%E6%98%A5%E5%AD%A3%E6%B8%85%E5%8D%95").await;
    assert!(form.contains("现有46项") && form.contains("value=\"春季清单\" selected"));
    let answer = order(&data, NO_FILE, &[("needs", "list"), ("list", "春季清单"), ("max_partners", "3")]).await;
    let (first, plan) = made(&data, &answer).await;
    assert_eq!(plan.summary.needs, 46);

    let path = format!("/plans/{first}");
    for view in ["needs", "organizations", "unmet", "coverage", "conditions"] {
        let html = page(&data, &format!("{path}?view={view}")).await;
        assert!(html.contains("推荐草案") && html.contains("资金缺口合计"), "{view}");
        assert!(!html.contains("指派") && !html.contains("分配"), "{view}");
    }
    let coverage = page(&data, &format!("{path}?view=coverage")).await;
    assert!(coverage.contains("<svg role=\"img\"") && coverage.contains("合计") && coverage.contains("德钦县"));

    // Lock one pair, leave one organization out.
    let (row, need) = plan.needs.iter().enumerate().find(|(_, need)| need.partners.len() > 1).unwrap();
    let locked = need.partners[0].clone();
    let excluded = need.partners[1].clone();
    let change = format!("{path}/change?view=needs");
    post(&data, &change, &[("act", &format!("forbid {row} 0"))]).await;
    assert!(page(&data, &path).await.contains("改动的条件（1项"));
    post(&data, &change, &[("act", &format!("free {row} 0"))]).await;
    assert!(!page(&data, &path).await.contains("改动的条件"));
    let answer = post(&data, &change, &[("act", &format!("lock {row} 0"))]).await;
    assert_eq!((answer.status, answer.location), (StatusCode::SEE_OTHER, format!("{path}?view=needs#n{row}")));
    post(&data, &change, &[("act", &format!("exclude {}", excluded.organization))]).await;
    let html = page(&data, &path).await;
    assert!(
        html.contains("改动的条件（2项")
            && html.contains(&format!("锁定：“{}（{}）”", need.title, need.region.as_deref().unwrap())),
        "{html}"
    );
    assert!(html.contains(&format!("不考虑：“{}”", excluded.name)));

    let answer = post(&data, &format!("{path}/again"), &[("max_changes", "2")]).await;
    let (second, again) = made(&data, &answer).await;
    let html = page(&data, &format!("/plans/{second}")).await;
    assert!(html.contains("在原方案<a") && html.contains(&path) && html.contains("与原方案有"), "{html}");
    let difference = data.app.plan_difference(LOCAL, &second).await.unwrap().unwrap();
    assert_eq!(difference.apply(qianshou::plan::shares(&plan)), qianshou::plan::shares(&again));
    let shares = qianshou::plan::shares(&again);
    let lock = (need.need.clone(), locked.organization.clone());
    assert_eq!(shares.get(&lock), Some(&locked.amount_yuan), "what is locked stays");
    assert!(shares.keys().all(|(_, it)| *it != excluded.organization), "who is left out is not asked");
    for it in &difference.pairs {
        let place = again.needs.iter().find(|need| need.need == it.need).and_then(|need| need.region.as_deref()).unwrap();
        let shown = format!("<th scope=\"row\">{}（{place}）</th><td data-label=\"组织\">{}</td>", it.title, it.name);
        assert!(html.contains(&shown), "{shown}");
    }
    let changes = again.summary.changes.as_ref().unwrap();
    assert_eq!(difference.pairs.len(), changes.count);
    assert!(changes.chosen <= 2);
    // The conditions are used up, and stand with the new plan, where each can be taken back.
    assert_eq!(data.app.plan_job(LOCAL, &first).await.unwrap().unwrap().draft, None);
    let html = page(&data, &format!("/plans/{second}?view=conditions")).await;
    assert!(html.contains("锁定：") && html.contains("不考虑：") && html.contains("每项需求最多几家合作组织：3"), "{html}");
    let key = format!("drop [\"exclude\",\"{}\",\"\"]", excluded.organization);
    assert!(html.contains(&key.replace('"', "&#34;")), "{html}");
    post(&data, &format!("/plans/{second}/change?view=conditions"), &[("act", &key)]).await;
    assert!(page(&data, &format!("/plans/{second}")).await.contains("取消原条件"));
    post(&data, &format!("/plans/{second}/change"), &[("act", "reset")]).await;
    assert!(!page(&data, &format!("/plans/{second}")).await.contains("取消原条件"));

    // What leaves.
    let workbook = get(&data, &format!("/plans/{second}/plan.xlsx")).await;
    assert!(workbook.status == StatusCode::OK && workbook.bytes.starts_with(b"PK"));
    let named = utf8_percent_encode("清单", NON_ALPHANUMERIC).to_string();
    assert!(workbook.disposition.contains("filename=\"plan.xlsx\"; filename*=UTF-8''"), "{}", workbook.disposition);
    assert!(workbook.disposition.contains(&named), "its name is that of the plan: {}", workbook.disposition);
    let nobody = post(&data, &format!("/plans/{second}/letters"), &[("format", "docx"), ("office", " ")]).await;
    assert!(nobody.status.is_client_error() && nobody.text().contains("请填写发函单位"), "a letter is from somebody");
    for (format, name) in [("docx", "wordprocessingml"), ("xlsx", "spreadsheetml"), ("zip", "application/zip")] {
        let fields = [("office", "示例市合作交流办公室"), ("reply_by", "2026-12-15"), ("format", format)];
        let letters = post(&data, &format!("/plans/{second}/letters"), &fields).await;
        assert!(letters.media_type.contains(name) && letters.bytes.starts_with(b"PK"), "{}", letters.media_type);
    }

    // Names, list, deletion.
    post(&data, &format!("/plans/{second}/name"), &[("name", "春季第二稿")]).await;
    let list = page(&data, "/plans").await;
    assert!(list.find("春季第二稿").unwrap() < list.find("清单“春季清单”").unwrap(), "newest first");
    assert_eq!(post(&data, &format!("{path}/delete"), &[]).await.location, "/plans");
    assert_eq!(get(&data, &path).await.status, StatusCode::NOT_FOUND);
    let orphan = page(&data, &format!("/plans/{second}?view=changes")).await;
    assert!(orphan.contains("原方案已删除") && orphan.contains("逐个组合"), "its difference stays");
}

#[tokio::test]
async fn a_relaxation_is_tried_at_a_click() {
    let organizations = [
        organization("甲", 3e5, r#", "max_projects": 1"#),
        organization("乙", 2e5, ""),
        organization("丙", 9e5, r#", "excluded_regions": ["青海省"]"#),
    ];
    let need = |id: &str| {
        format!(r#"{{"id": "{id}", "title": "学校安全饮水{id}", "region": "青海省果洛藏族自治州", "amount_yuan": 300000}}"#)
    };
    let files = [("organizations.jsonl", organizations.join("\n")), ("needs.jsonl", [need("n1"), need("n2")].join("\n"))];
    let data = Data::with(&files).await;
    let (id, plan) = made(&data, &order(&data, NO_FILE, &[("needs", "open")]).await).await;
    let (row, open) = plan.needs.iter().enumerate().find(|(_, need)| need.unmet.is_some()).unwrap();
    let ways = &open.unmet.as_ref().unwrap().relaxations;
    assert!(ways.iter().any(|way| way.text.contains("邀请“丙基金会”")), "{ways:?}");
    let html = page(&data, &format!("/plans/{id}?view=unmet")).await;
    for (n, way) in ways.iter().enumerate() {
        assert!(html.contains(&way.text) && html.contains(&format!("value=\"relax {row} {n}\"")), "{html}");
        let answer = post(&data, &format!("/plans/{id}/change?view=unmet"), &[("act", &format!("relax {row} {n}"))]).await;
        let (_, relaxed) = made(&data, &answer).await;
        assert_eq!(relaxed.summary.full, 2, "{}", way.text);
        post(&data, &format!("/plans/{id}/change"), &[("act", "reset")]).await;
    }
}

#[tokio::test]
async fn a_partner_is_exchanged_and_limits_are_set() {
    let data = data(6).await;
    let (id, plan) = made(&data, &order(&data, NO_FILE, &[("needs", "open"), ("max_partners", "2")]).await).await;
    let need = &plan.needs[0];
    let (from, to) = (&need.partners[0].organization, &need.alternates[0]);
    let html = page(&data, &format!("/plans/{id}/need?at=0&from=0")).await;
    assert!(html.contains("换掉") && html.contains(&format!("value=\"{}\"", to.organization)), "{html}");
    let change = format!("/plans/{id}/change?view=needs");
    let swap = [("act", "swap"), ("need", "0"), ("from", "0"), ("to", ""), ("to_name", to.name.as_str())];
    assert_eq!(post(&data, &change, &swap).await.status, StatusCode::SEE_OTHER);
    let limits = [("act", "organization"), ("organization", to.organization.as_str()), ("amount", "30万元"), ("most", "2")];
    post(&data, &change, &limits).await;
    let set = [("act", "need"), ("need", "1"), ("gap", "8万元"), ("partners", "1"), ("whole", "on")];
    post(&data, &change, &set).await;
    let terms = [("act", "terms"), ("max_partners", "4"), ("fairness", "off"), ("spread", "on")];
    post(&data, &format!("/plans/{id}/change?view=conditions"), &terms).await;
    let (_, again) = made(&data, &post(&data, &format!("/plans/{id}/again"), &[("max_changes", "20")]).await).await;
    let partners: Vec<_> = again.needs[0].partners.iter().map(|it| &it.organization).collect();
    assert!(partners.contains(&&to.organization) && !partners.contains(&from), "{partners:?}");
    assert_eq!((again.needs[1].gap_yuan, again.needs[1].partners.len()), (80_000.0, 1));
    let load = again.organizations.iter().find(|it| it.organization == to.organization).unwrap();
    assert!(load.load_yuan <= 300_000.0 && load.projects <= 2);
}

#[tokio::test]
async fn an_uploaded_list_is_planned_again_without_being_stored() {
    let data = data(0).await;
    let list = "编号,项目名称,需求地区,资金缺口(万元),联系电话\nx1,学校净水,果洛州,30,13900001234\n,村医培训,德钦县,15,\nx3,修路,果洛州,,\n";
    let answer = order(&data, ("需求.csv", list), &[("needs", "file"), ("name", "试一试")]).await;
    let (id, plan) = made(&data, &answer).await;
    assert_eq!((plan.summary.needs, plan.unplanned.len()), (2, 1));
    assert_eq!(crate::data::needs_of(&data.app.catalog()), [], "nothing is stored");
    let html = page(&data, &format!("/plans/{id}")).await;
    assert!(html.contains("上传的清单“需求.csv”") && !html.contains("13900001234") && html.contains("试一试"));
    post(&data, &format!("/plans/{id}/change"), &[("act", "lock 0 0")]).await;
    let (second, again) = made(&data, &post(&data, &format!("/plans/{id}/again"), &[]).await).await;
    assert_eq!(again.summary.needs, 2);
    assert!(page(&data, "/plans").await.contains("试一试（2）"));
    let difference = data.app.plan_difference(LOCAL, &second).await.unwrap().unwrap();
    assert!(difference.is_empty(), "{difference:?}");
    assert!(page(&data, &format!("/plans/{second}")).await.contains("与原方案完全相同"));
}

#[tokio::test]
async fn contradictions_are_said_and_can_be_mended() {
    let data = data(4).await;
    let (id, plan) = made(&data, &order(&data, NO_FILE, &[("needs", "open")]).await).await;
    let change = format!("/plans/{id}/change");
    // Locked with more than the need may have now.
    post(&data, &change, &[("act", "lock 0 0")]).await;
    post(&data, &change, &[("act", "need"), ("need", "0"), ("gap", "1万元")]).await;
    let (job, none) = ended(&data, &post(&data, &format!("/plans/{id}/again"), &[("max_changes", "1")]).await).await;
    assert_eq!((job.state, none), (JobState::Failed, None));
    let html = page(&data, &format!("/plans/{}", job.id)).await;
    assert!(html.contains(job.error.as_deref().unwrap()) && html.contains("role=\"alert\""), "{html}");
    assert!(html.contains("所需金额：") && html.contains("锁定："), "the conditions are there to be changed");
    let key = format!("drop [\"gap\",\"{}\",\"\"]", plan.needs[0].need);
    let failed = format!("/plans/{}", job.id);
    assert_eq!(post(&data, &format!("{failed}/change"), &[("act", &key)]).await.status, StatusCode::SEE_OTHER);
    let (mended, _) = made(&data, &post(&data, &format!("{failed}/again"), &[("max_changes", "1")]).await).await;
    assert_eq!(data.app.plan_basis(LOCAL, &mended).await.unwrap().unwrap().before, Some(id), "it starts from the same plan");
}

#[tokio::test]
async fn what_cannot_be_done_is_said() {
    let data = data(4).await;
    for (fields, words) in [
        (vec![("needs", "list"), ("list", "没有这份")], "没有符合这些条件的待认领需求"),
        (vec![("needs", "list")], "至少一项"),
        (vec![("needs", "list"), ("q", "没有这个词"), ("status", "open")], "没有符合这些条件"),
        (vec![("needs", "list"), ("region", "假县")], "不认识的地区"),
        (vec![("needs", "file")], "请选择需求清单文件"),
        (vec![("needs", "some")], "请选择为哪些需求"),
        (vec![("needs", "open"), ("max_partners", "三")], "每项需求最多几家组织应为"),
        (vec![("needs", "open"), ("max_partners", "0")], "应为不小于1的整数"),
    ] {
        let answer = order(&data, NO_FILE, &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{fields:?}");
        let html = answer.text();
        assert!(html.contains(words) && html.contains("<form method=\"post\" action=\"/plans/new\""), "{words}: {html}");
    }
    assert!(order(&data, NO_FILE, &[("colour", "red")]).await.status.is_client_error());
    assert!(page(&data, "/plans").await.contains("还没有方案"), "nothing was ordered");
    for path in ["/plans/nobody", "/plans/nobody/need?at=0", "/plans/nobody/plan.xlsx"] {
        assert_eq!(get(&data, path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    for act in ["change", "again", "cancel", "delete"] {
        let answer = post(&data, &format!("/plans/nobody/{act}"), &[("act", "reset")]).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{act}");
    }
    let answer = post(&data, "/plans/nobody/name", &[("name", "甲")]).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);

    let (id, _) = made(&data, &order(&data, NO_FILE, &[("needs", "open")]).await).await;
    let change = format!("/plans/{id}/change");
    for fields in [
        vec![("act", "lock 99 0")],
        vec![("act", "lock 0 99")],
        vec![("act", "lock")],
        vec![("act", "relax 0 0")],
        vec![("act", "drop nothing")],
        vec![("act", "exclude nobody")],
        vec![("act", "swap"), ("need", "0"), ("from", "0"), ("to", "nobody")],
        vec![("act", "organization"), ("organization", "o1"), ("amount", "一些")],
        vec![("act", "need"), ("need", "0"), ("partners", "0")],
        vec![("act", "terms"), ("min_fit", "300")],
        vec![("act", "terms"), ("fairness", "best")],
        vec![],
    ] {
        let answer = post(&data, &change, &fields).await;
        assert!(answer.status.is_client_error(), "{fields:?}: {}", answer.status);
    }
    assert_eq!(data.app.plan_job(LOCAL, &id).await.unwrap().unwrap().draft, None, "nothing was noted");
    assert!(post(&data, &format!("/plans/{id}/again"), &[("max_changes", "few")]).await.status.is_client_error());
    assert!(post(&data, &format!("/plans/{id}/letters"), &[("format", "pdf")]).await.status.is_client_error());
    let late = [("format", "docx"), ("office", "示例市合作交流办公室"), ("reply_by", "someday")];
    assert!(post(&data, &format!("/plans/{id}/letters"), &late).await.status.is_client_error());

    // The plan before goes while the next one waits: the next one says so.
    let job = {
        let again = post(&data, &format!("/plans/{id}/again"), &[]).await;
        let (again, _) = ended(&data, &again).await;
        data.app.delete_plan(LOCAL, &id).await.unwrap();
        assert_eq!(post(&data, &format!("/plans/{id}/again"), &[]).await.status, StatusCode::NOT_FOUND);
        again
    };
    assert!(page(&data, &format!("/plans/{}", job.id)).await.contains("原方案已删除"));
}

#[tokio::test]
async fn a_plan_that_waits_or_runs_shows_how_far_it_is_and_can_be_stopped() {
    let data = data(46).await;
    let first = order(&data, NO_FILE, &[("needs", "open")]).await;
    let html = get(&data, &first.location).await.text();
    assert!(html.contains("data-poll=\"1500\"") && html.contains("http-equiv=\"refresh\"") || html.contains("已得出草案"));
    let stopped = post(&data, &format!("{}/cancel", first.location), &[]).await;
    assert_eq!(stopped.location, first.location);
    let (job, plan) = ended(&data, &first).await;
    assert!(matches!(job.state, JobState::Done | JobState::Cancelled), "{:?}", job.state);
    let html = page(&data, &first.location).await;
    assert!(!html.contains("data-poll") && plan.is_some() == html.contains("资金缺口合计"));
}

#[tokio::test]
async fn what_is_filled_in_says_which_needs_are_meant() {
    let data = data(6).await;
    // The form begins with all open needs; the list or the place that was chosen counts.
    let (_, listed) = made(&data, &order(&data, NO_FILE, &[("needs", "open"), ("list", "春季清单"), ("q", "巡诊")]).await).await;
    assert_eq!(listed.needs.iter().map(|it| it.title.as_str()).collect::<Vec<_>>(), ["村医巡诊第4项"]);
    let (_, placed) = made(&data, &order(&data, NO_FILE, &[("region", "德钦县")]).await).await;
    assert_eq!(placed.needs.len(), 2);
    let list = "编号,项目名称,需求地区,资金缺口(万元)\nx1,学校净水,果洛州,30\n";
    let (_, uploaded) = made(&data, &order(&data, ("需求.csv", list), &[("needs", "open")]).await).await;
    assert_eq!(uploaded.needs.len(), 1);
    let both = order(&data, ("需求.csv", list), &[("needs", "open"), ("region", "德钦县")]).await;
    assert_eq!(both.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(both.text().contains("请选定其中一种"));
}

#[tokio::test]
async fn who_is_left_out_is_replaced_and_the_limit_on_changes_can_be_widened() {
    let data = data(6).await;
    let (first, plan) = made(&data, &order(&data, NO_FILE, &[("needs", "open")]).await).await;
    assert_eq!(plan.summary.full, 6);
    let path = format!("/plans/{first}");
    let excluded = &plan.needs[0].partners[0];
    let lost = plan.needs.iter().flat_map(|it| &it.partners).filter(|it| it.organization == excluded.organization).count();
    post(&data, &format!("{path}/change"), &[("act", &format!("exclude {}", excluded.organization))]).await;
    let html = page(&data, &path).await;
    let field = format!("value=\"{}\" required", 3 + lost);
    assert!(html.contains(&field) && html.contains(&format!("去掉原方案的{lost}个组合")), "{html}");

    // Without any change by choice the needs stay open: the reason is the limit, and it can be widened at a click.
    let (second, none) = made(&data, &post(&data, &format!("{path}/again"), &[("max_changes", "0")]).await).await;
    let row = none.needs.iter().position(|it| it.unmet.is_some()).expect("nobody takes the place");
    let unmet = none.needs[row].unmet.as_ref().unwrap();
    assert!(unmet.reason.contains("改动已达上限"), "{}", unmet.reason);
    assert!(unmet.relaxations[0].text.contains("择优改动的上限放宽到"), "{unmet:?}");
    let html = page(&data, &format!("/plans/{second}?view=unmet")).await;
    assert!(html.contains(&unmet.relaxations[0].text) && html.contains(&format!("value=\"relax {row} 0\"")), "{html}");
    let answer = post(&data, &format!("/plans/{second}/change?view=unmet"), &[("act", &format!("relax {row} 0"))]).await;
    let (third, widened) = made(&data, &answer).await;
    assert_eq!(widened.needs[row].unmet, None, "{:?}", widened.summary);

    // By default there is room for replacements, and their reason says whose place they take.
    post(&data, &format!("{path}/change"), &[("act", &format!("exclude {}", excluded.organization))]).await;
    let (_, replaced) = made(&data, &post(&data, &format!("{path}/again"), &[]).await).await;
    assert_eq!(replaced.summary.full, 6);
    let reasons: Vec<&str> = replaced.summary.changes.iter().flat_map(|it| &it.pairs).map(|it| it.reason.as_str()).collect();
    assert!(reasons.iter().any(|it| it.contains(&format!("接替“{}”", excluded.name))), "{reasons:?}");

    // The third plan is compared with the first as well as with the second.
    let html = page(&data, &format!("/plans/{third}?view=changes&with={first}")).await;
    assert!(html.contains(&format!("<option value=\"{first}\" selected>")) && html.contains("逐个组合"), "{html}");
    assert!(html.contains(&excluded.name), "whom the first plan had asked");
    let html = page(&data, &format!("/plans/{third}?view=changes&with=nobody")).await;
    assert!(html.contains(&format!("<option value=\"{second}\" selected>")));
}

#[tokio::test]
async fn a_need_without_a_sum_is_counted_and_shown_with_its_place() {
    let mut needs = needs(2);
    needs.push(
        r#"{"id": "n9", "title": "助学金", "description": "为学生提供助学金", "region": "云南省迪庆藏族自治州德钦县"}"#
            .to_owned(),
    );
    let organizations = (0..3).map(|n| organization(&format!("o{n}"), 9e5, "")).collect::<Vec<_>>().join("\n");
    let data = Data::with(&[("organizations.jsonl", organizations), ("needs.jsonl", needs.join("\n"))]).await;
    let (id, plan) = made(&data, &order(&data, NO_FILE, &[("needs", "open")]).await).await;
    assert_eq!((plan.summary.needs, plan.unplanned.len()), (2, 1));
    let html = page(&data, &format!("/plans/{id}?view=unmet")).await;
    assert!(html.contains("<dt>未列入</dt><dd>1项（金额待定）</dd>"), "{html}");
    assert!(html.contains("href=\"/needs/n9\"") && html.contains("助学金（云南省") && html.contains("德钦县"), "{html}");
    // What is read comes before what is done with it.
    let (tabs, again) = (html.find("class=\"tabs").unwrap(), html.find("id=\"again\"").unwrap());
    assert!(tabs < again, "nothing is decided yet");
}
