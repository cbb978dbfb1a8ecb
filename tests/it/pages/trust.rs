//! `/trust`: figures of what was held back, with what made them.

use axum::http::StatusCode;
use jiff::civil::{Date, date};
use qianshou::app::App;
use qianshou::learn::ModelFile;
use qianshou::replay::PublicReport;
use serde_json::{Value, json};

use super::page;
use crate::data::{Data, LOCAL, lines};

/// The model in use as if it had been learned by the end of 2019.
fn earlier_model() -> ModelFile {
    ModelFile { as_of: date(2019, 12, 31), data: "0123456789abcdef".to_owned(), ..ModelFile::embedded().clone() }
}

fn projects() -> Vec<Value> {
    let project = |n: usize| {
        let (year, month) = (2016 + n / 8, 1 + n % 8);
        json!({"id": format!("p{n:02}"), "title": format!("第{n}所学校净水设备"), "participants": [format!("示例第{}基金会", n % 5)],
            "regions": ["果洛州"], "start": format!("{year}-{month:02}-15"), "amount_yuan": 100_000 + 10_000 * n})
    };
    (0..48).map(project).collect()
}

/// A history of six years, asked with weights that have seen the first four.
async fn office() -> Data {
    let data = Data::with(&[("projects.jsonl", lines(&projects()))]).await;
    let dir = data.dir;
    drop(data.app);
    let clock = qianshou::clock::Clock::Fixed(crate::data::TODAY);
    let mut app = App::open(&dir.path().join("data"), false, clock).await.unwrap();
    app.use_model(&earlier_model()).unwrap();
    Data { dir, app: std::sync::Arc::new(app) }
}

fn replay(data: &Data, from: Date, to: Date) -> qianshou::replay::Replay {
    data.app.replay(LOCAL, from, to, true, &|_, _| {}).unwrap()
}

#[tokio::test]
async fn the_page_shows_the_figures_that_come_with_the_default_weights() {
    let data = Data::demo().await;
    let (status, html) = page(&data, "/trust").await;
    assert_eq!(status, StatusCode::OK);
    let report = PublicReport::embedded();
    for shown in [report.command.as_str(), &report.claims.to_string(), &report.events.to_string(), "还没有保存过检验结果"]
    {
        assert!(html.contains(shown), "{shown}");
    }
    for group in &report.directories[0].groups[..3] {
        for ranker in &group.rankers {
            assert!(html.contains(&format!("{:.3}", ranker.mrr.mean)), "{}: {}", group.label, ranker.label);
        }
    }
    for unknown in ["意愿", "理事会的决定", "已经许给别处的钱", "做得好不好", "没有记录的组织"] {
        assert!(html.contains(unknown), "{unknown}");
    }
    assert_eq!(html.matches("<svg").count(), 2, "systems and calibration");
    assert!(!html.contains("style=") && !html.contains("<script>"), "the policy forbids styles and scripts inside a page");
}

#[tokio::test]
async fn the_last_stored_replay_is_shown_with_its_command_and_day() {
    let data = office().await;
    let found = replay(&data, date(2020, 1, 1), date(2021, 12, 31));
    assert!(!found.has_seen_answers && found.needs == 16, "{} needs", found.needs);
    data.app.store_replay(LOCAL, &found, "qianshou replay --from 2020-01-01 --to 2021-12-31 --model … --baselines").unwrap();
    let (_, html) = page(&data, "/trust").await;
    for shown in ["qianshou replay --from 2020-01-01", "2026年11月22日运行", "16项已有结果的需求", "相似项目投票", "01234567"]
    {
        assert!(html.contains(shown), "{shown}");
    }
    assert!(!html.contains("还没有保存过检验结果"));
}

#[tokio::test]
async fn what_the_weights_have_seen_is_neither_stored_nor_shown() {
    let data = office().await;
    let seen = replay(&data, date(2018, 1, 1), date(2021, 12, 31));
    assert!(seen.has_seen_answers);
    let refused = data.app.store_replay(LOCAL, &seen, "qianshou replay").unwrap_err();
    assert!(refused.message.contains("学过这一时段的答案"), "{refused}");
    // A file that somebody edited does not make them held back.
    let held_back = replay(&data, date(2020, 1, 1), date(2021, 12, 31));
    data.app.store_replay(LOCAL, &held_back, "qianshou replay").unwrap();
    let path = data.dir.path().join("data/replay.json");
    let stored = std::fs::read_to_string(&path).unwrap();
    for edited in [stored.replace("\"from\": \"2020-01-01\"", "\"from\": \"2018-01-01\""), "{".to_owned()] {
        assert_ne!(edited, stored);
        std::fs::write(&path, edited).unwrap();
        let (status, html) = page(&data, "/trust").await;
        assert!(status == StatusCode::OK && html.contains("还没有保存过检验结果"));
    }
}

/// The report is what `learn --public --report` writes for the embedded model.
#[test]
fn the_report_that_comes_with_the_program_is_that_of_the_default_weights() {
    let (report, model) = (PublicReport::embedded(), ModelFile::embedded());
    let cross_fitted = model.cross_fitted.unwrap();
    assert_eq!((&report.data, report.as_of, report.claims), (&model.data, model.as_of, model.examples));
    assert_eq!((report.folds, report.events), (cross_fitted.folds, cross_fitted.events));
    let all = &report.directories[0].groups[0];
    for (ranker, figures) in all.rankers.iter().zip([cross_fitted.fitted, cross_fitted.hand_set]) {
        assert!((ranker.mrr.mean - figures.mrr).abs() < 1e-4 && (ranker.recall10.mean - figures.recall10).abs() < 1e-4);
    }
    assert!(all.rankers[0].mrr_difference.mean == 0.0 && all.rankers.len() == 3);
}
