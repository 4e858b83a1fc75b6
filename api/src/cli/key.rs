use chrono::TimeDelta;
use clap::Subcommand;
use commands::{Request, api_keys::KeyGrant};
use domain::{ApiKeyId, text::Name};
use event_store::CommandId;
use installation::{Config, Database};

use super::{
    Failure, OfTenant,
    open::open,
    terminal::{print, say},
};

/// Make, list and revoke API keys.
#[derive(Debug, Subcommand)]
pub enum Key {
    /// Make a key; it is shown once
    ///
    /// Example: ledgerdesk key create --tenant acme --name CRM --scopes tickets:read,tickets:write
    Create {
        #[command(flatten)]
        of: OfTenant,
        /// What it is for.
        #[arg(long, value_parser = |text: &str| Name::try_new(text))]
        name: Name,
        /// What it may do, separated by commas; * is everything.
        #[arg(long, value_delimiter = ',', required = true)]
        scopes: Vec<String>,
        /// When it ends, in days.
        #[arg(long, default_value_t = 365, value_parser = clap::value_parser!(u16).range(1..=3650))]
        days: u16,
    },
    /// List the keys that were ever issued
    List {
        #[command(flatten)]
        of: OfTenant,
    },
    /// Let a key open nothing any more
    Revoke {
        #[command(flatten)]
        of: OfTenant,
        /// key_…, as `key list` shows it.
        id: ApiKeyId,
    },
}

impl Key {
    pub async fn run(self, config: &Config) -> Result<(), Failure> {
        let opened = open(config, Database::attach(config).await?).await?;
        let (app, store) = (&opened.app, opened.app.desk.store());
        let request = Request::system("operator", CommandId(store.ids().next()));
        match self {
            Self::Create { of, name, scopes, days } => {
                let log = store.log(&of.tenant).await?;
                let expires_at = Some(store.clock().now() + TimeDelta::days(days.into()));
                let grant = KeyGrant { name, scopes, expires_at };
                let (id, key) = app.desk.issue_key(&log, &request, &*app.random, grant).await?;
                say(&format!("{id}; keep the key, it is not shown again:"));
                print(key.reveal());
            }
            Self::List { of } => {
                for key in app.desk.keys(&store.log(&of.tenant).await?).await? {
                    let state = match (key.revoked_at, key.expires_at) {
                        (Some(at), _) => format!("revoked {}", at.date_naive()),
                        (None, Some(at)) => format!("until {}", at.date_naive()),
                        (None, None) => "for ever".to_owned(),
                    };
                    let used = key
                        .last_used_at
                        .map_or_else(|| "never used".to_owned(), |at| format!("used {}", at.format("%F %H:%M")));
                    print(&format!(
                        "{}  {:<28}  {:<20}  {state}, {used}  {}",
                        key.id,
                        key.hint,
                        key.name,
                        key.scopes.join(",")
                    ));
                }
            }
            Self::Revoke { of, id } => {
                app.desk.revoke_key(&store.log(&of.tenant).await?, &request, id).await?;
                print(&format!("{id} opens nothing any more"));
            }
        }
        opened.close().await
    }
}
