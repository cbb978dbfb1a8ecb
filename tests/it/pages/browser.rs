//! A real browser in front of the real server.
//!
//! With `SCREENSHOTS=<directory>` pages that are looked at leave a picture there.

use std::io::{BufRead as _, BufReader, Lines};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::{Request, header};
use fantoccini::elements::Element;
use fantoccini::wd::{PrintConfigurationBuilder, PrintMargins, PrintSize};
use fantoccini::{Client, ClientBuilder, Locator};
use http_body_util::BodyExt as _;
use hyper_util::client::legacy::Client as HttpClient;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::api::form;

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

/// The program with the demo records on a port of its own.
pub(crate) struct Site {
    /// Where the program runs; a place for files that are uploaded.
    pub(crate) dir: TempDir,
    /// Ends with a slash.
    pub(crate) address: String,
    _server: Running,
}

impl Site {
    pub(crate) fn demo() -> Self {
        let dir = TempDir::new().unwrap();
        let mut serve = Command::new(env!("CARGO_BIN_EXE_qianshou"));
        serve.current_dir(dir.path()).args(["serve", "--demo", "--listen", "127.0.0.1:0", "--today", "2026-11-22"]);
        let (server, line) = Running::start(&mut serve, "牵手已启动");
        let address = line.split('：').nth(1).unwrap().trim().to_owned();
        Self { dir, address, _server: server }
    }

    /// The address of a path that begins with a slash.
    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.address.trim_end_matches('/'))
    }

    /// A page as it is sent, before a browser makes anything of it.
    pub(crate) async fn html(&self, path: &str) -> String {
        request(Request::get(self.at(path)).header(header::ACCEPT, "text/html").body(Body::empty()).unwrap()).await
    }
}

/// A plan and an import of a site, which have pages of their own.
pub(crate) struct Jobs {
    pub(crate) plan: String,
    pub(crate) import: String,
}

impl Site {
    /// Orders a plan for the open needs and uploads a list with one fault, and waits for both.
    pub(crate) async fn jobs(&self) -> Jobs {
        let order = Request::post(self.at("/api/v1/plans")).header(header::CONTENT_TYPE, "application/json");
        let plan = self.done("plans", order.body(Body::from(r#"{"max_partners": 3}"#)).unwrap()).await;
        let list = "编号,项目名称,需求地区,资金缺口(万元)\nn1,学校净水,果洛州,30\nn2,村医培训,假县,5\n";
        let upload = form(&self.at("/api/v1/imports"), ("需求.csv", list), &[("dry_run", "true")]);
        Jobs { plan, import: self.done("imports", upload).await }
    }

    /// The id of a job that is ordered, once it is done.
    async fn done(&self, kind: &str, order: Request<Body>) -> String {
        let job: Value = serde_json::from_str(&request(order).await).unwrap();
        let id = job["id"].as_str().unwrap_or_else(|| panic!("{job}")).to_owned();
        let end = Instant::now() + 4 * PATIENCE;
        loop {
            let job = self.html(&format!("/api/v1/{kind}/{id}")).await;
            if serde_json::from_str::<Value>(&job).unwrap()["status"] == "done" {
                return id;
            }
            assert!(Instant::now() < end, "{kind}: {job}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

async fn request(request: Request<Body>) -> String {
    let client = HttpClient::builder(TokioExecutor::new()).build(HttpConnector::new());
    let answer = client.request(request).await.expect("an answer");
    let bytes = answer.into_body().collect().await.unwrap().to_bytes();
    String::from_utf8(bytes.to_vec()).expect("a text")
}

/// How a reader looks at the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct View {
    /// CSS pixels.
    pub(crate) width: u32,
    /// Whether the browser runs scripts.
    pub(crate) has_scripts: bool,
}

impl View {
    pub(crate) const DESK: Self = Self { width: 1280, has_scripts: true };
    pub(crate) const PHONE: Self = Self { width: 360, has_scripts: true };
    pub(crate) const DESK_WITHOUT_SCRIPTS: Self = Self { width: 1280, has_scripts: false };
    pub(crate) const PHONE_WITHOUT_SCRIPTS: Self = Self { width: 360, has_scripts: false };
    pub(crate) const ALL: [Self; 4] = [Self::DESK, Self::PHONE, Self::DESK_WITHOUT_SCRIPTS, Self::PHONE_WITHOUT_SCRIPTS];

    /// As file names and messages say it.
    pub(crate) fn name(self) -> String {
        format!("{}{}", self.width, if self.has_scripts { "" } else { "-without-scripts" })
    }
}

/// A file that a page loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Loaded {
    pub(crate) address: String,
    /// Bytes of the body as sent, also if it came from the cache.
    pub(crate) bytes: u64,
}

/// A browser with an empty cache.
pub(crate) struct Browser {
    pub(crate) client: Client,
    pub(crate) view: View,
    dir: TempDir,
    /// Address of the session at the driver.
    session: String,
    _driver: Running,
}

/// How long a test waits for a page.
const PATIENCE: Duration = Duration::from_secs(60);
/// Height of the window in CSS pixels.
const HEIGHT: u64 = 800;
/// Highest picture, in CSS pixels.
const HIGHEST: u64 = 12_000;

impl Browser {
    pub(crate) async fn start(view: View) -> Self {
        let dir = TempDir::new().unwrap();
        let (driver, line) = Running::start(Command::new("chromedriver").arg("--port=0"), "started successfully on port");
        let port: String = line.chars().filter(char::is_ascii_digit).collect();
        let driver_address = format!("http://127.0.0.1:{port}");
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities(view, dir.path()).as_object().unwrap().clone())
            .connect(&driver_address)
            .await
            .expect("Chromium starts");
        let session = format!("{driver_address}/session/{}", client.session_id().await.unwrap().unwrap());
        let browser = Self { client, view, dir, session, _driver: driver };
        browser.resize(HEIGHT).await;
        browser
    }

    pub(crate) async fn open(&self, site: &Site, path: &str) {
        self.client.goto(&site.at(path)).await.unwrap();
    }

    /// The first element of a selector, once it is there.
    pub(crate) async fn find(&self, css: &str) -> Element {
        let found = self.client.wait().at_most(PATIENCE).for_element(Locator::Css(css)).await;
        match found {
            Ok(element) => element,
            Err(error) => panic!("{}: no {css} on {}: {error}", self.view.name(), self.client.current_url().await.unwrap()),
        }
    }

    /// The text of the first element of a selector, once it is there.
    pub(crate) async fn text(&self, css: &str) -> String {
        self.find(css).await.text().await.unwrap()
    }

    pub(crate) async fn click(&self, css: &str) {
        let element = self.find(css).await;
        // What lies outside the window or under a line that stays is brought to the middle first.
        self.run("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", vec![json!(element)]).await;
        element.click().await.unwrap_or_else(|error| panic!("{}: {css}: {error}", self.view.name()));
    }

    /// Types into a field in place of what it holds.
    pub(crate) async fn fill(&self, css: &str, text: &str) {
        let field = self.find(css).await;
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    /// Chooses files for a field.
    pub(crate) async fn upload(&self, css: &str, file: &Path) {
        self.find(css).await.send_keys(file.to_str().unwrap()).await.unwrap();
    }

    /// Chooses an option by its value.
    pub(crate) async fn choose(&self, css: &str, value: &str) {
        self.find(css).await.select_by_value(value).await.unwrap();
    }

    /// Opens what is folded.
    pub(crate) async fn unfold(&self, css: &str) {
        if self.find(css).await.attr("open").await.unwrap().is_none() {
            self.click(&format!("{css} > summary")).await;
        }
    }

    /// What a field holds.
    pub(crate) async fn value(&self, css: &str) -> String {
        self.find(css).await.prop("value").await.unwrap().unwrap_or_default()
    }

    /// The selector of the field with a label.
    pub(crate) async fn field(&self, label: &str) -> String {
        let path = format!("//label[contains(., '{label}')]");
        let found = self.client.wait().at_most(PATIENCE).for_element(Locator::XPath(&path)).await;
        let label = found.unwrap_or_else(|error| panic!("{}: no label {label}: {error}", self.view.name()));
        format!("#{}", label.attr("for").await.unwrap().expect("a label of a field"))
    }

    /// The organization in the row of the first act that begins with `act`.
    pub(crate) async fn partner(&self, act: &str) -> String {
        let script =
            "return document.querySelector(`button[value^='${arguments[0]}']`).closest('tr').querySelector('th a').textContent";
        self.run(script, vec![act.into()]).await.as_str().unwrap().to_owned()
    }

    /// How many pages of A4 the page takes in print.
    pub(crate) async fn printed_pages(&self) -> usize {
        let margin = PrintMargins { top: 1.0, bottom: 1.0, left: 1.0, right: 1.0 };
        let a4 = PrintConfigurationBuilder::default().size(PrintSize::A4).margins(margin).build().unwrap();
        let pdf = self.client.print(a4).await.unwrap();
        regex::bytes::Regex::new(r"/Type\s*/Page[^s]").unwrap().find_iter(&pdf).count()
    }

    /// Follows the link or sends the form behind a selector, and waits for the next page.
    pub(crate) async fn go(&self, css: &str) {
        let before = self.find("html").await;
        self.click(css).await;
        let end = Instant::now() + PATIENCE;
        // An element of the page that was left is stale.
        while before.tag_name().await.is_ok() {
            assert!(Instant::now() < end, "{}: {css} leads nowhere", self.view.name());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        self.find("main").await;
    }

    /// Waits until the text of an element holds `words`. Pages that show progress reload by themselves.
    pub(crate) async fn wait_for(&self, css: &str, words: &str) -> String {
        let end = Instant::now() + PATIENCE;
        loop {
            // The element may be replaced while it is read.
            let text = match self.client.find(Locator::Css(css)).await {
                Ok(element) => element.text().await.unwrap_or_default(),
                Err(_) => String::new(),
            };
            if text.contains(words) {
                return text;
            }
            assert!(Instant::now() < end, "{}: {css} never says {words}: {text}", self.view.name());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// The content of the only file that was downloaded, once it is complete; it is taken away.
    pub(crate) async fn downloaded(&self, ending: &str) -> Vec<u8> {
        let end = Instant::now() + PATIENCE;
        loop {
            let files = std::fs::read_dir(self.downloads()).into_iter().flatten().map(|it| it.unwrap().path());
            if let Some(file) = files.into_iter().find(|it| it.to_string_lossy().ends_with(ending)) {
                let content = std::fs::read(&file).unwrap();
                std::fs::remove_file(file).unwrap();
                return content;
            }
            assert!(Instant::now() < end, "{}: no file {ending}", self.view.name());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    fn downloads(&self) -> PathBuf {
        self.dir.path().join("downloads")
    }

    /// What a script in the page returns. The driver runs it even where the page may run none.
    pub(crate) async fn run(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.client.execute(script, arguments).await.unwrap_or_else(|error| panic!("{}: {script:.80}: {error}", self.view.name()))
    }

    /// The page and everything that it loaded.
    pub(crate) async fn loaded(&self) -> Vec<Loaded> {
        let script = "return ['navigation', 'resource'].flatMap(kind => performance.getEntriesByType(kind))
            .map(it => [it.name, it.encodedBodySize])";
        let entries = self.run(script, Vec::new()).await;
        let loaded = |it: &Value| Loaded { address: it[0].as_str().unwrap().to_owned(), bytes: it[1].as_u64().unwrap() };
        entries.as_array().unwrap().iter().map(loaded).collect()
    }

    /// What axe-core finds in the page that is serious or critical, in light and in dark colours.
    pub(crate) async fn serious_findings(&self) -> Vec<String> {
        const RUN: &str = "const done = arguments[arguments.length - 1];
            axe.run(document, {resultTypes: ['violations']}).then(
                ({violations}) => done(violations.filter(it => ['serious', 'critical'].includes(it.impact))
                    .flatMap(it => it.nodes.map(node => `${it.id}: ${it.help}: ${node.html.slice(0, 200)} ${node.failureSummary}`))),
                error => done([String(error)]))";
        let axe = std::env::var("AXE_JS").expect("AXE_JS names the script of axe-core");
        let axe = std::fs::read_to_string(&axe).unwrap_or_else(|error| panic!("{axe}: {error}"));
        self.run(&axe, Vec::new()).await;
        let mut all = Vec::new();
        for colours in ["light", "dark"] {
            self.show_in(colours).await;
            let found = self.client.execute_async(RUN, Vec::new()).await.unwrap();
            all.extend(found.as_array().unwrap().iter().map(|it| format!("{colours}: {}", it.as_str().unwrap())));
        }
        self.show_in("light").await;
        all
    }

    async fn show_in(&self, colours: &str) {
        let features = json!([{"name": "prefers-color-scheme", "value": colours}]);
        self.chromium("Emulation.setEmulatedMedia", json!({"features": features})).await;
    }

    /// Leaves a picture of the whole page for people, if they asked for it.
    pub(crate) async fn picture(&self, name: &str) {
        let Ok(dir) = std::env::var("SCREENSHOTS") else { return };
        std::fs::create_dir_all(&dir).unwrap();
        let height = self.run("return document.documentElement.scrollHeight", Vec::new()).await.as_u64().unwrap();
        self.resize(height.clamp(HEIGHT, HIGHEST)).await;
        let picture = self.client.screenshot().await.unwrap();
        self.resize(HEIGHT).await;
        std::fs::write(Path::new(&dir).join(format!("{name}-{}.png", self.view.name())), picture).unwrap();
    }

    async fn resize(&self, height: u64) {
        let is_phone = self.view.width < 600;
        let metrics = json!({"width": self.view.width, "height": height, "deviceScaleFactor": 1, "mobile": is_phone});
        self.chromium("Emulation.setDeviceMetricsOverride", metrics).await;
    }

    /// A command for Chromium that WebDriver does not have.
    async fn chromium(&self, command: &str, parameters: Value) {
        let body = json!({"cmd": command, "params": parameters}).to_string();
        let order = Request::post(format!("{}/goog/cdp/execute", self.session)).header(header::CONTENT_TYPE, "application/json");
        let answer = request(order.header(header::CONTENT_LENGTH, body.len()).body(Body::from(body)).unwrap()).await;
        assert!(!answer.contains("\"error\""), "{command}: {answer}");
    }

    pub(crate) async fn close(self) {
        self.client.clone().close().await.unwrap();
    }
}

fn capabilities(view: View, dir: &Path) -> Value {
    const ALLOWED: u8 = 1;
    const BLOCKED: u8 = 2;
    let arguments = json!([
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--hide-scrollbars",
        format!("--user-data-dir={}", dir.join("profile").display()),
    ]);
    let preferences = json!({
        "profile.managed_default_content_settings.javascript": if view.has_scripts { ALLOWED } else { BLOCKED },
        "download.default_directory": dir.join("downloads"),
        "download.prompt_for_download": false,
    });
    json!({"goog:chromeOptions": {"args": arguments, "prefs": preferences}})
}
