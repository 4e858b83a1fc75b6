//! What was so when it was looked at, and is not when it is written, does not count.

use commands::{
    CommandError, Request,
    access_policy::ChangeRole,
    access_policy::RolePatch,
    agents::{AgentPatch, UpdateAgent},
};
use domain::{
    Actor, AgentId, CustomRoleId, RoleId,
    permission::{Permission, Permissions, Reach},
};
use event_store::CommandId;
use tests::World;

use super::{Person, role};

/// A wish of this person, with the rights that they had when they asked.
fn wish(world: &World, person: &Person, permissions: &Permissions) -> Request {
    let mut request = world.request();
    request.command_id = CommandId(world.app.desk.store().ids().next());
    request.caller.actor = Actor::Agent(person.id);
    request.caller.principal = Some(person.id.to_string());
    request.caller.permissions = permissions.clone();
    request
}

fn becomes(id: AgentId, role: RoleId) -> UpdateAgent {
    UpdateAgent { id, patch: AgentPatch { role: Some(role), ..AgentPatch::default() } }
}

async fn owners(world: &World) -> usize {
    world.app.desk.access_policy(&world.acme.log).await.unwrap().owners.len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_owners_who_demote_each_other_at_once_one_stays() {
    let world = World::new().await;
    let mut ann = Person::joined(&world, world.acme(), "ann", "owner").await;
    let mut bob = Person::joined(&world, &ann.api, "bob", "owner").await;
    for _ in 0..8 {
        let everything = Permissions::all();
        let (first, second) = (wish(&world, &ann, &everything), wish(&world, &bob, &everything));
        let (down, too) = (becomes(bob.id, RoleId::ADMIN), becomes(ann.id, RoleId::ADMIN));
        let (desk, log) = (&world.app.desk, &world.acme.log);
        let (one, other) = tokio::join!(desk.run(log, &first, &down), desk.run(log, &second, &too));
        let refused = match (&one, &other) {
            (Ok(_), Err(error)) | (Err(error), Ok(_)) => error,
            both => panic!("one of them, and not {both:?}"),
        };
        assert!(matches!(refused, CommandError::OwnerOnly), "{refused}");
        assert_eq!(owners(&world).await, 1);
        if one.is_err() {
            std::mem::swap(&mut ann, &mut bob);
        }
        let again = wish(&world, &ann, &everything);
        desk.run(log, &again, &becomes(bob.id, RoleId::OWNER)).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_owners_who_step_down_at_once_one_stays() {
    let world = World::new().await;
    let ann = Person::joined(&world, world.acme(), "ann", "owner").await;
    let bob = Person::joined(&world, &ann.api, "bob", "owner").await;
    let everything = Permissions::all();
    let (first, second) = (wish(&world, &ann, &everything), wish(&world, &bob, &everything));
    let (down, too) = (becomes(ann.id, RoleId::ADMIN), becomes(bob.id, RoleId::ADMIN));
    let (desk, log) = (&world.app.desk, &world.acme.log);
    let (one, other) = tokio::join!(desk.run(log, &first, &down), desk.run(log, &second, &too));
    let refused = one.as_ref().err().xor(other.as_ref().err()).expect("one of them");
    assert!(matches!(refused, CommandError::Rejected { code: "last_owner", .. }), "{refused}");
    assert_eq!(owners(&world).await, 1);
}

/// Somebody who may give roles with `tickets:read`, and a role that has it.
struct Manager {
    person: Person,
    rights: Permissions,
    role: CustomRoleId,
    eve: Person,
}

async fn manager(world: &World) -> Manager {
    let owner = Person::joined(world, world.acme(), "ann", "owner").await;
    let rights =
        [Permission::RolesWrite, Permission::AgentsWrite, Permission::TicketsRead].map(|right| (right, Reach::All));
    let managers = role(&owner.api, "Managers", &rights).await.expect(201).id();
    let readers = role(&owner.api, "Readers", &[(Permission::TicketsRead, Reach::All)]).await.expect(201).id();
    let nobodies = role(&owner.api, "Nobodies", &[]).await.expect(201).id();
    let person = Person::joined(world, &owner.api, "max", &managers).await;
    let eve = Person::joined(world, &owner.api, "eve", &nobodies).await;
    Manager { person, rights: rights.into_iter().collect(), role: readers.parse().unwrap(), eve }
}

#[tokio::test]
async fn a_role_that_was_widened_since_is_looked_at_again() {
    let world = World::new().await;
    let Manager { person, rights, role, eve } = manager(&world).await;
    let other = world.another_process().await;
    // This process remembers the policy as it was.
    let give = becomes(eve.id, RoleId::Custom(role));
    world.app.desk.rehearse(&world.acme.log, &wish(&world, &person, &rights), &give).await.unwrap();
    let permissions = Some(Permissions::everywhere(&[Permission::TicketsRead, Permission::SettingsWrite]));
    let widen = ChangeRole { role, patch: RolePatch { permissions, ..RolePatch::default() } };
    other.app.desk.run(&other.acme.log, &other.request(), &widen).await.unwrap();
    let refused = world.app.desk.run(&world.acme.log, &wish(&world, &person, &rights), &give).await.unwrap_err();
    assert!(matches!(refused, CommandError::Forbidden(Permission::SettingsWrite)), "{refused}");
}

#[tokio::test]
async fn whoever_was_made_less_since_they_asked_gives_nothing_more() {
    let world = World::new().await;
    let Manager { person, rights, role, eve } = manager(&world).await;
    let other = world.another_process().await;
    let asked = wish(&world, &person, &rights);
    let less = becomes(person.id, RoleId::AGENT);
    other.app.desk.run(&other.acme.log, &other.request(), &less).await.unwrap();
    let give = becomes(eve.id, RoleId::Custom(role));
    let refused = world.app.desk.run(&world.acme.log, &asked, &give).await.unwrap_err();
    assert!(matches!(refused, CommandError::Forbidden(Permission::RolesWrite)), "{refused}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_role_is_not_deleted_while_somebody_gets_it() {
    let world = World::new().await;
    let Manager { eve, .. } = manager(&world).await;
    let (desk, log) = (&world.app.desk, &world.acme.log);
    for round in 0..8 {
        let made = role(world.acme(), &format!("Role {round}"), &[]).await.expect(201).id();
        let id: CustomRoleId = made.parse().unwrap();
        let (give, delete) = (becomes(eve.id, RoleId::Custom(id)), commands::access_policy::DeleteRole(id));
        let (giving, deleting) = (world.request(), world.request());
        let (given, deleted) = tokio::join!(desk.run(log, &giving, &give), desk.run(log, &deleting, &delete));
        match (given, deleted) {
            (Ok(_), Err(CommandError::Rejected { code: "role_in_use", .. }))
            | (Err(CommandError::NotFound { kind: "role", .. }), Ok(_)) => {}
            both => panic!("either it is given or deleted, and not {both:?}"),
        }
    }
}
