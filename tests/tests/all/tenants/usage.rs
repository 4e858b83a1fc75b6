//! How much a tenant uses: exact, and the same for every day for ever.

use chrono::TimeDelta;
use event_store::Clock;
use serde_json::json;
use tests::World;

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
