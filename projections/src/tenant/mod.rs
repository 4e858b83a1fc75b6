//! What a tenant is: its name, its looks, when it is open, how soon its customers are to hear from it.
//!
//! Folded from its own stream whenever it is asked for, with the rules' own fold: one short stream of one thing needs no
//! table, and is never behind.

mod view;

use domain::{
    Aggregate,
    tenant::{Tenant, TenantState},
};
use event_store::Log;

use crate::{
    as_of::{self, Moment},
    error::ProjectionError,
};

pub use view::{
    BrandingView, CalendarView, ColorsView, FontsView, IntervalView, SandboxView, SettingsView, SlaPolicyView,
    TargetsView, TenantView,
};

/// The tenant at `moment`; none when it was not provisioned then.
pub async fn get(log: &Log, moment: Moment) -> Result<Option<TenantView>, ProjectionError> {
    let mut state = TenantState::default();
    let mut seen = view::Seen::default();
    for (at, event) in as_of::events::<Tenant>(log, log.identity(), moment).await? {
        Tenant::apply(&mut state, &event);
        seen.note(at.sequence, at.position, at.recorded_at, !Tenant::changed_fields(&event).is_empty());
    }
    Ok(TenantView::of(log.tenant().as_str(), state, seen))
}
