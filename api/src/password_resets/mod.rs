//! Another password for somebody who forgot theirs: handed out, and used.

mod accept;
mod issue;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::app::App;

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(issue::issue_password_reset)).routes(routes!(accept::accept_password_reset))
}
