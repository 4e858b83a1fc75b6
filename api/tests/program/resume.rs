//! `ledgerdesk resume`: an event that cannot be read, as operators meet it, and how they go on.

use std::{net::TcpListener, time::Duration};

use reqwest::Client;
use serde_json::json;
use tokio_postgres::NoTls;

use crate::server::{Scratch, Server, program};

const POLL: Duration = Duration::from_millis(50);
const PATIENCE: Duration = Duration::from_secs(60);

async fn execute(scratch: &Scratch, sql: &str) {
    let environment = scratch.database_of_its_server().await;
    let (_, url) = environment.iter().find(|(name, _)| *name == "DATABASE_ADMIN_URL").unwrap();
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client.batch_execute(sql).await.unwrap();
}

/// What a newer program might have written: a second event of the first ticket.
const POISON: &str = "
    BEGIN;
    UPDATE tenant_demo.head SET position = position + 1;
    INSERT INTO tenant_demo.events
        SELECT head.position, aggregate_type, aggregate_id, (
                SELECT max(sequence) + 1 FROM tenant_demo.events own WHERE own.aggregate_id = first.aggregate_id),
            'ticket.tagged', '99', '{\"tags\": [\"later\"]}', metadata, gen_random_uuid(), gen_random_uuid(),
            first.occurred_at, first.recorded_at
        FROM tenant_demo.head, (
            SELECT * FROM tenant_demo.events WHERE aggregate_type = 'ticket' ORDER BY position LIMIT 1) first;
    COMMIT";
const MEND: &str = "UPDATE tenant_demo.events SET event_version = '1' WHERE event_version = '99'";

/// Asks until the answer says so: what a process tells of its consumers is what it saw at its last look.
async fn until(url: &str, what: &str) {
    let says = async {
        loop {
            let answer = Client::new().get(url).send().await.unwrap();
            assert_eq!(answer.status(), 200, "no reason to take the process out");
            if answer.text().await.unwrap().contains(what) {
                return;
            }
            tokio::time::sleep(POLL).await;
        }
    };
    tokio::time::timeout(PATIENCE, says).await.unwrap_or_else(|_| panic!("{url} does not come to say {what}"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_poisoned_event_is_told_everywhere_and_one_command_goes_on_once_it_is_mended() {
    let scratch = Scratch::new("resume");
    let metrics = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let server = Server::start(&scratch, &[("LEDGERDESK_METRICS_LISTEN", metrics.to_string())]).await;
    let run = |arguments: &[&str]| program(&scratch.data()).args(arguments).output().unwrap();
    let complaint = |arguments: &[&str]| {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
    };
    let resume = ["resume", "--tenant", "demo", "--consumer", "desk"];

    execute(&scratch, POISON).await;
    let body = json!({"title": "Behind it", "customer": {"email": "ann@example.com"}});
    let written = server.post("/api/tickets", "behind", &body).await;
    assert_eq!(written["visible"], false, "it stands, and the lists do not show it: {written}");
    until(&format!("{}/readyz", server.base()), "\"parked\":2").await;
    until(&format!("http://{metrics}/consumers"), "ticket.tagged version 99").await;
    let parked = "ledgerdesk_consumer_parked{tenant=\"demo\",consumer=\"desk\"} 1";
    until(&format!("http://{metrics}/metrics"), parked).await;
    let told = complaint(&["doctor"]);
    assert!(told.contains("BAD   tenant demo: the read models (desk) are parked"), "{told}");
    assert!(told.contains(&format!("`ledgerdesk {}`", resume.join(" "))), "{told}");

    let told = complaint(&resume);
    assert!(told.contains("ticket.tagged version 99 is not in the catalogue"), "it parks again: {told}");
    let told = complaint(&[&resume[..], &["--key", "tkt_1"]].concat());
    assert!(told.contains("leave --key out"), "{told}");
    let told = complaint(&["resume", "--consumer", "webhooks", "--key", "tkt_1"]);
    assert!(told.contains("no deliveries of tkt_1 are parked in tenant demo"), "{told}");

    execute(&scratch, MEND).await;
    let told = server.run(&resume);
    assert!(told.contains("the read models (desk) of demo are at position"), "{told}");
    let shown = server.get(&format!("/api/tickets/{}", written["id"].as_str().unwrap())).await;
    assert_eq!(shown["title"], "Behind it");
    let told = server.run(&["resume", "--tenant", "demo", "--consumer", "search"]);
    assert!(told.contains("the read models (search) of demo are at position"), "{told}");
    until(&format!("{}/readyz", server.base()), "\"parked\":0").await;
    let told = server.run(&["doctor"]);
    assert!(!told.contains("BAD"), "{told}");
    server.stop().await;
}
