//! Wishes for legal holds, and what they refuse to everybody else.
//!
//! Whoever destroys or hides something loads the holds in the same unit of work, so that their version is guarded at the
//! commit: of a hold and a destruction at the same moment one comes first, and the log says which.

use domain::{
    Actor, Aggregate, CustomerId, LegalHoldId, TicketId,
    customer::Customer,
    legal_holds::{HeldThings, LegalHolds, LegalHoldsCommand, LegalHoldsState, PlaceLegalHold},
    text::Reason,
    ticket::{Ticket, TicketState},
};
use event_store::{TenantId, TenantRecord, TenantStatus};

use crate::{
    caller::Permission,
    desk::Desk,
    error::CommandError,
    unit::{About, Operation, Unit},
};

/// Who erases again in a restored copy, in the log. Whoever was erased before the copy was restored stays so, whatever
/// holds the copy has.
pub const ERASES_AGAIN: &str = "erasure";

/// Place a hold.
#[derive(Clone, Debug)]
pub struct PlaceHold(pub PlaceLegalHold);

impl Operation for PlaceHold {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        unit.require(Permission::PrivacyWrite)?;
        match &self.0.about {
            HeldThings::Tenant | HeldThings::Tag(_) => {}
            HeldThings::Tickets(tickets) => {
                for ticket in tickets {
                    if unit.load::<Ticket>(ticket).await?.requester.is_none() {
                        return Err(CommandError::NotFound { kind: "ticket", pointer: Some("/ticket_ids") });
                    }
                }
            }
            HeldThings::Customers(customers) => {
                for customer in customers {
                    if unit.load::<Customer>(customer).await?.name.is_none() {
                        return Err(CommandError::NotFound { kind: "customer", pointer: Some("/customer_ids") });
                    }
                }
            }
        }
        decide(unit, LegalHoldsCommand::Place(self.0.clone())).await
    }
}

/// Release a hold.
#[derive(Clone, Debug)]
pub struct ReleaseHold {
    /// Which.
    pub hold: LegalHoldId,
    /// Why.
    pub reason: Reason,
}

impl Operation for ReleaseHold {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        unit.require(Permission::PrivacyWrite)?;
        if !holds(unit).await?.knows(self.hold) {
            return Err(CommandError::NotFound { kind: "legal hold", pointer: None });
        }
        decide(unit, LegalHoldsCommand::Release { hold: self.hold, reason: self.reason.clone() }).await
    }
}

async fn decide(unit: &mut Unit<'_>, command: LegalHoldsCommand) -> Result<About, CommandError> {
    let tenant = unit.log().identity().clone();
    unit.load::<LegalHolds>(&tenant).await?;
    unit.decide::<LegalHolds>(&tenant, command)?;
    Ok(About::of::<LegalHolds>(tenant))
}

/// The holds of the tenant; from here to the commit none comes or goes.
pub(crate) async fn holds(unit: &mut Unit<'_>) -> Result<LegalHoldsState, CommandError> {
    let tenant = unit.log().identity().clone();
    unit.load::<LegalHolds>(tenant).await
}

fn refuse(hold: Option<LegalHoldId>) -> Result<(), CommandError> {
    hold.map_or(Ok(()), |hold| Err(CommandError::OnLegalHold { hold }))
}

/// Refuses to hide or destroy anything of a ticket that is held.
pub(crate) async fn spare_ticket(unit: &mut Unit<'_>, id: TicketId, ticket: &TicketState) -> Result<(), CommandError> {
    if erases_again(unit) {
        return Ok(());
    }
    refuse(holds(unit).await?.on_ticket(id, ticket))
}

/// Refuses to destroy a text that is about a customer who is held.
pub(crate) async fn spare_subject(unit: &mut Unit<'_>, customer: CustomerId) -> Result<(), CommandError> {
    if erases_again(unit) {
        return Ok(());
    }
    refuse(holds(unit).await?.on_customer(customer))
}

/// Refuses what took a ticket out of the reach of a hold.
pub(crate) async fn keep_within(
    unit: &mut Unit<'_>,
    before: &TicketState,
    after: &TicketState,
) -> Result<(), CommandError> {
    if before.requester == after.requester && before.tags.is_subset(&after.tags) {
        return Ok(());
    }
    refuse(holds(unit).await?.left_by(before, after))
}

/// Refuses to destroy what is known of a customer who is held, or about whom a held ticket is. Their tickets are looked for
/// in the log, where what is about somebody says so, and each is guarded by its version.
pub(crate) async fn spare_customer(unit: &mut Unit<'_>, id: CustomerId) -> Result<(), CommandError> {
    if erases_again(unit) {
        return Ok(());
    }
    let holds = holds(unit).await?;
    refuse(holds.on_customer(id))?;
    if holds.looks_at_tickets() {
        for ticket in unit.log().streams_about(&id.to_string(), Ticket::TYPE).await? {
            let Ok(ticket) = ticket.parse::<TicketId>() else { continue };
            let state = unit.load::<Ticket>(ticket).await?;
            refuse(holds.on_ticket(ticket, &state))?;
        }
    }
    Ok(())
}

/// Refuses to destroy what is known of an agent while everything is held.
pub(crate) async fn spare_agent(unit: &mut Unit<'_>) -> Result<(), CommandError> {
    if erases_again(unit) {
        return Ok(());
    }
    refuse(holds(unit).await?.on_tenant())
}

fn erases_again(unit: &Unit<'_>) -> bool {
    matches!(&unit.request().caller.actor, Actor::System(name) if name == ERASES_AGAIN)
}

impl Desk {
    /// A legal hold that keeps a tenant in use from being deleted: any that stands. A sandbox is a copy without keys, and
    /// ends whatever it copied.
    pub async fn hold_on_deletion(&self, tenant: &TenantId) -> Result<Option<LegalHoldId>, CommandError> {
        let record = self.store().tenant(tenant).await?;
        let in_use = |record: &TenantRecord| match record.status {
            TenantStatus::Active | TenantStatus::Suspended => record.expires_at.is_none(),
            TenantStatus::Provisioning | TenantStatus::Destroying => false,
        };
        if !record.is_some_and(|record| in_use(&record)) {
            return Ok(None);
        }
        let log = self.store().log(tenant).await?;
        Ok(self.latest::<LegalHolds>(&log, None, log.identity()).await?.any())
    }
}
