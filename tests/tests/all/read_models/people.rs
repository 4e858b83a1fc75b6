//! Everything that can happen to somebody who logs in, and to the doors, once: it takes secrets, or comes seldom, so it is
//! no part of the series' chance.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use commands::{
    Caller, CommandError, Permission, Permissions, Request,
    access_policy::{AccessPolicyPatch, ChangeRole, CreateRole, DeleteRole, RolePatch, UpdateAccessPolicy},
    access_reviews::{CloseReview, DecideAccess, OpenReview},
    agents::{AgentPatch, CreateAgent, UpdateAgent},
    legal_holds::{PlaceHold, ReleaseHold},
    operators::OperatorName,
    people::{
        ChangePassword, Entry, Invitation, LogIn, LoggedIn, NewPassword, NewTotp, Person, ProofShown, SecondFactor,
        Visitor,
    },
    support::{Grant, NewVisit, Revoke, Supporter},
    views::{CreateView, DeleteView},
};
use domain::{
    AccessReviewId, Actor, AgentId, BuiltInRole, CustomRoleId, LegalHoldId, RoleId, SupportGrantId, ViewId,
    access_policy::{MaskedFields, PersonalField, RoleDefinition, RoleRules, SessionLimits, WishedSchedule},
    access_review::{Decision, OpenAccessReview, Principal, PrincipalKind},
    agent::CreateAgent as NewAgent,
    legal_holds::{HeldThings, PlaceLegalHold},
    support_access::GrantSupport,
    tenant::{
        Entitlement, Feature, FeatureOverridden, Limit, LimitOverridden, OverrideCleared, Plan, PlanCommand,
        TrialStarted,
    },
    text::{Email, ExternalId, Name, Reason},
};
use event_store::{Clock, access::Access};
use projections::principals::{self, ToReview};
use tests::{Tenant, World, totp};

const PASSWORD: &str = "a horse, a battery";
const ANOTHER: &str = "a stable, a staple";

/// Everything that can happen to an access policy, once.
pub async fn guard_the_doors(world: &World, tenant: &Tenant, agents: &[AgentId]) -> Result<(), CommandError> {
    let (desk, log) = (&world.app.desk, &tenant.log);
    let role = CustomRoleId::new(desk.store().ids().next());
    let definition = |description: &str| RoleDefinition {
        name: role.to_string(),
        description: Some(description.to_owned()),
        permissions: Permissions::everywhere(&[Permission::TicketsRead]),
    };
    desk.run(log, &world.request(), &CreateRole { role, definition: definition("sees") }).await?;
    let patch = RolePatch { description: Some(None), ..RolePatch::default() };
    desk.run(log, &world.request(), &ChangeRole { role, patch }).await?;
    for (switch, minutes, places) in [(true, 60, vec!["192.0.2.0/24"]), (false, 90, vec![])] {
        let ranges: Vec<_> = places.iter().map(|range| range.parse().expect("a range")).collect();
        let patch = AccessPolicyPatch {
            allowed_addresses: Some(ranges.clone()),
            mfa_required: Some(switch),
            sessions: Some(SessionLimits { idle_minutes: minutes, ..SessionLimits::default() }),
            origins: Some(places.iter().map(|_| "https://app.example.com".parse().expect("an origin")).collect()),
            rules: vec![(
                RoleId::AGENT,
                RoleRules {
                    allowed_addresses: ranges,
                    mfa_required: switch,
                    masks_personal_data: if switch { PersonalField::ALL.into() } else { MaskedFields::new() },
                },
            )],
            access_reviews: Some(switch.then(|| WishedSchedule {
                every_months: 1,
                due_days: 14,
                kinds: PrincipalKind::ALL.into(),
                first_at: Some(world.now() + TimeDelta::seconds(1)),
            })),
        };
        desk.run(log, &world.request(), &UpdateAccessPolicy { patch, address: None }).await?;
        if switch {
            world.pass(TimeDelta::seconds(1));
            assert!(world.app.scheduled_reviews.open_due(log.tenant()).await.expect("a review"));
        }
    }
    // Owners come and go; somebody is left.
    let [one, another, ..] = *agents else { panic!("two agents are there by then") };
    let own = RoleId::Custom(role);
    for (id, role) in [(one, RoleId::OWNER), (another, own), (another, RoleId::OWNER), (one, RoleId::AGENT)] {
        let patch = AgentPatch { role: Some(role), ..AgentPatch::default() };
        desk.run(log, &world.request(), &UpdateAgent { id, patch }).await?;
    }
    desk.run(log, &world.request(), &DeleteRole(role)).await?;
    Ok(())
}

/// Everything that can happen to support access, and to a review of access, once.
pub async fn let_others_look(world: &World, tenant: &Tenant, agents: &[AgentId]) -> Result<(), CommandError> {
    review_access(world, tenant, agents).await?;
    let_support_in(world, tenant).await
}

async fn let_support_in(world: &World, tenant: &Tenant) -> Result<(), CommandError> {
    let (desk, log, random) = (&world.app.desk, &tenant.log, &*world.random);
    let grant = SupportGrantId::new(desk.store().ids().next());
    let (now, role) = (world.now(), RoleId::BuiltIn(BuiltInRole::Auditor));
    let until = now + TimeDelta::days(1);
    let visit = |break_glass: bool| {
        let reason = Reason::try_new("case 4711").expect("a reason");
        NewVisit { reason, span: TimeDelta::minutes(5), break_glass, request_id: None }
    };
    // By name one of each process; whom it knows already is fine.
    let operator: OperatorName = "alice".parse().expect("a name");
    desk.enter_support(log, &operator, random, visit(true)).await?;
    let granted = GrantSupport { grant, until, reason: "a question".to_owned(), role };
    desk.run(log, &world.request(), &Grant { grant: granted, now }).await?;
    let entered = desk.enter_support(log, &operator, random, visit(false)).await?;
    let caller =
        Caller { actor: Actor::Support(operator.to_string()), permissions: Permissions::none(), ..Caller::system("") };
    let supporter = Supporter { caller, operator: operator.to_string(), session: entered.session };
    let asked = ("GET".to_owned(), "/api/tickets".to_owned());
    desk.note_support_request(log, &supporter, asked, None).await?;
    // Who saw what is sealed by what the log says of it.
    let access = Access {
        actor: "support:alice".to_owned(),
        session: None,
        operation: "listTickets".to_owned(),
        kind: "list".to_owned(),
        targets: vec![],
        seen: None,
        query: None,
        request_id: None,
        status: 200,
        client: None,
    };
    log.record_access(access).await?;
    desk.seal_access_log(log).await?;
    desk.run(log, &world.request(), &Revoke(grant)).await?;
    hold_back(world, tenant).await
}

/// A hold comes and goes, and a view.
async fn hold_back(world: &World, tenant: &Tenant) -> Result<(), CommandError> {
    let (desk, log) = (&world.app.desk, &tenant.log);
    let hold = LegalHoldId::new(desk.store().ids().next());
    let reason = Reason::try_new("a suit").expect("a reason");
    let matter = Name::try_new("Case 4711").expect("a name");
    let about = HeldThings::Tag("suit".to_owned());
    let placed = PlaceLegalHold { hold, matter, reason: reason.clone(), about };
    desk.run(log, &world.request(), &PlaceHold(placed)).await?;
    desk.run(log, &world.request(), &ReleaseHold { hold, reason }).await?;
    let caller = Caller { principal: Some("agt_1".to_owned()), ..Caller::system("") };
    let request = || Request { caller: caller.clone(), ..world.request() };
    let id = ViewId::new(desk.store().ids().next());
    let name = Name::try_new("Refunds").expect("a name");
    let view = CreateView { id, name, query: BTreeMap::new(), shared: true, rank: 0 };
    desk.run(log, &request(), &view).await?;
    desk.run(log, &request(), &DeleteView(id)).await.map(drop)
}

/// By an owner.
async fn review_access(world: &World, tenant: &Tenant, agents: &[AgentId]) -> Result<(), CommandError> {
    let (desk, log, now) = (&world.app.desk, &tenant.log, world.now());
    let [one, owner, ..] = *agents else { panic!("two agents are there by then") };
    let review = AccessReviewId::new(desk.store().ids().next());
    let kinds = BTreeSet::from([PrincipalKind::Agent]);
    let as_of_position = log.head().await?.position;
    let found = principals::at(log, as_of_position, now).await.expect("everybody").to_review(&kinds, now);
    let ToReview { items, roles } = found;
    let (title, due_at) = (Name::try_new("Fourth quarter").expect("a title"), now + TimeDelta::days(1));
    let open = OpenAccessReview { title, due_at, kinds, as_of_position, roles, items, now };
    desk.run(log, &world.request(), &OpenReview { id: review, review: open }).await?;
    let (actor, principal) = (Actor::Agent(owner), Some(owner.to_string()));
    let caller = Caller { actor, principal, ..Caller::system("") };
    let change = Decision::ChangeRole(RoleId::BuiltIn(BuiltInRole::LightAgent));
    for decision in [Decision::Attest, change, Decision::Remove] {
        let (item, note) = (Principal::Agent(one), Reason::try_new("so it is").ok());
        let request = Request { caller: caller.clone(), ..world.request() };
        desk.decide_access(log, &request, &DecideAccess { review, item, decision, note }).await?;
    }
    desk.run(log, &world.request(), &CloseReview { review, leave_undecided: true }).await?;
    // They go on in the series.
    let patch = AgentPatch { role: Some(RoleId::AGENT), active: Some(true), ..AgentPatch::default() };
    desk.run(log, &world.request(), &UpdateAgent { id: one, patch }).await.map(drop)
}

pub async fn come_and_go(world: &World, tenant: &Tenant) -> Result<(), CommandError> {
    let (desk, log, random) = (&world.app.desk, &tenant.log, &*world.random);
    let visitor = Visitor { client: Some("192.0.2.1".to_owned()), ..Visitor::default() };
    // Two processes may do this at once, in one tenant.
    let email = format!("grace-{}@company.example", desk.store().ids().next().simple());
    let wish = || Invitation {
        email: Email::try_new(email.as_str()).expect("an address"),
        name: Name::try_new("Grace").expect("a name"),
        role: None,
    };
    let (revoked, _, _) = desk.invite(log, &world.request(), random, wish()).await?;
    desk.revoke_invitation(log, &world.request(), revoked.id).await?;
    let (_, token, _) = desk.invite(log, &world.request(), random, wish()).await?;
    let password = NewPassword::try_new(PASSWORD).expect("a password");
    let name = log.tenant().as_str();
    desk.accept_invitation(name, token.reveal(), password, &visitor, random).await.expect("let in");

    let log_in = |password: &str| {
        let (tenant, email) = (name.to_owned(), email.clone());
        desk.log_in(LogIn { tenant, email, password: password.into() }, &visitor, random)
    };
    let (mut committed, head) = (log.committed(), log.head().await?.position);
    log_in("a wrong password").await.expect_err("refused");
    // Recorded beside the answer.
    committed.wait_for(|position| *position > head).await.expect("the log's writer");

    let first = entered(log_in(PASSWORD).await.expect("let in"));
    let person = desk.authenticate_person(&first.access_token, None).await?.expect("logged in");
    let change = ChangePassword { current: PASSWORD.into(), new: NewPassword::try_new(ANOTHER).expect("a password") };
    desk.change_password(&person, &world.request(), random, change).await.expect("changed");
    let second = entered(log_in(ANOTHER).await.expect("let in"));
    let stolen = second.refresh_token.reveal();
    desk.refresh(stolen, &visitor, random).await.expect("the next pair");
    desk.refresh(stolen, &visitor, random).await.expect_err("revoked");
    lose_a_phone(world, tenant, &person).await?;
    let last = entered(log_in(PASSWORD).await.expect("let in"));
    let person = desk.authenticate_person(&last.access_token, None).await?.expect("logged in");
    desk.end_session(&person, &world.request(), person.session).await.map(drop)
}

fn entered(entry: Entry) -> LoggedIn {
    match entry {
        Entry::In(let_in) => *let_in,
        Entry::SecondStep(step) => panic!("asked for more: {step:?}"),
    }
}

/// Everything that can happen to second factors, and to somebody who forgot their password.
async fn lose_a_phone(world: &World, tenant: &Tenant, person: &Person) -> Result<(), CommandError> {
    let (desk, log, random) = (&world.app.desk, &tenant.log, &*world.random);
    let with_app = async || {
        let options = desk.totp_options(person, random).await.expect("options");
        let code = totp(&options.seed.base32(), world.clock.now(), 0);
        let name = Name::try_new("Phone").expect("a name");
        let wish = NewTotp { enrolment: options.enrolment, code, name };
        desk.add_totp(person, &world.request(), random, &wish).await.expect("added")
    };
    let added = with_app().await;
    let code = ProofShown::SecondFactor(SecondFactor::RecoveryCode(added.recovery_codes[0].reveal()));
    desk.reauthenticate(person, &world.request(), &code).await.expect("proved");
    desk.remove_factor(person, &world.request(), added.id).await?;
    let _ = with_app().await;
    desk.reset_factors(log, &world.request(), person.agent).await?;
    let reset = desk.issue_password_reset(log, &world.request(), random, person.agent).await?;
    let password = NewPassword::try_new(PASSWORD).expect("a password");
    let name = log.tenant().as_str();
    desk.reset_password(name, reset.token.reveal(), password, &Visitor::default(), random).await.expect("reset");
    Ok(())
}

/// What was bought changes, and what else was given.
pub async fn buy(world: &World, tenant: &Tenant) -> Result<(), CommandError> {
    let reason = || "order 4711".to_owned();
    let now = world.app.desk.store().clock().now();
    let until = now + TimeDelta::days(9);
    let (of, limit) = (Limit::StorageBytes, Some(1_000_000_000));
    for command in [
        PlanCommand::Change(Plan::Professional, reason()),
        PlanCommand::Change(Plan::Enterprise, reason()),
        PlanCommand::StartTrial { trial: TrialStarted { plan: Plan::Enterprise, until, reason: reason() }, now },
        PlanCommand::EndTrial { reason: reason(), now },
        PlanCommand::OverrideLimit { wish: LimitOverridden { of, limit, until: None, reason: reason() }, now },
        PlanCommand::OverrideFeature {
            wish: FeatureOverridden { of: Feature::Sso, included: false, until: Some(until), reason: reason() },
            now,
        },
        PlanCommand::ClearOverride(OverrideCleared { of: Entitlement::Limit(of), reason: reason() }),
    ] {
        world.app.desk.change_plan(tenant.log.tenant(), "test", command).await?;
    }
    // A seat is recorded where there is a limit; and of tickets, which none refuses, that there are too many.
    let (desk, log) = (&world.app.desk, &tenant.log);
    for (of, limit) in [(Limit::Agents, 500), (Limit::TicketsPerMonth, 1)] {
        let wish = LimitOverridden { of, limit: Some(limit), until: None, reason: reason() };
        desk.change_plan(log.tenant(), "test", PlanCommand::OverrideLimit { wish, now }).await?;
    }
    desk.say_thresholds(log).await?;
    let id = AgentId::new(desk.store().ids().next());
    let new = NewAgent { id, name: Name::try_new("Ann").expect("a name"), email: None, external_id: None };
    desk.run(log, &world.request(), &CreateAgent(new)).await?;
    let patch = AgentPatch { external_id: Some(ExternalId::try_new(id.to_string()).ok()), ..AgentPatch::default() };
    desk.run(log, &world.request(), &UpdateAgent { id, patch }).await?;
    Ok(())
}
