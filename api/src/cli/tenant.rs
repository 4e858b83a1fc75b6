use std::sync::atomic::{AtomicU64, Ordering};

use chrono::TimeDelta;
use clap::Subcommand;
use commands::{Request, access_policy::ClearAddresses, people::FirstAdmin, tenants::NewTenant};
use domain::{
    tenant::{BusinessHours, Feature, HostName, Plan},
    text::{Email, Name},
};
use event_store::{CommandId, Interruption, TenantId, TenantStatus};
use installation::{Config, Database};
use reactions::rotation::rotate_tenant_key;

use super::{Failure, open::open, terminal::print};
use crate::{ItsBackups, Provision, app::App, certificate_key, operators::DEFAULT_TEAMS, provision};

/// Make and list tenants.
#[derive(Debug, Subcommand)]
pub enum Tenant {
    /// Make a tenant's world: schema, role, keys, calendars, teams, first admin
    ///
    /// Run again, it goes on where it stopped, and prints the same.
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
        /// The teams that it begins with.
        #[arg(long, value_delimiter = ',', value_parser = |text: &str| Name::try_new(text), default_values = DEFAULT_TEAMS)]
        teams: Vec<Name>,
        /// Where its first admin reads mail: they are invited, and join with the token that is printed.
        #[arg(long, value_parser = |text: &str| Email::try_new(text), requires = "admin_name")]
        admin_email: Option<Email>,
        /// What the first admin is called.
        #[arg(long, value_parser = |text: &str| Name::try_new(text), requires = "admin_email")]
        admin_name: Option<Name>,
    },
    /// List the tenants of this installation
    List,
    /// Close a tenant for a while: its data stay
    Suspend {
        /// Which.
        tenant: TenantId,
    },
    /// Open a suspended tenant again
    Resume {
        /// Which.
        tenant: TenantId,
    },
    /// Suspend a tenant, and let it be destroyed when a time is over
    ///
    /// A running server destroys it then: schema, roles, keys, files, and the checkpoints of that machine. A signed certificate is left.
    Delete {
        /// Which.
        tenant: TenantId,
        /// How many days it can be restored.
        #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u16).range(0..=3650))]
        grace_days: u16,
        /// keep: its backups stay until their own time is over; delete: they are destroyed with it. keep, unless another call
        /// said otherwise.
        #[arg(long)]
        backups: Option<ItsBackups>,
    },
    /// Let a tenant stay that was to be deleted
    Restore {
        /// Which.
        tenant: TenantId,
    },
    /// Print the certificate of a destroyed tenant, and the key that it verifies with
    Certificate {
        /// Which.
        tenant: TenantId,
    },
    /// Let everybody of a tenant in from any address again
    ///
    /// Clears the lists of the tenant and of its roles, for those who shut themselves out. Lists of single keys stay.
    ClearAddresses {
        /// Which.
        tenant: TenantId,
    },
    /// Put another key in the place of a tenant's
    ///
    /// Everything that was sealed under the old key is sealed anew, while servers serve; no event is written anew. Then the old
    /// key is destroyed. Interrupted, the next call goes on.
    RotateKey {
        /// Which.
        tenant: TenantId,
    },
}

async fn interrupt(app: &App, tenant: &TenantId, what: Interruption) -> Result<(), Failure> {
    let record = app.desk.interrupt(tenant, what, "operator").await?;
    let record = record.ok_or_else(|| format!("there is no tenant {tenant} in use"))?;
    let until = record
        .delete_after
        .map_or(String::new(), |at| format!(", to be destroyed after {}", at.format("%F %H:%M UTC")));
    print(&format!("tenant {tenant} is {}{until}", record.status.as_str()));
    Ok(())
}

impl Tenant {
    pub async fn run(self, config: &Config) -> Result<(), Failure> {
        let opened = open(config, Database::attach(config).await?).await?;
        match self {
            Self::Create { tenant, name, plan, time_zone, domain, business_hours, teams, admin_email, admin_name } => {
                if let Some(domain) = &domain {
                    opened.app.own_domain.check_within(domain)?;
                }
                let teams = teams.into_iter().collect();
                let for_programs = plan.features().contains(&Feature::ApiAccess);
                let new = NewTenant { name, plan, time_zone, domain, business_hours, teams };
                let admin = admin_email.zip(admin_name).map(|(email, name)| FirstAdmin { email, name });
                let wish = Provision { tenant: tenant.clone(), new, admin };
                let made = provision(&opened.app, wish, "operator").await?;
                if for_programs {
                    print(&format!("tenant {tenant} is ready; give a program a key with:"));
                    print(&format!("  ledgerdesk key create --tenant {tenant} --name CRM --scopes '*'"));
                } else {
                    print(&format!(
                        "tenant {tenant} is ready; people log in, its plan, {plan}, has no keys for programs"
                    ));
                }
                if let Some((invited, token)) = made.admin.and_then(|admin| admin.invitation) {
                    let until = invited.expires_at.format("%F %H:%M UTC");
                    print(&format!(
                        "until {until} its first admin joins by POST /api/invitations/accept, with the token"
                    ));
                    print(&format!("  {}", token.reveal()));
                }
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
            Self::ClearAddresses { tenant } => {
                let store = opened.app.desk.store();
                let request = Request::system("operator", CommandId(store.ids().next()));
                opened.app.desk.run(&store.log(&tenant).await?, &request, &ClearAddresses).await?;
                print(&format!(
                    "the people and programs of {tenant} get in from any address, unless their own key says otherwise"
                ));
            }
            Self::Suspend { tenant } => interrupt(&opened.app, &tenant, Interruption::Suspend).await?,
            Self::Resume { tenant } => interrupt(&opened.app, &tenant, Interruption::Resume).await?,
            Self::Delete { tenant, grace_days, backups } => {
                if let Some(backups) = backups {
                    let delete = backups == ItsBackups::Delete;
                    opened.app.desk.store().set_delete_backups(&tenant, delete).await?;
                }
                let after = opened.app.desk.store().clock().now() + TimeDelta::days(grace_days.into());
                interrupt(&opened.app, &tenant, Interruption::Delete(after)).await?;
            }
            Self::Restore { tenant } => interrupt(&opened.app, &tenant, Interruption::Restore).await?,
            Self::Certificate { tenant } => {
                let destruction = opened.app.desk.store().destruction(&tenant).await?;
                let certificate = destruction.and_then(|destruction| destruction.certificate);
                print(&certificate.ok_or_else(|| format!("there is no certificate of {tenant}"))?);
                print(&certificate_key(&opened.app)?.to_string());
            }
            Self::List => {
                for (tenant, status) in opened.app.desk.store().tenants().await? {
                    let status = match status {
                        TenantStatus::Active => "active",
                        TenantStatus::Suspended => "suspended",
                        TenantStatus::Destroying => "destroying: a running server goes on with it",
                        TenantStatus::Provisioning => "provisioning: run `tenant create` again",
                    };
                    print(&format!("{tenant:<40}  {status}"));
                }
            }
        }
        opened.close().await
    }
}
