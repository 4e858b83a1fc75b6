//! Retention policies: what they would erase is what they erase, and what is held stays.

use std::collections::BTreeSet;

use api::Workers;
use chrono::TimeDelta;
use commands::retention::EnforceRetention;
use domain::{EventId, TicketId, retention_policies::RetentionCriteria, ticket::Status};
use projections::retention_policies::{Due, due};
use reactions::retention::Pass;
use serde_json::{Value, json};
use tests::{Answer, Api, Receiver, Reply, Tenant, World};
use tokio::sync::watch;

use crate::read_models::assert_true;

const POLICIES: &str = "/api/retention-policies";

/// A ticket on which work has ended, or not, with these labels: its id.
async fn ticket(tenant: &Tenant, status: &str, tags: &[&str]) -> String {
    let id = tenant.ticket("Printer").await.id();
    let _ = tenant.api.patch(&format!("/api/tickets/{id}"), json!({"status": status, "tags": tags})).await.expect(200);
    id
}

async fn policy(api: &Api, criteria: &Value) -> String {
    api.post(POLICIES, json!({"name": "Old", "criteria": criteria})).await.expect(201).id()
}

async fn change(api: &Api, policy: &str, changes: Value) -> Answer {
    api.patch(&format!("{POLICIES}/{policy}"), changes).await.expect(200)
}

/// One that has waited for its day.
async fn acting(world: &World, api: &Api, criteria: &Value) -> String {
    let policy = policy(api, criteria).await;
    let _ = change(api, &policy, json!({"enabled": true})).await;
    world.pass(TimeDelta::days(1));
    policy
}

async fn preview(api: &Api, policy: &str) -> Value {
    api.get(&format!("{POLICIES}/{policy}/preview")).await.expect(200).body
}

async fn enforce(world: &World) -> Pass {
    world.app.retention.enforce(world.acme.log.tenant()).await.unwrap()
}

async fn hold(api: &Api, about: Value) -> Answer {
    let mut body = json!({"matter": "Case 4711", "reason": "a suit was announced"});
    body.as_object_mut().unwrap().extend(about.as_object().unwrap().clone());
    api.post("/api/legal-holds", body).await.expect(201)
}

/// The lines of a ticket's timeline that say that it was erased.
async fn erasures(api: &Api, ticket: &str) -> Vec<Value> {
    let mut lines = api.all(&format!("/api/tickets/{ticket}/timeline")).await;
    lines.retain(|line| line["type"] == "ticket.erased");
    lines
}

fn ids(list: &Value) -> BTreeSet<String> {
    list.as_array().unwrap().iter().map(|id| id.as_str().unwrap().to_owned()).collect()
}

fn month() -> Value {
    json!({"statuses": ["resolved", "closed"], "older_than_days": 30})
}

/// Tickets of every kind, of which those that ended did so a month ago.
struct Cast {
    /// What a policy of a month is about.
    going: [String; 4],
    /// What is worked on, or ended of late.
    kept: [String; 2],
    /// What holds keep.
    held: [String; 4],
    /// What was erased before.
    erased: String,
    /// What is another tenant's.
    theirs: String,
    /// About a tag, two tickets, two customers.
    holds: [String; 3],
}

impl Cast {
    async fn of(world: &World) -> Self {
        let api = world.acme();
        let going = [
            ticket(&world.acme, "closed", &[]).await,
            ticket(&world.acme, "resolved", &["suits"]).await,
            ticket(&world.acme, "closed", &["fair"]).await,
            ticket(&world.acme, "closed", &[]).await,
        ];
        // Hidden ones have texts, too; those of whom nothing can be read any more have a number that may be said to be erased.
        let _ = api.delete(&format!("/api/tickets/{}", going[2])).await.expect(204);
        let customer = api.get(&format!("/api/tickets/{}", going[3])).await.expect(200)["customer"]["id"].clone();
        let _ = api.post(&format!("/api/customers/{}/erase", customer.as_str().unwrap()), json!({})).await.expect(200);
        let open = ticket(&world.acme, "pending", &[]).await;
        let erased = ticket(&world.acme, "closed", &[]).await;
        let _ = api.post(&format!("/api/tickets/{erased}/erase"), json!({})).await.expect(200);
        let [by_tag, by_id, by_customer, by_past] = [
            ticket(&world.acme, "closed", &["suit"]).await,
            ticket(&world.acme, "closed", &[]).await,
            ticket(&world.acme, "resolved", &[]).await,
            ticket(&world.acme, "closed", &[]).await,
        ];
        let customer_of = async |ticket: &str| {
            let ticket = api.get(&format!("/api/tickets/{ticket}")).await.expect(200);
            ticket["customer"]["id"].as_str().unwrap().to_owned()
        };
        let held_customers = [customer_of(&by_customer).await, customer_of(&by_past).await];
        // What was said before is about the one who asked then.
        let other = world.acme.customer("Bob").await.id();
        let _ = api.patch(&format!("/api/tickets/{by_past}"), json!({"customer_id": other})).await.expect(200);
        let theirs = ticket(&world.globex, "closed", &[]).await;
        world.pass(TimeDelta::days(31));
        let young = ticket(&world.acme, "closed", &[]).await;
        let holds = [
            hold(api, json!({"about": "tag", "tag": "suit"})).await.id(),
            hold(api, json!({"about": "tickets", "ticket_ids": [by_id, by_tag]})).await.id(),
            hold(api, json!({"about": "customers", "customer_ids": held_customers})).await.id(),
        ];
        let (kept, held) = ([open, young], [by_tag, by_id, by_customer, by_past]);
        Self { going, kept, held, erased, theirs, holds }
    }
}

/// Who did it, by which policy and why; and what others were told of it.
async fn assert_told(world: &World, receiver: &Receiver, id: &str, ticket: &str) {
    let api = world.acme();
    let acts = api.all("/api/audit?filter[actor]=system:retention").await;
    let of_tickets: Vec<_> = acts.iter().filter(|act| act["action"] == "ticket.erased").collect();
    assert_eq!((acts.len(), of_tickets.len()), (5, 4));
    assert!(of_tickets.iter().all(|act| act["changes"]["retention_policy_id"] == id && act["origin"] == "rule"));
    // What caused it is the change that had it act.
    let cause = erasures(api, ticket).await[0]["caused_by"].as_str().unwrap().parse::<EventId>().unwrap();
    let log =
        world.acme.log.load(&event_store::StreamId::new("retention_policies", world.acme.log.identity()), 0).await;
    let caused = log.unwrap().into_iter().find(|event| EventId::new(event.event_id) == cause).unwrap();
    assert_eq!(caused.event_type, "retention_policy.enabled");
    // The tenant's own systems are told as of any erasure, and nothing of the policy.
    world.app.webhooks.settle(&world.acme.log).await.unwrap();
    let heard = receiver.take().into_iter().map(|told| told.body).collect::<Vec<_>>();
    let types: BTreeSet<_> = heard.iter().map(|told| told["type"].as_str().unwrap()).collect();
    assert_eq!((heard.len(), types), (4, BTreeSet::from(["ticket.erased"])), "{heard:?}");
}

#[tokio::test]
async fn what_a_preview_counts_is_what_the_policy_erases_and_what_is_held_or_anothers_stays() {
    let world = World::new().await;
    let (api, globex) = (world.acme(), world.globex());
    let receiver = Receiver::start().await;
    receiver.answer_always(Reply::Echo(200));
    let _ = api.post("/api/webhooks", json!({"url": receiver.url(), "events": ["ticket.*"]})).await.expect(201);
    let Cast { going, kept, held, erased, theirs, holds } = Cast::of(&world).await;

    let asked = api.post(&format!("{POLICIES}/preview"), json!({"criteria": month()})).await.expect(200);
    let id = policy(api, &month()).await;
    assert_eq!(preview(api, &id).await["sample"], asked["sample"]);
    assert_eq!(enforce(&world).await, Pass::default(), "it is disabled");
    let enabled = change(api, &id, json!({"enabled": true})).await;
    assert_eq!(enforce(&world).await, Pass::default(), "it waits for a day");
    world.pass(TimeDelta::days(1) - TimeDelta::seconds(1));
    assert_eq!(enforce(&world).await, Pass::default(), "it waits for a day");
    world.pass(TimeDelta::seconds(1));

    let told = preview(api, &id).await;
    assert_eq!(ids(&told["sample"]), going.iter().cloned().collect());
    assert_eq!((&told["tickets"], &told["held"]), (&json!(4), &json!(4)));
    assert_eq!((&told["by_status"], &told["by_channel"]), (&json!({"closed": 3, "resolved": 1}), &json!({"api": 4})));
    let held_by = |hold: &String, tickets: u64| json!({"legal_hold_id": hold, "tickets": tickets});
    let mut expected = vec![held_by(&holds[0], 1), held_by(&holds[1], 2), held_by(&holds[2], 2)];
    expected.sort_by_key(|held| held["legal_hold_id"].to_string());
    assert_eq!(told["held_by"], json!(expected));
    assert!(told["oldest"].as_str() <= told["newest"].as_str(), "{told}");
    world.app.webhooks.settle(&world.acme.log).await.unwrap();
    receiver.take();

    assert_eq!(enforce(&world).await, Pass { commits: 1, more: false });
    for ticket in &going {
        let lines = erasures(api, ticket).await;
        assert_eq!(lines.len(), 1, "{ticket}");
        let policy = json!({"retention_policy_id": id});
        assert_eq!((&lines[0]["changes"], &lines[0]["actor"]["id"]), (&policy, &json!("retention")));
        let certified = api.get(&format!("/api/erasures/{ticket}")).await.expect(200);
        assert!(certified["completed_at"].is_string(), "{}", certified.text);
    }
    for ticket in kept.iter().chain(&held) {
        let kept = api.get(&format!("/api/tickets/{ticket}")).await.expect(200);
        assert_eq!((&kept["title"], &kept["erased_at"]), (&json!("Printer"), &Value::Null), "{ticket}");
    }
    assert_eq!(erasures(api, &erased).await.len(), 1);
    let ran = api.get(&format!("{POLICIES}/{id}")).await.expect(200);
    let run = &ran["last_run"];
    assert_eq!(
        (&ran["erased"], &run["erased"], &run["held"], &run["left"]),
        (&json!(4), &json!(4), &json!(4), &json!(0))
    );
    assert!(run["as_of"].as_u64().unwrap() < run["position"].as_u64().unwrap());
    assert_eq!((&ran["version"], &ran["updated_at"]), (&enabled["version"], &enabled["updated_at"]));
    assert_told(&world, &receiver, &id, &going[0]).await;

    let after = preview(api, &id).await;
    assert_eq!((&after["tickets"], &after["held"], &after["oldest"]), (&json!(0), &json!(4), &Value::Null));
    assert_eq!(enforce(&world).await, Pass::default(), "there is nothing left to do");
    assert_eq!(world.app.retention.enforce(world.globex.log.tenant()).await.unwrap(), Pass::default());
    assert_eq!(globex.get(&format!("/api/tickets/{theirs}")).await.expect(200)["title"], "Printer");
    assert_eq!(globex.get(POLICIES).await.expect(200)["data"], json!([]));
    for path in [format!("{POLICIES}/{id}"), format!("{POLICIES}/{id}/preview")] {
        let _ = globex.get(&path).await.refused(404, "not_found");
    }
    let others = globex.post(&format!("{POLICIES}/preview"), json!({"criteria": month()})).await.expect(200);
    assert_eq!((&others["sample"], &others["held"]), (&json!([theirs]), &json!(0)));
    assert_true(&world.acme).await;

    // Once nothing holds them, they go; what everything is held by stays.
    let _ = hold(api, json!({"about": "tenant"})).await;
    for hold in &holds {
        let release = json!({"reason": "the suit is over"});
        let _ = api.post(&format!("/api/legal-holds/{hold}/release"), release).await.expect(200);
    }
    assert_eq!((enforce(&world).await, &preview(api, &id).await["held"]), (Pass::default(), &json!(4)));
    let all = api.get("/api/legal-holds").await.expect(200)["data"][0]["id"].as_str().unwrap().to_owned();
    let release = json!({"reason": "all of it is over"});
    let _ = api.post(&format!("/api/legal-holds/{all}/release"), release).await.expect(200);
    assert_eq!(enforce(&world).await, Pass { commits: 1, more: false });
    for ticket in &held {
        assert_eq!(erasures(api, ticket).await.len(), 1);
    }
}

#[tokio::test]
async fn what_is_chosen_is_the_same_however_few_tickets_a_statement_looks_at() {
    let world = World::new().await;
    let mut tickets = vec![];
    for turn in 0..11 {
        // Several that ended at the same moment; of these, the ids say which is first.
        world.pass(TimeDelta::hours((turn % 3 == 0).into()));
        let tags: &[&str] = [&[], &["suit"][..], &["billing"]][turn % 3];
        let status = if turn % 2 == 0 { "closed" } else { "resolved" };
        tickets.push(ticket(&world.acme, status, tags).await);
    }
    let _ = hold(world.acme(), json!({"about": "tag", "tag": "suit"})).await;
    world.pass(TimeDelta::days(30));
    ticket(&world.acme, "closed", &[]).await;
    world.settle().await;
    let month = RetentionCriteria {
        statuses: BTreeSet::from([Status::Resolved, Status::Closed]),
        older_than_days: 30,
        tags: BTreeSet::new(),
        channels: BTreeSet::new(),
    };
    let chosen = async |criteria: &RetentionCriteria, most: usize, at_once: u32| {
        let Due { as_of, tickets, held, more } =
            due(&world.acme.log, criteria, world.now(), most, at_once).await.unwrap();
        assert!(as_of > 0);
        (tickets, held, more)
    };
    let in_order = |turns: &[usize]| {
        let mut ended: Vec<_> = turns.iter().map(|turn| (turn / 3, tickets[*turn].clone())).collect();
        ended.sort();
        ended.into_iter().map(|(_, id)| id).collect::<Vec<_>>()
    };
    let going = in_order(&[0, 2, 3, 5, 6, 8, 9]);
    let billing = RetentionCriteria { tags: BTreeSet::from(["billing".to_owned()]), ..month.clone() };
    let closed = RetentionCriteria { statuses: BTreeSet::from([Status::Closed]), ..month.clone() };
    for at_once in [1, 2, 3, 5, 11, 12, 100] {
        assert_eq!(chosen(&month, 100, at_once).await, (going.clone(), 4, false), "{at_once}");
        assert_eq!(chosen(&month, 7, at_once).await, (going.clone(), 4, false), "{at_once}");
        let (first, _, more) = chosen(&month, 4, at_once).await;
        assert_eq!((&first[..], more), (&going[..4], true), "{at_once}");
        assert_eq!(chosen(&billing, 100, at_once).await, (in_order(&[2, 5, 8]), 0, false), "{at_once}");
        assert_eq!(chosen(&closed, 100, at_once).await, (in_order(&[0, 2, 6, 8]), 2, false), "{at_once}");
    }
    assert_eq!(due(&world.globex.log, &month, world.now(), 100, 2).await.unwrap().tickets, [""; 0]);
    let _ = hold(world.acme(), json!({"about": "tenant"})).await;
    assert_eq!(due(&world.acme.log, &month, world.now(), 100, 2).await.unwrap(), Due::default());
}

#[tokio::test]
async fn servers_that_run_erase_what_is_due_and_open_the_review_that_is_due_by_themselves_and_once() {
    let world = World::new().await;
    let beside = world.another_process().await;
    let receiver = Receiver::start().await;
    receiver.answer_always(Reply::Echo(200));
    let hook = json!({"url": receiver.url(), "events": ["ticket.erased"]});
    let _ = world.acme().post("/api/webhooks", hook).await.expect(201);
    let [going, theirs] = [ticket(&world.acme, "closed", &[]).await, ticket(&world.globex, "closed", &[]).await];
    world.pass(TimeDelta::days(29));
    let young = ticket(&world.acme, "closed", &[]).await;
    let policy = acting(&world, world.acme(), &month()).await;
    let first_at = (world.now() + TimeDelta::seconds(1)).to_rfc3339();
    let schedule = json!({"every_months": 3, "due_days": 14, "first_at": first_at});
    let _ = world.acme().patch("/api/access-policy", json!({"access_reviews": schedule})).await.expect(200);
    world.pass(TimeDelta::seconds(1));

    let (stop, stopping) = watch::channel(false);
    let mut servers = vec![];
    for process in [&world, &beside] {
        let workers = Workers::start(process.app.clone(), stopping.clone()).await.unwrap();
        servers.push(tokio::spawn(workers.run()));
    }
    receiver.wait_for(1).await;
    stop.send(true).unwrap();
    for server in servers {
        server.await.unwrap();
    }

    let told = &receiver.received()[0].body;
    assert_eq!((&told["type"], &told["data"]["id"]), (&json!("ticket.erased"), &json!(going)));
    let gone = erasures(world.acme(), &going).await;
    assert_eq!((gone.len(), &gone[0]["changes"]["retention_policy_id"]), (1, &json!(policy)));
    // Whoever came to the tickets of a tenant came to its reviews before.
    assert_eq!(world.acme().all("/api/access-reviews").await.len(), 1);
    assert!(world.globex().all("/api/access-reviews").await.is_empty());
    assert_eq!(world.acme().get(&format!("/api/tickets/{young}")).await.expect(200)["title"], "Printer");
    assert_eq!(world.globex().get(&format!("/api/tickets/{theirs}")).await.expect(200)["title"], "Printer");
}

#[tokio::test]
async fn of_a_hold_and_a_run_at_the_same_moment_one_comes_first_and_what_is_held_then_stays() {
    let world = World::new().await;
    let api = world.acme();
    let beside = world.another_process().await;
    let id = acting(&world, api, &month()).await;
    for turn in 0..6 {
        let tickets = [ticket(&world.acme, "closed", &[]).await, ticket(&world.acme, "closed", &["suit"]).await];
        world.pass(TimeDelta::days(30));
        let about = match turn % 3 {
            0 => json!({"about": "tenant"}),
            1 => json!({"about": "tickets", "ticket_ids": tickets}),
            _ => json!({"about": "tag", "tag": "suit"}),
        };
        let held = if turn % 3 == 2 { &tickets[1..] } else { &tickets[..] };
        let run = async { beside.app.retention.enforce(world.acme.log.tenant()).await.unwrap() };
        let (hold, _) = tokio::join!(hold(api, about), run);
        let placed = hold["position"].as_u64().unwrap();
        for ticket in held {
            let kept = preview(api, &id).await["held"].as_u64().unwrap();
            match erasures(api, ticket).await.first() {
                Some(line) => {
                    assert!(line["position"].as_u64().unwrap() < placed, "{turn}: erased although it was held");
                }
                None => assert_eq!(kept, held.len() as u64, "{turn}"),
            }
        }
        let release = json!({"reason": "the suit is over"});
        let _ = api.post(&format!("/api/legal-holds/{}/release", hold.id()), release).await.expect(200);
        let _ = enforce(&world).await;
        for ticket in &tickets {
            assert_eq!(erasures(api, ticket).await.len(), 1, "{turn}");
        }
    }
}

#[tokio::test]
async fn what_a_pass_that_was_killed_has_left_another_goes_on_with_and_each_ticket_goes_once() {
    let world = World::new().await;
    let (api, log) = (world.acme(), &world.acme.log);
    let beside = world.another_process().await;
    let mut tickets = vec![];
    for _ in 0..28 {
        tickets.push(ticket(&world.acme, "closed", &[]).await);
    }
    world.pass(TimeDelta::days(30));
    let young = ticket(&world.acme, "closed", &[]).await;
    let reopened = ticket(&world.acme, "closed", &[]).await;
    let id = acting(&world, api, &json!({"statuses": ["closed"], "older_than_days": 30})).await;
    let _ = api.post(&format!("/api/tickets/{reopened}/reopen"), json!({})).await.expect(200);

    // Two that came to one commit each, on what they chose before something changed, and died before they cleaned up.
    let chosen = tickets[..20].iter().chain([&young, &reopened]).map(|id| id.parse().unwrap());
    let chosen: Vec<TicketId> = chosen.collect();
    let policy = id.parse().unwrap();
    let cause = EventId::new(world.app.desk.store().ids().next());
    let wish = EnforceRetention { policy, cause, tickets: chosen, as_of: 1, held: 0, left: 8 };
    let run = async |world: &World| {
        let request = EnforceRetention::request(world.app.desk.store().ids().next());
        world.app.desk.run(&world.acme.log, &request, &wish).await.unwrap().changed
    };
    let (one, other) = tokio::join!(run(&world), run(&beside));
    assert!(one != other, "one of them finds nothing to do");
    assert_eq!(log.open_erasures().await.unwrap().len(), 20);

    let passes = tokio::join!(enforce(&world), enforce(&beside));
    assert_eq!(passes.0.commits + passes.1.commits, 1, "{passes:?}");
    assert_eq!(log.open_erasures().await.unwrap().len(), 0);
    world.settle().await;
    for ticket in &tickets {
        assert_eq!(erasures(api, ticket).await.len(), 1);
    }
    for ticket in [&young, &reopened] {
        assert_eq!(api.get(&format!("/api/tickets/{ticket}")).await.expect(200)["title"], "Printer");
    }
    assert_eq!(api.get(&format!("{POLICIES}/{id}")).await.expect(200)["erased"], 28);

    // More than one commit: each says what is left.
    for _ in 0..26 {
        let _ = ticket(&world.acme, "closed", &[]).await;
    }
    world.pass(TimeDelta::days(31));
    let _ = api.patch(&format!("/api/tickets/{reopened}"), json!({"status": "closed"})).await.expect(200);
    assert_eq!(enforce(&world).await, Pass { commits: 2, more: false });
    let ran = api.all("/api/audit?filter[action]=retention_policy.ran").await;
    let numbers = |act: &Value| [&act["changes"]["erased"][1], &act["changes"]["left"][1]].map(Value::as_u64);
    assert_eq!([&ran[1], &ran[0]].map(numbers), [[Some(25), Some(2)], [Some(2), Some(0)]]);
}

#[tokio::test]
async fn a_policy_acts_only_while_it_is_enabled_and_a_day_after_it_is_about_others() {
    let world = World::new().await;
    let api = world.acme();
    let tagged = ticket(&world.acme, "closed", &["billing"]).await;
    let plain = ticket(&world.acme, "closed", &[]).await;
    world.pass(TimeDelta::days(9));
    let with = |days: u16, tag: &str| json!({"statuses": ["closed"], "older_than_days": days, "tags": [tag]});
    let id = acting(&world, api, &with(3650, "billing")).await;
    // A slip: days for years. It has no effect for a day, and none where it is taken back meanwhile.
    let slipped = change(api, &id, json!({"criteria": with(10, "billing")})).await;
    assert_eq!(preview(api, &id).await["sample"], json!([tagged]));
    assert_eq!(enforce(&world).await, Pass::default());
    let _ = change(api, &id, json!({"enabled": false})).await;
    world.pass(TimeDelta::days(2));
    assert_eq!(enforce(&world).await, Pass::default(), "it is disabled");
    let again = change(api, &id, json!({"enabled": true})).await;
    assert!(again["acts_from"].as_str() > slipped["acts_from"].as_str());
    let _ = change(api, &id, json!({"criteria": with(10, "nothing has it")})).await;
    world.pass(TimeDelta::days(1));
    assert_eq!(enforce(&world).await, Pass::default());
    let _ = change(api, &id, json!({"criteria": with(10, "billing"), "name": "Bills"})).await;
    world.pass(TimeDelta::days(1));
    let deleted = acting(&world, api, &json!({"statuses": ["closed"], "older_than_days": 1})).await;
    let _ = api.delete(&format!("{POLICIES}/{deleted}")).await.expect(204);
    let _ = api.delete(&format!("{POLICIES}/{deleted}")).await.refused(404, "not_found");
    assert_eq!(enforce(&world).await, Pass { commits: 1, more: false });
    assert_eq!((erasures(api, &tagged).await.len(), erasures(api, &plain).await.len()), (1, 0));
    // Something is said on it again: that is erased in its turn.
    let note = json!({"body": "A word after the end.", "visibility": "internal"});
    let _ = api.post(&format!("/api/tickets/{tagged}/messages"), note).await.expect(201);
    assert_eq!(enforce(&world).await, Pass { commits: 1, more: false });
    assert_eq!(erasures(api, &tagged).await.len(), 2);
}

#[tokio::test]
async fn what_is_no_policy_is_refused_with_the_field_and_a_change_of_another_version_too() {
    let world = World::new().await;
    let api = world.acme();
    let wrong: Vec<(Value, &str, &str)> = vec![
        (json!({}), "/criteria/statuses", "required"),
        (json!({"statuses": ["closed"]}), "/criteria/older_than_days", "required"),
        (json!({"older_than_days": 30}), "/criteria/statuses", "required"),
        (json!({"statuses": [], "older_than_days": 30}), "/criteria/statuses", "invalid_value"),
        (json!({"statuses": ["open"], "older_than_days": 30}), "/criteria/statuses", "invalid_value"),
        (json!({"statuses": ["closed", "pending"], "older_than_days": 30}), "/criteria/statuses", "invalid_value"),
        (json!({"statuses": ["gone"], "older_than_days": 30}), "/criteria/statuses/0", "invalid_value"),
        (json!({"statuses": ["closed"], "older_than_days": 0}), "/criteria/older_than_days", "invalid_value"),
        (json!({"statuses": ["closed"], "older_than_days": 36501}), "/criteria/older_than_days", "invalid_value"),
        (
            json!({"statuses": ["closed"], "older_than_days": 1, "channels": ["fax"]}),
            "/criteria/channels/0",
            "invalid_value",
        ),
    ];
    let kept = policy(api, &month()).await;
    for (criteria, pointer, code) in wrong {
        let body = json!({"name": "Wrong", "criteria": criteria});
        let asked = json!({"criteria": criteria});
        for answer in [
            api.post(POLICIES, body).await,
            api.post(&format!("{POLICIES}/preview"), asked.clone()).await,
            api.patch(&format!("{POLICIES}/{kept}"), asked).await,
        ] {
            assert!(answer.refused(422, "validation_failed").names(pointer, code), "{pointer} {code}: {criteria}");
        }
    }
    assert_eq!(api.get(POLICIES).await.expect(200)["data"].as_array().unwrap().len(), 1);

    let path = format!("{POLICIES}/{kept}");
    let seen = api.get(&path).await.expect(200).etag();
    let renamed = api.patch(&path, json!({"name": "Older"})).header("if-match", &seen).await.expect(200);
    assert_eq!((&renamed["version"], &renamed["enabled"]), (&json!(2), &json!(false)));
    let stale =
        api.patch(&path, json!({"enabled": true})).header("if-match", &seen).await.refused(412, "version_mismatch");
    assert_eq!(stale["changed_fields"], json!(["name"]));
    let _ = api.delete(&path).header("if-match", &seen).await.refused(412, "version_mismatch");
    // Another policy is no change of this one.
    let _ = policy(api, &month()).await;
    let enabled = api.patch(&path, json!({"enabled": true})).header("if-match", &renamed.etag()).await.expect(200);
    assert!(enabled["acts_from"].is_string());
    let wish = || api.post(POLICIES, json!({"name": "Once", "criteria": month()})).header("idempotency-key", "k");
    assert_eq!(wish().await.expect(201).id(), wish().await.expect(201).id());

    // Who may not erase has nothing erased.
    let officer = world.acme.with_scopes(&["privacy:read", "privacy:write"]).await;
    let theirs = policy(&officer, &month()).await;
    let _ = change(&officer, &theirs, json!({"criteria": {"statuses": ["closed"], "older_than_days": 60}})).await;
    let refused = officer.patch(&format!("{POLICIES}/{theirs}"), json!({"enabled": true})).await;
    assert_eq!(refused.refused(403, "insufficient_scope")["required_scope"], "privacy:erase");
    let shorter = json!({"criteria": {"statuses": ["closed"], "older_than_days": 1}});
    let _ = officer.patch(&path, shorter).await.refused(403, "insufficient_scope");
    let _ = change(&officer, &kept, json!({"enabled": false})).await;
    let reader = world.acme.with_scopes(&["privacy:read"]).await;
    let _ = reader.get(&format!("{path}/preview")).await.expect(200);
    let _ = reader.patch(&path, json!({"enabled": false})).await.refused(403, "insufficient_scope");
    let _ = world.acme.with_scopes(&["privacy:write"]).await.get(&path).await.refused(403, "insufficient_scope");
}
