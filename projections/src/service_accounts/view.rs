//! What is told of a service account. The fields' docs are the API's reference.

use chrono::{DateTime, Utc};
use domain::{
    Aggregate, Event,
    service_account::{ServiceAccount, ServiceAccountState},
};
use event_store::RecordedEvent;
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::ProjectionError;

/// Whom the keys of a program belong to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ServiceAccount)]
pub struct ServiceAccountView {
    /// Its id.
    #[schema(example = "svc_0199aa00000070008000000000000041")]
    pub id: String,
    /// What it is called.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// What its keys may do at most: a role that comes with the product, or `rol_…`.
    #[schema(example = "agent")]
    pub role: String,
    /// Whether its keys open.
    pub active: bool,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When anything of this last changed.
    pub updated_at: DateTime<Utc>,
    /// How many changes it has seen. Send it as `If-Match` to change only what you have seen.
    #[schema(minimum = 1)]
    pub version: u64,
    /// The place of its last change in your event log.
    #[schema(minimum = 1)]
    pub position: u64,
}

impl ServiceAccountView {
    /// The service account whose events these are, in order; none if there are none.
    pub(super) fn fold(events: impl IntoIterator<Item = RecordedEvent>) -> Result<Option<Self>, ProjectionError> {
        let mut state = ServiceAccountState::default();
        let mut view: Option<Self> = None;
        for at in events {
            let (position, recorded_at) = (at.position, at.recorded_at);
            let event = <ServiceAccount as Aggregate>::Event::decode(&at.event_type, at.event_version, at.payload)
                .map_err(|error| ProjectionError::Poisoned { position, reason: error.to_string() })?;
            ServiceAccount::apply(&mut state, &event);
            let created_at = view.map_or(recorded_at, |view| view.created_at);
            view = Some(Self {
                id: at.stream.aggregate_id,
                name: state.name.clone(),
                description: state.description.clone(),
                role: state.role.unwrap_or_default().to_string(),
                active: state.active,
                created_at,
                updated_at: recorded_at,
                version: at.sequence,
                position,
            });
        }
        Ok(view)
    }
}
