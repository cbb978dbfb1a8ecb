//! A connection that does not wait for ever: for a request to begin, for the rest of its head, for an answer to be taken.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep};

use super::connections::Connection;
use crate::config::HttpConfig;
use crate::http::pace::{Meter, Pace};

/// The stream of a connection with its time limits.
pub(super) struct TimedStream {
    stream: TcpStream,
    connection: Arc<Connection>,
    head_time: Duration,
    idle_time: Duration,
    /// Number of the last request that was seen here.
    seen: u32,
    /// The moment by which the next head must be complete or, on an idle connection, must have begun.
    until: Option<Instant>,
    has_begun: bool,
    timer: Pin<Box<Sleep>>,
    sending: Meter,
}

impl TimedStream {
    pub(super) fn new(stream: TcpStream, connection: Arc<Connection>, config: &HttpConfig, pace: Pace) -> Self {
        let (head_time, idle_time) = (config.head_time, config.idle_time);
        // A connection that has just been opened is there for a request.
        let until = Instant::now() + head_time;
        Self {
            stream,
            connection,
            head_time,
            idle_time,
            seen: 0,
            until: Some(until),
            has_begun: true,
            timer: Box::pin(tokio::time::sleep_until(until)),
            sending: Meter::new(pace),
        }
    }

    /// Notices that another request has begun.
    fn look(&mut self) {
        let requests = self.connection.requests.load(Ordering::Relaxed);
        if requests != self.seen {
            (self.seen, self.until, self.has_begun) = (requests, None, false);
            self.sending.restart();
        }
    }

    fn wait_until(&mut self, until: Instant) {
        self.until = Some(until);
        self.timer.as_mut().reset(until);
    }

    /// The time is up: what is still to be sent is dropped instead of being kept for a peer that does not take it.
    fn give_up(&self) -> io::Error {
        let _ = self.stream.set_zero_linger();
        io::ErrorKind::TimedOut.into()
    }

    fn sent(&mut self, result: Poll<io::Result<usize>>, context: &mut Context<'_>) -> Poll<io::Result<usize>> {
        self.look();
        match result {
            Poll::Ready(Ok(bytes)) => {
                self.sending.moved(bytes);
                // The rest of an answer is still on its way: the connection is not idle yet.
                if !self.has_begun && !self.connection.is_serving() {
                    self.wait_until(Instant::now() + self.idle_time);
                }
                Poll::Ready(Ok(bytes))
            }
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending => {
                ready!(self.sending.poll_too_slow(context));
                Poll::Ready(Err(self.give_up()))
            }
        }
    }
}

impl AsyncRead for TimedStream {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        this.look();
        let before = buffer.filled().len();
        if let Poll::Ready(result) = Pin::new(&mut this.stream).poll_read(context, buffer) {
            if buffer.filled().len() > before && !this.has_begun && !this.connection.is_serving() {
                this.has_begun = true;
                this.wait_until(Instant::now() + this.head_time);
            }
            return Poll::Ready(result);
        }
        if this.connection.wakes_at_end(context) {
            return Poll::Pending;
        }
        if this.until.is_none() {
            this.wait_until(Instant::now() + this.idle_time);
        }
        ready!(this.timer.as_mut().poll(context));
        Poll::Ready(Err(this.give_up()))
    }
}

impl AsyncWrite for TimedStream {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let result = Pin::new(&mut this.stream).poll_write(context, bytes);
        this.sent(result, context)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let result = Pin::new(&mut this.stream).poll_write_vectored(context, slices);
        this.sent(result, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }
}
