//! Seats: never more than were bought.

use chrono::TimeDelta;
use futures_util::future::join_all;
use serde_json::json;
use tests::World;

use super::agree;

#[tokio::test]
async fn two_hundred_invitations_at_once_on_two_processes_give_exactly_ten_seats() {
    let world = World::new().await;
    let other = world.another_process().await;
    let alice = world.operator("alice").await;
    let _ = agree(&alice, "agents", json!({"limit": 10})).await;
    let invite = |index: usize, role: &str| {
        let api = if index.is_multiple_of(2) { world.acme() } else { other.acme() };
        api.post("/api/invitations", json!({"email": format!("p{index}@acme.example"), "name": "P", "role": role}))
    };
    let answers = join_all((0..200).map(|index| async move { invite(index, "agent").await })).await;
    let made: Vec<_> = answers.iter().filter(|answer| answer.status == 201).collect();
    assert_eq!(made.len(), 10);
    for refused in answers.iter().filter(|answer| answer.status != 201) {
        assert_eq!((refused.status, &refused["code"]), (402, &json!("plan_limit_exceeded")), "{}", refused.text);
        assert_eq!(refused["plan_limit"]["allowed"], 10);
    }
    // What is counted is the fold of the log, on a process that saw nothing of it.
    let third = world.another_process().await;
    let seats = third.acme().get("/api/usage").await.expect(200)["limits"]["agents"].clone();
    let all = json!({"used": 0, "reserved": 10, "limit": 10, "percent": 100, "resets_at": null, "state": "over"});
    assert_eq!(seats, all);

    // A read-only seat is free; what is given back is there again.
    let _ = invite(1000, "auditor").await.expect(201);
    let agent = world.acme.api.post("/api/agents", json!({"name": "Eve", "email": "eve@acme.example"}));
    assert_eq!(agent.await.refused(402, "plan_limit_exceeded")["plan_limit"]["reserved"], 10);
    let revoked = made[0]["id"].as_str().unwrap();
    let _ = world.acme().delete(&format!("/api/invitations/{revoked}")).await.expect(204);
    let eve = world.acme.agent("Eve").await.id();
    let _ = invite(1001, "agent").await.refused(402, "plan_limit_exceeded");
    let _ = world.acme().patch(&format!("/api/agents/{eve}"), json!({"active": false})).await.expect(200);
    let bob = world.acme.agent("Bob").await.id();
    let again = |id: &str| world.acme().patch(&format!("/api/agents/{id}"), json!({"active": true}));
    let _ = again(&eve).await.refused(402, "plan_limit_exceeded");
    let role = |id: &str, role: &str| world.acme().patch(&format!("/api/agents/{id}"), json!({"role": role}));
    let _ = role(&bob, "light_agent").await.expect(200);
    let _ = again(&eve).await.expect(200);
    let _ = role(&bob, "agent").await.refused(402, "plan_limit_exceeded");

    // Invitations end by their time, agreements too; and any day can be asked for.
    let day = world.acme().get("/api/usage").await.expect(200);
    assert_eq!((&day["seats"]["used"], &day["seats"]["reserved"]), (&json!(1), &json!(9)));
    world.pass(TimeDelta::days(8));
    let _ = role(&bob, "agent").await.expect(200);
    let now = world.acme().get("/api/usage").await.expect(200);
    assert_eq!((&now["seats"]["used"], &now["seats"]["reserved"]), (&json!(2), &json!(0)));
    let past = world.acme().get("/api/usage?as_of=2020-01-01").await.expect(200);
    assert_eq!(past["seats"], json!({"used": 0, "reserved": 0}));
}
