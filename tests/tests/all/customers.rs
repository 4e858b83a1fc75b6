//! Customers over HTTP.

use chrono::TimeDelta;
use futures_util::future::join_all;
use serde_json::{Value, json};
use tests::World;

#[tokio::test]
async fn a_customer_is_made_changed_and_found() {
    let world = World::new().await;
    let acme = world.acme();
    let body = json!({"name": "Ann Other", "email": "Ann@Company.com", "phone": "+41 44 1", "external_id": "crm/1"});
    let made = acme.post("/api/customers", body).await.expect(201);
    assert_eq!(made["email"], "Ann@Company.com", "as it was written");
    let path = format!("/api/customers/{}", made.id());
    assert_eq!(made.header("location"), Some(path.as_str()));
    for name in [path.as_str(), "/api/customers/external:crm%2F1"] {
        let shown = acme.get(name).await.expect(200);
        assert_eq!((&shown.body, shown.etag()), (&made.body, made.etag()));
        let _ = acme.get(name).header("if-none-match", &made.etag()).await.expect(304);
    }
    world.pass(TimeDelta::minutes(1));
    let changed = acme.patch(&path, json!({"phone": null, "name": "Ann B"})).await.expect(200);
    assert_eq!(
        (&changed["phone"], &changed["name"], &changed["email"]),
        (&Value::Null, &json!("Ann B"), &made["email"])
    );
    assert_eq!((&changed["version"], &changed["created_at"]), (&json!(3), &made["created_at"]));
    assert_ne!(changed["updated_at"], made["updated_at"]);
    let stale =
        acme.put(&path, json!({"name": "C"})).header("if-match", &made.etag()).await.refused(412, "version_mismatch");
    assert_eq!((&stale["current_version"], &stale["changed_fields"]), (&json!(3), &json!(["name", "phone"])));
    let cleared = acme.put(&path, json!({"email": null, "external_id": null})).await.expect(200);
    assert_eq!([&cleared["email"], &cleared["external_id"]], [&Value::Null; 2]);
    let _ = acme.get("/api/customers/external:crm%2F1").await.refused(404, "not_found");
}

#[tokio::test]
async fn an_address_and_an_external_id_are_one_customer_s_only_until_they_are_given_back() {
    let world = World::new().await;
    let acme = world.acme();
    let first = acme
        .post("/api/customers", json!({"name": "A", "email": "x@company.com", "external_id": "7"}))
        .await
        .expect(201);
    for (field, value) in [("email", "X@COMPANY.com"), ("external_id", "7")] {
        let pointer = format!("/{field}");
        let answer = acme.post("/api/customers", json!({"name": "B", field: value})).await.refused(409, "taken");
        assert!(answer.names(&pointer, "taken"));
        let other = acme.post("/api/customers", json!({"name": "B"})).await.expect(201);
        let path = format!("/api/customers/{}", other.id());
        assert!(acme.patch(&path, json!({field: value})).await.refused(409, "taken").names(&pointer, "taken"));
        let _ = world.globex().post("/api/customers", json!({"name": "B", field: value})).await.expect(201);
    }
    let path = format!("/api/customers/{}", first.id());
    let _ = acme.patch(&path, json!({"email": "x@Company.COM"})).await.expect(200);
    let _ = acme.patch(&path, json!({"email": "y@company.com"})).await.expect(200);
    let _ = acme.post("/api/customers", json!({"name": "C", "email": "x@company.com"})).await.expect(201);
    let _ = acme.patch(&path, json!({"email": "x@company.com"})).await.refused(409, "taken");
}

#[tokio::test]
async fn put_on_an_external_id_makes_the_customer_once_and_changes_them_then() {
    let world = World::new().await;
    let acme = world.acme();
    let path = "/api/customers/external:crm-1";
    assert!(acme.put(path, json!({})).await.refused(422, "validation_failed").names("/name", "required"));
    let _ = acme.patch(path, json!({"name": "Ann"})).await.refused(404, "not_found");
    let _ = acme.put(path, json!({"name": "Ann"})).header("if-match", "\"1\"").await.refused(412, "version_mismatch");
    let made = acme.put(path, json!({"name": "Ann", "email": "ann@company.com"})).await.expect(201);
    assert_eq!(
        (made.header("location"), &made["external_id"]),
        (Some(format!("/api/customers/{}", made.id()).as_str()), &json!("crm-1"))
    );
    let same = acme.put(path, json!({"name": "Ann"})).await.expect(200);
    assert_eq!(same.body, made.body);
    let changed = acme.put(path, json!({"name": "Anna", "phone": "1"})).await.expect(200);
    assert_eq!(
        (changed.id(), &changed["version"], &changed["email"]),
        (made.id(), &json!(3), &json!("ann@company.com"))
    );
    let elsewhere = world.globex().put(path, json!({"name": "Bob"})).await.expect(201);
    assert_ne!(elsewhere.id(), made.id());
    assert_eq!(acme.all("/api/customers").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_puts_at_once_on_one_new_external_id_make_one_customer() {
    let world = World::new().await;
    let other = world.another_process().await;
    let puts = (0..16).map(|number| {
        let api = if number % 2 == 0 { world.acme() } else { other.acme() };
        async move { api.put("/api/customers/external:rush", json!({"name": "Rush"})).await }
    });
    let answers = join_all(puts).await;
    assert!(
        answers.iter().all(|answer| [200, 201].contains(&answer.status)),
        "{:?}",
        answers.iter().map(|a| &a.text).collect::<Vec<_>>()
    );
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
    assert_eq!(world.acme().all("/api/customers").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_who_claim_one_address_at_once_one_gets_it() {
    let world = World::new().await;
    let other = world.another_process().await;
    let posts = (0..16).map(|number| {
        let api = if number % 2 == 0 { world.acme() } else { other.acme() };
        async move { api.post("/api/customers", json!({"name": "Rush", "email": "rush@company.com"})).await }
    });
    let answers = join_all(posts).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
    assert!(answers.iter().all(|answer| answer.status == 201 || answer["code"] == "taken"));
}

#[tokio::test]
async fn a_renamed_customer_is_renamed_everywhere_at_once() {
    let world = World::new().await;
    let acme = world.acme();
    let ticket = world.acme.ticket("Printer").await;
    let path = format!("/api/customers/{}", ticket["customer"]["id"].as_str().unwrap());
    let _ = acme.patch(&path, json!({"name": "Xaver Neu", "email": "xaver@company.com"})).await.expect(200);
    let shown = acme.get(&format!("/api/tickets/{}", ticket.id())).await.expect(200);
    assert_eq!(
        (&shown["customer"]["name"], &shown["customer"]["email"]),
        (&json!("Xaver Neu"), &json!("xaver@company.com"))
    );
    assert_eq!(acme.all("/api/tickets?q=xaver").await.len(), 1);
    assert!(acme.all("/api/tickets?q=Other").await.is_empty(), "the old name finds nothing");
}

#[tokio::test]
async fn consent_is_kept_with_its_words_time_and_source_and_goes_with_the_person() {
    let world = World::new().await;
    let acme = world.acme();
    let customer = format!("/api/customers/{}", world.acme.customer("Ann Other").await.id());
    let path = format!("{customer}/consents");
    let given = json!({
        "purpose": "newsletter", "text_version": "2026-11", "source": "sign-up form",
        "given_at": "2020-01-01T10:00:00Z", "evidence": "Quzyxwv ticked",
    });
    let made = acme.post(&path, given.clone()).await.expect(200);
    assert_eq!(acme.post(&path, given).await.expect(200).body, made.body, "the same again changes nothing");
    let wrong = json!({"purpose": "News", "text_version": "1", "source": "form"});
    assert!(acme.post(&path, wrong).await.refused(422, "validation_failed").names("/purpose", "invalid_value"));
    let late = json!({"purpose": "sms", "text_version": "1", "source": "form", "given_at": "2999-01-01T00:00:00Z"});
    assert!(acme.post(&path, late).await.refused(422, "validation_failed").names("/given_at", "invalid_value"));
    let nothing = acme.post(&format!("{path}/withdraw"), json!({"purpose": "sms"})).await;
    assert!(nothing.refused(422, "validation_failed").names("/purpose", "consent_not_given"));
    let withdrawn = json!({"purpose": "newsletter", "source": "letter"});
    let _ = acme.post(&format!("{path}/withdraw"), withdrawn).await.expect(200);
    let list = acme.get(&path).await.expect(200);
    let consent = &list["data"][0];
    assert_eq!((&consent["purpose"], &consent["given"]), (&json!("newsletter"), &json!(false)));
    let told = |entry: usize, field: &str| consent["history"][entry][field].clone();
    assert_eq!(
        [told(0, "given"), told(0, "at"), told(0, "text_version"), told(0, "evidence")],
        [json!(true), json!("2020-01-01T10:00:00Z"), json!("2026-11"), json!("Quzyxwv ticked")]
    );
    assert_eq!(
        [told(1, "given"), told(1, "source"), told(1, "text_version")],
        [json!(false), json!("letter"), Value::Null]
    );
    let copy = acme.post(&format!("{customer}/export"), json!({})).await.expect(200);
    assert!(copy.text.contains("2026-11") && copy.text.contains("Quzyxwv ticked"));
    let _ = world.acme.with_scopes(&["customers:write"]).await.get(&path).await.refused(403, "insufficient_scope");
    let _ = world.globex().get(&path).await.refused(404, "not_found");

    let _ = acme.post(&format!("{customer}/erase"), json!({})).await.expect(200);
    assert_eq!(acme.get(&path).await.expect(200)["data"], json!([]));
    assert!(!acme.get("/api/audit").await.expect(200).text.contains("Quzyxwv"));
}
