//! Whence a request comes.

use std::net::{IpAddr, SocketAddr};

use axum::{
    extract::ConnectInfo,
    http::{HeaderMap, header, request::Parts},
};
use ipnet::IpNet;

/// What is read of the way that a request says it took: no sane installation has more proxies.
const MAX_HOPS: usize = 16;

/// The network address of the client: whoever connected, or, behind proxies that are trusted, whoever connected to the
/// first of them.
pub fn address(parts: &Parts, trusted: &[IpNet]) -> Option<IpAddr> {
    let ConnectInfo(peer) = parts.extensions.get::<ConnectInfo<SocketAddr>>()?;
    Some(beyond(peer.ip(), &parts.headers, trusted))
}

/// Network address and user agent, as they are recorded.
pub fn description(parts: &Parts, trusted: &[IpNet]) -> Option<String> {
    let address = address(parts, trusted)?;
    let agent = parts.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    let agent: String = agent.unwrap_or_default().chars().take(200).collect();
    Some(serde_json::json!({"address": address, "user_agent": agent}).to_string())
}

/// Whether what the client sends goes by TLS as far as its last proxy: by ours (`here`), or as a proxy that is trusted says.
pub fn is_secure(parts: &Parts, trusted: &[IpNet], here: bool) -> bool {
    let Some(ConnectInfo(peer)) = parts.extensions.get::<ConnectInfo<SocketAddr>>() else { return here };
    here || is_forwarded_https(peer.ip(), &parts.headers, trusted)
}

/// The last word is that of the proxy next to us.
fn is_forwarded_https(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> bool {
    let peer = peer.to_canonical();
    let said = headers.get_all("x-forwarded-proto").iter().next_back().and_then(|value| value.to_str().ok());
    let scheme = said.and_then(|said| said.rsplit(',').next());
    trusted.iter().any(|network| network.contains(&peer))
        && scheme.is_some_and(|scheme| scheme.trim().eq_ignore_ascii_case("https"))
}

/// Each proxy adds, at the end, the address that it was connected to from. What stands before the first that is not
/// trusted was written by the client, and says nothing.
fn beyond(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |address: &IpAddr| trusted.iter().any(|network| network.contains(address));
    let mut client = peer.to_canonical();
    let lines = headers.get_all("x-forwarded-for").iter().rev();
    let hops = lines.flat_map(|line| line.to_str().unwrap_or("").rsplit(','));
    for hop in hops.take(MAX_HOPS) {
        if !is_trusted(&client) {
            break;
        }
        let Some(address) = parse(hop.trim()) else { break };
        client = address.to_canonical();
    }
    client
}

/// An address, by some proxies with a port.
fn parse(text: &str) -> Option<IpAddr> {
    text.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(peer: &str, forwarded: &[&str]) -> String {
        let trusted = ["127.0.0.1/32", "10.0.0.0/8", "fd00::/8"].map(|text| text.parse().unwrap());
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append("x-forwarded-for", line.parse().unwrap());
        }
        beyond(peer.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn only_a_trusted_proxy_can_say_that_tls_is_spoken_before_it() {
        let secure = |peer: &str, lines: &[&str]| {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append("x-forwarded-proto", line.parse().unwrap());
            }
            is_forwarded_https(peer.parse().unwrap(), &headers, &["10.0.0.0/8".parse().unwrap()])
        };
        assert!(secure("10.0.0.1", &["https"]) && secure("::ffff:10.0.0.1", &["HTTPS"]));
        assert!(secure("10.0.0.1", &["http, https"]) && secure("10.0.0.1", &["http", "https"]));
        assert!(!secure("192.0.2.1", &["https"]) && !secure("10.0.0.1", &[]));
        assert!(!secure("10.0.0.1", &["https, http"]) && !secure("10.0.0.1", &["https://"]));
    }

    #[test]
    fn only_what_trusted_proxies_add_is_believed() {
        for (peer, forwarded, expected) in [
            ("192.0.2.1", &[][..], "192.0.2.1"),
            ("192.0.2.1", &["198.51.100.7"], "192.0.2.1"),
            ("127.0.0.1", &[], "127.0.0.1"),
            ("127.0.0.1", &["198.51.100.7"], "198.51.100.7"),
            ("127.0.0.1", &["1.1.1.1, 198.51.100.7"], "198.51.100.7"),
            ("127.0.0.1", &["1.1.1.1, 198.51.100.7, 10.1.2.3"], "198.51.100.7"),
            ("127.0.0.1", &["1.1.1.1", "198.51.100.7", "10.1.2.3"], "198.51.100.7"),
            ("::ffff:127.0.0.1", &["198.51.100.7:4711"], "198.51.100.7"),
            ("fd00::1", &["[2001:db8::7]:4711"], "2001:db8::7"),
            ("fd00::1", &["2001:db8::7"], "2001:db8::7"),
            ("10.0.0.1", &["10.0.0.2"], "10.0.0.2"),
            ("127.0.0.1", &["unknown"], "127.0.0.1"),
            ("127.0.0.1", &["198.51.100.7, , 10.0.0.1"], "10.0.0.1"),
            ("127.0.0.1", &[""], "127.0.0.1"),
        ] {
            assert_eq!(client(peer, forwarded), expected, "{peer} {forwarded:?}");
        }
        let long = vec!["10.0.0.1"; 10_000].join(",");
        assert_eq!(client("127.0.0.1", &[&long]), "10.0.0.1");
    }
}
