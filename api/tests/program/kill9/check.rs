//! What must hold afterwards, seen through the API.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::clients::Acknowledged;
use crate::server::Server;

/// Everything that was acknowledged is there once, in the order in which each client wrote it, and nothing else was
/// written; positions and streams have no hole.
pub async fn all_is_there(server: &Server, acknowledged: &Acknowledged) {
    let mut position = 0;
    let mut versions: BTreeMap<String, u64> = BTreeMap::new();
    let mut created: BTreeMap<String, u64> = BTreeMap::new();
    for item in feed(server).await {
        position += 1;
        assert_eq!(item["position"], position, "the log has a hole");
        let Some(id) = item["subject"]["id"].as_str() else { continue };
        let version = versions.entry(id.to_owned()).or_default();
        *version += 1;
        assert_eq!(item["subject"]["version"], *version, "the stream of {id} has a hole");
        if item["type"] == "ticket.created" && item["imported"] == false {
            created.insert(id.to_owned(), position);
        }
    }
    let opened = acknowledged.opened.values().flatten();
    let ids: BTreeSet<&String> = opened.clone().collect();
    assert_eq!(ids.len(), opened.count(), "two commands were answered with one ticket");
    let lost: Vec<_> = ids.iter().filter(|id| !created.contains_key(**id)).collect();
    let doubled: Vec<_> = created.keys().filter(|id| !ids.contains(id)).collect();
    assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
    assert!(doubled.is_empty(), "written twice: {doubled:?}");
    for (client, tickets) in &acknowledged.opened {
        assert!(tickets.iter().is_sorted_by_key(|id| created[id]), "what client {client} wrote is out of order");
    }
    all_was_said(server, acknowledged, position).await;
}

/// Every message once, in the lists as in the log.
async fn all_was_said(server: &Server, acknowledged: &Acknowledged, position: u64) {
    // It brings the read models to the end of the log, and looks at the rest.
    let doctor = server.run(&["doctor"]);
    assert!(!doctor.contains("BAD"), "{doctor}");
    for (ticket, said) in &acknowledged.said {
        let path = format!("/api/tickets/{ticket}/messages?limit=100&min_position={position}");
        let messages = server.all(&path).await;
        let mut bodies: Vec<&str> = messages.iter().map(|message| message["body"].as_str().unwrap()).collect();
        bodies.sort_unstable();
        assert_eq!(bodies, said.iter().map(String::as_str).collect::<Vec<_>>(), "of {ticket}");
    }
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
