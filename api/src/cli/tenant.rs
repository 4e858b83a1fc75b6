use clap::Subcommand;
use domain::{
    tenant::{Plan, ProvisionTenant},
    text::Name,
};
use event_store::{TenantId, TenantStatus};
use installation::{Config, Database};

use super::{
    Failure,
    open::{open, provision},
    terminal::print,
};

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
    },
    /// List the tenants of this installation
    List,
}

impl Tenant {
    pub async fn run(self, config: &Config) -> Result<(), Failure> {
        let opened = open(config, Database::attach(config).await?).await?;
        match self {
            Self::Create { tenant, name, plan, time_zone } => {
                provision(&opened.app, &tenant, ProvisionTenant { name, plan, time_zone }).await?;
                print(&format!("tenant {tenant} is ready; give a program a key with:"));
                print(&format!("  ledgerdesk key create --tenant {tenant} --name CRM --scopes '*'"));
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
