use chrono::TimeDelta;
use uuid::Uuid;

use super::*;
use crate::{
    aggregate::Aggregate,
    ids::AgentId,
    tenant::{Tenant, TenantState},
    text::Name,
};

/// Requests an hour that the plan allows.
const ALLOWED: u32 = 1000;

fn key(number: u128) -> ApiKeyId {
    ApiKeyId::new(Uuid::from_u128(number))
}

fn at(hours: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_000) + TimeDelta::hours(hours)
}

fn owner(number: u128) -> KeyOwner {
    KeyOwner::Agent(AgentId::new(Uuid::from_u128(number)))
}

fn issue(number: u128, owner: KeyOwner) -> IssueApiKey {
    IssueApiKey {
        key: key(number),
        name: Name::try_new("CRM").unwrap(),
        scopes: ["tickets:read".to_owned()].into(),
        owner: Some(owner),
        allowed_addresses: ["203.0.113.0/24".parse().unwrap()].into(),
        expires_at: Some(at(1000)),
        rate_limit: None,
        now: at(0),
    }
}

/// After `hours`, with an overlap of ten.
fn rotation(old: u128, new: u128, hours: i64) -> RotateApiKey {
    RotateApiKey {
        key: key(old),
        new: key(new),
        expires_at: at(2000),
        rate_limit: None,
        ends_at: at(hours + 10),
        now: at(hours),
    }
}

/// The keys, once that was recorded.
fn after(keys: &mut Keys, decided: Decision) {
    let mut tenant = TenantState { keys: std::mem::take(keys), ..TenantState::default() };
    decided.unwrap().iter().for_each(|event| Tenant::apply(&mut tenant, event));
    *keys = tenant.keys;
}

fn with_one() -> Keys {
    let mut keys = Keys::default();
    let decided = keys.issue(issue(1, owner(7)), ALLOWED);
    after(&mut keys, decided);
    keys
}

#[test]
fn a_rotated_key_and_its_heir_both_open_until_the_overlap_is_over() {
    let mut keys = with_one();
    let decided = keys.rotate(&rotation(1, 2, 0), ALLOWED);
    after(&mut keys, decided);
    let opens = |number, hours| keys.get(key(number)).unwrap().opens_at(at(hours));
    assert!(opens(1, 9) && opens(2, 9));
    assert!(!opens(1, 10) && opens(2, 10));
    let (old, new) = (keys.get(key(1)).unwrap(), keys.get(key(2)).unwrap());
    assert_eq!((old.replaced_by, new.lineage, new.ends_at), (Some(key(2)), key(1), Some(at(2000))));
    let grant = |key: &IssuedKey| (key.name.clone(), key.scopes.clone(), key.owner, key.allowed_addresses.clone());
    assert_eq!(grant(old), grant(new));
}

#[test]
fn at_most_two_of_a_lineage_open_at_once() {
    let mut keys = with_one();
    let decided = keys.rotate(&rotation(1, 2, 0), ALLOWED);
    after(&mut keys, decided);
    for old in [1, 2] {
        assert_eq!(keys.rotate(&rotation(old, 3, 1), ALLOWED), Err(TenantRejection::RotationUnderWay));
    }
    // Revoked, or over: there is room again.
    let mut revoked = keys.clone();
    let decided = revoked.revoke(key(1));
    after(&mut revoked, decided);
    assert!(revoked.rotate(&rotation(2, 3, 1), ALLOWED).is_ok());
    let decided = keys.rotate(&rotation(2, 3, 10), ALLOWED);
    after(&mut keys, decided);
    assert_eq!(keys.get(key(3)).unwrap().lineage, key(1));
    assert_eq!(keys.rotate(&rotation(1, 4, 10), ALLOWED), Err(TenantRejection::KeyOver));
}

#[test]
fn an_overlap_never_lets_a_key_open_for_longer() {
    let mut keys = with_one();
    let decided = keys.rotate(&rotation(1, 2, 995), ALLOWED);
    after(&mut keys, decided);
    assert_eq!(keys.get(key(1)).unwrap().ends_at, Some(at(1000)));
}

#[test]
fn an_owner_has_a_bounded_number_of_keys_that_open() {
    let mut keys = Keys::default();
    for number in 0..100 {
        let decided = keys.issue(issue(number, owner(7)), ALLOWED);
        after(&mut keys, decided);
    }
    assert_eq!(keys.issue(issue(100, owner(7)), ALLOWED), Err(TenantRejection::TooManyKeys));
    assert!(keys.issue(issue(100, owner(8)), ALLOWED).is_ok(), "another owner");
    assert!(keys.issue(IssueApiKey { now: at(1000), ..issue(100, owner(7)) }, ALLOWED).is_ok(), "those are over");
    let decided = keys.revoke(key(5));
    after(&mut keys, decided);
    assert!(keys.issue(issue(100, owner(7)), ALLOWED).is_ok());
}

#[test]
fn a_key_is_revoked_once_and_for_all() {
    let mut keys = with_one();
    assert_eq!(keys.revoke(key(2)), Err(TenantRejection::KeyNotFound));
    let decided = keys.revoke(key(1));
    after(&mut keys, decided);
    assert_eq!(keys.revoke(key(1)), Ok(vec![]));
    assert!(!keys.get(key(1)).unwrap().opens_at(at(0)));
}

#[test]
fn an_allowlist_has_a_bounded_number_of_ranges() {
    let ranges = |count| (0..count).map(|n| format!("203.0.113.{n}").parse().unwrap()).collect();
    let wish = |count| IssueApiKey { allowed_addresses: ranges(count), ..issue(1, owner(7)) };
    assert!(Keys::default().issue(wish(100), ALLOWED).is_ok());
    assert_eq!(Keys::default().issue(wish(101), ALLOWED), Err(TenantRejection::TooManyAddresses));
}

#[test]
fn a_key_may_be_given_less_than_the_plan_allows_and_its_heir_has_the_same() {
    let limited = |number, rate_limit| IssueApiKey { rate_limit: Some(rate_limit), ..issue(number, owner(7)) };
    let mut keys = Keys::default();
    let decided = keys.issue(limited(1, 60), ALLOWED);
    after(&mut keys, decided);
    let rotation = rotation(1, 2, 0);
    let heir = |rate_limit| keys.rotate(&RotateApiKey { rate_limit, ..rotation }, ALLOWED);
    let TenantEvent::ApiKeyIssued(event) = &heir(Some(90)).unwrap()[0] else { panic!("no key") };
    assert_eq!(event.rate_limit, Some(90));
    let refused = Err(TenantRejection::RateLimitOutOfPlan { most: ALLOWED });
    assert_eq!(heir(Some(ALLOWED + 1)), refused);
    for outside in [0, ALLOWED + 1] {
        assert_eq!(keys.issue(limited(3, outside), ALLOWED), refused);
    }
    let decided = heir(None);
    after(&mut keys, decided);
    assert_eq!(keys.get(key(2)).unwrap().requests_per_hour(ALLOWED), 60);
    assert_eq!(with_one().get(key(1)).unwrap().requests_per_hour(ALLOWED), ALLOWED);
}
