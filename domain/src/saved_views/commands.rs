//! What may be wished of saved views.

use std::collections::BTreeMap;

use crate::{ids::ViewId, text::Name};

/// A view, as it is to be.
#[derive(Clone, Debug)]
pub struct SaveView {
    /// Which: a new one, or one that there is.
    pub view: ViewId,
    /// What it is called.
    pub name: Name,
    /// The parameters of the list, which were read as the list reads them.
    pub query: BTreeMap<String, String>,
    /// Whose it is.
    pub owner: String,
    /// Whether everybody sees it.
    pub shared: bool,
    /// Its place among the others: the lower ones come first.
    pub rank: u16,
}

/// What may be wished of saved views.
#[derive(Clone, Debug)]
pub enum SavedViewsCommand {
    /// Keep it.
    Save(SaveView),
    /// Keep it no more.
    Delete(ViewId),
}
