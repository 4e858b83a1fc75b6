//! Wishes for saved views. A view that is not shared is its owner's; a shared one is changed by whoever arranges the work of
//! others (`agents:write`).

use std::collections::BTreeMap;

use domain::{
    ViewId,
    saved_views::{SaveView, SavedViews, SavedViewsCommand, ViewSaved},
    text::Name,
};

use crate::{
    caller::{Caller, Permission},
    error::CommandError,
    unit::{About, Operation, Unit},
};

/// Save a new view.
#[derive(Clone, Debug)]
pub struct CreateView {
    /// The id that it gets.
    pub id: ViewId,
    /// What it is called.
    pub name: Name,
    /// The parameters of the list, which were read as the list reads them.
    pub query: BTreeMap<String, String>,
    /// Whether everybody sees it.
    pub shared: bool,
    /// Its place among the others.
    pub rank: u16,
}

impl Operation for CreateView {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        unit.require(Permission::TicketsRead)?;
        let Self { id, name, query, shared, rank } = self.clone();
        may_change(unit, shared)?;
        let owner = owner(unit)?;
        save(unit, SaveView { view: id, name, query, owner, shared, rank }).await
    }
}

/// Change a view. `None` leaves a field as it is.
#[derive(Clone, Debug)]
pub struct UpdateView {
    /// Which.
    pub id: ViewId,
    /// What it is called.
    pub name: Option<Name>,
    /// The parameters of the list.
    pub query: Option<BTreeMap<String, String>>,
    /// Whether everybody sees it.
    pub shared: Option<bool>,
    /// Its place among the others.
    pub rank: Option<u16>,
}

impl Operation for UpdateView {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        let before = seen(unit, self.id).await?;
        let shared = self.shared.unwrap_or(before.shared);
        may_change(unit, shared)?;
        let name = match self.name.clone() {
            Some(name) => name,
            None => Name::try_new(before.name).map_err(|error| CommandError::Malformed(error.to_string()))?,
        };
        let query = self.query.clone().unwrap_or(before.query);
        let rank = self.rank.unwrap_or(before.rank);
        save(unit, SaveView { view: self.id, name, query, owner: before.owner, shared, rank }).await
    }
}

/// Keep a view no more.
#[derive(Clone, Copy, Debug)]
pub struct DeleteView(pub ViewId);

impl Operation for DeleteView {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        seen(unit, self.0).await?;
        decide(unit, SavedViewsCommand::Delete(self.0)).await
    }
}

/// Whose a caller's views are; none: they have none of their own.
pub fn owner_of(caller: &Caller) -> Option<String> {
    caller.principal.clone().or_else(|| caller.subject())
}

fn owner(unit: &Unit<'_>) -> Result<String, CommandError> {
    owner_of(&unit.request().caller).ok_or_else(|| CommandError::Rejected {
        code: "no_views",
        pointer: None,
        message: "a view is kept for somebody of this tenant: save it as an agent, or with a key".to_owned(),
    })
}

/// A view that the caller sees, and may change.
async fn seen(unit: &mut Unit<'_>, id: ViewId) -> Result<ViewSaved, CommandError> {
    unit.require(Permission::TicketsRead)?;
    let owner = owner_of(&unit.request().caller).unwrap_or_default();
    let tenant = unit.log().identity().clone();
    let views = unit.load::<SavedViews>(tenant).await?;
    let view = views.seen_by(id, &owner).cloned().ok_or(CommandError::NotFound { kind: "view", pointer: None })?;
    may_change(unit, view.shared)?;
    Ok(view)
}

fn may_change(unit: &Unit<'_>, shared: bool) -> Result<(), CommandError> {
    if shared { unit.require(Permission::AgentsWrite) } else { Ok(()) }
}

async fn save(unit: &mut Unit<'_>, view: SaveView) -> Result<About, CommandError> {
    decide(unit, SavedViewsCommand::Save(view)).await
}

/// Which tickets somebody sees makes no difference: a view shows none.
async fn decide(unit: &mut Unit<'_>, command: SavedViewsCommand) -> Result<About, CommandError> {
    let tenant = unit.log().identity().clone();
    unit.load::<SavedViews>(&tenant).await?;
    unit.decide_as_part::<SavedViews>(&tenant, command)?;
    Ok(About::of::<SavedViews>(tenant))
}
