//! The pages: their content is tested in-process, their use in real Chromium.

use std::io::{BufRead as _, BufReader, Lines};
use std::process::{Child, ChildStdout, Command, Stdio};

use axum::body::Body;
use axum::http::{Request, StatusCode};
use fantoccini::{Client, ClientBuilder, Locator};
use http_body_util::BodyExt as _;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;
use tempfile::TempDir;
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
async fn pages_need_no_script_and_no_other_host() {
    let data = Data::demo().await;
    // 德钦县乡村医生培训
    let question = "/?text=%E5%BE%B7%E9%92%A6%E5%8E%BF%E4%B9%A1%E6%9D%91%E5%8C%BB%E7%94%9F%E5%9F%B9%E8%AE%AD";
    for path in
        ["/", question, "/?need=demo-n01", "/projects/seed-p05", "/projects/seed-p12", "/organizations/seed-o03", "/imports"]
    {
        let (status, html) = page(&data, path).await;
        assert_eq!(status, StatusCode::OK, "{path}");
        assert!(!html.contains("<script") && !html.contains("http://") && !html.contains("https://"), "{path}");
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
        let card = html.split("class=\"card\"").nth(1).unwrap();
        assert!(card.contains(&first.name) && card.contains(&format!("得分 {}", first.score)), "{}", need.id);
    }
}

#[tokio::test]
async fn partners_that_no_source_names_are_counted() {
    let data = Data::demo().await;
    assert!(page(&data, "/projects/seed-p12").await.1.contains("另有29家，材料未列名称"));
}

/// A process that is stopped at the end of the test. Its output stays open because it may write more.
struct Running {
    child: Child,
    _output: Lines<BufReader<ChildStdout>>,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Running {
    /// Starts `command`, reads its output up to the line that contains `mark`, and returns that line.
    fn start(command: &mut Command, mark: &str) -> (Self, String) {
        let mut child = command.stdout(Stdio::piped()).spawn().expect("the program starts");
        let mut output = BufReader::new(child.stdout.take().unwrap()).lines();
        let line = output.by_ref().map_while(Result::ok).find(|line| line.contains(mark));
        (Self { child, _output: output }, line.expect("the program says that it is ready"))
    }
}

/// The program with the demo records, and a browser in front of it.
struct Visit {
    dir: TempDir,
    address: String,
    browser: Client,
    _server: Running,
    _driver: Running,
}

impl Visit {
    async fn start() -> Self {
        let dir = TempDir::new().unwrap();
        let mut serve = Command::new(env!("CARGO_BIN_EXE_qianshou"));
        serve.current_dir(dir.path()).args(["serve", "--demo", "--listen", "127.0.0.1:0", "--today", "2026-11-22"]);
        let (server, line) = Running::start(&mut serve, "牵手已启动");
        let address = line.split('：').nth(1).unwrap().trim().to_owned();
        let (driver, line) = Running::start(Command::new("chromedriver").arg("--port=0"), "started successfully on port");
        let port: String = line.chars().filter(char::is_ascii_digit).collect();
        let arguments = json!([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            format!("--user-data-dir={}", dir.path().join("profile").display()),
        ]);
        let capabilities = json!({"goog:chromeOptions": {"args": arguments}});
        let browser = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities.as_object().unwrap().clone())
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .expect("Chromium starts");
        Self { dir, address, browser, _server: server, _driver: driver }
    }

    async fn text(&self, css: &str) -> String {
        self.browser.wait().for_element(Locator::Css(css)).await.unwrap().text().await.unwrap()
    }
}

#[tokio::test]
#[ignore = "needs Chromium and chromedriver"]
async fn a_typed_need_leads_to_the_first_card_and_its_evidence() {
    let visit = Visit::start().await;
    let browser = &visit.browser;
    browser.goto(&visit.address).await.unwrap();
    let need = browser.find(Locator::Css("#text")).await.unwrap();
    const NEED: &str = "迪庆德钦县乡村医生近200名，亟需培训提升诊疗能力，约需335万元";
    need.send_keys(NEED).await.unwrap();
    browser.find(Locator::Css("#as_of")).await.unwrap().send_keys("2019-07-01").await.unwrap();
    browser.find(Locator::Css("button")).await.unwrap().click().await.unwrap();

    let first = browser.wait().for_element(Locator::Css(".card")).await.unwrap();
    assert!(first.text().await.unwrap().contains("上海复星公益基金会"));
    let chips = visit.text(".chips").await;
    assert!(chips.contains("云南省迪庆藏族自治州德钦县") && chips.contains("335万元"), "{chips}");
    let marked = visit.text(".evidence mark").await;
    assert!(marked.chars().count() > 1 && NEED.contains(&marked), "the shared words are marked: {marked}");
    let evidence = first.find(Locator::Css(".evidence a")).await.unwrap();
    let named = evidence.text().await.unwrap();
    evidence.click().await.unwrap();
    browser.wait().for_element(Locator::Css("dl")).await.unwrap();
    let title = visit.text("h1").await;
    assert!(title.starts_with(named.trim_end_matches('…')), "{named}: {title}");
    visit.browser.clone().close().await.unwrap();
}

#[tokio::test]
#[ignore = "needs Chromium and chromedriver"]
async fn a_list_is_handed_in_on_the_page_and_its_problems_are_shown() {
    let visit = Visit::start().await;
    let browser = &visit.browser;
    let list = visit.dir.path().join("需求.csv");
    std::fs::write(&list, "编号,项目名称,需求地区,资金缺口(万元)\nn1,学校净水,果洛州,30\nn2,村医培训,假县,5\n").unwrap();
    browser.goto(&format!("{}imports", visit.address)).await.unwrap();
    browser.find(Locator::Css("#file")).await.unwrap().send_keys(list.to_str().unwrap()).await.unwrap();
    browser.find(Locator::Css("#dry_run option[value=false]")).await.unwrap().click().await.unwrap();
    browser.find(Locator::Css("#partial option[value=true]")).await.unwrap().click().await.unwrap();
    browser.find(Locator::Css("button")).await.unwrap().click().await.unwrap();
    let problems = visit.text(".problems").await;
    assert!(problems.contains("第3行 C列") && problems.contains("假县"), "{problems}");
    assert!(visit.text("main").await.contains("已导入合格的行"));
    let workbook = browser.find(Locator::Css("a[href$='errors.xlsx']")).await.unwrap();
    assert!(workbook.attr("href").await.unwrap().is_some());
    visit.browser.clone().close().await.unwrap();
}
