use uuid::Uuid;

use super::*;
use crate::text::Name;

fn save(n: u128, owner: &str, shared: bool) -> SaveView {
    let query = [("filter[status]".to_owned(), "open".to_owned())].into();
    let name = Name::try_new(format!("View {n}")).unwrap();
    SaveView { view: ViewId::new(Uuid::from_u128(n)), name, query, owner: owner.to_owned(), shared, rank: 0 }
}

fn with(state: &mut SavedViewsState, save: SaveView) -> Result<usize, SavedViewsRejection> {
    let events = SavedViews::decide(state, SavedViewsCommand::Save(save))?;
    events.iter().for_each(|event| SavedViews::apply(state, event));
    Ok(events.len())
}

#[test]
fn there_are_never_more_than_can_be_looked_at() {
    let mut state = SavedViewsState::default();
    for n in 0..50 {
        assert_eq!(with(&mut state, save(n, "agt_1", false)), Ok(1));
    }
    assert_eq!(with(&mut state, save(50, "agt_1", false)), Err(SavedViewsRejection::TooManyOwn));
    assert_eq!(with(&mut state, save(7, "agt_1", false)), Ok(0), "it is so already");
    for n in 100..200 {
        assert_eq!(with(&mut state, save(n, "agt_2", true)), Ok(1), "what is shared is nobody's own");
    }
    assert_eq!(with(&mut state, save(7, "agt_1", true)), Err(SavedViewsRejection::TooManyShared));
    let deleted = SavedViews::decide(&state, SavedViewsCommand::Delete(save(100, "", true).view)).unwrap();
    deleted.iter().for_each(|event| SavedViews::apply(&mut state, event));
    assert_eq!(with(&mut state, save(7, "agt_1", true)), Ok(1));
    let again = SavedViews::decide(&state, SavedViewsCommand::Delete(save(100, "", true).view));
    assert_eq!(again, Err(SavedViewsRejection::NotFound));
}

#[test]
fn a_view_is_a_question_and_no_more() {
    let mut long = save(1, "agt_1", false);
    long.query.insert("filter[tag]".to_owned(), "x".repeat(2000));
    assert_eq!(with(&mut SavedViewsState::default(), long), Err(SavedViewsRejection::TooLong));
}

#[test]
fn what_is_not_shared_is_seen_by_its_owner_only() {
    let mut state = SavedViewsState::default();
    let (own, shared) = (save(1, "agt_1", false), save(2, "agt_1", true));
    for view in [&own, &shared] {
        with(&mut state, view.clone()).unwrap();
    }
    assert!(state.seen_by(own.view, "agt_1").is_some() && state.seen_by(shared.view, "agt_2").is_some());
    assert!(state.seen_by(own.view, "agt_2").is_none());
}
