//! `/api/service-accounts`.

use chrono::TimeDelta;
use serde_json::json;
use tests::World;

use super::account;

#[tokio::test]
async fn a_service_account_is_made_changed_and_listed() {
    let world = World::new().await;
    let acme = world.acme();
    let new = json!({"name": "CRM", "description": "Copies customers over", "role": "agent"});
    let made = acme.post("/api/service-accounts", new).await.expect(201);
    let path = made.header("location").unwrap().to_owned();
    assert_eq!(acme.get(&path).await.expect(200).body, made.body);
    assert_eq!((&made["role"], &made["active"], &made["version"]), (&json!("agent"), &json!(true), &json!(1)));

    let change = json!({"name": "Shop", "description": null, "role": "light_agent", "active": false});
    let changed = acme.patch(&path, change.clone()).header("if-match", &made.etag()).await.expect(200);
    for (field, value) in change.as_object().unwrap() {
        assert_eq!(&changed[field.as_str()], value);
    }
    assert_eq!(changed["version"], 5);
    assert_eq!(acme.patch(&path, change).await.expect(200)["version"], 5, "already so");
    let stale = acme.put(&path, json!({"name": "x"})).header("if-match", &made.etag()).await;
    let stale = stale.refused(412, "version_mismatch");
    assert_eq!(stale["changed_fields"], json!(["name", "description", "role", "active"]));

    let trail = acme.get(&format!("/api/audit?filter[target_id]={}", made.id())).await.expect(200);
    let acts = trail.column("action");
    assert_eq!(acts.len(), 5);
    assert!(acts.contains(&json!("service_account.role_changed")));
    assert_eq!(trail["data"][4]["target"]["kind"], "service_account");
}

#[tokio::test]
async fn the_list_has_every_one_once_the_newest_first() {
    let world = World::new().await;
    let mut made = vec![];
    for _ in 0..7 {
        made.push(json!(account(world.acme(), "agent").await));
        world.pass(TimeDelta::milliseconds(1));
    }
    made.reverse();
    let listed = world.acme().all("/api/service-accounts?limit=3").await;
    assert_eq!(listed.iter().map(|account| account["id"].clone()).collect::<Vec<_>>(), made);
    assert_eq!(world.globex().all("/api/service-accounts").await.len(), 0);
}

#[tokio::test]
async fn nobody_gives_a_program_more_than_they_have() {
    let world = World::new().await;
    let acme = world.acme();
    let refused = acme.post("/api/service-accounts", json!({"name": "x", "role": "owner"})).await;
    assert!(refused.refused(422, "validation_failed").names("/role", "owner_is_a_person"));
    let nobody = json!({"name": "x", "role": "rol_00000000000000000000000000000000"});
    let refused = acme.post("/api/service-accounts", nobody).await;
    assert!(refused.refused(422, "validation_failed").names("/role", "not_found"));

    let strong = format!("/api/service-accounts/{}", account(acme, "admin").await);
    let small = format!("/api/service-accounts/{}", account(acme, "analyst").await);
    let weak = world.acme.with_scopes(&["keys:*", "analytics:read", "reports:read"]).await;
    for (path, change) in [(&small, json!({"role": "admin"})), (&strong, json!({"role": "analyst"}))] {
        let _ = weak.patch(path, change).await.refused(403, "insufficient_scope");
    }
    let _ = weak
        .post("/api/service-accounts", json!({"name": "x", "role": "agent"}))
        .await
        .refused(403, "insufficient_scope");
    let _ = weak.post("/api/service-accounts", json!({"name": "x", "role": "analyst"})).await.expect(201);
    // What somebody took away, they cannot give back who have it not.
    let _ = acme.patch(&strong, json!({"active": false})).await.expect(200);
    let _ = weak.patch(&strong, json!({"active": true})).await.refused(403, "insufficient_scope");
    let _ = weak.patch(&small, json!({"name": "Numbers"})).await.expect(200);
}
