use std::sync::atomic::{AtomicU64, Ordering};

use clap::Subcommand;
use commands::tenants::NewTenant;
use domain::{
    tenant::{BusinessHours, HostName, Plan},
    text::Name,
};
use event_store::{TenantId, TenantStatus};
use installation::{Config, Database};
use reactions::rotation::rotate_tenant_key;

use super::{Failure, open::open, terminal::print};
use crate::provision;

/// Make and list tenants.
#[derive(Debug, Subcommand)]
pub enum Tenant {
    /// Make a tenant's world: schema, role, keys, read models. Run again, it goes on where it stopped
    ///
    /// Example: ledgerdesk tenant create acme --name "Acme Ltd" --plan professional --time-zone Europe/Rome
    Create {
        /// Its id, for good: lower-case letters, digits and hyphens.
        tenant: TenantId,
        /// What the company is called.
        #[arg(long, value_parser = |text: &str| Name::try_new(text))]
        name: Name,
        /// starter, professional or enterprise.
        #[arg(long, default_value_t = Plan::Starter)]
        plan: Plan,
        /// Where its days begin: an IANA zone.
        #[arg(long, default_value_t = chrono_tz::UTC)]
        time_zone: chrono_tz::Tz,
        /// Where it is found, within server.domain; TENANT.DOMAIN by default.
        #[arg(long, value_parser = HostName::try_new)]
        domain: Option<HostName>,
        /// When it is open, Monday to Friday: 9:00-17:00 by default, by its own clocks unless a zone stands behind it.
        #[arg(long)]
        business_hours: Option<BusinessHours>,
    },
    /// List the tenants of this installation
    List,
    /// Put another key in the place of a tenant's
    ///
    /// Everything that was sealed under the old key is sealed anew, while servers serve; no event is written anew. Then the old
    /// key is destroyed. Interrupted, the next call goes on.
    RotateKey {
        /// Which.
        tenant: TenantId,
    },
}

impl Tenant {
    pub async fn run(self, config: &Config) -> Result<(), Failure> {
        let opened = open(config, Database::attach(config).await?).await?;
        match self {
            Self::Create { tenant, name, plan, time_zone, domain, business_hours } => {
                if let Some(domain) = &domain {
                    opened.app.own_domain.check_within(domain)?;
                }
                let new = NewTenant { name, plan, time_zone, domain, business_hours };
                provision(&opened.app, &tenant, new).await?;
                print(&format!("tenant {tenant} is ready; give a program a key with:"));
                print(&format!("  ledgerdesk key create --tenant {tenant} --name CRM --scopes '*'"));
            }
            Self::RotateKey { tenant } => {
                let log = opened.app.desk.store().log(&tenant).await?;
                let sealed = AtomicU64::new(0);
                let count = |rows| {
                    sealed.fetch_add(rows, Ordering::Relaxed);
                };
                let version = rotate_tenant_key(&log, &count).await?;
                let rows = sealed.into_inner();
                print(&format!(
                    "tenant {tenant} has key {version}; {rows} values were sealed anew, the old key is gone"
                ));
            }
            Self::List => {
                for (tenant, status) in opened.app.desk.store().tenants().await? {
                    let status = match status {
                        TenantStatus::Active => "active",
                        TenantStatus::Provisioning => "provisioning: run `tenant create` again",
                    };
                    print(&format!("{tenant:<40}  {status}"));
                }
            }
        }
        opened.close().await
    }
}
