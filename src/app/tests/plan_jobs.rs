//! Plan jobs, whatever they compute: turns, progress, stopping, faults.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc;

use jiff::civil::date;

use crate::app::{App, PlanStatus};
use crate::clock::Clock;
use crate::domain::Principal;
use crate::error::AppError;
use crate::jobs::Interrupted;
use crate::plan::{DRAFT, Plan, PlanEnding, PlanProgress, PlanStage, PlanSummary};

const LOCAL: Principal = Principal::LOCAL;

async fn app() -> (tempfile::TempDir, Arc<App>) {
    let dir = tempfile::tempdir().unwrap();
    let app = App::open(dir.path(), true, Clock::Fixed(date(2026, 11, 22))).await.unwrap();
    (dir, Arc::new(app))
}

fn plan(interrupted: bool) -> Plan {
    let summary = PlanSummary {
        needs: 0,
        full: 0,
        partial: 0,
        none: 0,
        joint: 0,
        organizations: 0,
        asked_yuan: 0.0,
        proposed_yuan: 0.0,
        unit_yuan: 1.0,
        value: 0.0,
        bound: 0.0,
        gap: 0.0,
        ending: PlanEnding::Exhausted,
        pairs: 0,
        bound_of_all: None,
        interrupted,
        price_of_fairness: None,
        unstable_share: None,
        changes: None,
    };
    Plan {
        note: DRAFT.to_owned(),
        as_of: date(2026, 11, 22),
        snapshot: String::new(),
        settings: Vec::new(),
        summary,
        needs: Vec::new(),
        organizations: Vec::new(),
        regions: Vec::new(),
        sectors: Vec::new(),
        unplanned: Vec::new(),
        remarks: Vec::new(),
    }
}

#[tokio::test]
async fn a_plan_tells_how_far_it_is_and_keeps_the_best_when_it_is_stopped() {
    let (_dir, app) = app().await;
    let far = PlanProgress { stage: PlanStage::Solving, done: 3, total: 7, gap: Some(0.25) };
    let (told, tells) = mpsc::channel();
    let (job, work) = app.start_planning(move |_, control| {
        (control.progress)(far);
        told.send(()).unwrap();
        while !control.stop.load(Ordering::Relaxed) {
            std::thread::yield_now();
        }
        Ok(plan(true))
    });
    assert_eq!((job.status, job.progress), (PlanStatus::Running, None));
    let (second, waits) = app.start_planning(|_, _| panic!("never begins"));
    tokio::task::spawn_blocking(move || tells.recv().unwrap()).await.unwrap();
    assert_eq!(app.plan_job(LOCAL, &job.id).unwrap().progress, Some(far));
    assert_eq!(app.cancel_plan(LOCAL, &second.id).unwrap().status, PlanStatus::Running);
    app.cancel_plan(LOCAL, &job.id).unwrap();
    work.await.unwrap();
    waits.await.unwrap();
    let done = app.plan_job(LOCAL, &job.id).unwrap();
    assert_eq!((done.status, done.plan, done.error), (PlanStatus::Done, Some(plan(true)), None));
    let second = app.plan_job(LOCAL, &second.id).unwrap();
    assert_eq!((second.status, second.error.as_deref()), (PlanStatus::Failed, Some("规划在开始前已取消")));
    assert_eq!(app.cancel_plan(LOCAL, &job.id).unwrap().status, PlanStatus::Done);
    assert!(app.cancel_plan(LOCAL, "nobody").is_none() && app.plan_job(LOCAL, "").is_none());
}

#[tokio::test]
async fn plans_are_made_one_after_the_other() {
    let (_dir, app) = app().await;
    let running = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let start = |_| {
        let running = Arc::clone(&running);
        let work = app.start_planning(move |_, _| {
            assert_eq!(running.fetch_add(1, Ordering::SeqCst), 0);
            std::thread::yield_now();
            running.fetch_sub(1, Ordering::SeqCst);
            Ok(plan(false))
        });
        (work.0.id, work.1)
    };
    for (id, work) in (0..8).map(start).collect::<Vec<_>>() {
        work.await.unwrap();
        assert_eq!(app.plan_job(LOCAL, &id).unwrap().status, PlanStatus::Done);
    }
}

#[tokio::test]
async fn faults_end_the_job_in_words_for_the_user() {
    let (_dir, app) = app().await;
    let (asked, work) = app.start_planning(|_, _| Err(AppError::invalid("reserves", "预留超过总额")));
    work.await.unwrap();
    let (ours, work) = app.start_planning(|_, _| Err(Interrupted::new(&"internal words").into()));
    work.await.unwrap();
    let (panics, work) = app.start_planning(|_, _| panic!("internal words"));
    work.await.unwrap();
    let told = [asked, ours, panics].map(|job| {
        let job = app.plan_job(LOCAL, &job.id).unwrap();
        assert_eq!((job.status, job.plan), (PlanStatus::Failed, None));
        (job.error.unwrap(), job.field)
    });
    assert_eq!(told[0], ("预留超过总额".to_owned(), Some("reserves".to_owned())));
    assert_eq!(told[1], ("服务出错，没有得出方案；请稍后重试".to_owned(), None));
    assert_eq!(told[2], ("规划中断；请重试".to_owned(), None));
}

#[tokio::test]
async fn closing_stops_every_plan() {
    let (_dir, app) = app().await;
    let endless = |_| {
        let work = app.start_planning(|_, control| {
            while !control.stop.load(Ordering::Relaxed) {
                std::thread::yield_now();
            }
            Ok(plan(true))
        });
        work.1
    };
    let works: Vec<_> = (0..2).map(endless).collect();
    app.close().await;
    for work in works {
        work.await.unwrap();
    }
}
