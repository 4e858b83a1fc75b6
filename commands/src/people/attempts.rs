//! How often somebody may try: token buckets in this process.
//!
//! An attempt takes from three buckets: of its address, of its email at that address, of its email. The second is
//! much smaller than the third, so that one address that guesses at an email soon stops itself, not those who know
//! the password elsewhere; and an address from which a log-in succeeded does not need the third at all, so that a
//! distributed attack does not lock them out either. A success gives back what it took. Second steps have buckets of
//! their own, of the agent instead of the email, and smaller: a code has six digits.

use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};

use super::AccessError;
use crate::buckets::{Buckets, Key, Limit, key, network};

/// How long an address at which somebody logged in is one of theirs.
const FAMILIAR: TimeDelta = TimeDelta::days(30);

const ADDRESS: Limit = Limit { burst: 60, every_ms: 1_000 };
const EMAIL_AT_ADDRESS: Limit = Limit { burst: 5, every_ms: 20_000 };
const EMAIL: Limit = Limit { burst: 20, every_ms: 3_000 };
const AGENT: Limit = Limit { burst: 10, every_ms: 60_000 };
/// Each page that somebody opens in a tab of its own takes one. Nobody guesses a refresh token.
const REFRESH: Limit = Limit { burst: 60, every_ms: 10_000 };
const SESSION: Limit = Limit { burst: 10, every_ms: 60_000 };

/// Who tries to log in.
#[derive(Clone, Debug)]
pub(super) struct Attempt {
    address: Key,
    email_at_address: Key,
    email: Key,
    familiar: Key,
    /// Of the third bucket.
    limit: Limit,
}

impl Attempt {
    pub fn new(tenant: &str, email: &str, address: Option<IpAddr>) -> Self {
        let address = network(address);
        Self {
            email_at_address: key(&["email at address", tenant, email, &address]),
            familiar: key(&["familiar", tenant, email, &address]),
            email: key(&["email", tenant, email]),
            address: key(&["address", &address]),
            limit: EMAIL,
        }
    }

    /// Of somebody whose password was right.
    pub fn second_step(tenant: &str, agent: &str, address: Option<IpAddr>) -> Self {
        Self { limit: AGENT, ..Self::new(tenant, &format!("second step of {agent}"), address) }
    }
}

/// The buckets.
#[derive(Debug, Default)]
pub(super) struct Attempts(Buckets);

impl Attempts {
    /// Takes what a log-in takes, or says when to try again; then nothing was taken.
    pub fn log_in(&self, attempt: &Attempt, now: DateTime<Utc>) -> Result<(), AccessError> {
        let mut wanted = vec![(attempt.address, ADDRESS), (attempt.email_at_address, EMAIL_AT_ADDRESS)];
        if !self.is_familiar(attempt, now) {
            wanted.push((attempt.email, attempt.limit));
        }
        self.take(&wanted, now)
    }

    /// Gives back what a log-in took that succeeded, and remembers the address.
    pub fn succeeded(&self, attempt: &Attempt, now: DateTime<Utc>) {
        self.0.give_back(&[
            (attempt.address, ADDRESS),
            (attempt.email_at_address, EMAIL_AT_ADDRESS),
            (attempt.email, attempt.limit),
        ]);
        self.0.note(attempt.familiar, now);
    }

    /// What anything else that an address may try without being known takes.
    pub fn visit(&self, address: Option<IpAddr>, now: DateTime<Utc>) -> Result<(), AccessError> {
        self.take(&[(key(&["address", &network(address)]), ADDRESS)], now)
    }

    /// What a session takes for a refresh.
    pub fn refresh(&self, session: &str, now: DateTime<Utc>) -> Result<(), AccessError> {
        self.take(&[(key(&["refresh", session]), REFRESH)], now)
    }

    /// What a session takes for a try at its password, or at a new factor.
    pub fn within(&self, what: &str, session: &str, now: DateTime<Utc>) -> Result<(), AccessError> {
        self.take(&[(key(&[what, session]), SESSION)], now)
    }

    fn is_familiar(&self, attempt: &Attempt, now: DateTime<Utc>) -> bool {
        self.0.happened_after(attempt.familiar, now - FAMILIAR)
    }

    fn take(&self, wanted: &[(Key, Limit)], now: DateTime<Utc>) -> Result<(), AccessError> {
        self.0.take(wanted, now).map_err(|retry_after| AccessError::TooManyAttempts { retry_after })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_795_338_000 + seconds, 0).unwrap()
    }

    fn ann(address: &str) -> Attempt {
        Attempt::new("acme", "ann@acme.com", Some(address.parse().unwrap()))
    }

    fn tries(attempts: &Attempts, attempt: &Attempt, now: DateTime<Utc>) -> usize {
        (0..1000).take_while(|_| attempts.log_in(attempt, now).is_ok()).count()
    }

    #[test]
    fn one_address_stops_itself_and_nobody_else() {
        let attempts = Attempts::default();
        assert_eq!(tries(&attempts, &ann("192.0.2.1"), at(0)), 5);
        let refused = attempts.log_in(&ann("192.0.2.1"), at(0));
        assert!(matches!(refused, Err(AccessError::TooManyAttempts { retry_after: 20 })), "{refused:?}");
        assert!(attempts.log_in(&ann("192.0.2.2"), at(0)).is_ok(), "another address");
        assert!(attempts.log_in(&ann("192.0.2.1"), at(19)).is_err());
        assert!(attempts.log_in(&ann("192.0.2.1"), at(20)).is_ok());
    }

    #[test]
    fn many_addresses_share_the_emails_bucket_but_for_a_familiar_one() {
        let attempts = Attempts::default();
        attempts.log_in(&ann("198.51.100.1"), at(0)).unwrap();
        attempts.succeeded(&ann("198.51.100.1"), at(0));
        let guesses: usize = (1..=100).map(|n| tries(&attempts, &ann(&format!("192.0.2.{n}")), at(1))).sum();
        assert_eq!(guesses, 20);
        assert!(attempts.log_in(&ann("203.0.113.1"), at(1)).is_err());
        assert!(attempts.log_in(&ann("203.0.113.1"), at(4)).is_ok(), "not for long");
        assert!(attempts.log_in(&ann("198.51.100.1"), at(1)).is_ok(), "where they logged in before");
        let other = Attempt::new("globex", "ann@acme.com", Some("192.0.2.1".parse().unwrap()));
        assert!(attempts.log_in(&other, at(1)).is_ok(), "another tenant's");
    }

    #[test]
    fn codes_are_tried_less_often_than_passwords_and_not_by_those_who_know_where_they_are() {
        let attempts = Attempts::default();
        let eve = |address: &str| Attempt::second_step("acme", "agt_1", Some(address.parse().unwrap()));
        attempts.log_in(&eve("198.51.100.1"), at(0)).unwrap();
        attempts.succeeded(&eve("198.51.100.1"), at(0));
        let guesses: usize = (1..=100).map(|n| tries(&attempts, &eve(&format!("192.0.2.{n}")), at(1))).sum();
        assert_eq!(guesses, 10);
        assert!(attempts.log_in(&eve("203.0.113.1"), at(59)).is_err());
        assert!(attempts.log_in(&eve("203.0.113.1"), at(61)).is_ok());
        assert!(attempts.log_in(&eve("198.51.100.1"), at(1)).is_ok(), "where she logged in before");
        assert!(attempts.log_in(&ann("192.0.2.1"), at(1)).is_ok(), "passwords are another matter");
    }

    #[test]
    fn an_address_has_a_bucket_for_all_emails_and_a_network_is_one_address() {
        let attempts = Attempts::default();
        let guesses: usize = (0..100)
            .map(|n| {
                let address = format!("2001:db8::{n:x}").parse().unwrap();
                tries(&attempts, &Attempt::new("acme", &format!("{n}@acme.com"), Some(address)), at(0))
            })
            .sum();
        assert_eq!(guesses, 60);
        assert!(attempts.visit(Some("2001:db8::ffff".parse().unwrap()), at(0)).is_err());
        assert!(attempts.visit(Some("2001:db8:0:1::1".parse().unwrap()), at(0)).is_ok());
    }

    #[test]
    fn whoever_knows_the_password_may_use_it_as_often_as_they_like() {
        let attempts = Attempts::default();
        for _ in 0..1000 {
            attempts.log_in(&ann("192.0.2.1"), at(0)).unwrap();
            attempts.succeeded(&ann("192.0.2.1"), at(0));
        }
    }
}
