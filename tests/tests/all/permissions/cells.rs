//! Every cell of the table, against the running program: who may is never refused for who they are, and who may not is told
//! what they lack, and changes nothing.

use domain::{permission::Permission, role::BuiltInRole};
use serde_json::json;
use tests::{Answer, Api, World};

use super::{Cell, Takes};
use crate::{
    completeness::{Run, kept, ordered},
    operations::{Operation, operations},
};

/// Somebody who has this role.
async fn person(world: &World, owner: &Api, role: BuiltInRole) -> Api {
    let invite = json!({"email": format!("{role}@acme.example"), "name": role.name(), "role": role.as_str()});
    let invited = owner.post("/api/invitations", invite).await.expect(201);
    let accept = json!({"tenant": "acme", "token": invited["token"], "password": "a long enough secret"});
    let joined = world.acme().anonymous().post("/api/invitations/accept", accept).await.expect(201);
    owner.with_key(joined["access_token"].as_str().unwrap())
}

/// The operations with what they take, those that end something last.
fn rows() -> Vec<(Operation, Vec<Permission>)> {
    let rows = ordered(operations()).into_iter().filter_map(|operation| match Takes::of(&operation) {
        Takes::AnyOf(rights) => Some((operation, rights)),
        Takes::Nothing | Takes::Session => None,
    });
    rows.collect()
}

#[tokio::test]
async fn whoever_may_not_is_told_what_they_lack_and_changes_nothing() {
    let world = World::new().await;
    let superuser = world.superuser().await;
    superuser.batch_execute("SET search_path TO tenant_acme").await.unwrap();
    let run = Run::new(&world).await;
    let owner = person(&world, run.api(), BuiltInRole::Owner).await;
    for role in BuiltInRole::ALL {
        let api = if role == BuiltInRole::Owner { owner.clone() } else { person(&world, &owner, role).await };
        let before = (world.acme.log.head().await.unwrap().position, kept(&superuser).await);
        for (operation, rights) in rows() {
            if Cell::of(role, &rights) != Cell::Denied {
                continue;
            }
            let answer = operation.call(&api, &least(&run, &operation)).await;
            let refused = denied(&operation, role, answer);
            assert_eq!(refused["required_scope"], rights[0].as_str(), "{role} and {}", operation.id);
        }
        let after = (world.acme.log.head().await.unwrap().position, kept(&superuser).await);
        assert_eq!(before, after, "{role} changed something that they may not");
    }
}

/// Where it is called by somebody who does not come so far that a message would be looked for.
fn least(run: &Run<'_>, operation: &Operation) -> String {
    let path = run.path(operation).replace("{event_id}", "evt_00000000000000000000000000000000");
    path.replace("{message_id}", "msg_00000000000000000000000000000000")
}

#[track_caller]
fn denied(operation: &Operation, role: BuiltInRole, answer: Answer) -> Answer {
    assert_eq!(answer.status, 403, "{role} may not {}: {}", operation.id, answer.text);
    answer.refused(403, "insufficient_scope")
}

#[tokio::test]
async fn whoever_may_is_never_refused_for_who_they_are() {
    let world = World::new().await;
    let run = Run::new(&world).await;
    let owner = person(&world, run.api(), BuiltInRole::Owner).await;
    let mut people = vec![];
    for role in BuiltInRole::ALL {
        people
            .push((role, if role == BuiltInRole::Owner { owner.clone() } else { person(&world, &owner, role).await }));
    }
    for (operation, rights) in rows() {
        for (role, api) in &people {
            let answer = match Cell::of(*role, &rights) {
                Cell::Allowed => run.prepare_as(&operation, api).await.await,
                Cell::Partly(right) => part(&run, &operation, right, api).await,
                Cell::Denied => continue,
            };
            let welcome = ![401, 403].contains(&answer.status) && answer.status < 500;
            assert!(welcome, "{role} may {}: {}", operation.id, answer.text);
        }
    }
}

/// What a right is enough for, of an operation that takes more; the rest is refused.
async fn part(run: &Run<'_>, operation: &Operation, right: Permission, api: &Api) -> Answer {
    let Permission::TicketsNote = right else { panic!("say what {right} is enough for, of {}", operation.id) };
    let _ = denied(operation, BuiltInRole::LightAgent, operation.call(api, &run.path(operation)).await);
    api.post(&run.path(operation), json!({"body": "Seen.", "visibility": "internal"})).await.expect(201)
}
