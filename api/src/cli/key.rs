use chrono::TimeDelta;
use clap::Subcommand;
use commands::{
    Request,
    api_keys::{KeyGrant, KeyRecord, Rotated, Rotation},
};
use domain::{ApiKeyId, access_policy::AddressRange, tenant::KeyOwner, text::Name};
use event_store::CommandId;
use installation::{Config, Database};

use super::{
    Failure, OfTenant,
    open::open,
    terminal::{print, say},
};

/// Make, rotate, list and revoke API keys.
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
        /// The service account that it belongs to (svc_…); the tenant itself when left out.
        #[arg(long)]
        owner: Option<KeyOwner>,
        /// The only ranges of addresses from where it opens, separated by commas; from anywhere when left out.
        #[arg(long, value_delimiter = ',')]
        from: Vec<AddressRange>,
        /// When it ends, in days.
        #[arg(long, default_value_t = 365, value_parser = clap::value_parser!(u16).range(1..=730))]
        days: u16,
        /// How many requests an hour it may make; as many as the plan allows when left out.
        #[arg(long)]
        rate_limit: Option<u32>,
    },
    /// Make a key in the place of another; it is shown once, and both open for a while
    ///
    /// Example: ledgerdesk key rotate --tenant acme --overlap-hours 48 key_…
    Rotate {
        #[command(flatten)]
        of: OfTenant,
        /// key_…, as `key list` shows it.
        id: ApiKeyId,
        /// For how long both open.
        #[arg(long, default_value_t = 24, value_parser = clap::value_parser!(u16).range(0..=168))]
        overlap_hours: u16,
        /// When the new one ends, in days.
        #[arg(long, default_value_t = 365, value_parser = clap::value_parser!(u16).range(1..=730))]
        days: u16,
        /// How many requests an hour the new one may make; as many as the other when left out.
        #[arg(long)]
        rate_limit: Option<u32>,
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
            Self::Create { of, name, scopes, owner, from, days, rate_limit } => {
                let log = store.log(&of.tenant).await?;
                let expires_at = Some(store.clock().now() + TimeDelta::days(days.into()));
                let allowed_addresses = from.into_iter().collect();
                let grant =
                    KeyGrant { owner, allowed_addresses, expires_at, rate_limit, ..KeyGrant::new(name, scopes) };
                let (id, key) = app.desk.issue_key(&log, &request, &*app.random, grant).await?;
                say(&format!("{id}; keep the key, it is not shown again:"));
                print(key.reveal());
            }
            Self::Rotate { of, id, overlap_hours, days, rate_limit } => {
                let log = store.log(&of.tenant).await?;
                let expires_at = store.clock().now() + TimeDelta::days(days.into());
                let overlap = TimeDelta::hours(overlap_hours.into());
                let wish = Rotation { key: id, overlap, expires_at, rate_limit };
                let Rotated { id: new, key, both_until } =
                    app.desk.rotate_key(&log, &request, &*app.random, wish).await?;
                let until = both_until.format("%F %H:%M");
                say(&format!(
                    "{new} takes the place of {id}, which opens until {until} UTC; keep the key, it is not shown again:"
                ));
                print(key.reveal());
            }
            Self::List { of } => {
                for key in app.desk.keys(&store.log(&of.tenant).await?).await? {
                    print(&line(&key));
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

fn line(key: &KeyRecord) -> String {
    let state = match (key.revoked_at, key.expires_at) {
        (Some(at), _) => format!("revoked {}", at.date_naive()),
        (None, Some(at)) => format!("until {}", at.date_naive()),
        (None, None) => "for ever".to_owned(),
    };
    let used = key.last_used_at.map_or_else(|| "never used".to_owned(), |at| format!("used {}", at.format("%F %H:%M")));
    let owner = key.owner.as_deref().map(|owner| format!("  of {owner}")).unwrap_or_default();
    format!("{}  {:<28}  {:<20}  {state}, {used}  {}{owner}", key.id, key.hint, key.name, key.scopes.join(","))
}
