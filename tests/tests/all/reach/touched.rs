//! Every act on a ticket looks at the reach; what it looks at is guarded until the commit.

use commands::{About, CommandError, Operation, Request, Unit, tickets::DeleteTicket};
use domain::{
    TicketId,
    permission::{Permission, Reach},
    ticket::{Priority, Ticket, TicketCommand},
};
use serde_json::json;
use tests::World;

use super::Person;

/// An act that forgot to look.
struct Careless(TicketId);

impl Operation for Careless {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        unit.load::<Ticket>(self.0).await?;
        unit.decide::<Ticket>(self.0, TicketCommand::SetPriority(Priority::Critical))?;
        Ok(About::of::<Ticket>(self.0))
    }
}

#[tokio::test]
async fn an_act_that_does_not_look_at_the_reach_is_refused_to_whoever_has_one() {
    let world = World::new().await;
    let id: TicketId = world.acme.ticket("Printer").await.id().parse().unwrap();
    let mut request = world.request();
    request.caller.principal = Some("agt_0199aa00000070008000000000000002".to_owned());
    let attempt = async |request: &Request| world.app.desk.run(&world.acme.log, request, &Careless(id)).await;
    for reach in [Reach::Own, Reach::Assigned, Reach::Team] {
        request.caller.permissions = [(Permission::TicketsWrite, reach)].into_iter().collect();
        let refused = attempt(&request).await.unwrap_err();
        assert!(matches!(refused, CommandError::OutOfReach { reach: told, .. } if told == reach), "{refused}");
    }
    request.caller.permissions = [(Permission::TicketsWrite, Reach::All)].into_iter().collect();
    assert!(attempt(&request).await.unwrap().changed);
}

#[tokio::test]
async fn every_act_on_a_ticket_of_another_is_as_on_none() {
    let world = World::new().await;
    let ann = Person::joined(&world, "ann").await;
    let theirs = world.acme.ticket("Theirs").await;
    let message = world.acme().get(&format!("/api/tickets/{}/messages", theirs.id())).await.expect(200);
    let message = message["data"][0]["id"].as_str().unwrap().to_owned();
    let all: Vec<_> = Permission::ALL
        .iter()
        .map(|right| (*right, if right.takes_reach() { Reach::Team } else { Reach::All }))
        .collect();
    ann.may(&world, &all).await;
    let before = world.acme.log.head().await.unwrap().position;
    for id in [theirs.id(), "tkt_00000000000000000000000000000000".to_owned()] {
        let path = format!("/api/tickets/{id}");
        // What is not there has no version: not even a wrong one is told.
        let stale = ann.api.patch(&path, json!({"priority": "low"})).header("if-match", "\"99\"").await;
        let calls = [
            ann.api.put(&path, json!({"title": "Mine"})).await,
            stale,
            ann.api.delete(&path).await,
            ann.api.post(&format!("{path}/restore"), json!({})).await,
            ann.api.post(&format!("{path}/reopen"), json!({})).await,
            ann.api.put(&format!("{path}/rating"), json!({"score": 5})).await,
            ann.api.post(&format!("{path}/messages"), json!({"body": "Hello"})).await,
            ann.api.post(&format!("{path}/messages"), json!({"body": "Hello", "visibility": "internal"})).await,
            ann.api.put(&format!("{path}/messages/{message}"), json!({"body": "Other"})).await,
            ann.api.post(&format!("{path}/messages/{message}/redact"), json!({})).await,
            ann.api.post(&format!("{path}/erase"), json!({})).await,
            ann.api.put(&format!("{path}/presence"), json!({"state": "viewing"})).await,
            ann.api.delete(&format!("{path}/presence")).await,
        ];
        for answer in calls {
            let answer = answer.refused(404, "not_found");
            assert_eq!(answer["detail"], "there is no such ticket");
        }
    }
    assert_eq!(world.acme.log.head().await.unwrap().position, before);
}

#[tokio::test]
async fn whoever_opens_a_ticket_or_gives_it_away_sees_what_they_did() {
    let world = World::new().await;
    let (ann, bob) = (Person::joined(&world, "ann").await, Person::joined(&world, "bob").await);
    for person in [&ann, &bob] {
        person
            .may(&world, &[(Permission::TicketsRead, Reach::Assigned), (Permission::TicketsWrite, Reach::Assigned)])
            .await;
    }
    let body = json!({"title": "Printer", "customer": {"email": "c@acme.example"}});
    let own = ann.api.post("/api/tickets", body).await.expect(201);
    let path = format!("/api/tickets/{}", own.id());
    let _ = ann.api.get(&path).await.expect(200);
    let _ = bob.api.get(&path).await.refused(404, "not_found");
    let given = ann.api.patch(&path, json!({"assignee_id": bob.id.to_string()})).await.expect(200);
    assert_eq!(given["assignee"]["id"], bob.id.to_string());
    let _ = ann.api.get(&path).await.expect(200);

    let another = world.acme.ticket("Another").await;
    let path = format!("/api/tickets/{}", another.id());
    let _ = world.acme().patch(&path, json!({"assignee_id": ann.id.to_string()})).await.expect(200);
    let give = json!({"assignee_id": bob.id.to_string()});
    let given = ann.api.patch(&path, give.clone()).header("idempotency-key", "give").await.expect(200);
    assert_eq!(given["assignee"]["id"], bob.id.to_string(), "they see what they did");
    let again = ann.api.patch(&path, give).header("idempotency-key", "give").await.expect(200);
    assert_eq!(again.body, given.body, "and so does their repeat");
    let _ = ann.api.get(&path).await.refused(404, "not_found");
    let _ = bob.api.get(&path).await.expect(200);
}

#[tokio::test]
async fn whoever_sees_some_tickets_only_does_not_decide_who_is_in_which_team() {
    let world = World::new().await;
    let ann = Person::joined(&world, "ann").await;
    let team = world.acme.team("Second line").await.id();
    let path = format!("/api/teams/{team}");
    for (reach, status) in [(Reach::Team, 403), (Reach::All, 200)] {
        ann.may(&world, &[(Permission::AgentsWrite, Reach::All), (Permission::TicketsRead, reach)]).await;
        let joining = ann.api.put(&path, json!({"member_ids": [ann.id.to_string()]})).await.expect(status);
        assert_eq!(joining["required_scope"] == "tickets:read", status == 403);
        let _ = ann.api.put(&path, json!({"name": format!("Line of {reach}")})).await.expect(200);
    }
}

#[tokio::test]
async fn whoever_leaves_a_team_at_this_moment_touches_its_tickets_no_more() {
    let world = World::new().await;
    let ann = Person::joined(&world, "ann").await;
    ann.may(&world, &[(Permission::TicketsRead, Reach::Team), (Permission::TicketsDelete, Reach::Team)]).await;
    let team = json!({"name": "Second line", "member_ids": [ann.id.to_string()]});
    let team = world.acme().post("/api/teams", team).await.expect(201).id();
    let mut tickets = vec![];
    for number in 0..8 {
        let ticket = world.acme.ticket(&format!("Ticket {number}")).await;
        let path = format!("/api/tickets/{}", ticket.id());
        let _ = world.acme().patch(&path, json!({"team_id": team})).await.expect(200);
        tickets.push(ticket.id().parse::<TicketId>().unwrap());
    }
    let mut request = world.request();
    request.caller.principal = Some(ann.id.to_string());
    let rights = [(Permission::TicketsRead, Reach::Team), (Permission::TicketsDelete, Reach::Team)];
    request.caller.permissions = rights.into_iter().collect();
    let delete = async |(number, ticket): (usize, &TicketId)| {
        let mut request = request.clone();
        request.command_id = event_store::CommandId::of(&[b"race", &number.to_le_bytes()]);
        deleted_at(&world, &request, *ticket).await
    };
    let acts = tickets.iter().enumerate().map(delete);
    let path = format!("/api/teams/{team}");
    let leaving = async { world.acme().put(&path, json!({"member_ids": []})).await.expect(200).position() };
    let (left_at, acts) = tokio::join!(leaving, futures_util::future::join_all(acts));
    for position in acts.into_iter().flatten() {
        assert!(position < left_at, "deleted at {position}, after they left at {left_at}");
    }
}

/// The position of what was done; none: it was refused as not there.
async fn deleted_at(world: &World, request: &Request, ticket: TicketId) -> Option<u64> {
    match world.app.desk.run(&world.acme.log, request, &DeleteTicket(ticket)).await {
        Ok(receipt) => Some(receipt.position),
        Err(CommandError::NotFound { .. }) => None,
        Err(error) => panic!("{error}"),
    }
}
