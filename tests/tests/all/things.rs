//! One thing of each kind, by every name that it has: what the operations of the document are tried on.

use serde_json::json;
use tests::{Passkey, Tenant};

use crate::files;

/// The things of one tenant.
pub struct Things(Vec<(&'static str, Vec<String>)>);

impl Things {
    /// Makes them. Their words begin with `Qu`, which nothing else does.
    pub async fn of(tenant: &Tenant) -> Self {
        Self::called(tenant, "Qu").await
    }

    /// Makes them, with words that begin with `mark`.
    pub async fn called(tenant: &Tenant, mark: &str) -> Self {
        let api = &tenant.api;
        let low = mark.to_lowercase();
        let name = |rest: &str| format!("{mark}{rest}");
        let brought = files::upload(api, &name("ilt.png"), "image/png", files::PNG).await.id();
        let ticket = json!({
            "title": name("ixotic"), "body": name("zyxwv"), "external_id": name("-t"), "tags": [format!("{low}aint")],
            "customer": {"name": name("incy"), "email": format!("{low}@x.example")}, "attachments": [brought],
        });
        let ticket = api.post("/api/tickets", ticket).await.expect(201);
        let customer = json!({"name": name("ill"), "external_id": name("-c")});
        let customer = api.post("/api/customers", customer).await.expect(201);
        let agent = json!({"name": name("entin"), "external_id": name("-a")});
        let agent = api.post("/api/agents", agent).await.expect(201);
        let team = api.post("/api/teams", json!({"name": name("arks"), "member_ids": [agent.id()]})).await.expect(201);
        let role = json!({"name": name("ote"), "permissions": []});
        let role = api.post("/api/roles", role).await.expect(201);
        let program = json!({"name": name("irk"), "role": "admin"});
        let program = api.post("/api/service-accounts", program).await.expect(201);
        let key = api.post("/api/keys", json!({"name": name("ay"), "scopes": ["*"]})).await.expect(201);
        let invite = json!({"email": format!("{low}inn@x.example"), "name": name("inn")});
        let invited = api.post("/api/invitations", invite).await.expect(201);
        let accept =
            json!({"tenant": tenant.log.tenant().as_str(), "token": invited["token"], "password": "a long secret"});
        let joined = api.anonymous().post("/api/invitations/accept", accept).await.expect(201);
        let person = api.with_key(joined["access_token"].as_str().unwrap());
        let options = person.post("/api/me/factors/passkeys/options", json!({})).header("host", "localhost").await;
        let made = Passkey::new(mark.as_bytes()[0]).create(&options.expect(200).body);
        let passkey = json!({"name": name("iet"), "passkey": made});
        let factor = person.post("/api/me/factors/passkeys", passkey).await.expect(201);
        let open = json!({"email": format!("{low}o@x.example"), "name": name("o")});
        let open = api.post("/api/invitations", open).await.expect(201);
        let webhook = json!({"url": format!("https://{low}okka.example.com/hook"), "events": ["*"]});
        let webhook = api.post("/api/webhooks", webhook).await.expect(201);
        let file = files::upload(api, &name("iver.txt"), "text/plain", format!("{low}ire")).await;
        let erased = api.post("/api/customers", json!({"name": name("id")})).await.expect(201);
        let _ = api.post(&format!("/api/customers/{}/erase", erased.id()), json!({})).await.expect(200);
        let until = (tenant.log.clock().now() + chrono::TimeDelta::days(1)).to_rfc3339();
        let grant = json!({"until": until, "reason": name("est")});
        let grant = api.post("/api/support-access", grant).await.expect(201);
        let review = json!({"title": name("est"), "due_at": until});
        let review = api.post("/api/access-reviews", review).await.expect(201);
        let hold =
            json!({"matter": name("ibble"), "reason": name("arrel"), "about": "tag", "tag": format!("{low}eld")});
        let hold = api.post("/api/legal-holds", hold).await.expect(201);
        let policy = json!({"statuses": ["closed"], "older_than_days": 7, "tags": [format!("{low}aint")]});
        let policy = json!({"name": name("arry"), "criteria": policy});
        let policy = api.post("/api/retention-policies", policy).await.expect(201);
        let view = json!({"name": name("ay"), "query": {"filter[tag]": format!("{low}aint")}});
        let view = api.post("/api/views", view).await.expect(201);
        let stream = json!({"name": name("ask"), "url": format!("https://{low}orum.example.com/ingest")});
        let stream = api.post("/api/log-streams", stream).await.expect(201);
        let external = |id: &str| format!("external:{id}");
        let number = ticket["ticket_id"].as_str().unwrap().to_owned();
        Self(vec![
            ("tickets", vec![ticket.id(), number, external(&name("-t"))]),
            ("customers", vec![customer.id(), external(&name("-c"))]),
            ("agents", vec![agent.id(), external(&name("-a"))]),
            ("teams", vec![team.id()]),
            ("roles", vec![role.id()]),
            ("erasures", vec![erased.id()]),
            ("files", vec![file.id(), brought]),
            ("keys", vec![key.id()]),
            ("service-accounts", vec![program.id()]),
            ("webhooks", vec![webhook.id()]),
            ("invitations", vec![open.id()]),
            ("support-access", vec![grant.id()]),
            ("legal-holds", vec![hold.id()]),
            ("retention-policies", vec![policy.id()]),
            ("log-streams", vec![stream.id()]),
            ("access-reviews", vec![review.id()]),
            ("views", vec![view.id()]),
            ("me/factors", vec![factor.id()]),
            ("sessions", vec![joined["session_id"].as_str().unwrap().to_owned()]),
        ])
    }

    /// Every name of the thing of this kind.
    pub fn names(&self, collection: &str) -> &[String] {
        let found = self.0.iter().find(|(kind, _)| *kind == collection);
        &found.unwrap_or_else(|| panic!("make one of /api/{collection} in tests/all/things.rs")).1
    }

    /// Its id.
    pub fn id(&self, collection: &str) -> &str {
        &self.names(collection)[0]
    }

    /// All of them, kind by kind, by every name.
    pub fn all(&self) -> &[(&'static str, Vec<String>)] {
        &self.0
    }

    /// All ids.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(_, names)| names[0].as_str())
    }
}

/// A name of the same form, of nothing.
pub fn missing(name: &str) -> String {
    match name.split_once('_') {
        Some((prefix, _)) => format!("{prefix}_{}", "0".repeat(32)),
        None if name.starts_with("T-") => "T-999".to_owned(),
        None => "external:ext-nothing".to_owned(),
    }
}
