//! The evidence pack: as of a date, and every number with the question that gives it again.

use chrono::{SecondsFormat, TimeDelta};
use serde_json::{Value, json};
use tests::{Answer, World};

use crate::{operations, roles::Person};

fn control<'a>(evidence: &'a Answer, id: &str) -> &'a Value {
    let found = evidence["controls"].as_array().unwrap().iter().find(|control| control["id"] == id);
    &found.unwrap_or_else(|| panic!("no control {id}"))["value"]
}

/// Asks everything again that the pack says it was made from.
async fn ask_again(world: &World, evidence: &Answer) {
    let mut asked = 0;
    for control in evidence["controls"].as_array().unwrap() {
        for query in control["queries"].as_array().unwrap() {
            let path = query["call"].as_str().unwrap().strip_prefix("GET ").unwrap();
            let found = match query["pointer"].as_str() {
                Some(pointer) => world.acme().get(path).await.expect(200).body.pointer(pointer).unwrap().clone(),
                None => json!(world.acme().all(path).await.len()),
            };
            assert_eq!(found, query["count"], "{}: {path}", control["id"]);
            asked += query["count"].as_u64().unwrap();
        }
    }
    assert!(asked > 0, "there is something to ask");
}

#[tokio::test]
async fn evidence_is_as_of_a_date_and_each_number_can_be_asked_for_again() {
    let world = World::new().await;
    let owner = Person::joined(&world, world.acme(), "ann", "owner").await;
    let hold = async |matter: &str| {
        let body = json!({"matter": matter, "reason": "a suit", "about": "tag", "tag": "suit"});
        world.acme().post("/api/legal-holds", body).await.expect(201).id()
    };
    let (stands, released) = (hold("One").await, hold("Two").await);
    let _ =
        world.acme().post(&format!("/api/legal-holds/{released}/release"), json!({"reason": "over"})).await.expect(200);
    let ended = hold("Three").await;
    let policy = json!({"name": "A year", "criteria": {"statuses": ["closed"], "older_than_days": 365}});
    let policy = world.acme().post("/api/retention-policies", policy).await.expect(201).id();
    world.pass(TimeDelta::minutes(1));
    let then = world.now().to_rfc3339_opts(SecondsFormat::Secs, true);
    world.pass(TimeDelta::minutes(1));
    let late = Person::joined(&world, &owner.api, "late", "agent").await;
    let _ = world.acme().patch(&late.path(), json!({"role": "admin"})).await.expect(200);
    let _ = world.acme().post("/api/keys", json!({"name": "late", "scopes": ["tickets:read"]})).await.expect(201);
    let _ = world.acme().patch("/api/access-policy", json!({"origins": ["https://a.example"]})).await.expect(200);

    let before = world.acme().get(&format!("/api/evidence?as_of={then}")).await.expect(200);
    let after = world.acme().get("/api/evidence").await.expect(200);
    let people = |evidence: &Answer| control(evidence, "people")["people"].to_string();
    assert!(people(&after).contains(&late.id.to_string()) && !people(&before).contains(&late.id.to_string()));
    assert!(people(&before).contains("\"ann\""));
    for (id, member) in [("people", "active"), ("second_factors", "joined"), ("keys", "open")] {
        let count = |evidence: &Answer| control(evidence, id)[member].as_u64().unwrap();
        assert_eq!(count(&before) + 1, count(&after), "{id}");
    }
    let changed = |evidence: &Answer| control(evidence, "configuration_changes")["access_policy.*"].clone();
    assert_ne!(changed(&before), changed(&after));
    world.pass(TimeDelta::minutes(1));
    let _ =
        world.acme().post(&format!("/api/legal-holds/{ended}/release"), json!({"reason": "over"})).await.expect(200);
    let _ = world.acme().delete(&format!("/api/retention-policies/{policy}")).await.expect(204);
    let policies = |evidence: &Answer| control(evidence, "retention")["policies"].as_array().unwrap().clone();
    let [kept] = &policies(&before)[..] else { panic!("one policy") };
    assert_eq!((&kept["id"], &kept["enabled"], &kept["erased"]), (&json!(policy), &json!(false), &json!(0)));
    assert_eq!(policies(&world.acme().get("/api/evidence").await.expect(200)), Vec::<Value>::new());
    let holds = |evidence: &Answer| {
        let of = control(evidence, "legal_holds");
        let hold = |hold: &Value| (hold["id"].as_str().unwrap().to_owned(), hold["released_at"].is_null());
        (of["standing"].clone(), of["holds"].as_array().unwrap().iter().map(hold).collect::<Vec<_>>())
    };
    let then_held = [(stands.clone(), true), (released, false), (ended.clone(), true)];
    assert_eq!(holds(&before), (json!(2), then_held.to_vec()));
    assert!(!before.text.contains("a suit"), "why is for those who may see holds");
    let since = world.acme().get(&format!("/api/evidence?from={then}")).await.expect(200);
    assert_eq!(holds(&since), (json!(1), vec![(stands, true), (ended, false)]));
    ask_again(&world, &before).await;
    ask_again(&world, &after).await;

    let ahead = (world.now() + TimeDelta::days(1)).to_rfc3339_opts(SecondsFormat::Secs, true);
    let _ = world.acme().get(&format!("/api/evidence?as_of={ahead}")).await.refused(400, "invalid_parameter");
    let _ =
        world.acme().get(&format!("/api/evidence?as_of={then}&from={then}")).await.refused(400, "invalid_parameter");
    let audit = world.acme.with_scopes(&["audit:read"]).await;
    assert_eq!(audit.get("/api/evidence").await.refused(403, "insufficient_scope")["required_scope"], "security:read");
}

#[tokio::test]
async fn minutes_in_which_no_server_could_write_are_not_up() {
    let world = World::new().await;
    let uptime = async |path: &str| control(&world.acme().get(path).await.expect(200), "uptime").clone();
    assert_eq!(uptime("/api/evidence").await, json!({"measured": false}), "nothing was noted yet");
    let other = world.another_process().await;
    world.pass(TimeDelta::days(3) + TimeDelta::seconds(40));
    let begun = world.now();
    let note = async |world: &World| world.app.desk.store().note_up(world.now()).await.unwrap();
    // Two servers, then one of them, then none over midnight, and then both again.
    for minute in 0..1000 {
        match minute {
            880..950 | 951..953 => {}
            100..880 => note(&world).await,
            950 => note(&other).await,
            _ => _ = tokio::join!(note(&world), note(&other)),
        }
        world.pass(TimeDelta::minutes(1));
    }
    let at = |minutes: i64| {
        (begun + TimeDelta::minutes(minutes) - TimeDelta::seconds(40)).to_rfc3339_opts(SecondsFormat::Secs, true)
    };
    let found = uptime("/api/evidence").await;
    let expected = json!({
        "measured": true, "measured_from": at(0), "measured_until": at(1000), "minutes_up": 928, "minutes_not_up": 72,
        "times_not_up": 2, "longest_minutes_not_up": 70,
        "not_up": [{"from": at(880), "minutes": 70}, {"from": at(951), "minutes": 2}],
    });
    assert_eq!(found, expected);
    // What is over stays so, and of a minute that began before the period nothing is counted.
    let path = format!("/api/evidence?from={}&as_of={}", (begun + TimeDelta::minutes(870)).format("%FT%TZ"), at(955));
    let part = uptime(&path).await;
    assert_eq!(
        (&part["minutes_up"], &part["minutes_not_up"], &part["measured_from"]),
        (&json!(12), &json!(72), &json!(at(871)))
    );
    world.pass(TimeDelta::days(400));
    assert_eq!(uptime(&path).await, part);
    let later = uptime("/api/evidence").await;
    assert_eq!((&later["minutes_up"], &later["times_not_up"]), (&json!(0), &json!(1)));
}

#[tokio::test]
async fn a_control_alone_is_a_table_for_a_spreadsheet() {
    let world = World::new().await;
    let _ = world.acme().post("/api/keys", json!({"name": "=1+1", "scopes": ["tickets:read"]})).await.expect(201);
    let pack = world.acme().get("/api/evidence").await.expect(200);
    let ids: Vec<_> = pack["controls"].as_array().unwrap().iter().map(|control| control["id"].clone()).collect();
    let document = operations::document();
    let named = document["paths"]["/api/evidence"]["get"]["parameters"].as_array().unwrap();
    let named = named.iter().find(|parameter| parameter["name"] == "control").unwrap();
    assert_eq!(named["schema"]["enum"], json!(ids), "what the document names is what there is, in its order");
    for id in &ids {
        let id = id.as_str().unwrap();
        let alone = world.acme().get(&format!("/api/evidence?control={id}")).await.expect(200);
        assert_eq!((alone["controls"].as_array().unwrap().len(), &alone["controls"][0]["id"]), (1, &json!(id)));
        let table = world.acme().get(&format!("/api/evidence?control={id}&format=csv")).await.expect(200);
        assert!(table.header("content-type").unwrap().starts_with("text/csv"), "{id}");
        let mut reader = csv::Reader::from_reader(table.text.as_bytes());
        let columns = reader.headers().unwrap().clone();
        let lines: Vec<_> = reader.records().map(Result::unwrap).collect();
        let value = control(&pack, id);
        let lists: Vec<_> = value.as_object().unwrap().values().filter_map(Value::as_array).collect();
        let objects: Vec<_> = lists.into_iter().flatten().filter_map(Value::as_object).collect();
        if columns.iter().eq(["what", "value"]) {
            assert_eq!(lines.len(), value.as_object().unwrap().len(), "{id}");
        } else {
            assert_eq!(lines.len(), objects.len(), "{id}");
            // No member is left out.
            assert!(
                objects.iter().all(|object| object.keys().all(|key| columns.iter().any(|column| column == key))),
                "{id}"
            );
        }
    }
    let keys = world.acme().get("/api/evidence?control=keys&format=csv").await.expect(200).text;
    assert!(keys.contains(",'=1+1,"), "{keys}");
    for (query, field) in
        [("format=csv", "control"), ("control=nothing", "control"), ("control=keys&format=pdf", "format")]
    {
        let refused = world.acme().get(&format!("/api/evidence?{query}")).await.refused(400, "invalid_parameter");
        assert_eq!(refused["errors"][0]["pointer"], field, "{query}");
    }
}
