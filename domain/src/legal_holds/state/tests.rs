use uuid::Uuid;

use super::*;
use crate::text::{Name, Reason};

fn hold(n: u128) -> LegalHoldId {
    LegalHoldId::new(Uuid::from_u128(n))
}

fn reason() -> Reason {
    Reason::try_new("a suit").unwrap()
}

fn place(n: u128, about: HeldThings) -> LegalHoldsCommand {
    let matter = Name::try_new("Case 4711").unwrap();
    LegalHoldsCommand::Place(PlaceLegalHold { hold: hold(n), matter, reason: reason(), about })
}

fn after(commands: Vec<LegalHoldsCommand>) -> LegalHoldsState {
    let mut state = LegalHoldsState::default();
    for command in commands {
        for event in LegalHolds::decide(&state, command).unwrap() {
            LegalHolds::apply(&mut state, &event);
        }
    }
    state
}

#[test]
fn a_ticket_is_held_by_itself_its_customer_its_tag_or_all() {
    let [ann, bob] = [1, 2].map(|n| CustomerId::new(Uuid::from_u128(n)));
    let [first, second] = [3, 4].map(|n| TicketId::new(Uuid::from_u128(n)));
    let ticket = TicketState { requester: Some(ann), tags: ["suit".to_owned()].into(), ..TicketState::default() };
    for (about, held) in [
        (HeldThings::Tenant, true),
        (HeldThings::Tag("suit".to_owned()), true),
        (HeldThings::Tag("other".to_owned()), false),
        (HeldThings::Tickets([first].into()), true),
        (HeldThings::Tickets([second].into()), false),
        (HeldThings::Customers([ann].into()), true),
        (HeldThings::Customers([bob].into()), false),
    ] {
        let state = after(vec![place(7, about.clone())]);
        assert_eq!(state.on_ticket(first, &ticket), held.then_some(hold(7)), "{about:?}");
        let release = LegalHoldsCommand::Release { hold: hold(7), reason: reason() };
        let state = after(vec![place(7, about), release.clone(), release]);
        assert_eq!(state.on_ticket(first, &ticket), None);
        assert!(state.knows(hold(7)) && state.any().is_none());
    }
}

#[test]
fn a_ticket_leaves_a_hold_with_its_tag_or_its_customer() {
    let [ann, bob] = [1, 2].map(|n| CustomerId::new(Uuid::from_u128(n)));
    let before = TicketState { requester: Some(ann), tags: ["suit".to_owned()].into(), ..TicketState::default() };
    let untagged = TicketState { tags: BTreeSet::new(), ..before.clone() };
    let moved = TicketState { requester: Some(bob), ..before.clone() };
    let on_tag = after(vec![place(1, HeldThings::Tag("suit".to_owned()))]);
    let on_ann = after(vec![place(2, HeldThings::Customers([ann].into()))]);
    assert_eq!(on_tag.left_by(&before, &untagged), Some(hold(1)));
    assert_eq!(on_tag.left_by(&before, &moved), None);
    assert_eq!(on_ann.left_by(&before, &moved), Some(hold(2)));
    assert_eq!(on_ann.left_by(&before, &untagged), None);
    assert_eq!(on_tag.left_by(&before, &before), None);
}

#[test]
fn a_hold_is_about_something_and_what_was_never_placed_is_not_released() {
    let state = LegalHoldsState::default();
    let nothing = place(1, HeldThings::Tickets(BTreeSet::new()));
    assert_eq!(LegalHolds::decide(&state, nothing), Err(LegalHoldsRejection::Extent));
    let release = LegalHoldsCommand::Release { hold: hold(1), reason: reason() };
    assert_eq!(LegalHolds::decide(&state, release), Err(LegalHoldsRejection::NotFound));
    let full = after((0..200).map(|n| place(n, HeldThings::Tenant)).collect());
    assert_eq!(LegalHolds::decide(&full, place(200, HeldThings::Tenant)), Err(LegalHoldsRejection::TooMany));
}
