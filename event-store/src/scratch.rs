//! Schemas for the time of one replay, in front of a tenant's own.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use tokio_postgres::Client;
use uuid::Uuid;

use crate::{
    database::{self, TenantTx},
    error::StoreError,
    log::{Log, alter},
    tenancy::Placement,
};

/// What a scratch schema's name begins with; then comes an id, which says when it was made.
const PREFIX: &str = "scratch_";
/// Whoever made one that is older does not run any more: it was killed.
const OLD: TimeDelta = TimeDelta::days(1);

/// A schema in front of a tenant's own, see [`Log::scratch`].
#[derive(Debug)]
pub struct Scratch {
    log: Log,
    placement: Arc<Placement>,
    schema: String,
}

impl Log {
    /// A schema of its own in front of this tenant's: tables made there hide those of the same name, and everything
    /// else is the tenant's. For replays beside the live read models. It is gone after [`Scratch::remove`]; one that
    /// a killed process has left goes with the first that is made more than a day later.
    pub async fn scratch(&self) -> Result<Scratch, StoreError> {
        let Placement { schema, role, .. } = &*self.inner.placement;
        let own = format!("{PREFIX}{}", self.inner.ids.next().simple());
        let admin = database::connection(&self.inner.admin).await?;
        sweep(&admin, self.inner.clock.now()).await?;
        admin.batch_execute(&format!("CREATE SCHEMA {own}")).await?;
        admin.batch_execute(&format!("GRANT USAGE ON SCHEMA {own} TO {role}")).await?;
        let placement = Placement { schema: format!("{own}, {schema}"), ..(*self.inner.placement).clone() };
        Ok(Scratch { log: self.clone(), placement: Arc::new(placement), schema: own })
    }
}

impl Scratch {
    /// A transaction in which the scratch tables hide those of the tenant.
    pub async fn begin(&self) -> Result<TenantTx, StoreError> {
        TenantTx::begin(&self.log.inner.pool, &self.placement).await
    }

    /// Runs DDL in the scratch schema, as [`Log::alter`].
    pub async fn alter(&self, sql: &str) -> Result<(), StoreError> {
        alter(&self.log.inner.admin, &self.placement, sql).await
    }

    /// Removes the schema and all that is in it.
    pub async fn remove(self) -> Result<(), StoreError> {
        let admin = database::connection(&self.log.inner.admin).await?;
        Ok(admin.batch_execute(&format!("DROP SCHEMA {} CASCADE", self.schema)).await?)
    }
}

/// Removes those that killed processes have left, of all tenants.
async fn sweep(admin: &Client, now: DateTime<Utc>) -> Result<(), StoreError> {
    let rows = admin.query("SELECT nspname::text FROM pg_namespace WHERE nspname ^@ $1", &[&PREFIX]).await?;
    for name in rows.iter().map(|row| row.get(0)) {
        if made_at(name).is_some_and(|made| now - made > OLD) {
            admin.batch_execute(&format!("DROP SCHEMA IF EXISTS {name} CASCADE")).await?;
        }
    }
    Ok(())
}

/// When a schema of this name was made; none if it is not one of these.
fn made_at(name: &str) -> Option<DateTime<Utc>> {
    let id = Uuid::parse_str(name.strip_prefix(PREFIX)?).ok()?;
    let (seconds, nanos) = id.get_timestamp()?.to_unix();
    DateTime::from_timestamp(i64::try_from(seconds).ok()?, nanos)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scratch_schema_says_when_it_was_made_and_another_name_does_not() {
        let made = made_at("scratch_0199aa00000070008000000000000001").unwrap();
        assert_eq!(made.to_rfc3339(), "2025-10-03T12:15:50.784+00:00");
        assert_eq!((made_at("scratch_mine"), made_at("tenant_demo")), (None, None));
    }
}
