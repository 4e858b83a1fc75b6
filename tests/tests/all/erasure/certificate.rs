//! What was signed.

use event_store::proof::Note;
use serde_json::json;
use tests::World;

use super::{erase, live};
use crate::proof::asking::key;

#[tokio::test]
async fn a_certificate_is_signed_by_the_log_and_counts_what_cannot_be_read_any_more() {
    let world = World::new().await;
    let life = live(&world).await;
    let [customer, _] = erase(&world, &life).await;
    let note: Note = customer["certificate"].as_str().unwrap().parse().unwrap();
    world.app.sealer.settle(&world.acme.log).await.unwrap();
    key(world.acme()).await.verify(&note).unwrap();
    let line = |name: &str| {
        let found = note.text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        found.unwrap_or_else(|| panic!("no {name} in {}", note.text)).to_owned()
    };
    assert_eq!(note.text.lines().next(), Some("ledgerdesk erasure 1"));
    assert_eq!((line("subject"), line("position")), (life.customer.clone(), customer["position"].to_string()));
    assert_eq!(line("keys_destroyed"), customer["keys_destroyed"].to_string());
    // Name, address and number; name and address anew; two tickets of a title, a text, a title and three messages; the
    // title that one got while it was still theirs; one message more.
    assert_eq!((line("fields_unreadable").as_str(), line("events_concerned").as_str()), ("19", "15"));
    let forged = Note { text: note.text.replace("19", "18"), ..note.clone() };
    assert!(key(world.acme()).await.verify(&forged).is_err());

    let nobody = world.acme.customer("Ann").await.id();
    let other = world.acme().post(&format!("/api/customers/{nobody}/erase"), json!({})).await.expect(200);
    assert!(other["certificate"].as_str().unwrap().contains("\nfields_unreadable 2\nevents_concerned 1\n"));
}
