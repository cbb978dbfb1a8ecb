//! What the pages have in common: rendering, addresses, and how sums and days are written.

use askama::Template;
use axum::http::header::LOCATION;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use jiff::civil::Date;

use crate::domain::Money;
use crate::excerpt::without_hidden;
use crate::http::problem::Problem;
use crate::http::segment::segment;

/// A page.
pub(super) fn render(status: StatusCode, template: &impl Template) -> Result<Response, Problem> {
    let html = template.render().map_err(Problem::internal)?;
    Ok((status, Html(without_hidden(html))).into_response())
}

/// A link with its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Link {
    pub(super) href: String,
    pub(super) text: String,
}

impl Link {
    pub(super) fn new(href: impl Into<String>, text: impl Into<String>) -> Self {
        Self { href: href.into(), text: text.into() }
    }
}

/// A sum in 万元 with two decimals, without the unit: `12.34`.
pub(super) fn wan(money: Money) -> String {
    format!("{:.2}", money.yuan() / Money::WAN.yuan())
}

/// A sum in 万元 with two decimals: `12.34万元`.
pub(super) fn money(money: Money) -> String {
    format!("{}万元", wan(money))
}

/// A day as official documents write it: `2025年6月16日`.
pub(super) fn day(date: Date) -> String {
    format!("{}年{}月{}日", date.year(), date.month(), date.day())
}

/// A path with a query; parameters without a value are left out.
pub(super) fn address(path: &str, query: &[(&str, &str)]) -> String {
    let pairs = query.iter().filter(|(_, value)| !value.is_empty());
    let pairs: Vec<String> = pairs.map(|(name, value)| format!("{}={}", segment(name), segment(value))).collect();
    if pairs.is_empty() { path.to_owned() } else { format!("{path}?{}", pairs.join("&")) }
}

/// Leads a browser on to a page of this site after a form was taken.
pub(super) fn see_other(path: &str) -> Response {
    let location = HeaderValue::from_str(path).unwrap_or_else(|_| HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(LOCATION, location)]).into_response()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn sums_and_days_as_official_documents_write_them() {
        assert_eq!(money(Money::from_fen(123_456_789).unwrap()), "123.46万元");
        assert_eq!(money(Money::ZERO), "0.00万元");
        assert_eq!(day(date(2025, 6, 16)), "2025年6月16日");
    }

    #[test]
    fn an_address_holds_what_is_given() {
        assert_eq!(
            address("/", &[("text", "净水 & 厕所"), ("region", "")]),
            "/?text=%E5%87%80%E6%B0%B4%20%26%20%E5%8E%95%E6%89%80"
        );
        assert_eq!(address("/needs", &[]), "/needs");
    }
}
