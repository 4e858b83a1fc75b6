use projections::{
    customers::CustomerView,
    person::{OwnEvent, OwnTicket},
    timeline::Actor,
};
use serde_json::{Value, json};

use super::*;

fn profile(name: &str) -> Profile {
    let at = DateTime::UNIX_EPOCH;
    Profile::Customer(CustomerView {
        id: "cus_1".to_owned(),
        name: Some(name.to_owned()),
        email: None,
        phone: None,
        external_id: None,
        created_at: at,
        updated_at: at,
        version: 1,
        position: 7,
        erased_at: None,
        restricted_at: None,
    })
}

fn event(data: Value) -> OwnEvent {
    let actor = Actor { kind: "customer".to_owned(), id: "cus_1".to_owned() };
    OwnEvent { position: 7, event_type: "ticket.replied".to_owned(), occurred_at: DateTime::UNIX_EPOCH, actor, data }
}

fn file(format: PersonFormat, name: &str, parts: &[Part]) -> String {
    let about = About {
        kind: "customer",
        id: "cus_1".to_owned(),
        tenant: "acme".to_owned(),
        exported_at: DateTime::UNIX_EPOCH,
        position: 9,
    };
    let (mut file, mut bytes) = PersonFile::begin(format, &about, &profile(name));
    for part in parts {
        bytes.extend(file.part(part));
    }
    bytes.extend(file.end());
    String::from_utf8(bytes).unwrap()
}

#[test]
fn every_section_is_there_whatever_came() {
    let history = || Part::History(vec![event(json!({})), event(json!({}))]);
    for (parts, lengths) in [
        (vec![], [0, 0, 0]),
        (vec![Part::Acts(vec![])], [0, 0, 0]),
        (vec![history(), history(), Part::Acts(vec![])], [4, 0, 0]),
    ] {
        let read: Value = serde_json::from_str(&file(PersonFormat::Json, "Ann", &parts)).unwrap();
        let found = ["history", "tickets", "acts"].map(|section| read[section].as_array().unwrap().len());
        assert_eq!(found, lengths);
        assert_eq!((&read["profile"]["name"], &read["files"]), (&json!("Ann"), &json!([])));
        let page = file(PersonFormat::Html, "Ann", &parts);
        let empty = lengths.iter().filter(|length| **length == 0).count();
        assert_eq!(page.matches("Nothing.").count(), empty, "{page}");
        assert_eq!((page.matches("<h2>").count(), page.matches("</html>").count()), (5, 1));
    }
}

#[test]
fn what_people_wrote_is_text_in_the_page_and_never_markup() {
    let ticket = OwnTicket {
        id: "tkt_1".to_owned(),
        ticket_id: "T-001".to_owned(),
        status: "in_progress".to_owned(),
        created_at: DateTime::UNIX_EPOCH,
        events: vec![event(json!({"title": "<b>x</b>", "body": "<script>alert('x')</script> & \"more\""}))],
    };
    let page = file(PersonFormat::Html, "</title><img src=x>", &[Part::Ticket(ticket)]);
    assert!(!page.contains("<script") && !page.contains("<img") && !page.contains("<b>"), "{page}");
    assert!(page.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;more&quot;"));
    assert!(page.contains("in progress; it came in 1 January 1970, 00:00"));
}
