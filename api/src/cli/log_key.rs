use chrono::TimeDelta;
use clap::Subcommand;
use installation::{Config, Database};

use super::{Failure, OfTenant, open::open, terminal::print};

/// List and rotate the keys that a tenant's checkpoints are signed with: what auditors verify with.
#[derive(Debug, Subcommand)]
pub enum LogKey {
    /// Print the public keys, the newest first
    ///
    /// Hand them to auditors on a way that they trust: what verifies with them was signed here.
    List {
        #[command(flatten)]
        of: OfTenant,
    },
    /// Make a new key
    ///
    /// The old one signs beside it for a while, so that whoever has the old one can take over the new one from a
    /// checkpoint that both signed.
    Rotate {
        #[command(flatten)]
        of: OfTenant,
        /// Days that the old key still signs
        #[arg(long, default_value_t = 90, value_name = "DAYS", value_parser = clap::value_parser!(u16).range(0..=3650))]
        overlap: u16,
    },
}

impl LogKey {
    pub async fn run(self, config: &Config) -> Result<(), Failure> {
        let opened = open(config, Database::attach(config).await?).await?;
        let store = opened.app.desk.store();
        match self {
            Self::List { of } => {
                let log = store.log(&of.tenant).await?;
                opened.app.sealer.settle(&log).await?;
                for key in log.log_keys().await? {
                    let until =
                        key.signs_until.map_or_else(String::new, |at| format!(" until {}", at.format("%F %H:%M UTC")));
                    print(&format!("{}  signs from {}{until}", key.public, key.created_at.format("%F %H:%M UTC")));
                }
            }
            Self::Rotate { of, overlap } => {
                let log = store.log(&of.tenant).await?;
                let until = store.clock().now() + TimeDelta::days(overlap.into());
                print(&opened.app.sealer.rotate_key(&log, until).await?.to_string());
            }
        }
        opened.close().await
    }
}
