use std::collections::BTreeSet;

use axum::{extract::State, response::Response};
use commands::legal_holds::PlaceHold;
use domain::{
    CustomerId, LegalHoldId, Permission, TicketId,
    legal_holds::{HeldThings, PlaceLegalHold},
    text::{Name, Reason, Tag},
};
use projections::legal_holds::{self, LegalHoldView};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    answer::Written,
    app::App,
    openapi::{CreateProblems, Created, Idempotent, schemas},
    problem::ApiError,
    request::{Body, Conditions, Session},
};

/// What a hold is about.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// Everything.
    Tenant,
    /// Every ticket that has `tag`, now or later.
    Tag,
    /// `ticket_ids`.
    Tickets,
    /// `customer_ids`, with every ticket that they asked about.
    Customers,
}

/// A new legal hold.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"matter": "Case 4711", "reason": "a suit was announced", "about": "tag", "tag": "case-4711"}))]
pub struct NewLegalHold {
    /// The matter that it belongs to. It stays in your event log as it is: name no persons.
    #[schema(value_type = schemas::Name)]
    matter: Name,
    /// Why it is placed. It stays in your event log as it is: name no persons.
    #[schema(value_type = schemas::Reason)]
    reason: Reason,
    /// What it is about. Send what it names, and only that: `tag`, `ticket_ids` or `customer_ids`.
    about: About,
    /// The tag that holds a ticket.
    #[schema(value_type = Option<schemas::Tag>)]
    tag: Option<Tag>,
    /// The tickets, by their ids.
    #[serde(default)]
    #[schema(value_type = Vec<schemas::TicketId>, max_items = 100)]
    ticket_ids: BTreeSet<TicketId>,
    /// The customers, by their ids.
    #[serde(default)]
    #[schema(value_type = Vec<schemas::CustomerId>, max_items = 100)]
    customer_ids: BTreeSet<CustomerId>,
}

impl NewLegalHold {
    /// What it is about; a field that `about` does not name, or one that is missing, is refused.
    fn things(&self) -> Result<HeldThings, ApiError> {
        let sent = [
            ("/tag", self.tag.is_some()),
            ("/ticket_ids", !self.ticket_ids.is_empty()),
            ("/customer_ids", !self.customer_ids.is_empty()),
        ];
        let wanted = match self.about {
            About::Tenant => None,
            About::Tag => Some("/tag"),
            About::Tickets => Some("/ticket_ids"),
            About::Customers => Some("/customer_ids"),
        };
        for (pointer, is_sent) in sent {
            if is_sent && wanted != Some(pointer) {
                let detail = "expected nothing here: about says that this hold is about something else";
                return Err(ApiError::invalid_field(pointer, "invalid_value", detail));
            }
            if !is_sent && wanted == Some(pointer) {
                let detail = "expected this: about says that this hold is about it";
                return Err(ApiError::invalid_field(pointer, "required", detail));
            }
        }
        Ok(match (self.about, &self.tag) {
            (About::Tag, Some(tag)) => HeldThings::Tag(tag.clone().into()),
            (About::Tickets, _) => HeldThings::Tickets(self.ticket_ids.clone()),
            (About::Customers, _) => HeldThings::Customers(self.customer_ids.clone()),
            (About::Tenant | About::Tag, _) => HeldThings::Tenant,
        })
    }
}

/// Place a legal hold
///
/// From this moment on nothing that it is about is deleted, redacted or erased, by whomever, and nothing is taken out of it
/// (409 `on_legal_hold`); the operator cannot delete the tenant.
#[utoipa::path(
    post,
    path = "/legal-holds",
    operation_id = "placeLegalHold",
    tag = "Privacy",
    security(("api_key" = ["privacy:write"])),
    params(Idempotent),
    request_body = NewLegalHold,
    responses(Created<LegalHoldView>, CreateProblems),
)]
pub async fn place_legal_hold(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    body: Body<NewLegalHold>,
) -> Result<Response, ApiError> {
    session.require(Permission::PrivacyWrite)?;
    session.require_recent()?;
    let request = conditions.wish(&app, &session, &body.digest);
    let about = body.value.things()?;
    let hold = LegalHoldId::new(app.desk.store().ids().next());
    let NewLegalHold { matter, reason, .. } = body.value;
    let wish = PlaceHold(PlaceLegalHold { hold, matter, reason, about });
    let receipt = app.desk.run(&session.log, &request, &wish).await?;
    let visible = app.visible(&session.log, &receipt).await;
    // Where this wish is recorded is the hold that it placed, the first time and whenever it is repeated.
    let placed = legal_holds::placed_at(&session.log, receipt.position).await?;
    let id = placed.as_ref().map_or_else(|| hold.to_string(), |placed| placed.id.clone());
    let location = format!("/api/legal-holds/{id}");
    Ok(Written::created(&receipt, location).with(placed.as_ref().filter(|_| visible)))
}
