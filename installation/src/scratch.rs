//! A directory for one test, removed at its end.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// A directory of its own in the temporary folder. Everybody may enter it: PostgreSQL does not run as root.
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let temporary = std::env::temp_dir().canonicalize().expect("a temporary folder");
        let path = temporary.join(format!("ledgerdesk-test-{}-{number}", std::process::id()));
        fs::create_dir(&path).expect("a new directory in the temporary folder");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("our own directory");
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // After a failed test a server may still be writing here; the failure is what matters then.
        let _ = fs::remove_dir_all(&self.0);
    }
}
