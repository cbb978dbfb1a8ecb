//! What holds for every page. A new page is one line of [`PAGES`].

use std::sync::LazyLock;

use regex::Regex;

use super::browser::{Browser, Jobs, Loaded, Site, View};

/// Path, name of its picture, and words that stand on it with and without scripts. `{plan}` and `{import}` stand for the ids of a
/// plan and an import.
const PAGES: [(&str, &str, &str); 34] = [
    ("/", "suggest", "谁会认领这项需求"),
    // 德钦县乡村医生培训
    (VILLAGE_DOCTORS, "suggest-answer", "上海复星公益基金会"),
    ("/?need=demo-n01", "suggest-need", "德钦县"),
    // 净水, 假县
    ("/?text=%E5%87%80%E6%B0%B4&region=%E5%81%87%E5%8E%BF", "suggest-refused", "不认识的地区“假县”"),
    ("/sheet?need=demo-n01", "sheet", "需求认领推荐单"),
    ("/compare?need=demo-n01&with=seed-o03&with=seed-o04", "compare", "两家组织的比较"),
    ("/needs", "needs", "共"),
    ("/needs?status=open&sort=-amount", "needs-chosen", "已选条件"),
    // 没有的词
    ("/needs?q=%E6%B2%A1%E6%9C%89%E7%9A%84%E8%AF%8D", "needs-none", "没有符合条件的"),
    ("/needs/demo-n01", "need", "德钦县"),
    ("/organizations", "organizations", "共"),
    ("/organizations/seed-o03", "organization", "上海复星公益基金会"),
    ("/projects", "projects", "共"),
    ("/projects/seed-p05", "project", "乡村医生"),
    ("/projects/seed-p12", "project-partners", "另有29家"),
    ("/imports", "imports", "文件"),
    ("/imports/{import}", "import", "假县"),
    ("/plans", "plans", "方案"),
    ("/plans/new", "plan-new", "全部待认领的需求"),
    ("/plans/{plan}", "plan", "推荐草案"),
    ("/plans/{plan}?view=organizations", "plan-organizations", "推荐草案"),
    ("/plans/{plan}?view=unmet", "plan-unmet", "推荐草案"),
    ("/plans/{plan}?view=coverage", "plan-coverage", "推荐草案"),
    ("/plans/{plan}?view=conditions", "plan-conditions", "推荐草案"),
    ("/plans/{plan}/need?at=0", "plan-need", "本需求的条件"),
    ("/trust", "trust", "推荐的依据"),
    ("/api/docs/", "api", "目录"),
    ("/api/docs/suggestions", "api-suggestions", "WhyNotAsk"),
    ("/api/docs/plans", "api-plans", "PlanBody"),
    ("/api/docs/records", "api-records", "NeedView"),
    ("/api/docs/imports", "api-imports", "ImportJob"),
    ("/api/docs/system", "api-system", "Statistics"),
    ("/nothing", "problem", "没有这个页面"),
    ("/needs/nothing", "problem-need", "nothing"),
];
const VILLAGE_DOCTORS: &str = "/?text=%E5%BE%B7%E9%92%A6%E5%8E%BF%E4%B9%A1%E6%9D%91%E5%8C%BB%E7%94%9F%E5%9F%B9%E8%AE%AD";

/// Most bytes of a first load: the page, its style and its script.
const MOST_BYTES: u64 = 100_000;
/// Most requests of a first load.
const MOST_REQUESTS: usize = 4;

#[tokio::test]
#[ignore = "needs Chromium, chromedriver and axe-core (AXE_JS)"]
async fn every_page_is_complete_accessible_and_narrow_enough_and_asks_no_other_host() {
    let site = Site::demo();
    let Jobs { plan, import } = site.jobs().await;
    let pages = PAGES.map(|(path, name, words)| (path.replace("{plan}", &plan).replace("{import}", &import), name, words));
    let mut faults = Vec::new();
    for view in View::ALL {
        let browser = Browser::start(view).await;
        for (path, name, words) in &pages {
            browser.open(&site, path).await;
            browser.picture(name).await;
            let found = faults_of(&browser, &site, path, words).await;
            faults.extend(found.into_iter().map(|fault| format!("{} {path}: {fault}", view.name())));
        }
        browser.close().await;
    }
    for (path, ..) in &pages {
        let html = site.html(path).await;
        faults.extend(inline(&html).map(|it| format!("{path}: the policy forbids {it}")));
    }
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
}

async fn faults_of(browser: &Browser, site: &Site, path: &str, words: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let main = browser.text("main").await;
    if !main.contains(words) {
        faults.push(format!("does not say {words}: {main:.200}"));
    }
    let loaded = browser.loaded().await;
    faults.extend(strangers(&loaded, site));
    let own: Vec<&Loaded> = loaded.iter().filter(|it| it.address.starts_with("http")).collect();
    let bytes: u64 = own.iter().map(|it| it.bytes).sum();
    eprintln!("{} {path}: {} requests, {bytes} bytes", browser.view.name(), own.len());
    if bytes > MOST_BYTES || own.len() > MOST_REQUESTS {
        faults.push(format!("loads {bytes} bytes in {} requests", own.len()));
    }
    for (script, what) in [(TOO_WIDE, "is wider than the window"), (TOO_SMALL, "is too small to touch"), (HEADINGS, "headings")] {
        let found = browser.run(script, vec![browser.view.width.into()]).await;
        faults.extend(found.as_array().unwrap().iter().map(|it| format!("{what}: {}", it.as_str().unwrap())));
    }
    if browser.view.has_scripts {
        faults.extend(browser.serious_findings().await);
    }
    faults
}

/// What came from elsewhere.
fn strangers(loaded: &[Loaded], site: &Site) -> Vec<String> {
    let is_own = |it: &&Loaded| it.address.starts_with(&site.address) || it.address.starts_with("data:");
    loaded.iter().filter(|it| !is_own(it)).map(|it| format!("asks {}", it.address)).collect()
}

/// The elements that make a page scroll sideways, innermost last.
const TOO_WIDE: &str = "
    const [width] = arguments;
    if (document.documentElement.scrollWidth <= width) return [];
    const wide = [...document.body.querySelectorAll('*')].filter(it => it.getBoundingClientRect().right > width + 1);
    return [`${document.documentElement.scrollWidth} px`, ...wide.slice(-3).map(it => it.outerHTML.slice(0, 160))];";

/// Controls that are lower than a finger is wide. Links within a text are not controls, and a box is as large as its label.
const TOO_SMALL: &str = "
    const controls = document.querySelectorAll('button, .button, input, select, textarea, summary, header nav a, nav.tabs a, nav.pager a');
    const height = it => Math.max(it.getBoundingClientRect().height, it.closest('label')?.getBoundingClientRect().height ?? 0);
    const isShown = it => it.checkVisibility() && it.type !== 'hidden' && !it.closest('.sr-only');
    return [...controls].filter(it => isShown(it) && height(it) < 43.5)
        .map(it => `${Math.round(height(it))} px: ${it.outerHTML.slice(0, 160)}`);";

/// One heading of the first level, and none that leaves a level out.
const HEADINGS: &str = "
    const levels = [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].map(it => Number(it.tagName[1]));
    const isOrdered = levels.every((level, at) => level === 1 || level <= (levels[at - 1] ?? 0) + 1);
    return levels.filter(it => it === 1).length === 1 && isOrdered ? [] : [levels.join(' ')];";

/// Inline scripts, styles and handlers in a page as it is sent.
fn inline(html: &str) -> impl Iterator<Item = String> {
    static INLINE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r#"(?is)<style[\s>].{0,60}|<script(?:\s+(?:defer|type="[^"]*"))*\s*>.{0,60}|<[a-z][^<>]*\s(?:style|on[a-z]+)\s*=[^<>]{0,60}|javascript:.{0,60}"#)
            .unwrap()
    });
    INLINE.find_iter(html).map(|it| it.as_str().to_owned()).collect::<Vec<_>>().into_iter()
}

#[test]
fn inline_scripts_and_styles_are_found() {
    for page in [
        "<p style=\"color: red\">",
        "<style>p {}</style>",
        "<script>alert(1)</script>",
        "<script defer>x</script>",
        "<a href=\"/\" onclick=\"x()\">",
        "<a href=\"javascript:x()\">",
    ] {
        assert_eq!(inline(page).count(), 1, "{page}");
    }
    let clean = "<script src=\"/app.js\" defer></script><link rel=\"stylesheet\" href=\"/style.css\"><p class=\"note\">style=</p><input name=\"on\">";
    assert_eq!(inline(clean).collect::<Vec<_>>(), [] as [String; 0]);
}
