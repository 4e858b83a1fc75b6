//! What each event says that something is found by.

use domain::{
    DomainEvent, MessageId, Personal,
    agent::AgentEvent,
    customer::CustomerEvent,
    ticket::{Opened, TicketEvent},
};

use crate::{fold::At, search::Search};

/// Of a text, so many bytes can be searched. PostgreSQL refuses vectors beyond 1 MB, and an address yields up to
/// about four times its bytes; a message of plain ASCII fits as a whole.
const MAX_BYTES: usize = 128 * 1024;

/// Notes what `event` says.
pub(super) fn note(search: &mut Search, at: &At<'_>, event: &DomainEvent) {
    let mut noted = Noted { search, at };
    match event {
        DomainEvent::Ticket(event) => noted.ticket(event),
        DomainEvent::Customer(event) => noted.customer(event),
        DomainEvent::Agent(event) => noted.agent(event),
        // Teams are few, and listed by name.
        DomainEvent::Team(_)
        | DomainEvent::Tenant(_)
        | DomainEvent::Webhook(_)
        | DomainEvent::AccessPolicy(_)
        | DomainEvent::ServiceAccount(_)
        | DomainEvent::SupportAccess(_)
        | DomainEvent::LegalHolds(_)
        | DomainEvent::AccessLog(_)
        | DomainEvent::AccessReview(_)
        | DomainEvent::LogStream(_)
        | DomainEvent::RetentionPolicies(_)
        | DomainEvent::SavedViews(_) => {}
    }
}

struct Noted<'a> {
    search: &'a mut Search,
    at: &'a At<'a>,
}

impl Noted<'_> {
    fn ticket(&mut self, event: &TicketEvent) {
        match event {
            TicketEvent::Opened(opened) => self.opened(opened),
            TicketEvent::Retitled(retitled) => self.personal("title", &retitled.title),
            TicketEvent::Replied(replied) => self.message(replied.message, &replied.body),
            TicketEvent::NoteAdded(note) => self.message(note.message, &note.body),
            TicketEvent::MessageRedacted(redacted) => self.put(redacted.message.to_string(), None, None),
            TicketEvent::MessageRectified(rectified) => self.message(rectified.message, &rectified.body),
            TicketEvent::Tagged(tagged) => tagged.tags.iter().for_each(|tag| self.plain(&tag_part(tag), Some(tag))),
            TicketEvent::Untagged(untagged) => untagged.tags.iter().for_each(|tag| self.plain(&tag_part(tag), None)),
            TicketEvent::ExternalIdChanged(changed) => self.plain("external_id", changed.external_id.as_deref()),
            TicketEvent::Erased(_) => self.search.emptied(self.at),
            TicketEvent::AttachmentFoundInfected(_)
            | TicketEvent::Assigned(_)
            | TicketEvent::Unassigned(_)
            | TicketEvent::MovedToTeam(_)
            | TicketEvent::RequesterChanged(_)
            | TicketEvent::PriorityChanged(_)
            | TicketEvent::TypeChanged(_)
            | TicketEvent::Started(_)
            | TicketEvent::Requeued(_)
            | TicketEvent::AwaitingCustomer(_)
            | TicketEvent::Resolved(_)
            | TicketEvent::Closed(_)
            | TicketEvent::Reopened(_)
            | TicketEvent::Deleted(_)
            | TicketEvent::Restored(_)
            | TicketEvent::Rated(_)
            | TicketEvent::ActivityRecorded(_) => {}
        }
    }

    fn opened(&mut self, opened: &Opened) {
        self.personal("title", &opened.title);
        if let Some(body) = &opened.body {
            self.message(opened.message, body);
        }
        if let Some(external_id) = &opened.external_id {
            self.plain("external_id", Some(external_id));
        }
        opened.tags.iter().for_each(|tag| self.plain(&tag_part(tag), Some(tag)));
    }

    fn customer(&mut self, event: &CustomerEvent) {
        match event {
            CustomerEvent::CustomerCreated(created) => {
                self.personal("name", &created.name);
                created.email.iter().for_each(|email| self.address(Some(email)));
                created.phone.iter().for_each(|phone| self.personal("phone", phone));
                created.external_id.iter().for_each(|id| self.plain("external_id", Some(id)));
            }
            CustomerEvent::CustomerRenamed(renamed) => self.personal("name", &renamed.name),
            CustomerEvent::CustomerEmailChanged(changed) => self.address(changed.email.as_ref()),
            CustomerEvent::CustomerPhoneChanged(changed) => match &changed.phone {
                Some(phone) => self.personal("phone", phone),
                None => self.plain("phone", None),
            },
            CustomerEvent::CustomerExternalIdChanged(changed) => {
                self.plain("external_id", changed.external_id.as_deref());
            }
            CustomerEvent::CustomerErased(_) => self.erased(),
            CustomerEvent::CustomerRestricted(_)
            | CustomerEvent::CustomerRestrictionLifted(_)
            | CustomerEvent::ConsentGiven(_)
            | CustomerEvent::ConsentWithdrawn(_)
            | CustomerEvent::CustomerExported(_) => {}
        }
    }

    fn agent(&mut self, event: &AgentEvent) {
        match event {
            AgentEvent::AgentCreated(created) => {
                self.personal("name", &created.name);
                created.email.iter().for_each(|email| self.address(Some(email)));
                created.external_id.iter().for_each(|id| self.plain("external_id", Some(id)));
            }
            AgentEvent::AgentRenamed(renamed) => self.personal("name", &renamed.name),
            AgentEvent::AgentEmailChanged(changed) => self.address(changed.email.as_ref()),
            AgentEvent::AgentExternalIdChanged(changed) => self.plain("external_id", changed.external_id.as_deref()),
            AgentEvent::AgentErased(_) => self.erased(),
            AgentEvent::AgentDeactivated(_)
            | AgentEvent::AgentReactivated(_)
            | AgentEvent::AgentExported(_)
            | AgentEvent::AgentInvited(_)
            | AgentEvent::AgentInvitationRevoked(_)
            | AgentEvent::AgentJoined(_)
            | AgentEvent::AgentRoleChanged(_)
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
            | AgentEvent::AgentLogInFailed(_) => {}
        }
    }

    /// What is sealed for them goes by their key; what other systems call them does not.
    fn erased(&mut self) {
        self.plain("external_id", None);
        self.search.erased.push(self.at.aggregate_id.to_owned());
    }

    fn message(&mut self, id: MessageId, body: &Personal) {
        self.personal(&id.to_string(), body);
    }

    /// An address is found by its parts, too: `ann` finds `ann@example.com`.
    fn address(&mut self, email: Option<&Personal>) {
        let Some(email) = email else { return self.plain("email", None) };
        let text = email.value().map(|address| format!("{address} {}", address.replace(['@', '.'], " ")));
        self.put("email".to_owned(), Some(email.subject()), text.as_deref());
    }

    fn personal(&mut self, part: &str, text: &Personal) {
        self.put(part.to_owned(), Some(text.subject()), text.value());
    }

    fn plain(&mut self, part: &str, text: Option<&str>) {
        self.put(part.to_owned(), None, text);
    }

    fn put(&mut self, part: String, subject: Option<&str>, text: Option<&str>) {
        self.search.put(self.at, part, subject.map(str::to_owned), text.map(|text| cut(text).to_owned()));
    }
}

fn tag_part(tag: &str) -> String {
    format!("tag:{tag}")
}

/// What of a text can be searched.
fn cut(text: &str) -> &str {
    let mut end = text.len().min(MAX_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_between_characters() {
        assert_eq!(cut(&"ü".repeat(MAX_BYTES)).len(), MAX_BYTES);
        assert_eq!(cut(&format!("a{}", "ü".repeat(MAX_BYTES))).len(), MAX_BYTES - 1);
        assert_eq!(cut("a"), "a");
    }
}
