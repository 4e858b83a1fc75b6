//! The next master key, while it takes the place of the one before: it waits in a file beside that one's, so that whoever
//! is interrupted finds it again. Which of the two is needed, the database says.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use super::{MasterKey, MasterKeyError, create, read};

impl MasterKey {
    /// The key that waits beside this file, if one does.
    pub fn next(file: &Path) -> Result<Option<Self>, MasterKeyError> {
        read(&beside(file, "next"))
    }

    /// As [`MasterKey::next`]; made when none waits.
    pub fn next_or_create(file: &Path) -> Result<Self, MasterKeyError> {
        match Self::next(file)? {
            Some(key) => Ok(key),
            None => create(&beside(file, "next")),
        }
    }

    /// Puts the key that waits in the place of the one before, which is kept under `retired`: a backup of its day needs it.
    /// Gives where it is kept. Whoever reads the file meanwhile reads one key or the other, whole.
    pub fn install_next(file: &Path, retired: &str) -> Result<PathBuf, MasterKeyError> {
        let failed = |source| MasterKeyError::Io { action: "replace", file: file.to_owned(), source };
        let kept = beside(file, retired);
        match fs::hard_link(file, &kept) {
            Err(error) if !matches!(error.kind(), std::io::ErrorKind::AlreadyExists | std::io::ErrorKind::NotFound) => {
                return Err(failed(error));
            }
            _ => {}
        }
        fs::rename(beside(file, "next"), file).map_err(failed)?;
        let directory = file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(directory).and_then(|directory| directory.sync_all()).map_err(failed)?;
        Ok(kept)
    }
}

fn beside(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(suffix);
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;

    #[test]
    fn the_next_key_waits_until_it_takes_its_place_and_the_one_before_is_kept() {
        let directory = Scratch::new();
        let file = directory.path().join("master.key");
        let first = create(&file).unwrap();
        assert_eq!(MasterKey::next(&file).unwrap(), None);
        let next = MasterKey::next_or_create(&file).unwrap();
        assert_eq!(MasterKey::next_or_create(&file).unwrap(), next, "it is found again");
        assert_eq!(read(&file).unwrap(), Some(first.clone()));
        let kept = MasterKey::install_next(&file, "retired-1").unwrap();
        assert_eq!((read(&file).unwrap(), read(&kept).unwrap()), (Some(next), Some(first)));
        assert_eq!(MasterKey::next(&file).unwrap(), None);
    }
}
