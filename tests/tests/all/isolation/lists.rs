//! Two tenants of one process: neither is in what the other reads.

use serde_json::{Value, json};
use tests::World;

use crate::{operations::operations, things::Things};

#[tokio::test]
async fn lists_counts_searches_feeds_and_trails_show_only_one_s_own() {
    let world = World::new().await;
    let things = Things::of(&world.globex).await;
    let ours = world.acme.ticket("Printer").await;
    for tenant in [&world.acme, &world.globex] {
        world.app.sealer.settle(&tenant.log).await.unwrap();
    }
    for operation in
        operations().into_iter().filter(|operation| operation.method == "GET" && operation.collection().is_none())
    {
        for accept in ["application/json", "application/x-ndjson"] {
            let answer = world.acme().get(&operation.least_path()).header("accept", accept).await.expect(200);
            for id in things.ids() {
                assert!(!answer.text.contains(id), "{} shows {id}", operation.id);
            }
            for word in ["Qui", "Quentin", "Quarks", "Quay", "globex", "qu@x.example", "quaint"] {
                assert!(!answer.text.contains(word), "{} shows {word}", operation.id);
            }
        }
    }
    let counted = world.acme().get("/api/tickets?include=total_count").await.expect(200);
    assert_eq!((&counted["meta"]["total_count"], counted.column("id")), (&json!(1), vec![ours["id"].clone()]));
    let (customer, agent, team) = (things.id("customers"), things.id("agents"), things.id("teams"));
    for query in [
        "/api/tickets?q=Quixotic",
        "/api/tickets?q=Quzyxwv",
        "/api/tickets?q=Quincy",
        "/api/tickets?filter[external_id]=Qu-t",
        "/api/tickets?filter[tag]=quaint",
        "/api/customers?q=Quill",
        "/api/customers?filter[email]=qu@x.example",
        "/api/agents?q=Quentin",
        "/api/agents?filter[external_id]=Qu-a",
        &format!("/api/tickets?filter[customer_id]={customer}"),
        &format!("/api/tickets?filter[assignee_id]={agent}"),
        &format!("/api/tickets?filter[team_id]={team}"),
        &format!("/api/teams?filter[member_id]={agent}"),
        &format!("/api/audit?filter[target_id]={customer}"),
    ] {
        let found = world.acme().get(query).await.expect(200);
        assert_eq!(found["data"], json!([]), "{query}");
        assert_ne!(world.globex().get(query).await.expect(200).text, "", "{query}");
    }
    let ours = world.acme().get("/api/events?limit=1000").await.expect(200);
    assert_eq!(ours.column("position"), (1..=4).map(Value::from).collect::<Vec<_>>());
}
