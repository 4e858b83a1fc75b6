//! What the rules read of a tenant; decide and apply.

use chrono::{DateTime, Utc};

use crate::{
    aggregate::Aggregate,
    tenant::{
        branding::Branding,
        commands::{ProvisionTenant, TenantCommand},
        events::{
            AutoAssignmentSwitched, BrandingChanged, BusinessHoursChanged, CustomDomainChanged, DeletionCancelled,
            DeletionScheduled, DomainChanged, PreviousHours, SlaSwitched, TenantEvent, TenantProvisioned,
            TenantRestored, TenantResumed, TenantSuspended,
        },
        hours::{BusinessHours, Calendar, CalendarKind},
        keys::Keys,
        plans::{Entitlements, Limit, Plans},
        rejection::TenantRejection,
        sla::SlaPolicy,
    },
    ticket::{InMonth, Place},
};

/// When a help desk is open, unless it says something else.
const USUAL_HOURS: &str = "9:00-17:00";

/// The aggregate; its state is [`TenantState`].
#[derive(Debug)]
pub struct Tenant;

/// The fields of a tenant that some rule reads.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TenantState {
    /// Set by the first event.
    pub provisioned: Option<TenantProvisioned>,
    /// Every key that was ever issued.
    pub keys: Keys,
    /// Where it is found, within the installation's own domain.
    pub domain: Option<String>,
    /// Its own domain.
    pub custom_domain: Option<String>,
    /// How it looks.
    pub branding: Branding,
    /// When it is open, as it was written.
    pub business_hours: Option<String>,
    /// Its calendars; none of one kind twice.
    pub calendars: Vec<Calendar>,
    /// Its policies.
    pub sla_policies: Vec<SlaPolicy>,
    /// Whether tickets find an agent by themselves.
    pub auto_assignment: bool,
    /// Whether it is watched how soon customers hear from the help desk.
    pub sla_enabled: bool,
    /// What it was copied from, if it is a sandbox.
    pub sandbox: Option<TenantRestored>,
    /// What was bought, and what else it was given.
    pub plans: Plans,
    /// Whether an operator has closed it.
    pub suspended: bool,
    /// When it is to be gone, if it is.
    pub delete_after: Option<String>,
}

impl Aggregate for Tenant {
    const TYPE: &'static str = "tenant";
    type State = TenantState;
    type Command = TenantCommand;
    type Event = TenantEvent;
    type Rejection = TenantRejection;

    fn decide(state: &TenantState, command: TenantCommand) -> Result<Vec<TenantEvent>, TenantRejection> {
        let Some(provisioned) = &state.provisioned else {
            let TenantCommand::Provision(provision) = command else { return Err(TenantRejection::NotProvisioned) };
            return Ok(vec![begin(provision).into()]);
        };
        match command {
            TenantCommand::Provision(provision) => provisioned.again(&provision),
            TenantCommand::SetDomain(domain) if state.domain.as_deref() == Some(domain.as_str()) => Ok(vec![]),
            TenantCommand::SetDomain(domain) => {
                Ok(vec![DomainChanged { domain: domain.into(), previous: state.domain.clone() }.into()])
            }
            TenantCommand::SetCustomDomain(domain) => {
                let (custom_domain, previous) = (domain.map(String::from), state.custom_domain.clone());
                Ok(changed(custom_domain != previous, CustomDomainChanged { custom_domain, previous }))
            }
            TenantCommand::Brand(changes) => {
                let changed = changes.against(&state.branding);
                let event = |(now, previous)| BrandingChanged { now: Box::new(now), previous: Box::new(previous) };
                Ok(changed.map(event).map(TenantEvent::from).into_iter().collect())
            }
            TenantCommand::SetBusinessHours { hours, id } => {
                let before = state.calendar(CalendarKind::BusinessHours);
                let zone = provisioned.time_zone.parse().unwrap_or(chrono_tz::UTC);
                let calendar = Calendar::business_hours(before.map_or(id, |calendar| calendar.id), &hours, zone);
                let as_written = state.business_hours.as_deref() == Some(hours.as_str());
                let previous =
                    PreviousHours { business_hours: state.business_hours.clone(), calendar: before.cloned() };
                let is_new = !as_written || before != Some(&calendar);
                let business_hours = hours.as_str().to_owned();
                Ok(changed(is_new, BusinessHoursChanged { business_hours, calendar, previous }))
            }
            TenantCommand::SwitchAutoAssignment(on) => {
                let previous = state.auto_assignment;
                Ok(changed(on != previous, AutoAssignmentSwitched { auto_assignment: on, previous }))
            }
            TenantCommand::SwitchSla(on) => {
                let previous = state.sla_enabled;
                Ok(changed(on != previous, SlaSwitched { sla_enabled: on, previous }))
            }
            TenantCommand::Suspend => Ok(changed(!state.suspended, TenantSuspended {})),
            TenantCommand::Resume => Ok(changed(state.suspended, TenantResumed {})),
            TenantCommand::ScheduleDeletion(delete_after) => {
                let is_new = state.delete_after.as_ref() != Some(&delete_after);
                Ok(changed(is_new, DeletionScheduled { delete_after }))
            }
            TenantCommand::CancelDeletion => Ok(changed(state.delete_after.is_some(), DeletionCancelled {})),
            TenantCommand::RecordRestore(restored) => Ok(vec![(*restored).into()]),
            TenantCommand::Plan(command) => state.plans.decide(command),
            TenantCommand::IssueApiKey(wish) => {
                let allowed = state.entitlements(wish.now).api_requests_per_hour();
                state.keys.issue(wish, allowed)
            }
            TenantCommand::RotateApiKey(wish) => {
                let allowed = state.entitlements(wish.now).api_requests_per_hour();
                state.keys.rotate(&wish, allowed)
            }
            TenantCommand::RevokeApiKey(key) => state.keys.revoke(key),
        }
    }

    fn changed_fields(event: &TenantEvent) -> &'static [&'static str] {
        match event {
            TenantEvent::TenantProvisioned(_) => &["name", "plan", "time_zone", "domain", "settings"],
            TenantEvent::DomainChanged(_) => &["domain"],
            TenantEvent::PlanChanged(_) => &["plan"],
            TenantEvent::TenantRestored(restored) if restored.is_copy() => &["domain", "custom_domain", "sandbox"],
            TenantEvent::CustomDomainChanged(_) => &["custom_domain"],
            TenantEvent::BrandingChanged(_) => &["branding"],
            TenantEvent::BusinessHoursChanged(_)
            | TenantEvent::AutoAssignmentSwitched(_)
            | TenantEvent::SlaSwitched(_) => &["settings"],
            // The operator's business: who is suspended sees nothing else.
            TenantEvent::TenantSuspended(_)
            | TenantEvent::TenantResumed(_)
            | TenantEvent::DeletionScheduled(_)
            | TenantEvent::DeletionCancelled(_)
            | TenantEvent::TenantRestored(_)
            // What it comes to is asked of the entitlements.
            | TenantEvent::TrialStarted(_)
            | TenantEvent::TrialEnded(_)
            | TenantEvent::LimitOverridden(_)
            | TenantEvent::FeatureOverridden(_)
            | TenantEvent::OverrideCleared(_)
            | TenantEvent::SeatTaken(_)
            | TenantEvent::ThresholdReached(_)
            // A resource of their own, which is never changed but revoked.
            | TenantEvent::ApiKeyIssued(_)
            | TenantEvent::ApiKeyRotated(_)
            | TenantEvent::ApiKeyRevoked(_) => &[],
        }
    }

    fn apply(state: &mut TenantState, event: &TenantEvent) {
        match event {
            TenantEvent::TenantProvisioned(provisioned) => {
                state.domain.clone_from(&provisioned.domain);
                state.business_hours.clone_from(&provisioned.business_hours);
                state.calendars.clone_from(&provisioned.calendars);
                state.sla_policies.clone_from(&provisioned.sla_policies);
                state.sla_enabled = true;
                state.plans.plan = provisioned.plan;
                state.provisioned = Some(provisioned.clone());
            }
            TenantEvent::DomainChanged(changed) => state.domain = Some(changed.domain.clone()),
            TenantEvent::CustomDomainChanged(changed) => state.custom_domain.clone_from(&changed.custom_domain),
            TenantEvent::BrandingChanged(changed) => state.branding.apply(&changed.now),
            TenantEvent::BusinessHoursChanged(changed) => {
                state.business_hours = Some(changed.business_hours.clone());
                match state.calendars.iter_mut().find(|calendar| calendar.kind == changed.calendar.kind) {
                    Some(calendar) => calendar.clone_from(&changed.calendar),
                    None => state.calendars.push(changed.calendar.clone()),
                }
            }
            TenantEvent::AutoAssignmentSwitched(switched) => state.auto_assignment = switched.auto_assignment,
            TenantEvent::SlaSwitched(switched) => state.sla_enabled = switched.sla_enabled,
            TenantEvent::TenantSuspended(_) => state.suspended = true,
            TenantEvent::TenantResumed(_) => state.suspended = false,
            TenantEvent::DeletionScheduled(scheduled) => state.delete_after = Some(scheduled.delete_after.clone()),
            TenantEvent::DeletionCancelled(_) => state.delete_after = None,
            TenantEvent::TenantRestored(restored) => {
                // The names of hosts stay those of the tenant that was copied.
                if restored.is_copy() {
                    state.domain = None;
                    state.custom_domain = None;
                }
                if restored.sandbox_until.is_some() {
                    state.sandbox = Some(restored.clone());
                }
            }
            TenantEvent::PlanChanged(event) => state.plans.plan = event.plan,
            TenantEvent::TrialStarted(event) => state.plans.trial = Some(event.clone()),
            TenantEvent::TrialEnded(_) => state.plans.trial = None,
            TenantEvent::LimitOverridden(event) => state.plans.limit_overridden(event),
            TenantEvent::FeatureOverridden(event) => state.plans.feature_overridden(event),
            // Who holds one, the agents' own streams say.
            TenantEvent::SeatTaken(_) => {}
            TenantEvent::ThresholdReached(event) => state.plans.threshold_reached(event),
            TenantEvent::OverrideCleared(event) => state.plans.cleared(event.of),
            TenantEvent::ApiKeyIssued(event) => state.keys.issued(event),
            TenantEvent::ApiKeyRotated(event) => state.keys.rotated(event),
            TenantEvent::ApiKeyRevoked(event) => state.keys.revoked(*event),
        }
    }
}

impl TenantState {
    /// What it may use at an instant.
    pub fn entitlements(&self, at: DateTime<Utc>) -> Entitlements {
        self.plans.entitlements(at)
    }

    /// The place of a ticket that comes in at an instant; none where the tenant has not begun.
    pub fn next_place(&self, at: DateTime<Utc>) -> Option<InMonth> {
        let month_in = self.provisioned.as_ref()?.time_zone.clone();
        Some(InMonth { place: Place::Next { month_in }, limit: self.entitlements(at).limit(Limit::TicketsPerMonth) })
    }

    /// The calendar of this kind.
    pub fn calendar(&self, kind: CalendarKind) -> Option<&Calendar> {
        self.calendars.iter().find(|calendar| calendar.kind == kind)
    }
}

fn changed(is_new: bool, event: impl Into<TenantEvent>) -> Vec<TenantEvent> {
    if is_new { vec![event.into()] } else { vec![] }
}

fn begin(wish: ProvisionTenant) -> TenantProvisioned {
    let ProvisionTenant { name, plan, time_zone, domain, usual_domain, business_hours, ids } = wish;
    let hours: Option<BusinessHours> = business_hours.or_else(|| USUAL_HOURS.parse().ok());
    let mut calendars = vec![Calendar::round_the_clock(ids.round_the_clock, time_zone)];
    calendars.extend(hours.as_ref().map(|hours| Calendar::business_hours(ids.business_hours, hours, time_zone)));
    TenantProvisioned {
        name: name.into(),
        plan,
        time_zone: time_zone.name().to_owned(),
        domain: domain.or(usual_domain).map(String::from),
        business_hours: hours.map(|hours| hours.as_str().to_owned()),
        sla_policies: SlaPolicy::default_for(plan, ids.sla_policy, &calendars).into_iter().collect(),
        calendars,
    }
}

impl TenantProvisioned {
    /// Provisioning is resumed after a crash: the second time, there is nothing left to record. Another tenant of the
    /// same id is refused.
    fn again(&self, wish: &ProvisionTenant) -> Result<Vec<TenantEvent>, TenantRejection> {
        let as_wished = self.name == wish.name.as_str()
            && self.plan == wish.plan
            && self.time_zone == wish.time_zone.name()
            && wish.domain.as_ref().is_none_or(|domain| self.domain.as_deref() == Some(domain.as_str()))
            && wish.business_hours.as_ref().is_none_or(|hours| self.business_hours.as_deref() == Some(hours.as_str()));
        if as_wished { Ok(vec![]) } else { Err(TenantRejection::AlreadyExists) }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{
        ids::{CalendarId, SlaPolicyId},
        tenant::{BeginningIds, HostName, Plan},
        text::Name,
    };

    fn wish(plan: Plan) -> ProvisionTenant {
        let id = Uuid::from_u128;
        ProvisionTenant {
            name: Name::try_new("Acme").unwrap(),
            plan,
            time_zone: chrono_tz::Europe::Rome,
            domain: HostName::try_new("acme.localhost").ok(),
            usual_domain: None,
            business_hours: None,
            ids: BeginningIds {
                round_the_clock: CalendarId::new(id(1)),
                business_hours: CalendarId::new(id(2)),
                sla_policy: SlaPolicyId::new(id(3)),
            },
        }
    }

    fn after(state: &mut TenantState, command: TenantCommand) -> Vec<TenantEvent> {
        let events = Tenant::decide(state, command).unwrap();
        events.iter().for_each(|event| Tenant::apply(state, event));
        events
    }

    fn provisioned(plan: Plan) -> TenantState {
        let mut state = TenantState::default();
        after(&mut state, TenantCommand::Provision(wish(plan)));
        state
    }

    #[test]
    fn a_tenant_begins_with_two_calendars_and_the_policy_of_its_plan() {
        for (plan, counted) in
            [(Plan::Enterprise, CalendarKind::RoundTheClock), (Plan::Starter, CalendarKind::BusinessHours)]
        {
            let state = provisioned(plan);
            let [policy] = state.sla_policies.as_slice() else { panic!("{:?}", state.sla_policies) };
            assert_eq!(policy.calendar, state.calendar(counted).unwrap().id);
            assert_eq!(state.calendar(CalendarKind::BusinessHours).unwrap().time_zone, "Europe/Rome");
        }
    }

    #[test]
    fn the_same_tenant_again_records_nothing_and_another_of_its_id_is_refused() {
        let mut state = provisioned(Plan::Starter);
        assert_eq!(after(&mut state, TenantCommand::Provision(wish(Plan::Starter))), []);
        let other = Tenant::decide(&state, TenantCommand::Provision(wish(Plan::Enterprise)));
        assert_eq!(other, Err(TenantRejection::AlreadyExists));
    }

    #[test]
    fn what_is_so_already_records_nothing() {
        let mut state = provisioned(Plan::Starter);
        let domain = HostName::try_new("help.acme.example").unwrap();
        for command in [
            TenantCommand::SetDomain(HostName::try_new("support.localhost").unwrap()),
            TenantCommand::SetCustomDomain(Some(domain)),
            TenantCommand::SetBusinessHours { hours: "8:00-12:00".parse().unwrap(), id: CalendarId::new(Uuid::nil()) },
            TenantCommand::SwitchAutoAssignment(true),
            TenantCommand::SwitchSla(false),
            TenantCommand::SetCustomDomain(None),
        ] {
            assert_eq!(after(&mut state, command.clone()).len(), 1, "{command:?}");
            assert_eq!(after(&mut state, command.clone()), [], "{command:?}");
        }
    }

    #[test]
    fn other_business_hours_are_the_same_calendar() {
        let mut state = provisioned(Plan::Starter);
        let id = state.calendar(CalendarKind::BusinessHours).unwrap().id;
        let command = TenantCommand::SetBusinessHours {
            hours: "8:00-12:00 PST".parse().unwrap(),
            id: CalendarId::new(Uuid::nil()),
        };
        after(&mut state, command);
        let calendar = state.calendar(CalendarKind::BusinessHours).unwrap();
        assert_eq!((calendar.id, calendar.time_zone.as_str()), (id, "America/Los_Angeles"));
        assert_eq!(state.calendars.len(), 2);
    }
}
