use chrono::TimeDelta;
use commands::{
    files::FileSettings,
    tickets::{AddMessage, Visibility},
};
use domain::text::Body;
use files::Vault;
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use tests::{Api, Receiver, World};

use super::{Directory, PNG, content, upload};
use crate::read_models::assert_true;

/// A world that keeps files in a directory, and its API.
async fn world(name: &str) -> (World, Api, Directory) {
    let mut world = World::new().await;
    let directory = Directory::new(name);
    let vault = Vault::in_directory(directory.path()).unwrap();
    world.app = world.app.clone().with_files(vault, FileSettings::default());
    let api = world.acme_through(world.app.clone()).await;
    (world, api, directory)
}

async fn file(api: &Api, name: &str) -> String {
    upload(api, name, "image/png", PNG).await.id()
}

/// A ticket whose first message has a file; its id and that of the customer.
async fn ticket(api: &Api, file: &str) -> (String, String) {
    let ticket = json!({"title": "Printer", "body": "See the picture.", "customer": {"name": "Ann", "email": "a@b.c"},
        "attachments": [file]});
    let ticket = api.post("/api/tickets", ticket).await.expect(201);
    (ticket.id(), ticket["customer"]["id"].as_str().unwrap().to_owned())
}

async fn messages(api: &Api, ticket: &str) -> Vec<Value> {
    api.all(&format!("/api/tickets/{ticket}/messages")).await
}

/// What stands in the row of a file, as JSON.
async fn row(world: &World, file: &str) -> Option<Value> {
    let sql = "SELECT to_jsonb(f)::text FROM tenant_acme.files f WHERE file_id = $1";
    let rows = world.superuser().await.query(sql, &[&file]).await.unwrap();
    rows.first().map(|row| serde_json::from_str(row.get(0)).unwrap())
}

#[tokio::test]
async fn a_file_belongs_to_its_message_wherever_that_is_told() {
    let (world, api, _directory) = world("told").await;
    let receiver = Receiver::start().await;
    let _ = api.post("/api/webhooks", json!({"url": receiver.url(), "events": ["*"]})).await.expect(201);
    let (first, second) = (file(&api, "first.png").await, file(&api, "second.png").await);
    let (ticket, customer) = ticket(&api, &first).await;
    let note = json!({"body": "Look.", "visibility": "internal", "attachments": [second]});
    let _ = api.post(&format!("/api/tickets/{ticket}/messages"), note).await.expect(201);

    let attachment = |id: &str, name: &str| {
        json!([{"id": id, "name": name, "size": PNG.len(), "content_type": "image/png",
            "infected": false, "url": format!("/api/files/{id}/content")}])
    };
    let expected = [attachment(&first, "first.png"), attachment(&second, "second.png")];
    let of = |items: &[Value]| items.iter().map(|item| item["attachments"].clone()).collect::<Vec<_>>();
    assert_eq!(of(&messages(&api, &ticket).await), expected);
    let timeline = api.all(&format!("/api/tickets/{ticket}/timeline")).await;
    let told: Vec<_> = timeline.iter().map(|entry| entry["message"].clone()).collect();
    assert_eq!(of(&told), expected);
    assert!(timeline.iter().all(|entry| entry["changes"].get("attachments").is_none()));
    let feed = api.get("/api/events?limit=1000").await.expect(200);
    let told = feed.column("message").into_iter().filter(Value::is_object).collect::<Vec<_>>();
    assert_eq!(of(&told), expected);
    world.app.webhooks.settle(&world.acme.log).await.unwrap();
    let told = receiver.take().into_iter().map(|told| told.body["data"]["message"].clone());
    assert_eq!(of(&told.filter(Value::is_object).collect::<Vec<_>>()), expected);
    let copy = api.post(&format!("/api/customers/{customer}/export"), json!({})).await.expect(200);
    assert!(copy.text.contains("first.png") && copy.text.contains("second.png"), "{}", copy.text);
    let key = |value: &Value| value.to_string().contains("\"key\":");
    assert!(!key(&copy["tickets"]) && !key(&copy["history"]), "{}", copy.text);

    let shown = api.get(&format!("/api/files/{first}")).await.expect(200);
    assert_eq!((&shown["name"], &shown["expires_at"]), (&json!("first.png"), &Value::Null));
    assert_eq!(shown["ticket_id"], ticket);
    assert_eq!(content(&api, &format!("/api/files/{first}/content")).await, (200, PNG.to_vec()));
    let row = row(&world, &first).await.unwrap();
    assert_eq!((&row["sealed"], &row["subject"]), (&Value::Null, &json!(customer)), "its key is in the log only");
    world.pass(TimeDelta::days(3));
    assert_eq!(world.app.files.sweep(&world.acme.log).await.unwrap(), 0);
    assert_eq!(content(&api, &format!("/api/files/{first}/content")).await.0, 200);
    assert_true(&world.acme).await;
}

#[tokio::test]
async fn what_cannot_be_attached_is_refused_and_changes_nothing() {
    let world = World::new().await;
    let acme = world.acme();
    let ticket = world.acme.ticket("Printer").await;
    let path = format!("/api/tickets/{}/messages", ticket.id());
    let send = async |files: Value| acme.post(&path, json!({"body": "x", "attachments": files})).await;
    let (old, new) = (file(acme, "old.png").await, file(acme, "new.png").await);
    let _ = send(json!([old])).await.expect(201);
    let foreign = file(world.globex(), "foreign.png").await;
    let version = acme.get(&format!("/api/tickets/{}", ticket.id())).await["version"].clone();
    let many: Vec<String> = join_all((0..21).map(|_| file(acme, "many.png"))).await;
    for (files, pointer, code) in [
        (json!([old]), "/attachments", "not_found"),
        (json!([foreign]), "/attachments", "not_found"),
        (json!([new, "fil_00000000000000000000000000000000"]), "/attachments", "not_found"),
        (json!([new, new]), "/attachments", "invalid_value"),
        (json!(many), "/attachments", "too_many_files"),
        (json!(["tkt_1"]), "/attachments/0", "invalid_value"),
    ] {
        let refused = send(files).await.refused(422, "validation_failed");
        assert!(refused.names(pointer, code), "{}", refused.text);
    }
    let silent = json!({"title": "x", "customer": {"email": "a@b.c"}, "attachments": [new]});
    assert!(acme.post("/api/tickets", silent).await.refused(422, "validation_failed").names("/body", "required"));
    world.pass(TimeDelta::hours(24));
    assert!(send(json!([new])).await.refused(422, "validation_failed").names("/attachments", "not_found"));
    assert_eq!(acme.get(&format!("/api/tickets/{}", ticket.id())).await["version"], version);
}

#[tokio::test]
async fn of_many_messages_that_want_one_file_one_gets_it_and_a_repeat_changes_nothing() {
    let world = World::new().await;
    let acme = world.acme();
    let ticket = world.acme.ticket("Printer").await.id();
    let path = format!("/api/tickets/{ticket}/messages");
    let wanted = file(acme, "one.png").await;
    let body = json!({"body": "x", "attachments": [wanted]});
    let call = |number: usize| acme.post(&path, body.clone()).header("idempotency-key", &format!("k{number}"));
    let answers = join_all((0..8).map(|number| async move { call(number).await })).await;
    let (taken, refused): (Vec<_>, Vec<_>) = answers.iter().enumerate().partition(|(_, answer)| answer.status == 201);
    assert_eq!(taken.len(), 1, "{answers:?}");
    for (_, answer) in refused {
        let told = ["not_found", "taken"].iter().any(|code| answer.names("/attachments", code));
        assert!(told, "{} {}", answer.status, answer.text);
    }
    let repeated = call(taken[0].0).await.expect(201);
    assert_eq!(repeated.header("idempotency-replayed"), Some("true"));
    let with_files = messages(acme, &ticket).await.into_iter().filter(|message| message["attachments"] != json!([]));
    assert_eq!(with_files.count(), 1);
}

#[tokio::test]
async fn what_a_process_that_died_left_unsettled_is_settled_by_the_next() {
    let (world, api, _directory) = world("died").await;
    let ticket = api.post("/api/tickets", json!({"title": "x", "customer": {"email": "a@b.c"}})).await.expect(201);
    let name = file(&api, "left.png").await;
    // As `Files::run` does, up to the moment where it settles.
    let wish = AddMessage {
        ticket: ticket.id().parse().unwrap(),
        body: Body::try_new("See there.").unwrap(),
        files: vec![name.parse().unwrap()],
        visibility: Visibility::Public,
        author: None,
    };
    world.app.desk.run(&world.acme.log, &world.request(), &wish).await.unwrap();
    world.settle().await;
    assert!(!row(&world, &name).await.unwrap()["sealed"].is_null());
    assert_eq!(content(&api, &format!("/api/files/{name}/content")).await.0, 200);
    world.pass(TimeDelta::hours(26));
    assert_eq!(world.app.files.sweep(&world.acme.log).await.unwrap(), 0, "a message has it");
    assert!(row(&world, &name).await.unwrap()["sealed"].is_null());
    assert_eq!(content(&api, &format!("/api/files/{name}/content")).await.0, 200);
}

#[tokio::test]
async fn files_of_an_erased_customer_are_gone_and_no_copy_of_them_can_be_read() {
    let (world, api, directory) = world("erased").await;
    let name = upload(&api, "zebediah.png", "image/png", PNG).await.id();
    let (ticket, customer) = ticket(&api, &name).await;
    let others = file(&api, "other.png").await;
    let other = json!({"title": "x", "body": "y", "customer": {"email": "other@b.c"}, "attachments": [others]});
    let other = api.post("/api/tickets", other).await.expect(201).id();
    let object = directory.path().join(format!("tenants/acme/files/{name}"));
    let (copy, copied) = (std::fs::read(&object).unwrap(), row(&world, &name).await.unwrap());

    let erased = api.post(&format!("/api/customers/{customer}/erase"), json!({})).await.expect(200);
    assert!(erased["completed_at"].is_string(), "{}", erased.text);
    assert!(!object.exists() && row(&world, &name).await.is_none());
    let left = messages(&api, &ticket).await.remove(0);
    let nothing = json!([{"id": name, "name": null, "size": PNG.len(), "content_type": "image/png", "infected": false,
        "url": null}]);
    assert_eq!((&left["body"], &left["attachments"]), (&Value::Null, &nothing));
    for (table, rows) in crate::erasure::gone::tables(&world.superuser().await).await {
        assert!(!rows.to_lowercase().contains("zebediah"), "{table}");
    }
    // Whoever brings back the object and its row from a backup has no key for it.
    std::fs::write(&object, copy).unwrap();
    let sql =
        "INSERT INTO tenant_acme.files SELECT * FROM jsonb_populate_record(null::tenant_acme.files, $1::text::jsonb)";
    world.superuser().await.execute(sql, &[&copied.to_string()]).await.unwrap();
    let _ = api.get(&format!("/api/files/{name}/content")).await.refused(404, "not_found");
    assert_eq!(content(&api, &format!("/api/files/{others}/content")).await.0, 200);
    assert_eq!(messages(&api, &other).await[0]["attachments"][0]["name"], "other.png");
    assert_true(&world.acme).await;
}

#[tokio::test]
async fn a_redacted_message_takes_its_files_with_it_and_a_rectified_one_keeps_them() {
    let (world, api, directory) = world("redacted").await;
    let (gone, kept) = (file(&api, "pistachio.png").await, file(&api, "kept.png").await);
    let (ticket, _) = ticket(&api, &gone).await;
    let path = format!("/api/tickets/{ticket}/messages");
    let _ = api.post(&path, json!({"body": "Another.", "attachments": [kept]})).await.expect(201);
    let ids: Vec<_> = messages(&api, &ticket).await.iter().map(|m| m["id"].as_str().unwrap().to_owned()).collect();
    let _ = api.put(&format!("{path}/{}", ids[1]), json!({"body": "Better."})).await.expect(200);
    let erased = api.post(&format!("{path}/{}/redact", ids[0]), json!({})).await.expect(200);
    assert!(erased["completed_at"].is_string(), "{}", erased.text);

    let left = messages(&api, &ticket).await;
    assert_eq!(left[0]["attachments"][0]["name"], Value::Null);
    assert_eq!((&left[1]["body"], &left[1]["attachments"][0]["name"]), (&json!("Better."), &json!("kept.png")));
    let _ = api.get(&format!("/api/files/{gone}/content")).await.refused(404, "not_found");
    assert_eq!(content(&api, &format!("/api/files/{kept}/content")).await, (200, PNG.to_vec()));
    let objects = directory.files();
    assert!(objects.len() == 1 && objects[0].ends_with(&kept), "{objects:?}");
    for (table, rows) in crate::erasure::gone::tables(&world.superuser().await).await {
        assert!(!rows.contains("pistachio"), "{table}");
    }
    let certificate = api.get(&format!("/api/erasures/{gone}")).await.expect(200);
    assert!(certificate["certificate"].as_str().unwrap().contains("\nfields_unreadable 3\n"), "{}", certificate.text);
    let again = api.post(&format!("{path}/{}/redact", ids[0]), json!({})).await.expect(200);
    assert_eq!(again["certificate"], erased["certificate"]);
    assert_true(&world.acme).await;
}

#[tokio::test]
async fn files_of_a_deleted_ticket_are_hidden_until_it_is_restored() {
    let world = World::new().await;
    let acme = world.acme();
    let name = file(acme, "a.png").await;
    let (ticket, _) = ticket(acme, &name).await;
    let _ = acme.delete(&format!("/api/tickets/{ticket}")).await.expect(204);
    for path in [format!("/api/files/{name}"), format!("/api/files/{name}/content")] {
        let _ = acme.get(&path).await.refused(410, "ticket_deleted");
    }
    let _ = acme.call(Method::POST, &format!("/api/tickets/{ticket}/restore")).await.expect(200);
    assert_eq!(content(acme, &format!("/api/files/{name}/content")).await.0, 200);
}
