//! What of customers a role does not show is in no answer, found by nothing, and given to nobody by whoever is not shown it.

use serde_json::{Value, json};
use tests::{Answer, Api, World};

use super::Person;
use crate::{
    completeness::{Run, ordered},
    events::Stream,
    operations::operations,
};

/// What `Things` says of customers: a name, an address, a title, a message, a file, a name.
const KNOWN: [&str; 6] = ["Quincy", "qu@x.example", "Quixotic", "Quzyxwv", "Quilt.png", "Quill"];
const ALL: [&str; 4] = ["name", "email", "phone", "text"];

async fn mask(api: &Api, role: &str, fields: &[&str]) -> Answer {
    api.patch("/api/access-policy", json!({"roles": {role: {"masks_personal_data": fields}}})).await
}

#[track_caller]
fn found_in(answer: &Answer) -> Vec<&'static str> {
    let headers: String = answer.headers.iter().filter_map(|(_, value)| value.to_str().ok()).collect();
    KNOWN.into_iter().filter(|known| answer.text.contains(known) || headers.contains(known)).collect()
}

#[tokio::test]
async fn whoever_is_not_shown_customers_finds_nothing_of_them_in_any_answer() {
    let world = World::new().await;
    let run = Run::new(&world).await;
    let admin = Person::joined(&world, run.api(), "eve", "admin").await;
    let _ = mask(run.api(), "admin", &ALL).await.expect(200);
    let more = [
        ("/api/reports?report=tickets", ""),
        ("/api/reports?report=tickets&format=csv", ""),
        ("/api/reports?report=customers", ""),
        ("/api/events", "application/x-ndjson"),
        ("/api/audit", "application/x-ndjson"),
        ("/api/v1/customers", ""),
    ];
    let mut shown = vec![];
    for (path, form) in more {
        let form = if form.is_empty() { "*/*" } else { form };
        shown.extend(found_in(&run.api().get(path).header("accept", form).await.expect(200)));
        let answer = admin.api.get(path).header("accept", form).await.expect(200);
        assert_eq!((found_in(&answer), answer.text.contains("•••")), (vec![], true), "{path}: {}", answer.text);
    }
    for operation in ordered(operations()) {
        let answer = run.prepare_as(&operation, &admin.api).await.await;
        assert!(answer.status < 500, "{}: {}", operation.id, answer.text);
        assert_eq!(found_in(&answer), Vec::<&str>::new(), "{}: {}", operation.id, answer.text);
    }
    for known in KNOWN {
        assert!(shown.contains(&known), "{known} is shown to whoever is shown everything");
    }
}

#[tokio::test]
async fn what_is_masked_is_found_by_nothing_and_shown_by_nobody_who_is_not_shown_it() {
    let world = World::new().await;
    let acme = world.acme();
    let admin = Person::joined(&world, acme, "eve", "admin").await;
    let customer = json!({"name": "Ann Other", "email": "ann@company.com", "phone": "+41 44 123 45 42"});
    let path = format!("/api/customers/{}", acme.post("/api/customers", customer).await.expect(201).id());
    let open = admin.api.get(&path).await.expect(200);
    let mut stream = Stream::open(&admin.api, "/api/events", None).await;
    while let Some((_, _, item)) = stream.next().await {
        if item["subject"]["kind"] == "customer" {
            break;
        }
    }
    let _ = mask(acme, "admin", &ALL).await.expect(200);

    let masked = admin.api.get(&path).await.expect(200);
    let of = |answer: &Answer| ["name", "email", "phone"].map(|field| answer[field].clone());
    assert_eq!(of(&masked), ["A•••", "a•••@•••.com", "•••42"].map(Value::from));
    assert_ne!(masked.etag(), open.etag());
    let _ = admin.api.get(&path).header("if-none-match", &masked.etag()).await.expect(304);
    let _ = admin.api.get(&path).header("if-none-match", &open.etag()).await.expect(200);
    let changed = admin.api.patch(&path, json!({"phone": null})).header("if-match", &masked.etag()).await.expect(200);
    assert_eq!((&changed["email"], &changed["phone"]), (&json!("a•••@•••.com"), &Value::Null));
    let said = json!({"title": "Locked out", "body": "It is Ann.", "customer": {"email": "ann@company.com"}});
    let opened = acme.post("/api/tickets", said).await.expect(201).position();
    let told = loop {
        let (position, _, item) = stream.next().await.unwrap();
        if position == opened {
            break item;
        }
    };
    assert_eq!(told["message"]["body"], "•••", "a stream that was open follows");

    for (asked, place) in [
        ("/api/customers?q=ann", "q"),
        ("/api/customers?filter[email]=ann@company.com", "filter[email]"),
        ("/api/customers?sort=name", "sort"),
        ("/api/tickets?q=locked", "q"),
    ] {
        let refused = admin.api.get(asked).await.refused(403, "field_masked");
        assert!(refused.names(place, "field_masked"), "{asked}: {}", refused.text);
    }
    let _ = admin.api.get("/api/tickets?q=status:open").await.expect(200);

    let account = json!({"name": "Robot", "role": "agent"});
    let webhook = json!({"url": "https://crm.example.com/hook", "events": ["*"]});
    let invite = json!({"email": "zoe@acme.example", "name": "Zoe", "role": "agent"});
    let _ = mask(&admin.api, "agent", &["email"]).await.expect(200);
    for refused in [
        mask(&admin.api, "admin", &[]).await,
        mask(&admin.api, "agent", &[]).await,
        admin.api.post("/api/service-accounts", account).await,
        admin.api.post("/api/webhooks", webhook).await,
        admin.api.post("/api/invitations", invite).await,
        admin.api.post(&format!("{path}/export"), json!({})).await,
    ] {
        let _ = refused.refused(403, "field_masked");
    }
    let key = admin.api.post("/api/keys", json!({"name": "mine", "scopes": ["*"]})).await.expect(201);
    let key = world.acme().with_key(key["key"].as_str().unwrap());
    assert_eq!(key.get(&path).await.expect(200)["name"], "A•••", "their keys show them no more");

    let role = json!({"name": "Second line", "permissions": [{"permission": "customers:read"}]});
    let role = format!("/api/roles/{}", acme.post("/api/roles", role).await.expect(201).id());
    let wish = json!({"masks_personal_data": ["phone", "email"]});
    let preview = acme.post(&format!("{role}/preview"), wish.clone()).await.expect(200);
    assert_eq!((&preview["masks"], &preview["unmasks"]), (&json!(["email", "phone"]), &json!([])));
    let before = acme.get(&role).await.expect(200);
    let changed = acme.put(&role, wish).header("if-match", &before.etag()).await.expect(200);
    assert_eq!(changed["masks_personal_data"], json!(["email", "phone"]));
    let _ = acme
        .put(&role, json!({"name": "Third"}))
        .header("if-match", &before.etag())
        .await
        .refused(412, "version_mismatch");
    let shown = acme.post(&format!("{role}/preview"), json!({"masks_personal_data": ["phone"]})).await.expect(200);
    assert_eq!((&shown["masks"], &shown["unmasks"]), (&json!([]), &json!(["email"])));
    let _ = admin.api.put(&role, json!({"masks_personal_data": []})).await.refused(403, "field_masked");
}
