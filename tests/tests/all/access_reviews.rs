//! Reviews of access over HTTP: opened, decided, closed; and a result that stays what it was.

use std::collections::BTreeSet;

use chrono::{DateTime, Months, SecondsFormat, TimeDelta, Utc};
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
    let pdf = admin.api.get(&format!("{path}/result?format=pdf")).await.expect(200);
    assert_eq!(pdf.header("content-type"), Some("application/pdf"));
    assert!(pdf.text.starts_with("%PDF-") && pdf.text.trim_end().ends_with("%%EOF"));
    let _ = admin.api.get(&format!("{path}/result?format=xlsx")).await.refused(400, "invalid_parameter");
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

#[tokio::test]
async fn a_review_opens_by_itself_when_its_time_has_come_and_once_on_any_number_of_servers() {
    let Staff { world, agent, .. } = Staff::new().await;
    let (api, tenant) = (world.acme(), world.acme.log.tenant());
    let beside = world.another_process().await;
    let open = async |process: &World| process.app.scheduled_reviews.open_due(tenant).await.unwrap();
    let reviews = async || api.all("/api/access-reviews").await;
    let policy = async || api.get("/api/access-policy").await.expect(200)["access_reviews"].clone();
    assert_eq!((policy().await, open(&world).await), (Value::Null, false));

    let first_at = world.now() + TimeDelta::days(10);
    let first = first_at.to_rfc3339_opts(SecondsFormat::AutoSi, true);
    let wish = json!({"every_months": 3, "due_days": 14, "kinds": ["agent"], "first_at": first});
    let wish = json!({"access_reviews": wish});
    let set = api.patch("/api/access-policy", wish.clone()).await.expect(200);
    assert_eq!((&set["access_reviews"]["first_at"], &set["access_reviews"]["next_at"]), (&json!(first), &json!(first)));
    assert_eq!(api.patch("/api/access-policy", wish).await.expect(200)["version"], set["version"], "already so");
    world.pass(TimeDelta::days(10) - TimeDelta::seconds(1));
    assert!(!open(&world).await, "it is not due");
    world.pass(TimeDelta::seconds(1));
    let (one, another) = tokio::join!(open(&world), open(&beside));
    assert!(one != another, "one of them opened it");
    assert!(!open(&beside).await && !open(&world).await);

    let opened = reviews().await;
    assert_eq!(opened.len(), 1);
    let review = &opened[0];
    let due_at = (world.now() + TimeDelta::days(14)).to_rfc3339_opts(SecondsFormat::AutoSi, true);
    assert_eq!(
        (&review["due_at"], &review["kinds"], &review["state"]),
        (&json!(due_at), &json!(["agent"]), &json!("open"))
    );
    assert_eq!(review["title"], format!("Access review of {}", first_at.format("%F")));
    assert_eq!(review["opened_by"], json!({"kind": "system", "id": "access_reviews"}));
    assert_eq!(item(api, review["id"].as_str().unwrap(), agent.id).await["name"], "carl");
    assert_eq!(review["summary"]["items"], 3);
    let next = first_at.checked_add_months(Months::new(3)).unwrap();
    assert_eq!(policy().await["next_at"], next.to_rfc3339_opts(SecondsFormat::AutoSi, true));
    // What followed from what is told in the audit trail.
    world.settle().await;
    let acts = api.all("/api/audit?filter[actor]=system:access_reviews").await;
    let actions: BTreeSet<_> = acts.iter().map(|act| act["action"].as_str().unwrap()).collect();
    assert!(actions.contains("access_policy.review_opened") && actions.contains("access_review.opened"), "{acts:?}");
    assert!(acts.iter().all(|act| act["origin"] == "rule"), "{acts:?}");

    // A year in which no server ran is made up for by one.
    world.pass(TimeDelta::days(400));
    assert!(open(&beside).await && !open(&world).await);
    assert_eq!((reviews().await.len(), reviews().await[1]["state"].clone()), (2, json!("overdue")));
    let next = policy().await["next_at"].as_str().unwrap().parse::<DateTime<Utc>>().unwrap();
    assert!(next > world.now() && next < world.now() + TimeDelta::days(93), "{next}");

    let _ = api.patch("/api/access-policy", json!({"access_reviews": null})).await.expect(200);
    world.pass(TimeDelta::days(400));
    assert_eq!((policy().await, open(&world).await, reviews().await.len()), (Value::Null, false, 2));
    assert!(!world.app.scheduled_reviews.open_due(world.globex.log.tenant()).await.unwrap());
    assert_eq!(world.globex().get("/api/access-policy").await.expect(200)["access_reviews"], Value::Null);
}

#[tokio::test]
async fn a_schedule_that_is_none_is_refused_with_its_field() {
    let world = World::new().await;
    let past = (world.now() - TimeDelta::days(1)).to_rfc3339();
    for (schedule, pointer, code) in [
        (json!({"due_days": 14}), "/access_reviews/every_months", "required"),
        (json!({"every_months": 3}), "/access_reviews/due_days", "required"),
        (json!({"every_months": 0, "due_days": 14}), "/access_reviews/every_months", "invalid_value"),
        (json!({"every_months": 3, "due_days": 367}), "/access_reviews/due_days", "invalid_value"),
        (json!({"every_months": 3, "due_days": 9, "first_at": past}), "/access_reviews/first_at", "invalid_value"),
        (json!({"every_months": 3, "due_days": 9, "kinds": ["robot"]}), "/access_reviews/kinds/0", "invalid_value"),
    ] {
        let answer = world.acme().patch("/api/access-policy", json!({"access_reviews": schedule})).await;
        assert!(answer.refused(422, "validation_failed").names(pointer, code), "{pointer} {code}: {schedule}");
    }
    let reader = world.acme.with_scopes(&["security:read"]).await;
    let wish = json!({"access_reviews": {"every_months": 3, "due_days": 14}});
    let _ = reader.patch("/api/access-policy", wish).await.refused(403, "insufficient_scope");
}
