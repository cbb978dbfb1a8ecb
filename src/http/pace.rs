//! How long this side waits for the other one while data is to move: a stall, a slow average and the whole have an end.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, Bytes};
use http_body::{Body as HttpBody, Frame, SizeHint};
use tokio::time::{Instant, Sleep};

/// How fast data has to move.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    /// Longest time without a byte. A slow average is held against the other side after this time too.
    pub(super) stall: Duration,
    /// Lowest average, in bytes a second of waiting.
    pub(super) rate: u32,
    /// Longest time of waiting in all.
    pub(super) whole: Duration,
}

/// Measures the time that is spent on waiting, not on this side's own work.
pub(super) struct Meter {
    pace: Pace,
    moved: u64,
    waited: Duration,
    /// The start of the current wait.
    since: Option<Instant>,
    timer: Pin<Box<Sleep>>,
}

impl Meter {
    pub(super) fn new(pace: Pace) -> Self {
        Self { pace, moved: 0, waited: Duration::ZERO, since: None, timer: Box::pin(tokio::time::sleep(Duration::ZERO)) }
    }

    /// Begins to measure another message.
    pub(super) fn restart(&mut self) {
        (self.moved, self.waited, self.since) = (0, Duration::ZERO, None);
    }

    /// Bytes have moved.
    pub(super) fn moved(&mut self, bytes: usize) {
        self.waited += self.since.take().map_or(Duration::ZERO, |since| since.elapsed());
        self.moved += bytes as u64;
    }

    /// Nothing moves for now. Ready if the other side has been too slow.
    pub(super) fn poll_too_slow(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if self.since.is_none() {
            let now = Instant::now();
            self.since = Some(now);
            let earned = Duration::from_secs_f64(self.moved as f64 / f64::from(self.pace.rate.max(1)));
            let allowed = self.pace.stall.saturating_add(earned).min(self.pace.whole).saturating_sub(self.waited);
            self.timer.as_mut().reset(now + allowed.min(self.pace.stall));
        }
        self.timer.as_mut().poll(context)
    }
}

/// The body of a request stopped arriving, or arrived too slowly.
#[derive(Debug, thiserror::Error)]
#[error("the body arrives too slowly")]
pub(super) struct TooSlow;

impl TooSlow {
    /// True if `error` was caused by a body that arrived too slowly.
    pub(super) fn caused(error: &(dyn std::error::Error + 'static)) -> bool {
        std::iter::successors(Some(error), |it| it.source()).any(|it| it.is::<Self>())
    }
}

/// The body of a request, which has to keep the pace.
pub(super) struct PacedBody {
    body: Body,
    meter: Meter,
}

impl PacedBody {
    pub(super) fn new(body: Body, pace: Pace) -> Self {
        Self { body, meter: Meter::new(pace) }
    }
}

impl HttpBody for PacedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = self.get_mut();
        if let Poll::Ready(frame) = Pin::new(&mut this.body).poll_frame(context) {
            let bytes = frame.as_ref().and_then(|it| it.as_ref().ok()).and_then(Frame::data_ref).map_or(0, Bytes::len);
            this.meter.moved(bytes);
            return Poll::Ready(frame);
        }
        ready!(this.meter.poll_too_slow(context));
        Poll::Ready(Some(Err(axum::Error::new(TooSlow))))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PACE: Pace = Pace { stall: Duration::from_secs(20), rate: 1000, whole: Duration::from_secs(300) };

    /// Seconds after which a peer that sends `bytes` every `pause` seconds is given up.
    async fn given_up(bytes: usize, pause: u64) -> u64 {
        let start = Instant::now();
        let mut meter = Meter::new(PACE);
        loop {
            let wait = std::future::poll_fn(|context| meter.poll_too_slow(context));
            match tokio::time::timeout(Duration::from_secs(pause), wait).await {
                Ok(()) => return start.elapsed().as_secs(),
                Err(_) => meter.moved(bytes),
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn silence_a_slow_average_and_endless_data_are_given_up() {
        assert_eq!(given_up(1_000_000, 21).await, 20, "silence");
        assert_eq!(given_up(1, 10).await, 20, "a byte every ten seconds");
        assert_eq!(given_up(7000, 10).await, 48, "less than the lowest average: 20 s and those that the bytes earn");
        assert_eq!(given_up(1_000_000, 10).await, 300, "fast enough, without an end");
    }

    #[tokio::test(start_paused = true)]
    async fn work_of_this_side_does_not_count() {
        let mut meter = Meter::new(PACE);
        for _ in 0..100 {
            let is_in_time = std::future::poll_fn(|context| Poll::Ready(meter.poll_too_slow(context).is_pending())).await;
            assert!(is_in_time);
            meter.moved(1);
            tokio::time::sleep(Duration::from_secs(60)).await;
        }
    }
}
