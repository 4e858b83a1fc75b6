//! Short names of time zones, as people write them: what they mean, and which mean several places.

use chrono_tz::Tz;

/// What a name of a time zone comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Zone {
    /// One place.
    Known(Tz),
    /// Several, which keep different time.
    Ambiguous(&'static [&'static str]),
    /// None that we know.
    Unknown,
}

/// Short names that one place owns in common use. An IANA zone of the same name (`EST` is one) never changes its clocks,
/// and is not what is meant.
const SHORT: &[(&[&str], Tz)] = &[
    (&["UTC", "GMT", "Z"], Tz::UTC),
    (&["EST", "EDT", "ET"], Tz::America__New_York),
    (&["PST", "PDT", "PT"], Tz::America__Los_Angeles),
    (&["MDT", "MT"], Tz::America__Denver),
    (&["CT"], Tz::America__Chicago),
    (&["AKST", "AKDT"], Tz::America__Anchorage),
    (&["HST"], Tz::Pacific__Honolulu),
    (&["BRT"], Tz::America__Sao_Paulo),
    (&["CET", "CEST"], Tz::Europe__Brussels),
    (&["EET", "EEST"], Tz::Europe__Athens),
    (&["WET", "WEST"], Tz::Europe__Lisbon),
    (&["MSK"], Tz::Europe__Moscow),
    (&["SAST"], Tz::Africa__Johannesburg),
    (&["JST"], Tz::Asia__Tokyo),
    (&["KST"], Tz::Asia__Seoul),
    (&["HKT"], Tz::Asia__Hong_Kong),
    (&["SGT"], Tz::Asia__Singapore),
    (&["AEDT"], Tz::Australia__Sydney),
    (&["ACDT"], Tz::Australia__Adelaide),
    (&["AWST"], Tz::Australia__Perth),
    (&["NZST", "NZDT"], Tz::Pacific__Auckland),
];

const AMBIGUOUS: &[(&str, &[&str])] = &[
    ("CST", &["America/Chicago", "Asia/Shanghai", "America/Havana"]),
    ("CDT", &["America/Chicago", "America/Havana"]),
    ("IST", &["Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem"]),
    ("BST", &["Europe/London", "Asia/Dhaka", "Pacific/Bougainville"]),
    ("MST", &["America/Denver", "America/Phoenix"]),
    ("AST", &["America/Halifax", "America/Puerto_Rico", "Asia/Riyadh"]),
    ("AEST", &["Australia/Sydney", "Australia/Brisbane"]),
    ("ACST", &["Australia/Adelaide", "Australia/Darwin"]),
    ("SST", &["Pacific/Pago_Pago", "Asia/Singapore"]),
];

/// Reads an IANA zone, or a short name of whatever case.
pub fn zone(text: &str) -> Zone {
    let short = text.to_ascii_uppercase();
    if let Some((_, places)) = AMBIGUOUS.iter().find(|(name, _)| *name == short) {
        return Zone::Ambiguous(places);
    }
    if let Some((_, place)) = SHORT.iter().find(|(names, _)| names.contains(&short.as_str())) {
        return Zone::Known(*place);
    }
    text.parse().map_or(Zone::Unknown, Zone::Known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_name_is_one_place_or_says_which_it_may_be() {
        assert_eq!(zone("EST"), Zone::Known(Tz::America__New_York));
        assert_eq!(zone("est"), Zone::Known(Tz::America__New_York));
        assert_eq!(zone("Europe/Zurich"), Zone::Known(Tz::Europe__Zurich));
        assert_eq!(zone("Mars/Olympus"), Zone::Unknown);
        for (name, places) in AMBIGUOUS {
            assert_eq!(zone(name), Zone::Ambiguous(places));
            for place in *places {
                assert!(place.parse::<Tz>().is_ok(), "{place}");
            }
        }
    }
}
