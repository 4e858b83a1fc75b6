use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::*;
use crate::{
    access_policy::WishedSchedule, access_review::PrincipalKind, ids::AccessReviewId, permission::Permission,
    role::BuiltInRole,
};

type Refused = AccessPolicyRejection;

#[derive(Default)]
struct Given(AccessPolicyState);

impl Given {
    fn when(&mut self, command: AccessPolicyCommand) -> Result<usize, Refused> {
        let events = AccessPolicy::decide(&self.0, command)?;
        events.iter().for_each(|event| AccessPolicy::apply(&mut self.0, event));
        Ok(events.len())
    }
}

fn agent(number: u128) -> AgentId {
    AgentId::new(Uuid::from_u128(number))
}

fn role(number: u128) -> CustomRoleId {
    CustomRoleId::new(Uuid::from_u128(number))
}

fn definition(name: &str) -> RoleDefinition {
    let permissions = Permissions::everywhere(&[Permission::TicketsRead]);
    RoleDefinition { name: name.to_owned(), description: None, permissions }
}

#[test]
fn the_last_owner_stays() {
    let mut given = Given::default();
    assert_eq!(given.when(AccessPolicyCommand::RemoveOwner(agent(1))), Ok(0), "who was none");
    assert_eq!(given.when(AccessPolicyCommand::AddOwner(agent(1))), Ok(1));
    assert_eq!(given.when(AccessPolicyCommand::AddOwner(agent(1))), Ok(0));
    assert_eq!(given.when(AccessPolicyCommand::RemoveOwner(agent(1))), Err(Refused::LastOwner));
    assert_eq!(given.when(AccessPolicyCommand::AddOwner(agent(2))), Ok(1));
    assert_eq!(given.when(AccessPolicyCommand::RemoveOwner(agent(1))), Ok(1));
    assert_eq!(given.when(AccessPolicyCommand::RemoveOwner(agent(2))), Err(Refused::LastOwner));
}

#[test]
fn a_role_has_a_name_of_its_own_and_whoever_has_one_that_is_no_more_may_nothing() {
    let mut given = Given::default();
    let create = |number, name| AccessPolicyCommand::CreateRole { role: role(number), definition: definition(name) };
    assert_eq!(given.when(create(1, "Tier 1")), Ok(1));
    assert_eq!(given.when(create(2, "TIER 1")), Err(Refused::RoleNameTaken));
    let change = |definition| AccessPolicyCommand::ChangeRole { role: role(1), definition };
    assert_eq!(given.when(change(definition("Tier 1"))), Ok(0));
    assert_eq!(given.when(change(definition("tier 1"))), Ok(1), "its own name in other letters");
    let id = RoleId::Custom(role(1));
    assert!(given.0.permissions_of(&id).allow(Permission::TicketsRead));
    let rules = RoleRules { mfa_required: true, ..RoleRules::default() };
    assert_eq!(given.when(AccessPolicyCommand::SetRoleRules { role: id, rules: rules.clone() }), Ok(1));
    assert!(given.0.mfa_required_of(&id) && !given.0.mfa_required_of(&RoleId::ADMIN));
    assert_eq!(given.when(AccessPolicyCommand::DeleteRole(role(1))), Ok(1));
    assert_eq!(given.0.permissions_of(&id), Permissions::none());
    assert_eq!(given.when(AccessPolicyCommand::DeleteRole(role(1))), Err(Refused::NoSuchRole));
    assert_eq!(given.when(AccessPolicyCommand::SetRoleRules { role: id, rules }), Err(Refused::NoSuchRole));
}

#[test]
fn a_reach_is_for_what_is_about_tickets() {
    let permissions = [(Permission::AgentsRead, crate::permission::Reach::Team)].into_iter().collect();
    let definition = RoleDefinition { permissions, ..definition("Narrow") };
    let create = AccessPolicyCommand::CreateRole { role: role(1), definition };
    assert_eq!(Given::default().when(create), Err(Refused::MisplacedReach));
}

#[test]
fn both_the_tenants_list_and_the_roles_must_admit() {
    let mut given = Given::default();
    let ranges = |text: &str| vec![text.parse().unwrap()];
    let admin = RoleId::BuiltIn(BuiltInRole::Admin);
    given.when(AccessPolicyCommand::AllowAddresses(ranges("203.0.113.0/24"))).unwrap();
    let rules = RoleRules { allowed_addresses: ranges("203.0.113.7"), ..RoleRules::default() };
    given.when(AccessPolicyCommand::SetRoleRules { role: admin, rules }).unwrap();
    let admits = |role: &RoleId, address: &str| given.0.admits(role, address.parse().ok());
    assert!(admits(&RoleId::AGENT, "203.0.113.9") && !admits(&admin, "203.0.113.9"));
    assert!(admits(&admin, "203.0.113.7") && !admits(&RoleId::AGENT, "198.51.100.1"));
}

#[test]
fn limits_of_sessions_have_bounds() {
    let usual = SessionLimits::default();
    for wrong in [
        SessionLimits { idle_minutes: 4, ..usual },
        SessionLimits { absolute_minutes: 366 * 24 * 60 + 1, ..usual },
        SessionLimits { reauthentication_minutes: 0, ..usual },
        SessionLimits { idle_minutes: 60, absolute_minutes: 30, ..usual },
    ] {
        let limit = AccessPolicyCommand::LimitSessions(wrong);
        assert_eq!(Given::default().when(limit), Err(Refused::SessionLimits), "{wrong:?}");
    }
    assert_eq!(Given::default().when(AccessPolicyCommand::LimitSessions(usual)), Ok(0));
}

#[test]
fn a_role_stays_while_somebody_has_it() {
    let mut given = Given::default();
    let (id, ann, bob) = (role(1), agent(1), agent(2));
    let give = |agent| AccessPolicyCommand::GiveRole { role: id, agent };
    let take = |agent| AccessPolicyCommand::TakeRole { role: id, agent };
    assert_eq!(given.when(give(ann)), Ok(0), "there is no such role");
    given.when(AccessPolicyCommand::CreateRole { role: id, definition: definition("Tier 1") }).unwrap();
    assert_eq!((given.when(give(ann)), given.when(give(ann)), given.when(give(bob))), (Ok(1), Ok(0), Ok(1)));
    let delete = || AccessPolicyCommand::DeleteRole(id);
    assert_eq!(given.when(delete()), Err(Refused::RoleInUse { holders: 2 }));
    assert_eq!((given.when(take(ann)), given.when(take(ann))), (Ok(1), Ok(0)));
    assert_eq!(given.when(delete()), Err(Refused::RoleInUse { holders: 1 }));
    given.when(take(bob)).unwrap();
    assert_eq!(given.when(delete()), Ok(1));
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn schedule(every_months: u8, first_at: Option<&str>, now: &str) -> AccessPolicyCommand {
    let (due_days, kinds) = (14, PrincipalKind::ALL.into());
    let wish = WishedSchedule { every_months, due_days, kinds, first_at: first_at.map(at) };
    AccessPolicyCommand::ScheduleReviews { wish: Some(wish), now: at(now) }
}

fn opened(now: &str) -> AccessPolicyCommand {
    AccessPolicyCommand::NoteReviewOpened { review: AccessReviewId::new(Uuid::from_u128(1)), now: at(now) }
}

#[test]
fn a_review_that_is_due_is_opened_once_and_the_next_is_counted_from_the_first() {
    let mut given = Given::default();
    assert_eq!(given.when(opened("2026-01-31T00:00:00Z")), Ok(0), "there is no schedule");
    assert_eq!(given.when(schedule(1, Some("2026-01-31T09:00:00Z"), "2026-01-01T00:00:00Z")), Ok(1));
    assert_eq!(given.when(schedule(1, Some("2026-01-31T09:00:00Z"), "2026-01-02T00:00:00Z")), Ok(0), "the same");
    assert_eq!(given.when(schedule(1, None, "2026-01-02T00:00:00Z")), Ok(0), "the same");
    assert_eq!(given.when(opened("2026-01-31T08:59:59Z")), Ok(0), "not yet");
    let next_at = |given: &Given| given.0.reviews.as_ref().unwrap().next_at;
    for (now, next) in [
        ("2026-01-31T09:00:00Z", "2026-02-28T09:00:00Z"),
        ("2026-02-28T09:30:00Z", "2026-03-31T09:00:00Z"),
        // Nobody was there for months: one, and not one for each.
        ("2026-07-01T00:00:00Z", "2026-07-31T09:00:00Z"),
    ] {
        assert_eq!(given.when(opened(now)), Ok(1), "{now}");
        assert_eq!((given.when(opened(now)), next_at(&given)), (Ok(0), at(next)), "{now}");
    }
    assert_eq!(given.when(schedule(3, None, "2026-07-02T00:00:00Z")), Ok(1));
    assert_eq!(next_at(&given), at("2026-07-31T09:00:00Z"), "every third month from the first on");
    let never = || AccessPolicyCommand::ScheduleReviews { wish: None, now: at("2026-07-02T00:00:00Z") };
    assert_eq!((given.when(never()), given.when(never())), (Ok(1), Ok(0)));
    assert_eq!(given.when(opened("2027-01-01T00:00:00Z")), Ok(0));
    assert_eq!(given.when(schedule(2, None, "2026-12-31T10:00:00Z")), Ok(1));
    assert_eq!(next_at(&given), at("2027-02-28T10:00:00Z"));
}

#[test]
fn a_schedule_has_bounds() {
    let now = "2026-01-01T00:00:00Z";
    let (past, present, far) = ("2025-12-31T00:00:00Z", now, "2028-01-04T00:00:00Z");
    let days = |due_days| {
        let kinds = PrincipalKind::ALL.into();
        let wish = WishedSchedule { every_months: 1, due_days, kinds, first_at: None };
        AccessPolicyCommand::ScheduleReviews { wish: Some(wish), now: at(now) }
    };
    for (wrong, reason) in [
        (schedule(0, None, now), Refused::ReviewMonths),
        (schedule(25, None, now), Refused::ReviewMonths),
        (days(0), Refused::ReviewDays),
        (days(367), Refused::ReviewDays),
        (schedule(1, Some(past), now), Refused::FirstReview),
        (schedule(1, Some(present), now), Refused::FirstReview),
        (schedule(1, Some(far), now), Refused::FirstReview),
    ] {
        assert_eq!(Given::default().when(wrong.clone()), Err(reason), "{wrong:?}");
    }
}
