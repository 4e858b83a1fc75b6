//! An event that cannot be folded parks the read models; nothing is skipped, nothing is lost.

use event_store::StoreError;
use projections::{Group, ProjectionError, RebuildSettings, rebuild, subscription};
use serde_json::json;
use tests::World;

use super::assert_true;

/// Puts an event on a ticket that this program cannot read, as one of a newer program.
async fn poison(world: &World, ticket: &str) -> u64 {
    let sql = format!(
        "INSERT INTO tenant_acme.events
         SELECT head.position + 1, 'ticket', '{ticket}', 2, 'ticket.tagged', '99', '{{\"tags\": [\"later\"]}}',
                events.metadata, gen_random_uuid(), gen_random_uuid(), events.occurred_at, events.recorded_at
         FROM tenant_acme.head, tenant_acme.events WHERE events.aggregate_id = '{ticket}';
         UPDATE tenant_acme.head SET position = position + 1"
    );
    world.superuser().await.batch_execute(&sql).await.unwrap();
    world.acme.log.head().await.unwrap().position
}

async fn parked(world: &World) -> Option<String> {
    let tx = world.acme.log.begin().await.unwrap();
    let desk = subscription(&tx, Group::Desk.live()).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    desk.parked
}

#[tokio::test]
async fn an_unknown_event_parks_with_a_reason_and_all_goes_on_once_it_is_mended() {
    let world = World::new().await;
    let ticket = world.acme.ticket("Printer").await;
    let position = poison(&world, &ticket.id()).await;
    let error = world.app.projector.catch_up(&world.acme.log).await.unwrap_err();
    assert!(matches!(error, ProjectionError::Poisoned { position: at, .. } if at == position), "{error}");
    let reason = parked(&world).await.unwrap();
    assert!(reason.contains(&position.to_string()) && reason.contains("ticket.tagged"), "{reason}");
    let again = world.app.projector.catch_up(&world.acme.log).await.unwrap_err();
    assert!(matches!(again, ProjectionError::Parked { checkpoint, .. } if checkpoint == position - 1), "{again}");

    // Writes still stand; they say that the lists do not show them. Reads answer what there is.
    let body = json!({"title": "Meanwhile", "customer": {"email": "bob@acme.example"}});
    let accepted = world.acme().post("/api/tickets", body).await.expect(202);
    assert_eq!((accepted.header("helpdesk-visible"), &accepted["visible"]), (Some("false"), &json!(false)));
    assert_eq!(world.acme().get("/api/tickets").await.expect(200).column("title"), ["Printer"]);
    let feed = world.acme().get("/api/events?limit=1000").await.expect(200);
    assert_eq!(feed["meta"]["next_after"], position - 1, "the feed has what there is");
    let export = world.acme().get("/api/events").header("accept", "application/x-ndjson").await.expect(200);
    assert_eq!(export.text.lines().count() as u64, position - 1);
    let visible = world.globex.ticket("Elsewhere").await;
    assert_eq!(visible.header("helpdesk-visible"), Some("true"), "another tenant has nothing to do with it");

    // Resumed before it is mended, it parks again.
    let resumed = world.app.projector.resume(&world.acme.log, Group::Desk).await.unwrap_err();
    assert!(matches!(resumed, ProjectionError::Poisoned { position: at, .. } if at == position), "{resumed}");
    assert!(parked(&world).await.is_some());

    let mend = "UPDATE tenant_acme.events SET event_version = '1' WHERE event_version = '99'";
    world.superuser().await.batch_execute(mend).await.unwrap();
    let head = world.acme.log.head().await.unwrap().position;
    assert_eq!(world.app.projector.resume(&world.acme.log, Group::Desk).await.unwrap(), head);
    assert_eq!(parked(&world).await, None);
    let mended = world.acme().get(&format!("/api/tickets/{}", ticket.id())).await.expect(200);
    assert_eq!(mended["tags"], json!(["later"]));
    assert_eq!(world.acme().get("/api/tickets").await.expect(200).column("title").len(), 2);
    assert_true(&world.acme).await;
}

#[tokio::test]
async fn a_rebuild_does_not_pass_over_what_it_cannot_read() {
    let world = World::new().await;
    let ticket = world.acme.ticket("Printer").await;
    let position = poison(&world, &ticket.id()).await;
    let error = rebuild(&world.acme.log, Group::Desk, RebuildSettings::default(), &|_| {}).await.unwrap_err();
    assert!(matches!(error, ProjectionError::Poisoned { position: at, .. } if at == position), "{error}");
    let _ = world.acme().get(&format!("/api/tickets/{}", ticket.id())).await.expect(200);
}

#[tokio::test]
async fn an_event_that_was_taken_out_raises_an_alarm() {
    let world = World::new().await;
    world.acme.ticket("Printer").await;
    let hole = world.acme.log.head().await.unwrap().position;
    world.acme.ticket("Scanner").await;
    let remove = format!(
        "DELETE FROM tenant_acme.events WHERE position = {hole}; UPDATE tenant_acme.subscriptions SET checkpoint = 2"
    );
    world.superuser().await.batch_execute(&remove).await.unwrap();
    let error = world.app.projector.catch_up(&world.acme.log).await.unwrap_err();
    assert!(matches!(error, ProjectionError::Poisoned { position, .. } if position == hole), "{error}");
    assert!(parked(&world).await.is_some_and(|reason| reason.contains("missing")));
    assert!(matches!(world.acme.log.read(2, 10).await, Err(StoreError::Hole(at)) if at == hole));
    assert!(matches!(world.acme.log.read(hole - 1, 10).await, Err(StoreError::Hole(at)) if at == hole));
}
