//! What is shown, and what may be touched, is what a plain model says: for every reach, whatever happened before.

use std::collections::BTreeSet;

use domain::permission::{Permission, Reach};
use serde_json::{Value, json};
use tests::{Api, World};

use super::model::Model;

fn set(values: impl IntoIterator<Item = Value>) -> BTreeSet<String> {
    values.into_iter().filter_map(|value| value.as_str().map(str::to_owned)).collect()
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

const READS: [Permission; 4] =
    [Permission::TicketsRead, Permission::EventsRead, Permission::AuditRead, Permission::ReportsRead];

#[tokio::test]
async fn every_way_to_see_tickets_shows_exactly_those_within_reach() {
    let world = World::new().await;
    let mut model = Model::random(&world).await;
    for reach in Reach::EVERY {
        for person in 0..model.people.len() {
            model.change().await;
            model.people[person].may(&world, &READS.map(|right| (right, reach))).await;
            let expected = model.within(person, reach);
            let api = &model.people[person].api;
            lists(api, &model, &expected).await;
            one_by_one(api, &model, &expected).await;
            let narrow = reach != Reach::All;
            feed(api, &world, &expected, narrow).await;
            trail(api, &expected, narrow).await;
        }
    }
}

/// Lists, counts, searches, the report.
async fn lists(api: &Api, model: &Model<'_>, expected: &BTreeSet<String>) {
    let there: BTreeSet<String> = expected.iter().filter(|id| !model.tickets[*id].deleted).cloned().collect();
    for (query, expected) in [("", &there), ("&filter[deleted]=true", expected), ("&q=Quagga", &there)] {
        let path = format!("/api/tickets?limit=100&include=total_count{query}");
        let page = api.get(&path).await.expect(200);
        assert_eq!(set(page.column("id")), *expected, "{query}");
        assert_eq!(page["meta"]["total_count"], expected.len(), "{query}");
    }
    assert_eq!(set(api.all("/api/tickets?limit=2").await.into_iter().map(|ticket| ticket["id"].clone())), there);
    let report = api.get("/api/reports?report=tickets").await.expect(200);
    assert_eq!(set(report.column("id")), there);
}

/// Each ticket, with its timeline and its messages: another's is one that is not there.
async fn one_by_one(api: &Api, model: &Model<'_>, expected: &BTreeSet<String>) {
    let nothing = api.get("/api/tickets/T-999").await.refused(404, "not_found").comparable();
    for (id, known) in &model.tickets {
        let seen = expected.contains(id);
        for name in [id, &known.number] {
            let answer = api.get(&format!("/api/tickets/{name}")).await;
            let status = if !seen {
                404
            } else if known.deleted {
                410
            } else {
                200
            };
            assert_eq!(answer.status, status, "{}", answer.text);
            assert!(seen || answer.comparable() == nothing, "{}", answer.text);
        }
        for part in ["timeline", "messages", "presence"] {
            let answer = api.get(&format!("/api/tickets/{id}/{part}")).await;
            assert_eq!(answer.status, if seen { 200 } else { 404 }, "{}", answer.text);
        }
    }
}

/// The feed has every position, and tells of nothing else.
async fn feed(api: &Api, world: &World, expected: &BTreeSet<String>, narrow: bool) {
    let head = world.acme.log.head().await.unwrap().position;
    let pages = api.get("/api/events?limit=1000").await.expect(200);
    let export = api.get("/api/events").header("accept", "application/x-ndjson").await.expect(200);
    for items in [pages["data"].as_array().unwrap().clone(), lines(&export.text)] {
        let positions: Vec<u64> = items.iter().map(|item| item["position"].as_u64().unwrap()).collect();
        assert_eq!(positions, (1..=head).collect::<Vec<_>>());
        let subjects: Vec<&Value> =
            items.iter().map(|item| &item["subject"]).filter(|subject| !subject.is_null()).collect();
        let tickets = subjects.iter().filter(|subject| subject["kind"] == "ticket");
        assert_eq!(set(tickets.map(|subject| subject["id"].clone())), *expected);
        assert_eq!(subjects.iter().all(|subject| subject["kind"] == "ticket"), narrow);
        let hidden = items.iter().filter(|item| item["subject"].is_null());
        assert!(hidden.clone().all(|item| item.as_object().unwrap().len() == 2), "position and time only");
    }
}

/// The audit trail.
async fn trail(api: &Api, expected: &BTreeSet<String>, narrow: bool) {
    let export = api.get("/api/audit").header("accept", "application/x-ndjson").await.expect(200);
    for entries in [api.all("/api/audit?limit=50").await, lines(&export.text)] {
        let (tickets, others): (Vec<_>, Vec<_>) =
            entries.iter().map(|entry| &entry["target"]).partition(|target| target["kind"] == "ticket");
        assert_eq!(set(tickets.into_iter().map(|target| target["id"].clone())), *expected);
        assert_eq!(others.is_empty(), narrow);
    }
}

#[tokio::test]
async fn exactly_what_is_within_reach_can_be_touched() {
    let world = World::new().await;
    let mut model = Model::random(&world).await;
    for (read, write) in [
        (Some(Reach::All), Reach::Own),
        (Some(Reach::Team), Reach::Assigned),
        (Some(Reach::Assigned), Reach::All),
        (Some(Reach::Own), Reach::Own),
        (None, Reach::Team),
    ] {
        for person in 0..model.people.len() {
            model.change().await;
            let rights = [Permission::TicketsWrite, Permission::TicketsDelete].map(|right| (right, write));
            let rights: Vec<_> = rights.into_iter().chain(read.map(|reach| (Permission::TicketsRead, reach))).collect();
            model.people[person].may(&world, &rights).await;
            let touched = model.within(person, write);
            let seen = model.within(person, read.unwrap_or(write));
            let api = &model.people[person].api;
            for (id, known) in model.tickets.iter().filter(|(_, known)| !known.deleted) {
                for name in [id, &known.number] {
                    // Already so: it tells who may, and changes nothing.
                    let answer = api.patch(&format!("/api/tickets/{name}"), json!({"priority": "medium"})).await;
                    if !seen.contains(id) {
                        let _ = answer.refused(404, "not_found");
                    } else if touched.contains(id) {
                        let _ = answer.expect(200);
                    } else {
                        let problem = answer.refused(403, "insufficient_scope");
                        assert_eq!(problem["required_scope"], "tickets:write");
                        assert_eq!(problem["granted_reach"], write.as_str(), "{}", problem.text);
                    }
                }
            }
        }
    }
}
