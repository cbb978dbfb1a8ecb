//! The page of a need, in-process. Its use in a real browser is among the journeys in `pages`.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;

use qianshou::config::HttpConfig;
use qianshou::jobs::Cancellation;

use crate::data::{Data, LOCAL};
use qianshou::request::Ask;

async fn page(data: &Data, path: &str) -> (StatusCode, String) {
    let router = qianshou::http::router(data.app.clone(), &HttpConfig::default());
    let response = router.oneshot(Request::get(path).header("host", "localhost").body(Body::empty()).unwrap()).await.unwrap();
    let policy = response.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.starts_with("default-src 'none'"), "{path}: {policy}");
    let status = response.status();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(bytes.to_vec()).unwrap())
}

#[tokio::test]
async fn pages_hold_no_inline_script_and_no_other_host() {
    let data = Data::demo().await;
    // 德钦县乡村医生培训
    let question = "/?text=%E5%BE%B7%E9%92%A6%E5%8E%BF%E4%B9%A1%E6%9D%91%E5%8C%BB%E7%94%9F%E5%9F%B9%E8%AE%AD";
    for path in
        ["/", question, "/?need=demo-n01", "/projects/seed-p05", "/projects/seed-p12", "/organizations/seed-o03", "/imports"]
    {
        let (status, html) = page(&data, path).await;
        assert_eq!(status, StatusCode::OK, "{path}");
        let without_own = html.replace("<script src=\"/app.js", "");
        assert!(!without_own.contains("<script") && !html.contains("http://") && !html.contains("https://"), "{path}");
        assert!(!html.contains(" style=") && !html.contains(" onclick="), "{path}");
    }
}

#[tokio::test]
async fn the_page_says_what_is_wrong_and_keeps_what_was_typed() {
    let data = Data::demo().await;
    // 净水, 假县
    let (status, html) = page(&data, "/?text=%E5%87%80%E6%B0%B4&region=%E5%81%87%E5%8E%BF").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(html.contains("不认识的地区“假县”") && html.contains("净水</textarea>") && html.contains("value=\"假县\""));
    assert_eq!(page(&data, "/projects/nothing").await.0, StatusCode::NOT_FOUND);
    for path in ["/nothing", "/projects/%FF", "/?need=nobody"] {
        assert_eq!(page(&data, path).await.0, StatusCode::NOT_FOUND, "{path}");
    }
    let (_, html) = page(&data, "/?text=%3Cscript%3Ealert(1)%3C/script%3E%3Cb").await;
    assert!(!html.contains("<script>"));
}

#[tokio::test]
async fn the_page_of_a_stored_need_is_the_same_question_as_the_interface_asks() {
    let data = Data::demo().await;
    let query = qianshou::app::ListQuery { per_page: Some(200), ..Default::default() };
    let needs = data.app.needs(LOCAL, &query, &Cancellation::never()).unwrap();
    for qianshou::app::NeedDetails { need, .. } in needs.items {
        let ask = Ask { need: Some(need.id.clone()), top: Some(1), ..Ask::default() };
        let first = data.ask(&ask).suggestions.remove(0);
        let (status, html) = page(&data, &format!("/?need={}", need.id)).await;
        assert_eq!(status, StatusCode::OK);
        let card = html.split("id=\"card-1\"").nth(1).unwrap();
        let card = card.split("</li>\n<li class=\"panel card\"").next().unwrap();
        assert!(card.contains(&first.name) && card.contains(&format!("<td>{}</td>", first.score)), "{}", need.id);
    }
}

/// The text of a question about 德钦 doctors, percent-encoded by the test's own hand.
fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[tokio::test]
async fn what_was_read_is_corrected_in_place_and_the_address_holds_it() {
    let data = Data::demo().await;
    let text = encoded("乡村医生培训，约需30万元");
    let (status, html) =
        page(&data, &format!("/?text={text}&amount=&set={}", encoded("region=云南省迪庆藏族自治州德钦县"))).await;
    assert_eq!(status, StatusCode::OK);
    assert!(html.contains("value=\"云南省迪庆藏族自治州德钦县\""), "the field holds what the button set");
    assert!(html.contains("30万元"));
    let (_, html) = page(&data, &format!("/?text={text}&amount={}", encoded("50万元"))).await;
    assert!(html.contains("value=\"50万元\"") && html.contains("<small>金额</small>50万元"));
    // An uncertain place is offered.
    let (_, html) = page(&data, &format!("/?text={}", encoded("海南学校净水设备"))).await;
    assert!(html.contains("name=\"set\" value=\"region="), "{html}");
}

#[tokio::test]
async fn a_stored_need_keeps_all_its_data_when_it_is_asked_again() {
    let data = Data::demo().await;
    let (_, html) = page(&data, "/?need=demo-n01").await;
    assert!(html.contains("name=\"need\" value=\"demo-n01\"") && !html.contains("<textarea"));
    let (status, html) = page(&data, &format!("/?need=demo-n01&amount={}", encoded("1万元"))).await;
    assert_eq!(status, StatusCode::OK);
    assert!(html.contains("name=\"need\" value=\"demo-n01\"") && html.contains("<small>金额</small>1万元"));
}

#[tokio::test]
async fn several_needs_in_one_text_are_offered_apart() {
    let data = Data::demo().await;
    let text = "1. 德钦县乡村医生培训，需30万元；2. 果洛州学校净水设备，需50万元；3. 维西县残疾人假肢安装，需20万元";
    let (_, html) = page(&data, &format!("/?text={}", encoded(text))).await;
    assert!(html.contains("文中有3项需求，可以分别推荐"), "{html}");
}

#[tokio::test]
async fn two_cards_are_compared_printed_and_taken_away() {
    let data = Data::demo().await;
    let ask = Ask { need: Some(qianshou::domain::NeedId::new("demo-n01")), ..Ask::default() };
    let answer = data.ask(&ask);
    let [a, b] = [&answer.suggestions[0], &answer.suggestions[1]];
    let (status, html) = page(&data, &format!("/compare?need=demo-n01&with={}&with={}", a.organization, b.organization)).await;
    assert_eq!(status, StatusCode::OK);
    for it in [a, b] {
        assert!(html.contains(&it.name) && html.contains(&format!("<td data-label=\"{}\">{}</td>", it.name, it.score)));
    }
    let (status, html) = page(&data, &format!("/compare?need=demo-n01&with={}", a.organization)).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(html.contains("请在推荐结果中选中两家组织"));
    let (status, html) = page(&data, "/sheet?need=demo-n01").await;
    assert_eq!(status, StatusCode::OK);
    assert!(html.contains("经办人") && html.contains(&a.name));
}

#[tokio::test]
async fn why_not_takes_a_part_of_a_name_without_a_script() {
    let data = Data::demo().await;
    let (status, html) = page(&data, &format!("/?need=demo-n01&why={}", encoded("慈善"))).await;
    assert_eq!(status, StatusCode::OK);
    assert!(html.contains("名称含“慈善”的组织如下") && html.contains("&#38;why=") || html.contains("&amp;why="), "{html}");
    let (_, names) = page(&data, &format!("/names?q={}", encoded("复星"))).await;
    assert!(names.contains("上海复星公益基金会"), "{names}");
    let (_, regions) = page(&data, &format!("/regions?q={}", encoded("德钦"))).await;
    assert!(regions.contains("云南省迪庆藏族自治州德钦县") && regions.contains("对口"), "{regions}");
    let (_, provinces) = page(&data, "/regions?of=").await;
    assert_eq!(provinces.matches("\"code\"").count(), 34);
}

async fn post(data: &Data, path: &str, form: &str) -> (StatusCode, String) {
    let router = qianshou::http::router(data.app.clone(), &HttpConfig::default());
    let request = Request::post(path).header("host", "localhost").header("content-type", "application/x-www-form-urlencoded");
    let response = router.oneshot(request.body(Body::from(form.to_owned())).unwrap()).await.unwrap();
    let location = response.headers().get("location").map(|it| it.to_str().unwrap().to_owned()).unwrap_or_default();
    (response.status(), location)
}

#[tokio::test]
async fn a_note_that_an_organization_does_not_suit_is_kept_and_changes_no_order() {
    let data = Data::demo().await;
    let ask = Ask { need: Some(qianshou::domain::NeedId::new("demo-n01")), ..Ask::default() };
    let before = data.ask(&ask);
    let first = &before.suggestions[0].organization;
    let note = format!(
        "question=need%3Ddemo-n01&note={}&reason-1={}&detail-1={}",
        encoded(&format!("1 {first}")),
        encoded("已婉拒"),
        encoded("今年额度已满")
    );
    let (status, location) = post(&data, "/remarks", &note).await;
    assert_eq!((status, location.as_str()), (StatusCode::SEE_OTHER, "/?need=demo-n01#card-1"));
    let (_, html) = page(&data, "/?need=demo-n01").await;
    assert!(html.contains("记下不合适：已婉拒，今年额度已满"), "{html}");
    assert_eq!(data.ask(&ask).suggestions, before.suggestions);
    assert!(!page(&data, "/?need=demo-n02").await.1.contains("记下不合适"));
    let (_, _) = post(&data, "/remarks", &format!("question=need%3Ddemo-n01&withdraw={}", encoded(&format!("1 {first}")))).await;
    assert!(!page(&data, "/?need=demo-n01").await.1.contains("记下不合适"));
    let (status, _) = post(&data, "/remarks", "question=need%3Ddemo-n01&note=1%20nobody&reason-1=x").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn large_type_is_remembered_by_the_browser() {
    let data = Data::demo().await;
    let (status, location) = post(&data, "/settings/type", "size=large").await;
    assert_eq!((status, location.as_str()), (StatusCode::SEE_OTHER, "/"));
}

#[tokio::test]
async fn partners_that_no_source_names_are_counted() {
    let data = Data::demo().await;
    assert!(page(&data, "/projects/seed-p12").await.1.contains("另有29家，材料未列名称"));
}
