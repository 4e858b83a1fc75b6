//! `web/tests` drives the browsers, as somebody who works at a new company.

use std::path::Path;

use serde_json::{Value, json};

use super::newcomer::Newcomer;
use crate::{
    contract::{bystander, must_succeed, node},
    server::Server,
};

const EMAIL: &str = "eve@acme.example";
const PASSWORD: &str = "correct horse battery";

pub async fn check(server: &Server, newcomer: &Newcomer) {
    let key = bystander(server).await;
    let token = server.run(&["agent", "invite", EMAIL, "--name", "Eve Miller", "--role", "owner", "--tenant", "acme"]);
    let acceptance = json!({"tenant": "acme", "token": token, "password": PASSWORD});
    let _: Value = server.post_as("", "/api/invitations/accept", &acceptance).await;

    let mut browsers = node();
    browsers
        .args(["--test", "console.test.mjs"])
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../web/tests"))
        .env("LEDGERDESK_BASE", server.base())
        .env("LEDGERDESK_KEY", key)
        .env("LEDGERDESK_TENANT", "acme")
        .env("LEDGERDESK_EMAIL", EMAIL)
        .env("LEDGERDESK_PASSWORD", PASSWORD)
        .env("NEWCOMER_ADDRESS", &newcomer.address)
        .env("NEWCOMER_EMAIL", &newcomer.email)
        .env("NEWCOMER_PASSWORD", &newcomer.password);
    tokio::task::spawn_blocking(move || must_succeed(&mut browsers)).await.unwrap();
}
