use clap::Subcommand;
use event_store::{GivenKey, expected_master_key, master_key_id};
use installation::{Config, Database, MasterKey};

use super::{
    Failure,
    open::{open, retired},
    terminal::{print, say},
};

/// The new key where the old one comes from the environment, too.
const NEW_KEY: &str = "LEDGERDESK_NEW_MASTER_KEY";

/// Show and change the master key: the one that wraps all others.
#[derive(Debug, Subcommand)]
pub enum MasterKeyCommand {
    /// Print the id of the master key, and of the one that the database needs
    ///
    /// An id tells keys apart and says nothing of them.
    Show,
    /// Put another master key in the place of this one
    ///
    /// From then on the old one opens nothing. Servers that run go on, and need the new one when they start again. With a key
    /// file, a new key is made and takes its place; the old one is kept beside it, for backups from before. With
    /// `LEDGERDESK_MASTER_KEY`, give the new one in `LEDGERDESK_NEW_MASTER_KEY` (openssl rand -hex 32). Interrupted, it is finished
    /// by the next call, or by the next start of the server.
    Rotate,
}

impl MasterKeyCommand {
    pub async fn run(self, config: &Config) -> Result<(), Failure> {
        let database = Database::attach(config).await?;
        match self {
            Self::Show => show(config, database).await,
            Self::Rotate => rotate(config, database).await,
        }
    }
}

async fn show(config: &Config, database: Database) -> Result<(), Failure> {
    let given = MasterKey::load(config)?.map_or_else(|| "none".to_owned(), |key| master_key_id(key.as_bytes()));
    let expected =
        expected_master_key(database.admin_url()).await?.unwrap_or_else(|| "any: it has none yet".to_owned());
    print(&format!("given    {given}\nexpected {expected}"));
    Ok(database.stop().await?)
}

async fn rotate(config: &Config, database: Database) -> Result<(), Failure> {
    let before = expected_master_key(database.admin_url()).await?;
    let opened = open(config, database).await?;
    let file = config.master_key_file();
    let Some(old) = MasterKey::load(config)? else { return Err("there is no master key".into()) };
    let from_file = config.keys.master_key.is_none();
    if from_file && before != Some(master_key_id(old.as_bytes())) && before.is_some() {
        // Opening it finished what had been interrupted.
        return opened.close().await;
    }
    let new = if from_file { MasterKey::next_or_create(&file)? } else { given()? };
    if new == old {
        return Err(format!("{NEW_KEY} is the key that is in use: give another (openssl rand -hex 32)").into());
    }
    opened.app.desk.store().rotate_master_key(&GivenKey::new(*new.as_bytes())).await?;
    if from_file {
        let kept = MasterKey::install_next(&file, &retired(&old))?;
        say(&format!("{} has the new key; back it up", file.display()));
        say(&format!("{} has the old one: delete it once no backup from before is kept", kept.display()));
    } else {
        say("give the new key in LEDGERDESK_MASTER_KEY from now on, to every server when it starts again");
    }
    print(&master_key_id(new.as_bytes()));
    opened.close().await
}

fn given() -> Result<MasterKey, Failure> {
    let wrong = || format!("{NEW_KEY} is not 64 hexadecimal digits: make a key with openssl rand -hex 32");
    let text = std::env::var(NEW_KEY).map_err(|_| {
        format!("the master key comes from LEDGERDESK_MASTER_KEY: give the new one in {NEW_KEY} (openssl rand -hex 32)")
    })?;
    Ok(MasterKey::from_hex(&text).ok_or_else(wrong)?)
}
