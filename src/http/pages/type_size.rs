//! `POST /settings/type`: the size of type that a browser remembers.

use axum::http::header::{REFERER, SET_COOKIE};
use axum::http::{HeaderMap, Uri};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::html::see_other;
use super::layout::LARGE;
use crate::http::extract::Form;

/// The size of type that a reader chooses.
#[derive(Deserialize)]
pub(super) struct TypeSize {
    size: String,
}

/// Remembers the size of type in this browser and goes back to the page.
pub(super) async fn set_type(headers: HeaderMap, Form(chosen): Form<TypeSize>) -> Response {
    let cookie = if chosen.size == "large" {
        format!("{LARGE}; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly")
    } else {
        "type=; Path=/; Max-Age=0; SameSite=Lax; HttpOnly".to_owned()
    };
    ([(SET_COOKIE, cookie)], see_other(&back(&headers))).into_response()
}

/// The page that a form was sent from; the first page if the browser does not say. The front door lets no other site in.
fn back(headers: &HeaderMap) -> String {
    let from = headers.get(REFERER).and_then(|it| it.to_str().ok()).and_then(|it| it.parse::<Uri>().ok());
    let path = from.and_then(|uri| uri.path_and_query().map(ToString::to_string));
    // Two slashes would name another host.
    path.filter(|it| it.starts_with('/') && !it.starts_with("//")).unwrap_or_else(|| "/".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_stays_on_this_site() {
        let from = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(REFERER, text.parse().unwrap());
            back(&headers)
        };
        assert_eq!(from("http://localhost:3000/needs?q=%E6%B0%B4"), "/needs?q=%E6%B0%B4");
        assert_eq!(from("http://localhost//evil.example/"), "/");
        assert_eq!(from("nonsense"), "/");
        assert_eq!(back(&HeaderMap::new()), "/");
    }
}
