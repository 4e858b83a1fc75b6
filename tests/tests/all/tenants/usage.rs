//! How much a tenant uses: exact, and the same for every day for ever.

use chrono::TimeDelta;
use event_store::Clock;
use projections::{
    analytics::Bound,
    usage::{usage, usage_of_days},
};
use reports::bill::csv as csv_of;
use serde_json::{Value, json};
use tests::{Answer, World};

use crate::files;

#[tokio::test]
async fn usage_is_counted_over_the_log_now_and_as_of_any_day() {
    let world = World::new().await;
    let acme = world.acme();
    let first_day = world.clock.now().date_naive();
    let _ = world.acme.ticket("Printer").await;
    let (eve, bob) = (world.acme.agent("Eve").await, world.acme.agent("Bob").await);
    let before = acme.get("/api/usage").await.expect(200);
    assert_eq!(before["events"], world.acme.log.head().await.unwrap().position);
    assert_eq!(before["tickets"], json!({"total": 1, "imported": 0, "this_month": 1}));
    assert_eq!(before["agents"], json!({"total": 2, "active": 2}));
    assert!(before["storage"]["log_bytes"].as_u64().unwrap() > 500, "{}", before.text);
    assert!(before["storage"]["database_bytes"].as_u64() > before["storage"]["log_bytes"].as_u64());

    world.pass(TimeDelta::days(40));
    let _ = world.acme.ticket("Screen").await;
    let _ = acme.patch(&format!("/api/agents/{}", bob.id()), json!({"active": false})).await.expect(200);
    let _ = acme.post(&format!("/api/agents/{}/erase", eve.id()), json!({})).await.expect(200);
    let after = acme.get("/api/usage").await.expect(200);
    assert_eq!(after["tickets"], json!({"total": 2, "imported": 0, "this_month": 1}));
    assert_eq!(after["agents"], json!({"total": 1, "active": 0}));

    let then = acme.get(&format!("/api/usage?as_of={first_day}")).await.expect(200);
    assert_eq!(then["storage"]["log_bytes"], before["storage"]["log_bytes"]);
    assert_eq!((&then["storage"]["database_bytes"], &then["storage"]["file_bytes"]), (&json!(null), &json!(null)));
    for field in ["events", "position", "tickets", "agents"] {
        assert_eq!(then[field], before[field], "{field}");
    }
    // What is billed of a day is so for ever, and only of days that are over.
    let bill = api::bill(&world.app, first_day).await.unwrap();
    let [line, globex] = bill.as_slice() else { panic!("{bill:?}") };
    assert_eq!((line.tenant_id.as_str(), globex.tenant_id.as_str()), ("acme", "globex"));
    assert_eq!((line.position, line.tickets, line.agents), (before["position"].as_u64().unwrap(), 1, 2));
    world.pass(TimeDelta::days(1));
    assert_eq!(api::bill(&world.app, first_day).await.unwrap(), bill);
    let today = world.clock.now().date_naive();
    assert!(api::bill(&world.app, today).await.unwrap_err().to_string().contains("is not over where acme is"));
    let earlier = first_day.pred_opt().unwrap();
    let nothing = acme.get(&format!("/api/usage?as_of={earlier}")).await.expect(200);
    assert_eq!((&nothing["events"], &nothing["agents"]["total"]), (&json!(0), &json!(0)));
    let _ = acme.get("/api/usage?as_of=yesterday").await.refused(400, "invalid_parameter");
}

#[tokio::test]
async fn operators_see_the_usage_of_all_tenants_page_by_page() {
    let world = World::new().await;
    let alice = world.operator("alice").await;
    let _ = world.acme.ticket("Printer").await;
    let all = alice.get("/usage").await.expect(200);
    assert_eq!(all.column("tenant_id"), ["acme", "globex"]);
    let ours = world.acme().get("/api/usage").await.expect(200);
    assert_eq!(all["data"][0]["tickets"], ours["tickets"]);
    let _ = alice.post("/tenants/acme/suspend", json!({})).await.expect(200);
    let first = alice.get("/usage?limit=1").await.expect(200);
    assert_eq!((first.column("tenant_id"), &first["next_after"]), (vec![json!("acme")], &json!("acme")));
    assert_eq!(alice.get("/usage?after=acme").await.expect(200).column("tenant_id"), ["globex"]);
    let _ = alice.anonymous().get("/usage").await.refused(401, "unauthorized");
}

/// One ticket with a file of a hundred bytes, of somebody of its own.
async fn with_file(world: &World, who: &str) -> Answer {
    let file = files::upload(world.acme(), "a.txt", "text/plain", "x".repeat(100)).await.id();
    let customer = json!({"name": who, "email": format!("{who}@x.example")});
    let opened = json!({"title": "Help", "body": "See there.", "attachments": [file], "customer": customer});
    world.acme().post("/api/tickets", opened).await.expect(201)
}

#[tokio::test]
async fn days_are_the_lines_that_are_billed_and_what_usage_says_as_of_each() {
    let world = World::new().await;
    let (api, alice) = (world.acme(), world.operator("alice").await);
    let first = world.now().date_naive();
    let over = |line: &Value| (line["agents"].clone(), line["agents_reserved"].clone(), line["agents_limit"].clone());
    let _kept = with_file(&world, "ann").await;
    let (redacted, erased) = (with_file(&world, "ben").await, with_file(&world, "cem").await);
    let forgotten = with_file(&world, "dan").await;
    let eve = world.acme.agent("Eve").await;
    let _ = api.post("/api/invitations", json!({"email": "inn@x.example", "name": "Inn"})).await.expect(201);
    world.pass(TimeDelta::days(1));
    let path = format!("/api/tickets/{}/messages", redacted.id());
    let message = api.get(&path).await.expect(200)["data"][0]["id"].as_str().unwrap().to_owned();
    let _ = api.post(&format!("{path}/{message}/redact"), json!({})).await.expect(200);
    let agreed = json!({"limit": 5, "reason": "a test"});
    let _ = alice.put("/tenants/acme/overrides/agents", agreed).await.expect(200);
    world.pass(TimeDelta::days(1));
    let _ = api.post(&format!("/api/tickets/{}/erase", erased.id()), json!({})).await.expect(200);
    world.pass(TimeDelta::days(1));
    let customer = forgotten["customer"]["id"].as_str().unwrap();
    let _ = api.post(&format!("/api/customers/{customer}/erase"), json!({})).await.expect(200);
    let _ = api.patch(&format!("/api/agents/{}", eve.id()), json!({"active": false})).await.expect(200);
    world.pass(TimeDelta::days(9));
    let _ = world.acme.ticket("December").await;
    world.pass(TimeDelta::days(1));

    let last = world.now().date_naive().pred_opt().unwrap();
    let days = api.get("/api/usage/days").await.expect(200)["data"].as_array().unwrap().clone();
    let column = |name: &str| days.iter().map(|line| line[name].as_u64().unwrap()).collect::<Vec<_>>();
    assert_eq!((&days[0]["day"], &days.last().unwrap()["day"], days.len()), (&json!(first), &json!(last), 13));
    assert_eq!(column("storage_bytes"), [400, 300, 200, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100]);
    assert_eq!(column("tickets"), [4, 4, 4, 4, 4, 4, 4, 4, 4, 0, 0, 0, 1]);
    assert_eq!(over(&days[0]), (json!(1), json!(1), Value::Null));
    assert_eq!((over(&days[1]), over(&days[12])), ((json!(1), json!(1), json!(5)), (json!(0), json!(0), json!(5))));
    let log = &world.acme.log;
    for (day, line) in first.iter_days().zip(&days) {
        let bill = api::bill(&world.app, day).await.unwrap();
        assert_eq!(line, &serde_json::to_value(&bill[0]).unwrap(), "{day}");
        for zone in ["UTC", "America/New_York", "Pacific/Auckland"] {
            let then = usage(log, zone, world.now(), Some(Bound::Day(day))).await.unwrap();
            let [of_day] = usage_of_days(log, zone, (day, day)).await.unwrap()[..] else { panic!("one day") };
            assert_eq!((of_day.position, of_day.moment), (then.position, then.moment), "{day} {zone}");
            assert_eq!((of_day.tickets, of_day.seats), (then.tickets.this_month, then.seats), "{day} {zone}");
            assert_eq!(of_day.attachment_bytes, then.storage.attachment_bytes, "{day} {zone}");
            let among = usage_of_days(log, zone, (first, last)).await.unwrap();
            assert!(among.contains(&of_day), "{day} {zone}");
        }
    }

    let asked = api.get(&format!("/api/usage/days?from={first}&to={first}")).await.expect(200);
    assert_eq!(asked["data"], json!([days[0]]));
    let csv = api.get(&format!("/api/usage/days?from={first}&to={first}&format=csv")).await.expect(200);
    assert_eq!(csv.text, String::from_utf8(csv_of(&api::bill(&world.app, first).await.unwrap()[..1])).unwrap());
    let _ =
        api.get(&format!("/api/usage/days?to={}", world.now().date_naive())).await.refused(400, "invalid_parameter");
    let _ = api.get("/api/usage/days?from=2025-01-01").await.refused(400, "invalid_parameter");
    let _ = api.get("/api/usage/days?from=2026-11").await.refused(400, "invalid_parameter");
    let _ =
        world.acme.with_scopes(&["tickets:read"]).await.get("/api/usage/days").await.refused(403, "insufficient_scope");
}
