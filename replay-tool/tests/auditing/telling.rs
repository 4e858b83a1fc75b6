//! What happened, who did it, from where, and why.

use std::process::Stdio;

use event_store::{CommandId, Commit, Draft, EventMetadata, Keep, Origin, StreamDrafts, StreamId};
use serde_json::{Value, json};

use crate::Audited;

/// A history in which a program changes a ticket, and a rule answers to that; gives the position before it.
async fn changed(audited: &Audited) -> u64 {
    let log = &audited.world.acme.log;
    let before = log.head().await.unwrap().position;
    let patch = json!({"priority": "low", "tags": ["eu"]});
    let patched = audited.world.acme().patch("/api/tickets/T-001", patch).header("User-Agent", "crm/2.1");
    let patched = patched.await.expect(200);
    let cause = log.read(before, 1).await.unwrap().remove(0);
    let metadata = EventMetadata {
        actor: "system:rules".to_owned(),
        correlation_id: cause.metadata["correlation_id"].clone(),
        causation_id: cause.event_id.to_string(),
        origin: Origin::Rule,
        request_id: None,
        client: None,
    };
    let draft = Draft {
        event_type: "ticket.tagged".to_owned(),
        event_version: 1,
        payload: json!({"tags": ["watched"]}),
        metadata,
        occurred_at: None,
    };
    let stream = StreamId::new("ticket", patched.id());
    let commit = Commit {
        command_id: CommandId(audited.world.app.desk.store().ids().next()),
        request_digest: [0; 32],
        keep: Keep::Nothing,
        streams: vec![StreamDrafts { stream, expected: patched["version"].as_u64().unwrap(), drafts: vec![draft] }],
        claims: vec![],
        releases: vec![],
        erases: vec![],
        outcome: Value::Null,
    };
    log.append(commit).await.unwrap();
    before
}

#[tokio::test]
async fn a_difference_names_who_did_what_from_where_and_why() {
    let audited = Audited::new("diff").await;
    let before = changed(&audited).await;
    let head = audited.world.acme.log.head().await.unwrap().position;
    let (code, answer) = audited.run(&["diff", &before.to_string()]);
    assert_eq!(code, 1, "something changed: {answer:#}");
    assert_eq!((&answer["from"]["position"], &answer["to"]["position"]), (&json!(before), &json!(head)));
    assert_eq!((&answer["events"], answer["changed"].as_array().unwrap().len()), (&json!(head - before), 1));
    let ticket = &answer["changed"][0];
    assert_eq!(ticket["ticket_id"], "T-001");
    assert_eq!((&ticket["kind"], &ticket["versions"]), (&json!("ticket"), &json!([3, 3 + head - before])));
    assert_eq!(ticket["changes"]["priority"], json!(["high", "low"]));
    assert_eq!(ticket["changes"]["tags"], json!([[], ["eu", "watched"]]));
    let events = ticket["events"].as_array().unwrap();
    let (first, last) = (&events[0], events.last().unwrap());
    assert_eq!((&first["actor"]["kind"], &first["origin"]), (&json!("api_key"), &json!("live")), "{first:#}");
    assert!(first["actor_name"].is_string() && first["request_id"].is_string(), "{first:#}");
    assert_eq!(first["client"], json!({"address": "127.0.0.1", "user_agent": "crm/2.1"}));
    assert_eq!((&first["causes"], &first["causation_id"]), (&json!([]), &first["command_id"]));
    assert_eq!(
        (&last["actor"]["id"], &last["origin"], &last["client"]),
        (&json!("rules"), &json!("rule"), &Value::Null)
    );
    let cause = json!({"position": before + 1, "event_type": first["recorded_as"], "kind": "ticket", "id": ticket["id"],
        "actor": format!("api_key:{}", first["actor"]["id"].as_str().unwrap())});
    assert_eq!(last["causes"], json!([cause]));

    let text = audited.command(&["diff", &before.to_string(), "--of", "T-001"]).output().unwrap();
    assert_eq!(text.status.code(), Some(1));
    let text = String::from_utf8(text.stdout).unwrap();
    for words in ["priority: high -> low", "from 127.0.0.1, crm/2.1", "because of live command", "because of position"]
    {
        assert!(text.contains(words), "{words}: {text}");
    }
}

#[tokio::test]
async fn a_difference_is_between_the_moments_that_were_asked_for() {
    let audited = Audited::new("moments").await;
    let head = audited.world.acme.log.head().await.unwrap().position.to_string();
    let (code, answer) = audited.run(&["diff", &head]);
    assert_eq!((code, &answer["events"], &answer["changed"]), (0, &json!(0), &json!([])), "{answer:#}");
    // The second ticket was opened ten seconds after the first, with its customer.
    let (code, answer) = audited.run(&["diff", "2026-11-22T09:00:05Z", "2026-11-22T09:00:15Z"]);
    assert_eq!(code, 1);
    let kinds: Vec<&Value> = answer["changed"].as_array().unwrap().iter().map(|thing| &thing["kind"]).collect();
    assert_eq!(kinds, ["customer", "ticket"], "{answer:#}");
    assert_eq!(answer["changed"][1]["versions"], json!([0, 3]), "it is new");
    assert_eq!(answer["changed"][1]["events"][1]["message"]["body"], "And more.");
    let customer = answer["changed"][0]["id"].as_str().unwrap();
    let (_, of_customer) = audited.run(&["diff", "0", "--of", customer]);
    assert_eq!((&of_customer["changed"][0]["id"], &of_customer["events"]), (&json!(customer), &json!(1)));
    for (arguments, expected, words) in [
        (&["diff", "999"][..], 3, "not recorded yet"),
        (&["diff", "5", "3"], 3, "the earlier one first"),
        (&["diff", "0", "--of", "T-999"], 3, "knows nothing of T-999"),
        (&["diff", "0", "--of", "cus_none"], 3, "knows nothing of cus_none"),
        (&["diff", "yesterday"], 2, "expected a position"),
        (&["diff", "0", "--of", "nothing"], 2, "expected T-001"),
    ] {
        let (code, said) = audited.run(arguments);
        assert_eq!((code, said.as_str().unwrap().contains(words)), (expected, true), "{arguments:?}: {said}");
    }
}

#[tokio::test]
async fn what_happens_is_followed_in_order_and_as_it_happens() {
    let audited = Audited::new("follow").await;
    let before = changed(&audited).await;
    let head = audited.world.acme.log.head().await.unwrap().position;
    let lines = |output: std::process::Output| -> Vec<Value> {
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let positions =
        |lines: &[Value]| -> Vec<u64> { lines.iter().map(|line| line["position"].as_u64().unwrap()).collect() };
    let (from_zero, to_head) = (["follow", "--after", "0", "--json"], ["--until", &head.to_string()]);
    let all = lines(audited.command(&[&from_zero[..], &to_head].concat()).output().unwrap());
    assert_eq!(positions(&all), (1..=head).collect::<Vec<_>>());
    assert_eq!(all.last().unwrap()["causes"][0]["position"], json!(before + 1));
    let ticket = lines(audited.command(&[&from_zero[..], &to_head, &["--of", "T-002"]].concat()).output().unwrap());
    assert_eq!(ticket.iter().map(|line| &line["target"]["version"]).collect::<Vec<_>>(), [1, 2, 3]);

    let (after, until) = (head.to_string(), (head + 1).to_string());
    let mut following = audited.command(&["follow", "--after", &after, "--until", &until, "--json"]);
    let following = following.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let _ = audited.world.acme().patch("/api/tickets/T-003", json!({"priority": "critical"})).await.expect(200);
    let told = lines(following.wait_with_output().unwrap());
    assert_eq!((positions(&told), &told[0]["changes"]), (vec![head + 1], &json!({"priority": ["high", "critical"]})));

    let hole = "DELETE FROM tenant_acme.events WHERE position = 5";
    audited.world.superuser().await.batch_execute(hole).await.unwrap();
    let output = audited.command(&[&from_zero[..], &to_head].concat()).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), said.contains('5')), (Some(1), true), "{said}");
}

#[tokio::test]
async fn a_ticket_is_shown_and_told_as_of_any_moment() {
    let audited = Audited::new("shown").await;
    let (code, now) = audited.run(&["show", "T-002"]);
    assert_eq!((code, &now["ticket"]["priority"]), (0, &json!("high")), "{now:#}");
    let opened = now["ticket"]["position"].as_u64().unwrap() - 2;
    let (_, then) = audited.run(&["show", "T-002", "--as-of", &opened.to_string()]);
    assert_eq!((&then["ticket"]["version"], then["messages"].as_array().unwrap().len()), (&json!(1), 1), "{then:#}");
    let (code, told) = audited.run(&["timeline", "T-002"]);
    let types: Vec<&Value> = told["events"].as_array().unwrap().iter().map(|event| &event["type"]).collect();
    assert_eq!(
        (code, types),
        (0, vec![&json!("ticket.created"), &json!("ticket.replied"), &json!("ticket.priority_changed")])
    );
    for command in ["show", "timeline"] {
        assert_eq!(audited.run(&[command, "T-999"]).0, 3);
        assert_eq!(audited.run(&[command, "T-002", "--as-of", "1"]).0, 3, "it did not exist yet");
        assert_eq!(audited.run(&[command, "nothing"]).0, 2);
    }
}
