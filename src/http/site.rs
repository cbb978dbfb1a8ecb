//! To whom a request is addressed, and which page has sent it: Host, Origin and Sec-Fetch-Site. A header that is doubled or
//! malformed says nothing.

use std::net::{Ipv4Addr, Ipv6Addr};

use axum::http::header::{HOST, ORIGIN};
use axum::http::uri::{Authority, Uri};
use axum::http::{HeaderMap, Method};

/// A host with an optional port, in the one spelling that is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Site {
    host: String,
    port: Option<u16>,
}

impl Site {
    /// The host that a request is addressed to; `None` if it names none, more than one, or an invalid one.
    pub(super) fn addressed(headers: &HeaderMap, uri: &Uri) -> Option<Self> {
        let stated = match only(headers, HOST.as_str()) {
            Header::None => None,
            Header::One(text) => Some(Self::parse(text)?),
            Header::Unclear => return None,
        };
        let Some(target) = uri.authority() else { return stated };
        // A request line that names a host must name the same one (RFC 9112 §3.2.2).
        let target = Self::parse(target.as_str())?;
        let port = default_port(uri.scheme_str().unwrap_or_default());
        stated.is_none_or(|it| it.is(&target, port)).then_some(target)
    }

    fn parse(text: &str) -> Option<Self> {
        let authority: Authority = text.parse().ok()?;
        let host = Some(authority.host().to_ascii_lowercase()).filter(|it| !it.is_empty())?;
        let port = text.get(host.len()..)?;
        let port = match port.strip_prefix(':') {
            Some(digits) if digits.bytes().all(|it| it.is_ascii_digit()) => Some(digits.parse().ok()?),
            None if port.is_empty() => None,
            // A user name before the host, or a sign before the port.
            _ => return None,
        };
        let literal = host.strip_prefix('[').map(|it| it.strip_suffix(']').and_then(|it| it.parse::<Ipv6Addr>().ok()));
        match literal {
            Some(None) => None,
            Some(Some(address)) => Some(Self { host: format!("[{address}]"), port }),
            None => Some(Self { host, port }),
        }
    }

    /// True for the names of this machine.
    pub(super) fn is_loopback(&self) -> bool {
        self.host == "localhost" || self.host == Ipv4Addr::LOCALHOST.to_string() || self.host == "[::1]"
    }

    /// True if it is one of these names, on whatever port.
    pub(super) fn is_one_of(&self, names: &[String]) -> bool {
        names.iter().any(|name| name.eq_ignore_ascii_case(&self.host))
    }

    /// True if both are the same where `port` is the one that is not written.
    fn is(&self, other: &Self, port: Option<u16>) -> bool {
        self.host == other.host && self.port.or(port) == other.port.or(port)
    }

    /// True if `origin` is a page of this site: a scheme, a host, an optional port, and nothing else.
    fn is_origin(&self, origin: &str) -> bool {
        let Some((scheme, host)) = origin.split_once("://") else { return false };
        let Some(port) = default_port(scheme) else { return false };
        Self::parse(host).is_some_and(|it| it.is(self, Some(port)))
    }
}

fn default_port(scheme: &str) -> Option<u16> {
    match scheme {
        "http" => Some(80),
        "https" => Some(443),
        _ => None,
    }
}

/// A header that is there once at most.
enum Header<'a> {
    None,
    One(&'a str),
    Unclear,
}

fn only<'a>(headers: &'a HeaderMap, name: &str) -> Header<'a> {
    let mut values = headers.get_all(name).into_iter();
    match (values.next().map(|it| it.to_str()), values.next()) {
        (None, _) => Header::None,
        (Some(Ok(text)), None) => Header::One(text),
        _ => Header::Unclear,
    }
}

/// True if a request to `site` was not sent by a page of another one.
///
/// Browsers name the origin with every write. Programs do not; they are trusted without one on this machine only. What another
/// site may make a browser do is open a page: the answer to anything else, such as an image of it, would be computed in vain.
pub(super) fn is_from_here(site: &Site, method: &Method, headers: &HeaderMap) -> bool {
    let may_be_navigation = method.is_safe() && matches!(only(headers, "sec-fetch-mode"), Header::One("navigate"));
    let is_sent_from_here = match only(headers, "sec-fetch-site") {
        Header::None | Header::One("same-origin" | "none") => true,
        Header::One("same-site" | "cross-site") => may_be_navigation,
        Header::One(_) | Header::Unclear => false,
    };
    let is_named_so = match only(headers, ORIGIN.as_str()) {
        Header::None => method.is_safe() || site.is_loopback(),
        Header::One(origin) => site.is_origin(origin),
        Header::Unclear => false,
    };
    is_sent_from_here && is_named_so
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderName;

    use super::*;

    fn headers(entries: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut all = HeaderMap::new();
        for &(name, value) in entries {
            all.append(HeaderName::from_static(name), value.parse().unwrap());
        }
        all
    }

    fn addressed(target: &'static str, entries: &[(&'static str, &'static str)]) -> Option<(String, Option<u16>)> {
        Site::addressed(&headers(entries), &Uri::from_static(target)).map(|it| (it.host, it.port))
    }

    #[test]
    fn a_host_is_named_once_and_names_nothing_else() {
        let named = |host| addressed("/", &[("host", host)]);
        let is = |host: &str, port| Some((host.to_owned(), port));
        assert_eq!(named("localhost:8080"), is("localhost", Some(8080)));
        assert_eq!(named("LocalHost"), is("localhost", None));
        assert_eq!(named("[::1]:8080"), is("[::1]", Some(8080)));
        assert_eq!(named("[0:0::0:1]"), is("[::1]", None));
        for refused in [
            "",
            ":80",
            "user@localhost",
            "user:word@localhost",
            "localhost/x",
            "localhost:x",
            "localhost:+80",
            "localhost:80:80",
            "localhost:99999",
            "::1",
            "[::1",
            "[::1%lo]",
            "[localhost]",
            "localhost, evil.example",
            "local host",
        ] {
            assert_eq!(named(refused), None, "{refused}");
        }
        assert_eq!(addressed("/", &[]), None);
        assert_eq!(addressed("/", &[("host", "localhost"), ("host", "localhost")]), None);
    }

    #[test]
    fn a_request_line_with_a_host_names_the_same_one() {
        let host = [("host", "localhost")];
        assert!(addressed("http://localhost/", &host).is_some());
        assert!(addressed("http://LOCALHOST:80/", &host).is_some());
        assert!(addressed("http://localhost/", &[]).is_some());
        for target in ["http://evil.example/", "http://localhost:8080/", "http://user@localhost/", "http://localhost./"] {
            assert_eq!(addressed(target, &host), None, "{target}");
        }
    }

    #[test]
    fn only_exact_names_are_this_machine() {
        let is_loopback = |host| Site::addressed(&headers(&[("host", host)]), &Uri::from_static("/")).unwrap().is_loopback();
        for host in ["localhost", "LOCALHOST:80", "127.0.0.1", "[::1]", "[0:0:0:0:0:0:0:1]:80"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in ["localhost.", "127.0.0.1.", "127.1", "2130706433", "0x7f.0.0.1", "127.0.0.2", "[::2]", "[::ffff:127.0.0.1]"]
        {
            assert!(!is_loopback(host), "{host}");
        }
    }

    fn accepts(method: &Method, entries: &[(&'static str, &'static str)]) -> bool {
        let headers = headers(entries);
        is_from_here(&Site::addressed(&headers, &Uri::from_static("/")).unwrap(), method, &headers)
    }

    #[test]
    fn only_the_own_origin_may_write_and_programs_on_this_machine() {
        for own in [
            &[("host", "localhost:8080"), ("origin", "http://localhost:8080")][..],
            &[("host", "office.lan"), ("origin", "https://office.lan")],
            &[("host", "office.lan"), ("origin", "http://office.lan:80")],
            &[("host", "office.lan:443"), ("origin", "https://office.lan")],
            &[("host", "Office.LAN"), ("origin", "http://office.lan")],
            &[("host", "[::1]:8080"), ("origin", "http://[::1]:8080")],
            &[("host", "127.0.0.1:8080")],
            &[("host", "localhost"), ("sec-fetch-site", "same-origin")],
        ] {
            assert!(accepts(&Method::POST, own), "{own:?}");
            assert!(accepts(&Method::GET, own), "{own:?}");
        }
        assert!(!accepts(&Method::POST, &[("host", "office.lan")]));
        assert!(accepts(&Method::GET, &[("host", "office.lan")]));
    }

    #[test]
    fn no_other_page_writes_or_reads() {
        for foreign in [
            &[("host", "localhost:8080"), ("origin", "null")][..],
            &[("host", "localhost:8080"), ("origin", "")],
            &[("host", "localhost:8080"), ("origin", "localhost:8080")],
            &[("host", "localhost:8080"), ("origin", "http://localhost:8081")],
            &[("host", "localhost:8080"), ("origin", "http://localhost:8080/")],
            &[("host", "localhost:8080"), ("origin", "http://localhost:8080.")],
            &[("host", "localhost:8080"), ("origin", "http://evil@localhost:8080")],
            &[("host", "localhost:8080"), ("origin", "http://localhost:8080"), ("origin", "http://localhost:8080")],
            &[("host", "localhost:8080"), ("origin", "http://localhost:8080, http://evil.example")],
            &[("host", "localhost:8080"), ("origin", "http://localhost:8080 http://evil.example")],
            &[("host", "localhost:8080"), ("origin", "ftp://localhost:8080")],
            &[("host", "localhost:8080"), ("origin", "HTTP://localhost:8080")],
            &[("host", "office.lan"), ("origin", "http://office.lan:443")],
            &[("host", "office.lan:80"), ("origin", "https://office.lan")],
            &[("host", "office.lan"), ("origin", "http://office.lan.")],
            &[("host", "localhost:8080"), ("sec-fetch-site", "cross-site")],
            &[("host", "localhost:8080"), ("sec-fetch-site", "same-site"), ("origin", "http://localhost:8080")],
            &[("host", "localhost:8080"), ("sec-fetch-site", "same-origin"), ("sec-fetch-site", "same-origin")],
            &[("host", "localhost:8080"), ("sec-fetch-site", "")],
            &[("host", "localhost:8080"), ("sec-fetch-site", "Same-Origin")],
        ] {
            for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::GET, Method::HEAD] {
                assert!(!accepts(&method, foreign), "{method} {foreign:?}");
            }
        }
    }

    #[test]
    fn another_page_may_lead_here_but_not_submit_here() {
        let link = [("host", "localhost"), ("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate")];
        assert!(accepts(&Method::GET, &link));
        assert!(!accepts(&Method::POST, &link));
        let image = [("host", "localhost"), ("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "no-cors")];
        assert!(!accepts(&Method::GET, &image));
    }
}
