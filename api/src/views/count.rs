//! How many tickets each view would find.

use commands::Permission;
use projections::{
    saved_views::ViewView,
    tickets::{self, MAX_COUNT},
};

use super::question::question;
use crate::{filter::Me, problem::ApiError, request::Session};

/// Counts them as whoever asks would see them listed. What the list would refuse them is not counted.
pub async fn counted(session: &Session, views: Vec<ViewView>) -> Result<Vec<ViewView>, ApiError> {
    let (scope, me) = (session.scope(Permission::TicketsRead)?, Me::of(session));
    let tx = session.log.begin().await?;
    let mut counted = vec![];
    for view in views {
        let Ok(question) = question(&view.query, &me) else {
            counted.push(view);
            continue;
        };
        let (count, more) = tickets::count_some(&tx, &scope, &question.filter, MAX_COUNT).await?;
        counted.push(ViewView { count: Some(count), count_more: Some(more), ..view });
    }
    tx.end();
    Ok(counted)
}
