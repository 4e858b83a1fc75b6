//! What operators ask and wish, on the address of the metrics: it is about all tenants, so it is not for the world.
//! What tells of the machinery needs no credentials; what is about tenants takes an operator's token.

mod backups;
mod caller;
mod life;
mod plans;
mod restores;
mod standing;
mod support;
mod tenants;
mod usage;

use axum::{
    Router, middleware,
    routing::{get, post, put},
};
use metrics_exporter_prometheus::BuildError;

use crate::{app::App, measure, request};

/// The teams that a tenant begins with, unless others are wished for.
pub const DEFAULT_TEAMS: [&str; 2] = ["First line", "Second line"];

/// Everything that operators are answered, the metrics too.
pub fn router(app: &App) -> Result<Router, BuildError> {
    Ok(measure::router(app)?.merge(control(app.clone())))
}

/// `/consumers`: how each stands; `/read-models`: how far the rows of every tenant are, and what is being built beside
/// them; `/tenants`: which there are, and what is to become of them.
pub fn control(app: App) -> Router {
    let routes = Router::new()
        .route("/consumers", get(standing::consumers))
        .route("/read-models", get(standing::read_models))
        .route("/usage", get(usage::usage))
        .route("/tenants", post(tenants::create).get(tenants::list))
        .route("/tenants/{id}", get(tenants::show).delete(life::delete))
        .route("/tenants/{id}/suspend", post(life::suspend))
        .route("/tenants/{id}/resume", post(life::resume))
        .route("/tenants/{id}/restore", post(life::restore))
        .route("/tenants/{id}/entitlements", get(plans::entitlements))
        .route("/tenants/{id}/plan-preview", get(plans::plan_preview))
        .route("/tenants/{id}/plan", put(plans::set_plan))
        .route("/tenants/{id}/trial", put(plans::start_trial).delete(plans::end_trial))
        .route("/tenants/{id}/overrides/{of}", put(plans::set_override).delete(plans::clear_override))
        .route("/tenants/{id}/certificate", get(life::certificate))
        .route("/tenants/{id}/backups", post(backups::create).get(backups::list))
        .route("/tenants/{id}/backups/{backup}", get(backups::show))
        .route("/tenants/{id}/backup-schedule", get(backups::schedule).put(backups::set_schedule))
        .route("/tenants/{id}/restores", post(restores::begin).get(restores::list))
        .route("/tenants/{id}/drills", get(restores::drills))
        .route("/tenants/{id}/support-sessions", post(support::create))
        .fallback(async || crate::nothing_here())
        .method_not_allowed_fallback(crate::not_that_way);
    crate::answering(routes.layer(middleware::from_fn(request::refuse_pages)), app)
}
