//! Plan jobs, whatever they compute: turns, progress, stopping, faults.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc;

use jiff::civil::date;

use crate::app::{App, JobState, PlanJob};
use crate::clock::Clock;
use crate::domain::Principal;
use crate::error::{AppError, Code};
use crate::jobs::Interrupted;
use crate::plan::{DRAFT, Plan, PlanControl, PlanEnding, PlanProgress, PlanStage, PlanSummary};

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

/// The job once it has ended, and its plan.
async fn ended(app: &Arc<App>, id: &str) -> (PlanJob, Option<Plan>) {
    loop {
        let job = app.plan_job(LOCAL, id).await.unwrap().unwrap();
        if job.state.is_ended() {
            let Some(document) = app.plan_document(LOCAL, id).await.unwrap() else { return (job, None) };
            let json = app.background().document_chunk(&document, 0).await.unwrap().unwrap();
            return (job, Some(serde_json::from_slice(&json).unwrap()));
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_plan_tells_how_far_it_is_and_keeps_the_best_when_it_is_stopped() {
    let (_dir, app) = app().await;
    let far = PlanProgress { stage: PlanStage::Solving, done: 3, total: 7, gap: Some(0.25) };
    let (told, tells) = mpsc::channel();
    let work = move |_: &App, control: &PlanControl<'_>| {
        (control.progress)(far);
        told.send(()).unwrap();
        while !control.stop.load(Ordering::Relaxed) {
            std::thread::yield_now();
        }
        Ok(plan(true))
    };
    let job = app.start_planning("a", "", work).await.unwrap();
    assert_eq!((job.state, job.progress), (JobState::Waiting, None));
    let second = app.start_planning("a", "", |_, _| panic!("never begins")).await.unwrap();
    tokio::task::spawn_blocking(move || tells.recv().unwrap()).await.unwrap();
    assert_eq!(app.plan_job(LOCAL, &job.id).await.unwrap().unwrap().progress, Some(far));
    let second = app.cancel_plan(LOCAL, &second.id).await.unwrap().unwrap();
    assert_eq!((second.state, second.error.as_deref()), (JobState::Cancelled, Some("规划在开始前已取消")));
    app.cancel_plan(LOCAL, &job.id).await.unwrap().unwrap();
    let (done, best) = ended(&app, &job.id).await;
    assert_eq!((done.state, done.progress, done.error, best), (JobState::Done, Some(far), None, Some(plan(true))));
    assert_eq!(app.cancel_plan(LOCAL, &job.id).await.unwrap().unwrap().state, JobState::Done);
    for nobody in ["nobody", ""] {
        assert!(app.cancel_plan(LOCAL, nobody).await.unwrap().is_none() && app.plan_job(LOCAL, nobody).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn plans_are_made_one_after_the_other() {
    let (_dir, app) = app().await;
    let running = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let mut ids = Vec::new();
    for owner in ["a", "a", "a", "b", "b", "c"] {
        let running = Arc::clone(&running);
        let work = move |_: &App, _: &PlanControl<'_>| {
            assert_eq!(running.fetch_add(1, Ordering::SeqCst), 0);
            std::thread::yield_now();
            running.fetch_sub(1, Ordering::SeqCst);
            Ok(plan(false))
        };
        ids.push(app.start_planning(owner, "", work).await.unwrap().id);
    }
    for id in ids {
        assert_eq!(ended(&app, &id).await.0.state, JobState::Done);
    }
}

#[tokio::test]
async fn clients_take_turns_and_none_fills_the_queue() {
    let (_dir, app) = app().await;
    let (release, held) = mpsc::channel::<()>();
    let (told, order) = mpsc::channel();
    let first = app
        .start_planning("a", "", move |_, _| {
            held.recv().unwrap();
            Ok(plan(false))
        })
        .await
        .unwrap();
    while app.plan_job(LOCAL, &first.id).await.unwrap().unwrap().state == JobState::Waiting {
        tokio::task::yield_now().await;
    }
    let start = async |owner: &'static str, n: usize| {
        let told = told.clone();
        let work = move |_: &App, _: &PlanControl<'_>| {
            told.send((owner, n)).unwrap();
            Ok(plan(false))
        };
        app.start_planning(owner, "", work).await.map(|job| job.id)
    };
    let mut ids = Vec::new();
    for n in 0..4 {
        ids.push(start("a", n).await.unwrap());
    }
    assert_eq!(start("a", 4).await.unwrap_err().code, Code::TooManyJobs);
    ids.push(start("b", 0).await.unwrap());
    for owner in ["c", "d", "e"] {
        for n in 0..4 {
            ids.push(start(owner, n).await.unwrap());
        }
    }
    for n in 1..4 {
        ids.push(start("b", n).await.unwrap());
    }
    assert_eq!(start("f", 0).await.unwrap_err().code, Code::JobsFull);
    release.send(()).unwrap();
    for id in &ids {
        ended(&app, id).await;
    }
    let done: Vec<_> = order.try_iter().collect();
    let turns = (0..4).flat_map(|n| ["a", "b", "c", "d", "e"].map(|owner| (owner, n)));
    assert_eq!(done, turns.collect::<Vec<_>>());
}

#[tokio::test]
async fn faults_end_the_job_in_words_for_the_user() {
    let (_dir, app) = app().await;
    let asked = app.start_planning("a", "", |_, _| Err(AppError::invalid("reserves", "预留超过总额"))).await.unwrap();
    let ours = app.start_planning("a", "", |_, _| Err(Interrupted::new(&"internal words").into())).await.unwrap();
    let panics = app.start_planning("a", "", |_, _| panic!("internal words")).await.unwrap();
    let mut told = Vec::new();
    for job in [asked, ours, panics] {
        let (job, plan) = ended(&app, &job.id).await;
        assert_eq!((job.state, plan), (JobState::Failed, None));
        told.push((job.error.unwrap(), job.field));
    }
    assert_eq!(told[0], ("预留超过总额".to_owned(), Some("reserves".to_owned())));
    assert_eq!(told[1], ("服务出错，没有得出方案；请稍后重试".to_owned(), None));
    assert_eq!(told[2], ("规划中断；请重试".to_owned(), None));
}

#[tokio::test]
async fn what_is_going_on_when_the_server_stops_is_interrupted_and_plans_are_kept() {
    let (dir, app) = app().await;
    let done = app.start_planning("a", "", |_, _| Ok(plan(false))).await.unwrap();
    ended(&app, &done.id).await;
    let endless = |_: &App, control: &PlanControl<'_>| {
        while !control.stop.load(Ordering::Relaxed) {
            std::thread::yield_now();
        }
        Ok(plan(true))
    };
    let running = app.start_planning("a", "", endless).await.unwrap();
    let waiting = app.start_planning("b", "", endless).await.unwrap();
    let left: Vec<_> = app.unfinished_jobs().into_iter().map(|job| (job.kind, job.name)).collect();
    assert_eq!(left, [("规划", running.id.clone()), ("规划", waiting.id.clone())]);
    app.close().await;
    app.jobs_ended().await;
    drop(app);
    let open = async |day| Arc::new(App::open(dir.path(), false, Clock::Fixed(day)).await.unwrap());
    let next = open(date(2026, 11, 28)).await;
    for id in [&running.id, &waiting.id] {
        let (job, plan) = ended(&next, id).await;
        assert_eq!(
            (job.state, job.error.as_deref(), plan),
            (JobState::Interrupted, Some("服务在规划时停止了；请重新规划"), None)
        );
    }
    assert_eq!(ended(&next, &done.id).await.1, Some(plan(false)));
    next.close().await;
    let late = open(date(2027, 11, 29)).await;
    assert_eq!(ended(&late, &done.id).await.1, Some(plan(false)), "a plan is kept until it is deleted");
    assert!(late.plan_job(LOCAL, &running.id).await.unwrap().is_none(), "what ended without one is not");
    late.delete_plan(LOCAL, &done.id).await.unwrap();
    assert!(late.plan_job(LOCAL, &done.id).await.unwrap().is_none());
    assert!(late.plan_document(LOCAL, &done.id).await.unwrap().is_none());
}
