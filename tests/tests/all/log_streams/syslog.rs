//! Syslog over TLS: read by a parser that somebody else wrote.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use rustls::{ServerConfig, pki_types::PrivateKeyDer};
use serde_json::{Value, json};
use syslog_loose::{Message, Protocol, SyslogFacility, SyslogSeverity, Variant};
use tests::World;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    sync::mpsc::{UnboundedReceiver, unbounded_channel},
};
use tokio_rustls::TlsAcceptor;

use super::{audit, settle};

/// One that hangs up on whoever comes first, and takes what everybody else sends, until they close.
async fn receiver() -> (String, String, UnboundedReceiver<Vec<u8>>) {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = config.with_no_client_auth().with_single_cert(vec![made.cert.der().clone()], key).unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("syslog+tls://localhost:{}", listener.local_addr().unwrap().port());
    let (tell, told) = unbounded_channel();
    tokio::spawn(async move {
        drop(listener.accept().await.unwrap());
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            // Whoever does not trust it says so in the handshake.
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let mut all = vec![];
            stream.read_to_end(&mut all).await.unwrap();
            tell.send(all).unwrap();
            stream.shutdown().await.unwrap();
        }
    });
    (url, made.cert.pem(), told)
}

/// RFC 5425, section 4.3: the length, a space, the message.
fn unframed(mut all: &str) -> Vec<&str> {
    let mut messages = vec![];
    while let Some((length, rest)) = all.split_once(' ') {
        let (message, behind) = rest.split_at(length.parse().unwrap());
        messages.push(message);
        all = behind;
    }
    messages
}

fn parameter<'a>(message: &'a Message<&str>, name: &str) -> &'a str {
    let element = &message.structured_data[0];
    assert_eq!(element.id, "ledgerdesk@32473");
    element.params.iter().find(|(known, _)| *known == name).unwrap_or_else(|| panic!("no {name}")).1
}

#[tokio::test]
async fn the_trail_is_told_by_syslog_over_tls_and_told_again_until_it_was_read() {
    let world = World::new().await;
    let (url, certificate, mut told) = receiver().await;
    let wish = json!({"name": "SIEM", "url": url, "from_position": 1});
    let made = world.acme().post("/api/log-streams", wish).await.expect(201);
    let stream = format!("/api/log-streams/{}", made.id());
    let ticket = json!({"title": "Printer", "body": "It burns.", "customer": {"name": "Quincy"}});
    let opened = world.acme().post("/api/tickets", ticket).header("user-agent", r#"a "crm" \ [2]"#).await.expect(201);
    assert_eq!(settle(&world).await, 0, "it hangs up");
    world.pass(TimeDelta::minutes(1));
    assert_eq!(settle(&world).await, 0, "nobody has signed its certificate");
    let lane = audit(&world, &stream).await;
    assert_eq!((&lane["state"], &lane["sent_to"]), (&json!("failing"), &json!(0)));
    assert!(lane["last_error"].as_str().unwrap().contains("certificate"), "{lane}");

    let _ = world.acme().patch(&stream, json!({"ca_certificates": certificate})).await.expect(200);
    assert_eq!(settle(&world).await, 1);
    let all = String::from_utf8(told.recv().await.unwrap()).unwrap();
    let messages: Vec<Message<&str>> =
        unframed(&all).into_iter().map(|text| syslog_loose::parse_message(text, Variant::RFC5424)).collect();
    let positions: Vec<&str> = messages.iter().map(|message| parameter(message, "position")).collect();
    let head = audit(&world, &stream).await["sent_to"].as_u64().unwrap();
    assert_eq!(positions, (1..=head).map(|position| position.to_string()).collect::<Vec<_>>());
    let place = usize::try_from(opened.position()).unwrap() - 1;
    let (message, trail) =
        (&messages[place], &world.acme().all("/api/audit").await[usize::try_from(head).unwrap() - 1 - place]);
    assert_eq!(message.protocol, Protocol::RFC5424(1));
    assert_eq!(message.facility, Some(SyslogFacility::LOG_AUDIT));
    assert_eq!(message.severity, Some(SyslogSeverity::SEV_INFO));
    assert_eq!(
        (message.hostname, message.appname, message.msgid),
        (Some("acme"), Some("ledgerdesk"), Some("ticket.created"))
    );
    let recorded: DateTime<Utc> = trail["recorded_at"].as_str().unwrap().parse().unwrap();
    assert_eq!(message.timestamp.map(|at| at.to_utc()), Some(recorded));
    // The parser leaves what is escaped as it was written.
    assert_eq!(parameter(message, "user_agent"), r#"a \"crm\" \\ [2\]"#);
    assert_eq!(parameter(message, "target"), format!("ticket:{}", opened.id()));
    let body: Value = serde_json::from_str(message.msg).unwrap();
    for field in ["actor", "action", "changes", "request_id", "client", "position"] {
        assert_eq!(body[field], trail[field], "{field}");
    }
    let test = world.acme().post(&format!("{stream}/test"), json!({})).await.expect(200);
    assert_eq!(test["taken"], true);
    let refused = world.acme().patch(&stream, json!({"ca_certificates": "-----BEGIN CERTIFICATE-----"})).await;
    assert!(refused.refused(422, "validation_failed").names("/ca_certificates", "invalid_value"));
}
