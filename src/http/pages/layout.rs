//! What surrounds every page: navigation and the size of the type.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::header::COOKIE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri};

use super::shared;
/// The entries of the navigation. There is room for claims, accounts and statistics: at most seven in all.
const ENTRIES: [Entry; 6] = [
    Entry { path: "/", name: "推荐" },
    Entry { path: "/needs", name: "需求" },
    Entry { path: "/organizations", name: "组织" },
    Entry { path: "/projects", name: "项目" },
    Entry { path: "/imports", name: "导入" },
    Entry { path: "/plans", name: "方案" },
];

/// Name and value of the cookie that asks for large type.
pub(super) const LARGE: &str = "type=large";

/// An entry of the navigation.
struct Entry {
    path: &'static str,
    name: &'static str,
}

/// The surroundings of a page, as the request asks for them.
#[derive(Debug, Clone, Default)]
pub(in crate::http) struct Layout {
    path: String,
    /// True if the reader has chosen large type.
    pub(in crate::http) is_large: bool,
}

impl Layout {
    /// The surroundings of the page at an address.
    pub(in crate::http) fn new(uri: &Uri, headers: &HeaderMap) -> Self {
        let cookies = headers.get_all(COOKIE).into_iter().filter_map(|it| it.to_str().ok());
        let is_large = cookies.flat_map(|it| it.split(';')).any(|it| it.trim() == LARGE);
        Self { path: uri.path().to_owned(), is_large }
    }

    /// The surroundings of a page that is rendered once for all addresses.
    pub(in crate::http) fn of_size(is_large: bool) -> Self {
        Self { path: String::new(), is_large }
    }

    /// Address, name, and whether the page stands under it, for each entry of the navigation.
    pub(in crate::http) fn entries(&self) -> impl Iterator<Item = (&'static str, &'static str, bool)> {
        ENTRIES.iter().map(|it| (it.path, it.name, self.is_under(it.path)))
    }

    /// The address of the style sheet.
    #[expect(clippy::unused_self, reason = "called in the template of all pages")]
    pub(in crate::http) fn style(&self) -> &'static str {
        shared::style_address()
    }

    /// The address of the script.
    #[expect(clippy::unused_self, reason = "called in the template of all pages")]
    pub(in crate::http) fn script(&self) -> &'static str {
        shared::script_address()
    }

    fn is_under(&self, entry: &str) -> bool {
        let rest = self.path.strip_prefix(entry);
        if entry == "/" { self.path == "/" } else { rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/')) }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Layout {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(Self::new(&parts.uri, &parts.headers))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(address: &'static str, cookie: &'static str) -> Layout {
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, cookie.parse().unwrap());
        Layout::new(&Uri::from_static(address), &headers)
    }

    #[test]
    fn a_page_stands_under_one_entry() {
        let current = |address| layout(address, "").entries().filter(|it| it.2).map(|it| it.0).collect::<Vec<_>>();
        assert_eq!(current("/?text=x"), ["/"]);
        assert_eq!(current("/needs/n-1"), ["/needs"]);
        assert!(current("/needs.xlsx").is_empty());
        assert!(current("/trust").is_empty());
        assert!(ENTRIES.len() <= 7);
    }

    #[test]
    fn large_type_is_one_cookie_among_others() {
        assert!(layout("/", "a=b; type=large").is_large);
        assert!(!layout("/", "type=larger").is_large);
        assert!(!layout("/", "").is_large);
    }
}
