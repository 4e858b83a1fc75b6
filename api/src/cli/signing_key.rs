use clap::Subcommand;
use commands::people::Rotation;
use installation::{Config, Database};

use super::{Failure, open::open, terminal::print};

/// List and rotate the keys that access tokens are signed with.
#[derive(Debug, Subcommand)]
pub enum SigningKey {
    /// List the keys whose signatures count
    List,
    /// Make a new key, and let those before it run out
    ///
    /// The new key is published ten minutes before it signs; nobody is logged out.
    Rotate {
        /// Somebody knows an old key: it opens nothing from now on. Sessions go on with their refresh tokens.
        #[arg(long)]
        at_once: bool,
    },
}

impl SigningKey {
    pub async fn run(self, config: &Config) -> Result<(), Failure> {
        let opened = open(config, Database::attach(config).await?).await?;
        let desk = &opened.app.desk;
        match self {
            Self::List => {
                for key in desk.public_keys().await? {
                    let until = key.verifies_until.map_or_else(
                        || "verifies until it is rotated".to_owned(),
                        |at| format!("verifies until {}", at.format("%F %H:%M UTC")),
                    );
                    print(&format!("{}  signs from {}, {until}", key.kid, key.signs_from.format("%F %H:%M UTC")));
                }
            }
            Self::Rotate { at_once } => {
                let rotation = if at_once { Rotation::AtOnce } else { Rotation::Planned };
                let key = desk.rotate_signing_key(rotation).await?;
                print(&format!("{} signs from {}", key.kid, key.signs_from.format("%F %H:%M UTC")));
            }
        }
        opened.close().await
    }
}
