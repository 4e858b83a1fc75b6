//! Mass assignment: fields that are shown, and not for whoever writes to set.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tests::World;

use crate::{
    operations::{Operation, document, operations},
    things::Things,
};

/// What decides about rights, whatever it is about.
const RIGHTS: [&str; 9] =
    ["role", "admin", "is_admin", "permissions", "scopes", "owner", "tenant_id", "active", "position"];

fn resolved(schema: &Value) -> &Value {
    let one = ["oneOf", "anyOf", "allOf"].iter().find_map(|of| schema[of].as_array());
    if let Some(one) = one.and_then(|all| all.iter().find(|one| one["type"] != "null")) {
        return resolved(one);
    }
    match schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
        Some(name) => resolved(&document()["components"]["schemas"][name]),
        None => schema,
    }
}

fn fields(schema: &Value) -> BTreeSet<String> {
    let schema = resolved(schema);
    let of =
        |schema: &Value| schema["properties"].as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect();
    let parts = schema["allOf"].as_array().map_or(&[][..], Vec::as_slice);
    parts.iter().map(fields).chain([of(schema)]).flatten().collect()
}

/// What the operation answers, and does not take.
fn read_only(operation: &Operation) -> BTreeSet<String> {
    let taken = fields(operation.body_schema().unwrap());
    let mut shown: BTreeSet<String> = RIGHTS.map(str::to_owned).into();
    for (status, answer) in operation.document["responses"].as_object().unwrap() {
        if status.starts_with('2') {
            shown.extend(fields(&answer["content"]["application/json"]["schema"]));
        }
    }
    shown.difference(&taken).cloned().collect()
}

/// The body, and each object in it: their pointers.
fn objects(body: &Value, pointer: &str, found: &mut Vec<String>) {
    if let Some(members) = body.as_object() {
        found.push(pointer.to_owned());
        for (name, member) in members {
            objects(member, &format!("{pointer}/{name}"), found);
        }
    }
}

#[tokio::test]
async fn what_is_not_to_be_set_is_refused_by_name_and_changes_nothing() {
    let world = World::new().await;
    let things = Things::of(&world.acme).await;
    let mut tried = 0;
    for operation in operations().iter().filter(|operation| operation.body_schema().is_some()) {
        let path = operation.path_of(operation.collection().map_or("", |collection| things.id(collection)));
        let api = if operation.is_open() { world.acme().anonymous() } else { world.acme().clone() };
        let least = operation.least_body().unwrap();
        // An example may be no more than a form, such as that of a token, which is then refused before all else.
        let answer = api.call(operation.method.clone(), &path).json(&least).await;
        if answer["code"] == "people_only" {
            // Whatever a key says there, it is not a person's to say.
            continue;
        }
        let fits = answer["errors"].is_null();
        let mut places = vec![];
        objects(&least, "", &mut places);
        // What a browser gives of a passkey has members that no server needs, and more with each year.
        places.retain(|place| !place.starts_with("/passkey"));
        let head = world.acme.log.head().await.unwrap().position;
        for field in read_only(operation) {
            for place in &places {
                let mut body = least.clone();
                let object = body.pointer_mut(place).unwrap();
                if object.get(&field).is_some() {
                    continue;
                }
                object[&field] = json!("admin");
                let answer = api.call(operation.method.clone(), &path).json(&body).await;
                if place.is_empty() {
                    let answer = answer.refused(422, "validation_failed");
                    let named = answer.names(&format!("/{field}"), "unknown_field");
                    assert!(named || !fits, "{}: {}", operation.id, answer.text);
                } else {
                    // What browsers say of a passkey may have members that we do not know: it is refused all the same.
                    assert!((400..500).contains(&answer.status), "{} {place}/{field}: {}", operation.id, answer.text);
                }
                tried += 1;
            }
        }
        assert_eq!(world.acme.log.head().await.unwrap().position, head, "{} recorded something", operation.id);
    }
    assert!(tried > 200, "only {tried}");
}
