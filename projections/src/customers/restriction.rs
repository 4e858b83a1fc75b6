//! Why what is known of a customer is kept and not used: folded from their own stream whenever it is asked for.

use chrono::{DateTime, Utc};
use domain::{
    CustomerId, Personal,
    customer::{Customer, CustomerEvent, RestrictionGround},
};
use event_store::Log;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    as_of::{self, Moment},
    error::ProjectionError,
    timeline::Actor,
};

/// Whether, why and since when the data of a customer are kept and not used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Restriction)]
pub struct RestrictionView {
    /// Whose data.
    #[schema(example = "cus_0199aa00000070008000000000000001")]
    pub customer_id: String,
    /// `accuracy_contested`, `unlawful_processing`, `legal_claims` or `objection`: the cases of GDPR Article 18(1); null: they
    /// are used.
    #[schema(value_type = Option<String>, example = "objection")]
    pub ground: Option<RestrictionGround>,
    /// What else was said of it. Null once it was erased.
    pub note: Option<String>,
    /// Since when.
    pub restricted_at: Option<DateTime<Utc>>,
    /// Who last said so.
    pub by: Option<Actor>,
    /// How many changes the customer has seen.
    #[schema(minimum = 1)]
    pub version: u64,
}

/// The restriction of a customer at `moment`; none: there was no such customer.
pub async fn restriction(
    log: &Log,
    id: CustomerId,
    moment: Moment,
) -> Result<Option<RestrictionView>, ProjectionError> {
    let events = as_of::events::<Customer>(log, id, moment).await?;
    let Some((last, _)) = events.last() else { return Ok(None) };
    let unrestricted = RestrictionView {
        customer_id: id.to_string(),
        ground: None,
        note: None,
        restricted_at: None,
        by: None,
        version: last.sequence,
    };
    let mut view = unrestricted.clone();
    for (at, event) in events {
        match event {
            CustomerEvent::CustomerRestricted(restricted) => {
                view = RestrictionView {
                    ground: Some(restricted.ground),
                    note: restricted.note.and_then(Personal::into_value),
                    restricted_at: view.restricted_at.or(Some(at.occurred_at)),
                    by: Some(Actor::of(at.actor())),
                    ..view
                }
            }
            CustomerEvent::CustomerRestrictionLifted(_) | CustomerEvent::CustomerErased(_) => {
                view = unrestricted.clone();
            }
            CustomerEvent::CustomerCreated(_)
            | CustomerEvent::CustomerRenamed(_)
            | CustomerEvent::CustomerEmailChanged(_)
            | CustomerEvent::CustomerPhoneChanged(_)
            | CustomerEvent::CustomerExternalIdChanged(_)
            | CustomerEvent::ConsentGiven(_)
            | CustomerEvent::ConsentWithdrawn(_)
            | CustomerEvent::CustomerExported(_) => {}
        }
    }
    Ok(Some(view))
}
