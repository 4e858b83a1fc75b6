//! What of a file is in the log already, and the ids of what is not.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use domain::{
    Actor, AgentId, Aggregate, CustomerId, Event, MessageId, TicketId,
    agent::Agent,
    customer::Customer,
    text::Email,
    ticket::{Author, Ticket, TicketEvent, TicketState},
};
use event_store::{CommandId, Log, RecordedEvent, StoreError, StreamId};
use uuid::Uuid;

use crate::{
    claims,
    import::{
        ImportError,
        history::{History, Index, PersonKind},
    },
};

/// Someone of the file as they stand in the log.
#[derive(Clone, Copy, Debug)]
pub(super) enum Known {
    Customer(CustomerId),
    Agent(AgentId),
}

impl Known {
    pub fn actor(self) -> Actor {
        match self {
            Self::Customer(id) => Actor::Customer(id),
            Self::Agent(id) => Actor::Agent(id),
        }
    }

    pub fn author(self) -> Author {
        match self {
            Self::Customer(id) => Author::Customer(id),
            Self::Agent(id) => Author::Agent(id),
        }
    }
}

/// A case's ticket as it stands in the log.
#[derive(Debug)]
pub(super) struct Case {
    pub id: TicketId,
    pub version: u64,
    pub state: TicketState,
    /// The rows that are in the log since before this run.
    pub marks: HashSet<String>,
    /// Its external id belongs to a ticket that does not come from this source.
    pub foreign: bool,
}

/// What the marks of a case begin with in the log.
pub(super) fn mark_prefix(source: &str, case: &str) -> String {
    format!("{source}:{case}:")
}

pub(super) fn claim_kinds(kind: PersonKind) -> (&'static str, &'static str) {
    match kind {
        PersonKind::Customer => (claims::CUSTOMER_EXTERNAL_ID, claims::CUSTOMER_EMAIL),
        PersonKind::Agent => (claims::AGENT_EXTERNAL_ID, claims::AGENT_EMAIL),
    }
}

/// The same id for the same thing in every run, of the form of a `UUIDv7` of its time.
pub(super) fn derived(at: DateTime<Utc>, parts: &[&[u8]]) -> Uuid {
    let digest = CommandId::of(parts).0.into_bytes();
    // The middle holds the version and the variant, which are the same in all; the last ten bytes have two bits of it.
    let mut random = [0; 10];
    random.copy_from_slice(&digest[6..]);
    for (byte, other) in random.iter_mut().zip(&digest[..6]) {
        *byte ^= other;
    }
    let millis = u64::try_from(at.timestamp_millis()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

pub(super) fn message(ticket: TicketId, mark: &str, at: DateTime<Utc>) -> MessageId {
    MessageId::new(derived(at, &[b"message", ticket.to_string().as_bytes(), mark.as_bytes()]))
}

/// Whose the external id or else the email is; else the id that they get, and whether they are new under it.
pub(super) async fn find_person(
    history: &History,
    log: &Log,
    index: Index,
    at: DateTime<Utc>,
) -> Result<(Index, Known, bool), ImportError> {
    let person = &history.people[index as usize];
    let email = person.email.as_ref().map(Email::identity);
    let (by_id, by_email) = claim_kinds(person.kind);
    let values = [(by_id, person.external_id.as_deref()), (by_email, email.as_deref())];
    for (kind, value) in values {
        let Some(value) = value else { continue };
        if let Some(owner) = log.owner_of(kind, value).await? {
            let known = match person.kind {
                PersonKind::Customer => owner.parse().map(Known::Customer),
                PersonKind::Agent => owner.parse().map(Known::Agent),
            };
            return Ok((index, known.map_err(|_| malformed(kind, &owner))?, false));
        }
    }
    let tenant = log.identity().as_str().as_bytes();
    let source = history.report.source.as_bytes();
    let (kind, value) = match (&person.external_id, &email) {
        (Some(id), _) => (by_id, id.as_bytes()),
        (None, Some(email)) => (by_email, email.as_bytes()),
        (None, None) => ("name", person.name.as_str().as_bytes()),
    };
    let id = derived(at, &[b"person", tenant, source, kind.as_bytes(), value]);
    let (known, stream) = match person.kind {
        PersonKind::Customer => {
            let id = CustomerId::new(id);
            (Known::Customer(id), StreamId::new(Customer::TYPE, id))
        }
        PersonKind::Agent => {
            let id = AgentId::new(id);
            (Known::Agent(id), StreamId::new(Agent::TYPE, id))
        }
    };
    // Their email or external id may have been changed since an earlier run.
    let is_new = log.load(&stream, 0).await?.is_empty();
    Ok((index, known, is_new))
}

/// The ticket that has the case's external id, else the one that the case gets.
pub(super) async fn find_case(history: &History, log: &Log, index: Index) -> Result<(Index, Case), ImportError> {
    let case = &history.cases[index as usize];
    let owner = log.owner_of(claims::TICKET_EXTERNAL_ID, &case.external_id).await?;
    let (tenant, source) = (log.identity().as_str(), history.report.source.as_str());
    let id = if let Some(owner) = &owner {
        owner.parse().map_err(|_| malformed(claims::TICKET_EXTERNAL_ID, owner))?
    } else {
        let parts = [b"ticket", tenant.as_bytes(), source.as_bytes(), case.id.as_bytes()];
        TicketId::new(derived(case.since.unwrap_or_default(), &parts))
    };
    let prefix = mark_prefix(source, &case.id);
    let mut found = Case { id, version: 0, state: TicketState::default(), marks: HashSet::new(), foreign: false };
    for event in log.load(&StreamId::new(Ticket::TYPE, id), 0).await? {
        found.version = event.sequence;
        found.marks.extend(mark_of(&event, &prefix));
        let event = TicketEvent::decode(&event.event_type, event.event_version, event.payload)?;
        Ticket::apply(&mut found.state, &event);
    }
    found.foreign = owner.is_some() && found.marks.is_empty();
    Ok((index, found))
}

pub(super) fn mark_of(event: &RecordedEvent, prefix: &str) -> Option<String> {
    let mark = event.metadata.get("request_id")?.strip_prefix(prefix)?;
    event.is_imported().then(|| mark.to_owned())
}

pub(super) fn malformed(kind: &str, owner: &str) -> ImportError {
    let reason = format!("the claim of a {kind} names {owner:?}");
    StoreError::Malformed { position: 0, reason }.into()
}
