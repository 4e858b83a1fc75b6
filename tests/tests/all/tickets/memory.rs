//! A process decides on what it remembers of a ticket. Whatever another process did since, nobody may notice.

use serde_json::json;
use tests::World;

#[tokio::test]
async fn what_another_process_did_is_neither_refused_nor_overwritten() {
    let world = World::new().await;
    let other = world.another_process().await;
    let (here, there) = (world.acme(), other.acme());
    let made = world.acme.ticket("Printer").await;
    let path = format!("/api/tickets/{}", made.id());
    // Here it is remembered as closed; there it is opened again.
    let _ = here.patch(&path, json!({"status": "closed"})).await.expect(200);
    let _ = there.post(&format!("{path}/reopen"), json!(null)).await.expect(200);
    let _ = here.patch(&path, json!({"priority": "high"})).await.expect(200);
    // Here it is remembered as open; there it is closed.
    let _ = there.patch(&path, json!({"status": "closed"})).await.expect(200);
    let note = here.post(&format!("{path}/messages"), json!({"body": "Still there?", "visibility": "internal"})).await;
    assert_eq!(
        note.status,
        there.post(&format!("{path}/messages"), json!({"body": "?", "visibility": "internal"})).await.status
    );
    // "Already so" is said of now, not of what is remembered.
    let _ = there.patch(&path, json!({"title": "Scanner"})).await.expect(200);
    let _ = here.patch(&path, json!({"title": "Printer"})).await.expect(200);
    let _ = there.patch(&path, json!({"title": "Scanner"})).await.expect(200);
    world.settle().await;
    assert_eq!(here.get(&path).await.expect(200)["title"], "Scanner");
}

/// Every decision of these tests is made so: see `World`.
#[tokio::test]
async fn what_is_remembered_and_is_not_what_the_log_says_is_refused_once_and_forgotten() {
    let world = World::new().await;
    let path = format!("/api/tickets/{}", world.acme.ticket("Printer").await.id());
    let _ = world.acme().patch(&path, json!({"priority": "high"})).await.expect(200);
    let change = "UPDATE tenant_acme.events SET payload = replace(payload::text, 'high', 'low')::json
                  WHERE event_type LIKE 'ticket.priority%'";
    world.superuser().await.batch_execute(change).await.unwrap();
    let refused = world.acme().patch(&path, json!({"title": "Scanner"})).await.expect(500);
    assert_eq!(refused["code"], "internal");
    let _ = world.acme().patch(&path, json!({"title": "Scanner"})).await.expect(200);
}

#[tokio::test]
async fn a_version_that_another_process_made_is_the_one_that_if_match_means() {
    let world = World::new().await;
    let other = world.another_process().await;
    let made = world.acme.ticket("Printer").await;
    let path = format!("/api/tickets/{}", made.id());
    let changed = other.acme().patch(&path, json!({"priority": "high"})).await.expect(200);
    let tag = changed.etag();
    let _ = world.acme().patch(&path, json!({"title": "Scanner"})).header("if-match", &tag).await.expect(200);
    let stale = other.acme().patch(&path, json!({"title": "Plotter"})).header("if-match", &tag).await;
    assert_eq!(stale.refused(412, "version_mismatch").body["changed_fields"], json!(["title"]));
}

#[tokio::test]
async fn a_repeat_is_answered_with_its_first_outcome_by_any_process() {
    let world = World::new().await;
    let other = world.another_process().await;
    let path = format!("/api/tickets/{}", world.acme.ticket("Printer").await.id());
    let close = async |api: &tests::Api| {
        api.patch(&path, json!({"status": "closed"})).header("idempotency-key", "close").await.expect(200)
    };
    let first = close(world.acme()).await;
    let _ = other.acme().post(&format!("{path}/reopen"), json!(null)).await.expect(200);
    for api in [world.acme(), other.acme()] {
        let again = close(api).await;
        assert_eq!((again.header("idempotency-replayed"), again.etag()), (Some("true"), first.etag()));
    }
}

#[tokio::test]
async fn a_ticket_that_everybody_changes_at_once_takes_every_change() {
    let world = World::new().await;
    let other = world.another_process().await;
    let path = format!("/api/tickets/{}/messages", world.acme.ticket("Printer").await.id());
    let told =
        (0..40).map(|n| [&world, &other][n % 2].acme().post(&path, json!({"body": n.to_string()})).into_future());
    for answer in futures_util::future::join_all(told).await {
        assert_eq!(answer.status, 201, "{answer:?}");
    }
}
