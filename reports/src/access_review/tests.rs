use chrono::TimeDelta;
use domain::{
    AgentId,
    access_review::{Principal, PrincipalKind},
    permission::Permissions,
};
use printpdf::{PdfDocument, PdfParseOptions};
use projections::access_reviews::ReviewDigests;
use uuid::Uuid;

use super::*;

fn at() -> DateTime<Utc> {
    "2026-12-15T09:30:00Z".parse().unwrap()
}

fn review(items: usize) -> AccessReviewView {
    let actor = Actor { kind: "agent".to_owned(), id: "agt_0199aa00000070008000000000000fff".to_owned() };
    AccessReviewView {
        id: "arv_0199aa00000070008000000000000061".to_owned(),
        title: "Fourth quarter".to_owned(),
        kinds: PrincipalKind::ALL.to_vec(),
        due_at: at(),
        opened_at: at() - TimeDelta::days(14),
        opened_by: Some(actor.clone()),
        as_of_position: 812,
        summary: ReviewSummaryView { items, attested: items, ..ReviewSummaryView::default() },
        closed_at: Some(at()),
        closed_by: Some(actor),
        result: Some(ReviewDigests { json_sha256: "ab".repeat(32), csv_sha256: "cd".repeat(32), position: 901 }),
        ..AccessReviewView::default()
    }
}

fn item(number: usize, name: &str, note: &str) -> ReviewItemView {
    let id = AgentId::new(Uuid::from_u128(0x0199_aa00_0000_7000_8000_0000_0000_0000 + number as u128));
    ReviewItemView {
        item: Principal::Agent(id).to_string(),
        kind: PrincipalKind::Agent,
        name: Some(name.to_owned()),
        role: Some("admin".to_owned()),
        role_name: Some("Admin".to_owned()),
        permissions: vec![],
        scopes: vec![],
        owner: None,
        joined: Some(true),
        second_factors: Some(1),
        created_at: at(),
        last_log_in_at: Some(at()),
        last_used_at: Some(at()),
        ends_at: None,
        decision: Some("attested"),
        new_role: None,
        note: Some(note.to_owned()),
        decided_at: Some(at()),
        decided_by: Some(Actor { kind: "agent".to_owned(), id: "agt_0199aa00000070008000000000000fff".to_owned() }),
        own_access: false,
    }
}

/// The text of each page.
fn pages(items: &[ReviewItemView]) -> Vec<String> {
    let review = review(items.len());
    let names = HashMap::from([("agt_0199aa00000070008000000000000fff".to_owned(), "Bob Admin".to_owned())]);
    let reviewed = ReviewedRole { name: "Admin".to_owned(), permissions: Permissions::all() };
    let roles = BTreeMap::from([(RoleId::ADMIN, reviewed)]);
    let document =
        ReviewDocument { tenant: "acme", review: &review, roles: &roles, items, names: &names, made_at: at() };
    let file = document.to_pdf();
    if let Ok(folder) = std::env::var("LEDGERDESK_LOOK_AT") {
        std::fs::write(format!("{folder}/review-{}.pdf", items.len()), &file).unwrap();
    }
    let read = PdfDocument::parse(&file, &PdfParseOptions::default(), &mut vec![]).unwrap();
    let text = |page: Vec<String>| page.concat().split_whitespace().collect::<String>();
    read.extract_text().into_iter().map(text).collect()
}

#[test]
fn everybody_is_in_it_with_what_was_decided_on_as_many_pages_as_it_takes() {
    let long = "Wolfeschlegelsteinhausenbergerdorff ".repeat(5);
    let note = "On call until the end of the year, then again in spring, as was agreed with the team. ".repeat(40);
    let items: Vec<_> = (0..160)
        .map(|number| match number {
            3 => item(number, &long, ""),
            5 => item(number, "Zoë Ångström, Ελένη, Ольга", "größte Mühe"),
            7 => item(number, "Ann", &note),
            _ => item(number, &format!("Agent {number}"), "needed"),
        })
        .collect();
    let pages = pages(&items);
    assert!((8..40).contains(&pages.len()), "{} pages", pages.len());
    let text = pages.concat();
    for item in &items {
        assert_eq!(text.matches(&item.item).count(), 1, "{}", item.item);
    }
    for part in ["Fourthquarter", "BobAdmin", "ZoëÅngström,Ελένη,Ольга", "größteMühe", "ab".repeat(32).as_str(), "901"]
    {
        assert!(text.contains(part), "{part}");
    }
    assert_eq!(text.matches("Oncalluntil").count(), 40, "what is higher than a page goes on on the next");
    assert_eq!(text.matches("Wolfeschlegelsteinhausenbergerdorff").count(), 5);
    assert!(text.contains("privacy:erase"), "what the role allowed");
    for (number, page) in pages.iter().enumerate() {
        assert!(page.contains(&format!("Page{}of{}", number + 1, pages.len())), "{page}");
        assert!(number + 1 == pages.len() || page.contains("Decision"), "the titles stand on each page of the table");
    }
}

#[test]
fn of_nobody_it_says_so() {
    let pages = pages(&[]);
    assert_eq!(pages.len(), 1);
    assert!(pages[0].contains("Nobody.") && pages[0].contains("0reviewed"), "{}", pages[0]);
}

#[test]
fn what_there_is_no_sign_for_is_seen_to_be_missing() {
    let pages = pages(&[item(1, "日本", "")]);
    assert!(pages[0].contains("▯▯"), "{}", pages[0]);
}
