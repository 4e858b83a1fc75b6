//! Somebody should know before a limit is reached: at 80 and at 100 percent of it, once in a month.
//!
//! What is used is compared with what was said, and what was not said is. So nothing is lost with a process that ends between
//! the two, and of several that look at once one says it.

use chrono::DateTime;
use chrono_tz::Tz;
use domain::{
    agent::Held,
    tenant::{Limit, PlanCommand, THRESHOLDS, Tenant, TenantCommand, TenantState, ThresholdReached},
    ticket::TICKETS_OF_MONTH,
};
use event_store::{CommandId, Log};

use crate::{
    desk::{Desk, Request},
    error::CommandError,
    files,
    unit::{About, Operation, Unit},
};

/// What is counted as it is used.
const COUNTED: [Limit; 3] = [Limit::Agents, Limit::TicketsPerMonth, Limit::StorageBytes];

/// Say that these are reached.
struct Say(Vec<ThresholdReached>);

impl Operation for Say {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        let tenant = unit.log().identity().clone();
        unit.load::<Tenant>(&tenant).await?;
        for reached in &self.0 {
            let command = PlanCommand::ReachThreshold(reached.clone());
            unit.decide_as_part::<Tenant>(&tenant, TenantCommand::Plan(command))?;
        }
        Ok(About::of::<Tenant>(&tenant))
    }
}

impl Desk {
    /// Says which thresholds are reached and were not said to be in this month.
    pub async fn say_thresholds(&self, log: &Log) -> Result<(), CommandError> {
        let tenant = self.tenant(log).await?;
        let now = self.store().clock().now().with_timezone(&self.time_zone(log).await?);
        let mut reached = vec![];
        for of in COUNTED {
            reached.extend(self.unsaid(log, &tenant, of, now).await?);
        }
        if !reached.is_empty() {
            let request = Request::system("plans", CommandId(self.store().ids().next()));
            self.run(log, &request, &Say(reached)).await?;
        }
        Ok(())
    }

    /// Those of a limit that are reached and were not said to be in this month.
    async fn unsaid(
        &self,
        log: &Log,
        tenant: &TenantState,
        of: Limit,
        now: DateTime<Tz>,
    ) -> Result<Vec<ThresholdReached>, CommandError> {
        let month = now.format("%Y-%m").to_string();
        let mut unsaid: Vec<u64> = THRESHOLDS.to_vec();
        unsaid.retain(|percent| !tenant.plans.has_said(of, *percent, &month));
        let limit = tenant.entitlements(now.to_utc()).limit(of).filter(|limit| *limit > 0 && !unsaid.is_empty());
        let Some(limit) = limit else { return Ok(vec![]) };
        let used = self.used(log, of, now).await?;
        let reached = unsaid.into_iter().filter(|percent| used.saturating_mul(100) >= percent.saturating_mul(limit));
        Ok(reached.map(|percent| ThresholdReached { of, percent, used, limit, month: month.clone() }).collect())
    }

    /// With what is promised beside it.
    async fn used(&self, log: &Log, of: Limit, now: DateTime<Tz>) -> Result<u64, CommandError> {
        Ok(match of {
            Limit::Agents => {
                let Held { used, reserved } = self.seats.held(log, now.to_utc()).await?;
                used + reserved
            }
            Limit::TicketsPerMonth => log.counter_of_month(TICKETS_OF_MONTH, now.timezone(), now.to_utc()).await?,
            Limit::StorageBytes => files::held(log).await?,
            Limit::ApiRequestsPerHour => 0,
        })
    }
}
