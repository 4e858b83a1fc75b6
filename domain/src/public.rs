//! Public types of events: the contract with webhook consumers and readers of the feed, apart from the storage format.
//!
//! Every change that a customer's system can see has exactly one type, the most specific of the guide's; the finer
//! type is for those who want to tell replies from priorities. What has none appears as position and time only.

use crate::{
    agent::AgentEvent, catalogue::DomainEvent, customer::CustomerEvent, team::TeamEvent, tenant::TenantEvent,
    ticket::TicketEvent, webhook::WebhookEvent,
};

/// What an event is called outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublicType {
    /// One of the few that everybody handles, for instance `ticket.updated`.
    pub general: &'static str,
    /// For instance `ticket.replied`; the same as `general` where there is nothing finer.
    pub finer: &'static str,
}

const fn as_is(name: &'static str) -> PublicType {
    PublicType { general: name, finer: name }
}

const fn update(finer: &'static str) -> PublicType {
    PublicType { general: "ticket.updated", finer }
}

/// What `event` is called outside; `None`: nobody outside can see what it changed.
pub fn public_type(event: &DomainEvent) -> Option<PublicType> {
    match event {
        DomainEvent::Ticket(event) => Some(ticket_public_type(event)),
        DomainEvent::Customer(event) => match event {
            CustomerEvent::CustomerCreated(_) => Some(as_is("customer.created")),
            CustomerEvent::CustomerRenamed(_)
            | CustomerEvent::CustomerEmailChanged(_)
            | CustomerEvent::CustomerPhoneChanged(_)
            | CustomerEvent::CustomerExternalIdChanged(_) => Some(as_is("customer.updated")),
            CustomerEvent::CustomerRestricted(_) => Some(as_is("customer.restricted")),
            CustomerEvent::CustomerRestrictionLifted(_) => Some(as_is("customer.restriction_lifted")),
            CustomerEvent::ConsentGiven(_)
            | CustomerEvent::ConsentWithdrawn(_)
            | CustomerEvent::CustomerExported(_) => None,
            CustomerEvent::CustomerErased(_) => Some(as_is("customer.erased")),
        },
        DomainEvent::Agent(event) => match event {
            AgentEvent::AgentCreated(_) => Some(as_is("agent.created")),
            AgentEvent::AgentRenamed(_)
            | AgentEvent::AgentEmailChanged(_)
            | AgentEvent::AgentExternalIdChanged(_)
            | AgentEvent::AgentDeactivated(_)
            | AgentEvent::AgentReactivated(_)
            | AgentEvent::AgentRoleChanged(_) => Some(as_is("agent.updated")),
            AgentEvent::AgentErased(_) => Some(as_is("agent.erased")),
            AgentEvent::AgentInvited(_) => Some(as_is("agent.invited")),
            AgentEvent::AgentJoined(_) => Some(as_is("agent.joined")),
            AgentEvent::AgentExported(_)
            | AgentEvent::AgentInvitationRevoked(_)
            | AgentEvent::AgentPasswordChanged(_)
            | AgentEvent::AgentSessionStarted(_)
            | AgentEvent::AgentSessionEnded(_)
            | AgentEvent::AgentSessionRevoked(_)
            | AgentEvent::AgentFactorAdded(_)
            | AgentEvent::AgentFactorRemoved(_)
            | AgentEvent::AgentFactorsReset(_)
            | AgentEvent::AgentRecoveryCodesMade(_)
            | AgentEvent::AgentRecoveryCodeUsed(_)
            | AgentEvent::AgentReauthenticated(_)
            | AgentEvent::AgentPasswordResetIssued(_)
            | AgentEvent::AgentPasswordReset(_)
            | AgentEvent::AgentLogInFailed(_) => None,
        },
        DomainEvent::Team(event) => match event {
            TeamEvent::TeamCreated(_) => Some(as_is("team.created")),
            TeamEvent::TeamRenamed(_) | TeamEvent::TeamMemberAdded(_) | TeamEvent::TeamMemberRemoved(_) => {
                Some(as_is("team.updated"))
            }
        },
        DomainEvent::Webhook(event) => Some(webhook_public_type(event)),
        DomainEvent::Tenant(event) => tenant_public_type(event),
        // How a tenant guards its doors is told in the audit trail alone.
        DomainEvent::AccessPolicy(_)
        | DomainEvent::ServiceAccount(_)
        | DomainEvent::SupportAccess(_)
        | DomainEvent::LegalHolds(_)
        | DomainEvent::AccessLog(_)
        | DomainEvent::AccessReview(_)
        | DomainEvent::LogStream(_)
        | DomainEvent::RetentionPolicies(_)
        | DomainEvent::SavedViews(_) => None,
    }
}

/// What was bought, and how it is set up, is told in the audit trail alone.
fn tenant_public_type(event: &TenantEvent) -> Option<PublicType> {
    match event {
        TenantEvent::ThresholdReached(_) => Some(as_is("plan.threshold_reached")),
        TenantEvent::TenantProvisioned(_)
        | TenantEvent::DomainChanged(_)
        | TenantEvent::CustomDomainChanged(_)
        | TenantEvent::BrandingChanged(_)
        | TenantEvent::BusinessHoursChanged(_)
        | TenantEvent::AutoAssignmentSwitched(_)
        | TenantEvent::SlaSwitched(_)
        | TenantEvent::TenantSuspended(_)
        | TenantEvent::TenantResumed(_)
        | TenantEvent::DeletionScheduled(_)
        | TenantEvent::DeletionCancelled(_)
        | TenantEvent::TenantRestored(_)
        | TenantEvent::PlanChanged(_)
        | TenantEvent::TrialStarted(_)
        | TenantEvent::TrialEnded(_)
        | TenantEvent::LimitOverridden(_)
        | TenantEvent::FeatureOverridden(_)
        | TenantEvent::OverrideCleared(_)
        | TenantEvent::SeatTaken(_)
        | TenantEvent::ApiKeyIssued(_)
        | TenantEvent::ApiKeyRotated(_)
        | TenantEvent::ApiKeyRevoked(_) => None,
    }
}

fn webhook_public_type(event: &WebhookEvent) -> PublicType {
    match event {
        WebhookEvent::WebhookCreated(_) => as_is("webhook.created"),
        WebhookEvent::WebhookDisabled(_) => as_is("webhook.disabled"),
        WebhookEvent::WebhookEnabled(_) => as_is("webhook.enabled"),
        WebhookEvent::WebhookDeleted(_) => as_is("webhook.deleted"),
        WebhookEvent::WebhookUrlChanged(_)
        | WebhookEvent::WebhookEventsChanged(_)
        | WebhookEvent::WebhookDescribed(_)
        | WebhookEvent::WebhookImportsChanged(_)
        | WebhookEvent::WebhookOrderingChanged(_)
        | WebhookEvent::WebhookSecretRotated(_) => as_is("webhook.updated"),
    }
}

/// What an event of a ticket is called outside.
pub fn ticket_public_type(event: &TicketEvent) -> PublicType {
    match event {
        TicketEvent::Opened(_) => as_is("ticket.created"),
        TicketEvent::Assigned(_) => as_is("agent.assigned"),
        TicketEvent::Resolved(_) => as_is("ticket.resolved"),
        TicketEvent::Closed(_) => as_is("ticket.closed"),
        TicketEvent::Deleted(_) => as_is("ticket.deleted"),
        TicketEvent::Restored(_) => as_is("ticket.restored"),
        TicketEvent::Erased(_) => as_is("ticket.erased"),
        TicketEvent::Retitled(_) => update("ticket.retitled"),
        TicketEvent::Replied(_) => update("ticket.replied"),
        TicketEvent::NoteAdded(_) => update("ticket.note_added"),
        TicketEvent::MessageRedacted(_) => update("ticket.message_redacted"),
        TicketEvent::MessageRectified(_) => update("ticket.message_rectified"),
        TicketEvent::AttachmentFoundInfected(_) => update("ticket.attachment_found_infected"),
        TicketEvent::Unassigned(_) => update("ticket.unassigned"),
        TicketEvent::MovedToTeam(_) => update("ticket.moved_to_team"),
        TicketEvent::RequesterChanged(_) => update("ticket.customer_changed"),
        TicketEvent::PriorityChanged(_) => update("ticket.priority_changed"),
        TicketEvent::TypeChanged(_) => update("ticket.type_changed"),
        TicketEvent::Tagged(_) => update("ticket.tagged"),
        TicketEvent::Untagged(_) => update("ticket.untagged"),
        TicketEvent::ExternalIdChanged(_) => update("ticket.external_id_changed"),
        TicketEvent::Started(_) | TicketEvent::Requeued(_) | TicketEvent::AwaitingCustomer(_) => {
            update("ticket.status_changed")
        }
        TicketEvent::Reopened(_) => update("ticket.reopened"),
        TicketEvent::Rated(_) => update("ticket.rated"),
        TicketEvent::ActivityRecorded(_) => update("ticket.activity_recorded"),
    }
}

/// Every public type there is: what one can subscribe to.
pub const PUBLIC_TYPES: &[PublicType] = &[
    as_is("ticket.created"),
    as_is("ticket.resolved"),
    as_is("ticket.closed"),
    as_is("ticket.deleted"),
    as_is("ticket.restored"),
    as_is("ticket.erased"),
    update("ticket.retitled"),
    update("ticket.replied"),
    update("ticket.note_added"),
    update("ticket.message_redacted"),
    update("ticket.message_rectified"),
    update("ticket.attachment_found_infected"),
    update("ticket.unassigned"),
    update("ticket.moved_to_team"),
    update("ticket.customer_changed"),
    update("ticket.priority_changed"),
    update("ticket.type_changed"),
    update("ticket.tagged"),
    update("ticket.untagged"),
    update("ticket.external_id_changed"),
    update("ticket.status_changed"),
    update("ticket.reopened"),
    update("ticket.rated"),
    update("ticket.activity_recorded"),
    as_is("customer.created"),
    as_is("customer.updated"),
    as_is("customer.restricted"),
    as_is("customer.restriction_lifted"),
    as_is("customer.erased"),
    as_is("agent.assigned"),
    as_is("agent.created"),
    as_is("agent.updated"),
    as_is("agent.erased"),
    as_is("agent.invited"),
    as_is("agent.joined"),
    as_is("team.created"),
    as_is("team.updated"),
    as_is("plan.threshold_reached"),
    as_is("webhook.created"),
    as_is("webhook.updated"),
    as_is("webhook.disabled"),
    as_is("webhook.enabled"),
    as_is("webhook.deleted"),
];

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    /// Every event type has a fixture, so the fixtures have every public type.
    #[test]
    fn the_list_has_every_public_type_and_no_other() {
        let mut found = vec![];
        for line in include_str!("../fixtures/events.ndjson").lines() {
            let fixture: Value = serde_json::from_str(line).unwrap();
            let text = |key: &str| fixture[key].as_str().unwrap();
            let version = u32::try_from(fixture["version"].as_u64().unwrap()).unwrap();
            let event =
                DomainEvent::decode(text("aggregate"), text("type"), version, fixture["payload"].clone()).unwrap();
            found.extend(public_type(&event));
        }
        for name in &found {
            assert!(PUBLIC_TYPES.contains(name), "add {name:?} to PUBLIC_TYPES");
        }
        for name in PUBLIC_TYPES {
            assert!(found.contains(name), "{name:?} is in PUBLIC_TYPES, and no event has it");
        }
    }
}
