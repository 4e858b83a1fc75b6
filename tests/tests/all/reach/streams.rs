//! A stream that is open follows the rights of whoever reads it.

use domain::permission::{Permission, Reach};
use serde_json::Value;
use tests::World;

use super::Person;
use crate::events::Stream;

/// What a stream says of the opening of a new ticket.
async fn told(world: &World, stream: &mut Stream) -> Value {
    let opened = world.acme.ticket("Printer").await.position();
    loop {
        let (position, _, item) = stream.next().await.unwrap();
        if position == opened {
            return item;
        }
    }
}

#[tokio::test]
async fn a_stream_follows_the_rights_of_its_reader() {
    let world = World::new().await;
    let ann = Person::joined(&world, "ann").await;
    ann.may(&world, &[(Permission::EventsRead, Reach::Team)]).await;
    let mut stream = Stream::open(&ann.api, "/api/events", None).await;
    let hidden = told(&world, &mut stream).await;
    assert_eq!(hidden.as_object().unwrap().keys().collect::<Vec<_>>(), ["position", "recorded_at"]);
    ann.may(&world, &[(Permission::EventsRead, Reach::All)]).await;
    assert_eq!(told(&world, &mut stream).await["subject"]["kind"], "ticket");
    ann.may(&world, &[(Permission::EventsRead, Reach::Own)]).await;
    assert!(told(&world, &mut stream).await["subject"].is_null());
    ann.may(&world, &[]).await;
    let last = world.acme.ticket("Not for their eyes").await.position();
    while let Some((position, _, _)) = stream.next().await {
        assert!(position < last);
    }
}
