//! What an address may do without being known. In this process only: of several, each allows so much.
//!
//! Credentials that open nothing are counted, and once there were too many, keys from that address which this process does
//! not know to be good are not even looked up. Those that it knows go on, so that nobody who guesses shuts out the others
//! behind their address.

use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};
use commands::{
    api_keys::ApiKey,
    buckets::{Buckets, Limit, key, network},
    support::SupportToken,
};

/// Credentials that open nothing.
const GUESSES: Limit = Limit { burst: 60, every_ms: 1_000 };
/// Requests without credentials. What lets somebody in has narrower limits of its own.
const VISITS: Limit = Limit { burst: 300, every_ms: 100 };
/// How long credentials that opened something are known.
const KNOWN: TimeDelta = TimeDelta::hours(24);

/// What was done from each address.
#[derive(Debug, Default)]
pub struct Addresses(Buckets);

impl Addresses {
    /// One request without credentials; or in how many seconds there may be one.
    pub fn visit(&self, address: Option<IpAddr>, now: DateTime<Utc>) -> Result<(), u32> {
        self.0.take(&[(key(&["visits", &network(address)]), VISITS)], now)
    }

    /// Whether these credentials may be looked up; or in how many seconds.
    pub fn may_show(&self, address: Option<IpAddr>, shown: &str, now: DateTime<Utc>) -> Result<(), u32> {
        // An access token is signed: nobody guesses one, and nothing is looked up for it.
        let is_looked_up = ApiKey::parse(shown).is_ok() || SupportToken::parse(shown).is_some();
        if !is_looked_up || self.0.happened_after(key(&["known", shown]), now - KNOWN) {
            return Ok(());
        }
        self.0.look(key(&["guesses", &network(address)]), GUESSES, now)
    }

    /// Counts credentials that opened nothing; or says in how many seconds there may be others.
    pub fn guessed(&self, address: Option<IpAddr>, now: DateTime<Utc>) -> Result<(), u32> {
        self.0.take(&[(key(&["guesses", &network(address)]), GUESSES)], now)
    }

    /// Remembers credentials that opened something.
    pub fn recognised(&self, shown: &str, now: DateTime<Utc>) {
        self.0.note(key(&["known", shown]), now);
    }
}

#[cfg(test)]
mod tests {
    use event_store::SystemRandom;

    use super::*;

    #[test]
    fn whoever_guesses_stops_themselves_and_nobody_who_is_known() {
        let addresses = Addresses::default();
        let at = |seconds: i64| DateTime::from_timestamp(1_795_338_000 + seconds, 0).unwrap();
        let key = || ApiKey::generate(&"acme".parse().unwrap(), &SystemRandom::default()).reveal().to_owned();
        let (known, fresh) = (key(), key());
        addresses.recognised(&known, at(0));
        let from = |text: &str| Some(text.parse().unwrap());
        let guesses = |address| (0..100).take_while(|_| addresses.guessed(address, at(0)).is_ok()).count();
        assert_eq!(guesses(from("2001:db8::1")), 60);
        let neighbour = from("2001:db8::2");
        assert_eq!(addresses.may_show(neighbour, &fresh, at(0)), Err(1), "one network");
        assert_eq!(addresses.may_show(neighbour, &known, at(0)), Ok(()));
        assert_eq!(addresses.may_show(neighbour, "an.access.token", at(0)), Ok(()));
        assert_eq!(addresses.may_show(from("2001:db8:0:1::1"), &fresh, at(0)), Ok(()), "another network");
        assert_eq!(addresses.may_show(neighbour, &fresh, at(1)), Ok(()), "not for long");
        assert_eq!(addresses.visit(neighbour, at(0)), Ok(()), "which is another matter");
    }
}
