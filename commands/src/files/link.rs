//! Links: whoever has one gets one file, for a while, without a key.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use domain::FileId;
use event_store::{Log, StoreError, TenantId};

use super::{FileError, FileRecord, Files};

const PURPOSE: &str = "file links";

/// A link as it was shown: what it names, and until when.
#[derive(Clone, Debug)]
pub struct FileLink {
    /// Whose file.
    pub tenant: String,
    /// Which.
    pub file: String,
    /// Seconds since 1970.
    pub expires: String,
    /// What the tenant's key says to that, in URL-safe base64.
    pub signature: String,
}

impl FileLink {
    fn text(&self) -> String {
        format!("{}\0{}\0{}", self.tenant, self.file, self.expires)
    }
}

impl Files {
    /// A link to a file, until then.
    pub fn link(&self, log: &Log, file: &FileRecord, until: DateTime<Utc>) -> FileLink {
        let mut link = FileLink {
            tenant: log.tenant().to_string(),
            file: file.id.to_string(),
            expires: until.timestamp().to_string(),
            signature: String::new(),
        };
        link.signature = URL_SAFE_NO_PAD.encode(log.sign(PURPOSE, &link.text()));
        link
    }

    /// The file that a link opens at this moment; none, without saying why: it is over, was changed, or leads
    /// nowhere, or the tenant is suspended.
    pub async fn follow(&self, link: &FileLink) -> Result<Option<(Log, FileRecord)>, FileError> {
        let Ok(tenant) = link.tenant.parse::<TenantId>() else { return Ok(None) };
        let log = match self.desk.store().log(&tenant).await {
            Err(StoreError::UnknownTenant(_)) => return Ok(None),
            other => other?,
        };
        if self.desk.store().is_suspended(&tenant) {
            return Ok(None);
        }
        let Ok(signature) = URL_SAFE_NO_PAD.decode(&link.signature) else { return Ok(None) };
        let until = link.expires.parse().ok().and_then(|seconds| DateTime::from_timestamp(seconds, 0));
        let open = until.is_some_and(|until| self.desk.store().clock().now() < until);
        let (Ok(id), true) = (link.file.parse::<FileId>(), open && log.is_signed(PURPOSE, &link.text(), &signature))
        else {
            return Ok(None);
        };
        Ok(self.find(&log, id).await?.map(|file| (log, file)))
    }
}
