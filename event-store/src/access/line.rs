//! An entry as one line of JSON, always the same bytes: what digests are made over, and what auditors get.

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use chrono::SecondsFormat;
use serde::Serialize;

use super::StoredAccess;

/// Its members in their order are a format that never changes: see docs/access-log.md.
#[derive(Serialize)]
struct Line<'a> {
    number: u64,
    recorded_at: String,
    actor: &'a str,
    session_id: Option<&'a str>,
    operation: &'a str,
    kind: &'a str,
    targets: &'a [String],
    seen: Option<u32>,
    query: Option<&'a str>,
    request_id: Option<&'a str>,
    status: u16,
    client_key: Option<&'a str>,
    client: Option<String>,
}

impl StoredAccess {
    /// The line, without its end.
    pub fn line(&self) -> Vec<u8> {
        let client = self.client.as_ref();
        let line = Line {
            number: self.number,
            recorded_at: self.recorded_at.to_rfc3339_opts(SecondsFormat::Micros, true),
            actor: &self.actor,
            session_id: self.session.as_deref(),
            operation: &self.operation,
            kind: &self.kind,
            targets: &self.targets,
            seen: self.seen,
            query: self.query.as_deref(),
            request_id: self.request_id.as_deref(),
            status: self.status,
            client_key: client.map(|client| client.key.as_str()),
            client: client.map(|client| STANDARD_NO_PAD.encode(&client.sealed)),
        };
        // Texts and numbers always serialise.
        serde_json::to_vec(&line).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::SealedClient;

    #[test]
    fn a_line_is_the_same_bytes_for_ever() {
        let mut entry = StoredAccess {
            number: 7,
            recorded_at: "2026-11-22T09:00:00.5Z".parse().unwrap(),
            actor: "agent:agt_1".into(),
            session: Some("ses_1".into()),
            operation: "getTicket".into(),
            kind: "view".into(),
            targets: vec!["tkt_1".into(), "cus_1".into()],
            seen: Some(2),
            query: None,
            request_id: Some("req_1".into()),
            status: 200,
            client: Some(SealedClient { key: "k".into(), sealed: vec![1, 2, 3] }),
        };
        let line = |entry: &StoredAccess| String::from_utf8(entry.line()).unwrap();
        assert_eq!(
            line(&entry),
            r#"{"number":7,"recorded_at":"2026-11-22T09:00:00.500000Z","actor":"agent:agt_1","session_id":"ses_1","operation":"getTicket","kind":"view","targets":["tkt_1","cus_1"],"seen":2,"query":null,"request_id":"req_1","status":200,"client_key":"k","client":"AQID"}"#
        );
        entry.client = None;
        entry.session = None;
        assert!(line(&entry).ends_with(r#""status":200,"client_key":null,"client":null}"#));
    }
}
