//! The pieces, one after the other: no more than one is held, and each is a ticket or a page.

use std::collections::VecDeque;

use domain::{Aggregate, TicketId, ticket::Ticket};
use event_store::{Log, RecordedEvent, StreamId};

use super::{Act, OwnTicket, Part, Person, Profile, own};
use crate::{
    as_of::{self, Moment},
    audit::{self, AuditFilter},
    error::{ProjectionError, QueryError},
    page::{MAX_LIMIT, SortValue},
    scope::Scope,
    sql::signed,
};

/// Events of their own history that are told at once.
const PAGE: usize = 500;

/// Reads what is known up to one position of the log.
#[derive(Debug)]
pub struct Reader {
    log: Log,
    person: Person,
    id: String,
    until: u64,
    history: VecDeque<RecordedEvent>,
    tickets: VecDeque<String>,
    /// The place before which the next page of acts begins; none: there is none.
    acts: Option<Vec<SortValue>>,
}

/// Begins to read: what they are, and the rest. None: nobody of this id was known at `until`.
pub async fn read(log: &Log, person: Person, until: u64) -> Result<Option<(Profile, Reader)>, ReadError> {
    let moment = Moment::Position(until);
    let profile = match person {
        Person::Customer(id) => as_of::customer(log, id, moment).await?.map(Profile::Customer),
        Person::Agent(id) => as_of::agent(log, id, moment).await?.map(Profile::Agent),
    };
    let Some(profile) = profile else { return Ok(None) };
    let id = person.id();
    let tickets = match person {
        Person::Customer(_) => tickets(log, &id).await?,
        // What agents say on tickets is about those who ask.
        Person::Agent(_) => VecDeque::new(),
    };
    let mut history: VecDeque<_> = log.load(&person.stream(), 0).await?.into();
    history.retain(|event| event.position <= until);
    let acts = Some(vec![SortValue::Integer(signed(until.saturating_add(1)))]);
    let reader = Reader { log: log.clone(), person, id, until, history, tickets, acts };
    Ok(Some((profile, reader)))
}

/// A copy could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The log could not be folded.
    #[error(transparent)]
    Fold(#[from] ProjectionError),
    /// The read models could not be asked.
    #[error(transparent)]
    Query(#[from] QueryError),
}

impl From<event_store::StoreError> for ReadError {
    fn from(error: event_store::StoreError) -> Self {
        Self::Query(error.into())
    }
}

/// The tickets that they ever asked about or wrote on. Goes through all messages: nobody else asks for them so.
async fn tickets(log: &Log, id: &str) -> Result<VecDeque<String>, ReadError> {
    let sql = "SELECT id FROM tickets WHERE requester_id = $1
               UNION SELECT ticket_id FROM ticket_timeline
                     WHERE author_id = $1
                        OR (event_type = 'ticket.customer_changed' AND detail -> 'customer_id' ->> 0 = $1)
               ORDER BY 1";
    let rows = log.query(sql, &[(&id, event_store::driver::types::Type::TEXT)]).await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

impl Reader {
    /// Who it is about.
    pub fn person(&self) -> Person {
        self.person
    }

    /// The position of the log up to which it tells.
    pub fn until(&self) -> u64 {
        self.until
    }

    /// The next piece; none after the last.
    pub async fn next(&mut self) -> Result<Option<Part>, ReadError> {
        if !self.history.is_empty() {
            let page = self.history.drain(..PAGE.min(self.history.len()));
            return Ok(Some(Part::History(page.map(|event| own::told(event, &self.id)).collect())));
        }
        while let Some(id) = self.tickets.pop_front() {
            if let Some(ticket) = self.ticket(&id).await? {
                return Ok(Some(Part::Ticket(ticket)));
            }
        }
        let Some(after) = self.acts.take() else { return Ok(None) };
        let filter =
            AuditFilter { actor: Some(format!("{}:{}", self.person.kind(), self.id)), ..AuditFilter::default() };
        let tx = self.log.begin().await?;
        let page = audit::list(&self.log, &tx, &Scope::ALL, &filter, Some(&after), MAX_LIMIT).await?;
        tx.commit().await?;
        self.acts = page.next;
        let act = |entry: audit::AuditEntry| Act {
            position: entry.position,
            action: entry.action,
            occurred_at: entry.occurred_at,
            target: entry.target,
            client: entry.client,
        };
        Ok(Some(Part::Acts(page.items.into_iter().map(act).collect())))
    }

    async fn ticket(&self, id: &str) -> Result<Option<OwnTicket>, ReadError> {
        let Ok(ticket) = id.parse::<TicketId>() else { return Ok(None) };
        let Some(past) = as_of::ticket(&self.log, ticket, Moment::Position(self.until)).await? else {
            return Ok(None);
        };
        let past = past.ticket;
        let mut events = vec![];
        let mut theirs = false;
        for event in self.log.load(&StreamId::new(Ticket::TYPE, id), 0).await? {
            if event.position > self.until {
                break;
            }
            let requester = event.payload.get("requester").or_else(|| event.payload.get("customer"));
            if let Some(requester) = requester.and_then(|requester| requester.as_str()) {
                theirs = requester == self.id;
            }
            if theirs || own::concerns(&event.payload, &self.id) {
                events.push(own::told(event, &self.id));
            }
        }
        let ticket = OwnTicket {
            id: past.id,
            ticket_id: past.ticket_id,
            status: past.status.to_string(),
            created_at: past.created_at,
            events,
        };
        Ok(Some(ticket).filter(|ticket| !ticket.events.is_empty()))
    }
}
