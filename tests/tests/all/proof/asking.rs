//! What `/api/proof` answers, verified as a client would: with the key, the answer, and nothing else.

use base64::{Engine, engine::general_purpose::STANDARD};
use event_store::proof::{
    Checkpoint, Cosignature, Frontier, Hash, Note, Signer, VerifierKey, merkle,
    tile::{Edge, Tiles},
};
use serde_json::{Value, json};
use tests::{Answer, Api, World};

/// A world whose logs were sealed after `tickets` tickets.
async fn sealed(tickets: usize) -> World {
    let world = World::new().await;
    for number in 0..tickets {
        world.acme.ticket(&format!("ticket {number}")).await;
    }
    seal(&world).await;
    world
}

async fn seal(world: &World) {
    for tenant in [&world.acme, &world.globex] {
        world.app.sealer.settle(&tenant.log).await.unwrap();
    }
}

pub async fn key(api: &Api) -> VerifierKey {
    let keys = api.get("/api/proof/keys").await.expect(200);
    keys["data"][0]["key"].as_str().unwrap().parse().unwrap()
}

/// The checkpoint of a note that this key signed.
fn opened(key: &VerifierKey, note: &str) -> Checkpoint {
    let note: Note = note.parse().unwrap();
    key.verify(&note).unwrap();
    let checkpoint: Checkpoint = note.text.parse().unwrap();
    assert_eq!(checkpoint.origin, key.name());
    checkpoint
}

fn path(value: &Value) -> Vec<Hash> {
    value.as_array().unwrap().iter().map(|hash| hash.as_str().unwrap().parse().unwrap()).collect()
}

/// Verifies every proof of an answer; gives the positions.
pub fn verified(key: &VerifierKey, answer: &Answer) -> Vec<u64> {
    let checkpoint = opened(key, answer["checkpoint"].as_str().unwrap());
    assert_eq!(answer["size"], checkpoint.size);
    let proofs = answer["data"].as_array().unwrap().iter();
    let positions = proofs.map(|proof| {
        let position = proof["position"].as_u64().unwrap();
        let leaf = Hash::leaf(&STANDARD.decode(proof["entry"].as_str().unwrap()).unwrap());
        assert_eq!(proof["leaf_hash"], leaf.to_string());
        let path = path(&proof["path"]);
        merkle::verify_inclusion(leaf, position - 1, checkpoint.size, &path, checkpoint.root).unwrap();
        position
    });
    positions.collect()
}

#[tokio::test]
async fn an_auditors_key_reads_proofs_and_no_other_does() {
    let world = sealed(3).await;
    let auditor = world.acme.with_scopes(&["proof:read"]).await;
    let other = world.acme.with_scopes(&["tickets:*", "events:read", "audit:read", "settings:write"]).await;
    for path in ["checkpoint", "keys", "tile/0/000.p/1", "inclusion?position=1", "consistency?from=1"] {
        let path = format!("/api/proof/{path}");
        let _ = auditor.get(&path).await.expect(200);
        let _ = other.get(&path).await.refused(403, "insufficient_scope");
    }
    let body = json!({"checkpoint": "x"});
    let _ = auditor.post("/api/proof/cosignatures", body.clone()).await.refused(403, "insufficient_scope");
    let witness = world.acme.with_scopes(&["proof:cosign"]).await;
    let _ = witness.post("/api/proof/cosignatures", body).await.refused(422, "validation_failed");
    let _ = witness.get("/api/proof/checkpoint").await.refused(403, "insufficient_scope");
}

#[tokio::test]
async fn tenants_have_logs_of_their_own() {
    let world = sealed(3).await;
    let (ours, theirs) = (key(world.acme()).await, key(world.globex()).await);
    let note = world.globex().get("/api/proof/checkpoint").await.expect(200);
    assert!(ours.verify(&note.text.parse().unwrap()).is_err());
    assert_eq!(opened(&theirs, &note.text).origin, "localhost/globex");
    assert_eq!(note.header("content-type"), Some("text/plain; charset=utf-8"));
    let foreign = opened(&ours, &world.acme().get("/api/proof/checkpoint").await.expect(200).text).size;
    let _ = world.globex().get(&format!("/api/proof/inclusion?position={foreign}")).await.refused(404, "not_found");
    let _ = world.globex().get(&format!("/api/proof/checkpoint?size={foreign}")).await.refused(404, "not_found");
    let _ = world.globex().get("/api/proof/inclusion?ticket=T-001").await.refused(404, "not_found");
}

#[tokio::test]
async fn one_event_and_all_of_a_ticket_are_proven() {
    let world = sealed(3).await;
    let key = key(world.acme()).await;
    let size = world.acme.log.head().await.unwrap().position;
    for position in 1..=size {
        let answer = world.acme().get(&format!("/api/proof/inclusion?position={position}")).await.expect(200);
        assert_eq!(verified(&key, &answer), [position]);
    }
    let _ = world.acme().post("/api/tickets/T-002/messages", json!({"body": "Once more."})).await.expect(201);
    let last = world.acme.log.head().await.unwrap().position;
    let answer = world.acme().get("/api/proof/inclusion?ticket=T-002").await.expect(200);
    let sealed = verified(&key, &answer);
    assert_eq!(answer["not_included"], json!([last]));
    let _ = world.acme().get(&format!("/api/proof/inclusion?position={last}")).await.refused(503, "not_sealed");
    let _ = world.acme().get(&format!("/api/proof/inclusion?position={}", last + 1)).await.refused(404, "not_found");
    seal(&world).await;
    let answer = world.acme().get("/api/proof/inclusion?ticket=T-002").await.expect(200);
    assert_eq!(verified(&key, &answer), [sealed.clone(), vec![last]].concat());
    let old = world.acme().get(&format!("/api/proof/inclusion?ticket=T-002&size={size}")).await.expect(200);
    assert_eq!((verified(&key, &old), &old["not_included"]), (sealed.clone(), &json!([last])));
    let first = world.acme().get("/api/proof/inclusion?ticket=T-002&limit=1").await.expect(200);
    assert_eq!(verified(&key, &first), sealed[..1]);
    let rest = format!("/api/proof/inclusion?ticket=T-002&after={}", first["next_after"]);
    assert!(!verified(&key, &world.acme().get(&rest).await.expect(200)).contains(&sealed[0]));
    for wrong in ["", "?position=1&ticket=T-001", "?position=x"] {
        let _ = world.acme().get(&format!("/api/proof/inclusion{wrong}")).await.refused(400, "invalid_parameter");
    }
}

#[tokio::test]
async fn a_proof_in_plain_text_is_a_tlog_proof() {
    let world = sealed(2).await;
    let key = key(world.acme()).await;
    let proof =
        world.acme().get("/api/proof/inclusion?position=3").header("accept", "text/plain").await.expect(200).text;
    let (proof, note) = proof.split_once("\n\n").unwrap();
    let mut lines = proof.lines();
    assert_eq!(lines.next(), Some("c2sp.org/tlog-proof@v1"));
    let entry = STANDARD.decode(lines.next().unwrap().strip_prefix("extra ").unwrap()).unwrap();
    assert_eq!(lines.next(), Some("index 2"));
    let path: Vec<Hash> = lines.map(|line| line.parse().unwrap()).collect();
    let checkpoint = opened(&key, note);
    merkle::verify_inclusion(Hash::leaf(&entry), 2, checkpoint.size, &path, checkpoint.root).unwrap();
}

#[tokio::test]
async fn a_checkpoint_that_somebody_kept_is_shown_to_be_the_beginning() {
    let world = sealed(2).await;
    let key = key(world.acme()).await;
    let kept = opened(&key, &world.acme().get("/api/proof/checkpoint").await.expect(200).text);
    world.acme.ticket("later").await;
    seal(&world).await;
    let answer = world.acme().get(&format!("/api/proof/consistency?from={}", kept.size)).await.expect(200);
    let later = opened(&key, answer["checkpoint"].as_str().unwrap());
    assert!(later.size > kept.size && answer["to"] == later.size);
    let path = path(&answer["path"]);
    merkle::verify_consistency((kept.size, kept.root), (later.size, later.root), &path).unwrap();
    let _ = world.acme().get("/api/proof/consistency").await.refused(400, "invalid_parameter");
    let _ = world.acme().get("/api/proof/consistency?from=999").await.refused(400, "invalid_parameter");
    let _ = world.acme().get("/api/proof/consistency?from=1&to=3").await.refused(404, "not_found");
}

#[tokio::test]
async fn a_client_of_tlog_tiles_reads_the_whole_log() {
    let world = sealed(150).await;
    let checkpoint =
        opened(&key(world.acme()).await, &world.acme().get("/api/proof/checkpoint").await.expect(200).text);
    let bytes = async |path: &str| {
        let answer = world.acme().get(&format!("/api/proof/tile/{path}")).open().await;
        assert_eq!(answer.status(), 200, "{path}");
        assert_eq!(answer.headers()["content-type"], "application/octet-stream");
        assert!(answer.headers()["cache-control"].to_str().unwrap().contains("immutable"));
        answer.bytes().await.unwrap()
    };
    let size = usize::try_from(checkpoint.size).unwrap();
    assert!((257..512).contains(&size), "one full tile and one that is not: {size}");
    let rest = size - 256;
    let (mut frontier, mut edge, mut full) = (Frontier::default(), Edge::default(), Tiles::default());
    for path in ["entries/000".to_owned(), format!("entries/001.p/{rest}")] {
        let bundle = bytes(&path).await;
        let mut bundle = &bundle[..];
        while let Some((length, rest)) = bundle.split_first_chunk() {
            let (entry, rest) = rest.split_at(u16::from_be_bytes(*length).into());
            frontier.push(Hash::leaf(entry));
            edge.push(Hash::leaf(entry), &mut |id, hashes| drop(full.0.insert(id, hashes.to_vec())));
            bundle = rest;
        }
    }
    assert_eq!((frontier.size(), frontier.root()), (checkpoint.size, checkpoint.root));
    let hashes = |hashes: &[Hash]| hashes.iter().flat_map(|hash| hash.0).collect::<Vec<u8>>();
    assert_eq!(bytes("0/000").await, hashes(full.0.values().next().unwrap()));
    assert_eq!(bytes(&format!("0/001.p/{rest}")).await, hashes(&edge.levels()[0]));
    assert_eq!(bytes("1/000.p/1").await, hashes(&edge.levels()[1]));
    for absent in
        ["0/001", "0/002", "1/000.p/2", "2/000.p/1", "0/x001/000", "entries/001", "other/000", "0/0", "0/000.p/256"]
    {
        let _ = world.acme().get(&format!("/api/proof/tile/{absent}")).await.refused(404, "not_found");
    }
}

#[tokio::test]
async fn cosignatures_of_witnesses_that_are_known_are_kept_and_given_out() {
    let world = sealed(2).await;
    let witness = |seed| Signer::try_new("witness.example/w1", &[seed; 32]).unwrap();
    let settings = event_store::tree::SealSettings {
        witnesses: vec![witness(1).witness_key()],
        ..world.app.sealer.settings().clone()
    };
    let base = world.serve(world.app.clone().with_sealing(settings)).await;
    let api = world.acme().at(&base);
    let note: Note = api.get("/api/proof/checkpoint").await.expect(200).text.parse().unwrap();
    let _ = api.get("/api/proof/checkpoint?cosigned=true").await.refused(404, "not_found");
    let send = async |note: &Note| api.post("/api/proof/cosignatures", json!({"checkpoint": note.to_string()})).await;
    let with = |signer: &Signer, time| {
        let mut note = note.clone();
        note.signatures.push(Cosignature::sign(signer, &note.text, time));
        note
    };
    let refused = async |note: &Note, why: &str| {
        let answer = send(note).await.refused(422, "validation_failed");
        assert!(answer.text.contains(why), "{}", answer.text);
    };
    refused(&note, "no signature is of a witness").await;
    refused(&with(&witness(2), 1), "no signature is of a witness").await;
    let mut forged = with(&witness(1), 1_795_000_000);
    forged.signatures[1].bytes[20] ^= 1;
    refused(&forged, "does not fit").await;
    let mut other = with(&witness(1), 1);
    other.text = other.text.replace("acme", "globex");
    refused(&other, "did not sign this checkpoint").await;
    for (time, kept) in [(1_795_000_000, 1_795_000_000), (1_795_000_060, 1_795_000_060), (5, 1_795_000_060)] {
        let taken = send(&with(&witness(1), time)).await.expect(200);
        assert_eq!(taken["witnesses"], json!(["witness.example/w1"]));
        let given: Note = api.get("/api/proof/checkpoint").await.expect(200).text.parse().unwrap();
        assert_eq!(Cosignature::verify(&witness(1).witness_key(), &given).unwrap().time, kept, "the newest");
    }
    world.acme.ticket("later").await;
    seal(&world).await;
    let last: Note = api.get("/api/proof/checkpoint").await.expect(200).text.parse().unwrap();
    assert!(Cosignature::verify(&witness(1).witness_key(), &last).is_err(), "nobody cosigned this one");
    let cosigned = api.get("/api/proof/checkpoint?cosigned=true").await.expect(200).text;
    assert!(cosigned.starts_with(&note.text));
    assert_eq!(
        api.get("/api/proof/keys").await.expect(200)["witnesses"],
        json!([witness(1).witness_key().to_string()])
    );
}

#[tokio::test]
async fn the_last_checkpoint_rides_along_with_feed_pages_reports_and_webhooks() {
    let world = sealed(1).await;
    let key = key(world.acme()).await;
    let size = world.acme.log.head().await.unwrap().position;
    let page = world.acme().get("/api/events?after=0").await.expect(200);
    assert_eq!(opened(&key, page["meta"]["checkpoint"].as_str().unwrap()).size, size);
    let in_header = |text: &str| {
        let note = String::from_utf8(STANDARD.decode(text).unwrap()).unwrap();
        opened(&key, &note).size
    };
    for format in ["csv", "json"] {
        let report = world.acme().get(&format!("/api/reports?report=tickets&format={format}")).await.expect(200);
        assert_eq!(in_header(report.header("helpdesk-checkpoint").unwrap()), size);
        assert!(format == "csv" || opened(&key, report["checkpoint"].as_str().unwrap()).size == size);
    }
    let receiver = tests::Receiver::start().await;
    let webhook = json!({"url": receiver.url(), "events": ["*"]});
    let _ = world.acme().post("/api/webhooks", webhook).await.expect(201);
    world.acme.ticket("told").await;
    world.app.webhooks.settle(&world.acme.log).await.unwrap();
    let received = receiver.received();
    assert!(!received.is_empty());
    assert!(received.iter().all(|one| in_header(one.header("helpdesk-checkpoint")) == size));
}
