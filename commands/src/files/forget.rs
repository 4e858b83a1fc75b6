//! Files whose keys were destroyed: the bytes go after them.

use domain::FileId;
use event_store::{Log, driver::types::Type};

use super::{FileError, Files};

impl Files {
    /// Removes the files of a person who was erased, or the one file of this id; gives how many.
    pub async fn forget(&self, log: &Log, subject: &str) -> Result<u64, FileError> {
        self.settle(log).await?;
        let sql = "SELECT file_id FROM files WHERE subject = $1 OR (file_id = $1 AND subject IS NOT NULL)";
        let rows = log.query(sql, &[(&subject, Type::TEXT)]).await?;
        let ids: Vec<FileId> = rows.iter().filter_map(|row| row.get::<_, &str>(0).parse().ok()).collect();
        for id in &ids {
            self.discard(log, *id).await?;
        }
        Ok(ids.len() as u64)
    }
}
