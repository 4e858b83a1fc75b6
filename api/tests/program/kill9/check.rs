//! What must hold afterwards, seen through the API.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::clients::Acknowledged;
use crate::server::Server;

/// Every acknowledged ticket is there once, and nothing else was written; positions and streams have no hole.
pub async fn all_is_there(server: &Server, acknowledged: Acknowledged) {
    let mut position = 0;
    let mut versions: BTreeMap<String, u64> = BTreeMap::new();
    let mut created = BTreeSet::new();
    for item in feed(server).await {
        position += 1;
        assert_eq!(item["position"], position, "the log has a hole");
        let Some(id) = item["subject"]["id"].as_str() else { continue };
        let version = versions.entry(id.to_owned()).or_default();
        *version += 1;
        assert_eq!(item["subject"]["version"], *version, "the stream of {id} has a hole");
        if item["type"] == "ticket.created" && item["imported"] == false {
            created.insert(id.to_owned());
        }
    }
    let ids: BTreeSet<String> = acknowledged.values().cloned().collect();
    assert_eq!(ids.len(), acknowledged.len(), "two commands were answered with one ticket");
    let lost: Vec<_> = ids.difference(&created).collect();
    let doubled: Vec<_> = created.difference(&ids).collect();
    assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
    assert!(doubled.is_empty(), "written twice: {doubled:?}");
}

/// The end of the log.
pub async fn last_position(server: &Server) -> u64 {
    feed(server).await.last().unwrap()["position"].as_u64().unwrap()
}

async fn feed(server: &Server) -> Vec<Value> {
    let request = reqwest::Client::new().get(format!("{}/api/events", server.base())).bearer_auth(server.key());
    let answer = request.header("Accept", "application/x-ndjson").send().await.unwrap();
    assert!(answer.status().is_success(), "{}", answer.status());
    let text = answer.text().await.unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}
