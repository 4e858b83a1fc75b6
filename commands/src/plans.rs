//! What a tenant bought: set by operators, and asked by everybody.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use domain::{
    Aggregate, Event,
    tenant::{Entitlements, Feature, PlanCommand, Tenant, TenantCommand, TenantState},
};
use event_store::{CommandId, Log, StoreError, StreamId, TenantId};

use crate::{
    desk::{Desk, Receipt, Request},
    error::CommandError,
    unit::{About, Operation, Unit},
};

/// Change what a tenant bought, or was given. The operator's alone: no operation of the tenant's API leads here.
#[derive(Clone, Debug)]
struct ChangePlan(PlanCommand);

impl Operation for ChangePlan {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        let tenant = unit.log().identity().clone();
        unit.load::<Tenant>(&tenant).await?;
        unit.decide::<Tenant>(&tenant, TenantCommand::Plan(self.0.clone()))?;
        Ok(About::of::<Tenant>(&tenant))
    }
}

/// Refuses what takes a feature that was not bought; the plan is guarded from here to the commit.
pub(crate) async fn require(unit: &mut Unit<'_>, feature: Feature) -> Result<(), CommandError> {
    let (tenant, now) = (unit.log().identity().clone(), unit.log().clock().now());
    let entitlements = unit.load::<Tenant>(tenant).await?.entitlements(now);
    if entitlements.has(feature) { Ok(()) } else { Err(CommandError::FeatureNotInPlan(feature)) }
}

impl Desk {
    /// Changes what a tenant bought, or was given; none if there is no such tenant in use.
    pub async fn change_plan(
        &self,
        tenant: &TenantId,
        by: &str,
        command: PlanCommand,
    ) -> Result<Option<Receipt>, CommandError> {
        let log = match self.store().log(tenant).await {
            Err(StoreError::UnknownTenant(_)) => return Ok(None),
            other => other?,
        };
        let request = Request::system(by, CommandId(self.store().ids().next()));
        self.run(&log, &request, &ChangePlan(command)).await.map(Some)
    }

    /// The tenant as it is at this moment.
    pub async fn tenant(&self, log: &Log) -> Result<TenantState, CommandError> {
        self.latest::<Tenant>(log, None, log.identity()).await
    }

    /// What it might use at moments of the past, the earlier ones first, as its log says up to each one's position.
    pub async fn entitlements_at(
        &self,
        log: &Log,
        moments: &[(u64, DateTime<Utc>)],
    ) -> Result<Vec<Entitlements>, CommandError> {
        let events = log.load(&StreamId::new(Tenant::TYPE, log.identity()), 0).await?;
        let (mut events, mut state) = (events.into_iter().peekable(), TenantState::default());
        let mut all = Vec::with_capacity(moments.len());
        for (position, moment) in moments {
            while let Some(event) = events.next_if(|event| event.position <= *position) {
                let event =
                    <Tenant as Aggregate>::Event::decode(&event.event_type, event.event_version, event.payload)?;
                Tenant::apply(&mut state, &event);
            }
            all.push(state.entitlements(*moment));
        }
        Ok(all)
    }

    /// Where the tenant is: said when it begins, and never changed.
    pub async fn time_zone(&self, log: &Log) -> Result<Tz, CommandError> {
        let state = self.known::<Tenant>(log, log.identity(), 1).await?;
        let named = state.provisioned.as_ref().and_then(|begun| begun.time_zone.parse().ok());
        Ok(named.unwrap_or(Tz::UTC))
    }

    /// What it may use at this moment.
    pub async fn entitlements(&self, log: &Log) -> Result<Entitlements, CommandError> {
        Ok(self.tenant(log).await?.entitlements(self.store().clock().now()))
    }
}
