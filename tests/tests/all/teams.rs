//! Teams over HTTP.

use serde_json::json;
use tests::World;

#[tokio::test]
async fn a_team_is_made_renamed_and_gets_other_members() {
    let world = World::new().await;
    let acme = world.acme();
    let (eve, max) = (world.acme.agent("Eve").await, world.acme.agent("Max").await);
    let made =
        acme.post("/api/teams", json!({"name": "Second line", "member_ids": [eve.id(), eve.id()]})).await.expect(201);
    assert_eq!(made["member_ids"], json!([eve.id()]));
    let path = format!("/api/teams/{}", made.id());
    let shown = acme.get(&path).await.expect(200);
    assert_eq!((&shown.body, shown.etag()), (&made.body, made.etag()));
    let _ = acme.get(&path).header("if-none-match", &made.etag()).await.expect(304);
    let changed = acme.patch(&path, json!({"member_ids": [max.id()]})).await.expect(200);
    assert_eq!((&changed["member_ids"], &changed["name"]), (&json!([max.id()]), &json!("Second line")));
    let answer =
        acme.put(&path, json!({"name": "X"})).header("if-match", &made.etag()).await.refused(412, "version_mismatch");
    assert_eq!(answer["changed_fields"], json!(["member_ids"]));
    let emptied = acme.put(&path, json!({"name": "Third line", "member_ids": []})).await.expect(200);
    assert_eq!((&emptied["member_ids"], &emptied["name"]), (&json!([]), &json!("Third line")));
    assert_eq!(acme.get(&format!("/api/teams?filter[member_id]={}", max.id())).await.expect(200)["data"], json!([]));
}

#[tokio::test]
async fn a_team_s_name_is_its_own_whatever_the_case() {
    let world = World::new().await;
    let acme = world.acme();
    let first = world.acme.team("Ärzte").await;
    let answer = acme.post("/api/teams", json!({"name": "ärzte"})).await.refused(409, "taken");
    assert!(answer.names("/name", "taken"));
    let _ = world.globex().post("/api/teams", json!({"name": "Ärzte"})).await.expect(201);
    let path = format!("/api/teams/{}", first.id());
    assert_eq!(acme.patch(&path, json!({"name": "ÄRZTE"})).await.expect(200)["name"], "ÄRZTE");
    let _ = acme.patch(&path, json!({"name": "Doctors"})).await.expect(200);
    let _ = acme.post("/api/teams", json!({"name": "Ärzte"})).await.expect(201);
}

#[tokio::test]
async fn only_agents_of_the_tenant_can_be_members() {
    let world = World::new().await;
    let stranger = world.globex.agent("Eve").await;
    let answer = world.acme().post("/api/teams", json!({"name": "A", "member_ids": [stranger.id()]})).await;
    assert!(answer.refused(422, "validation_failed").names("/member_ids", "not_found"));
    let team = world.acme.team("A").await;
    let path = format!("/api/teams/{}", team.id());
    let answer = world.acme().patch(&path, json!({"member_ids": [stranger.id()]})).await;
    assert!(answer.refused(422, "validation_failed").names("/member_ids", "not_found"));
    let answer = world.acme().patch(&path, json!({"member_ids": ["somebody"]})).await;
    assert_eq!(answer.refused(422, "validation_failed")["errors"][0]["pointer"], "/member_ids/0");
}
