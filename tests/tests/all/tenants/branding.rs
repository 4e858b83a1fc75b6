//! `/api/branding`: how a company looks to whoever comes to it.

use serde_json::{Value, json};
use tests::World;

const LOGO: &str = "data:image/png;base64,iVBORw0KGgoA";

fn nothing() -> Value {
    json!({
        "company_name": null,
        "logo_url": null,
        "favicon_url": null,
        "colors": {"primary": null, "secondary": null, "accent": null, "background": null},
        "fonts": {"primary": null, "secondary": null},
    })
}

#[tokio::test]
async fn whoever_names_a_tenant_sees_how_it_looks_and_nothing_else_of_it() {
    let world = World::new().await;
    let looks = json!({"branding": {
        "company_name": "Acme Support",
        "logo": LOGO,
        "colors": {"accent": "#3182ce"},
        "fonts": {"primary": "Inter"},
        "custom_css": "/* theirs */",
        "email_templates": {"ticket_created": "t1"},
    }});
    let _ = world.acme().patch("/api/tenant", looks).await.expect(200);
    let mut expected = nothing();
    expected["company_name"] = json!("Acme Support");
    expected["logo_url"] = json!(LOGO);
    expected["colors"]["accent"] = json!("#3182ce");
    expected["fonts"]["primary"] = json!("Inter");

    let anybody = world.acme().anonymous();
    let by_name = anybody.get("/api/branding?tenant=acme").await.expect(200);
    assert_eq!(by_name.body, expected);
    assert_eq!(by_name.header("cache-control"), Some("private, no-cache"));
    for (header, value) in [("host", "acme.localhost"), ("x-tenant-id", "acme")] {
        assert_eq!(anybody.get("/api/branding").header(header, value).await.expect(200).body, expected, "{header}");
    }
}

#[tokio::test]
async fn who_has_no_looks_is_like_nobody_and_two_names_are_nobody_s() {
    let world = World::new().await;
    let _ = world.acme().patch("/api/tenant", json!({"branding": {"primary_color": "#2563eb"}})).await.expect(200);
    let anybody = world.acme().anonymous();
    for path in ["/api/branding", "/api/branding?tenant=globex", "/api/branding?tenant=nobody"] {
        assert_eq!(anybody.get(path).await.expect(200).body, nothing(), "{path}");
    }
    for nobody in ["ACME%20", ""] {
        let _ = anybody.get(&format!("/api/branding?tenant={nobody}")).await.refused(400, "invalid_parameter");
    }
    let both = anybody.get("/api/branding?tenant=acme").header("host", "globex.localhost").await.expect(200);
    assert_eq!(both.body, nothing());
    let _ = anybody.get("/api/branding?tenants=acme").await.refused(400, "unknown_parameter");
}
