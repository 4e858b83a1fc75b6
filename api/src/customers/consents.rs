use axum::{extract::State, response::Response};
use chrono::{DateTime, Utc};
use commands::{
    Permission, Receipt,
    customers::{RecordConsent, Said},
};
use domain::{
    CustomerId, Personal,
    customer::{ConsentGiven, ConsentWithdrawn, Purpose},
    text::{Description, Name},
};
use projections::{
    as_of::Moment,
    customers::{self, ConsentsView},
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::resolve;
use crate::{
    answer::{Resource, Written, shown},
    app::App,
    openapi::{
        ChangeProblems, Changed, CustomerPath, Fresh, Idempotent, IfMatch, IfNoneMatch, ReadProblems, Shown, schemas,
    },
    problem::ApiError,
    request::{Body, Conditions, PathText, Query, Session},
};

impl Resource for ConsentsView {
    fn version(&self) -> u64 {
        self.version
    }
}

/// What a customer agreed to.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"purpose": "newsletter", "text_version": "2026-11", "source": "sign-up form"}))]
pub struct NewConsent {
    /// For what, in a word of your own.
    #[schema(value_type = schemas::PurposeName)]
    purpose: Purpose,
    /// The version of the text that they agreed to.
    #[schema(value_type = schemas::Name)]
    text_version: Name,
    /// Where they said so: a form, a letter.
    #[schema(value_type = schemas::Name)]
    source: Name,
    /// When they said so; now when left out.
    given_at: Option<DateTime<Utc>>,
    /// What shows it: sealed under the key of the customer.
    #[schema(value_type = Option<schemas::Description>)]
    evidence: Option<Description>,
}

/// What a customer agrees to no more.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"purpose": "newsletter", "source": "letter"}))]
pub struct Withdrawal {
    /// For what.
    #[schema(value_type = schemas::PurposeName)]
    purpose: Purpose,
    /// Where they said so.
    #[schema(value_type = Option<schemas::Name>)]
    source: Option<Name>,
}

/// List the consents of a customer
///
/// By purpose: whether they allow it now, and all that they said to it, with the version of the text, when and where.
#[utoipa::path(
    get,
    path = "/customers/{id}/consents",
    operation_id = "listConsents",
    tag = "Privacy",
    security(("api_key" = ["privacy:read"])),
    params(CustomerPath, Fresh, IfNoneMatch),
    responses(Shown<ConsentsView>, ReadProblems),
)]
pub async fn list_consents(
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

/// Record that a customer consents
///
/// Agreeing again to the same version of a text changes nothing. Answers with all of their consents.
#[utoipa::path(
    post,
    path = "/customers/{id}/consents",
    operation_id = "giveConsent",
    tag = "Privacy",
    security(("api_key" = ["privacy:write"])),
    params(CustomerPath, IfMatch, Idempotent),
    request_body = NewConsent,
    responses(Changed<ConsentsView>, ChangeProblems),
)]
pub async fn give_consent(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    PathText(id): PathText,
    body: Body<NewConsent>,
) -> Result<Response, ApiError> {
    session.require(Permission::PrivacyWrite)?;
    let request = conditions.wish(&app, &session, &body.digest);
    let id = resolve(&session, &id).await?;
    let now = app.desk.store().clock().now();
    let NewConsent { purpose, text_version, source, given_at, evidence } = body.value;
    let given = ConsentGiven {
        purpose,
        text_version: text_version.into(),
        source: source.into(),
        given_at: given_at.unwrap_or(now),
        evidence: evidence.map(|text| Personal::new(id, text)),
    };
    let receipt = app.desk.run(&session.log, &request, &RecordConsent { id, said: Said::Given(given, now) }).await?;
    answer(&app, &session, &receipt, id).await
}

/// Record that a customer withdraws a consent
#[utoipa::path(
    post,
    path = "/customers/{id}/consents/withdraw",
    operation_id = "withdrawConsent",
    tag = "Privacy",
    security(("api_key" = ["privacy:write"])),
    params(CustomerPath, IfMatch, Idempotent),
    request_body = Withdrawal,
    responses(Changed<ConsentsView>, ChangeProblems),
)]
pub async fn withdraw_consent(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    PathText(id): PathText,
    body: Body<Withdrawal>,
) -> Result<Response, ApiError> {
    session.require(Permission::PrivacyWrite)?;
    let request = conditions.wish(&app, &session, &body.digest);
    let id = resolve(&session, &id).await?;
    let Withdrawal { purpose, source } = body.value;
    let said = Said::Withdrawn(ConsentWithdrawn { purpose, source: source.map(String::from) });
    let receipt = app.desk.run(&session.log, &request, &RecordConsent { id, said }).await?;
    answer(&app, &session, &receipt, id).await
}

async fn find(session: &Session, id: CustomerId, moment: Moment) -> Result<ConsentsView, ApiError> {
    customers::consents(&session.log, id, moment).await?.ok_or_else(|| ApiError::not_found("customer"))
}

/// Answers a write with what the customer said up to it.
async fn answer(app: &App, session: &Session, receipt: &Receipt, id: CustomerId) -> Result<Response, ApiError> {
    Written::changed(receipt).folded(app, session, |moment| find(session, id, moment)).await
}
