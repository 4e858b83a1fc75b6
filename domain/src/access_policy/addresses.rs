//! Ranges of network addresses.

use std::{fmt, net::IpAddr, str::FromStr};

use ipnet::IpNet;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::text::TextError;

/// Addresses in CIDR notation (RFC 4632, RFC 4291 section 2.3): `203.0.113.0/24`, `2001:db8::/32`. One address alone is
/// a range of one. IPv4 addresses that are mapped into IPv6 are IPv4 addresses.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AddressRange(IpNet);

impl AddressRange {
    /// Whether the address is one of these.
    pub fn holds(&self, address: IpAddr) -> bool {
        self.0.contains(&address.to_canonical())
    }
}

/// Whether a list of ranges admits an address: an empty one admits all, any other only what it holds. Of an address that
/// is not known, nothing is known to be in it.
pub fn admit(ranges: &[AddressRange], address: Option<IpAddr>) -> bool {
    ranges.is_empty() || address.is_some_and(|address| ranges.iter().any(|range| range.holds(address)))
}

impl FromStr for AddressRange {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        let range = text.parse::<IpNet>().or_else(|error| text.parse::<IpAddr>().map(IpNet::from).map_err(|_| error));
        let range = range.map_err(|_| TextError {
            expected: "expected an address or a range of addresses such as 203.0.113.0/24 or 2001:db8::/32".to_owned(),
        })?;
        Ok(Self(unmapped(range).trunc()))
    }
}

/// `::ffff:203.0.113.0/120` is `203.0.113.0/24`.
fn unmapped(range: IpNet) -> IpNet {
    match (range.addr().to_canonical(), range.prefix_len().checked_sub(96)) {
        (address @ IpAddr::V4(_), Some(length)) if range.addr().is_ipv6() => {
            IpNet::new(address, length).unwrap_or(range)
        }
        _ => range,
    }
}

impl fmt::Display for AddressRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for AddressRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl Serialize for AddressRange {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for AddressRange {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_has_one_spelling_and_holds_what_is_in_it() {
        for (text, spelled, inside, outside) in [
            ("203.0.113.7", "203.0.113.7/32", "203.0.113.7", "203.0.113.8"),
            ("203.0.113.7/24", "203.0.113.0/24", "::ffff:203.0.113.200", "203.0.114.1"),
            ("::ffff:203.0.113.7/120", "203.0.113.0/24", "203.0.113.1", "::1"),
            ("2001:DB8::1/32", "2001:db8::/32", "2001:db8:ffff::1", "2001:db9::1"),
            ("0.0.0.0/0", "0.0.0.0/0", "8.8.8.8", "2001:db8::1"),
        ] {
            let range: AddressRange = text.parse().unwrap();
            assert_eq!(range.to_string(), spelled);
            assert!(range.holds(inside.parse().unwrap()), "{text} {inside}");
            assert!(!range.holds(outside.parse().unwrap()), "{text} {outside}");
        }
        for wrong in ["", "203.0.113", "203.0.113.0/33", "example.com", "203.0.113.0-9", " 203.0.113.7"] {
            assert!(wrong.parse::<AddressRange>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_empty_list_admits_all_and_any_other_no_unknown_address() {
        let known = "203.0.113.7".parse().ok();
        assert!(admit(&[], None) && admit(&[], known));
        let ranges = ["203.0.113.0/24".parse().unwrap()];
        assert!(admit(&ranges, known) && !admit(&ranges, None));
    }
}
