//! A help desk's history, appended in bulk by the product itself: sealed, numbered and stored as any other event.
//!
//! Tickets live eight events each (or two or three of them, spread over a year), some thousands at a time, so that neighbours in the log belong to different
//! tickets. A reply has 20 to 60 words of a vocabulary in which some words are common and most are rare.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    AgentId, CustomerId, DomainEvent, MessageId, NextNumber, Personal, TicketId,
    agent::{AgentCreated, AgentEvent},
    customer::{CustomerCreated, CustomerEvent},
    ticket::{
        Assigned, Author, AwaitingCustomer, Channel, Closed, Opened, Priority, Rated, Replied, Resolved, Started,
        TicketEvent,
    },
};
use event_store::{CommandId, Commit, Draft, EventMetadata, Ids, Keep, Log, Origin, StreamDrafts, StreamId};
use serde_json::Value;

/// Events of one ticket, unless its life is short.
pub const EVENTS_OF_A_TICKET: u64 = LIFE.len() as u64;
const LIFE: [Step; 8] = [
    Step::Opened,
    Step::Assigned,
    Step::Started,
    Step::AgentReplies,
    Step::AwaitsCustomer,
    Step::CustomerReplies,
    Step::Resolved,
    Step::Ends,
];
/// One ticket in four lacks the last one.
const SHORT_LIFE: [Step; 3] = [Step::Opened, Step::AgentReplies, Step::Resolved];
const YEAR: TimeDelta = TimeDelta::days(365);
/// Between two events of a ticket of a year.
const PAUSE: TimeDelta = TimeDelta::hours(3);
const CUSTOMERS: u64 = 5_000;
const AGENTS: u64 = 20;
const WORDS: u64 = 4_000;

/// What happens to a ticket.
#[derive(Clone, Copy, Debug)]
enum Step {
    Opened,
    Assigned,
    Started,
    AgentReplies,
    AwaitsCustomer,
    CustomerReplies,
    Resolved,
    Ends,
}

/// Writes histories; the same events for the same seed, but for ids and times.
#[derive(Debug)]
pub struct Historian {
    random: u64,
    ids: Ids,
    customers: Vec<CustomerId>,
    agents: Vec<AgentId>,
    /// When a year of short lives begins.
    year: Option<DateTime<Utc>>,
}

/// A ticket that is not over.
#[derive(Clone, Copy, Debug)]
struct Open {
    id: TicketId,
    customer: CustomerId,
    agent: AgentId,
    events: u64,
    life: &'static [Step],
    /// When the next event happened, if not now.
    next: Option<DateTime<Utc>>,
}

impl Historian {
    /// One of this seed.
    pub fn new(seed: u64, ids: Ids) -> Self {
        Self { random: seed, ids, customers: vec![], agents: vec![], year: None }
    }

    /// Imports tickets of two or three events, which came in over the year before `now`.
    #[must_use]
    pub fn of_the_year_before(self, now: DateTime<Utc>) -> Self {
        Self { year: Some(now - YEAR), ..self }
    }

    /// A small number that nobody expects.
    pub fn below(&mut self, end: u64) -> u64 {
        self.random = self.random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.random >> 33) % end
    }

    /// Appends `tickets` tickets, `at_once` of them open at any time; gives how many events the log
    /// has then. The people come first.
    pub async fn write(&mut self, log: &Log, tickets: u64, at_once: u64) -> u64 {
        if self.customers.is_empty() {
            self.people(log).await;
        }
        let mut position = 0;
        let mut left = tickets;
        let mut open: Vec<Open> = vec![];
        loop {
            while left > 0 && (open.len() as u64) < at_once {
                #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
                let share = 1.0 - left as f64 / tickets as f64;
                left -= 1;
                // Not all of the same age, or all would be opened, and then all answered.
                open.push(self.ticket(share));
            }
            if open.is_empty() {
                return position;
            }
            let mut streams = vec![];
            #[expect(clippy::needless_range_loop, reason = "the next event needs all of self besides")]
            for index in 0..open.len() {
                if self.below(3) > 0 {
                    let event = self.next_of(open[index]);
                    let Open { id, agent, events, next, .. } = open[index];
                    streams.push(part(StreamId::new("ticket", id), events, agent, event.into(), next));
                    open[index].events += 1;
                    open[index].next = next.map(|next| next + PAUSE);
                }
            }
            open.retain(|ticket| index(ticket.events) < ticket.life.len());
            position = self.append(log, streams).await.max(position);
        }
    }

    /// One that came in when this share of the year was over.
    fn ticket(&mut self, share: f64) -> Open {
        let (customer, agent) = (index(self.below(CUSTOMERS)), index(self.below(AGENTS)));
        let (customer, agent) = (self.customers[customer], self.agents[agent]);
        #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "seconds of a year")]
        let seconds = (YEAR.num_seconds() as f64 * share) as i64;
        let next = self.year.map(|year| year + TimeDelta::seconds(seconds));
        let life = match self.year {
            None => &LIFE[..],
            Some(_) => &SHORT_LIFE[..if self.below(4) == 0 { 2 } else { 3 }],
        };
        Open { id: TicketId::new(self.ids.next()), customer, agent, events: 0, life, next }
    }

    fn next_of(&mut self, ticket: Open) -> TicketEvent {
        let Open { customer, agent, .. } = ticket;
        match ticket.life[index(ticket.events)] {
            Step::Opened => {
                let priority = Priority::ALL[index(self.below(4))];
                let (words, more) = (3 + self.below(5), 20 + self.below(41));
                Opened {
                    number: NextNumber::Next,
                    title: Personal::new(customer, self.text(words)),
                    body: Some(Personal::new(customer, self.text(more))),
                    message: MessageId::new(self.ids.next()),
                    attachments: vec![],
                    requester: customer,
                    author: Author::Customer(customer),
                    channel: Channel::Api,
                    priority,
                    kind: Some("incident".to_owned()),
                    tags: [self.word(), self.word()].into(),
                    external_id: None,
                    opened_by: None,
                    in_month: None,
                }
                .into()
            }
            Step::Assigned => Assigned { agent, previous: None }.into(),
            Step::Started => Started {}.into(),
            Step::AgentReplies => self.reply(Author::Agent(agent), customer).into(),
            Step::AwaitsCustomer => AwaitingCustomer {}.into(),
            Step::CustomerReplies => self.reply(Author::Customer(customer), customer).into(),
            Step::Resolved => Resolved {}.into(),
            Step::Ends if self.below(2) == 0 => Rated { score: 4 }.into(),
            Step::Ends => Closed {}.into(),
        }
    }

    fn reply(&mut self, author: Author, customer: CustomerId) -> Replied {
        let words = 20 + self.below(41);
        let (message, body) = (MessageId::new(self.ids.next()), Personal::new(customer, self.text(words)));
        Replied { message, author, body, attachments: vec![] }
    }

    fn text(&mut self, words: u64) -> String {
        (0..words).map(|_| self.word()).collect::<Vec<_>>().join(" ")
    }

    fn word(&mut self) -> String {
        // Of two draws the smaller: common words are common.
        let rank = self.below(WORDS).min(self.below(WORDS)).min(self.below(WORDS));
        let syllables = ["pa", "lo", "mi", "ter", "su", "ne", "ko", "ri", "da", "vel"];
        let mut word = String::new();
        let mut rest = rank + 10;
        while rest > 0 {
            word.push_str(syllables[index(rest % 10)]);
            rest /= 10;
        }
        word
    }

    async fn people(&mut self, log: &Log) {
        let mut streams = vec![];
        for number in 0..AGENTS {
            let id = AgentId::new(self.ids.next());
            self.agents.push(id);
            let email = Some(Personal::new(id, format!("agent-{number}@acme.example")));
            let created = AgentCreated { name: Personal::new(id, self.word()), email, external_id: None };
            streams.push(part(StreamId::new("agent", id), 0, id, AgentEvent::from(created).into(), None));
        }
        for number in 0..CUSTOMERS {
            let id = CustomerId::new(self.ids.next());
            self.customers.push(id);
            let created = CustomerCreated {
                name: Personal::new(id, self.text(2)),
                email: Some(Personal::new(id, format!("person-{number}@customer.example"))),
                phone: None,
                external_id: Some(format!("CRM-{number}")),
            };
            let agent = self.agents[0];
            streams.push(part(StreamId::new("customer", id), 0, agent, CustomerEvent::from(created).into(), None));
        }
        self.append(log, streams).await;
    }

    async fn append(&mut self, log: &Log, streams: Vec<StreamDrafts>) -> u64 {
        if streams.is_empty() {
            return 0;
        }
        let commit = Commit {
            command_id: CommandId(self.ids.next()),
            request_digest: [0; 32],
            keep: Keep::Day,
            streams,
            claims: vec![],
            releases: vec![],
            erases: vec![],
            outcome: Value::Null,
        };
        log.append(commit).await.expect("events").position
    }
}

fn index(number: u64) -> usize {
    usize::try_from(number).expect("a small number")
}

fn part(
    stream: StreamId,
    expected: u64,
    agent: AgentId,
    event: DomainEvent,
    occurred_at: Option<DateTime<Utc>>,
) -> StreamDrafts {
    let correlation = stream.aggregate_id.clone();
    let draft = Draft {
        event_type: event.event_type().to_owned(),
        event_version: event.event_version(),
        payload: event.encode(),
        metadata: EventMetadata {
            actor: format!("agent:{agent}"),
            correlation_id: correlation.clone(),
            causation_id: correlation,
            origin: if occurred_at.is_some() { Origin::Import } else { Origin::Live },
            request_id: Some("req_0199aa000000700080000000".to_owned()),
            client: None,
        },
        occurred_at,
    };
    StreamDrafts { stream, expected, drafts: vec![draft] }
}
