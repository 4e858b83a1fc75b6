use axum::{extract::State, response::Response};
use commands::{Permission, Receipt, customers::RestrictCustomer};
use domain::{CustomerId, customer::RestrictionGround, text::Reason};
use projections::{
    as_of::Moment,
    customers::{self, RestrictionView},
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::resolve;
use crate::{
    answer::{Resource, Written, shown},
    app::App,
    openapi::{
        ActProblems, ChangeProblems, Changed, CustomerPath, Fresh, Idempotent, IfMatch, IfNoneMatch, ReadProblems,
        Shown, schemas,
    },
    problem::ApiError,
    request::{Body, Conditions, PathText, Query, Session},
};

impl Resource for RestrictionView {
    fn version(&self) -> u64 {
        self.version
    }
}

/// Why the data of a customer are kept and not used.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"ground": "objection", "note": "Asked by letter of 3 November."}))]
pub struct NewRestriction {
    /// The case of GDPR Article 18(1).
    #[schema(value_type = schemas::RestrictionGroundName)]
    ground: RestrictionGround,
    /// What else is to be said of it: for those who have `privacy:read`.
    #[schema(value_type = Option<schemas::Reason>)]
    note: Option<Reason>,
}

/// Get the restriction of a customer
#[utoipa::path(
    get,
    path = "/customers/{id}/restriction",
    operation_id = "getRestriction",
    tag = "Privacy",
    security(("api_key" = ["privacy:read"])),
    params(CustomerPath, Fresh, IfNoneMatch),
    responses(Shown<RestrictionView>, ReadProblems),
)]
pub async fn get_restriction(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    PathText(id): PathText,
    mut query: Query,
) -> Result<Response, ApiError> {
    session.require(Permission::PrivacyRead)?;
    let min_position = query.position("min_position")?;
    query.finish()?;
    app.reach(&session.log, min_position).await?;
    let id = resolve(&session, &id).await?;
    Ok(shown(&find(&session, id, Moment::Now).await?, &conditions))
}

/// Restrict what is done with the data of a customer
///
/// GDPR Articles 18 and 21: what is known of them is kept and not used. Whoever lacks `privacy:read` sees neither what they
/// are called nor their tickets; nobody without `privacy:write` changes them or replies to them; webhooks are told ids. What
/// they write themselves is taken.
#[utoipa::path(
    put,
    path = "/customers/{id}/restriction",
    operation_id = "restrictCustomer",
    tag = "Privacy",
    security(("api_key" = ["privacy:write"])),
    params(CustomerPath, IfMatch, Idempotent),
    request_body = NewRestriction,
    responses(Changed<RestrictionView>, ChangeProblems),
)]
pub async fn restrict_customer(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    PathText(id): PathText,
    body: Body<NewRestriction>,
) -> Result<Response, ApiError> {
    session.require(Permission::PrivacyWrite)?;
    let request = conditions.wish(&app, &session, &body.digest);
    let id = resolve(&session, &id).await?;
    let restriction = Some((body.value.ground, body.value.note));
    let receipt = app.desk.run(&session.log, &request, &RestrictCustomer { id, restriction }).await?;
    answer(&app, &session, &receipt, id).await
}

/// Lift the restriction of a customer
///
/// What is known of them is used again. They are to be told before (GDPR Article 18(3)).
#[utoipa::path(
    delete,
    path = "/customers/{id}/restriction",
    operation_id = "liftRestriction",
    tag = "Privacy",
    security(("api_key" = ["privacy:write"])),
    params(CustomerPath, IfMatch, Idempotent),
    responses(Changed<RestrictionView>, ActProblems),
)]
pub async fn lift_restriction(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    PathText(id): PathText,
) -> Result<Response, ApiError> {
    session.require(Permission::PrivacyWrite)?;
    let request = conditions.wish(&app, &session, &[]);
    let id = resolve(&session, &id).await?;
    let receipt = app.desk.run(&session.log, &request, &RestrictCustomer { id, restriction: None }).await?;
    answer(&app, &session, &receipt, id).await
}

async fn find(session: &Session, id: CustomerId, moment: Moment) -> Result<RestrictionView, ApiError> {
    customers::restriction(&session.log, id, moment).await?.ok_or_else(|| ApiError::not_found("customer"))
}

/// Answers a write with the restriction as of it; the lists show the mark, too.
async fn answer(app: &App, session: &Session, receipt: &Receipt, id: CustomerId) -> Result<Response, ApiError> {
    Written::changed(receipt).folded(app, session, |moment| find(session, id, moment)).await
}
