//! One commit in the making: pure, from what was looked up.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use domain::{
    Actor, AgentId, Aggregate, CustomerId, Event, NextNumber, Personal, TicketId,
    agent::{Agent, AgentCreated, AgentEvent},
    customer::{Customer, CustomerCreated, CustomerEvent},
    ticket::{
        Author, Channel, Opened, ReopenReason, Reopened, Ticket, TicketEvent, TicketState,
        history::{Fact, record},
        title_key,
    },
};
use event_store::{Claim, CommandId, Commit, Draft, EventMetadata, Keep, Origin, StreamDrafts, StreamId};
use serde_json::json;

use super::{
    Recorder,
    find::{Case, Known, claim_kinds, mark_prefix, message},
    outcome,
};
use crate::{
    claims,
    import::{
        history::{Deed, Index, PersonKind, Step},
        report::{Rejected, RowPlace},
    },
};

/// What the import does by itself.
const SYSTEM: &str = "import";

/// One commit in the making. Nothing in the recorder changes before it is in the log.
#[derive(Default)]
pub(super) struct Batch {
    pub people: Vec<(StreamDrafts, PersonKind)>,
    pub tickets: Vec<StreamDrafts>,
    pub places: HashMap<Index, usize>,
    pub states: HashMap<Index, (u64, TicketState)>,
    pub claims: Vec<Claim>,
    pub outcomes: Vec<(RowPlace, u8)>,
    pub rejected: Vec<Rejected>,
    pub marks: Vec<String>,
    pub events: HashMap<&'static str, u64>,
    pub implied: u64,
    pub in_future: u64,
}

impl Recorder<'_> {
    /// What the chunk adds to the log as it is known.
    pub(super) fn plan(&self, chunk: &[Step], created: &HashSet<Index>) -> Batch {
        let mut batch = Batch::default();
        let now = self.clock.now();
        let mut met = HashSet::new();
        for step in chunk {
            let case = &self.cases[&step.case];
            let row = step.place;
            if case.foreign {
                // A row has several parts; it is rejected once.
                let before = self.outcome(row) != 0 || batch.outcomes.iter().any(|(other, _)| *other == row);
                if !before {
                    batch.outcomes.push((row, outcome::REJECTED));
                    batch.rejected.push(self.foreign(step));
                }
                continue;
            }
            if !case.marks.is_empty() && case.marks.contains(&step.mark.to_string()) {
                batch.outcomes.push((row, outcome::KNOWN));
                continue;
            }
            let (version, mut state) =
                batch.states.remove(&step.case).unwrap_or_else(|| (case.version, case.state.clone()));
            let events = self.events(&mut state, step, case.id);
            let version = version + events.len() as u64;
            batch.states.insert(step.case, (version, state));
            if events.is_empty() {
                continue;
            }
            batch.outcomes.push((row, outcome::RECORDED));
            for person in self.named(step) {
                if created.contains(&person) && met.insert(person) {
                    self.create(&mut batch, person, step.at);
                }
            }
            batch.in_future += u64::from(step.at > now);
            self.add(&mut batch, step, case, &events);
        }
        batch
    }

    fn foreign(&self, step: &Step) -> Rejected {
        let external_id = &self.history.cases[step.case as usize].external_id;
        let reason = format!(
            "another ticket has the external id {external_id:?}: set external_id in the mapping, for instance to \
             \"{}-{{case}}\"",
            self.report.source
        );
        let place = step.place;
        Rejected { place, column: None, reason }
    }

    /// The events that a step leaves, folded into `state`.
    fn events(&self, state: &mut TicketState, step: &Step, ticket: TicketId) -> Vec<TicketEvent> {
        let mut events = vec![];
        let mut took = |state: &mut TicketState, fact: Fact| {
            for event in record(state, fact) {
                Ticket::apply(state, &event);
                events.push(event);
            }
            events.len()
        };
        let statement = &self.history.statements[step.statement as usize];
        let mut opened = 0;
        if state.requester.is_none() {
            let Some(fact) = self.opening(step, ticket) else {
                return events;
            };
            opened = took(state, fact);
        }
        let requester = statement.requester.and_then(|person| self.customer(person));
        let stated = [
            requester.map(Fact::Requester),
            statement.priority.map(Fact::Priority),
            statement.kind.clone().map(Fact::Type),
            Some(Fact::Tags(statement.tags.clone())),
        ];
        let mut taken = opened;
        for fact in stated.into_iter().flatten() {
            taken = took(state, fact);
        }
        if let Some(fact) = self.deed(step, ticket) {
            taken = took(state, fact);
        }
        if let Some(agent) = statement.assignee.and_then(|person| self.agent(person)) {
            taken = took(state, Fact::Assignee(agent));
        }
        let said_all = taken > opened || (opened > 0 && step.deed == Deed::Opened);
        if !said_all && let Some(fact) = self.own_words(step) {
            took(state, fact);
        }
        events
    }

    fn opening(&self, step: &Step, ticket: TicketId) -> Option<Fact> {
        let case = &self.history.cases[step.case as usize];
        let statement = &self.history.statements[step.statement as usize];
        let requester = self.customer(statement.requester?)?;
        let first = message(ticket, "opened", step.at);
        Some(Fact::Opened(Box::new(Opened {
            number: NextNumber::Next,
            title: Personal::new(requester, case.title.clone()).under(title_key(ticket, 0)),
            body: case.body.clone().map(|body| Personal::new(requester, body).under(first)),
            message: first,
            attachments: vec![],
            requester,
            author: Author::Customer(requester),
            channel: Channel::Import,
            priority: statement.priority.unwrap_or(self.history.default_priority),
            kind: statement.kind.clone(),
            tags: statement.tags.clone(),
            external_id: Some(case.external_id.clone()),
            opened_by: None,
            in_month: None,
        })))
    }

    fn deed(&self, step: &Step, ticket: TicketId) -> Option<Fact> {
        let message = || message(ticket, &step.mark.to_string(), step.at);
        Some(match &step.deed {
            Deed::Nothing | Deed::Opened => return None,
            Deed::Started => Fact::Started,
            Deed::AwaitingCustomer => Fact::AwaitingCustomer,
            Deed::Resolved => Fact::Resolved,
            Deed::Closed => Fact::Closed,
            Deed::Reopened => Fact::Reopened,
            Deed::OwnWords => return self.own_words(step),
            Deed::Replied { author, body } => {
                Fact::Replied { message: message(), author: self.people.get(author)?.author(), body: body.clone() }
            }
            Deed::NoteAdded { author, body } => Fact::NoteAdded {
                message: message(),
                author: author.and_then(|author| self.agent(author)),
                body: body.clone(),
            },
            Deed::Rated(score) => Fact::Rated(*score),
        })
    }

    fn own_words(&self, step: &Step) -> Option<Fact> {
        Some(Fact::Activity {
            activity: self.history.words[step.words? as usize].clone(),
            agent: step.actor.and_then(|actor| self.agent(actor)),
        })
    }

    fn customer(&self, person: Index) -> Option<CustomerId> {
        match self.people.get(&person)? {
            Known::Customer(id) => Some(*id),
            Known::Agent(_) => None,
        }
    }

    fn agent(&self, person: Index) -> Option<AgentId> {
        match self.people.get(&person)? {
            Known::Agent(id) => Some(*id),
            Known::Customer(_) => None,
        }
    }

    fn add(&self, batch: &mut Batch, step: &Step, case: &Case, events: &[TicketEvent]) {
        let actor = step.actor.and_then(|actor| self.people.get(&actor));
        let actor = actor.map_or_else(|| Actor::System(SYSTEM.to_owned()), |known| known.actor());
        let file_case = &self.history.cases[step.case as usize];
        let mark = format!("{}{}", mark_prefix(&self.report.source, &file_case.id), step.mark);
        let metadata = self.metadata(&actor, Some(mark.clone()));
        batch.marks.push(mark);
        let place = *batch.places.entry(step.case).or_insert_with(|| {
            batch.tickets.push(StreamDrafts {
                stream: StreamId::new(Ticket::TYPE, case.id),
                expected: case.version,
                drafts: vec![],
            });
            if case.version == 0 {
                batch.claims.push(Claim {
                    kind: claims::TICKET_EXTERNAL_ID,
                    value: file_case.external_id.clone(),
                    owner: case.id.to_string(),
                });
            }
            batch.tickets.len() - 1
        });
        for event in events {
            *batch.events.entry(event.event_type()).or_default() += 1;
            if let TicketEvent::Reopened(Reopened { reason: ReopenReason::ImpliedByHistory }) = event {
                batch.implied += 1;
            }
            batch.tickets[place].drafts.push(draft(event, &metadata, step.at));
        }
    }

    /// A customer or an agent, in front of the first row that names them.
    fn create(&self, batch: &mut Batch, index: Index, at: DateTime<Utc>) {
        let person = &self.history.people[index as usize];
        let metadata = self.metadata(&Actor::System(SYSTEM.to_owned()), None);
        let (stream, draft, event_type) = match self.people[&index] {
            Known::Customer(id) => {
                let event: CustomerEvent = CustomerCreated {
                    name: Personal::new(id, person.name.clone()),
                    email: person.email.clone().map(|email| Personal::new(id, email)),
                    phone: None,
                    external_id: person.external_id.clone(),
                }
                .into();
                (StreamId::new(Customer::TYPE, id), draft(&event, &metadata, at), event.event_type())
            }
            Known::Agent(id) => {
                let event: AgentEvent = AgentCreated {
                    name: Personal::new(id, person.name.clone()),
                    email: person.email.clone().map(|email| Personal::new(id, email)),
                    external_id: person.external_id.clone(),
                }
                .into();
                (StreamId::new(Agent::TYPE, id), draft(&event, &metadata, at), event.event_type())
            }
        };
        *batch.events.entry(event_type).or_default() += 1;
        let (by_id, by_email) = claim_kinds(person.kind);
        let owner = stream.aggregate_id.clone();
        let claim = |kind, value| Claim { kind, value, owner: owner.clone() };
        batch.claims.extend(person.external_id.clone().map(|id| claim(by_id, id)));
        batch.claims.extend(person.email.as_ref().map(|email| claim(by_email, email.identity())));
        let drafts = StreamDrafts { stream, expected: 0, drafts: vec![draft] };
        batch.people.push((drafts, person.kind));
    }

    fn metadata(&self, actor: &Actor, mark: Option<String>) -> EventMetadata {
        EventMetadata {
            actor: actor.to_string(),
            correlation_id: self.import.clone(),
            // The command's id, once the commit is whole.
            causation_id: String::new(),
            origin: Origin::Import,
            request_id: mark,
            client: None,
        }
    }

    /// The command's id names the rows, so the same rows are never recorded twice, however the runs overlap.
    pub(super) fn commit(&self, batch: &Batch) -> Commit {
        let mut parts: Vec<&[u8]> = vec![b"import", self.import.as_bytes()];
        parts.extend(batch.marks.iter().map(String::as_bytes));
        let command_id = CommandId::of(&parts);
        let mut digest = ring::digest::Context::new(&ring::digest::SHA256);
        let people = batch.people.iter().map(|(drafts, _)| drafts);
        let mut streams: Vec<StreamDrafts> = people.chain(&batch.tickets).cloned().collect();
        for draft in streams.iter_mut().flat_map(|part| &mut part.drafts) {
            digest.update(draft.event_type.as_bytes());
            digest.update(draft.payload.to_string().as_bytes());
            draft.metadata.causation_id = command_id.0.to_string();
        }
        let mut request_digest = [0; 32];
        request_digest.copy_from_slice(digest.finish().as_ref());
        Commit {
            command_id,
            request_digest,
            keep: Keep::Forever,
            streams,
            claims: batch.claims.clone(),
            releases: vec![],
            erases: vec![],
            outcome: json!({ "rows": batch.marks.len() }),
        }
    }
}

fn draft(event: &impl Event, metadata: &EventMetadata, at: DateTime<Utc>) -> Draft {
    Draft {
        event_type: event.event_type().to_owned(),
        event_version: event.event_version(),
        payload: event.encode(),
        metadata: metadata.clone(),
        occurred_at: Some(at),
    }
}
