//! `/api/access-log`: who saw what.
//!
//! What an operation shows of people is said once, at the operation ([`shows`]). Whoever is let in is noted by `Session`;
//! when the answer is there, [`note`] records who is about to see what, and hands the answer out only when PostgreSQL has
//! that. An answer that cannot be recorded is not given.

mod list;
mod note;
mod question;
mod seals;
mod seen;
mod shows;
mod stored;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::app::App;

pub use note::{Reader, note, note_change, note_reader, record_link, record_stretch};
pub use shows::{EXTENSION, Operations, stated};

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list_access_log))
        .routes(routes!(seals::list_access_log_seals))
        .routes(routes!(stored::export_stored_access_log))
}
