//! Wrong passwords: counted one by one, recorded at most once an hour, so that an attack does not fill the log.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{AgentId, PasswordId};
use event_store::{Log, StoreError};

use super::{Visitor, operations::NoteFailures};
use crate::{caller::Caller, desk::Desk, error::CommandError};

/// How long a record stands for those that follow.
const RECORDED: TimeDelta = TimeDelta::hours(1);

impl Desk {
    /// Counts one; gives whether it is time to record them.
    pub(super) async fn is_failure_due(&self, log: &Log, password: PasswordId) -> Result<bool, StoreError> {
        let tx = log.begin().await?;
        tx.batch_execute("SET LOCAL synchronous_commit = off").await?;
        let statement = tx
            .statement(
                "UPDATE passwords SET failed_attempts = failed_attempts + 1 WHERE password_id = $1
                 RETURNING failures_recorded_at",
            )
            .await?;
        let row = tx.query_opt(&statement, &[&password.to_string()]).await?;
        tx.commit().await?;
        let before = self.store().clock().now() - RECORDED;
        Ok(row.is_some_and(|row| row.get::<_, Option<DateTime<Utc>>>(0).is_none_or(|at| at <= before)))
    }

    pub(super) async fn record_failures(
        &self,
        log: &Log,
        agent: AgentId,
        password: PasswordId,
        client: Option<String>,
    ) {
        if let Err(error) = self.try_to_record(log, agent, password, client).await {
            tracing::warn!(tenant = %log.tenant(), %error, "failed log-ins could not be recorded");
        }
    }

    async fn try_to_record(
        &self,
        log: &Log,
        agent: AgentId,
        password: PasswordId,
        client: Option<String>,
    ) -> Result<(), CommandError> {
        let now = self.store().clock().now();
        let tx = log.begin().await?;
        // Of those who are about to record the same, on any process, one finds them.
        let taken = tx
            .query_opt(
                "WITH due AS (
                     SELECT password_id, failed_attempts FROM passwords
                     WHERE password_id = $1 AND failed_attempts > 0
                     AND (failures_recorded_at IS NULL OR failures_recorded_at <= $3) FOR UPDATE)
                 UPDATE passwords SET failed_attempts = 0, failures_recorded_at = $2 FROM due
                 WHERE passwords.password_id = due.password_id RETURNING due.failed_attempts",
                &[&password.to_string(), &now, &(now - RECORDED)],
            )
            .await
            .map_err(StoreError::from)?;
        tx.commit().await?;
        let Some(taken) = taken else { return Ok(()) };
        let attempts = u32::try_from(taken.get::<_, i32>(0)).unwrap_or(0);
        let request = self.at_the_door(Caller::system("sessions"), &Visitor::default());
        self.run(log, &request, &NoteFailures { agent, attempts, client }).await?;
        Ok(())
    }
}
