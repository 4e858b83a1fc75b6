//! Where webhooks may be sent: the form of the URL, and the addresses that its host stands for.
//!
//! Checked when a webhook is made, and again with each attempt: a name can stand for another address by then. What a
//! name resolves to is filtered inside the connector, so that the address that was checked is the one connected to. A
//! literal address never reaches a resolver, so it is checked beside it.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use futures_util::future::BoxFuture;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

use crate::webhooks::address::Reach;

/// Whether this machine itself may be reached: for development.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loopback {
    /// No.
    Refused,
    /// Yes, without TLS too.
    Allowed,
}

/// Why a webhook may not be sent to a URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UrlRefused {
    /// Not a URL.
    #[error("expected an absolute URL such as https://crm.example.com/hooks/help-desk")]
    Form,
    /// Neither https nor, where loopback is allowed, http to this machine.
    #[error(
        "expected https, or syslog+tls of a log stream; http and syslog+tcp are for the same machine only, where \
         webhooks.allow_loopback is set"
    )]
    Scheme,
    /// `user:password@`.
    #[error("expected a URL without user name and password: deliveries are signed instead")]
    Credentials,
    /// `#…`, which no server ever sees.
    #[error("expected a URL without a fragment")]
    Fragment,
    /// An address that is not on the public Internet, or a name that stands for none that is.
    #[error("this host has no address on the public Internet: webhooks are not sent to private networks")]
    Address,
}

/// Finds the addresses that a name stands for.
pub trait Names: Send + Sync + std::fmt::Debug {
    /// All of them.
    fn addresses(&self, name: String) -> BoxFuture<'static, std::io::Result<Vec<IpAddr>>>;
}

/// The machine's own resolver.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemNames;

impl Names for SystemNames {
    fn addresses(&self, name: String) -> BoxFuture<'static, std::io::Result<Vec<IpAddr>>> {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name, 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    }
}

/// A URL that may be sent to, if what its host resolves to is within reach.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub url: Url,
    pub reach: Reach,
}

/// Checks all that can be checked without asking a resolver. The `url` crate has brought decimal, octal and
/// hexadecimal forms of an address into the usual one by then.
pub(crate) fn check(text: &str, loopback: Loopback) -> Result<Target, UrlRefused> {
    let url = Url::parse(text).map_err(|_| UrlRefused::Form)?;
    let reach = match (url.scheme(), loopback) {
        ("https", Loopback::Refused) => Reach::Public,
        ("https", Loopback::Allowed) => Reach::PublicOrLoopback,
        ("http", Loopback::Allowed) => Reach::Loopback,
        _ => return Err(UrlRefused::Scheme),
    };
    if !url.username().is_empty() || url.password().is_some() {
        return Err(UrlRefused::Credentials);
    }
    if url.fragment().is_some() {
        return Err(UrlRefused::Fragment);
    }
    let within = match url.host().ok_or(UrlRefused::Form)? {
        Host::Ipv4(address) => reach.includes(address.into()),
        Host::Ipv6(address) => reach.includes(address.into()),
        Host::Domain(name) => loopback == Loopback::Allowed || !is_this_machine(name),
    };
    if within { Ok(Target { url, reach }) } else { Err(UrlRefused::Address) }
}

/// RFC 6761, section 6.3. Its address would be refused later; so it is told at once.
pub(crate) fn is_this_machine(name: &str) -> bool {
    let name = name.trim_end_matches('.');
    name == "localhost" || name.ends_with(".localhost")
}

/// A resolver that gives only addresses within reach.
#[derive(Clone, Debug)]
pub(crate) struct Resolver {
    pub names: Arc<dyn Names>,
    pub reach: Reach,
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let Self { names, reach } = self.clone();
        Box::pin(async move {
            let found = names.addresses(name.as_str().to_owned()).await?;
            let within: Vec<SocketAddr> =
                found.into_iter().filter(|ip| reach.includes(*ip)).map(|ip| SocketAddr::new(ip, 0)).collect();
            if within.is_empty() {
                return Err(UrlRefused::Address.into());
            }
            Ok(Box::new(within.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str, loopback: Loopback) -> Option<UrlRefused> {
        check(text, loopback).err()
    }

    #[test]
    fn a_webhook_goes_to_the_public_internet_over_tls() {
        for right in [
            "https://crm.example.com/hook?token=1",
            "https://crm.example.com:8443",
            "https://1.1.1.1/",
            "https://[2606:4700:4700::1111]/",
            "https://münchen.example/",
        ] {
            assert_eq!(refusal(right, Loopback::Refused), None, "{right}");
        }
        for (wrong, why) in [
            ("", UrlRefused::Form),
            ("crm.example.com/hook", UrlRefused::Form),
            ("https://", UrlRefused::Form),
            ("http://crm.example.com/hook", UrlRefused::Scheme),
            ("ftp://crm.example.com/", UrlRefused::Scheme),
            ("file:///etc/passwd", UrlRefused::Scheme),
            ("gopher://crm.example.com/", UrlRefused::Scheme),
            ("https://user@crm.example.com/", UrlRefused::Credentials),
            ("https://user:password@crm.example.com/", UrlRefused::Credentials),
            ("https://crm.example.com/#hook", UrlRefused::Fragment),
        ] {
            assert_eq!(refusal(wrong, Loopback::Refused), Some(why), "{wrong}");
        }
    }

    #[test]
    fn no_spelling_of_a_private_address_gets_through() {
        for wrong in [
            "https://127.0.0.1/",
            "https://127.1/",
            "https://0x7f.1/",
            "https://0x7f000001/",
            "https://2130706433/",
            "https://017700000001/",
            "https://0177.0.0.1/",
            "https://127.0.0.1./",
            "https://%31%32%37.0.0.1/",
            "https://①②⑦.0.0.1/",
            "https://[::1]/",
            "https://[::ffff:127.0.0.1]/",
            "https://[::ffff:7f00:1]/",
            "https://[0:0:0:0:0:ffff:10.0.0.1]/",
            "https://[::127.0.0.1]/",
            "https://[64:ff9b::127.0.0.1]/",
            "https://[fd00:ec2::254]/",
            "https://[fe80::1]/",
            "https://0/",
            "https://0.0.0.0/",
            "https://10.0.0.1/",
            "https://167772161/",
            "https://192.168.1.1/",
            "https://169.254.169.254/latest/meta-data/",
            "https://2852039166/",
            "https://100.64.0.1/",
            "https://localhost/",
            "https://LOCALHOST./",
            "https://api.localhost/",
        ] {
            assert_eq!(refusal(wrong, Loopback::Refused), Some(UrlRefused::Address), "{wrong}");
        }
    }

    #[test]
    fn where_loopback_is_allowed_http_reaches_this_machine_and_no_other() {
        for right in ["http://127.0.0.1:9000/hook", "http://localhost:9000/", "http://[::1]/", "https://127.0.0.1/"] {
            assert_eq!(refusal(right, Loopback::Allowed), None, "{right}");
        }
        for wrong in ["http://1.1.1.1/", "http://10.0.0.1/", "https://10.0.0.1/", "https://[::ffff:10.0.0.1]/"] {
            assert_eq!(refusal(wrong, Loopback::Allowed), Some(UrlRefused::Address), "{wrong}");
        }
        // A name passes here; its addresses are held to this machine by the resolver.
        assert_eq!(check("http://crm.example.com/", Loopback::Allowed).unwrap().reach, Reach::Loopback);
    }

    #[derive(Debug)]
    struct Fixed(&'static [&'static str]);

    impl Names for Fixed {
        fn addresses(&self, _: String) -> BoxFuture<'static, std::io::Result<Vec<IpAddr>>> {
            let found = self.0.iter().map(|text| text.parse().unwrap()).collect();
            Box::pin(async move { Ok(found) })
        }
    }

    async fn resolved(found: &'static [&'static str], reach: Reach) -> Option<Vec<String>> {
        let resolver = Resolver { names: Arc::new(Fixed(found)), reach };
        let addresses = resolver.resolve("rebinding.example.com".parse().unwrap()).await.ok()?;
        Some(addresses.map(|address| address.ip().to_string()).collect())
    }

    #[tokio::test]
    async fn a_name_gives_only_addresses_within_reach() {
        assert_eq!(resolved(&["127.0.0.1"], Reach::Public).await, None);
        assert_eq!(resolved(&["10.1.2.3", "fd00::1", "::ffff:192.168.0.1"], Reach::Public).await, None);
        assert_eq!(resolved(&[], Reach::Public).await, None);
        assert_eq!(
            resolved(&["169.254.169.254", "1.1.1.1"], Reach::Public).await,
            Some(vec!["1.1.1.1".to_owned()]),
            "one that is public does not bring a private one with it"
        );
        assert_eq!(resolved(&["1.1.1.1"], Reach::Loopback).await, None);
        assert_eq!(resolved(&["::1"], Reach::PublicOrLoopback).await, Some(vec!["::1".to_owned()]));
    }
}
