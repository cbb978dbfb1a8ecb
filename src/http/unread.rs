//! Large answers that are on their way: a client that asks and does not read cannot fill the memory.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http_body::{Body as HttpBody, Frame, SizeHint};

use super::client::Client;
use super::problem::{Kind, Problem};

/// Answers up to this size are not counted, in bytes: all connections together hold few of them.
const SMALL: u64 = 64 << 10;
/// What one client may leave unread, in bytes; a single answer may be larger.
const MOST_PER_CLIENT: u64 = 32 << 20;
/// What all clients together may leave unread, in bytes.
const MOST: u64 = 256 << 20;

/// The bytes that are on their way to each client.
#[derive(Debug, Clone, Default)]
pub(super) struct Unread(Arc<Mutex<HashMap<Client, u64>>>);

impl Unread {
    fn reserve(&self, client: Client, bytes: u64) -> Option<Reserved> {
        let mut all = self.lock();
        let (own, sum) = (all.get(&client).copied().unwrap_or_default(), all.values().sum::<u64>());
        let is_within = (own == 0 || own + bytes <= MOST_PER_CLIENT) && (sum == 0 || sum + bytes <= MOST);
        is_within.then(|| {
            *all.entry(client).or_default() += bytes;
            Reserved { unread: self.clone(), client, bytes }
        })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Client, u64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Bytes that are counted until this is dropped.
struct Reserved {
    unread: Unread,
    client: Client,
    bytes: u64,
}

impl Drop for Reserved {
    fn drop(&mut self) {
        let mut all = self.unread.lock();
        if let Some(own) = all.get_mut(&self.client) {
            *own -= self.bytes;
            if *own == 0 {
                all.remove(&self.client);
            }
        }
    }
}

/// Refuses a large answer to a client that has not read its earlier ones.
pub(super) async fn limit(State(unread): State<Unread>, request: Request, next: Next) -> Response {
    let client = request.extensions().get().copied().unwrap_or(Client::LOCAL);
    let response = next.run(request).await;
    let size = response.body().size_hint().exact().unwrap_or_default();
    if size <= SMALL {
        return response;
    }
    match unread.reserve(client, size) {
        Some(reserved) => response.map(|body| Body::new(Counted { body, _reserved: reserved })),
        None => Problem::new(Kind::TooMany, "较早的回答还没有收完，请收完后再试").into_response(),
    }
}

/// The body of an answer that is counted.
struct Counted {
    body: Body,
    _reserved: Reserved,
}

impl HttpBody for Counted {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.get_mut().body).poll_frame(context)
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

    #[test]
    fn a_client_may_leave_one_answer_or_a_bounded_sum_unread() {
        let (unread, client, other) = (Unread::default(), Client::LOCAL, Client::new([127, 0, 0, 2].into()));
        let huge = unread.reserve(client, MOST_PER_CLIENT * 2).unwrap();
        assert!(unread.reserve(client, 1).is_none());
        let _others = unread.reserve(other, MOST_PER_CLIENT / 2).unwrap();
        drop(huge);
        let _own = unread.reserve(client, MOST_PER_CLIENT / 2).unwrap();
        assert!(unread.reserve(client, MOST_PER_CLIENT / 2 + 1).is_none());
        assert!(unread.reserve(client, MOST_PER_CLIENT / 2).is_some());
    }

    #[test]
    fn all_clients_together_have_a_bound_too() {
        let unread = Unread::default();
        let client = |number: u8| Client::new([127, 0, 0, number].into());
        let held: Vec<_> = (1..=8).map(|number| unread.reserve(client(number), MOST_PER_CLIENT).unwrap()).collect();
        assert!(unread.reserve(client(9), 1).is_none());
        drop(held);
        assert!(unread.reserve(client(9), MOST).is_some());
    }
}
