//! Everything that a tenant has and a request could name.

use std::collections::BTreeMap;

use serde_json::json;
use tests::{Tenant, World};

use super::asked::Asked;
use crate::{operations::operations, things::Things};

/// Whether what is of this kind is named by an id which, where it is nobody's, is refused.
pub fn is_id(kind: &str) -> bool {
    ["agents", "customers", "deliveries", "events", "files", "roles", "service-accounts", "teams"].contains(&kind)
}

/// What a tenant has, kind by kind.
#[derive(Debug, Default, PartialEq)]
pub struct Belongings(BTreeMap<&'static str, Vec<String>>);

impl Belongings {
    /// Makes them, through this process of the tenant; their words begin with `mark`.
    pub async fn of(world: &World, tenant: &Tenant, mark: &str) -> Self {
        let api = &tenant.api;
        let things = Things::called(tenant, mark).await;
        let mut all: BTreeMap<_, _> = things.all().iter().cloned().collect();
        let ticket = format!("/api/tickets/{}", things.id("tickets"));
        let message = api.get(&format!("{ticket}/messages")).await.expect(200)["data"][0]["id"].clone();
        let event = api.get(&format!("{ticket}/timeline")).await.expect(200)["data"][0]["id"].clone();
        let test = format!("/api/webhooks/{}/test", things.id("webhooks"));
        let delivery = api.post(&test, json!({})).await.expect(202).id();
        let low = mark.to_lowercase();
        let invitation = json!({"email": format!("{low}ote@x.example"), "name": format!("{mark}ote")});
        let token = api.post("/api/invitations", invitation).await.expect(201)["token"].clone();
        let link = format!("/api/files/{}/link", things.id("files"));
        let link = api.post(&link, json!({})).await.expect(200)["url"].clone();
        world.app.projector.catch_up(&tenant.log).await.unwrap();
        let position = world.app.sealer.settle(&tenant.log).await.unwrap();
        let checkpoint = api.get("/api/proof/checkpoint").await.expect(200).text;
        let requests = api.get("/api/audit?limit=100").await.expect(200).column("request_id");
        let request = requests.iter().find_map(|id| id.as_str()).unwrap().to_owned();
        let text = |value: &serde_json::Value| vec![value.as_str().unwrap().to_owned()];
        all.extend([
            ("messages", text(&message)),
            ("events", text(&event)),
            ("deliveries", vec![delivery]),
            ("tokens", text(&token)),
            ("links", text(&link)),
            ("positions", vec![position.to_string()]),
            ("tiles", vec![format!("000.p/{position}")]),
            ("checkpoints", vec![checkpoint]),
            ("requests", vec![request]),
            ("actors", vec![format!("api_key:{}", things.id("keys")), format!("agent:{}", things.id("agents"))]),
            ("targets", vec![things.id("tickets").to_owned(), things.id("customers").to_owned()]),
            ("emails", vec![format!("{low}@x.example"), format!("{low}inn@x.example")]),
            ("external ids", ["-t", "-c", "-a"].map(|end| format!("{mark}{end}")).to_vec()),
            ("words", vec![format!("{mark}ixotic"), format!("{mark}zyxwv"), format!("{low}aint")]),
            ("tenants", vec![tenant.log.tenant().to_string()]),
        ]);
        Self(all)
    }

    /// With the version of its ticket as it is now, and a cursor of every list that has more than one page of one.
    pub async fn with_versions_and_cursors(mut self, tenant: &Tenant) -> Self {
        let ticket = tenant.api.get(&format!("/api/tickets/{}", self.first("tickets"))).await.expect(200);
        self.0.insert("versions", vec![ticket.etag()]);
        let mut cursors = vec![];
        for operation in operations() {
            let parameters = operation.document["parameters"].as_array().cloned().unwrap_or_default();
            if parameters.iter().any(|parameter| parameter["name"] == "cursor") {
                let page = Asked::least(&operation, &self).query("limit", "1").call(&tenant.api).await.expect(200);
                cursors.extend(page["meta"]["next_cursor"].as_str().map(str::to_owned));
            }
        }
        assert!(cursors.len() >= 5, "only {}", cursors.len());
        self.0.insert("cursors", cursors);
        self
    }

    /// All of this kind.
    pub fn all(&self, kind: &str) -> &[String] {
        self.0.get(kind).unwrap_or_else(|| panic!("make some {kind} in tests/all/isolation/belongings.rs"))
    }

    /// One of this kind.
    pub fn first(&self, kind: &str) -> &str {
        &self.all(kind)[0]
    }
}
