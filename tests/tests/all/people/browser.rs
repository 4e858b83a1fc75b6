use std::{env, fs};

use event_store::Clock;
use serde_json::{Value, json};
use tests::{World, tools};

use super::{PASSWORD, invite, text};

/// The whole way, as a person goes it: invited, joined, a passkey made, logged out, logged in with it; then an
/// authenticator app, and logged in with password and code.
///
/// With `LEDGERDESK_SCREENSHOTS=<directory>` it leaves pictures of the pages.
#[tokio::test(flavor = "multi_thread")]
async fn a_person_joins_and_logs_in_with_a_passkey_and_with_a_code_in_a_real_browser() {
    let world = World::new().await;
    let email = "eve@acme.example";
    let invitation = invite(world.acme(), email).await;
    let profile = env::temp_dir().join(format!("ledgerdesk-signin-{}", std::process::id()));
    fs::create_dir_all(&profile).unwrap();
    let base = world.acme().base().replace("127.0.0.1", "localhost");
    let input = json!({
        "chromium": "chromium", "profile": profile, "base": base, "tenant": "acme",
        "join": text(&invitation.body, "accept_path"), "email": email, "password": PASSWORD,
        "now": world.clock.now().timestamp(), "shots": env::var("LEDGERDESK_SCREENSHOTS").ok(),
    });
    let seen = tools::output(tools::node("browse_signin.mjs"), &input.to_string()).await;
    let _ = fs::remove_dir_all(&profile);
    let seen: Value = serde_json::from_str(&seen).expect("what was seen");
    for way in ["joined", "with_passkey", "with_code"] {
        assert_eq!(seen[way], "You are signed in as Eve Miller.", "{way}: {seen}");
    }
    assert_eq!((&seen["codes"], &seen["cookies"]), (&json!(10), &json!("")), "no script sees the cookie: {seen}");
    assert!(text(&seen, "factor").contains("Passkey at localhost"), "{seen}");
    assert_eq!((&seen["errors"], &seen["width"]), (&json!([]), &json!(true)), "{seen}");
    let page = world.acme().anonymous().get("/signin").await.expect(200);
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
}
