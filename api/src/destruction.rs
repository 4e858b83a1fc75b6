//! The end of a tenant whose time is over: nothing is left but a signed certificate. One way, and gone on with after a
//! kill: whatever is gone already is passed over.

use std::str::FromStr;

use backups::BackupError;
use chrono::{DateTime, SecondsFormat, Utc};
use commands::{CommandError, files::FileError};
use event_store::{
    Destruction, StoreError, TenantId,
    proof::{Note, NoteError, Signer, VerifierKey},
    tree::SealError,
};
use serde_json::{Value, json};

use crate::{
    app::App,
    saving::{self, SavingError},
};

/// The space in it tells it from a checkpoint, which begins with the name of a log.
const TITLE: &str = "ledgerdesk destruction 1";
/// What a certificate says of backups that went with the tenant.
const DESTROYED: &str = "destroyed";

/// What becomes of the backups of a tenant that is deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItsBackups {
    /// They stay until their own time is over.
    Keep,
    /// They are destroyed with it.
    Delete,
}

/// A word that is neither.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected keep or delete")]
pub struct ItsBackupsError;

impl FromStr for ItsBackups {
    type Err = ItsBackupsError;

    fn from_str(text: &str) -> Result<Self, ItsBackupsError> {
        match text {
            "keep" => Ok(Self::Keep),
            "delete" => Ok(Self::Delete),
            _ => Err(ItsBackupsError),
        }
    }
}

/// Why it did not come to its end. It goes on with the next attempt.
#[derive(Debug, thiserror::Error)]
pub enum DestructionError {
    /// In the database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Its last checkpoint could not be signed.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// Its files.
    #[error(transparent)]
    Files(#[from] FileError),
    /// Its checkpoints outside the database.
    #[error("the checkpoints of the tenant could not be removed: {0}")]
    Checkpoints(#[from] std::io::Error),
    /// Its backups.
    #[error(transparent)]
    Saving(#[from] SavingError),
    /// Its legal holds could not be read.
    #[error(transparent)]
    Command(#[from] CommandError),
    /// The certificate.
    #[error(transparent)]
    Note(#[from] NoteError),
}

/// The key that certificates verify with: it follows from the installation's key, so it stays the same.
pub fn certificate_key(app: &App) -> Result<VerifierKey, NoteError> {
    Ok(signer(app)?.key())
}

impl From<BackupError> for DestructionError {
    fn from(error: BackupError) -> Self {
        SavingError::from(error).into()
    }
}

fn signer(app: &App) -> Result<Signer, NoteError> {
    let seed = app.desk.store().derived_key("certificates of destruction");
    Signer::try_new(&app.sealer.settings().origin, &seed)
}

/// Destroys every tenant whose time is over. One that fails keeps none of the others.
pub async fn destroy_doomed(app: &App) -> Result<(), DestructionError> {
    let mut failed = Ok(());
    for tenant in app.desk.store().doomed().await? {
        match destroy(app, &tenant).await {
            Ok(true) => tracing::info!(%tenant, "this tenant was destroyed"),
            Ok(false) => {}
            Err(error) => failed = Err(error),
        }
    }
    failed
}

/// Destroys a tenant, if its time is over; gives whether it did.
pub async fn destroy(app: &App, tenant: &TenantId) -> Result<bool, DestructionError> {
    let store = app.desk.store();
    if let Some(hold) = app.desk.hold_on_deletion(tenant).await? {
        tracing::debug!(%tenant, %hold, "this tenant is not destroyed: a legal hold stands");
        return Ok(false);
    }
    let facts = if store.destruction(tenant).await?.is_some() { Value::Null } else { facts(app, tenant).await? };
    if !store.begin_destruction(tenant, &facts).await? {
        return Ok(false);
    }
    store.destroy(tenant).await?;
    app.files.remove_all(tenant).await?;
    remove_checkpoints(app, tenant)?;
    let Some(destruction) = store.destruction(tenant).await? else { return Ok(false) };
    if destruction.facts["backups"] == DESTROYED {
        // Nobody is writing one: whoever still did finds no tables any more.
        let _hold = store.hold(tenant).await?;
        app.backups.archive().vault().remove_all(tenant.as_str()).await.map_err(BackupError::from)?;
        store.forget_saved(tenant).await?;
    }
    let text = statement(&app.sealer.settings().origin, &destruction, store.clock().now());
    let signatures = vec![signer(app)?.sign(&text)];
    store.certify_destruction(tenant, &Note { text, signatures }.to_string()).await?;
    Ok(true)
}

/// What there is, with the checkpoint that covers all of it.
async fn facts(app: &App, tenant: &TenantId) -> Result<Value, DestructionError> {
    let log = app.desk.store().log(tenant).await?;
    app.sealer.settle(&log).await?;
    let (head, checkpoint) = (log.head().await?, log.last_checkpoint().await?);
    let root = checkpoint.map(|sealed| sealed.note.lines().nth(2).unwrap_or_default().to_owned());
    Ok(json!({"events": head.position, "root": root, "backups": backups(app, tenant).await?}))
}

/// What becomes of its backups.
async fn backups(app: &App, tenant: &TenantId) -> Result<String, DestructionError> {
    if app.desk.store().deletes_backups(tenant).await? {
        return Ok(DESTROYED.to_owned());
    }
    Ok(match saving::kept_until(app, tenant).await? {
        None => "none".to_owned(),
        Some((until, keys)) => format!("kept until {}, their keys until {}", instant(until), instant(keys)),
    })
}

fn remove_checkpoints(app: &App, tenant: &TenantId) -> std::io::Result<()> {
    let Some(directory) = &app.sealer.settings().directory else { return Ok(()) };
    match std::fs::remove_dir_all(directory.join(tenant.as_str())) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// One `name value` per line, after the title.
fn statement(origin: &str, destruction: &Destruction, completed_at: DateTime<Utc>) -> String {
    let Destruction { tenant, begun_at, facts, .. } = destruction;
    let lines = [
        ("log", format!("{origin}/{tenant}")),
        ("events_destroyed", facts["events"].to_string()),
        ("last_root", facts["root"].as_str().unwrap_or("none").to_owned()),
        ("backups", facts["backups"].as_str().unwrap_or("none").to_owned()),
        ("begun_at", instant(*begun_at)),
        ("completed_at", instant(completed_at)),
    ];
    lines.iter().fold(format!("{TITLE}\n"), |text, (name, value)| format!("{text}{name} {value}\n"))
}

fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}
