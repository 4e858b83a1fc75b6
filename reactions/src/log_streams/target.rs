//! Where a stream goes, by the form of its URL.

use url::{Host, Url};

use crate::webhooks::{
    Loopback, UrlRefused,
    address::Reach,
    guard::{self, is_this_machine},
};

/// A receiver of syslog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Syslog {
    /// An address, in brackets where it is one of IPv6, or a name.
    pub host: String,
    pub port: u16,
    pub tls: bool,
    pub reach: Reach,
}

/// What a URL asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// Batches over https, which the sender of webhooks checks itself.
    Https,
    /// Messages over TLS, or, to this machine, TCP.
    Syslog(Syslog),
}

/// The port of syslog over TLS (RFC 5425, section 4.1).
const PORT: u16 = 6514;

/// Checks all that can be checked without asking a resolver.
pub(super) fn check(text: &str, loopback: Loopback) -> Result<Target, UrlRefused> {
    let Some((scheme, _)) = text.split_once("://").filter(|(scheme, _)| scheme.starts_with("syslog+")) else {
        return guard::check(text, loopback).map(|_| Target::Https);
    };
    let (tls, reach) = match (scheme, loopback) {
        ("syslog+tls", Loopback::Refused) => (true, Reach::Public),
        ("syslog+tls", Loopback::Allowed) => (true, Reach::PublicOrLoopback),
        ("syslog+tcp", Loopback::Allowed) => (false, Reach::Loopback),
        _ => return Err(UrlRefused::Scheme),
    };
    let url = Url::parse(text).map_err(|_| UrlRefused::Form)?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(UrlRefused::Credentials);
    }
    if url.fragment().is_some() {
        return Err(UrlRefused::Fragment);
    }
    if !matches!(url.path(), "" | "/") || url.query().is_some() {
        return Err(UrlRefused::Form);
    }
    // Of a scheme that it does not know, the crate leaves the host as it was written.
    let host = Host::parse(url.host_str().unwrap_or_default()).map_err(|_| UrlRefused::Form)?;
    let within = match &host {
        Host::Ipv4(address) => reach.includes((*address).into()),
        Host::Ipv6(address) => reach.includes((*address).into()),
        Host::Domain(name) => loopback == Loopback::Allowed || !is_this_machine(name),
    };
    if !within {
        return Err(UrlRefused::Address);
    }
    Ok(Target::Syslog(Syslog { host: host.to_string(), port: url.port().unwrap_or(PORT), tls, reach }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn syslog_goes_over_tls_to_the_public_internet_and_no_spelling_of_another_gets_through() {
        for right in
            ["syslog+tls://logs.example.com", "syslog+tls://1.1.1.1:514", "syslog+tls://[2606:4700:4700::1111]"]
        {
            assert!(check(right, Loopback::Refused).is_ok(), "{right}");
        }
        for (wrong, why) in [
            ("syslog+tcp://logs.example.com", UrlRefused::Scheme),
            ("syslog+udp://logs.example.com", UrlRefused::Scheme),
            ("syslog+tls://logs.example.com/path", UrlRefused::Form),
            ("syslog+tls://", UrlRefused::Form),
            ("syslog+tls://user@logs.example.com", UrlRefused::Credentials),
            ("syslog+tls://10.0.0.1", UrlRefused::Address),
            ("syslog+tls://0x7f.1", UrlRefused::Address),
            ("syslog+tls://2130706433", UrlRefused::Address),
            ("syslog+tls://[::ffff:7f00:1]", UrlRefused::Address),
            ("syslog+tls://[fd00:ec2::254]", UrlRefused::Address),
            ("syslog+tls://localhost", UrlRefused::Address),
        ] {
            assert_eq!(check(wrong, Loopback::Refused), Err(why), "{wrong}");
        }
        let here = check("syslog+tcp://127.0.0.1:601", Loopback::Allowed);
        let receiver = Syslog { host: "127.0.0.1".to_owned(), port: 601, tls: false, reach: Reach::Loopback };
        assert_eq!(here, Ok(Target::Syslog(receiver)));
        assert_eq!(check("syslog+tcp://1.1.1.1", Loopback::Allowed), Err(UrlRefused::Address));
    }
}
