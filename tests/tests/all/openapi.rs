//! The document that SDKs are made from is complete, and true of the routes.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::Value;
use tests::World;

use crate::operations::{document, operations};

#[test]
fn it_is_openapi_3_1_with_a_way_in() {
    let document = document();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    assert_eq!(document["components"]["securitySchemes"]["api_key"]["scheme"], "bearer");
    assert!(document["security"].as_array().is_some_and(|all| all.iter().any(|one| one.get("api_key").is_some())));
    assert!(!document["info"]["version"].as_str().unwrap().is_empty());
}

#[test]
fn every_operation_has_a_name_of_its_own_a_summary_a_tag_and_described_answers() {
    let mut names = BTreeSet::new();
    let tags: BTreeSet<&str> =
        document()["tags"].as_array().unwrap().iter().map(|tag| tag["name"].as_str().unwrap()).collect();
    for operation in operations() {
        let id = &operation.id;
        assert!(
            !id.is_empty() && names.insert(id.clone()),
            "{} {} has no name of its own",
            operation.method,
            operation.path
        );
        assert!(operation.document["summary"].as_str().is_some_and(|text| text.len() > 5), "{id} has no summary");
        let tag = operation.document["tags"][0].as_str().unwrap_or_default();
        assert!(tags.contains(tag), "{id}: the tag {tag:?} is not described");
        let responses = operation.document["responses"].as_object().unwrap();
        assert!(responses.keys().any(|status| status.starts_with('2')), "{id} never succeeds");
        for (status, response) in responses {
            assert!(response["description"].as_str().is_some_and(|text| !text.is_empty()), "{id} {status}");
            if status.starts_with(['4', '5']) {
                assert!(response["content"]["application/problem+json"].is_object(), "{id} {status} is not a problem");
            }
        }
        if operation.path.starts_with("/api/") {
            let expected: &[&str] = match (&operation.method, operation.body_schema()) {
                (&Method::GET, _) => &["400", "401", "403", "500", "503"],
                (_, Some(_)) => &["400", "401", "403", "409", "413", "415", "422", "500", "503"],
                (_, None) if operation.document["requestBody"].is_object() => {
                    &["400", "401", "403", "413", "500", "503"]
                }
                (_, None) => &["400", "401", "403", "404", "409", "412", "422", "500", "503"],
            };
            let expected = expected.iter().filter(|status| !operation.is_open() || **status != "403");
            for status in expected {
                assert!(responses.contains_key(*status), "{id} does not say that it may answer {status}");
            }
        }
    }
}

#[test]
fn every_part_of_a_path_is_a_described_parameter_and_every_parameter_is_described() {
    for operation in operations() {
        let parameters = operation.document["parameters"].as_array().cloned().unwrap_or_default();
        let in_path = |name: &str| {
            parameters.iter().any(|one| one["in"] == "path" && one["name"] == name && one["required"] == true)
        };
        for part in operation.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')) {
            assert!(in_path(part), "{}: {part}", operation.id);
        }
        for parameter in &parameters {
            assert!(
                parameter["description"].as_str().is_some_and(|text| !text.is_empty()),
                "{}: {parameter}",
                operation.id
            );
        }
    }
}

#[test]
fn every_property_is_described_and_every_reference_leads_somewhere() {
    let schemas = document()["components"]["schemas"].as_object().unwrap();
    for (name, schema) in schemas {
        for (property, described) in schema["properties"].as_object().into_iter().flatten() {
            let told = |value: &Value| value["description"].as_str().is_some_and(|text| !text.is_empty());
            // Of what may be null, the words stand with the one that it else is.
            let within = || described["oneOf"].as_array().is_some_and(|choices| choices.iter().any(told));
            assert!(told(described) || within(), "{name}.{property} is not described");
        }
    }
    let text = document().to_string();
    for reference in text.split("\"$ref\":\"#/components/schemas/").skip(1) {
        let name = reference.split('"').next().unwrap();
        assert!(schemas.contains_key(name), "{name} is referred to and not there");
    }
}

#[tokio::test]
async fn it_is_served_to_everybody_and_is_the_one_of_this_program() {
    let world = World::new().await;
    let served = world.acme().anonymous().get("/api/openapi.json").await.expect(200);
    assert_eq!(&served.body, document());
    let docs = world.acme().anonymous().get("/api/docs/").await.expect(200);
    assert!(docs.text.contains("swagger"));
}

#[tokio::test]
async fn every_operation_answers_where_the_document_says_and_under_v1_too() {
    let world = World::new().await;
    for operation in operations() {
        let nothing = operation.path_of("nothing");
        let mut paths = vec![nothing.clone()];
        if let Some(rest) = nothing.strip_prefix("/api/") {
            paths.push(format!("/api/v1/{rest}"));
        }
        for path in paths {
            let answer = world.acme().call(operation.method.clone(), &path).await;
            assert_ne!(answer.status, 405, "{} {path}", operation.method);
            let detail = answer["detail"].as_str().unwrap_or_default().to_owned();
            assert!(!detail.contains("nothing at this path"), "{} {path}", operation.method);
            let stated = operation.document["responses"].get(answer.status.to_string());
            assert!(stated.is_some(), "{} answered {}, which the document does not say", operation.id, answer.status);
        }
    }
}

#[tokio::test]
async fn what_a_sort_parameter_names_can_be_sorted_by() {
    let world = World::new().await;
    for operation in operations() {
        let parameters = operation.document["parameters"].as_array().cloned().unwrap_or_default();
        let Some(sort) = parameters.iter().find(|one| one["name"] == "sort") else { continue };
        let named: Vec<&str> = sort["description"].as_str().unwrap().split('`').skip(1).step_by(2).collect();
        let fields = named.iter().filter(|name| name.len() > 1);
        for field in fields {
            let _ = world.acme().get(&format!("{}?sort={field}", operation.path)).await.expect(200);
        }
        let accepted =
            world.acme().get(&format!("{}?sort=nothing", operation.path)).await.refused(400, "invalid_parameter");
        for field in accepted["errors"][0]["allowed"].as_array().unwrap() {
            assert!(named.contains(&field.as_str().unwrap()), "{} does not say that it sorts by {field}", operation.id);
        }
    }
}
