//! A help desk's life, put into the log as events.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use domain::{
    AgentId, CustomerId, DomainEvent, MessageId, NextNumber, Personal, TeamId, TicketId,
    agent::AgentCreated,
    customer::{CustomerCreated, CustomerEmailChanged, CustomerRenamed},
    team::{TeamCreated, TeamMemberAdded},
    ticket::{
        Assigned, Author, AwaitingCustomer, Channel, Closed, Deleted, Erased, NoteAdded, Opened, Priority,
        PriorityChanged, ReopenReason, Reopened, Replied, Resolved, Restored, Retitled, Started, Tagged, TicketEvent,
        Untagged,
    },
};
use event_store::{CommandId, Commit, Draft, EventMetadata, Keep, Log, Origin, StreamDrafts, StreamId};
use serde_json::Value;
use uuid::Uuid;

/// What is appended, and how far each stream has come.
pub struct Life {
    random: u64,
    versions: HashMap<StreamId, u64>,
    commands: u128,
    pub tickets: Vec<TicketId>,
    pub customers: Vec<CustomerId>,
    pub agents: Vec<AgentId>,
    pub teams: Vec<TeamId>,
    pub imported_at: Option<DateTime<Utc>>,
    pending: Vec<(StreamId, Draft)>,
}

impl Life {
    pub fn new(seed: u64) -> Self {
        Self {
            random: seed,
            versions: HashMap::new(),
            commands: u128::from(seed) << 64,
            tickets: vec![],
            customers: vec![],
            agents: vec![],
            teams: vec![],
            imported_at: None,
            pending: vec![],
        }
    }

    /// A small number that nobody expects.
    pub fn below(&mut self, end: u64) -> u64 {
        self.random = self.random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.random >> 33) % end
    }

    fn id(&mut self) -> Uuid {
        self.commands += 1;
        Uuid::from_u128(self.commands)
    }

    fn one<T: Copy>(&mut self, of: fn(&Self) -> &Vec<T>) -> T {
        let count = of(self).len() as u64;
        let index = self.below(count);
        of(self)[usize::try_from(index).unwrap()]
    }

    /// Puts an event aside for the next [`Life::append`].
    pub fn event(&mut self, stream: StreamId, event: impl Into<DomainEvent>) {
        let event = event.into();
        self.raw(stream, event.event_type(), event.encode());
    }

    pub fn raw(&mut self, stream: StreamId, event_type: &str, payload: Value) {
        let draft = Draft {
            event_type: event_type.to_owned(),
            event_version: 1,
            payload,
            metadata: EventMetadata {
                actor: "api_key:key_0199aa00000070008000000000000006".to_owned(),
                correlation_id: "c".to_owned(),
                causation_id: "c".to_owned(),
                origin: if self.imported_at.is_some() { Origin::Import } else { Origin::Live },
                request_id: None,
                client: None,
            },
            occurred_at: self.imported_at,
        };
        self.pending.push((stream, draft));
    }

    /// Appends what was put aside, as one commit; gives its position.
    pub async fn append(&mut self, log: &Log) -> u64 {
        let mut streams: Vec<StreamDrafts> = vec![];
        for (stream, draft) in std::mem::take(&mut self.pending) {
            match streams.iter_mut().find(|part| part.stream == stream) {
                Some(part) => part.drafts.push(draft),
                None => streams.push(StreamDrafts {
                    expected: self.versions.get(&stream).copied().unwrap_or(0),
                    stream,
                    drafts: vec![draft],
                }),
            }
        }
        for part in &streams {
            self.versions.insert(part.stream.clone(), part.expected + part.drafts.len() as u64);
        }
        let commit = Commit {
            command_id: CommandId(self.id()),
            request_digest: [0; 32],
            keep: Keep::Day,
            streams,
            claims: vec![],
            releases: vec![],
            erases: vec![],
            outcome: Value::Null,
        };
        log.append(commit).await.unwrap().position
    }

    pub fn people(&mut self, customers: u64) {
        for index in 0..customers {
            let id = CustomerId::new(self.id());
            self.customers.push(id);
            self.event(
                StreamId::new("customer", id),
                domain::customer::CustomerEvent::from(CustomerCreated {
                    name: Personal::new(id, format!("Customer {index}")),
                    email: Some(Personal::new(id, format!("Person{index}@Example.com"))),
                    phone: None,
                    external_id: Some(format!("CRM-{index}")),
                }),
            );
        }
        let team = TeamId::new(self.id());
        self.teams.push(team);
        self.team_event(team, TeamCreated { name: "Second line".to_owned() });
        for name in ["Eve", "Adam"] {
            let id = AgentId::new(self.id());
            self.agents.push(id);
            self.event(
                StreamId::new("agent", id),
                domain::agent::AgentEvent::from(AgentCreated {
                    name: Personal::new(id, name),
                    email: Some(Personal::new(id, format!("{name}@acme.com"))),
                    external_id: None,
                }),
            );
            self.team_event(team, TeamMemberAdded { agent: id });
        }
    }

    pub fn team_event(&mut self, team: TeamId, event: impl Into<domain::team::TeamEvent>) {
        self.event(StreamId::new("team", team), event.into());
    }

    pub fn open(&mut self, title: &str, body: Option<&str>) -> TicketId {
        let customer = self.one(|life| &life.customers);
        self.open_for(customer, Author::Customer(customer), title, body)
    }

    pub fn open_for(&mut self, customer: CustomerId, author: Author, title: &str, body: Option<&str>) -> TicketId {
        let id = TicketId::new(self.id());
        self.tickets.push(id);
        let priority = self.priority();
        let opened = Opened {
            number: NextNumber::Next,
            title: Personal::new(customer, title),
            body: body.map(|body| Personal::new(customer, body)),
            message: MessageId::new(self.id()),
            attachments: vec![],
            requester: customer,
            author,
            channel: Channel::Api,
            priority,
            kind: Some("incident".to_owned()),
            tags: BTreeSet::new(),
            external_id: Some(format!("EXT-{}", self.tickets.len())),
            opened_by: None,
            in_month: None,
        };
        self.ticket_event(id, opened);
        id
    }

    pub fn ticket_event(&mut self, ticket: TicketId, event: impl Into<TicketEvent>) {
        self.event(StreamId::new("ticket", ticket), event.into());
    }

    pub fn reply(&mut self, ticket: TicketId, author: Author, customer: CustomerId, body: &str) {
        let message = MessageId::new(self.id());
        let body = Personal::new(customer, body);
        self.ticket_event(ticket, Replied { message, author, body, attachments: vec![] });
    }

    fn priority(&mut self) -> Priority {
        Priority::ALL[usize::try_from(self.below(4)).unwrap()]
    }

    /// Something that happens to some ticket.
    pub fn anything(&mut self) {
        let ticket = self.one(|life| &life.tickets);
        let customer = self.one(|life| &life.customers);
        let agent = self.one(|life| &life.agents);
        let message = MessageId::new(self.id());
        let word = format!("word{}", self.below(50));
        match self.below(19) {
            0 => self.ticket_event(ticket, Assigned { agent, previous: None }),
            1 => self.ticket_event(ticket, Started {}),
            2 => self.ticket_event(ticket, AwaitingCustomer {}),
            3 => self.ticket_event(ticket, Resolved {}),
            4 => self.ticket_event(ticket, Closed {}),
            5 => self.ticket_event(ticket, Reopened { reason: ReopenReason::Requested }),
            6 => self.ticket_event(ticket, Tagged { tags: [word, r#"a"b\,"#.to_owned()].into() }),
            7 => self.ticket_event(ticket, Untagged { tags: [word].into() }),
            8 => {
                let priority = self.priority();
                self.ticket_event(ticket, PriorityChanged { priority, previous: Priority::Low });
            }
            9 => self.ticket_event(ticket, Retitled { title: Personal::new(customer, format!("Title {word}")) }),
            10 => {
                let (author, body) = (Some(agent), Personal::new(customer, format!("note {word}")));
                self.ticket_event(ticket, NoteAdded { message, author, body, attachments: vec![] });
            }
            11 => self.ticket_event(ticket, Deleted {}),
            12 => self.ticket_event(ticket, Restored {}),
            13 => self.reply(ticket, Author::Customer(customer), customer, &word),
            14 => {
                let name = Personal::new(customer, format!("Renamed {word}"));
                self.customer_event(customer, CustomerRenamed { name });
            }
            15 => self.customer_event(customer, CustomerEmailChanged { email: None }),
            16 => {
                self.open(&word, Some("I cannot log in."));
            }
            17 => {
                let erased = Erased { erasure: ticket.to_string(), destroyed: vec![], shared: 2, policy: None };
                self.ticket_event(ticket, erased);
            }
            _ => self.reply(ticket, Author::Agent(agent), customer, &format!("Try {word} again, please.")),
        }
    }

    pub fn customer_event(&mut self, customer: CustomerId, event: impl Into<domain::customer::CustomerEvent>) {
        self.event(StreamId::new("customer", customer), event.into());
    }

    /// A company with 12 customers and `tickets` tickets, and `events` further events in commits of 1 to 7.
    pub async fn live(&mut self, log: &Log, tickets: u64, events: u64) {
        if self.customers.is_empty() {
            self.people(12);
        }
        for index in 0..tickets {
            self.open(&format!("Ticket {index}"), (index % 2 == 0).then_some("Help!"));
        }
        self.append(log).await;
        let mut left = events;
        while left > 0 {
            let now = left.min(1 + self.below(7));
            (0..now).for_each(|_| self.anything());
            self.append(log).await;
            left -= now;
        }
    }
}

/// Every row of every read model, as text.
pub async fn rows(log: &Log) -> Vec<String> {
    let tx = log.begin().await.unwrap();
    let mut all = vec![];
    for (table, key) in [
        ("tickets", "id"),
        ("ticket_timeline", "ticket_id, sequence"),
        ("customers", "id"),
        ("agents", "id"),
        ("teams", "id"),
        ("search_words", "id, part"),
    ] {
        let sql = format!("SELECT to_jsonb(t)::text FROM {table} t ORDER BY {key}");
        let found = tx.query(&sql, &[]).await.unwrap();
        all.extend(found.iter().map(|row| format!("{table} {}", row.get::<_, String>(0))));
    }
    tx.commit().await.unwrap();
    all
}
