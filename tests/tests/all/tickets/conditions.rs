use serde_json::{Value, json};
use tests::World;

#[tokio::test]
async fn who_has_it_already_is_told_so() {
    let world = World::new().await;
    let acme = world.acme();
    let made = world.acme.ticket("Printer").await;
    let path = format!("/api/tickets/{}", made.id());
    let shown = acme.get(&path).await.expect(200);
    assert_eq!(shown.etag(), made.etag());
    for tags in [shown.etag(), format!("W/{}", shown.etag()), format!("\"1.0\", {}", shown.etag()), "*".to_owned()] {
        let same = acme.get(&path).header("if-none-match", &tags).await.expect(304);
        assert_eq!((same.text.as_str(), same.etag()), ("", shown.etag()));
    }
    let changed = acme.patch(&path, json!({"title": "Scanner"})).await.expect(200);
    let fresh = acme.get(&path).header("if-none-match", &shown.etag()).await.expect(200);
    assert_eq!(fresh.etag(), changed.etag());
    assert_ne!(fresh.etag(), shown.etag());
}

#[tokio::test]
async fn a_renamed_customer_changes_the_ticket_s_etag_and_not_its_version() {
    let world = World::new().await;
    let acme = world.acme();
    let made = world.acme.ticket("Printer").await;
    let path = format!("/api/tickets/{}", made.id());
    let customer = format!("/api/customers/{}", made["customer"]["id"].as_str().unwrap());
    let _ = acme.patch(&customer, json!({"name": "Ann Newname"})).await.expect(200);
    let shown = acme.get(&path).header("if-none-match", &made.etag()).await.expect(200);
    assert_eq!((&shown["customer"]["name"], &shown["version"]), (&json!("Ann Newname"), &json!(1)));
    assert_ne!(shown.etag(), made.etag());
    let _ = acme.patch(&path, json!({"title": "x"})).header("if-match", &made.etag()).await.expect(200);
}

#[tokio::test]
async fn a_change_of_what_was_changed_meanwhile_is_refused_and_says_what_changed() {
    let world = World::new().await;
    let acme = world.acme();
    let made = world.acme.ticket("Printer").await;
    let path = format!("/api/tickets/{}", made.id());
    let _ = acme
        .patch(&path, json!({"priority": "high", "tags": ["a"]}))
        .header("if-match", &made.etag())
        .await
        .expect(200);
    let mine = json!({"title": "Scanner"});
    let answer =
        acme.patch(&path, mine.clone()).header("if-match", &made.etag()).await.refused(412, "version_mismatch");
    assert_eq!(answer["current_version"], 3);
    assert_eq!(answer["changed_fields"], json!(["priority", "tags"]));
    assert_eq!(acme.get(&path).await.expect(200)["title"], "Printer");
    let _ = acme.delete(&path).header("if-match", &made.etag()).await.refused(412, "version_mismatch");
    let message = acme.post(&format!("{path}/messages"), json!({"body": "x"})).header("if-match", &made.etag()).await;
    let _ = message.refused(412, "version_mismatch");
    for ahead in ["\"9.0123456789abcdef\"", "\"9\""] {
        let answer = acme.patch(&path, mine.clone()).header("if-match", ahead).await.refused(412, "version_mismatch");
        assert_eq!((&answer["current_version"], &answer["changed_fields"]), (&json!(3), &json!([])));
    }
    for any in ["*", "\"3\"", "\"3.whatever\""] {
        let _ = acme.patch(&path, json!({"priority": "high"})).header("if-match", any).await.expect(200);
    }
    for wrong in ["", "3", "\"\"", "\"x.y\"", "W/\"3\"", "\"1\", \"2\"", "\"-1\"", "\"99999999999999999999999\""] {
        let answer = acme.patch(&path, mine.clone()).header("if-match", wrong).await.refused(400, "invalid_parameter");
        assert!(answer.names("If-Match", "invalid_value"), "{wrong}");
    }
    let _ = acme.patch(&path, mine).header("if-match", "\"3\"").await.expect(200);
}

#[tokio::test]
async fn a_condition_on_what_is_not_there_is_a_404_all_the_same() {
    let world = World::new().await;
    let foreign = world.globex.ticket("Elsewhere").await;
    let path = format!("/api/tickets/{}", foreign.id());
    for etag in [foreign.etag(), "*".to_owned()] {
        let answer = world.acme().patch(&path, json!({"title": "x"})).header("if-match", &etag).await;
        let _ = answer.refused(404, "not_found");
    }
    let _ = world.acme().get(&path).header("if-none-match", "*").await.refused(404, "not_found");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_who_change_one_version_at_once_one_wins() {
    let world = World::new().await;
    let other = world.another_process().await;
    let made = world.acme.ticket("Printer").await;
    let path = format!("/api/tickets/{}", made.id());
    let changes = (0..16).map(|number| {
        let api = if number % 2 == 0 { world.acme() } else { other.acme() };
        let (path, etag) = (&path, made.etag());
        async move { api.patch(path, json!({"title": format!("Title {number}")})).header("if-match", &etag).await }
    });
    let answers = futures_util::future::join_all(changes).await;
    let won: Vec<_> = answers.iter().filter(|answer| answer.status == 200).collect();
    assert_eq!(won.len(), 1);
    assert!(answers.iter().all(|answer| answer.status == 200 || answer["code"] == "version_mismatch"));
    assert_eq!(world.acme().get(&path).await.expect(200)["title"], won[0]["title"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn changes_without_a_condition_all_happen_one_after_the_other() {
    let world = World::new().await;
    let other = world.another_process().await;
    let made = world.acme.ticket("Printer").await;
    let path = format!("/api/tickets/{}", made.id());
    let changes = (0..6).map(|number| {
        let api = if number % 2 == 0 { world.acme() } else { other.acme() };
        let path = &path;
        async move { api.patch(path, json!({"tags_add": [format!("tag {number}")]})).await.expect(200) }
    });
    futures_util::future::join_all(changes).await;
    let shown = world.acme().get(&path).await.expect(200);
    assert_eq!((shown["tags"].as_array().map(Vec::len), &shown["version"]), (Some(6), &Value::from(7)));
}
