use axum::{Json, extract::State};
use commands::{Permission, views::owner_of};
use projections::saved_views::{self, ViewView};
use serde::Serialize;
use utoipa::ToSchema;

use super::count::counted;
use crate::{
    app::App,
    openapi::{Fresh, ListProblems, schemas},
    problem::ApiError,
    request::{Query, Session},
};

/// The views that you see.
#[derive(Debug, Serialize, ToSchema)]
pub struct ViewList {
    /// Those that come with the product, then what is shared and your own, by rank: at most 154.
    data: Vec<ViewView>,
}

/// List saved views
///
/// Those that come with the product (`mine`, `unassigned`, `open`, `urgent`), those that are shared, and your own. Ask
/// `GET /api/tickets` with the parameters of `query`.
#[utoipa::path(
    get,
    path = "/views",
    operation_id = "listViews",
    tag = "Views",
    security(("api_key" = ["tickets:read"])),
    params(
        ("include" = inline(Option<schemas::ViewParts>), Query, description = "`counts` says how many tickets each would find: as many as you would see, counted up to 1,000"),
        Fresh,
    ),
    responses((status = 200, description = "Every view that you see", body = ViewList), ListProblems),
    extensions(("x-personal-data" = json!({"none": "questions, and how many tickets they find"}))),
)]
pub async fn list_views(
    State(app): State<App>,
    session: Session,
    mut query: Query,
) -> Result<Json<ViewList>, ApiError> {
    session.require(Permission::TicketsRead)?;
    let with_counts = match query.text("include").as_deref() {
        None => false,
        Some("counts") => true,
        Some(_) => return Err(ApiError::invalid_parameter("include", "expected counts")),
    };
    let min_position = query.position("min_position")?;
    query.finish()?;
    app.reach(&session.log, min_position).await?;
    let views = saved_views::list(&session.log, owner_of(&session.caller).as_deref()).await?;
    let data = if with_counts { counted(&session, views).await? } else { views };
    Ok(Json(ViewList { data }))
}
