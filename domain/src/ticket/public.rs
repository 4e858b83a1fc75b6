//! What the outside may learn of an event: a contract of its own, apart from the storage format.

use crate::ticket::events::TicketEvent;

/// The fields of the public ticket that `event` may have changed.
pub(super) fn changed_fields(event: &TicketEvent) -> &'static [&'static str] {
    match event {
        TicketEvent::Opened(_) => {
            &["title", "customer", "priority", "type", "tags", "status", "external_id", "channel", "messages"]
        }
        TicketEvent::Retitled(_) => &["title"],
        TicketEvent::Erased(_) => &["title", "messages", "erased_at"],
        TicketEvent::Replied(_)
        | TicketEvent::NoteAdded(_)
        | TicketEvent::AttachmentFoundInfected(_)
        | TicketEvent::MessageRedacted(_)
        | TicketEvent::MessageRectified(_) => &["messages"],
        TicketEvent::Assigned(_) | TicketEvent::Unassigned(_) => &["assignee"],
        TicketEvent::MovedToTeam(_) => &["team"],
        TicketEvent::RequesterChanged(_) => &["customer"],
        TicketEvent::PriorityChanged(_) => &["priority"],
        TicketEvent::TypeChanged(_) => &["type"],
        TicketEvent::Tagged(_) | TicketEvent::Untagged(_) => &["tags"],
        TicketEvent::ExternalIdChanged(_) => &["external_id"],
        TicketEvent::Started(_)
        | TicketEvent::Requeued(_)
        | TicketEvent::AwaitingCustomer(_)
        | TicketEvent::Resolved(_)
        | TicketEvent::Reopened(_)
        | TicketEvent::Closed(_) => &["status"],
        TicketEvent::Rated(_) => &["rating"],
        TicketEvent::Deleted(_) | TicketEvent::Restored(_) => &["deleted_at"],
        TicketEvent::ActivityRecorded(_) => &[],
    }
}
