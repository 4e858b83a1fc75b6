//! The headers that keep a browser from being used against whoever sits before it.

use tests::{Answer, World};

use crate::operations::operations;

/// Checks what no answer lacks.
#[track_caller]
fn assert_protected(answer: &Answer, whose: &str) {
    let header = |name: &str| answer.header(name).unwrap_or_else(|| panic!("{whose} has no {name}"));
    assert_eq!(header("x-content-type-options"), "nosniff", "{whose}");
    assert_eq!(header("x-frame-options"), "DENY", "{whose}");
    assert_eq!(header("referrer-policy"), "no-referrer", "{whose}");
    assert_eq!(header("cross-origin-resource-policy"), "same-origin", "{whose}");
    let policy = header("content-security-policy");
    assert!(policy.contains("default-src 'none'"), "{whose}: {policy}");
    assert_eq!(answer.header("server"), None, "{whose}");
    assert_eq!(answer.header("strict-transport-security"), None, "{whose}: it is not asked by TLS");
}

#[tokio::test]
async fn every_operation_protects_its_answers_whoever_asks() {
    let world = World::new().await;
    for operation in operations() {
        let path = operation.path_of("nothing");
        for api in [world.acme().clone(), world.acme().anonymous()] {
            let answer = operation.call(&api, &path).await;
            assert_protected(&answer, &operation.id);
            let policy = answer.header("content-security-policy").unwrap();
            assert_eq!(policy, "default-src 'none'; base-uri 'none'; frame-ancestors 'none'", "{}", operation.id);
        }
    }
}

#[tokio::test]
async fn what_is_no_operation_is_protected_too() {
    let world = World::new().await;
    let anybody = world.acme().anonymous();
    for path in ["/nothing", "/api/openapi.json", "/files/acme/fil_x", "/healthz", "/api/docs", "/api/docs/"] {
        assert_protected(&anybody.get(path).await, path);
    }
    let page = anybody.get("/api/docs/").await.expect(200);
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("script-src 'self';") && !policy.contains("script-src 'self' '"), "{policy}");
}
