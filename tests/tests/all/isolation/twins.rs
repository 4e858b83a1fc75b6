//! The same world twice: in one there is a neighbour, in the other there is none.

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::json;
use tests::{Answer, Database, Tenant, Wire, World};

use super::{asked::Asked, belongings::Belongings};
use crate::{operations::operations, things::Things};

/// Who is in one of the worlds.
pub const NEIGHBOUR: &str = "initech";

/// What must be the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compared {
    Answers,
    /// And what the database was asked.
    Statements,
}

/// Both worlds.
pub struct Twins {
    beside: Side,
    alone: Side,
    /// What the caller has, in both.
    pub ours: Belongings,
    /// What the neighbour has, where there is one.
    pub theirs: Belongings,
    /// It acts through a process of its own: what chance gives to the caller's is the same in both worlds.
    pub neighbour: Tenant,
}

struct Side {
    world: World,
    wire: Wire,
}

impl Twins {
    /// Both, with their neighbour and what everybody has.
    pub async fn new() -> Self {
        // It is large for a future.
        Box::pin(Self::made()).await
    }

    async fn made() -> Self {
        let (beside, alone) = (Side::new().await, Side::new().await);
        let (elsewhere, other) = (beside.world.another_process().await, alone.world.another_process().await);
        for process in [&elsewhere, &other] {
            // What the whole installation has from its first log-in on, it has from here on.
            Things::called(&process.globex, "Gl").await;
        }
        let neighbour = elsewhere.new_tenant(NEIGHBOUR).await;
        // So that its numbers, positions and versions are beyond those of the caller.
        for number in 0..30 {
            neighbour.ticket(&format!("Quota {number}")).await;
        }
        let theirs = Belongings::of(&elsewhere, &neighbour, "Qu").await;
        let ticket = format!("/api/tickets/{}", theirs.first("tickets"));
        for priority in ["low", "high", "critical"] {
            let _ = neighbour.api.patch(&ticket, json!({"priority": priority})).await.expect(200);
        }
        let theirs = theirs.with_versions_and_cursors(&neighbour).await;
        let ours = Belongings::of(&beside.world, &beside.world.acme, "Ow").await;
        let same = Belongings::of(&alone.world, &alone.world.acme, "Ow").await;
        assert_eq!(ours, same, "chance and time are the same in both worlds");
        let twins = Self { beside, alone, ours, theirs, neighbour };
        twins.neighbour_reads_through_the_process_of_the_caller().await;
        twins
    }

    /// So that whatever a process remembers of its tenants, it remembers of both.
    async fn neighbour_reads_through_the_process_of_the_caller(&self) {
        let api = self.neighbour.api.at(self.beside.world.acme().base());
        for operation in operations().iter().filter(|operation| operation.method == Method::GET) {
            // Its own id of a request, so that chance is not asked for one.
            let asked = Asked::least(operation, &self.theirs).header("x-request-id", "theirs");
            let _ = asked.call(&api).await;
        }
        // That somebody read was sealed, which takes chance.
        self.beside.world.random.go_on_as(&self.alone.world.random);
    }

    /// Makes the request in both worlds; gives what was answered, which was the same.
    pub async fn ask(&self, asked: &Asked, compared: Compared) -> Answer {
        let (beside, statements) = self.beside.ask(asked).await;
        let (alone, others) = self.alone.ask(asked).await;
        assert_eq!(told(&beside), told(&alone), "beside a neighbour and alone: {asked:#?}");
        // What an append sends depends on when the one before it was.
        let is_write = asked.method != Method::GET && beside.status < 400;
        if compared == Compared::Statements && !is_write {
            assert!(asked.is_anonymous() || !statements.is_empty(), "nothing is heard on the wire");
            assert_eq!(statements, others, "statements beside a neighbour and alone: {asked:#?}");
        }
        beside
    }

    /// Takes the same values for several things of the neighbour's.
    pub async fn neighbour_claims(&self, email: &str, external_id: &str) {
        let api = &self.neighbour.api;
        let person = json!({"name": "Quibble", "email": email, "external_id": external_id});
        let _ = api.post("/api/customers", person.clone()).await.expect(201);
        let _ = api.post("/api/agents", person).await.expect(201);
        let ticket = json!({"title": "Quibble", "body": "x", "customer": {"email": email}, "external_id": external_id});
        let _ = api.post("/api/tickets", ticket).await.expect(201);
    }

    /// The ends of the neighbour's log and of the caller's, which is the same in both worlds.
    pub async fn heads(&self) -> (u64, u64) {
        let head = async |tenant: &Tenant| tenant.log.head().await.unwrap().position;
        let ours = head(&self.beside.world.acme).await;
        assert_eq!(ours, head(&self.alone.world.acme).await);
        (head(&self.neighbour).await, ours)
    }
}

impl Side {
    async fn new() -> Self {
        let (wire, database) = Wire::before(&Database::new().await);
        Self { world: World::on(database).await, wire }
    }

    async fn ask(&self, asked: &Asked) -> (Answer, Vec<String>) {
        self.wire.listen();
        let answer = asked.call(self.world.acme()).await;
        let mut statements = self.wire.heard();
        statements.retain(|sql| !is_by_the_way(sql));
        // Some are sent at the same time.
        statements.sort_unstable();
        (answer, statements)
    }
}

/// What is not sent for the request that is being answered: a transaction that only read is ended after the answer, a
/// connection is set up when there are too few, and commits are told to other processes by and by.
fn is_by_the_way(sql: &str) -> bool {
    ["COMMIT", "ROLLBACK"].contains(&sql)
        || ["SET TIME ZONE", "INSERT INTO control.moved"].iter().any(|begin| sql.starts_with(begin))
        || sql.contains("FROM pg_catalog.pg_type")
}

/// All that was answered, but for the time, the id of the request, and the room that tables take on disk, which depends on
/// when they were last cleaned.
fn told(answer: &Answer) -> (u16, BTreeMap<String, Vec<String>>, String) {
    let mut headers: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, value) in &answer.headers {
        if !["date", "request-id"].contains(&name.as_str()) {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            headers.entry(name.to_string()).or_default().push(value);
        }
    }
    let request = answer.header("request-id").unwrap_or_default();
    let text = if request.is_empty() { answer.text.clone() } else { answer.text.replace(request, "") };
    let text = match text.split_once("\"database_bytes\":") {
        Some((before, after)) => format!("{before}{}", after.trim_start_matches(|byte: char| byte.is_ascii_digit())),
        None => text,
    };
    (answer.status, headers, text)
}
