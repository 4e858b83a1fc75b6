//! Whatever is sent: an answer that says what was wrong, never a 500.

use reqwest::Method;
use serde_json::{Value, json};
use tests::{Answer, World};

use crate::{
    operations::{Operation, operations},
    things::Things,
};

/// What the operations of one test are about.
struct Targets {
    world: World,
    things: Things,
}

impl Targets {
    async fn new() -> Self {
        let world = World::new().await;
        let things = Things::of(&world.acme).await;
        Self { world, things }
    }

    fn path(&self, operation: &Operation) -> String {
        operation.path_of(operation.collection().map_or("", |collection| self.things.id(collection)))
    }

    async fn send(&self, operation: &Operation, content_type: &str, body: impl Into<Vec<u8>>) -> Answer {
        let path = self.path(operation);
        self.world.acme().call(operation.method.clone(), &path).raw(content_type, body).await
    }
}

// An example may be no more than a form, such as that of a token, which is then refused before all else.
impl Targets {
    async fn fits(&self, operation: &Operation) -> bool {
        let least = operation.least_body().unwrap().to_string();
        self.send(operation, "application/json", least).await["errors"].is_null()
    }
}

fn with_bodies() -> Vec<Operation> {
    let all: Vec<_> = operations().into_iter().filter(|operation| operation.body_schema().is_some()).collect();
    assert!(all.len() >= 13, "only {} operations with a body", all.len());
    all
}

#[tokio::test]
async fn a_body_that_is_not_called_json_is_refused_by_every_write() {
    let targets = Targets::new().await;
    for operation in with_bodies() {
        let body = operation.least_body().unwrap().to_string();
        for kind in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "application/jsonx",
            "application/vnd.x+json",
            "json",
            "",
        ] {
            let _ = targets.send(&operation, kind, body.clone()).await.refused(415, "unsupported_media_type");
        }
        let call = targets.world.acme().call(operation.method.clone(), &targets.path(&operation));
        let _ = call.await.refused(415, "unsupported_media_type");
        let charset = targets.send(&operation, "Application/JSON ; charset=utf-8", "{").await;
        let _ = charset.refused(400, "malformed_json");
    }
}

#[tokio::test]
async fn a_body_that_is_not_json_is_refused_by_every_write() {
    let targets = Targets::new().await;
    let deep = format!("{{\"title\": {}{}}}", "[".repeat(10_000), "]".repeat(10_000));
    let malformed: [&[u8]; 14] = [
        b"",
        b" ",
        b"{",
        b"not json",
        b"{\"title\": \"\\ud800\"}",
        b"{\"title\": \"\\udc00\\ud800\"}",
        b"{\"title\": \"\xff\"}",
        b"\xef\xbb\xbf{}",
        b"{} {}",
        b"{\"title\": 1e999999}",
        b"{\"title\": NaN}",
        b"{'title': 'x'}",
        b"{\"title\": \"raw \x00 byte\"}",
        deep.as_bytes(),
    ];
    for operation in with_bodies() {
        for body in malformed {
            let answer = targets.send(&operation, "application/json", body).await;
            let _ = answer.refused(400, "malformed_json");
        }
        for (body, kind) in
            [("[]", "array"), ("[{}]", "array"), ("\"x\"", "text"), ("1", "number"), ("null", "null"), ("true", "word")]
        {
            let answer = targets.send(&operation, "application/json", body).await.refused(422, "validation_failed");
            assert!(answer.names("", "invalid_type"), "{kind}");
        }
    }
}

#[tokio::test]
async fn a_field_that_does_not_exist_is_named_by_every_write() {
    let targets = Targets::new().await;
    for operation in with_bodies() {
        let fits = targets.fits(&operation).await;
        for name in ["surprise", "Title", "id", "version", "__proto__", "a/b~c", "ü"] {
            let mut body = operation.least_body().unwrap();
            body[name] = json!(1);
            let answer = targets.send(&operation, "application/json", body.to_string()).await;
            let pointer = format!("/{}", name.replace('~', "~0").replace('/', "~1"));
            let answer = answer.refused(422, "validation_failed");
            if !fits && !answer.names(&pointer, "unknown_field") {
                continue;
            }
            assert!(answer.names(&pointer, "unknown_field"), "{} {name}: {}", operation.id, answer.text);
            assert!(
                answer["errors"][0]["allowed"].as_array().is_some_and(|fields| !fields.is_empty()),
                "{}",
                answer.text
            );
        }
    }
}

#[tokio::test]
async fn a_field_of_another_type_or_out_of_bounds_is_named_or_accepted_but_never_breaks_anything() {
    let targets = Targets::new().await;
    let long = "x".repeat(150_000);
    let values = [
        json!({}),
        json!([]),
        json!([{"x": 1}]),
        json!(null),
        json!(-1),
        json!(1e300),
        json!(u64::MAX),
        json!(""),
        json!("nul \u{0} byte"),
        json!("\u{feff}\u{202e}\u{10ffff}"),
        json!(long),
        json!(vec!["t"; 200]),
    ];
    for operation in with_bodies() {
        let schema = operation.body_schema().unwrap();
        let fits = targets.fits(&operation).await;
        for (field, described) in schema["properties"].as_object().unwrap() {
            for value in &values {
                let mut body = operation.least_body().unwrap();
                body[field] = value.clone();
                let answer = targets.send(&operation, "application/json", body.to_string()).await;
                if (200..300).contains(&answer.status) {
                    let plain = !value.to_string().contains("\\u0000") && !value.is_object();
                    assert!(
                        plain
                            || described["type"] == "object"
                            || described["type"] == json!(["object", "null"])
                            || described["$ref"].is_string()
                            || described["oneOf"].is_array(),
                        "{} took {value} as {field}",
                        operation.id
                    );
                    continue;
                }
                answer.assert_problem();
                assert!(
                    [401, 403, 404, 409, 410, 422, 429].contains(&answer.status),
                    "{} {field}: {}",
                    operation.id,
                    answer.text
                );
                if fits && answer.status == 422 && value.is_object() && described["type"] == "string" {
                    assert!(
                        answer.names(&format!("/{field}"), "invalid_type"),
                        "{} {field}: {}",
                        operation.id,
                        answer.text
                    );
                }
                if answer.status == 422 {
                    assert!(answer["errors"].as_array().is_some_and(|errors| !errors.is_empty()), "{}", answer.text);
                }
            }
        }
    }
    targets.world.settle().await;
}

#[tokio::test]
async fn a_body_of_10_mb_is_refused_and_the_answer_arrives() {
    let targets = Targets::new().await;
    let large = json!({"title": "x".repeat(10 * 1024 * 1024)}).to_string();
    for operation in with_bodies() {
        let _ = targets.send(&operation, "application/json", large.clone()).await.refused(413, "too_large");
    }
    let least = 1024 * 1024;
    let below = format!("{{\"name\": \"x\"{}}}", " ".repeat(least - 13));
    let customer =
        |body: String| targets.world.acme().call(Method::POST, "/api/customers").raw("application/json", body);
    let _ = customer(below).await.expect(201);
    let _ = customer(format!("{{\"name\": \"x\"{}}}", " ".repeat(least - 12))).await.refused(413, "too_large");
}

#[tokio::test]
async fn a_path_that_names_nothing_is_a_404() {
    let targets = Targets::new().await;
    let acme = targets.world.acme();
    let long = "x".repeat(6_000);
    let mut operations = operations();
    operations.retain(|operation| operation.collection().is_some());
    // Last what may make the thing that the others must not find.
    operations.sort_by_key(|operation| operation.id == "updateCustomer");
    for name in [
        "x",
        "%00",
        "%FF",
        "tkt_",
        "tkt_%00",
        "..%2f..%2fetc%2fpasswd",
        "external:%00",
        "external:%C3%28",
        "%20",
        "T-99999999999999999999",
        "T-18446744073709551615",
        "T--1",
        "tkt_zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz",
        "external:'%20OR%201=1",
        "%F0%9F%98%80",
        long.as_str(),
    ] {
        for operation in &operations {
            let answer = operation.call(acme, &operation.path_of(name)).await;
            if operation.id == "updateCustomer" && name.starts_with("external:'") {
                // An odd id in another system is an id all the same.
                assert!([201, 422].contains(&answer.status));
                continue;
            }
            answer.assert_problem();
            let created = operation.id == "updateCustomer" && name.starts_with("external:");
            assert!(
                answer.status == 404 || created && answer.status == 422,
                "{} {name}: {}",
                operation.id,
                answer.text
            );
        }
    }
    for path in [
        "/",
        "/api",
        "/api/",
        "/api/nothing",
        "/nothing",
        "/api/v1/nothing",
        "/api/v2/tickets",
        "/api/tickets/",
        "//api/tickets",
        "/api/tickets/T-1/nothing",
    ] {
        let _ = acme.get(path).await.refused(404, "not_found");
        let _ = acme.anonymous().get(path).await.refused(404, "not_found");
    }
}

#[tokio::test]
async fn a_method_that_a_path_does_not_take_is_a_405_that_says_which_it_takes() {
    let targets = Targets::new().await;
    let all = operations();
    for operation in &all {
        let taken: Vec<&Method> =
            all.iter().filter(|other| other.path == operation.path).map(|other| &other.method).collect();
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"] {
            let method: Method = method.parse().unwrap();
            if taken.contains(&&method) {
                continue;
            }
            let answer = targets.world.acme().call(method.clone(), &targets.path(operation)).await;
            let answer = answer.refused(405, "method_not_allowed");
            let allowed: Vec<&str> = answer.header("allow").unwrap_or_default().split(',').map(str::trim).collect();
            for method in &taken {
                assert!(allowed.contains(&method.as_str()), "{}: Allow is {allowed:?}", operation.path);
            }
            assert!(!allowed.contains(&method.as_str()), "{}: Allow is {allowed:?}", operation.path);
        }
    }
}

#[tokio::test]
async fn head_answers_as_get_does_without_the_body() {
    let targets = Targets::new().await;
    for operation in operations().iter().filter(|operation| operation.method == Method::GET) {
        let path = targets.path(operation);
        let (get, head) = (targets.world.acme().get(&path).await, targets.world.acme().call(Method::HEAD, &path).await);
        assert_eq!(
            (head.status, head.text.as_str(), head.header("etag")),
            (get.status, "", get.header("etag")),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_parameter_that_does_not_exist_is_refused_by_every_read() {
    let targets = Targets::new().await;
    let reads = |operation: &&Operation| operation.method == Method::GET && operation.path.starts_with("/api/");
    for operation in operations().iter().filter(reads) {
        let path = if operation.path.contains('{') { targets.path(operation) } else { operation.least_path() };
        let and = if path.contains('?') { '&' } else { '?' };
        let answer = targets.world.acme().get(&format!("{path}{and}surprise=1")).await;
        let answer = answer.refused(400, "unknown_parameter");
        assert!(answer.names("surprise", "unknown_parameter"), "{}", operation.id);
    }
}

#[tokio::test]
async fn headers_of_any_kind_break_nothing() {
    let world = World::new().await;
    let ticket = world.acme.ticket("Printer").await;
    let path = format!("/api/tickets/{}", ticket.id());
    let long = "x".repeat(8_000);
    for (name, value) in [
        ("accept", "text/html"),
        ("accept", "nonsense"),
        ("accept-language", "xx-YY"),
        ("x-request-id", "has space and <tag>"),
        ("x-request-id", long.as_str()),
        ("user-agent", long.as_str()),
        ("user-agent", "ü"),
        ("if-none-match", ",,,\"\""),
        ("range", "bytes=0-1"),
        ("x-forwarded-for", "1.2.3.4, nonsense"),
        ("content-length", "0"),
    ] {
        let shown = world.acme().get(&path).header(name, value).await.expect(200);
        assert_ne!(shown.header("request-id"), Some(value));
    }
    let mine = world.acme().get(&path).header("x-request-id", "my-id_1.2:3").await.expect(200);
    assert_eq!(mine.header("request-id"), Some("my-id_1.2:3"));
    for answer in [mine, world.acme().get("/nothing").await] {
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.header("helpdesk-version"), Some("2026-11-01"));
        assert!(answer.header("cache-control").is_some_and(|value| value.starts_with("private")));
        assert!(answer.header("vary").is_some_and(|value| value.contains("Authorization")));
    }
    let body: Value = json!({"title": "x", "customer": {"email": "a@b.c"}});
    let _ = world.acme().post("/api/tickets", body).header("user-agent", "\u{80}").await.expect(201);
}
