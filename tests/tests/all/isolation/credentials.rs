//! Who shows nothing, or shows it at another tenant's place, is not known.

use tests::World;

use super::{
    asked::Asked,
    twins::{Compared, NEIGHBOUR, Twins},
};
use crate::{
    operations::{Operation, operations},
    things::Things,
};

/// Operations that need no credentials, and are the only ones.
const OPEN: [&str; 11] = [
    "acceptInvitation",
    "acceptPasswordReset",
    "beginPasskeyLogIn",
    "finishLogIn",
    "getBranding",
    "healthz",
    "keySet",
    "logIn",
    "logInWithPasskey",
    "readyz",
    "refreshSession",
];

#[tokio::test]
async fn without_credentials_every_operation_answers_401() {
    let world = World::new().await;
    let things = Things::of(&world.acme).await;
    let anonymous = world.acme().anonymous();
    for operation in operations().iter().filter(|operation| !operation.is_open()) {
        let path = operation.path_of(operation.collection().map_or("", |collection| things.id(collection)));
        let answer = operation.call(&anonymous, &path).await.refused(401, "unauthorized");
        assert_eq!(answer.header("www-authenticate"), Some("Bearer"), "{path}");
        let absent = operation.call(&anonymous, &operation.path_of("tkt_0")).await;
        assert_eq!(answer.comparable(), absent.comparable(), "{} tells what is there", operation.id);
    }
    let mut open: Vec<_> = operations().into_iter().filter(Operation::is_open).map(|operation| operation.id).collect();
    open.sort();
    assert_eq!(open, OPEN);
}

#[tokio::test]
async fn at_another_tenant_s_name_every_operation_answers_as_at_nobody_s() {
    let twins = Twins::new().await;
    let host = format!("{NEIGHBOUR}.localhost");
    for operation in operations().iter().filter(|operation| !operation.is_open()) {
        for (header, value) in [("x-tenant-id", NEIGHBOUR), ("host", &host)] {
            let asked = Asked::least(operation, &twins.ours).header(header, value);
            let answer = twins.ask(&asked, Compared::Answers).await.refused(401, "unauthorized");
            assert_eq!(answer.header("www-authenticate"), Some("Bearer"), "{asked:?}");
        }
    }
}
