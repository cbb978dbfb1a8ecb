//! Numbers of persons, end to end: whatever is handed in or typed, they are neither stored, shown nor logged.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use http_body_util::BodyExt as _;
use qianshou::config::HttpConfig;
use rust_xlsxwriter::Workbook;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::cli::Workdir;
use crate::data::Data;

/// Numbers of nobody, as they are written; check characters are computed.
const SECRETS: [&str; 20] = [
    "13987651234",
    "139 8765 1234",
    "139_8765_1234",
    "139，8765，1234",
    "139（8765）1234",
    "一三九八七六五一二三四",
    "①③⑨⑧⑦⑥⑤①②③④",
    "𝟙𝟛𝟡𝟠𝟟𝟞𝟝𝟙𝟚𝟛𝟜",
    "139\u{200b}8765\u{200b}1234",
    "tel13987651234",
    "微信wx13987651234",
    "533422198803070129",
    "533422198803070121",
    "533422880307012",
    "9558801234567890128",
    "H12345678",
    "E12345678",
    "A123456(7)",
    "zhangsan88@qq.com",
    "QQ：987651234",
];

/// What must not be found: each number as written, without its label, and its plain digits.
fn traces() -> Vec<String> {
    let mut traces: Vec<String> = SECRETS
        .iter()
        .map(|secret| secret.trim_start_matches(['t', 'e', 'l', '微', '信', 'w', 'x', 'Q', '：']).to_owned())
        .collect();
    traces.extend(["13987651234", "8765\u{200b}", "88030701", "955880123456"].map(str::to_owned));
    traces
}

#[track_caller]
fn assert_clean(text: &str, place: &str) {
    for trace in traces() {
        let found = text.find(&trace).map(|at| text[at.saturating_sub(60)..].chars().take(120).collect::<String>());
        assert_eq!(found, None, "{trace} in {place}");
    }
}

/// All bytes of a directory, as text.
fn bytes_under(dir: &Path, all: &mut String) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            bytes_under(&path, all);
        } else {
            all.push_str(&String::from_utf8_lossy(&std::fs::read(path).unwrap()));
        }
    }
}

/// A workbook with a number in the title, a heading, the name of its sheet, a text, an id, a sum and a signature.
fn workbook() -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet().set_name("名单13987651234").unwrap();
    sheet.write(0, 0, "2026年德钦县需求清单（联系人13987651234）").unwrap();
    sheet
        .write_row(1, 0, ["需求编号", "项目名称", "需求描述", "资金缺口(元)", "需求地区", "说明tel13987651234", "来源"])
        .unwrap();
    for (n, secret) in SECRETS.iter().enumerate() {
        let row = n as u32 + 2;
        let texts = [format!("x{n}"), format!("净水{n}"), format!("小学饮水，联系 {secret} 李老师")];
        sheet.write_row(row, 0, texts).unwrap();
        sheet.write(row, 3, 30_000).unwrap();
        sheet.write(row, 4, "德钦县").unwrap();
        sheet.write(row, 6, *secret).unwrap();
    }
    sheet.write_row(40, 0, ["13987651234", "修路", "编号是手机号"]).unwrap();
    sheet.write_row(41, 0, ["x41", "修桥", "金额是手机号"]).unwrap();
    sheet.write(41, 3, 13_987_651_234_f64).unwrap();
    sheet.write_row(42, 0, ["x42", "修渠", "地区是手机号", "5000", "139-8765-1234"]).unwrap();
    sheet.write(43, 1, "合计").unwrap();
    sheet.write(43, 3, 13_987_651_234_f64).unwrap();
    workbook.save_to_buffer().unwrap()
}

#[test]
fn a_list_leaves_no_number_of_a_person_in_the_data_directory_nor_in_the_report() {
    let workdir = Workdir::new();
    workdir.file("需求13987651234.xlsx", workbook());
    let mut lines = String::new();
    for (n, secret) in SECRETS.iter().enumerate() {
        lines.push_str(&format!(
            "{}\n",
            json!({"id": format!("p{n}"), "title": "净水", "description": secret, "year": 2020, "source": secret, secret.to_string(): 1,
                "participants": [{"organization": format!("{secret}公司"), "amount_yuan": 1000}, secret]})
        ));
    }
    workdir.file("projects.jsonl", lines + "{oops 13987651234\n");
    let organizations: String =
        SECRETS.iter().enumerate().map(|(n, secret)| format!("o{n},示例{n}基金会,\"{secret}\",\"宗旨{secret}\"\n")).collect();
    workdir.file("organizations.csv", format!("组织编号,组织名称,简称,业务范围\n{organizations}13987651234,示例,,\n"));
    let mut shown = String::new();
    for arguments in [
        &["import", "organizations.csv", "--partial"][..],
        &["import", "projects.jsonl", "--partial"],
        &["import", "需求13987651234.xlsx", "--partial", "--errors", "marked.xlsx"],
        &["import", "需求13987651234.xlsx", "--dry-run", "--json"],
        &["import", "没有13987651234.xlsx"],
        &["stats"],
        &["opportunities", "13987651234"],
    ] {
        shown.push_str(&workdir.run(arguments));
    }
    assert_clean(&shown, "the output");
    for said in [
        "内容含手机号1个，导入时已隐去",
        "这一格含手机号1个，不能作为编号或名称",
        "这一格含手机号1个，不是数额",
        "银行卡号1个",
        "护照号1个",
    ] {
        assert!(shown.contains(said), "{said}: {shown}");
    }
    let mut stored = String::new();
    bytes_under(&workdir.path().join("data"), &mut stored);
    assert!(stored.contains("[手机号已隐去]") && stored.contains("示例0基金会"), "the ledger can be read as text");
    assert_clean(&stored, "the data directory");
    let marked = qianshou::ingest::InputFile::open(&workdir.path().join("marked.xlsx"), None).unwrap();
    assert_eq!(marked.row_count(), SECRETS.len() + 3, "the marked list is the user's own");
}

#[test]
fn a_question_shows_no_number_of_a_person() {
    let workdir = Workdir::new();
    let demo = crate::data::fixtures();
    workdir.run(&["import", demo.to_str().unwrap()]);
    let text = |secret: &str| format!("德钦县乡村医生培训，约30万元，联系李老师 {secret}。");
    let texts: String = SECRETS.iter().map(|secret| format!("{}\n", json!({"id": "x", "text": text(secret)}))).collect();
    workdir.file("texts.jsonl", texts);
    let mut shown = workdir.run(&["understand", "--json", "--file", "texts.jsonl"]);
    assert_eq!(shown.matches("\"隐去").count(), SECRETS.len(), "{shown}");
    let text = "德钦县乡村医生培训，约30万元，联系139 8765 1234";
    let suggested = workdir.run(&["suggest", "--json", text]);
    assert!(suggested.contains("隐去手机号1个"), "{suggested}");
    shown.push_str(&suggested);
    for arguments in [
        &["suggest", text, "--why-not", "13987651234"][..],
        &["suggest", text, "--region", "13987651234县"],
        &["suggest", text, "--amount", "13987651234"],
        &["suggest", text, "--sector", "13987651234"],
        &["suggest", text, "--as-of", "13987651234"],
        &["suggest", "--need", "13987651234"],
        &["plan", "--need", "13987651234"],
        &["plan", "--lock", "13987651234：demo-o01：30万"],
        &["plan", "--reserve", "13987651234：30万"],
    ] {
        shown.push_str(&workdir.run(arguments));
    }
    assert_clean(&shown, "an answer");
}

struct Reply {
    status: StatusCode,
    location: Option<String>,
    cache: String,
    body: String,
}

async fn send(data: &Data, request: Request<Body>) -> Reply {
    let response = qianshou::http::router(data.app.clone(), &HttpConfig::default()).oneshot(request).await.unwrap();
    let text = |name| response.headers().get(name).map(|it| it.to_str().unwrap().to_owned());
    let (status, location, cache) = (response.status(), text(header::LOCATION), text(header::CACHE_CONTROL).unwrap_or_default());
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    Reply { status, location, cache, body: String::from_utf8_lossy(&bytes).into_owned() }
}

async fn get(data: &Data, path: &str) -> Reply {
    send(data, Request::get(path).header("host", "localhost").body(Body::empty()).unwrap()).await
}

async fn post(data: &Data, path: &str, body: &Value) -> Reply {
    let request = Request::post(path).header("host", "localhost").header("content-type", "application/json");
    send(data, request.body(Body::from(body.to_string())).unwrap()).await
}

/// Every byte percent-encoded.
fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[tokio::test]
async fn an_address_with_a_number_of_a_person_leads_to_the_masked_one() {
    let data = Data::demo().await;
    for path in ["/?text=", "/?why=x&text=", "/api/v1/needs?q=", "/api/v1/organizations?region=", "/nothing?x="] {
        for secret in SECRETS {
            let asked = get(&data, &format!("{path}{}", encoded(secret))).await;
            assert_eq!((asked.status, asked.cache.as_str()), (StatusCode::SEE_OTHER, "no-store"), "{path}{secret}");
            let location = asked.location.unwrap();
            assert!(location.starts_with(path), "{location}");
            assert_clean(&asked.body, path);
            let led = get(&data, &location).await;
            assert_ne!(led.status, StatusCode::SEE_OTHER, "{location} leads to itself");
            assert_clean(&led.body, &location);
        }
    }
    assert_eq!(get(&data, &format!("/?text={}", encoded("德钦县乡村医生近200名，缺口335万元"))).await.status, StatusCode::OK);
}

#[tokio::test]
async fn no_answer_and_no_problem_shows_a_number_of_a_person() {
    let data = Data::demo().await;
    for secret in SECRETS {
        let text = format!("德钦县乡村医生培训，约30万元，联系李老师 {secret}。");
        let answer = post(&data, "/api/v1/suggestions", &json!({"text": text, "top": 1})).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert!(answer.body.contains("\"隐去"), "{}", answer.body);
        assert_clean(&answer.body, "an answer");
        for (path, body) in [
            ("/api/v1/suggestions", json!({"text": "净水", "region": secret})),
            ("/api/v1/suggestions", json!({"text": "净水", "amount": secret})),
            ("/api/v1/suggestions", json!({"text": "净水", "sector": secret})),
            ("/api/v1/suggestions", json!({"text": "净水", "as_of": secret})),
            ("/api/v1/suggestions", json!({"need": secret})),
            ("/api/v1/suggestions", json!({"text": "净水", secret.to_string(): 1})),
            ("/api/v1/suggestions/why-not", json!({"text": "净水", "organization": secret})),
            ("/api/v1/plans", json!({"pairs": [{"need": secret, "organization": "demo-o01", "rule": "forbid"}]})),
            ("/api/v1/plans", json!({"reserves": [{"for": secret, "amount": "30万"}]})),
            ("/api/v1/admin/lexicon", json!({"words": [secret.replace(' ', "")]})),
            ("/api/v1/admin/lexicon", json!({"synonyms": [["甲", secret.replace(' ', "")]]})),
        ] {
            let refused = post(&data, path, &body).await;
            assert!(refused.status.is_client_error(), "{path} {body}: {} {}", refused.status, refused.body);
            assert_clean(&refused.body, path);
        }
        for path in ["/api/v1/needs/", "/api/v1/imports/", "/api/v1/nothing/", "/organizations/", "/projects/", "/imports/"] {
            let missing = get(&data, &format!("{path}{}", encoded(secret))).await;
            assert_eq!(missing.status, StatusCode::NOT_FOUND, "{path}");
            assert_clean(&missing.body, path);
        }
    }
}

#[tokio::test]
async fn every_field_has_a_limit_and_a_short_refusal() {
    let data = Data::demo().await;
    let digits = "1".repeat(300_000);
    for (path, field, body) in [
        ("/api/v1/suggestions", "amount", json!({"text": "净水", "amount": digits})),
        ("/api/v1/suggestions", "region", json!({"text": "净水", "region": digits})),
        ("/api/v1/suggestions", "sector", json!({"text": "净水", "sector": digits})),
        ("/api/v1/suggestions", "as_of", json!({"text": "净水", "as_of": digits})),
        ("/api/v1/suggestions", "need", json!({"need": digits})),
        ("/api/v1/suggestions", "text", json!({"text": digits})),
        ("/api/v1/suggestions/why-not", "organization", json!({"text": "净水", "organization": digits})),
        ("/api/v1/plans", "pairs[0].need", json!({"pairs": [{"need": digits, "organization": "demo-o01", "rule": "forbid"}]})),
        (
            "/api/v1/plans",
            "pairs[0].organization",
            json!({"pairs": [{"need": "demo-n01", "organization": digits, "rule": "forbid"}]}),
        ),
        ("/api/v1/plans", "reserves[0].for", json!({"reserves": [{"for": digits, "amount": "30万"}]})),
        (
            "/api/v1/plans",
            "earmarks[0].organization",
            json!({"earmarks": [{"organization": digits, "sector": "MED", "amount": "30万"}]}),
        ),
        ("/api/v1/plans", "whole[0]", json!({"whole": [digits]})),
        ("/api/v1/plans", "whole", json!({"whole": vec!["demo-n01"; 1001]})),
    ] {
        let refused = post(&data, path, &body).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{path} {field}");
        let problem: Value = serde_json::from_str(&refused.body).unwrap();
        assert_eq!(problem["errors"][0]["field"], field, "{path}");
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.contains("最多") && detail.chars().count() < 100, "{path} {field}: {detail}");
    }
    for path in
        ["/api/v1/needs?q=", "/api/v1/needs?region=", "/api/v1/needs?sector=", "/api/v1/needs?status=", "/api/v1/needs?sort="]
    {
        let refused = get(&data, &format!("{path}{}", "x".repeat(2000))).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
        assert!(refused.body.len() < 600, "{path}: {}", refused.body);
    }
}

#[test]
fn a_cell_that_is_too_long_for_its_column_rejects_its_row_in_few_words() {
    let workdir = Workdir::new();
    let digits = "1".repeat(20_000);
    workdir.file("needs.csv", format!("项目名称,资金缺口,需求编号\n修路,{digits},a\n修桥,5万,{digits}\n"));
    let report = workdir.run(&["import", "needs.csv", "--json"]);
    assert_eq!(report.matches("内容过长：20000字，最多256字").count(), 2, "{report}");
    assert!(report.len() < 4000, "{report}");
}

/// A running server with its log.
struct Server(std::process::Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn the_log_holds_no_query_and_no_number_of_a_person() {
    let workdir = Workdir::new();
    let log = workdir.path().join("log");
    let mut command = Command::new(env!("CARGO_BIN_EXE_qianshou"));
    command.current_dir(workdir.path()).args([
        "serve",
        "--demo",
        "--data",
        "data",
        "--listen",
        "127.0.0.1:0",
        "--today",
        "2026-11-22",
    ]);
    command.env("QIANSHOU_LOG", "trace,tantivy=error").stdout(Stdio::piped()).stderr(std::fs::File::create(&log).unwrap());
    let mut server = Server(command.spawn().unwrap());
    // The output stays open because the server may write more.
    let mut output = BufReader::new(server.0.stdout.take().unwrap()).lines();
    let line = output.by_ref().map_while(Result::ok).find(|line| line.contains("http://")).unwrap();
    let address: String = line.split("http://").nth(1).unwrap().chars().take_while(|c| *c != '/').collect();
    let ask = |head: &str, body: &str| {
        let mut peer = TcpStream::connect(&address).unwrap();
        let length = body.len();
        let headers =
            format!("host: localhost\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {length}");
        peer.write_all(format!("{head} HTTP/1.1\r\n{headers}\r\n\r\n{body}").as_bytes()).unwrap();
        let mut answer = Vec::new();
        // A server that does not read a body resets the connection behind its answer.
        let _ = peer.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).into_owned()
    };
    for secret in ["13987651234", "533422198803070129", "zhangsan88@qq.com"] {
        for head in [
            format!("GET /?text={secret}&region=Guoluo"),
            format!("GET /api/v1/needs?page={secret}"),
            format!("GET /api/v1/needs?{secret}=Guoluo"),
            format!("GET /organizations/{secret}"),
            format!("GET /api/v1/needs/{}", encoded(secret)),
            format!("DELETE /api/v1/plans/{secret}?x=Guoluo"),
        ] {
            let answer = ask(&head, "");
            assert!(answer.starts_with("HTTP/1.1 "), "{head}: {answer}");
        }
        for body in [json!({"text": secret, "region": secret}), json!({secret: 1}), json!(secret)] {
            assert!(ask("POST /api/v1/suggestions", &body.to_string()).starts_with("HTTP/1.1 "));
        }
    }
    drop(server);
    let logged = std::fs::read_to_string(log).unwrap();
    assert!(logged.contains("path=/api/v1/suggestions"), "requests are logged: {logged}");
    assert!(!logged.contains("Guoluo"), "{logged}");
    assert_clean(&logged, "the log");
}
