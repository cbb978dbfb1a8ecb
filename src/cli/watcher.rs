//! Watches the ledger for changes of other processes while the server runs. Nothing that goes wrong ends the watch.

use std::sync::Arc;
use std::time::Duration;

use crate::app::App;
use crate::error::AppError;

/// How often the server checks whether another process has changed the ledger.
const REFRESH: Duration = Duration::from_secs(1);

/// The longest pause between attempts that fail.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// Refreshes the snapshot again and again; never returns.
pub(super) async fn watch(app: Arc<App>) {
    let turn = || {
        let app = Arc::clone(&app);
        async move { app.refresh().await }
    };
    let tell = |note| match note {
        Note::Failing(error) => {
            tracing::warn!("无法更新快照，仍用原来的快照回答，会继续重试：{error}");
            app.refresh_failed(error);
        }
        Note::Recovered => tracing::warn!("快照已恢复更新"),
    };
    supervise(turn, tokio::time::sleep, tell).await;
}

/// Keeps derived data in order again and again; never returns.
pub(super) async fn maintain(app: Arc<App>) {
    let turn = || {
        let app = Arc::clone(&app);
        async move { app.maintain().await }
    };
    let tell = |note| match note {
        Note::Failing(error) => tracing::warn!("无法整理目录数据，会继续重试；回答不受影响：{error}"),
        Note::Recovered => tracing::warn!("目录数据已恢复整理"),
    };
    supervise(turn, tokio::time::sleep, tell).await;
}

/// Takes turns, with pauses between them, and tells what is worth a line in the log; never returns.
async fn supervise<T, P>(mut turn: impl FnMut() -> T, mut pause: impl FnMut(Duration) -> P, mut tell: impl FnMut(Note))
where
    T: Future<Output = Result<bool, AppError>> + Send + 'static,
    P: Future<Output = ()>,
{
    let mut supervisor = Supervisor::default();
    loop {
        pause(supervisor.pause()).await;
        // A task of its own: a panic in it ends this turn only.
        let ended = tokio::spawn(turn()).await;
        supervisor.note(ended).into_iter().for_each(&mut tell);
    }
}

/// What has become of the turns so far.
#[derive(Debug, Default)]
struct Supervisor {
    failures: u32,
    /// What the log said last.
    logged: Option<String>,
}

/// What is worth a line in the log.
#[derive(Debug, PartialEq, Eq)]
enum Note {
    Failing(String),
    Recovered,
}

impl Supervisor {
    /// Time until the next turn: longer after each failure.
    fn pause(&self) -> Duration {
        REFRESH.saturating_mul(1 << self.failures.min(6)).min(LONGEST_PAUSE)
    }

    /// Notes how a turn ended. An error that repeats is told once.
    fn note(&mut self, ended: Result<Result<bool, AppError>, tokio::task::JoinError>) -> Option<Note> {
        let error = match ended {
            Ok(Ok(_)) => {
                self.failures = 0;
                return self.logged.take().map(|_| Note::Recovered);
            }
            Ok(Err(error)) => error.to_string(),
            Err(ended) => panic_message(ended),
        };
        self.failures = self.failures.saturating_add(1);
        let is_new = self.logged.as_ref() != Some(&error);
        is_new.then(|| {
            self.logged = Some(error.clone());
            Note::Failing(error)
        })
    }
}

/// What a turn that panicked said. The number of its task is left out: it is another one each time.
fn panic_message(ended: tokio::task::JoinError) -> String {
    let Ok(payload) = ended.try_into_panic() else { return "任务被取消".to_owned() };
    let text = payload.downcast_ref::<&str>().map(ToString::to_string);
    let text = text.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_default();
    format!("程序内部出错：{text}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;

    async fn panicked() -> Result<Result<bool, AppError>, tokio::task::JoinError> {
        tokio::spawn(async { panic!("a damaged page") }).await
    }

    #[tokio::test]
    async fn errors_and_panics_are_told_once_and_recovery_too() {
        let busy = || Ok(Err(AppError::new(Code::Busy, "占用")));
        let told = |text: &str| Some(Note::Failing(text.to_owned()));
        let mut supervisor = Supervisor::default();
        assert_eq!(supervisor.note(Ok(Ok(false))), None);
        assert_eq!(supervisor.note(busy()), told("占用"));
        assert_eq!(supervisor.note(busy()), None);
        assert_eq!(supervisor.note(panicked().await), told("程序内部出错：a damaged page"));
        assert_eq!(supervisor.note(panicked().await), None);
        assert_eq!(supervisor.note(busy()), told("占用"));
        assert_eq!(supervisor.note(Ok(Ok(true))), Some(Note::Recovered));
        assert_eq!(supervisor.note(Ok(Ok(true))), None);
    }

    #[tokio::test]
    async fn a_turn_that_panics_is_followed_by_the_next() {
        let (done, is_done) = tokio::sync::oneshot::channel();
        let (mut turns, mut done, mut told) = (0, Some(done), Vec::new());
        let turn = || {
            turns += 1;
            if turns == 3 {
                let _ = done.take().expect("the third turn comes once").send(());
            }
            let n = turns;
            async move { if n < 2 { panic!("a damaged page") } else { Ok(false) } }
        };
        tokio::select! {
            () = supervise(turn, |_| std::future::ready(()), |note| told.push(note)) => {}
            ended = is_done => ended.unwrap(),
        }
        assert_eq!(told, [Note::Failing("程序内部出错：a damaged page".to_owned()), Note::Recovered]);
    }

    #[tokio::test]
    async fn attempts_become_rarer_up_to_a_limit_and_never_end() {
        let mut supervisor = Supervisor::default();
        let mut pauses = Vec::new();
        for _ in 0..100 {
            pauses.push(supervisor.pause());
            let _ = supervisor.note(Ok(Err(AppError::new(Code::Busy, "占用"))));
        }
        assert!(pauses.is_sorted());
        assert_eq!((pauses[0], pauses[1], pauses[99]), (REFRESH, 2 * REFRESH, LONGEST_PAUSE));
        let _ = supervisor.note(Ok(Ok(false)));
        assert_eq!(supervisor.pause(), REFRESH);
    }
}
