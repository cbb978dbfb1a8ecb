//! Addresses without numbers of persons: a browser keeps what stands in an address in its history and sends it on to others.

use std::borrow::Cow;

use axum::extract::Request;
use axum::http::header::LOCATION;
use axum::http::{HeaderValue, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use percent_encoding::percent_decode_str;

use super::segment::segment;
use crate::excerpt::excerpt;
use crate::privacy::masked;

/// Sends a request whose query names a person to the same address with the number masked, before anything reads it.
pub(super) async fn mask_address(request: Request, next: Next) -> Response {
    let location = masked_location(request.uri()).filter(|_| request.method().is_safe());
    match location.and_then(|location| HeaderValue::try_from(location).ok()) {
        Some(location) => (StatusCode::SEE_OTHER, [(LOCATION, location)]).into_response(),
        None => next.run(request).await,
    }
}

/// The masked address; `None` if nothing in it is masked.
fn masked_location(uri: &Uri) -> Option<String> {
    let pairs: Vec<(&str, Option<String>)> = uri.query()?.split('&').map(|pair| (pair, masked_pair(pair))).collect();
    if pairs.iter().all(|(_, masked)| masked.is_none()) {
        return None;
    }
    let query: Vec<String> = pairs.into_iter().map(|(pair, masked)| masked.unwrap_or_else(|| pair.to_owned())).collect();
    // Two slashes at the start would name another host.
    let path = uri.path().trim_start_matches(['/', '\\']);
    Some(format!("/{path}?{}", query.join("&")))
}

/// A parameter with its name and value masked; `None` if it names no person.
fn masked_pair(pair: &str) -> Option<String> {
    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
    let (name, value) = (decoded(name), decoded(value));
    let (masked_name, masked_value) = (masked(&name), masked(&value));
    let is_same = masked_name == name && masked_value == value;
    (!is_same).then(|| format!("{}={}", segment(&masked_name), segment(&masked_value)))
}

fn decoded(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}

/// Longest path that is shown, in characters.
const MAX_PATH: usize = 256;

/// A path as logs and problems show it.
pub(super) fn shown_path(path: &str) -> Cow<'_, str> {
    let plain = percent_decode_str(path).decode_utf8_lossy();
    let short = masked(&plain);
    if short != plain {
        return excerpt(&short).into();
    }
    path.char_indices().nth(MAX_PATH).map_or(path, |(end, _)| &path[..end]).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn location(address: &str) -> Option<String> {
        masked_location(&address.parse().unwrap())
    }

    #[test]
    fn only_what_names_a_person_changes() {
        // 手机号已隐去
        let mask = segment("[手机号已隐去]");
        assert_eq!(
            location("/?text=13800138000&region=%E8%BF%AA%E5%BA%86"),
            Some(format!("/?text={mask}&region=%E8%BF%AA%E5%BA%86"))
        );
        assert_eq!(location("/api/v1/needs?q=138%200013+8000&page=2"), Some(format!("/api/v1/needs?q={mask}&page=2")));
        assert_eq!(location("/?13800138000"), Some(format!("/?{mask}=")));
        assert_eq!(location("//evil.example/?q=13800138000"), Some(format!("/evil.example/?q={mask}")));
        for same in ["/", "/?text=%E5%87%80%E6%B0%B4&amount=30", "/?a&b=&%FF=%FE", "/?page=2&per_page=200"] {
            assert_eq!(location(same), None, "{same}");
        }
        let once = location("/?text=13800138000+11010519491231002X&need=E12345678").unwrap();
        assert_eq!(location(&once), None, "no address leads to itself");
    }

    #[test]
    fn paths_are_shown_without_numbers_of_persons() {
        assert_eq!(shown_path("/organizations/13800138000"), "/organizations/[手机号已隐去]");
        assert_eq!(shown_path("/needs/%E5%87%80"), "/needs/%E5%87%80");
        assert_eq!(shown_path(&"/a".repeat(1 << 20)).len(), MAX_PATH);
    }
}
