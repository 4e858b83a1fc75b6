//! What can have happened to saved views: the storage format.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{aggregate::events, ids::ViewId};

/// A view is this from here on, whether it was there before or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ViewSaved {
    /// Which.
    pub view: ViewId,
    /// What it is called.
    pub name: String,
    /// The parameters of the list.
    pub query: BTreeMap<String, String>,
    /// Whose it is: an agent, a service account or a key.
    pub owner: String,
    /// Whether everybody sees it.
    pub shared: bool,
    /// Its place among the others.
    pub rank: u16,
}

/// It is no more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ViewDeleted {
    /// Which.
    pub view: ViewId,
}

events!(
    /// What can have happened to saved views.
    SavedViewsEvent {
        "view.saved" v 1 => ViewSaved;
        "view.deleted" v 1 => ViewDeleted;
    }
);
