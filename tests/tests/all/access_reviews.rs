//! Reviews of access over HTTP: opened, decided, closed; and a result that stays what it was.

use chrono::TimeDelta;
use domain::permission::{Permission, Reach};
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};
use tests::{Answer, Api, World};

use crate::roles::{Person, role};

/// A tenant with an owner, an admin, an agent, and a program with a key.
struct Staff {
    world: World,
    owner: Person,
    admin: Person,
    agent: Person,
    program: String,
    key: (String, Api),
}

impl Staff {
    async fn new() -> Self {
        let world = World::new().await;
        let owner = Person::joined(&world, world.acme(), "ann", "owner").await;
        let admin = Person::joined(&world, &owner.api, "bob", "admin").await;
        let agent = Person::joined(&world, &owner.api, "carl", "agent").await;
        let program = json!({"name": "CRM", "role": "agent"});
        let program = world.acme().post("/api/service-accounts", program).await.expect(201).id();
        let key = json!({"name": "CRM, production", "owner": program, "scopes": ["tickets:read"]});
        let key = world.acme().post("/api/keys", key).await.expect(201);
        let used = world.acme().with_key(key["key"].as_str().unwrap());
        let _ = used.get("/api/tickets").await.expect(200);
        Self { owner, admin, agent, program, key: (key.id(), used), world }
    }

    fn due(&self, span: TimeDelta) -> String {
        (self.world.now() + span).to_rfc3339()
    }

    async fn open(&self) -> String {
        let review = json!({"title": "Fourth quarter", "due_at": self.due(TimeDelta::days(14))});
        self.admin.api.post("/api/access-reviews", review).await.expect(201).id()
    }
}

async fn decide(by: &Api, review: &str, item: impl ToString, decision: Value) -> Answer {
    let mut body = json!({"item": item.to_string()});
    body.as_object_mut().unwrap().extend(decision.as_object().unwrap().clone());
    by.post(&format!("/api/access-reviews/{review}/decisions"), body).await
}

fn attest() -> Value {
    json!({"decision": "attest"})
}

fn remove() -> Value {
    json!({"decision": "remove", "note": "not needed any more"})
}

/// The item of this id.
async fn item(api: &Api, review: &str, id: impl ToString) -> Value {
    let items = api.all(&format!("/api/access-reviews/{review}/items?limit=2")).await;
    items.into_iter().find(|item| item["item"] == json!(id.to_string())).unwrap()
}

fn sha256(text: &str) -> String {
    digest(&SHA256, text.as_bytes()).as_ref().iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

#[tokio::test]
async fn a_review_shows_who_can_do_what_takes_what_is_not_needed_and_ends_in_a_result_that_can_be_verified() {
    let staff = Staff::new().await;
    let Staff { world, owner, admin, agent, program, key } = &staff;
    let review = staff.open().await;
    let path = format!("/api/access-reviews/{review}");

    // As everything stood when it was opened, whatever has changed since.
    let shown = item(&admin.api, &review, agent.id).await;
    assert_eq!((&shown["role"], &shown["joined"], &shown["name"]), (&json!("agent"), &json!(true), &json!("carl")));
    assert!(shown["permissions"].as_array().unwrap().iter().any(|grant| grant["permission"] == "tickets:write"));
    assert!(shown["last_log_in_at"].is_string() && shown["last_used_at"].is_string(), "{shown}");
    let shown = item(&admin.api, &review, &key.0).await;
    assert_eq!((&shown["owner"], &shown["scopes"]), (&json!(program), &json!(["tickets:read"])));
    assert!(shown["last_used_at"].is_string(), "{shown}");
    assert_eq!(item(&admin.api, &review, program).await["name"], "CRM");

    // Two at once: whoever comes first, what was taken is not kept after all.
    let (attested, removed) =
        tokio::join!(decide(&owner.api, &review, agent.id, attest()), decide(&admin.api, &review, agent.id, remove()));
    let _ = removed.expect(200);
    assert!([200, 409].contains(&attested.status), "{}", attested.text);
    assert_eq!(item(&admin.api, &review, agent.id).await["decision"], "removed");
    assert_eq!(agent.api.get("/api/tickets").await.status, 401, "at once");
    let _ = decide(&owner.api, &review, agent.id, attest()).await.refused(409, "already_decided");

    // A key opens nothing from the answer on, and is taken once.
    let first = decide(&admin.api, &review, &key.0, remove()).await.expect(200);
    assert_eq!(key.1.get("/api/tickets").await.status, 401);
    let again = decide(&admin.api, &review, &key.0, remove()).await.expect(200);
    assert_eq!(again["version"], first["version"]);
    let change = json!({"decision": "change_role", "role": "light_agent"});
    let _ = decide(&admin.api, &review, program, change).await.expect(200);
    let now = world.acme().get(&format!("/api/service-accounts/{program}")).await.expect(200);
    assert_eq!(now["role"], "light_agent");
    // By the same commit: the act has the request of the decision.
    let acts = world.acme().all(&format!("/api/audit?filter[target_id]={review}")).await;
    let done = world.acme().all(&format!("/api/audit?filter[target_id]={}", agent.id)).await;
    let request =
        |acts: &[Value], action: &str| acts.iter().find(|act| act["action"] == action).unwrap()["request_id"].clone();
    let removals: Vec<_> = acts.iter().filter(|act| act["action"] == "access_review.item_removed").collect();
    assert!(removals.iter().any(|act| act["request_id"] == request(&done, "agent.deactivated")));

    let close = format!("{path}/close");
    let _ = admin.api.get(&format!("{path}/result")).await.refused(409, "review_not_closed");
    let _ = admin.api.post(&close, json!({})).await.refused(409, "items_undecided");
    let closed = admin.api.post(&close, json!({"leave_undecided": true})).await.expect(200);
    assert_eq!(closed["state"], "closed");
    assert_eq!(admin.api.post(&close, json!({})).await.expect(200)["version"], closed["version"]);
    let _ = decide(&owner.api, &review, admin.id, attest()).await.refused(409, "review_closed");

    // The digests stand in the log, are those of what is given, and stay so when a person is forgotten.
    let (json, csv) = (format!("{path}/result"), format!("{path}/result?format=csv"));
    let before = (admin.api.get(&json).await.expect(200), admin.api.get(&csv).await.expect(200));
    let _ = owner.api.post(&format!("/api/agents/{}/erase", agent.id), json!({})).await.expect(200);
    let after = (admin.api.get(&json).await.expect(200), admin.api.get(&csv).await.expect(200));
    assert_eq!((&before.0.text, &before.1.text), (&after.0.text, &after.1.text));
    assert!(item(&admin.api, &review, agent.id).await["name"].is_null(), "there is nobody's name any more");
    let digests = json!([sha256(&after.0.text), sha256(&after.1.text)]);
    assert_eq!(json!([closed["result"]["json_sha256"], closed["result"]["csv_sha256"]]), digests);
    let told = world.acme().all("/api/audit?filter[action]=access_review.closed").await;
    assert_eq!(told[0]["position"], closed["result"]["position"]);
    let changes = &told[0]["changes"];
    assert_eq!(json!([changes["json_sha256"][1], changes["csv_sha256"][1]]), digests);
    assert_eq!(after.0["summary"]["removed"], 2);
    assert_eq!(after.1.text.lines().count(), after.0["items"].as_array().unwrap().len() + 1);
}

#[tokio::test]
async fn nobody_decides_about_themselves_or_beyond_their_rights_and_nobody_is_told_more_than_they_may_know() {
    let staff = Staff::new().await;
    let Staff { world, owner, admin, agent, .. } = &staff;
    let review = staff.open().await;
    let own = json!({"name": "mine", "scopes": ["security:*", "agents:*"]});
    let own = admin.api.post("/api/keys", own).await.expect(201);
    let by_key = admin.api.with_key(own["key"].as_str().unwrap());
    for (by, whom, code) in [
        (&admin.api, admin.id.to_string(), "own_access"),
        (&by_key, admin.id.to_string(), "own_access"),
        (world.acme(), admin.id.to_string(), "reviewer_is_no_person"),
    ] {
        for decision in [attest(), remove()] {
            let _ = decide(by, &review, &whom, decision).await.refused(409, code);
        }
    }
    let _ = decide(&admin.api, &review, owner.id, remove()).await.refused(403, "owner_only");
    assert_eq!(item(&admin.api, &review, owner.id).await["decision"], Value::Null, "a refusal decides nothing");
    // Who may only attest does not take.
    let reviewer = [(Permission::SecurityRead, Reach::All), (Permission::SecurityWrite, Reach::All)];
    let reviewer = role(&owner.api, "Reviewers", &reviewer).await.expect(201).id();
    let dora = Person::joined(world, &owner.api, "dora", &reviewer).await;
    let _ = decide(&dora.api, &review, agent.id, remove()).await.refused(403, "insufficient_scope");
    let _ = decide(&dora.api, &review, agent.id, attest()).await.expect(200);
    let seen = dora.api.all(&format!("/api/access-reviews/{review}/items")).await;
    assert!(seen.is_empty(), "neither people nor keys are shown to who may see neither: {seen:?}");
    let _ = dora.api.get(&format!("/api/access-reviews/{review}/result")).await.refused(403, "insufficient_scope");

    // The only owner, there being nobody beside them, and that is marked; and the last owner stays.
    let _ = decide(&owner.api, &review, owner.id, attest()).await.expect(200);
    assert_eq!(item(&owner.api, &review, owner.id).await["own_access"], true);
    let _ = decide(&owner.api, &review, owner.id, remove()).await.refused(409, "last_owner");
    let _ = Person::joined(world, &owner.api, "eve", "owner").await;
    let another = staff.open().await;
    let _ = decide(&owner.api, &another, owner.id, attest()).await.refused(409, "own_access");

    let due = json!({"title": "Soon", "due_at": staff.due(TimeDelta::hours(1)), "kinds": ["agent"]});
    let call = || world.acme().post("/api/access-reviews", due.clone()).header("idempotency-key", "q4");
    let soon = call().await.expect(201).id();
    assert_eq!(call().await.expect(201).id(), soon);
    world.pass(TimeDelta::hours(2));
    let listed = world.acme().all("/api/access-reviews?limit=1").await;
    assert_eq!(listed.len(), 3);
    assert_eq!(listed.iter().find(|review| review["id"] == json!(soon)).unwrap()["state"], "overdue");
    let wrong = json!({"title": "x", "due_at": staff.due(TimeDelta::days(400))});
    assert!(
        world
            .acme()
            .post("/api/access-reviews", wrong)
            .await
            .refused(422, "validation_failed")
            .names("/due_at", "invalid_value")
    );
}
