//! Retention: what was said in tickets is destroyed once its time is over by a policy of the tenant.
//!
//! A pass asks each policy that acts what is due (by the conditions of its preview), and has it erased by commands, a few
//! tickets in each: these decide on the tickets' own streams, so what changed meanwhile, or is held, stays. A pass may end
//! between any two of them, and two may run at once: what is erased is not due.

use commands::{Desk, retention::EnforceRetention};
use domain::TicketId;
use event_store::{Log, TenantId};
use projections::{
    Projector,
    as_of::Moment,
    retention_policies::{RetentionPolicyView, any, due, list},
};

use crate::{erasure::Erasures, error::ReactionError};

/// Tickets in one commit: whoever writes to the same log waits for that long.
const TOGETHER: usize = 25;
/// Tickets of one policy in one pass: what is left in the read models is cleaned after them.
const MOST: usize = 1000;
/// Tickets that one statement looks at: held ones, and those that have other tags, are passed over.
const AT_ONCE: u32 = 5000;
/// What one process at a time does for a tenant.
const WORK: &str = "retention";

/// Has tickets erased whose time is over. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Retention {
    desk: Desk,
    projector: Projector,
    erasures: Erasures,
}

/// What a pass did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pass {
    /// In how many commits it erased any tickets.
    pub commits: u32,
    /// Whether more is due than one pass takes.
    pub more: bool,
}

impl Retention {
    /// Of this process.
    pub fn new(desk: Desk, projector: Projector, erasures: Erasures) -> Self {
        Self { desk, projector, erasures }
    }

    /// One pass over the policies of a tenant, unless another process is at it.
    pub async fn enforce(&self, tenant: &TenantId) -> Result<Pass, ReactionError> {
        let (store, now) = (self.desk.store(), self.desk.store().clock().now());
        // Most tenants have none that acts: nothing is kept of them, and nothing done for them first.
        let tx = store.look_into(tenant).await?;
        let any = any(&tx).await?;
        tx.end();
        if !any {
            return Ok(Pass::default());
        }
        let mut policies = list(&store.passing_log(tenant).await?, Moment::Now).await?;
        policies.retain(|policy| policy.acts_from.is_some_and(|from| from <= now));
        if policies.is_empty() {
            return Ok(Pass::default());
        }
        let Some(turn) = store.try_turn(tenant, WORK).await? else { return Ok(Pass::default()) };
        let log = store.log(tenant).await?;
        let mut pass = Pass::default();
        for policy in policies {
            let done = self.enforce_one(&log, &policy).await?;
            pass = Pass { commits: pass.commits + done.commits, more: pass.more || done.more };
        }
        if pass.commits > 0 {
            self.erasures.complete_open(&log).await?;
            tracing::info!(%tenant, commits = pass.commits, "tickets were erased whose time was over");
        }
        drop(turn);
        Ok(pass)
    }

    async fn enforce_one(&self, log: &Log, policy: &RetentionPolicyView) -> Result<Pass, ReactionError> {
        let Ok(id) = policy.id.parse() else { return Ok(Pass::default()) };
        // What was erased before this is not chosen again.
        self.projector.catch_up(log).await?;
        let store = self.desk.store();
        let chosen = due(log, &policy.wanted, store.clock().now(), MOST, AT_ONCE).await?;
        let (mut left, mut commits) = (chosen.tickets.len(), 0);
        for tickets in chosen.tickets.chunks(TOGETHER) {
            let tickets: Vec<TicketId> = tickets.iter().filter_map(|ticket| ticket.parse().ok()).collect();
            left = left.saturating_sub(tickets.len());
            let (cause, as_of, held, left) = (policy.changed_by, chosen.as_of, chosen.held, left as u64);
            let wish = EnforceRetention { policy: id, cause, tickets, as_of, held, left };
            let receipt = self.desk.run(log, &EnforceRetention::request(store.ids().next()), &wish).await?;
            commits += u32::from(receipt.changed);
        }
        Ok(Pass { commits, more: chosen.more })
    }
}
