//! Files: taken in, sealed, served, and gone when their time is over.

mod attachments;
mod links;
mod s3;
mod scanning;
mod uploads;

use std::path::{Path, PathBuf};

use reqwest::Method;
use tests::{Answer, Api};

/// The first bytes of an image, and no more of it.
pub const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01";

/// Uploads a file.
pub async fn upload(api: &Api, name: &str, kind: &str, bytes: impl Into<Vec<u8>>) -> Answer {
    api.call(Method::POST, &format!("/api/files?name={name}")).raw(kind, bytes).await.expect(201)
}

/// What is served at a path: status and bytes.
pub async fn content(api: &Api, path: &str) -> (u16, Vec<u8>) {
    let answer = api.get(path).open().await;
    (answer.status().as_u16(), answer.bytes().await.unwrap().to_vec())
}

/// A directory of a test's own, which is removed at its end.
pub struct Directory(PathBuf);

impl Directory {
    pub fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("ledgerdesk-files-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Every file below it.
    pub fn files(&self) -> Vec<PathBuf> {
        fn below(directory: &Path) -> Vec<PathBuf> {
            let entries = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
            entries.flat_map(|path| if path.is_dir() { below(&path) } else { vec![path] }).collect()
        }
        below(&self.0)
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
