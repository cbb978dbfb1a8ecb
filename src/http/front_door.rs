//! The one middleware stack: every request, for the API or for a page, passes it from the first layer to the last.
//!
//! Its order, outermost first: request id, trace span, client, fixed headers, rendering of problems, unread answers, panics,
//! host and origin, masked address, time, size of the body. A route itself states what it loosens (the size of an upload, the
//! caching of a static file).

use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::{Next, from_fn, from_fn_with_state, map_request};
use axum::response::{IntoResponse as _, Response};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::trace::TraceLayer;

use super::client;
use super::masked_address::{mask_address, shown_path};
use super::problem::{self, Kind, Problem};
use super::request_id::{REQUEST_ID, request_id};
use super::site::{Site, is_from_here};
use super::unread::{self, Unread};
use crate::config::HttpConfig;

/// Largest body of a request, in bytes.
pub(super) const MAX_BODY: usize = 1 << 20;
/// Largest body with an uploaded file, in bytes.
pub(super) const MAX_UPLOAD: usize = crate::ingest::MAX_FILE + MAX_BODY;

/// Allows nothing but this site's own style sheet, script and forms.
const POLICY: &str = "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self' data:; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Puts `routes` behind the front door.
pub(super) fn guard(routes: Router, config: &HttpConfig) -> Router {
    let fixed = |name: HeaderName, value: &'static str| SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value));
    let hosts: std::sync::Arc<[String]> = config.hosts.as_slice().into();
    let proxies: std::sync::Arc<[std::net::IpAddr]> = config.trusted_proxies.as_slice().into();
    // The layer that is added last is passed first.
    routes
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(from_fn_with_state(config.request_time, within_time))
        .layer(from_fn(mask_address))
        .layer(from_fn_with_state(hosts, from_here_to_us))
        .layer(CatchPanicLayer::custom(problem::from_panic))
        .layer(from_fn_with_state(Unread::default(), unread::limit))
        .layer(from_fn(problem::render))
        .layer(SetResponseHeaderLayer::if_not_present(CACHE_CONTROL, HeaderValue::from_static("no-store")))
        .layer(fixed(CONTENT_SECURITY_POLICY, POLICY))
        .layer(fixed(X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(fixed(X_FRAME_OPTIONS, "DENY"))
        .layer(fixed(REFERRER_POLICY, "same-origin"))
        .layer(fixed(HeaderName::from_static("cross-origin-resource-policy"), "same-origin"))
        .layer(fixed(HeaderName::from_static("cross-origin-opener-policy"), "same-origin"))
        .layer(from_fn_with_state(proxies, client::identify))
        .layer(TraceLayer::new_for_http().make_span_with(span))
        .layer(PropagateRequestIdLayer::new(REQUEST_ID))
        .layer(SetRequestIdLayer::new(REQUEST_ID, MakeRequestUuid))
        // Ids are assigned here: an id from the request could forge log lines.
        .layer(map_request(|mut request: Request| async {
            request.headers_mut().remove(REQUEST_ID);
            request
        }))
}

/// Every log line of a request carries its id, whatever the log level. Query strings are left out because they may contain what
/// people typed.
fn span(request: &Request) -> tracing::Span {
    tracing::error_span!("request", id = request_id(request), method = %request.method(), path = %shown_path(request.uri().path()))
}

/// Answers only requests that are addressed to this server by a name it knows, and that no page of another site has made a
/// browser send. Otherwise a page on another site could point its own name to this machine and read what only this machine may
/// read (DNS rebinding), or write.
async fn from_here_to_us(State(hosts): State<std::sync::Arc<[String]>>, request: Request, next: Next) -> Response {
    let addressed = Site::addressed(request.headers(), request.uri());
    let Some(site) = addressed.filter(|site| site.is_loopback() || site.is_one_of(&hosts)) else {
        let detail = "这个地址不属于本服务；请用启动时显示的地址访问，或在启动时用 --host 登记域名";
        return Problem::new(Kind::Misdirected, detail).into_response();
    };
    if !is_from_here(&site, request.method(), request.headers()) {
        let detail = "只接受本站页面发出的请求；程序请在本机调用，或带上与 Host 一致的 Origin 请求头";
        return Problem::new(Kind::Forbidden, detail).into_response();
    }
    next.run(request).await
}

/// Gives up on a request that takes too long and drops its handler.
async fn within_time(State(time): State<Duration>, request: Request, next: Next) -> Response {
    match tokio::time::timeout(time, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem::new(Kind::TimedOut, "处理超过了时限，已停止；请缩小请求后重试").into_response(),
    }
}
