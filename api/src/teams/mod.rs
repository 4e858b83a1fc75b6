//! `/api/teams`.

mod create;
mod get;
mod list;
mod update;

use domain::TeamId;
use projections::{
    as_of::{self, Moment},
    teams::{self, TeamView},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    answer::{Resource, Written},
    app::App,
    problem::ApiError,
    request::Session,
};

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list::list_teams, create::create_team)).routes(routes!(
        get::get_team,
        update::put_team,
        update::patch_team
    ))
}

impl Resource for TeamView {
    fn version(&self) -> u64 {
        self.version
    }
}

async fn find(session: &Session, id: TeamId) -> Result<TeamView, ApiError> {
    let tx = session.log.begin().await?;
    let team = teams::get(&tx, id).await?;
    tx.end();
    team.ok_or_else(|| ApiError::not_found("team"))
}

async fn answer(
    app: &App,
    session: &Session,
    receipt: &commands::Receipt,
    written: Written<'_>,
) -> Result<axum::response::Response, ApiError> {
    let id: TeamId = receipt.outcome.id.parse().map_err(|_| ApiError::not_found("team"))?;
    // A repeat waits as well: its first time may have been cut off before anybody could see it.
    let visible = app.visible(&session.log, receipt).await;
    if receipt.replayed && visible {
        // A repeat is answered with what the first time was answered with, whatever has happened since.
        let past = as_of::team(&session.log, id, Moment::Position(receipt.position)).await?;
        return Ok(written.with(past.as_ref()));
    }
    let team = if visible { Some(find(session, id).await?) } else { None };
    Ok(written.with(team.as_ref()))
}
