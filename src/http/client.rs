//! The client of a request: the address that limits and budgets are counted for.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::Response;

/// The address of a client. One address of IPv6 stands for its whole network (/64), because a single machine may use all of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Client(pub(super) IpAddr);

impl Client {
    /// This machine.
    pub(super) const LOCAL: Self = Self(IpAddr::V4(Ipv4Addr::LOCALHOST));

    /// The client with this address.
    pub(super) fn new(address: IpAddr) -> Self {
        const NETWORK: u128 = !0 << 64;
        match address.to_canonical() {
            IpAddr::V6(it) if !it.is_loopback() => Self(Ipv6Addr::from_bits(it.to_bits() & NETWORK).into()),
            other => Self(other),
        }
    }

    /// The client of a request that came from `peer`: the peer itself, or the last address that a trusted proxy names.
    fn of(peer: IpAddr, headers: &HeaderMap, proxies: &[IpAddr]) -> Self {
        let is_proxy = |it: &IpAddr| proxies.contains(&it.to_canonical());
        let named = if is_proxy(&peer) { forwarded_for(headers) } else { None };
        // Each proxy adds the address that it sees at the end. What stands before the first unknown one may be invented.
        let client = named.into_iter().flatten().rev().map_while(|it| it).find(|it| !is_proxy(it));
        Self::new(client.unwrap_or(peer))
    }
}

/// The peer at the other end of a connection.
#[derive(Debug, Clone, Copy)]
pub(super) struct Peer(pub(super) IpAddr);

/// Tells every request whose it is. Requests without a connection come from this process.
pub(super) async fn identify(State(proxies): State<std::sync::Arc<[IpAddr]>>, mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<Peer>().map_or(Client::LOCAL.0, |it| it.0);
    let client = Client::of(peer, request.headers(), &proxies);
    request.extensions_mut().insert(client);
    next.run(request).await
}

/// The addresses that proxies name, in their order; `None` for what is no address. Two headers that contradict each other name
/// nobody: one of them may be the client's own.
fn forwarded_for(headers: &HeaderMap) -> Option<Vec<Option<IpAddr>>> {
    let elements = |name: &str| {
        let values = headers.get_all(name).into_iter().map(|value| value.to_str().unwrap_or_default());
        values.flat_map(|value| value.split(',')).map(str::trim).map(str::to_owned).collect::<Vec<_>>()
    };
    let plain: Vec<_> = elements("x-forwarded-for").iter().map(|it| address(it)).collect();
    let standard: Vec<_> = elements("forwarded").iter().map(|it| address(forwarded_element(it)?)).collect();
    match (plain.is_empty(), standard.is_empty()) {
        (false, false) if plain != standard => None,
        (true, _) => Some(standard),
        (false, _) => Some(plain),
    }
}

/// The value of `for` in an element of `Forwarded` (RFC 7239 §4).
fn forwarded_element(element: &str) -> Option<&str> {
    let pairs = element.split(';').filter_map(|pair| pair.trim().split_once('='));
    pairs.into_iter().find(|(name, _)| name.eq_ignore_ascii_case("for")).map(|(_, value)| value.trim_matches('"'))
}

/// An address with or without a port or brackets.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|it| it.strip_suffix(']')).unwrap_or(text);
    let parsed = bare.parse::<IpAddr>().or_else(|_| text.parse::<SocketAddr>().map(|it| it.ip()));
    parsed.ok().map(|it| it.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn client(peer: &str, headers: &[(&'static str, &str)], proxies: &[&str]) -> IpAddr {
        let mut named = HeaderMap::new();
        for (name, value) in headers {
            named.append(*name, value.parse().unwrap());
        }
        let proxies: Vec<IpAddr> = proxies.iter().map(|it| ip(it)).collect();
        Client::of(ip(peer), &named, &proxies).0
    }

    #[test]
    fn only_a_trusted_proxy_names_the_client() {
        let names = [("x-forwarded-for", "203.0.113.7")];
        assert_eq!(client("10.0.0.9", &names, &[]), ip("10.0.0.9"));
        assert_eq!(client("127.0.0.1", &names, &["10.0.0.1"]), ip("127.0.0.1"));
        assert_eq!(client("10.0.0.1", &names, &["10.0.0.1"]), ip("203.0.113.7"));
        assert_eq!(client("::ffff:10.0.0.1", &names, &["10.0.0.1"]), ip("203.0.113.7"));
        assert_eq!(client("10.0.0.1", &[("forwarded", "for=\"[2001:db8::1]:44\";proto=https")], &["10.0.0.1"]), ip("2001:db8::"));
    }

    #[test]
    fn what_a_client_puts_before_the_address_that_the_proxy_sees_is_ignored() {
        let through = |value| client("10.0.0.1", &[("x-forwarded-for", value)], &["10.0.0.1", "10.0.0.2"]);
        assert_eq!(through("198.51.100.1, 203.0.113.7"), ip("203.0.113.7"));
        assert_eq!(through("198.51.100.1, 203.0.113.7, 10.0.0.2"), ip("203.0.113.7"));
        assert_eq!(through("198.51.100.1, unknown, 10.0.0.2"), ip("10.0.0.1"));
        assert_eq!(through("nonsense"), ip("10.0.0.1"));
        assert_eq!(through(""), ip("10.0.0.1"));
        let doubled = [("x-forwarded-for", "198.51.100.1"), ("x-forwarded-for", "203.0.113.7:1234")];
        assert_eq!(client("10.0.0.1", &doubled, &["10.0.0.1"]), ip("203.0.113.7"));
        // A proxy adds to one of the headers; the other one may be the client's.
        let contradicting = [("x-forwarded-for", "203.0.113.7"), ("forwarded", "for=198.51.100.1")];
        assert_eq!(client("10.0.0.1", &contradicting, &["10.0.0.1"]), ip("10.0.0.1"));
    }

    #[test]
    fn a_network_of_ipv6_is_one_client() {
        assert_eq!(Client::new(ip("2001:db8::1")), Client::new(ip("2001:db8::ffff:2")));
        assert_ne!(Client::new(ip("2001:db8::1")), Client::new(ip("2001:db8:0:1::1")));
        assert_eq!(Client::new(ip("::1")).0, ip("::1"));
        assert_eq!(Client::new(ip("::ffff:10.0.0.1")).0, ip("10.0.0.1"));
    }
}
