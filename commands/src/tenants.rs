//! Wishes for a tenant itself.

use std::collections::BTreeSet;

use domain::{
    Aggregate, CalendarId, Event, SlaPolicyId, TeamId,
    team::{CreateTeam, Team, TeamCommand},
    tenant::{
        BeginningIds, BrandingChanges, BusinessHours, Feature, HostName, Plan, ProvisionTenant as Beginning, Tenant,
        TenantCommand, TenantState,
    },
    text::Name,
};
use event_store::{CommandId, Interruption, Log, StreamId, TenantId, TenantRecord};

use crate::{
    caller::{Permission, Permitted},
    claims,
    desk::{Desk, Receipt, Request},
    error::CommandError,
    plans, teams,
    unit::{About, Operation, Unit},
};

/// A new tenant.
#[derive(Clone, Debug)]
pub struct NewTenant {
    /// What the company is called.
    pub name: Name,
    /// What it bought.
    pub plan: Plan,
    /// Where its days begin.
    pub time_zone: chrono_tz::Tz,
    /// Where it is found, within the installation's own domain. It must be reserved.
    pub domain: Option<HostName>,
    /// When it is open, where that is not as usual.
    pub business_hours: Option<BusinessHours>,
    /// The teams that it begins with.
    pub teams: BTreeSet<Name>,
}

/// Record that the tenant's world was made. Idempotent.
#[derive(Clone, Debug)]
pub struct ProvisionTenant {
    /// Which.
    pub tenant: TenantId,
    /// As what.
    pub new: NewTenant,
    /// Where it is found if nothing is wished. It must be reserved.
    pub usual_domain: Option<HostName>,
}

impl Operation for ProvisionTenant {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        let NewTenant { name, plan, time_zone, domain, business_hours, teams } = self.new.clone();
        if unit.load::<Tenant>(&self.tenant).await?.provisioned.is_none() {
            teams.into_iter().try_for_each(|name| begin_team(unit, name))?;
        }
        let ids = BeginningIds {
            round_the_clock: CalendarId::new(unit.id()),
            business_hours: CalendarId::new(unit.id()),
            sla_policy: SlaPolicyId::new(unit.id()),
        };
        let usual_domain = self.usual_domain.clone();
        let beginning = Beginning { name, plan, time_zone, domain, usual_domain, business_hours, ids };
        tenant(unit, &self.tenant, TenantCommand::Provision(beginning)).await
    }
}

fn begin_team(unit: &mut Unit<'_>, name: Name) -> Result<(), CommandError> {
    let id = TeamId::new(unit.id());
    unit.begin::<Team>(id);
    unit.reclaim(claims::TEAM_NAME, id, None, Some(teams::identity(name.as_str())));
    unit.decide::<Team>(id, TeamCommand::Create(CreateTeam { name, members: BTreeSet::new() }))
}

/// Change a tenant. `None` leaves a field as it is.
#[derive(Clone, Debug, Default)]
pub struct TenantChanges {
    /// Where it is found, within the installation's own domain.
    pub domain: Option<HostName>,
    /// Its own domain.
    pub custom_domain: Option<Option<HostName>>,
    /// How it looks.
    pub branding: BrandingChanges,
    /// When it is open.
    pub business_hours: Option<BusinessHours>,
    /// Whether tickets find an agent by themselves.
    pub auto_assignment: Option<bool>,
    /// Whether it is watched how soon customers hear from the help desk.
    pub sla_enabled: Option<bool>,
}

impl TenantChanges {
    fn commands(&self, new_calendar: CalendarId) -> Vec<TenantCommand> {
        let Self { domain, custom_domain, branding, business_hours, auto_assignment, sla_enabled } = self.clone();
        let hours = business_hours.map(|hours| TenantCommand::SetBusinessHours { hours, id: new_calendar });
        let wishes = [
            domain.map(TenantCommand::SetDomain),
            custom_domain.map(TenantCommand::SetCustomDomain),
            Some(TenantCommand::Brand(Box::new(branding))),
            hours,
            auto_assignment.map(TenantCommand::SwitchAutoAssignment),
            sla_enabled.map(TenantCommand::SwitchSla),
        ];
        wishes.into_iter().flatten().collect()
    }
}

struct UpdateTenant<'a> {
    tenant: &'a TenantId,
    changes: &'a TenantChanges,
}

impl Operation for UpdateTenant<'_> {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        unit.require(Permission::SettingsWrite)?;
        unit.load_target::<Tenant>(self.tenant).await?;
        let TenantChanges { custom_domain, branding, .. } = self.changes;
        if matches!(custom_domain, Some(Some(_))) || *branding != BrandingChanges::default() {
            plans::require(unit, Feature::WhiteLabel).await?;
        }
        let new_calendar = CalendarId::new(unit.id());
        for command in self.changes.commands(new_calendar) {
            unit.decide::<Tenant>(self.tenant, command)?;
        }
        Ok(About::of::<Tenant>(self.tenant))
    }
}

impl Desk {
    /// Changes a tenant. The names of its hosts are reserved first: what is reserved and not recorded is free again
    /// after a while, see [`Desk::forget_hosts`].
    pub async fn update_tenant(
        &self,
        log: &Log,
        request: &Request,
        changes: &TenantChanges,
    ) -> Result<Receipt, CommandError> {
        if !request.caller.permissions.allow(Permission::SettingsWrite) {
            return Err(CommandError::Forbidden(Permission::SettingsWrite));
        }
        let custom = changes.custom_domain.as_ref().and_then(Option::as_ref);
        for (host, pointer) in [(changes.domain.as_ref(), "/domain"), (custom, "/custom_domain")] {
            if let Some(host) = host {
                self.reserve(log.tenant(), host, pointer).await?;
            }
        }
        self.run(log, request, &UpdateTenant { tenant: log.identity(), changes }).await
    }

    /// Reserves the name of a host for a tenant.
    pub async fn reserve(&self, tenant: &TenantId, host: &HostName, pointer: &'static str) -> Result<(), CommandError> {
        let reserved = self.store().reserve_host(tenant, host.as_str()).await?;
        if reserved { Ok(()) } else { Err(CommandError::HostTaken { pointer }) }
    }

    /// Gives names of hosts back that the tenant has reserved and does not use.
    pub async fn forget_hosts(&self, log: &Log) -> Result<(), CommandError> {
        let mut idle = self.store().idle_hosts(log.tenant()).await?;
        let state = fold(log).await?;
        idle.retain(|host| [&state.domain, &state.custom_domain].iter().all(|used| used.as_ref() != Some(host)));
        Ok(self.store().free_hosts(log.tenant(), &idle).await?)
    }
}

/// Record what an operator did to it.
struct Interrupted<'a> {
    tenant: &'a TenantId,
    what: Interruption,
}

impl Operation for Interrupted<'_> {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        let command = match self.what {
            Interruption::Suspend => TenantCommand::Suspend,
            Interruption::Resume => TenantCommand::Resume,
            Interruption::Delete(after) => TenantCommand::ScheduleDeletion(after.to_rfc3339()),
            Interruption::Restore => TenantCommand::CancelDeletion,
        };
        tenant(unit, self.tenant, command).await
    }
}

impl Desk {
    /// Suspends, resumes, schedules and cancels deletion; none if there is no such tenant in use. Repeated, it records
    /// what a killed call did not.
    pub async fn interrupt(
        &self,
        tenant: &TenantId,
        what: Interruption,
        by: &str,
    ) -> Result<Option<TenantRecord>, CommandError> {
        if matches!(what, Interruption::Delete(_))
            && let Some(hold) = self.hold_on_deletion(tenant).await?
        {
            return Err(CommandError::OnLegalHold { hold });
        }
        let Some(record) = self.store().interrupt(tenant, what).await? else { return Ok(None) };
        // What was scheduled first stays.
        let what = match (what, record.delete_after) {
            (Interruption::Delete(_), Some(after)) => Interruption::Delete(after),
            (what, _) => what,
        };
        let log = self.store().log(tenant).await?;
        let request = Request::system(by, CommandId(self.store().ids().next()));
        self.run(&log, &request, &Interrupted { tenant: log.identity(), what }).await?;
        Ok(Some(record))
    }
}

/// The tenant as its log says now.
async fn fold(log: &Log) -> Result<TenantState, CommandError> {
    let mut state = TenantState::default();
    for event in log.load(&StreamId::new(Tenant::TYPE, log.identity()), 0).await? {
        let event = <Tenant as Aggregate>::Event::decode(&event.event_type, event.event_version, event.payload)?;
        Tenant::apply(&mut state, &event);
    }
    Ok(state)
}

async fn tenant(unit: &mut Unit<'_>, id: &TenantId, command: TenantCommand) -> Result<About, CommandError> {
    unit.require(command.permission())?;
    unit.load::<Tenant>(id).await?;
    unit.decide::<Tenant>(id, command)?;
    Ok(About::of::<Tenant>(id))
}
