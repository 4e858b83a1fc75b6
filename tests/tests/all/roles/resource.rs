use domain::permission::{Permission, Reach};
use serde_json::{Value, json};
use tests::World;

use super::{Person, grants, role};

#[tokio::test]
async fn a_role_is_made_given_widened_at_once_and_not_deleted_while_somebody_has_it() {
    let world = World::new().await;
    let other = world.another_process().await;
    let acme = world.acme();
    let narrow = [(Permission::TicketsRead, Reach::Team), (Permission::CustomersRead, Reach::All)];
    let made = role(acme, "Second line", &narrow).await.expect(201);
    let path = format!("/api/roles/{}", made.id());
    assert_eq!(made.header("location"), Some(path.as_str()));
    assert_eq!(
        (&made["permissions"], &made["agents"], &made["built_in"]),
        (&grants(&narrow), &json!(0), &json!(false))
    );

    let eve = Person::joined(&world, acme, "eve", "agent").await;
    let _ = acme.put(&eve.path(), json!({"role": made.id()})).await.expect(200);
    assert_eq!(acme.get(&path).await.expect(200)["agents"], 1);
    let ticket = world.acme.ticket("Printer").await;
    let ticket = format!("/api/tickets/{}", ticket.id());
    for process in [&eve.api, &eve.api.at(other.acme().base())] {
        let _ = process.get(&ticket).await.refused(404, "not_found");
        let refused = process.patch(&ticket, json!({"priority": "high"})).await.refused(403, "insufficient_scope");
        assert_eq!(refused["required_scope"], "tickets:write");
    }

    let wide = json!([{"permission": "tickets:read"}, {"permission": "tickets:write"}]);
    let preview = acme.post(&format!("{path}/preview"), json!({"permissions": wide})).await.expect(200);
    let change = |permission: &str, before: Option<&str>, after: Option<&str>| json!({"permission": permission, "before": before, "after": after});
    let gains = [("tickets:read", Some("team")), ("tickets:write", None), ("tickets:note", None)];
    let gains = gains.map(|(name, before)| change(name, before, Some("all")));
    assert_eq!(preview["gains"], json!(gains));
    assert_eq!(preview["loses"], json!([change("customers:read", Some("all"), None)]));
    assert_eq!((&preview["agents"], &preview["affected"][0]["id"]), (&json!(1), &json!(eve.id.to_string())));
    assert_eq!(acme.get(&path).await.expect(200)["permissions"], grants(&narrow), "nothing was changed");

    let _ = acme.put(&path, json!({"permissions": wide})).await.expect(200);
    for process in [&eve.api, &eve.api.at(other.acme().base())] {
        let _ = process.get(&ticket).await.expect(200);
        let _ = process.patch(&ticket, json!({"priority": "high"})).await.expect(200);
    }

    let refused = acme.delete(&path).await.refused(409, "role_in_use");
    assert!(refused.text.contains("1 of your agents"), "{}", refused.text);
    let _ = acme.put(&eve.path(), json!({"role": "light_agent"})).await.expect(200);
    let _ = acme.delete(&path).await.expect(204);
    let _ = acme.get(&path).await.refused(404, "not_found");
    let _ = acme.put(&eve.path(), json!({"role": made.id()})).await.refused(422, "validation_failed");
}

#[tokio::test]
async fn built_in_roles_are_listed_first_and_stay_as_they_are() {
    let world = World::new().await;
    let acme = world.acme();
    for name in ["zeta", "Alpha"] {
        let _ = role(acme, name, &[(Permission::TicketsRead, Reach::Own)]).await.expect(201);
    }
    let owner = Person::joined(&world, acme, "ann", "owner").await;
    world.settle().await;
    let roles = acme.get("/api/roles").await.expect(200);
    let names = roles.column("name");
    assert_eq!(names[..3], ["Owner", "Admin", "Agent"]);
    assert_eq!(names[7..], ["Alpha", "zeta"]);
    assert_eq!(roles["data"][0]["agents"], 1);
    assert_eq!(roles["data"][0]["permissions"].as_array().unwrap().len(), Permission::ALL.len());
    let light = owner.api.get("/api/roles/light_agent").await.expect(200);
    let _ = owner.api.get("/api/roles/light_agent").header("if-none-match", &light.etag()).await.expect(304);
    let changes = json!({"name": "Root"});
    for answer in [
        owner.api.put("/api/roles/admin", changes.clone()).await,
        owner.api.post("/api/roles/admin/preview", changes).await,
        owner.api.delete("/api/roles/admin").await,
    ] {
        let _ = answer.refused(409, "role_built_in");
    }
    let _ = acme.get("/api/roles/root").await.refused(404, "not_found");
    let permissions = acme.get("/api/permissions").await.expect(200);
    assert_eq!(permissions.column("permission"), Permission::ALL.iter().map(|right| json!(right)).collect::<Vec<_>>());
    assert!(permissions.column("description").iter().all(|text| text.as_str().unwrap().ends_with('.')));
}

#[tokio::test]
async fn what_is_said_of_a_role_is_checked_to_the_letter() {
    let world = World::new().await;
    let acme = world.acme();
    let _ = role(acme, "Tier 1", &[]).await.expect(201);
    for (permissions, place, allowed) in [
        (json!([{"permission": "tickets:fly"}]), "/permissions/0/permission", Permission::ALL.len()),
        (json!([{"permission": "tickets:*"}]), "/permissions/0/permission", Permission::ALL.len()),
        (json!([{"permission": "tickets:read", "reach": "some"}]), "/permissions/0/reach", 4),
        (
            json!([{"permission": "tickets:read"}, {"permission": "customers:read", "reach": "team"}]),
            "/permissions/1/reach",
            1,
        ),
    ] {
        let refused = acme.post("/api/roles", json!({"name": "Tier 2", "permissions": permissions})).await;
        let refused = refused.refused(422, "validation_failed");
        assert!(refused.names(place, "invalid_value"), "{}", refused.text);
        assert_eq!(refused["errors"][0]["allowed"].as_array().unwrap().len(), allowed, "{}", refused.text);
    }
    for (body, place, code) in [
        (json!({"name": "Tier 2"}), "/permissions", "required"),
        (json!({"permissions": []}), "/name", "required"),
        (json!({"name": "TIER 1", "permissions": []}), "/name", "role_name_taken"),
        (json!({"name": "Tier 2", "permissions": [], "admin": true}), "/admin", "unknown_field"),
        (
            json!({"name": "Tier 2", "permissions": [{"permission": "tickets:read", "all": 1}]}),
            "/permissions/0/all",
            "unknown_field",
        ),
        (
            json!({"name": "Tier 2", "permissions": [{"permission": "tickets:read"}, {"permission": "tickets:read", "reach": "own"}]}),
            "/permissions/1/permission",
            "invalid_value",
        ),
    ] {
        let refused = acme.post("/api/roles", body).await.refused(422, "validation_failed");
        assert!(refused.names(place, code), "{}", refused.text);
    }
}

#[tokio::test]
async fn of_two_who_change_a_role_the_second_is_told_unless_it_is_another_role() {
    let world = World::new().await;
    let acme = world.acme();
    let rights = [(Permission::TicketsRead, Reach::Own)];
    let (one, two) = (role(acme, "One", &rights).await.expect(201), role(acme, "Two", &rights).await.expect(201));
    let path = format!("/api/roles/{}", one.id());
    let _ = acme.put(&format!("/api/roles/{}", two.id()), json!({"name": "Three"})).await.expect(200);
    let changed = acme.put(&path, json!({"description": "First"})).header("if-match", &one.etag()).await.expect(200);
    let stale = acme.put(&path, json!({"description": "Second"})).header("if-match", &one.etag());
    let _ = stale.await.refused(412, "version_mismatch");
    let _ = acme.delete(&path).header("if-match", &one.etag()).await.refused(412, "version_mismatch");
    let clear = acme.put(&path, json!({"description": null})).header("if-match", &changed.etag()).await.expect(200);
    assert_eq!((&clear["description"], &clear["name"]), (&Value::Null, &json!("One")));
    let same = acme.put(&path, json!({"name": "One"})).await.expect(200);
    assert_eq!(same["version"], clear["version"]);
}

#[tokio::test]
async fn another_tenants_roles_are_not_there() {
    let world = World::new().await;
    let theirs = role(world.globex(), "Theirs", &[]).await.expect(201);
    let path = format!("/api/roles/{}", theirs.id());
    let acme = world.acme();
    let eve = Person::joined(&world, acme, "eve", "agent").await;
    for answer in [
        acme.get(&path).await,
        acme.put(&path, json!({"name": "Mine"})).await,
        acme.post(&format!("{path}/preview"), json!({"name": "Mine"})).await,
        acme.delete(&path).await,
    ] {
        let _ = answer.refused(404, "not_found");
    }
    let given = acme.put(&eve.path(), json!({"role": theirs.id()})).await.refused(422, "validation_failed");
    assert!(given.names("/role", "not_found"), "{}", given.text);
}

#[tokio::test]
async fn everybody_is_told_what_they_may_at_this_moment() {
    let world = World::new().await;
    let acme = world.acme();
    let narrow = [(Permission::TicketsRead, Reach::Team), (Permission::TicketsWrite, Reach::Own)];
    let made = role(acme, "Second line", &narrow).await.expect(201);
    let eve = Person::joined(&world, acme, "eve", "light_agent").await;
    let _ = acme.patch(&eve.path(), json!({"role": made.id()})).await.expect(200);
    let policy = json!({"roles": {made.id(): {"masks_personal_data": ["phone", "email"]}}});
    let _ = acme.patch("/api/access-policy", policy).await.expect(200);
    // A note is the least that one writes.
    let may = [narrow[0], narrow[1], (Permission::TicketsNote, Reach::Own)];
    let me = eve.api.get("/api/me").await.expect(200);
    assert_eq!(me["actor"], json!({"kind": "agent", "id": eve.id.to_string()}));
    assert_eq!((&me["tenant_id"], &me["permissions"]), (&json!("acme"), &grants(&may)));
    assert_eq!(me["masks_personal_data"], json!(["email", "phone"]));

    let wide = [(Permission::TicketsRead, Reach::All)];
    let _ = acme.put(&format!("/api/roles/{}", made.id()), json!({"permissions": grants(&wide)})).await.expect(200);
    assert_eq!(eve.api.get("/api/me").await.expect(200)["permissions"], grants(&wide), "as of now");

    let program = world.acme.with_scopes(&["tickets:read", "audit:read"]).await;
    let me = program.get("/api/me").await.expect(200);
    assert_eq!((&me["actor"]["kind"], &me["masks_personal_data"]), (&json!("api_key"), &json!([])));
    let may = [(Permission::TicketsRead, Reach::All), (Permission::AuditRead, Reach::All)];
    assert_eq!(me["permissions"], grants(&may));
    let _ = program.anonymous().get("/api/me").await.refused(401, "unauthorized");
}
