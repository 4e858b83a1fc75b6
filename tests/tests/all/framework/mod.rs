//! The doors for users of `cqrs-es` and `postgres-es`.

mod framed;

use std::collections::{BTreeSet, HashMap};

use commands::{About, CommandError, Operation, Unit};
use cqrs_es::{AggregateError, CqrsFramework, EventEnvelope, EventStore, persist::PersistedEventStore};
use domain::{
    AgentId, CustomerId, Event, MessageId, TicketId,
    text::{Body, Tag, Title},
    ticket::{
        AgentFact, Author, Channel, CustomerFact, OpenTicket, Priority, ReopenReason, Status, Ticket, TicketCommand,
        TicketEvent,
    },
};
use event_store::{Log, StreamId, framework::FrameworkStore};
use postgres_es::PostgresEventRepository;
use sqlx::postgres::PgPoolOptions;
use tests::{SeededRandom, World};
use uuid::Uuid;

use self::framed::{Framed, FramedEvent, Wrapping, codec};

type Framework = CqrsFramework<Framed<Ticket>, FrameworkStore<Framed<Ticket>>>;

fn framework(log: &Log) -> Framework {
    CqrsFramework::new(FrameworkStore::new(log.clone(), codec()), vec![], ())
}

fn metadata() -> HashMap<String, String> {
    HashMap::from([("actor".to_owned(), "system:framework".to_owned())])
}

/// One command through our own executor.
struct Give(TicketId, TicketCommand);

impl Operation for Give {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        let Self(id, command) = self;
        unit.load::<Ticket>(id).await?;
        unit.decide_as_part::<Ticket>(id, command.clone())?;
        Ok(About::of::<Ticket>(id))
    }
}

/// Wishes for a ticket as chance has it: some are refused, some are already so.
struct Wishes {
    random: SeededRandom,
    requester: CustomerFact,
    agent: AgentFact,
}

impl Wishes {
    fn id(&self) -> Uuid {
        Uuid::from_u64_pair(self.random.next(), self.random.next())
    }

    fn body(&self) -> Body {
        Body::try_new(format!("It says {}", self.random.below(1_000_000))).unwrap()
    }

    fn open(&self) -> TicketCommand {
        TicketCommand::Open(Box::new(OpenTicket {
            ticket: TicketId::new(self.id()),
            title: Title::try_new("Printer").unwrap(),
            body: Some(self.body()),
            message: MessageId::new(self.id()),
            files: vec![],
            requester: self.requester,
            author: Author::Customer(self.requester.id),
            channel: Channel::Api,
            priority: Priority::Medium,
            kind: None,
            tags: BTreeSet::new(),
            external_id: None,
            opened_by: None,
            in_month: None,
        }))
    }

    fn next(&self) -> TicketCommand {
        let tags = || BTreeSet::from([Tag::try_new(["vip", "slow", "login"][self.pick(3)]).unwrap()]);
        let author = if self.pick(2) == 0 { Author::Customer(self.requester.id) } else { Author::Agent(self.agent.id) };
        match self.pick(12) {
            0 => TicketCommand::Retitle {
                ticket: TicketId::new(self.id()),
                title: Title::try_new(format!("Title {}", self.pick(3))).unwrap(),
            },
            1 | 2 => {
                TicketCommand::Reply { message: MessageId::new(self.id()), author, body: self.body(), files: vec![] }
            }
            3 => TicketCommand::AddNote {
                message: MessageId::new(self.id()),
                author: None,
                body: self.body(),
                files: vec![],
            },
            4 => TicketCommand::Assign(self.agent),
            5 => TicketCommand::Unassign,
            6 => TicketCommand::SetPriority([Priority::Low, Priority::High][self.pick(2)]),
            7 => TicketCommand::Tag(tags()),
            8 => TicketCommand::ReplaceTags(tags()),
            9 => TicketCommand::SetStatus([Status::Pending, Status::Resolved, Status::Closed][self.pick(3)]),
            10 => TicketCommand::Reopen(ReopenReason::Requested),
            _ => [TicketCommand::Rate(4), TicketCommand::Delete, TicketCommand::Restore][self.pick(3)].clone(),
        }
    }

    fn pick(&self, below: usize) -> usize {
        self.random.below(below)
    }
}

async fn decoded(log: &Log, id: TicketId) -> Vec<TicketEvent> {
    let events = log.load(&StreamId::new("ticket", id), 0).await.unwrap();
    events.into_iter().map(|e| TicketEvent::decode(&e.event_type, e.event_version, e.payload).unwrap()).collect()
}

#[tokio::test]
async fn the_stock_framework_and_our_executor_record_the_same_events() {
    let world = World::new().await;
    let framework = framework(&world.acme.log);
    let mut recorded = 0;
    for turn in 0..12 {
        let random = SeededRandom::named(&format!("framework {turn}"));
        let id = |high: u64| Uuid::from_u64_pair(high, turn);
        let requester = CustomerFact { id: CustomerId::new(id(1)) };
        let wishes = Wishes { random, requester, agent: AgentFact { id: AgentId::new(id(2)), active: true } };
        let ticket = TicketId::new(id(3));
        for wish in std::iter::once(wishes.open()).chain((0..25).map(|_| wishes.next())) {
            let theirs = framework.execute_with_metadata(&ticket.to_string(), wish.clone(), metadata()).await;
            let ours = world.app.desk.run(&world.globex.log, &world.request(), &Give(ticket, wish.clone())).await;
            match (theirs, ours) {
                (Ok(()), Ok(_)) => {}
                (Err(AggregateError::UserError(theirs)), Err(CommandError::Rejected { message, .. })) => {
                    assert_eq!(theirs.to_string(), message);
                }
                other => panic!("{wish:?}: {other:?}"),
            }
        }
        let ours = decoded(&world.globex.log, ticket).await;
        recorded += ours.len();
        assert_eq!(decoded(&world.acme.log, ticket).await, ours);
    }
    assert!(recorded > 100, "only {recorded} events were compared");
}

#[tokio::test]
async fn of_two_frameworks_that_write_at_once_one_is_told_of_the_conflict() {
    let world = World::new().await;
    let store = FrameworkStore::<Framed<Ticket>>::new(world.acme.log.clone(), codec());
    let wishes = Wishes {
        random: SeededRandom::named("conflict"),
        requester: CustomerFact { id: CustomerId::new(Uuid::from_u128(1)) },
        agent: AgentFact { id: AgentId::new(Uuid::from_u128(2)), active: true },
    };
    let id = TicketId::new(Uuid::from_u128(3)).to_string();
    let framework = framework(&world.acme.log);
    framework.execute_with_metadata(&id, wishes.open(), metadata()).await.unwrap();
    let late = store.load_aggregate(&id).await.unwrap();
    let reply = || TicketCommand::Reply {
        message: MessageId::new(wishes.id()),
        author: Author::Customer(wishes.requester.id),
        body: wishes.body(),
        files: vec![],
    };
    framework.execute_with_metadata(&id, reply(), metadata()).await.unwrap();
    let events: Vec<FramedEvent<TicketEvent>> =
        store.load_events(&id).await.unwrap().into_iter().map(|e| e.payload).collect();
    let verdict = store.commit(events[1..].to_vec(), late, metadata()).await;
    assert!(matches!(verdict, Err(AggregateError::AggregateConflict)), "{:?}", verdict.err());
    let nobody = framework.execute(&id, reply()).await;
    assert!(matches!(nobody, Err(AggregateError::UnexpectedError(_))), "no event without an actor: {nobody:?}");
}

#[tokio::test]
async fn the_repository_of_postgres_es_reads_our_log() {
    let world = World::new().await;
    let made = world.acme.ticket("Printer").await;
    let path = format!("/api/tickets/{}", made.id());
    let _ = world.acme().patch(&path, serde_json::json!({"priority": "high", "status": "resolved"})).await.expect(200);
    let url = world.database.superuser_url.clone();
    // sqlx takes the socket's directory as a parameter, where our form has it as the host.
    let (user, rest) = url.trim_start_matches("postgresql://").split_once('@').unwrap();
    let url = format!("postgresql://{user}@localhost{rest}&options=-c%20search_path%3Dtenant_acme");
    let pool = PgPoolOptions::new().max_connections(1).connect(&url).await.unwrap();
    let repository = PostgresEventRepository::new(pool);
    let store =
        PersistedEventStore::<_, Framed<Ticket>>::new_event_store(repository).with_upcasters(vec![Box::new(Wrapping)]);
    let found: Vec<EventEnvelope<Framed<Ticket>>> = store.load_events(&made.id()).await.unwrap();
    let ours = world.acme.log.load(&StreamId::new("ticket", made.id()), 0).await.unwrap();
    assert!(ours.len() >= 3);
    assert_eq!(found.len(), ours.len());
    for (theirs, ours) in found.iter().zip(&ours) {
        assert_eq!(theirs.sequence as u64, ours.sequence);
        assert_eq!(theirs.payload.0.event_type(), ours.event_type);
        assert_eq!(theirs.metadata, ours.metadata.clone().into_iter().collect());
    }
    let opened = found.iter().find_map(|event| match &event.payload.0 {
        TicketEvent::Opened(opened) => Some(opened),
        _ => None,
    });
    // It has no keys: personal fields stay closed, everything else is there.
    let opened = opened.unwrap();
    assert_eq!(opened.title.value(), None);
    assert_eq!(opened.title.subject(), made["customer"]["id"].as_str().unwrap());
}
