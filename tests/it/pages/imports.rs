//! Lists on the pages: checked, mapped, mended and stored by plain forms, as a browser without JavaScript sends them.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use http_body_util::BodyExt as _;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use rust_xlsxwriter::Workbook;
use tower::ServiceExt as _;

use qianshou::config::HttpConfig;

use crate::data::{Data, needs_of};

/// An answer to a browser.
struct Answer {
    status: StatusCode,
    location: String,
    html: String,
}

/// Sends a request as a browser at this address would.
async fn send(data: &Data, mut request: Request<Body>, client: &str) -> Answer {
    let headers = request.headers_mut();
    headers.insert(header::HOST, "localhost".parse().unwrap());
    headers.insert(header::ORIGIN, "http://localhost".parse().unwrap());
    headers.insert(header::ACCEPT, "text/html".parse().unwrap());
    headers.insert("x-forwarded-for", client.parse().unwrap());
    let config = HttpConfig { trusted_proxies: vec!["127.0.0.1".parse().unwrap()], ..HttpConfig::default() };
    let response = qianshou::http::router(data.app.clone(), &config).oneshot(request).await.unwrap();
    let status = response.status();
    let location = response.headers().get(header::LOCATION).map(|it| it.to_str().unwrap().to_owned()).unwrap_or_default();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    Answer { status, location, html: String::from_utf8_lossy(&bytes).into_owned() }
}

const CLIENT: &str = "203.0.113.7";

async fn open(data: &Data, path: &str) -> Answer {
    send(data, Request::get(path).body(Body::empty()).unwrap(), CLIENT).await
}

/// Sends a form.
async fn post(data: &Data, path: &str, fields: &Fields) -> Answer {
    let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let body: Vec<String> = fields.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
    let request = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    send(data, request.body(Body::from(body.join("&"))).unwrap(), CLIENT).await
}

/// Sends the form of the start page.
async fn upload(data: &Data, name: &str, file: &[u8], fields: &[(&str, &str)]) -> Answer {
    const MARK: &str = "a-mark-that-no-list-holds";
    let mut body = Vec::new();
    for (name, value) in fields {
        body.extend(format!("--{MARK}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes());
    }
    body.extend(format!("--{MARK}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n").bytes());
    body.extend(file);
    body.extend(format!("\r\n--{MARK}--\r\n").bytes());
    let request = Request::post("/imports").header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={MARK}"));
    send(data, request.body(Body::from(body)).unwrap(), CLIENT).await
}

/// The page that an answer leads to, once the work on it has ended.
async fn ended(data: &Data, answer: &Answer) -> (String, String) {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.html);
    loop {
        let page = open(data, &answer.location).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.html);
        if !page.html.contains("data-poll") {
            return (answer.location.clone(), page.html);
        }
        assert!(page.html.contains("/cancel\"") && page.html.contains("<noscript><meta http-equiv=\"refresh\""));
        tokio::task::yield_now().await;
    }
}

type Fields = BTreeMap<String, String>;

/// The value of an attribute of a tag.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let start = tag.find(&format!(" {name}=\""))? + name.len() + 3;
    let value = &tag[start..start + tag[start..].find('"')?];
    let plain = [("&#34;", "\""), ("&#39;", "'"), ("&#60;", "<"), ("&#62;", ">"), ("&#38;", "&")];
    Some(plain.iter().fold(value.to_owned(), |text, (written, meant)| text.replace(written, meant)))
}

/// What a browser sends of the form with this action if nothing is typed and no named button is pressed.
fn fields(html: &str, action: &str) -> Fields {
    let start = html.find(&format!("action=\"{action}\"")).unwrap_or_else(|| panic!("no form for {action} in {html}"));
    let form = &html[start..start + html[start..].find("</form>").unwrap()];
    let mut fields = Fields::new();
    for tag in form.split('<') {
        let Some(name) = attribute(tag, "name") else { continue };
        if tag.starts_with("input") && (!tag.contains("type=\"checkbox\"") || tag.contains(" checked")) {
            fields.insert(name, attribute(tag, "value").unwrap_or_default());
        } else if tag.starts_with("textarea") {
            fields.insert(name, tag.split_once('>').unwrap().1.to_owned());
        } else if tag.starts_with("select") {
            let after = &form[form.find(tag).unwrap()..];
            let options = &after[..after.find("</select>").unwrap()];
            let chosen = options.split("<option").skip(1).find(|it| it.split('>').next().unwrap().contains(" selected"));
            let chosen = chosen.or_else(|| options.split("<option").nth(1)).unwrap_or_default();
            fields.insert(name, attribute(chosen, "value").unwrap_or_default());
        }
    }
    fields
}

/// Puts a text into the field of a cell.
fn type_into(fields: &mut Fields, row: u64, column: &str, text: &str) {
    let place = format!("\"row\":{row},\"column\":\"{column}\"");
    let at = fields.iter().find(|(name, value)| name.starts_with("at.") && value.contains(&place));
    let number = at.unwrap_or_else(|| panic!("no field for {column}{row} in {fields:?}")).0["at.".len()..].to_owned();
    fields.insert(format!("cell.{number}"), text.to_owned());
}

/// Chooses what a heading means.
fn map(fields: &mut Fields, heading: &str, field: &str) {
    let number = fields.iter().find(|(name, value)| name.starts_with("heading.") && *value == heading);
    let number = number.unwrap_or_else(|| panic!("no {heading} in {fields:?}")).0["heading.".len()..].to_owned();
    fields.insert(format!("field.{number}"), field.to_owned());
}

const LIST: &str = "2026年迪庆州帮扶需求清单";

/// A workbook of 46 needs as a county office sends it: two unknown places, two sums that are none, a need without a name, and a
/// heading that nobody knows.
fn workbook() -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name("需求清单").unwrap();
    sheet.write_string(0, 0, LIST).unwrap();
    for (at, heading) in ["序号", "项目名称", "需求地区", "做什么用", "资金缺口（万元）"].iter().enumerate()
    {
        sheet.write_string(1, at as u16, *heading).unwrap();
    }
    for n in 0..46 {
        let row = n + 2;
        sheet.write_number(row, 0, f64::from(n + 1)).unwrap();
        if n != 20 {
            sheet.write_string(row, 1, format!("第{}村卫生室制氧机", n + 1)).unwrap();
        }
        let place = match n {
            3 => "得钦县",
            7 => "假县",
            n if n % 2 == 0 => "德钦县",
            _ => "维西县",
        };
        sheet.write_string(row, 2, place).unwrap();
        if n != 20 {
            sheet.write_string(row, 3, format!("用于抢救高原反应的病人，每年约{}人次", 10 + n)).unwrap();
        }
        match n {
            11 => sheet.write_string(row, 4, "不少").unwrap(),
            12 => sheet.write_string(row, 4, "很多").unwrap(),
            n => sheet.write_number(row, 4, f64::from(n + 5)).unwrap(),
        };
    }
    sheet.write_string(48, 1, "合计").unwrap();
    sheet.write_number(48, 4, 1_200.0).unwrap();
    workbook.save_to_buffer().unwrap()
}

#[tokio::test]
async fn a_workbook_with_faults_is_mapped_mended_and_stored_by_plain_forms() {
    let data = Data::empty().await;
    let (check, html) = ended(&data, &upload(&data, "清单.xlsx", &workbook(), &[]).await).await;
    assert!(html.contains("检查发现问题，还没有存入") && html.contains("只存入合格的41行"), "{html}");
    assert!(html.contains("保留到") && html.contains("errors.xlsx"));
    // Faults come first, then the columns, then what takes only the good rows.
    let at = |html: &str, text: &str| html.find(text).unwrap_or_else(|| panic!("no {text} in {html}"));
    assert!(
        at(&html, "id=\"rejected\"") < at(&html, "id=\"columns\"") && at(&html, "id=\"columns\"") < at(&html, "id=\"store\"")
    );
    assert!(html.contains("id=\"columns\" open") && html.contains("<button type=\"submit\" class=\"quiet\">只存入合格的41行"));
    assert!(html.contains(&format!("存为清单：“{LIST}”")));
    assert!(html.contains("需求清单 第6行") && html.contains("合计"), "places and skipped rows are named");
    assert!(!html.contains("--map") && !html.contains("--hidden"), "no option of the command line");

    // The unknown heading is mapped first; nothing else changes.
    let action = format!("{check}/check");
    let mut form = fields(&html, &action);
    map(&mut form, "做什么用", "description");
    let (mapped, html) = ended(&data, &post(&data, &action, &form).await).await;
    assert_ne!(mapped, check);
    assert!(html.contains("需求描述（由您指定）") && html.contains("只存入合格的41行"), "{html}");
    assert!(!html.contains("id=\"columns\" open"), "all columns are understood");

    // Then the cells.
    let action = format!("{mapped}/check");
    let mut form = fields(&html, &action);
    for (row, column, text) in
        [(6, "C", "德钦县"), (10, "C", "维西县"), (14, "E", "4"), (15, "E", "约12万元"), (23, "B", "县医院救护车")]
    {
        type_into(&mut form, row, column, text);
    }
    let (mended, html) = ended(&data, &post(&data, &action, &form).await).await;
    assert!(html.contains("检查通过，还没有存入") && html.contains("存入46行"), "{html}");
    assert!(at(&html, "id=\"store\"") < at(&html, "id=\"columns\""), "storing is what comes next");
    assert!(html.contains("“约12万元”读作12.00万元"), "{html}");
    assert!(html.contains("在页面上做的更正（5处）") && html.contains("需求清单 第23行B列改为“县医院救护车”"));
    assert_eq!(needs_of(&data.app.catalog()).len(), 0, "nothing is stored before the last step");

    // A change can be taken back, and made again.
    let action = format!("{mended}/check");
    let mut form = fields(&html, &action);
    form.insert("undo-cell".to_owned(), "0".to_owned());
    let (_, undone) = ended(&data, &post(&data, &action, &form).await).await;
    assert!(undone.contains("在页面上做的更正（4处）") && undone.contains("只存入合格的45行"));

    let action = format!("{mended}/store");
    let form = fields(&html, &action);
    let first = post(&data, &action, &form).await;
    let second = post(&data, &action, &form).await;
    assert_eq!(first.location, second.location, "a form that is sent twice stores once");
    let (stored, html) = ended(&data, &first).await;
    assert!(html.contains("新增46，更新0，未变0"), "{html}");
    assert!(html.contains("id=\"again\"><summary>再改这份文件"), "what is done is folded");
    let needs = needs_of(&data.app.catalog());
    assert_eq!(needs.len(), 46);
    assert!(needs.iter().all(|need| need.list.as_deref() == Some(LIST)));
    assert!(needs.iter().any(|need| need.record.title.as_deref() == Some("县医院救护车")));
    let list = utf8_percent_encode(LIST, NON_ALPHANUMERIC).to_string();
    for link in ["/needs?list=", "/needs/suggestions.xlsx?list=", "/plans/new?list="] {
        assert!(html.contains(&format!("href=\"{link}{list}\"")), "{link}: {html}");
    }

    // The list of imports names the file once, with what came of it; and the mapping is known from now on.
    let start = open(&data, "/imports").await.html;
    assert_eq!(start.matches(">清单.xlsx</a>").count(), 1);
    assert!(start.contains(&format!("href=\"{stored}\"")) && start.contains("新增46"));
    let (_, again) = ended(&data, &upload(&data, "清单.xlsx", &workbook(), &[]).await).await;
    assert!(again.contains("需求描述（按以前的指定）"));
}

#[tokio::test]
async fn the_good_rows_can_be_stored_and_the_others_mended_afterwards() {
    let data = Data::empty().await;
    let (check, html) = ended(&data, &upload(&data, "清单.xlsx", &workbook(), &[]).await).await;
    let action = format!("{check}/store");
    let (partly, html) = ended(&data, &post(&data, &action, &fields(&html, &action)).await).await;
    assert!(html.contains("已存入合格的行") && html.contains("新增41，更新0，未变0"), "{html}");
    let action = format!("{partly}/check");
    let mut form = fields(&html, &action);
    type_into(&mut form, 6, "C", "德钦县");
    let (check, html) = ended(&data, &post(&data, &action, &form).await).await;
    let action = format!("{check}/store");
    let (_, html) = ended(&data, &post(&data, &action, &fields(&html, &action)).await).await;
    assert!(html.contains("新增1，更新0，未变41"), "{html}");
    assert_eq!(needs_of(&data.app.catalog()).len(), 42);
}

#[tokio::test]
async fn a_list_without_known_headings_is_read_once_they_are_mapped() {
    let data = Data::empty().await;
    let list = "甲栏,乙栏,丙栏\n村卫生室制氧机,德钦县,抢救高原反应的病人\n学校净水,维西县,水质差\n";
    let (check, html) = ended(&data, &upload(&data, "某县.csv", list.as_bytes(), &[]).await).await;
    assert!(html.contains("没有读成") && html.contains("甲栏"), "{html}");
    let action = format!("{check}/check");
    let mut form = fields(&html, &action);
    map(&mut form, "甲栏", "title");
    map(&mut form, "乙栏", "region");
    map(&mut form, "丙栏", "忽略");
    let (check, html) = ended(&data, &post(&data, &action, &form).await).await;
    assert!(html.contains("存入2行") && html.contains("不读（由您指定）"), "{html}");
    // The name of the list is that of the file, and can be changed.
    let action = format!("{check}/check");
    let mut form = fields(&html, &action);
    assert_eq!(form["list"], "某县");
    form.insert("list".to_owned(), "某县2026年清单".to_owned());
    let (check, html) = ended(&data, &post(&data, &action, &form).await).await;
    let action = format!("{check}/store");
    ended(&data, &post(&data, &action, &fields(&html, &action)).await).await;
    assert!(needs_of(&data.app.catalog()).iter().all(|need| need.list.as_deref() == Some("某县2026年清单")));
}

#[tokio::test]
async fn a_row_that_may_be_a_stored_need_is_decided_on() {
    let data = Data::empty().await;
    let list = |sums: &[u32]| {
        let rows: String = sums.iter().map(|sum| format!("学校净水设备,德钦县,{sum}\n")).collect();
        format!("2026年德钦县需求清单,,\n项目名称,需求地区,资金缺口(万元)\n{rows}")
    };
    let store = async |text: String| {
        let (check, html) = ended(&data, &upload(&data, "清单.csv", text.as_bytes(), &[]).await).await;
        let action = format!("{check}/store");
        ended(&data, &post(&data, &action, &fields(&html, &action)).await).await
    };
    store(list(&[10, 20])).await;
    let text = list(&[30]);
    let (check, html) = ended(&data, &upload(&data, "清单.csv", text.as_bytes(), &[]).await).await;
    assert!(html.contains("可能是已有的需求") && html.contains("是一项新的需求") && !html.contains("--same"), "{html}");
    let action = format!("{check}/check");
    let mut form = fields(&html, &action);
    let name = form.keys().find(|name| name.starts_with("same.")).unwrap().clone();
    form.insert(name, "new".to_owned());
    let (check, html) = ended(&data, &post(&data, &action, &form).await).await;
    assert!(html.contains("第3行是新需求") && html.contains("存入1行"), "{html}");
    let action = format!("{check}/store");
    let (_, html) = ended(&data, &post(&data, &action, &fields(&html, &action)).await).await;
    assert!(html.contains("新增1，更新0，未变0"), "{html}");
    assert_eq!(needs_of(&data.app.catalog()).len(), 3);
}

#[tokio::test]
async fn what_was_uploaded_can_be_deleted_with_all_that_was_made_of_it() {
    let data = Data::empty().await;
    let (first, html) = ended(&data, &upload(&data, "清单.xlsx", &workbook(), &[]).await).await;
    let action = format!("{first}/check");
    let (second, _) = ended(&data, &post(&data, &action, &fields(&html, &action)).await).await;
    let deleted = post(&data, &format!("{second}/delete"), &Fields::new()).await;
    assert_eq!((deleted.status, deleted.location.as_str()), (StatusCode::SEE_OTHER, "/imports?deleted=1"));
    for path in [&first, &second] {
        assert_eq!(open(&data, path).await.status, StatusCode::NOT_FOUND);
        for act in ["check", "store", "cancel", "delete"] {
            assert_eq!(post(&data, &format!("{path}/{act}"), &Fields::new()).await.status, StatusCode::NOT_FOUND, "{act}");
        }
    }
    assert!(open(&data, "/imports?deleted=1").await.html.contains("已删除上传的文件"));
}

#[tokio::test]
async fn others_are_not_shown_what_a_client_has_imported() {
    let data = Data::empty().await;
    let (check, _) = ended(&data, &upload(&data, "清单.xlsx", &workbook(), &[]).await).await;
    let id = check.strip_prefix("/imports/").unwrap();
    assert!(open(&data, "/imports").await.html.contains(id));
    let other = send(&data, Request::get("/imports").body(Body::empty()).unwrap(), "203.0.113.8").await;
    assert!(!other.html.contains(id) && !other.html.contains("清单.xlsx"));
}

#[tokio::test]
async fn forms_say_what_is_missing_and_a_foreign_page_cannot_send_them() {
    let data = Data::empty().await;
    let empty = upload(&data, "", b"", &[]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(empty.html.contains("请先选择文件") && empty.html.contains("id=\"file\""));
    assert_eq!(upload(&data, "x.csv", b"x", &[("kind", "things")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let broken = upload(&data, "坏.xlsx", b"PK\x03\x04 no workbook", &[]).await;
    let (_, html) = ended(&data, &broken).await;
    assert!(html.contains("没有读成") && html.contains("损坏或不完整"), "{html}");

    let (check, _) = ended(&data, &upload(&data, "清单.xlsx", &workbook(), &[]).await).await;
    let request = Request::post(format!("{check}/store")).header("sec-fetch-site", "cross-site");
    let foreign = send(&data, request.body(Body::empty()).unwrap(), CLIENT).await;
    assert_eq!(foreign.status, StatusCode::FORBIDDEN);
    assert_eq!(needs_of(&data.app.catalog()).len(), 0);
}

#[tokio::test]
async fn an_upload_through_the_interface_is_not_kept() {
    let data = Data::empty().await;
    let job = crate::api::import(&data, ("需求.csv", "项目名称,需求地区\n净水,假县\n"), &[("dry_run", "true")]).await;
    let page = open(&data, &format!("/imports/{}", job["id"].as_str().unwrap())).await.html;
    assert!(
        page.contains("没有保留或已删除") && page.contains("假县") && !page.contains("<form method=\"post\" action=\"/imports")
    );
}

#[tokio::test]
async fn a_repeat_with_an_open_sum_is_not_said_to_have_the_same_sum() {
    let data = Data::empty().await;
    let list = "项目名称,需求地区,需求描述,资金缺口(万元)\n学校净水设备,德钦县,为寄宿学生安装净水设备,14\n学校净水设备,德钦县,为寄宿学生安装净水设备,待定\n";
    let (_, html) = ended(&data, &upload(&data, "清单.csv", list.as_bytes(), &[]).await).await;
    assert!(html.contains("地区也相符，金额没有都写明") && !html.contains("金额也相符"), "{html}");
}

#[tokio::test]
async fn what_a_need_lacks_is_added_on_its_page() {
    let data = Data::empty().await;
    let list = "项目名称,需求地区,资金缺口(万元)\n学校净水设备,德钦县,待定\n";
    let (check, html) = ended(&data, &upload(&data, "清单.csv", list.as_bytes(), &[]).await).await;
    let action = format!("{check}/store");
    ended(&data, &post(&data, &action, &fields(&html, &action)).await).await;
    let before = needs_of(&data.app.catalog()).remove(0);
    let path = format!("/needs/{}", before.id);
    let mut form = fields(&open(&data, &path).await.html, &path);
    form.insert("amount".to_owned(), "14.5".to_owned());
    form.insert("deadline".to_owned(), "2027年6月底前".to_owned());
    let answer = post(&data, &path, &form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.html);
    let html = open(&data, &answer.location).await.html;
    assert!(
        html.contains("已更正：所需金额、完成时限") && html.contains("14.50万元") && html.contains("2027年6月30日"),
        "{html}"
    );
    let after = needs_of(&data.app.catalog()).remove(0);
    assert_eq!((after.place_names(), after.list, after.record.title), (before.place_names(), before.list, before.record.title));

    form.insert("amount".to_owned(), "很多".to_owned());
    form.insert("region".to_owned(), "假县".to_owned());
    assert!(post(&data, &path, &form).await.status.is_client_error());
    assert!(post(&data, "/needs/nothing", &form).await.status.is_client_error());
    assert_eq!(needs_of(&data.app.catalog()).len(), 1);
}
