//! The short answer to a connection that is not served.

use std::io::Write as _;
use std::net::Shutdown;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;
use tokio::sync::Semaphore;

use super::connections::Refusal;

/// Connections at once that stay open until the peer has read the answer.
const LINGERING: usize = 64;
/// Longest time for that.
const LINGER: Duration = Duration::from_secs(1);

/// Refuses connections without being held up by them.
pub(super) struct Refuser {
    lingering: Arc<Semaphore>,
}

impl Default for Refuser {
    fn default() -> Self {
        Self { lingering: Arc::new(Semaphore::new(LINGERING)) }
    }
}

impl Refuser {
    /// Sends the reason and closes the connection.
    pub(super) fn refuse(&self, stream: TcpStream, reason: Refusal) {
        let place = Arc::clone(&self.lingering).try_acquire_owned();
        // The buffer of a new connection is empty, so that nothing is waited for.
        let Ok(mut stream) = stream.into_std() else { return };
        let _ = stream.write_all(answer(reason).as_bytes());
        let _ = stream.shutdown(Shutdown::Write);
        // A connection that is closed with unread data may be reset before the peer has read the answer.
        if let (Ok(place), Ok(mut stream)) = (place, TcpStream::from_std(stream)) {
            tokio::spawn(async move {
                let _place = place;
                let mut ignored = [0; 1024];
                let ended = async { while stream.read(&mut ignored).await.is_ok_and(|bytes| bytes > 0) {} };
                let _ = tokio::time::timeout(LINGER, ended).await;
            });
        }
    }
}

fn answer(reason: Refusal) -> String {
    let (status, words) = match reason {
        Refusal::Stranger => ("403 Forbidden", "本服务只接受反向代理转来的请求"),
        Refusal::TooMany => ("429 Too Many Requests", "来自这个地址的连接过多，请关闭一些后重试"),
        Refusal::Full => ("503 Service Unavailable", "连接过多，请稍后重试"),
    };
    let retry = if reason == Refusal::Stranger { "" } else { "retry-after: 2\r\n" };
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: {}\r\ncache-control: no-store\r\n\
         x-content-type-options: nosniff\r\n{retry}connection: close\r\n\r\n{words}\n",
        words.len() + 1
    )
}
