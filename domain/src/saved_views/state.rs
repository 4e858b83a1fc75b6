//! What the rules read of saved views; decide and apply.

use std::collections::BTreeMap;

use crate::{
    aggregate::Aggregate,
    ids::ViewId,
    saved_views::{
        commands::{SaveView, SavedViewsCommand},
        events::{SavedViewsEvent, ViewDeleted, ViewSaved},
        rejection::SavedViewsRejection,
    },
};

const MAX_SHARED: usize = 100;
const MAX_OWN: usize = 50;
const MAX_CHARS: usize = 2000;

/// The aggregate; its state is [`SavedViewsState`]. A tenant has one, under its own id: one version guards their number.
#[derive(Debug)]
pub struct SavedViews;

/// The views that there are, as they were last saved.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SavedViewsState {
    views: BTreeMap<ViewId, ViewSaved>,
}

impl Aggregate for SavedViews {
    const TYPE: &'static str = "saved_views";
    type State = SavedViewsState;
    type Command = SavedViewsCommand;
    type Event = SavedViewsEvent;
    type Rejection = SavedViewsRejection;

    fn decide(
        state: &SavedViewsState,
        command: SavedViewsCommand,
    ) -> Result<Vec<SavedViewsEvent>, SavedViewsRejection> {
        match command {
            SavedViewsCommand::Save(SaveView { view, name, query, owner, shared, rank }) => {
                state.save(ViewSaved { view, name: name.into(), query, owner, shared, rank })
            }
            SavedViewsCommand::Delete(view) if state.views.contains_key(&view) => Ok(vec![ViewDeleted { view }.into()]),
            SavedViewsCommand::Delete(_) => Err(SavedViewsRejection::NotFound),
        }
    }

    fn changed_fields(event: &SavedViewsEvent) -> &'static [&'static str] {
        match event {
            SavedViewsEvent::ViewSaved(_) => &["name", "query", "shared", "rank"],
            SavedViewsEvent::ViewDeleted(_) => &[],
        }
    }

    fn apply(state: &mut SavedViewsState, event: &SavedViewsEvent) {
        match event {
            SavedViewsEvent::ViewSaved(saved) => drop(state.views.insert(saved.view, saved.clone())),
            SavedViewsEvent::ViewDeleted(ViewDeleted { view }) => drop(state.views.remove(view)),
        }
    }
}

impl SavedViewsState {
    /// The view of this id, for whoever this is: their own, or one that everybody sees.
    pub fn seen_by(&self, view: ViewId, owner: &str) -> Option<&ViewSaved> {
        self.views.get(&view).filter(|view| view.shared || view.owner == owner)
    }

    fn save(&self, wanted: ViewSaved) -> Result<Vec<SavedViewsEvent>, SavedViewsRejection> {
        let chars: usize = wanted.query.iter().map(|(name, value)| name.chars().count() + value.chars().count()).sum();
        if chars > MAX_CHARS {
            return Err(SavedViewsRejection::TooLong);
        }
        let others = || self.views.values().filter(|other| other.view != wanted.view);
        if wanted.shared && others().filter(|other| other.shared).count() >= MAX_SHARED {
            return Err(SavedViewsRejection::TooManyShared);
        }
        let own = |other: &&ViewSaved| !other.shared && other.owner == wanted.owner;
        if !wanted.shared && others().filter(own).count() >= MAX_OWN {
            return Err(SavedViewsRejection::TooManyOwn);
        }
        if self.views.get(&wanted.view) == Some(&wanted) { Ok(vec![]) } else { Ok(vec![wanted.into()]) }
    }
}

#[cfg(test)]
mod tests;
