//! Who of the operator's staff was let into a tenant, came, and why: folded from its own stream whenever it is asked for.

use chrono::{DateTime, Utc};
use domain::{
    RoleId, SupportGrantId, SupportSessionId,
    support_access::{
        SupportAccess, SupportAccessEvent, SupportBreakGlass, SupportEntered, SupportGranted, SupportRevoked,
        SupportViewed,
    },
};
use event_store::{Log, RecordedEvent};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    as_of::{self, Moment},
    error::ProjectionError,
    timeline::Actor,
};

/// So many of each are shown; the audit trail has all.
const SHOWN: usize = 100;

/// Who of the operator's staff may come, who came, and why: the newest first, a hundred of each. Every request that they
/// made is in the audit trail, as `support.viewed`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = SupportAccess)]
pub struct SupportAccessView {
    /// What you granted.
    pub grants: Vec<SupportGrantView>,
    /// Who came.
    pub visits: Vec<SupportVisitView>,
    /// How much has happened to it, each request of support included.
    pub version: u64,
    /// The place of the last of it in your event log; 0: there was none.
    pub position: u64,
}

/// A grant: the operator's staff may see this tenant for a while.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = SupportGrant)]
pub struct SupportGrantView {
    /// Its id.
    #[schema(example = "sgr_0199aa00000070008000000000000021")]
    pub id: String,
    /// When it ends.
    pub until: DateTime<Utc>,
    /// What they are to look into.
    #[schema(example = "webhooks do not arrive")]
    pub reason: String,
    /// What they may do: what this role may, and never more than support ever may.
    #[schema(example = "auditor")]
    pub role: String,
    /// When it was given.
    pub granted_at: DateTime<Utc>,
    /// By whom.
    pub granted_by: Actor,
    /// When it was taken back, if it was.
    pub revoked_at: Option<DateTime<Utc>>,
    /// Its place among all that happened here.
    #[serde(skip)]
    pub version: u64,
}

/// Somebody of the operator's staff was here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = SupportVisit)]
pub struct SupportVisitView {
    /// Its id.
    #[schema(example = "sup_0199aa00000070008000000000000022")]
    pub id: String,
    /// Who, by the name that the operator's installation knows them under.
    #[schema(example = "alice")]
    pub operator: String,
    /// Why.
    #[schema(example = "case 4711")]
    pub reason: String,
    /// By which grant; null: without one, in an emergency.
    pub grant_id: Option<String>,
    /// When they came.
    pub began_at: DateTime<Utc>,
    /// When it ends at the latest.
    pub until: DateTime<Utc>,
    /// How often they asked for something.
    #[schema(minimum = 0)]
    pub requests: u64,
    /// When they did last.
    pub last_request_at: Option<DateTime<Utc>>,
}

/// Support access as it was at `moment`.
pub async fn get(log: &Log, moment: Moment) -> Result<SupportAccessView, ProjectionError> {
    let mut view = SupportAccessView::default();
    for (at, event) in as_of::events::<SupportAccess>(log, log.identity(), moment).await? {
        view.fold(&at, event);
    }
    view.grants.reverse();
    view.grants.truncate(SHOWN);
    view.visits.reverse();
    view.visits.truncate(SHOWN);
    Ok(view)
}

impl SupportAccessView {
    fn fold(&mut self, at: &RecordedEvent, event: SupportAccessEvent) {
        (self.version, self.position) = (at.sequence, at.position);
        match event {
            SupportAccessEvent::SupportGranted(granted) => self.grants.push(SupportGrantView::of(at, granted)),
            SupportAccessEvent::SupportRevoked(SupportRevoked { grant }) => {
                let id = grant.to_string();
                let found = self.grants.iter_mut().rev().find(|grant| grant.id == id);
                found.into_iter().for_each(|grant| grant.revoked_at = Some(at.recorded_at));
            }
            SupportAccessEvent::SupportEntered(SupportEntered { session, operator, reason, grant, until }) => {
                self.visits.push(SupportVisitView::of(at, session, operator, reason, Some(grant), until));
            }
            SupportAccessEvent::SupportBreakGlass(SupportBreakGlass { session, operator, reason, until }) => {
                self.visits.push(SupportVisitView::of(at, session, operator, reason, None, until));
            }
            SupportAccessEvent::SupportViewed(SupportViewed { session, .. }) => {
                let id = session.to_string();
                if let Some(visit) = self.visits.iter_mut().rev().find(|visit| visit.id == id) {
                    visit.requests += 1;
                    visit.last_request_at = Some(at.recorded_at);
                }
            }
        }
    }
}

impl SupportGrantView {
    fn of(at: &RecordedEvent, granted: SupportGranted) -> Self {
        let SupportGranted { grant, until, reason, role } = granted;
        let (granted_at, granted_by) = (at.recorded_at, Actor::of(at.actor()));
        let (id, role) = (SupportGrantId::to_string(&grant), RoleId::to_string(&role));
        Self { id, until, reason, role, granted_at, granted_by, revoked_at: None, version: at.sequence }
    }
}

impl SupportVisitView {
    fn of(
        at: &RecordedEvent,
        session: SupportSessionId,
        operator: String,
        reason: String,
        grant: Option<SupportGrantId>,
        until: DateTime<Utc>,
    ) -> Self {
        let (id, grant_id) = (session.to_string(), grant.map(|grant| grant.to_string()));
        let (began_at, requests) = (at.recorded_at, 0);
        Self { id, operator, reason, grant_id, began_at, until, requests, last_request_at: None }
    }
}
