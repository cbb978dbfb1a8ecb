//! Journeys from the first page to the file that is handed on, by mouse and keyboard, at the desk and on the phone, with and
//! without scripts.

use std::path::PathBuf;

use rust_xlsxwriter::Workbook;

use super::browser::{Browser, Site, View};

/// Walks a journey in every view, each with a program of its own.
macro_rules! in_every_view {
    ($($journey:ident: $at_the_desk:ident, $on_the_phone:ident, $at_the_desk_without_scripts:ident, $on_the_phone_without_scripts:ident;)+) => {$(
        #[tokio::test]
        #[ignore = "needs Chromium and chromedriver"]
        async fn $at_the_desk() {
            $journey(View::DESK).await;
        }

        #[tokio::test]
        #[ignore = "needs Chromium and chromedriver"]
        async fn $on_the_phone() {
            $journey(View::PHONE).await;
        }

        #[tokio::test]
        #[ignore = "needs Chromium and chromedriver"]
        async fn $at_the_desk_without_scripts() {
            $journey(View::DESK_WITHOUT_SCRIPTS).await;
        }

        #[tokio::test]
        #[ignore = "needs Chromium and chromedriver"]
        async fn $on_the_phone_without_scripts() {
            $journey(View::PHONE_WITHOUT_SCRIPTS).await;
        }
    )+};
}

in_every_view! {
    a_cadre: a_cadre_at_the_desk, a_cadre_on_the_phone, a_cadre_at_the_desk_without_scripts, a_cadre_on_the_phone_without_scripts;
    a_coordinator: a_coordinator_at_the_desk, a_coordinator_on_the_phone, a_coordinator_at_the_desk_without_scripts,
        a_coordinator_on_the_phone_without_scripts;
}

const NEED: &str = "迪庆德钦县乡村医生近200名，亟需培训提升诊疗能力，约需335万元";

/// A need in hand: typed, a chip corrected, the cards read, two compared, the sheet printed, the workbook taken along.
async fn a_cadre(view: View) {
    let site = Site::demo();
    let browser = Browser::start(view).await;
    browser.open(&site, "/").await;
    browser.fill("#text", NEED).await;
    browser.go("#ask button[type=submit]").await;
    let chips = browser.text(".chips").await;
    assert!(chips.contains("德钦县") && chips.contains("335"), "{chips}");
    browser.picture("cadre-1-answer").await;
    if view.width < 600 {
        let top = browser.run("return document.querySelector('.card').getBoundingClientRect().top + scrollY", Vec::new()).await;
        eprintln!("{}: the first card begins at {top} px", view.name());
    }

    // What was read wrong is corrected where it stands.
    browser.click(".chips details:has(#amount) summary").await;
    browser.fill("#amount", "300万元").await;
    browser.go(".chips details:has(#amount) button[type=submit]").await;
    let chips = browser.text(".chips").await;
    assert!(chips.contains("300") && !chips.contains("335"), "{chips}");

    let card = browser.text(".card").await;
    assert!(card.contains("匹配度"), "{card}");
    browser.click(".card .fold:has(table) summary").await;
    browser.wait_for(".card table tfoot", "合计").await;
    browser.picture("cadre-2-card").await;

    browser.click("#card-1 input[name=with]").await;
    browser.click("#card-2 input[name=with]").await;
    let names = [browser.text("#card-1 h3 a").await, browser.text("#card-2 h3 a").await];
    browser.go("button[form=compare]").await;
    let compared = browser.text("main").await;
    assert!(names.iter().all(|name| compared.contains(name)), "{names:?}: {compared}");
    browser.picture("cadre-3-compare").await;
    browser.go("a.button[href^='/?']").await;

    browser.click("a[href^='/suggestions.xlsx']").await;
    assert!(browser.downloaded(".xlsx").await.starts_with(b"PK"), "a workbook");
    browser.go("a[href^='/sheet']").await;
    let sheet = browser.text(".sheet").await;
    assert!(sheet.contains(&names[0]) && sheet.contains("经办人"), "{sheet}");
    browser.picture("cadre-4-sheet").await;
    let pages = browser.printed_pages().await;
    assert_eq!(pages, 1, "the sheet is one page of A4");
    browser.close().await;
}

/// A need of the past: the first card is who took it on, and its reasons lead to the project behind them.
#[tokio::test]
#[ignore = "needs Chromium and chromedriver"]
async fn a_reason_leads_to_the_project_behind_it() {
    let site = Site::demo();
    let browser = Browser::start(View::DESK).await;
    browser.open(&site, "/?as_of=2019-07-01").await;
    browser.fill("#text", NEED).await;
    browser.go("#ask button[type=submit]").await;
    assert!(browser.text(".card h3").await.contains("上海复星公益基金会"));
    let marked = browser.text(".reasons mark").await;
    assert!(marked.chars().count() > 1 && NEED.contains(&marked), "the shared words are marked: {marked}");
    let named = browser.text(".reasons li li a").await;
    browser.go(".reasons li li a").await;
    let title = browser.text("h1").await;
    assert!(title.starts_with(named.trim_end_matches('…')), "{named}: {title}");
    browser.close().await;
}

const NEEDS: u32 = 46;
const TITLES: [&str; 4] = ["学校安全饮水", "乡村医生培训", "儿童图书角", "残疾人轮椅"];
const PLACES: [&str; 4] = ["青海省果洛州玛多县", "云南省迪庆州德钦县", "四川省凉山州昭觉县", "贵州省毕节市威宁县"];

/// A list as offices make it: a title above the headings, a heading that nobody foresaw, a place that does not exist and a sum that
/// is not one.
fn list(site: &Site) -> PathBuf {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write(0, 0, "2026年帮扶需求清单").unwrap();
    for (column, heading) in (0..).zip(["编号", "项目名称", "需求地区", "资金缺口（万元）", "受益人数", "哪里报来"])
    {
        sheet.write(1, column, heading).unwrap();
    }
    for n in 0..NEEDS {
        let (row, kind) = (n + 2, n as usize);
        sheet.write(row, 0, format!("n{n:02}")).unwrap();
        sheet.write(row, 1, format!("{}第{n}批", TITLES[kind % 4])).unwrap();
        sheet.write(row, 2, if n == 7 { "假县" } else { PLACES[kind % 3] }).unwrap();
        match n {
            11 => sheet.write(row, 3, "请看附件").unwrap(),
            _ => sheet.write(row, 3, 10 + n % 7).unwrap(),
        };
        sheet.write(row, 4, 30 + n).unwrap();
        sheet.write(row, 5, "示例县民政局").unwrap();
    }
    let path = site.dir.path().join("需求清单.xlsx");
    workbook.save(&path).unwrap();
    path
}

/// A list in hand: checked, mapped, mended and stored, recommended for, planned, decided on, planned again, handed on.
async fn a_coordinator(view: View) {
    let site = Site::demo();
    let browser = Browser::start(view).await;
    browser.open(&site, "/imports").await;
    browser.upload("#file", &list(&site)).await;
    browser.go("form:has(#file) button[type=submit]").await;
    browser.wait_for("main", "检查结果").await;
    browser.picture("coordinator-1-checked").await;

    // Nothing tells what this column is.
    let office = browser.field("哪里报来").await;
    browser.unfold("#columns").await;
    browser.choose(&office, "submitted_by").await;
    browser.go("#columns button[type=submit]").await;
    browser.wait_for("main", "检查结果").await;
    browser.wait_for(".mending", "假县").await;
    browser.picture("coordinator-2-mapped").await;
    browser.click("a[href$='errors.xlsx']").await;
    assert!(browser.downloaded(".xlsx").await.starts_with(b"PK"), "the list with its problems marked");

    browser.fill(".mending input[value='假县']:not([type=hidden])", "云南省迪庆州德钦县").await;
    browser.fill(".mending input[value='请看附件']:not([type=hidden])", "12").await;
    browser.go("#mend > .actions button[type=submit]").await;
    browser.wait_for("main", "检查结果").await;
    browser.wait_for("main", &format!("存入{NEEDS}行")).await;
    browser.picture("coordinator-3-mended").await;
    browser.go("form[action$='/store'] button").await;
    browser.wait_for("main", "已存入").await;
    browser.picture("coordinator-4-stored").await;

    browser.click("a[href^='/needs/suggestions.xlsx']").await;
    assert!(browser.downloaded(".xlsx").await.starts_with(b"PK"), "suggestions for all needs");
    browser.go("a[href^='/plans/new']").await;
    assert_eq!(browser.value("#list").await, "2026年帮扶需求清单");
    browser.go("form[action='/plans/new'] .actions button").await;
    browser.wait_for(".plan-figures", "万元").await;
    browser.picture("coordinator-5-plan").await;

    let locked = browser.partner("lock ").await;
    browser.go("button[value^='lock ']").await;
    let excluded = browser.partner("exclude ").await;
    browser.go("button[value^='exclude ']").await;
    let pending = browser.text("#again").await;
    assert!(pending.contains(&excluded) && pending.contains(&locked), "{locked}, {excluded}: {pending}");
    browser.picture("coordinator-6-decided").await;
    browser.go("form[action$='/again'] button").await;
    let difference = browser.wait_for("main", "逐个组合").await;
    assert!(difference.contains(&excluded), "{excluded}: {difference}");
    browser.picture("coordinator-7-again").await;

    browser.click("a[href$='plan.xlsx']").await;
    assert!(browser.downloaded(".xlsx").await.starts_with(b"PK"), "the workbook of the plan");
    browser.unfold("details:has(form[action$='/letters'])").await;
    browser.fill("#office", "示例县合作交流办").await;
    browser.click("button[value=docx]").await;
    assert!(browser.downloaded(".docx").await.starts_with(b"PK"), "the letters");
    browser.close().await;
}
