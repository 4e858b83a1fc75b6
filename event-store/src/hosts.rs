//! The names of hosts that tenants are found under: each belongs to one tenant of the installation, in `control.hosts`.
//!
//! A name is reserved before it is recorded, and the two are no common commit: what a tenant has reserved and does not
//! use is free again after [`HELD`].

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use chrono::{DateTime, TimeDelta, Utc};

use crate::{error::StoreError, store::Store, tenancy::TenantId};

/// How long a name is held for whoever asked for it last: many times longer than any command takes, on clocks that do
/// not quite agree.
const HELD: TimeDelta = TimeDelta::minutes(10);
/// How long an answer is remembered: so long a process may not know of what another has reserved.
const REMEMBERED: TimeDelta = TimeDelta::seconds(10);
/// Anybody can ask for any name: no more are remembered.
const MAX_REMEMBERED: usize = 10_000;

/// Whom a name belongs to, and when that was asked.
type Found = (Option<TenantId>, DateTime<Utc>);

/// Who was found under which name, lately.
#[derive(Debug, Default)]
pub(crate) struct Hosts(Mutex<HashMap<String, Found>>);

impl Hosts {
    fn known(&self) -> MutexGuard<'_, HashMap<String, Found>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn remember(&self, host: &str, tenant: Option<TenantId>, now: DateTime<Utc>) {
        let mut known = self.known();
        if known.len() >= MAX_REMEMBERED {
            known.clear();
        }
        known.insert(host.to_owned(), (tenant, now));
    }
}

impl Store {
    /// Reserves a name, or holds it for longer; gives whether it is this tenant's now.
    pub async fn reserve_host(&self, tenant: &TenantId, host: &str) -> Result<bool, StoreError> {
        let server = self.server_connection().await?;
        let sql = "INSERT INTO control.hosts AS known (host, tenant, asked_at) VALUES ($1, $2, $3)
                   ON CONFLICT (host) DO UPDATE SET asked_at = excluded.asked_at WHERE known.tenant = excluded.tenant";
        let reserved = server.execute(sql, &[&host, &tenant.as_str(), &self.clock().now()]).await?;
        self.hosts().known().remove(host);
        Ok(reserved == 1)
    }

    /// The names that are reserved for a tenant and may be free: nobody asked for them lately. To be compared with what
    /// its log says *after* this, and given back by [`Store::free_hosts`].
    pub async fn idle_hosts(&self, tenant: &TenantId) -> Result<Vec<String>, StoreError> {
        let server = self.server_connection().await?;
        let sql = "SELECT host FROM control.hosts WHERE tenant = $1 AND asked_at < $2";
        let rows = server.query(sql, &[&tenant.as_str(), &(self.clock().now() - HELD)]).await?;
        Ok(rows.iter().map(|row| row.get(0)).collect())
    }

    /// Gives names back that nobody asked for lately. Whoever asks at this moment keeps theirs.
    pub async fn free_hosts(&self, tenant: &TenantId, hosts: &[String]) -> Result<(), StoreError> {
        let server = self.server_connection().await?;
        let sql = "DELETE FROM control.hosts WHERE tenant = $1 AND host = ANY($2) AND asked_at < $3";
        server.execute(sql, &[&tenant.as_str(), &hosts, &(self.clock().now() - HELD)]).await?;
        hosts.iter().for_each(|host| drop(self.hosts().known().remove(host)));
        Ok(())
    }

    /// Whom a name belongs to.
    pub async fn tenant_at(&self, host: &str) -> Result<Option<TenantId>, StoreError> {
        let now = self.clock().now();
        if let Some((tenant, since)) = self.hosts().known().get(host).cloned()
            && now - since < REMEMBERED
        {
            return Ok(tenant);
        }
        let server = self.server_connection().await?;
        let statement = server.prepare_cached("SELECT tenant FROM control.hosts WHERE host = $1").await?;
        let row = server.query_opt(&statement, &[&host]).await?;
        let tenant = row.and_then(|row| row.get::<_, &str>(0).parse().ok());
        self.hosts().remember(host, tenant.clone(), now);
        Ok(tenant)
    }
}
