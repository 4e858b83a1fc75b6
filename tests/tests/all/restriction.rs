//! While the data of a customer are restricted (GDPR Article 18), they are kept, and used by nobody but who may.

use domain::permission::{Permission, Reach};
use serde_json::{Value, json};
use tests::{Receiver, World, rebuild};

use crate::{
    roles::{Person, grants},
    webhooks::{settle, webhook},
};

#[tokio::test]
async fn what_is_restricted_is_kept_and_used_by_nobody_but_who_may() {
    let world = World::new().await;
    let acme = world.acme();
    let receiver = Receiver::start().await;
    let _ = webhook(&world, &receiver, &["*"]).await;
    let agent = Person::joined(&world, acme, "eve", "agent").await;
    let auditor = Person::joined(&world, acme, "bob", "auditor").await;
    let said = json!({
        "title": "Quixotic", "body": "Quzyxwv.", "customer": {"name": "Quincy", "email": "qu@x.example", "external_id": "crm-7"},
    });
    let ticket = acme.post("/api/tickets", said).await.expect(201);
    let other = world.acme.ticket("Printer").await;
    let customer = format!("/api/customers/{}", ticket["customer"]["id"].as_str().unwrap());
    let (path, messages) = (format!("/api/tickets/{}", ticket.id()), format!("/api/tickets/{}/messages", ticket.id()));
    let restriction = format!("{customer}/restriction");
    let _ = agent.api.get(&path).await.expect(200);

    let wish = json!({"ground": "objection", "note": "Asked by letter."});
    let _ = agent.api.put(&restriction, wish.clone()).await.refused(403, "insufficient_scope");
    let made = acme.put(&restriction, wish.clone()).await.expect(200);
    assert_eq!((&made["ground"], &made["note"]), (&json!("objection"), &json!("Asked by letter.")));
    assert_eq!(acme.put(&restriction, wish).await.expect(200)["version"], made["version"], "it is said once");
    let _ = settle(&world).await;
    let told = receiver.take();
    assert!(told.iter().any(|told| told.body["type"] == "customer.restricted"));
    for told in told.iter().filter(|told| told.body["restricted"] == true) {
        let text = told.body.to_string();
        assert!(!["Quixotic", "Quzyxwv", "Quincy", "qu@x.example", "letter"].iter().any(|known| text.contains(known)));
    }

    // Whoever does not see them is told that there is a restriction, and neither why nor of what.
    let shown = agent.api.get(&customer).await.expect(200);
    assert_eq!([&shown["name"], &shown["email"], &shown["external_id"]], [&Value::Null; 3]);
    assert_eq!(shown["restricted_at"], made["restricted_at"]);
    let _ = agent.api.get(&restriction).await.refused(403, "insufficient_scope");
    for hidden in [path.as_str(), messages.as_str(), &format!("{path}/timeline")] {
        let _ = agent.api.get(hidden).await.refused(404, "not_found");
        let _ = auditor.api.get(hidden).await.expect(200);
    }
    let titles = |list: tests::Answer| list.column("title");
    assert_eq!(titles(agent.api.get("/api/tickets").await.expect(200)), ["Printer"]);
    assert_eq!(agent.api.get("/api/tickets?q=quzyxwv").await.expect(200).column("id"), Vec::<Value>::new());
    for found in ["q=quincy", "filter[email]=qu@x.example", "filter[external_id]=crm-7"] {
        let found = format!("/api/customers?{found}");
        assert_eq!(agent.api.get(&found).await.expect(200).column("id").len(), 0, "{found}");
        assert_eq!(auditor.api.get(&found).await.expect(200).column("name"), ["Quincy"], "{found}");
    }
    let feed = agent.api.get("/api/events").await.expect(200);
    assert!(!feed.text.contains("Quzyxwv") && feed.text.contains(&other.id()));
    let report = auditor.api.get("/api/reports?report=customers").await.expect(200);
    assert_eq!(report.column("name"), ["Ann Other"]);
    assert_eq!(acme.get("/api/analytics").await.expect(200)["metrics"]["tickets"]["total"], 2, "numbers stay");

    // What is asked of a role that sees the trail and not them.
    let narrow = [(Permission::AuditRead, Reach::All), (Permission::TicketsRead, Reach::All)];
    let role = json!({"name": "Trail", "permissions": grants(&narrow)});
    let role = acme.post("/api/roles", role).await.expect(201).id();
    let trail = Person::joined(&world, acme, "zoe", &role).await;
    let trail = trail.api.get("/api/audit").await.expect(200);
    assert!(!trail.text.contains("Quincy") && trail.text.contains("Ann Other"));

    // Nobody works with them but who may; what they say themselves is taken.
    let reply = json!({"body": "We looked."});
    for refused in
        [agent.api.post(&messages, reply.clone()).await, agent.api.patch(&path, json!({"priority": "low"})).await]
    {
        let _ = refused.refused(404, "not_found");
    }
    let writes = world.acme.with_scopes(&["tickets:write", "customers:write", "privacy:read"]).await;
    let _ = writes.patch(&path, json!({"priority": "low"})).await.refused(409, "customer_restricted");
    let _ = writes.patch(&customer, json!({"name": "Q"})).await.refused(409, "customer_restricted");
    let _ = world.acme.with_scopes(&["tickets:write"]).await.post(&messages, reply).await.expect(201);
    let _ = acme.patch(&path, json!({"priority": "low"})).await.expect(200);

    rebuild(&world.acme.log).await;
    let _ = agent.api.get(&path).await.refused(404, "not_found");
    let lifted = acme.delete(&restriction).await.expect(200);
    assert_eq!([&lifted["ground"], &lifted["note"], &lifted["restricted_at"]], [&Value::Null; 3]);
    assert_eq!(agent.api.get(&path).await.expect(200)["title"], "Quixotic");
    let _ = settle(&world).await;
    let told = receiver.take();
    let lifted = told.iter().find(|told| told.body["type"] == "customer.restriction_lifted").unwrap();
    assert_eq!(lifted.body["data"]["name"], "Quincy");
    let _ = world.globex().put(&restriction, json!({"ground": "objection"})).await.refused(404, "not_found");
}
