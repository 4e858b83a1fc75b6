//! Reviews of access that open by themselves, by the schedule of a tenant's access policy.
//!
//! Who is in one is folded from the log; that it is due is decided by the command that opens it, on the stream that has the
//! schedule, in the commit that notes it as opened. So a pass may be interrupted anywhere, and any number may run at once.

use commands::{Desk, access_reviews::OpenScheduledReview};
use domain::AccessReviewId;
use event_store::TenantId;
use projections::{
    access_policy::{self, DueReview},
    principals::{self, ToReview},
};

use crate::error::ReactionError;

/// Opens reviews whose time has come. Cheap to clone.
#[derive(Clone, Debug)]
pub struct ScheduledReviews {
    desk: Desk,
}

impl ScheduledReviews {
    /// Of this process.
    pub fn new(desk: Desk) -> Self {
        Self { desk }
    }

    /// Opens the review of a tenant that is due; gives whether there was one. Where there is nobody to review yet, it opens
    /// once there is somebody.
    pub async fn open_due(&self, tenant: &TenantId) -> Result<bool, ReactionError> {
        let (store, now) = (self.desk.store(), self.desk.store().clock().now());
        // Most tenants have no schedule: nothing is kept of them, and nothing done for them first.
        let tx = store.look_into(tenant).await?;
        let any = access_policy::schedules_reviews(&tx).await?;
        tx.end();
        if !any {
            return Ok(false);
        }
        let found = access_policy::due_review(&store.passing_log(tenant).await?, now).await?;
        let Some(DueReview { schedule, cause }) = found else { return Ok(false) };
        let log = store.log(tenant).await?;
        let as_of_position = log.head().await?.position;
        let found = principals::at(&log, as_of_position, now).await?.to_review(&schedule.kinds, now);
        let ToReview { items, roles } = found;
        if items.is_empty() {
            return Ok(false);
        }
        let id = AccessReviewId::new(store.ids().next());
        let wish = OpenScheduledReview { id, schedule, cause, as_of_position, roles, items };
        let receipt = self.desk.run(&log, &OpenScheduledReview::request(store.ids().next()), &wish).await?;
        if receipt.changed {
            tracing::info!(%tenant, review = %id, "a review of access was opened that was due");
        }
        Ok(receipt.changed)
    }
}
