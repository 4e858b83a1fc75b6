//! Reading a long stretch at once.

use std::collections::BTreeMap;

use event_store::{Client, Fields, Log, StoreError, StreamDrafts};
use serde_json::{Value, json};
use tests::World;

use super::{commit, everything, part, stream};

/// More than fit into one chunk.
const MANY: u64 = 2_050;

fn personal(subject: &str, value: &str) -> Value {
    json!({"$personal": {"subject": subject, "value": value}})
}

/// Fields at every depth, of several people, and some that only look like markers.
fn payload(number: u64) -> Value {
    let (ann, bob) = (format!("ann{}", number % 7), "bob");
    match number % 4 {
        0 => json!({"number": number}),
        1 => json!({"title": personal(&ann, "größe \"quoted\" \\ \n 日本語 😀"), "zz": 1.5}),
        2 => json!({"list": [personal(&ann, "a"), {"deep/er~": personal(bob, "")}, null, true], "after": -3}),
        _ => json!({"text": "\"$sealed\": {", "other": {"$sealed text": personal(bob, "b")}, "empty": {}}),
    }
}

/// The whole log as a scan gives it: payload and envelope, and the sizes of its chunks.
async fn scanned(log: &Log, fields: Fields) -> Result<(Vec<(Value, Value)>, Vec<usize>), StoreError> {
    let end = log.head().await?.position;
    let mut scan = log.scan(0, end, fields);
    let (mut events, mut sizes) = (vec![], vec![]);
    while let Some(chunk) = scan.next().await? {
        sizes.push(chunk.len());
        for event in chunk.events() {
            let event = event?;
            let payload = serde_json::from_str(event.payload).unwrap();
            let rest = json!([
                event.position,
                event.aggregate_type,
                event.aggregate_id,
                event.sequence,
                event.event_type,
                event.event_version,
                event.event_id,
                event.command_id,
                event.occurred_at,
                event.recorded_at,
                event.envelope()?.actor,
                event.envelope()?.request_id
            ]);
            events.push((payload, rest));
        }
    }
    Ok((events, sizes))
}

async fn fill(world: &World) -> &Log {
    let log = &world.acme.log;
    for number in 0..MANY.div_ceil(100) {
        let payloads = (number * 100..MANY.min(number * 100 + 100)).map(payload);
        let mut part = StreamDrafts { stream: stream(&format!("s{number}")), ..part("", 0, payloads) };
        let client = Some(Client { subject: "ann1".to_owned(), value: "192.0.2.1".to_owned() });
        part.drafts[0].metadata.client = client;
        part.drafts[1].metadata = super::metadata();
        part.drafts[1].metadata.request_id = Some("req_1".to_owned());
        log.append(commit(number, vec![part])).await.unwrap();
    }
    log
}

#[tokio::test]
async fn a_scan_gives_what_reading_page_by_page_gives() {
    let world = World::new().await;
    let log = fill(&world).await;
    let read: Vec<(Value, Value)> = everything(log)
        .await
        .into_iter()
        .map(|event| {
            let rest = json!([
                event.position,
                event.stream.aggregate_type,
                event.stream.aggregate_id,
                event.sequence,
                event.event_type,
                event.event_version,
                event.event_id,
                event.command_id,
                event.occurred_at,
                event.recorded_at,
                event.actor(),
                event.metadata.get("request_id")
            ]);
            (event.payload, rest)
        })
        .collect();
    assert_eq!(everything(&world.globex.log).await.len(), 2, "another tenant's log is another log");
    let (opened, sizes) = scanned(log, Fields::Opened).await.unwrap();
    assert!(opened == read, "a scan opens the same values as a read");
    assert!(sizes.len() > 1 && sizes.iter().all(|size| *size <= 2_000), "{sizes:?}");
    // Without what is remembered of keys in this process.
    let elsewhere = world.another_process().await;
    assert!(scanned(&elsewhere.acme.log, Fields::Opened).await.unwrap().0 == read);
}

#[tokio::test]
async fn a_closed_scan_gives_the_bytes_that_are_stored() {
    let world = World::new().await;
    let log = fill(&world).await;
    let superuser = world.superuser().await;
    let rows = superuser.query("SELECT position, payload::text, metadata::text FROM tenant_acme.events", &[]).await;
    let stored: BTreeMap<i64, (String, String)> =
        rows.unwrap().iter().map(|row| (row.get(0), (row.get(1), row.get(2)))).collect();
    let mut scan = log.scan(0, log.head().await.unwrap().position, Fields::Closed);
    let mut seen = 0;
    while let Some(chunk) = scan.next().await.unwrap() {
        for event in chunk.events() {
            let event = event.unwrap();
            seen += 1;
            assert_eq!((event.payload.to_owned(), event.metadata.to_owned()), stored[&seen]);
            assert!(!event.payload.contains("quoted"));
        }
    }
    assert_eq!(usize::try_from(seen).unwrap(), stored.len());
}

#[tokio::test]
async fn a_scan_marks_what_was_erased() {
    let world = World::new().await;
    let log = fill(&world).await;
    world.superuser().await.batch_execute("DELETE FROM tenant_acme.subject_keys WHERE subject = 'bob'").await.unwrap();
    let elsewhere = world.another_process().await;
    let (events, _) = scanned(&elsewhere.acme.log, Fields::Opened).await.unwrap();
    let text = events.iter().map(|(payload, _)| payload.to_string()).collect::<String>();
    assert!(text.contains(r#"{"$erased":{"subject":"bob"}}"#) && !text.contains(r#""subject":"bob","value""#));
    assert!(text.contains("quoted"), "what is of others opens");
    assert!(!text.contains(r#"{"$erased":{"subject":"ann"#));
    assert!(log.head().await.unwrap().position > MANY);
}

#[tokio::test]
async fn a_scan_raises_an_alarm_at_a_hole_and_at_a_field_that_was_moved() {
    let world = World::new().await;
    let log = fill(&world).await;
    let head = log.head().await.unwrap().position;
    let superuser = world.superuser().await;
    let moved = "UPDATE tenant_acme.events e SET payload = (SELECT payload FROM tenant_acme.events WHERE position = 8)
                 WHERE position = 12";
    superuser.batch_execute(moved).await.unwrap();
    let broken = scanned(log, Fields::Opened).await.unwrap_err();
    let StoreError::SealBroken { pointer, sequence, .. } = &broken else { panic!("{broken}") };
    let twelfth = &everything_closed(log).await[11];
    assert_eq!((pointer.as_str(), *sequence), ("/title", twelfth.1), "{}", twelfth.0);
    for hole in [2_030, 5] {
        superuser.batch_execute(&format!("DELETE FROM tenant_acme.events WHERE position = {hole}")).await.unwrap();
        assert!(matches!(scanned(log, Fields::Closed).await, Err(StoreError::Hole(at)) if at == hole));
    }
    // What is missing at the end is missing, too.
    let mut past = log.scan(head - 1, head + 1, Fields::Closed);
    assert!(matches!(past.next().await, Err(StoreError::Hole(at)) if at == head + 1));
}

async fn everything_closed(log: &Log) -> Vec<(String, u64)> {
    let mut scan = log.scan(0, 20, Fields::Closed);
    let chunk = scan.next().await.unwrap().unwrap();
    chunk.events().map(|event| event.unwrap()).map(|event| (event.payload.to_owned(), event.sequence)).collect()
}
