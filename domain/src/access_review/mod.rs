//! A review of access: somebody looks at everybody who can do anything here, and keeps or takes what each may do.
//!
//! What it protects: nobody decides about their own access, but an owner who has nobody beside them, and that is marked;
//! only people decide; what was taken is not kept after all; a review that was closed stays as it is, and its last event
//! has the digest of its result.

mod commands;
mod csv_document;
mod events;
mod principal;
mod rejection;
mod result;
mod state;

pub use commands::{AccessReviewCommand, CloseAccessReview, DecideItem, OpenAccessReview, Reviewer};
pub use events::{
    AccessReviewClosed, AccessReviewEvent, AccessReviewItemAttested, AccessReviewItemRemoved,
    AccessReviewItemRoleChanged, AccessReviewItemsListed, AccessReviewOpened, ReviewItem, ReviewedRole,
};
pub use principal::{Principal, PrincipalError, PrincipalKind};
pub use rejection::AccessReviewRejection;
pub use result::{Happened, ItemResult, ReviewResult, ReviewSummary};
pub use state::{AccessReview, AccessReviewState, Decision, MAX_REVIEW_DAYS};
