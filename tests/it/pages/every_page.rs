//! What holds for every page. A new page is one line of [`PAGES`].

use std::sync::LazyLock;

use regex::Regex;

use super::browser::{Browser, Loaded, Site, View};

/// Path, name of its picture, and words that stand on it with and without scripts.
const PAGES: [(&str, &str, &str); 10] = [
    ("/", "search", "需求"),
    // 德钦县乡村医生培训
    ("/?text=%E5%BE%B7%E9%92%A6%E5%8E%BF%E4%B9%A1%E6%9D%91%E5%8C%BB%E7%94%9F%E5%9F%B9%E8%AE%AD", "answer", "上海复星公益基金会"),
    ("/?need=demo-n01", "answer-stored", "德钦县"),
    // 净水, 假县
    ("/?text=%E5%87%80%E6%B0%B4&region=%E5%81%87%E5%8E%BF", "answer-refused", "不认识的地区“假县”"),
    ("/projects/seed-p05", "project", "乡村医生"),
    ("/projects/seed-p12", "project-partners", "另有29家"),
    ("/organizations/seed-o03", "organization", "上海复星公益基金会"),
    ("/imports", "imports", "选择"),
    ("/api/docs/", "api", "数据结构"),
    ("/nothing", "problem", "没有这个页面"),
];

/// Most bytes of a first load: the page, its style and its script.
const MOST_BYTES: u64 = 100_000;
/// Most requests of a first load.
const MOST_REQUESTS: usize = 4;
/// Pages that are longer than other pages: a whole reference.
const LONG: [&str; 1] = ["/api/docs/"];

#[tokio::test]
#[ignore = "needs Chromium, chromedriver and axe-core (AXE_JS)"]
async fn every_page_is_complete_accessible_and_narrow_enough_and_asks_no_other_host() {
    let site = Site::demo();
    let mut faults = Vec::new();
    for view in View::ALL {
        let browser = Browser::start(view).await;
        for (path, name, words) in PAGES {
            browser.open(&site, path).await;
            browser.picture(name).await;
            let found = faults_of(&browser, &site, path, words).await;
            faults.extend(found.into_iter().map(|fault| format!("{} {path}: {fault}", view.name())));
        }
        browser.close().await;
    }
    for (path, ..) in PAGES {
        let html = site.html(path).await;
        faults.extend(inline(&html).map(|it| format!("{path}: the policy forbids {it}")));
    }
    assert_eq!(faults, [] as [String; 0], "\n{}", faults.join("\n"));
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
    if (bytes > MOST_BYTES && !LONG.contains(&path)) || own.len() > MOST_REQUESTS {
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
