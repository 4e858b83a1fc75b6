use clap::Args;
use event_store::TenantId;
use installation::{Config, Database};

use backups::Kind;

use super::{
    Failure,
    open::open,
    restore::{End, carry_out},
    terminal::say,
};
use crate::{
    app::App,
    restore::{RestoreWish, SANDBOX_DAYS, Source},
};

/// Make a sandbox: a tenant as it is, or was at a moment, with personal data masked, which sends nothing and ends
///
/// The tenant is saved first, and the sandbox is filled from that backup, without the keys of anybody: names, addresses and
/// texts are made up, and nobody can read the real ones there. Numbers, times and everything else are those of the original.
/// No webhook is sent. When its days are over it is destroyed. Interrupted, the same call goes on.
///
/// Examples: ledgerdesk fork --tenant acme --into acme-sandbox, ledgerdesk fork --tenant acme --into acme-monday
/// --as-of 2026-11-23T08:00:00Z --days 3
#[derive(Debug, Args)]
pub struct Fork {
    /// What is copied.
    #[arg(long, value_name = "ID")]
    tenant: TenantId,
    /// The id of the sandbox, which no tenant has or ever had.
    #[arg(long, value_name = "ID")]
    into: TenantId,
    #[command(flatten)]
    end: End,
    /// How long it is there.
    #[arg(long, value_name = "DAYS", default_value_t = 14, value_parser = days)]
    days: u16,
}

fn days(text: &str) -> Result<u16, String> {
    let days = text.parse().ok().filter(|days| SANDBOX_DAYS.contains(days));
    days.ok_or_else(|| format!("expected {} to {} days", SANDBOX_DAYS.start(), SANDBOX_DAYS.end()))
}

impl Fork {
    pub async fn run(self, config: &Config) -> Result<(), Failure> {
        let opened = open(config, Database::attach(config).await?).await?;
        let done = self.act(&opened.app).await;
        opened.close().await?;
        done
    }

    async fn act(self, app: &App) -> Result<(), Failure> {
        let Self { tenant, into, end, days } = self;
        save(app, &tenant).await?;
        let wish = RestoreWish {
            tenant,
            backup: None,
            until: end.until(),
            into: Some(into),
            sandbox_days: Some(days),
            reason: None,
        };
        carry_out(app, wish, Source::own(app)).await
    }
}

/// So that there is a backup that has every moment of it.
async fn save(app: &App, tenant: &TenantId) -> Result<(), Failure> {
    say(&format!("saving tenant {tenant}"));
    let store = app.desk.store();
    let (hold, log) = (store.hold(tenant).await?, store.log(tenant).await?);
    app.backups.save(&hold, &log, Kind::Manual).await?;
    Ok(())
}
