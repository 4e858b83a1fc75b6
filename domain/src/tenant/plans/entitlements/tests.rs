use std::collections::BTreeSet;

use super::*;
use crate::{
    Aggregate,
    tenant::{
        Entitlement, FeatureOverridden, LimitOverridden, OverrideCleared, PlanCommand, Tenant, TenantCommand,
        TenantEvent, TenantProvisioned, TenantRejection, TenantState, TrialStarted,
    },
};

const REASON: &str = "contract 7";

fn at(day: u32) -> DateTime<Utc> {
    format!("2026-11-{day:02}T12:00:00Z").parse().unwrap()
}

fn tenant(plan: Plan) -> TenantState {
    let mut state = TenantState::default();
    let provisioned = TenantProvisioned {
        name: "Acme".to_owned(),
        plan,
        time_zone: "Europe/Rome".to_owned(),
        domain: None,
        business_hours: None,
        calendars: vec![],
        sla_policies: vec![],
    };
    Tenant::apply(&mut state, &provisioned.into());
    state
}

fn when(state: &mut TenantState, command: PlanCommand) -> Result<Vec<TenantEvent>, TenantRejection> {
    let events = Tenant::decide(state, TenantCommand::Plan(command))?;
    events.iter().for_each(|event| Tenant::apply(state, event));
    Ok(events)
}

fn agents(limit: Option<u64>, until: Option<DateTime<Utc>>) -> PlanCommand {
    let wish = LimitOverridden { of: Limit::Agents, limit, until, reason: REASON.to_owned() };
    PlanCommand::OverrideLimit { wish, now: at(1) }
}

#[test]
fn a_plan_has_what_the_guide_says_and_what_those_below_it_have() {
    let of = |plan: Plan| {
        let limits = [Limit::Agents, Limit::TicketsPerMonth, Limit::StorageBytes].map(|limit| plan.limit(limit));
        (plan.price(), limits, plan.features().len())
    };
    assert_eq!(of(Plan::Starter), ("$29/month", [Some(3), Some(1000), Some(10_000_000_000)], 2));
    assert_eq!(of(Plan::Professional), ("$79/month", [Some(10), Some(5000), Some(100_000_000_000)], 5));
    assert_eq!(of(Plan::Enterprise), ("Custom", [None; 3], 9));
    assert_eq!(Plan::Starter.features(), BTreeSet::from([Feature::BasicReporting, Feature::EmailSupport]));
    assert!(Plan::Starter.features().is_subset(&Plan::Professional.features()));
    let now = tenant(Plan::Professional).entitlements(at(1));
    assert_eq!((now.agents(), now.tickets_per_month(), now.api_requests_per_hour()), (Some(10), Some(5000), 1000));
    assert!(now.has(Feature::Webhooks) && !now.has(Feature::Sso));
}

#[test]
fn a_trial_gives_more_and_never_less_and_ends_by_its_time() {
    let mut state = tenant(Plan::Professional);
    let trial = |plan| PlanCommand::StartTrial {
        trial: TrialStarted { plan, until: at(15), reason: REASON.to_owned() },
        now: at(1),
    };
    when(&mut state, trial(Plan::Enterprise)).unwrap();
    assert_eq!(when(&mut state, trial(Plan::Enterprise)), Ok(vec![]));
    let during = state.entitlements(at(14));
    let source = Source::Trial { until: at(15) };
    assert_eq!(during.features[&Feature::Sso], Entitled { value: true, source });
    assert_eq!(during.limits[&Limit::Agents], Entitled { value: None, source });
    assert_eq!(during.features[&Feature::Webhooks].source, Source::Plan);
    assert_eq!(state.entitlements(at(15)), tenant(Plan::Professional).entitlements(at(15)));
    when(&mut state, trial(Plan::Starter)).unwrap();
    assert_eq!(state.entitlements(at(14)), tenant(Plan::Professional).entitlements(at(14)));
    let end = |day| PlanCommand::EndTrial { reason: REASON.to_owned(), now: at(day) };
    assert_eq!(when(&mut state, end(16)), Ok(vec![]), "it is over already");
    assert_eq!(when(&mut state, end(2)).unwrap().len(), 1);
}

#[test]
fn what_was_agreed_goes_before_plan_and_trial_until_its_time_or_until_it_is_cleared() {
    let mut state = tenant(Plan::Starter);
    when(&mut state, agents(Some(5), Some(at(10)))).unwrap();
    assert_eq!(when(&mut state, agents(Some(5), Some(at(10)))), Ok(vec![]));
    assert_eq!((state.entitlements(at(9)).agents(), state.entitlements(at(10)).agents()), (Some(5), Some(3)));
    when(&mut state, agents(None, None)).unwrap();
    assert_eq!(state.entitlements(at(20)).agents(), None);
    let of = Entitlement::Limit(Limit::Agents);
    let clear = PlanCommand::ClearOverride(OverrideCleared { of, reason: REASON.to_owned() });
    assert_eq!(when(&mut state, clear.clone()).unwrap().len(), 1);
    assert_eq!(when(&mut state, clear), Ok(vec![]));
    assert_eq!(state.entitlements(at(20)).agents(), Some(3));

    let wish = FeatureOverridden { of: Feature::EmailSupport, included: false, until: None, reason: REASON.to_owned() };
    when(&mut state, PlanCommand::OverrideFeature { wish, now: at(1) }).unwrap();
    assert!(!state.entitlements(at(2)).has(Feature::EmailSupport));
}

#[test]
fn what_would_be_over_before_it_begins_and_a_rate_without_a_limit_are_refused() {
    let mut state = tenant(Plan::Starter);
    assert_eq!(when(&mut state, agents(Some(5), Some(at(1)))), Err(TenantRejection::OverAlready));
    let rate = |limit| {
        let wish = LimitOverridden { of: Limit::ApiRequestsPerHour, limit, until: None, reason: REASON.to_owned() };
        PlanCommand::OverrideLimit { wish, now: at(1) }
    };
    assert_eq!(when(&mut state, rate(None)), Err(TenantRejection::RateNeedsLimit));
    when(&mut state, rate(Some(50))).unwrap();
    assert_eq!(state.entitlements(at(1)).api_requests_per_hour(), 50);
}
