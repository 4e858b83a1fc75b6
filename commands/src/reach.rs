//! Which tickets a caller may touch: decided from streams, never from a read model.
//!
//! What a caller may not see by `tickets:read` is not there for them; what they see and may not touch is refused, with the
//! permission and the reach that they have it in.

use domain::{
    AgentId, CustomerId, TicketId,
    customer::{Customer, CustomerRejection},
    permission::{Permission, Reach},
    team::Team,
    ticket::{Ticket, TicketState},
};

use crate::{error::CommandError, unit::Unit};

/// Looks at whether a ticket is within the caller's reach of a right. Without this, [`Unit::decide`] refuses whatever
/// takes a right that the caller has not for all tickets.
pub(crate) async fn admit(
    unit: &mut Unit<'_>,
    id: TicketId,
    ticket: &TicketState,
    right: Permission,
) -> Result<(), CommandError> {
    let permissions = &unit.request().caller.permissions;
    let reach = permissions.reach(right).ok_or(CommandError::Forbidden(right))?;
    // Who may change tickets and not read them sees those that they may change.
    let sight = permissions.reach(Permission::TicketsRead).unwrap_or(reach);
    if reach.min(sight) == Reach::All {
        return Ok(());
    }
    let distance = distance(unit, ticket).await?;
    if distance > sight {
        return Err(CommandError::NotFound { kind: "ticket", pointer: None });
    }
    if distance > reach {
        return Err(CommandError::OutOfReach { right, reach });
    }
    unit.found_at::<Ticket>(id, distance);
    Ok(())
}

/// Refuses whoever may not work with the data of a customer whose data are restricted. Who does not see them (`privacy:read`)
/// finds nothing; who sees and may not use them (`privacy:write`) is told why.
pub(crate) async fn unrestricted(unit: &mut Unit<'_>, requester: Option<CustomerId>) -> Result<(), CommandError> {
    let permissions = &unit.request().caller.permissions;
    let (uses, sees) = (permissions.allow(Permission::PrivacyWrite), permissions.allow(Permission::PrivacyRead));
    let Some(requester) = requester.filter(|_| !uses) else { return Ok(()) };
    match unit.load::<Customer>(requester).await?.restricted {
        None => Ok(()),
        Some(_) if sees => Err(CommandError::rejected(CustomerRejection::Restricted)),
        Some(_) => Err(CommandError::NotFound { kind: "ticket", pointer: None }),
    }
}

/// Refuses whoever has any right for some tickets only: who is in which team decides who sees which, and nobody makes
/// their own reach wider.
pub(crate) fn unbounded(unit: &Unit<'_>) -> Result<(), CommandError> {
    let mut rights = unit.request().caller.permissions.iter();
    match rights.find(|(_, reach)| *reach < Reach::All) {
        Some((right, reach)) => Err(CommandError::OutOfReach { right, reach }),
        None => Ok(()),
    }
}

/// The narrowest reach that a ticket is within. A team that is asked is guarded by its version: who leaves it at this
/// moment has left it.
async fn distance(unit: &mut Unit<'_>, ticket: &TicketState) -> Result<Reach, CommandError> {
    let Some(principal) = unit.request().caller.principal.clone() else { return Ok(Reach::All) };
    if ticket.opened_by.as_ref() == Some(&principal) {
        return Ok(Reach::Own);
    }
    // Only agents have tickets assigned to them, and are in teams.
    let Ok(agent) = principal.parse::<AgentId>() else { return Ok(Reach::All) };
    if ticket.assignee == Some(agent) {
        return Ok(Reach::Assigned);
    }
    match ticket.team {
        Some(team) if unit.load::<Team>(team).await?.members.contains(&agent) => Ok(Reach::Team),
        Some(_) | None => Ok(Reach::All),
    }
}
