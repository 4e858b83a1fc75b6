//! Backups as operators wish for them and see them.

use serde_json::json;
use tests::World;

use super::hold;

#[tokio::test]
async fn an_operator_begins_a_backup_and_sees_it_come_to_its_end() {
    let world = World::new().await;
    let alice = world.operator("alice").await;
    let _ = world.acme.ticket("Printer").await;
    assert_eq!(alice.get("/tenants/acme/backups").await.expect(200)["data"], json!([]));
    let begun = alice.post("/tenants/acme/backups", json!({})).await.expect(202);
    assert_eq!((&begun["status"], &begun["kind"]), (&json!("running"), &json!("manual")));
    let path = begun.header("location").unwrap().to_owned();
    // Whoever holds the tenant next comes behind it.
    drop(hold(&world, &world.acme).await);
    let done = alice.get(&path).await.expect(200);
    let head = world.acme.log.head().await.unwrap().position;
    assert_eq!((&done["status"], &done["position"]), (&json!("done"), &json!(head)), "{}", done.text);
    assert!(done["bytes"].as_u64().unwrap() > 1000 && done["failure"].is_null());
    let listed = alice.get("/tenants/acme/backups").await.expect(200);
    assert_eq!(listed["data"], json!([done.body]));
    let _ = alice.get("/tenants/globex/backups/bak_0199aa00000070008000000000000001").await.refused(404, "not_found");
    let _ = alice.get("/tenants/globex/backups/x").await.refused(404, "not_found");
    let _ = alice.get(&path.replace("acme", "globex")).await.refused(404, "not_found");
}

#[tokio::test]
async fn while_a_tenant_is_held_no_other_backup_of_it_begins() {
    let world = World::new().await;
    let alice = world.operator("alice").await;
    let held = hold(&world, &world.acme).await;
    let _ = alice.post("/tenants/acme/backups", json!({})).await.refused(409, "backup_running");
    let _ = alice.post("/tenants/globex/backups", json!({})).await.expect(202);
    drop(held);
    drop(hold(&world, &world.globex).await);
    let places: Vec<_> = std::iter::from_fn(|| world.app.backups.place()).collect();
    let _ = alice.post("/tenants/acme/backups", json!({})).await.refused(409, "too_many_backups");
    drop(places);
    let _ = alice.post("/tenants/acme/backups", json!({})).await.expect(202);
    let _ = alice.post("/tenants/nobody/backups", json!({})).await.refused(404, "not_found");
    let stranger = alice.anonymous();
    let _ = stranger.post("/tenants/acme/backups", json!({})).await.refused(401, "unauthorized");
    let _ = stranger.get("/tenants/acme/backups").await.refused(401, "unauthorized");
    let _ = stranger.get("/tenants/acme/backup-schedule").await.refused(401, "unauthorized");
}

#[tokio::test]
async fn backups_are_listed_page_by_page_the_last_one_first() {
    let world = World::new().await;
    let alice = world.operator("alice").await;
    let mut made = vec![];
    for _ in 0..3 {
        made.push(json!(super::save(&world, &world.acme).await.header.backup.to_string()));
    }
    let first = alice.get("/tenants/acme/backups?limit=2").await.expect(200);
    assert_eq!(first.column("backup_id"), [made[2].clone(), made[1].clone()]);
    let next = first["next_before"].as_str().unwrap();
    let last = alice.get(&format!("/tenants/acme/backups?limit=2&before={next}")).await.expect(200);
    assert_eq!((last.column("backup_id"), &last["next_before"]), (vec![made[0].clone()], &json!(null)));
    let _ = alice.get("/tenants/acme/backups?before=x").await.refused(400, "invalid_parameter");
}

#[tokio::test]
async fn an_operator_says_when_a_tenant_is_saved() {
    let world = World::new().await;
    let alice = world.operator("alice").await;
    let path = "/tenants/acme/backup-schedule";
    let usual = alice.get(path).await.expect(200);
    let expected = json!({"at": "02:30", "days": "daily", "keep_days": 30, "keys_keep_days": 7, "drill_days": null,
        "time_zone": "UTC", "next_at": "2026-11-23T02:30:00Z"});
    assert_eq!(usual.body, expected);
    let wish = json!({"at": "04:15", "days": "sunday", "keep_days": 90, "keys_keep_days": 3, "drill_days": 7});
    let said = alice.put(path, wish.clone()).await.expect(200);
    assert_eq!((&said["next_at"], &said["keys_keep_days"]), (&json!("2026-11-29T04:15:00Z"), &json!(3)));
    assert_eq!(alice.get(path).await.expect(200).body, said.body);
    for (field, wrong) in [
        ("at", json!("4 o'clock")),
        ("days", json!("someday")),
        ("keep_days", json!(0)),
        ("keys_keep_days", json!(91)),
        ("drill_days", json!(0)),
    ] {
        let mut body = wish.clone();
        body[field] = wrong;
        let refused = alice.put(path, body).await.refused(422, "validation_failed");
        assert!(refused.names(&format!("/{field}"), "invalid_value"), "{}", refused.text);
    }
    let _ = alice.put("/tenants/nobody/backup-schedule", wish).await.refused(404, "not_found");
}
