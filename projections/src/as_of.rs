//! How a ticket, a customer, an agent or a team stood at any point in the past: the stream folded up to there, by the
//! same fold as the tables.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use domain::{
    AgentId, Aggregate, CustomerId, DomainEvent, Event, TeamId, TicketId, agent::Agent, customer::Customer, team::Team,
    ticket::Ticket,
};
use event_store::{Log, RecordedEvent, StreamId};

use crate::{
    agents::AgentView,
    customers::CustomerView,
    desk::Desk,
    error::ProjectionError,
    fold::{self, At},
    teams::TeamView,
    tickets::{TicketView, ticket_names},
    timeline::{Origin, TimelineEntry},
};

/// A point in the past.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// Everything that is recorded.
    Now,
    /// What was recorded up to this position.
    Position(u64),
    /// What was recorded at or before this instant: what we knew then.
    Recorded(DateTime<Utc>),
    /// What had happened at or before this instant, as we know today. Imported history is recorded long after.
    Happened(DateTime<Utc>),
}

impl Moment {
    pub(crate) fn includes(self, event: &RecordedEvent) -> bool {
        match self {
            Self::Now => true,
            Self::Position(position) => event.position <= position,
            Self::Recorded(instant) => event.recorded_at <= instant,
            Self::Happened(instant) => event.occurred_at <= instant,
        }
    }
}

/// A ticket as it stood.
#[derive(Clone, Debug, PartialEq)]
pub struct PastTicket {
    /// The ticket, and the names of those in it, as of then.
    pub ticket: TicketView,
    /// What had happened to it.
    pub timeline: Vec<TimelineEntry>,
}

/// The ticket at `moment`; none when it did not exist then.
pub async fn ticket(log: &Log, id: TicketId, moment: Moment) -> Result<Option<PastTicket>, ProjectionError> {
    let id = id.to_string();
    let mut desk = Desk::default();
    let origins = fold_stream(log, &mut desk, StreamId::new(Ticket::TYPE, &id), moment).await?;
    for stream in mentioned(&desk) {
        fold_stream(log, &mut desk, stream, moment).await?;
    }
    let timeline = std::mem::take(&mut desk.timeline);
    let Some(row) = desk.tickets.get(&id) else {
        return Ok(None);
    };
    let author = |id: &str| {
        let agent = desk.agents.get(id).map(|agent| agent.name.clone());
        agent.or_else(|| desk.customers.get(id).map(|customer| customer.name.clone())).flatten()
    };
    Ok(Some(PastTicket {
        ticket: TicketView::of(row, ticket_names(&desk, row)),
        timeline: timeline
            .into_iter()
            .zip(origins)
            .map(|(line, origin)| {
                let name = line.author_id.as_deref().and_then(author);
                TimelineEntry::of(line, name, origin)
            })
            .collect(),
    }))
}

/// The customer at `moment`; none when they were not known then.
pub async fn customer(log: &Log, id: CustomerId, moment: Moment) -> Result<Option<CustomerView>, ProjectionError> {
    let mut desk = Desk::default();
    fold_stream(log, &mut desk, StreamId::new(Customer::TYPE, id), moment).await?;
    Ok(desk.customers.into_values().next().map(CustomerView::of))
}

/// The agent at `moment`; none when they had not joined then.
pub async fn agent(log: &Log, id: AgentId, moment: Moment) -> Result<Option<AgentView>, ProjectionError> {
    let mut desk = Desk::default();
    fold_stream(log, &mut desk, StreamId::new(Agent::TYPE, id), moment).await?;
    Ok(desk.agents.into_values().next().map(AgentView::of))
}

/// The team at `moment`; none when there was no such team then.
pub async fn team(log: &Log, id: TeamId, moment: Moment) -> Result<Option<TeamView>, ProjectionError> {
    let mut desk = Desk::default();
    fold_stream(log, &mut desk, StreamId::new(Team::TYPE, id), moment).await?;
    Ok(desk.teams.into_values().next().map(TeamView::of))
}

/// What was said in a ticket is gone from its past, too: what shares the key of its customer can still be opened, and is not.
const ERASED: &str = "ticket.erased";

/// Folds what `moment` includes of a stream; gives what each event was. If it does not include the event that began the
/// stream, there was nothing yet, whatever the times of later ones say.
async fn fold_stream(
    log: &Log,
    desk: &mut Desk,
    stream: StreamId,
    moment: Moment,
) -> Result<Vec<Origin>, ProjectionError> {
    let events = log.load(&stream, 0).await?;
    let mut origins = vec![];
    if !events.first().is_some_and(|first| moment.includes(first)) {
        return Ok(origins);
    }
    let erased = events.iter().filter(|event| event.event_type == ERASED).map(|event| event.position).max();
    for mut at in events.into_iter().filter(|event| moment.includes(event)) {
        let since = Some(at.position);
        let told = |event| {
            if erased > since
                && let DomainEvent::Ticket(event) = event
            {
                return DomainEvent::Ticket(event.without_content());
            }
            event
        };
        fold::decode(&mut at)
            .map(told)
            .and_then(|event| desk.apply(&At::of(&at), &event))
            .map_err(|error| ProjectionError::Poisoned { position: at.position, reason: error.to_string() })?;
        origins.push(Origin::of(&at));
    }
    Ok(origins)
}

/// What `moment` includes of a stream whose fold is no row but the rules' own: each event as it was recorded, its payload
/// taken out and read.
pub(crate) async fn events<A: Aggregate>(
    log: &Log,
    id: impl ToString + Send,
    moment: Moment,
) -> Result<Vec<(RecordedEvent, A::Event)>, ProjectionError> {
    let read = |mut at: RecordedEvent| {
        let payload = at.payload.take();
        match A::Event::decode(&at.event_type, at.event_version, payload) {
            Ok(event) => Ok((at, event)),
            Err(error) => Err(ProjectionError::Poisoned { position: at.position, reason: error.to_string() }),
        }
    };
    let events = log.load(&StreamId::new(A::TYPE, id), 0).await?;
    events.into_iter().filter(|event| moment.includes(event)).map(read).collect()
}

/// The streams of everybody whose name is shown.
fn mentioned(desk: &Desk) -> BTreeSet<StreamId> {
    let mut streams = BTreeSet::new();
    for ticket in desk.tickets.values() {
        streams.insert(StreamId::new(Customer::TYPE, &ticket.requester_id));
        streams.extend(ticket.assignee_id.iter().map(|id| StreamId::new(Agent::TYPE, id)));
        streams.extend(ticket.team_id.iter().map(|id| StreamId::new(Team::TYPE, id)));
    }
    for line in &desk.timeline {
        let (Some(kind), Some(id)) = (&line.author_kind, &line.author_id) else { continue };
        let aggregate_type = if kind == "agent" { Agent::TYPE } else { Customer::TYPE };
        streams.insert(StreamId::new(aggregate_type, id));
    }
    streams
}
