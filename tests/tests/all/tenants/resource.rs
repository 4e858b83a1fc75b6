//! `/api/tenant`, and what a tenant works by.

use serde_json::{Value, json};
use tests::World;

/// The object of the integration guide, both of its shapes at once.
fn guide() -> Value {
    json!({
        "tenant_id": "acme",
        "domain": "company-abc.localhost",
        "custom_domain": "support.company-abc.com",
        "branding": {
            "company_name": "Acme Support",
            "logo": "https://cdn.../logo.png",
            "favicon_url": "https://acme.com/favicon.ico",
            "primary_color": "#2563eb",
            "secondary_color": "#f59e0b",
            "colors": {"primary": "#2563eb", "accent": "#3182ce", "background": "#f7fafc"},
            "fonts": {"primary": "Inter", "secondary": "Roboto"},
            "custom_css": "/* Custom styles */",
            "email_templates": {"ticket_created": "custom_template_id", "ticket_resolved": "custom_template_id"},
        },
        "settings": {"business_hours": "9:00-17:00 EST", "auto_assignment": true, "sla_enabled": true},
    })
}

#[tokio::test]
async fn the_object_of_the_guide_is_taken_and_read_back() {
    let world = World::new().await;
    let (acme, before) = (world.acme(), world.globex().get("/api/tenant").await.expect(200));
    let written = acme.put("/api/tenant", guide()).await.expect(200);
    let read = acme.get("/api/tenant").await.expect(200);
    assert_eq!(read.body, written.body);
    for (pointer, expected) in [
        ("/tenant_id", "acme"),
        ("/domain", "company-abc.localhost"),
        ("/custom_domain", "support.company-abc.com"),
        ("/branding/company_name", "Acme Support"),
        ("/branding/logo", "https://cdn.../logo.png"),
        ("/branding/logo_url", "https://cdn.../logo.png"),
        ("/branding/primary_color", "#2563eb"),
        ("/branding/colors/secondary", "#f59e0b"),
        ("/branding/colors/background", "#f7fafc"),
        ("/branding/fonts/secondary", "Roboto"),
        ("/branding/custom_css", "/* Custom styles */"),
        ("/branding/email_templates/ticket_resolved", "custom_template_id"),
        ("/settings/business_hours", "9:00-17:00 EST"),
    ] {
        assert_eq!(read.body.pointer(pointer), Some(&json!(expected)), "{pointer}");
    }
    let settings = &read["settings"];
    assert_eq!((&settings["auto_assignment"], &settings["sla_enabled"]), (&json!(true), &json!(true)));
    assert_eq!(world.globex().get("/api/tenant").await.expect(200).body, before.body);

    let position = world.acme.log.head().await.unwrap().position;
    let again = acme.put("/api/tenant", guide()).await.expect(200);
    assert_eq!((again.body, world.acme.log.head().await.unwrap().position), (written.body, position));
}

#[tokio::test]
async fn what_is_left_out_stays_and_null_clears() {
    let world = World::new().await;
    let acme = world.acme();
    let _ = acme.put("/api/tenant", guide()).await.expect(200);
    let changes = json!({
        "custom_domain": null,
        "branding": {"logo_url": null, "colors": {"accent": null}, "email_templates": {"ticket_created": null}},
        "settings": {"sla_enabled": false},
    });
    let after = acme.patch("/api/tenant", changes).await.expect(200);
    assert_eq!((&after["custom_domain"], &after["branding"]["logo"]), (&Value::Null, &Value::Null));
    assert_eq!(after["branding"]["colors"]["accent"], Value::Null);
    assert_eq!(after["branding"]["email_templates"], json!({"ticket_resolved": "custom_template_id"}));
    assert_eq!(after["settings"]["sla_enabled"], json!(false));
    assert_eq!(
        (&after["domain"], &after["branding"]["primary_color"]),
        (&json!("company-abc.localhost"), &json!("#2563eb"))
    );
}

#[tokio::test]
async fn every_field_says_where_and_why_it_is_not_taken() {
    let world = World::new().await;
    let acme = world.acme();
    let before = acme.get("/api/tenant").await.expect(200);
    for (body, pointer, code) in [
        (json!({"tenant_id": "globex"}), "/tenant_id", "read_only"),
        (json!({"domain": "support.example.com"}), "/domain", "invalid_value"),
        (json!({"domain": "a.b.localhost"}), "/domain", "invalid_value"),
        (json!({"domain": "www.localhost"}), "/domain", "invalid_value"),
        (json!({"domain": "-.localhost"}), "/domain", "invalid_value"),
        (json!({"domain": 1}), "/domain", "invalid_type"),
        (json!({"custom_domain": "acme.localhost"}), "/custom_domain", "invalid_value"),
        (json!({"custom_domain": "https://acme.com"}), "/custom_domain", "invalid_value"),
        (json!({"custom_domain": "127.0.0.1"}), "/custom_domain", "invalid_value"),
        (json!({"branding": {"company_name": ""}}), "/branding/company_name", "invalid_value"),
        (json!({"branding": {"logo": "http://a.b/c.png"}}), "/branding/logo", "invalid_value"),
        (json!({"branding": {"favicon_url": "javascript:1"}}), "/branding/favicon_url", "invalid_value"),
        (json!({"branding": {"logo": "data:image/svg+xml;base64,AAAA"}}), "/branding/logo", "invalid_value"),
        (json!({"branding": {"primary_color": "blue"}}), "/branding/primary_color", "invalid_value"),
        (json!({"branding": {"colors": {"accent": "#12"}}}), "/branding/colors/accent", "invalid_value"),
        (json!({"branding": {"colors": {"third": "#123456"}}}), "/branding/colors/third", "unknown_field"),
        (json!({"branding": {"fonts": {"primary": "x; y"}}}), "/branding/fonts/primary", "invalid_value"),
        (json!({"branding": {"custom_css": "@import 'x'"}}), "/branding/custom_css", "invalid_value"),
        (
            json!({"branding": {"email_templates": {"ticket_lost": "x"}}}),
            "/branding/email_templates/ticket_lost",
            "unknown_field",
        ),
        (
            json!({"branding": {"email_templates": {"ticket_created": ""}}}),
            "/branding/email_templates/ticket_created",
            "invalid_value",
        ),
        (
            json!({"branding": {"primary_color": "#000000", "colors": {"primary": "#ffffff"}}}),
            "/branding/colors/primary",
            "conflicting_values",
        ),
        (json!({"settings": {"business_hours": "late"}}), "/settings/business_hours", "invalid_value"),
        (json!({"settings": {"business_hours": "9:00-17:00 X"}}), "/settings/business_hours", "invalid_value"),
        (json!({"settings": {"business_hours": "9:00-17:00 CST"}}), "/settings/business_hours", "ambiguous_time_zone"),
        (json!({"settings": {"auto_assignment": "yes"}}), "/settings/auto_assignment", "invalid_type"),
        (json!({"settings": {"sla_enabled": 1}}), "/settings/sla_enabled", "invalid_type"),
        (json!({"plan": "enterprise"}), "/plan", "unknown_field"),
    ] {
        let refused = acme.patch("/api/tenant", body.clone()).await.refused(422, "validation_failed");
        assert!(refused.names(pointer, code), "{body}: {}", refused.text);
    }
    assert_eq!(acme.get("/api/tenant").await.expect(200).body, before.body);
}

#[tokio::test]
async fn a_short_name_of_several_places_says_which_it_may_be() {
    let world = World::new().await;
    for (short, place) in [("CST", "America/Chicago"), ("IST", "Asia/Kolkata"), ("BST", "Europe/London")] {
        let hours = json!({"settings": {"business_hours": format!("9:00-17:00 {short}")}});
        let refused = world.acme().patch("/api/tenant", hours).await.refused(422, "validation_failed");
        let candidates = refused["errors"][0]["allowed"].as_array().unwrap().clone();
        assert!(candidates.len() > 1 && candidates.contains(&json!(place)), "{candidates:?}");
        let hours = json!({"settings": {"business_hours": format!("9:00-17:00 {place}")}});
        let _ = world.acme().patch("/api/tenant", hours).await.expect(200);
    }
}

#[tokio::test]
async fn business_hours_are_a_calendar_and_the_default_policy_counts_by_the_plan() {
    let world = World::new().await;
    let acme = world.acme();
    let calendars = acme.get("/api/calendars").await.expect(200);
    assert_eq!(calendars.column("kind"), ["round_the_clock", "business_hours"]);
    let policies = acme.get("/api/sla-policies").await.expect(200);
    let minutes = json!({"critical": 60, "high": 240, "medium": 1440, "low": 4320});
    assert_eq!(policies.column("first_response_minutes"), [minutes]);
    // The tenants of the tests are on the enterprise plan.
    assert_eq!(policies["data"][0]["calendar_id"], calendars["data"][0]["id"]);

    let hours = json!({"settings": {"business_hours": "9:00-17:00 EST"}});
    let changed = acme.patch("/api/tenant", hours).await.expect(200);
    let after = acme.get("/api/calendars").await.expect(200);
    let open = &after["data"][1];
    assert_eq!(open["id"], calendars["data"][1]["id"], "it is the same calendar");
    assert_eq!(open["id"], changed["settings"]["business_hours_calendar_id"]);
    assert_eq!(open["time_zone"], "America/New_York");
    let days = ["monday", "tuesday", "wednesday", "thursday", "friday"];
    let expected: Vec<_> = days.iter().map(|day| json!({"day": day, "from": "09:00", "to": "17:00"})).collect();
    assert_eq!(open["hours"], json!(expected));
}

#[tokio::test]
async fn a_change_is_of_what_was_seen_happens_once_and_is_in_the_trail() {
    let world = World::new().await;
    let acme = world.acme();
    let seen = acme.get("/api/tenant").await.expect(200);
    let unchanged = acme.get("/api/tenant").header("if-none-match", &seen.etag()).await;
    assert_eq!(unchanged.status, 304);
    // A key is no change of what was seen.
    let _ = acme.post("/api/keys", json!({"name": "CRM", "scopes": ["tickets:read"]})).await.expect(201);
    let color = |color: &str| json!({"branding": {"primary_color": color}});
    let first = acme.patch("/api/tenant", color("#111111")).header("if-match", &seen.etag());
    let first = first.header("idempotency-key", "k1").await.expect(200);
    let late = acme.patch("/api/tenant", color("#222222")).header("if-match", &seen.etag()).await;
    let late = late.refused(412, "version_mismatch");
    assert_eq!(late["changed_fields"], json!(["branding"]));
    let _ = acme.patch("/api/tenant", color("#333333")).await.expect(200);
    let repeat = acme.patch("/api/tenant", color("#111111")).header("if-match", &seen.etag());
    let repeat = repeat.header("idempotency-key", "k1").await.expect(200);
    assert_eq!((repeat.header("idempotency-replayed"), &repeat.body), (Some("true"), &first.body));

    let trail = acme.get("/api/audit?filter[action]=tenant.branding_changed").await.expect(200);
    let changes = [json!({"primary_color": ["#111111", "#333333"]}), json!({"primary_color": [null, "#111111"]})];
    assert_eq!(trail.column("changes"), changes);
}

#[tokio::test]
async fn who_may_only_look_changes_nothing() {
    let world = World::new().await;
    let reader = world.acme.with_scopes(&["settings:read"]).await;
    let _ = reader.get("/api/tenant").await.expect(200);
    let taken = json!({"custom_domain": "support.company-abc.com"});
    let _ = reader.patch("/api/tenant", taken.clone()).await.refused(403, "insufficient_scope");
    // Not even a name was reserved.
    let _ = world.globex().patch("/api/tenant", taken).await.expect(200);
    let stranger = world.acme.with_scopes(&["tickets:read"]).await;
    let _ = stranger.get("/api/tenant").await.refused(403, "insufficient_scope");
}
