use clap::{Args, ValueEnum};
use installation::{Config, Database};
use projections::Group;

use super::{Failure, OfTenant, open::open, terminal::print};

/// Let what is parked go on, once the cause is mended
///
/// A consumer of a tenant's log parks in front of an event that it cannot read, and the deliveries of one ticket park
/// where the first of them cannot be made. `ledgerdesk doctor` lists both, with reasons. Nothing was skipped: what was
/// parked goes on where it stands, and parks again if the cause is not mended.
///
/// Example: ledgerdesk resume --tenant acme --consumer webhooks --key tkt_…
#[derive(Debug, Args)]
pub struct Resume {
    #[command(flatten)]
    of: OfTenant,
    /// Which consumer of the log.
    #[arg(long, value_enum)]
    consumer: Consumer,
    /// Only what is parked under this key, as `doctor` names it; without it, everything.
    #[arg(long, value_name = "ID")]
    key: Option<String>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Consumer {
    /// The read models of lists, timelines and analytics.
    Desk,
    /// What is searched.
    Search,
    /// Webhooks, and their deliveries.
    Webhooks,
}

impl Resume {
    pub async fn run(self, config: &Config) -> Result<(), Failure> {
        let opened = open(config, Database::attach(config).await?).await?;
        let (app, tenant) = (&opened.app, &self.of.tenant);
        let log = app.desk.store().log(tenant).await?;
        let group = match self.consumer {
            Consumer::Desk => Some(Group::Desk),
            Consumer::Search => Some(Group::Search),
            Consumer::Webhooks => None,
        };
        match (group, self.key.as_deref()) {
            (Some(_), Some(_)) => {
                return Err("read models park as a whole, so that they agree at one position: leave --key out".into());
            }
            (Some(group), None) => {
                let position = app.projector.resume(&log, group).await?;
                print(&format!("the read models ({group}) of {tenant} are at position {position}"));
            }
            (None, key) => {
                if key.is_none() {
                    let position = app.webhooks.resume(&log).await?;
                    print(&format!("webhooks of {tenant} are queued up to position {position}"));
                }
                let keys = app.webhooks.resume_keys(&log, key).await?;
                if let Some(key) = key.filter(|_| keys == 0) {
                    let advice = "`ledgerdesk doctor` lists the keys that are";
                    return Err(format!("no deliveries of {key} are parked in tenant {tenant}: {advice}").into());
                }
                if keys > 0 {
                    print(&format!(
                        "parked keys that are due now: {keys}; a running `ledgerdesk serve` sends what waits behind them"
                    ));
                }
            }
        }
        opened.close().await
    }
}
