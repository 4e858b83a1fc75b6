//! Files go with their ticket.

use domain::permission::{Permission, Reach};
use serde_json::json;
use tests::{Answer, Api, World};

use super::Person;
use crate::files::{self, PNG};

async fn asked(api: &Api, id: &str) -> [Answer; 3] {
    let path = format!("/api/files/{id}");
    let link = api.post(&format!("{path}/link"), json!({})).await;
    [api.get(&path).await, api.get(&format!("{path}/content")).await, link]
}

#[tokio::test]
async fn the_files_of_tickets_of_others_are_not_there() {
    let world = World::new().await;
    let ann = Person::joined(&world, "ann").await;
    let mut brought = vec![];
    for name in ["theirs.png", "ours.png"] {
        let file = files::upload(world.acme(), name, "image/png", PNG).await.id();
        let ticket = json!({"title": "Printer", "body": "See the picture.", "attachments": [file],
            "customer": {"email": "c@acme.example"}});
        brought.push((file, world.acme().post("/api/tickets", ticket).await.expect(201).id()));
    }
    let [(theirs, _), (ours, ticket)] = &brought[..] else { panic!("two files") };
    let path = format!("/api/tickets/{ticket}");
    let _ = world.acme().patch(&path, json!({"assignee_id": ann.id.to_string()})).await.expect(200);
    let waiting = files::upload(world.acme(), "waits.png", "image/png", PNG).await.id();
    let missing = "fil_00000000000000000000000000000000".to_owned();
    ann.may(&world, &[(Permission::TicketsRead, Reach::Assigned)]).await;
    let nothing = asked(&ann.api, &missing).await.map(|answer| answer.refused(404, "not_found").comparable());
    for id in [theirs, &waiting] {
        assert_eq!(asked(&ann.api, id).await.map(|answer| answer.comparable()), nothing);
    }
    let _ = asked(&ann.api, ours).await.map(|answer| answer.expect(200));
    ann.may(&world, &[(Permission::TicketsRead, Reach::All)]).await;
    for id in [theirs, &waiting] {
        let _ = asked(&ann.api, id).await.map(|answer| answer.expect(200));
    }
}
