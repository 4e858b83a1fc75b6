//! It makes no difference to anybody what another tenant has.

use std::collections::BTreeSet;

use reqwest::Method;

use super::{
    asked::Asked,
    places::{At, Names, places, words},
    twins::{Compared, Twins},
};
use crate::operations::operations;

#[test]
fn of_every_part_of_every_request_it_is_said_what_it_could_name() {
    let mut unsaid = BTreeSet::new();
    for operation in operations() {
        for place in places(&operation) {
            if place.names(&operation).is_none() {
                unsaid.insert(format!("{} of {}", place.name, operation.id));
            }
        }
    }
    assert!(unsaid.is_empty(), "say in tests/all/isolation/places.rs what these could name: {unsaid:#?}");
}

#[tokio::test]
async fn what_another_tenant_has_is_named_like_what_nobody_has() {
    let twins = Twins::new().await;
    let before = twins.heads().await.0;
    let mut named = BTreeSet::new();
    for operation in operations() {
        for place in places(&operation) {
            let Some(Names::Belonging(kind)) = place.names(&operation) else { continue };
            for value in twins.theirs.all(kind) {
                if operation.id == "updateCustomer" && place.at == At::Path && value.starts_with("external:") {
                    // It is a claim: PUT makes the customer of an external id.
                    continue;
                }
                let asked = Asked::least(&operation, &twins.ours).with(&operation, &place, value);
                // Which tenants there are is no secret: they are found under names of the internet.
                let compared = if kind == "tenants" { Compared::Answers } else { Compared::Statements };
                let answer = twins.ask(&asked, compared).await;
                match &place.at {
                    At::Path => drop(answer.refused(404, "not_found")),
                    At::Query if kind == "cursors" => drop(answer.refused(400, "cursor_invalid")),
                    At::Body(pointer) if super::belongings::is_id(kind) => {
                        assert!([404, 422].contains(&answer.status), "{pointer}: {}", answer.text);
                    }
                    At::Body(_) | At::Query | At::Header => {}
                }
                named.insert((kind, format!("{:?}", place.at)));
            }
        }
    }
    assert!(named.len() >= 40, "only {named:#?}");
    assert_eq!(twins.heads().await.0, before, "nothing was changed");
}

#[tokio::test]
async fn what_another_tenant_claims_is_free_for_everybody_else() {
    let twins = Twins::new().await;
    let mut number = 0;
    let mut claim = async || {
        number += 1;
        let (email, external) = (format!("claim-{number}@x.example"), format!("claim-{number}"));
        twins.neighbour_claims(&email, &external).await;
        (email, external)
    };
    for operation in operations() {
        for place in places(&operation) {
            let (email, external) = match place.names(&operation) {
                Some(Names::Claim("emails" | "external ids")) => claim().await,
                _ if operation.id == "updateCustomer" && place.at == At::Path => claim().await,
                _ => continue,
            };
            let value = match &place.at {
                At::Path => format!("external:{external}"),
                _ if place.name == "email" => email,
                _ => external,
            };
            let asked = Asked::least(&operation, &twins.ours).with(&operation, &place, &value);
            let answer = twins.ask(&asked, Compared::Statements).await;
            assert!((200..300).contains(&answer.status), "{asked:?}: {}", answer.text);
        }
    }
    assert!(number >= 12, "only {number}");
}

#[tokio::test]
async fn what_another_tenant_did_under_an_idempotency_key_is_not_repeated_for_anybody_else() {
    let twins = Twins::new().await;
    let mut tried = 0;
    // The example of a tenant has names of the internet, which are one tenant's in the whole installation.
    for operation in operations().iter().filter(|one| one.collection().is_none() && one.path != "/api/tenant") {
        if !places(operation).iter().any(|place| place.names(operation) == Some(Names::Claim("idempotency keys"))) {
            continue;
        }
        let theirs = Asked::least(operation, &twins.theirs).header("idempotency-key", "the same");
        let theirs = theirs.call(&twins.neighbour.api).await;
        let ours = Asked::least(operation, &twins.ours).header("idempotency-key", "the same");
        let ours = twins.ask(&ours, Compared::Statements).await;
        assert_eq!(ours.header("idempotency-replayed"), None, "{}", operation.id);
        tried += usize::from(theirs.status < 300);
    }
    assert!(tried >= 6, "only {tried}");
}

#[tokio::test]
async fn whatever_is_read_is_the_same_whether_there_is_another_tenant_or_not() {
    let twins = Twins::new().await;
    for operation in operations().iter().filter(|operation| operation.method == Method::GET) {
        let least = Asked::least(operation, &twins.ours);
        let content = operation.document["responses"]["200"]["content"].as_object();
        for form in content.into_iter().flat_map(|content| content.keys()).filter(|form| *form != "text/event-stream") {
            let _ = twins.ask(&least.clone().header("accept", form), Compared::Statements).await;
        }
        for place in places(operation).iter().filter(|place| place.at == At::Query) {
            for word in words(place) {
                let asked = least.clone().query(&place.name, &word);
                let _ = twins.ask(&asked, Compared::Statements).await;
                if place.name == "report" {
                    let _ = twins.ask(&asked.query("format", "csv"), Compared::Statements).await;
                }
            }
        }
    }
}

#[tokio::test]
async fn another_tenant_s_links_open_nothing_under_one_s_own_name() {
    let twins = Twins::new().await;
    let (theirs, ours) = (twins.theirs.first("links"), twins.ours.first("links"));
    let tenant = format!("/{}/", super::twins::NEIGHBOUR);
    let their_signature = theirs.rsplit_once("signature=").unwrap().1;
    let our_signature = ours.rsplit_once("signature=").unwrap().1;
    for link in [
        theirs.replace(&tenant, "/acme/"),
        theirs.replace(their_signature, our_signature).replace(&tenant, "/acme/"),
        ours.replace(twins.ours.first("files"), twins.theirs.first("files")),
        ours.replace(our_signature, their_signature),
        ours.replace("/acme/", &tenant),
    ] {
        let compared = if link.contains(&tenant) { Compared::Answers } else { Compared::Statements };
        let _ = twins.ask(&Asked::anonymously(&link), compared).await.refused(404, "not_found");
    }
    let opened = twins.ask(&Asked::anonymously(ours), Compared::Statements).await;
    assert_eq!(opened.status, 200);
}
