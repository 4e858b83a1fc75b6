//! Whom the PostgreSQL programs run as: ourselves, unless we are root, which they refuse.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;

use super::PostgresError;
use super::error::cannot;

/// Who runs the PostgreSQL programs and owns their files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Account {
    /// The user that we are.
    Ourselves,
    /// Somebody without privileges, because we are root.
    Other { name: String, uid: u32, gid: u32 },
}

impl Account {
    /// The cluster's owner if there is one already, else `postgres`, else `nobody`; ourselves unless we are root.
    pub(super) fn for_cluster(cluster: &Path) -> Result<Self, PostgresError> {
        let owner = match fs::metadata(cluster) {
            Ok(metadata) => Some((metadata.uid(), metadata.gid())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => return Err(cannot("look at", cluster)(error)),
        };
        let ourselves = rustix::process::geteuid();
        if !ourselves.is_root() {
            return match owner {
                Some((owner, _)) if owner != ourselves.as_raw() => {
                    Err(PostgresError::ForeignCluster { cluster: cluster.to_owned(), owner })
                }
                _ => Ok(Self::Ourselves),
            };
        }
        let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
        match owner {
            Some((uid, gid)) if uid != 0 => {
                let name = name_of(&users, uid).unwrap_or_else(|| uid.to_string());
                Ok(Self::Other { name, uid, gid })
            }
            _ => named(&users, "postgres").or_else(|| named(&users, "nobody")).ok_or(PostgresError::NoAccount),
        }
    }

    /// Makes a command run as this user, with no groups but its own.
    pub(super) fn apply(&self, command: &mut Command) {
        if let Self::Other { uid, gid, .. } = self {
            // As root, the standard library clears the supplementary groups along with a change of user.
            command.gid(*gid).uid(*uid);
        }
    }

    /// Gives this user a file or directory that we made.
    pub(super) fn give(&self, path: &Path) -> Result<(), PostgresError> {
        match self {
            Self::Ourselves => Ok(()),
            Self::Other { uid, gid, .. } => chown(path, Some(*uid), Some(*gid)).map_err(cannot("give away", path)),
        }
    }

    /// The id of the user who owns what PostgreSQL makes.
    pub(super) fn uid(&self) -> u32 {
        match self {
            Self::Ourselves => rustix::process::geteuid().as_raw(),
            Self::Other { uid, .. } => *uid,
        }
    }

    /// Checks that this user may enter a directory and all above it, where PostgreSQL would only say
    /// `could not access directory "…": Permission denied`. The path must be absolute, without symbolic links.
    pub(super) fn check_way_to(&self, directory: &Path) -> Result<(), PostgresError> {
        let Self::Other { name, uid, gid } = self else {
            return Ok(());
        };
        let mut way: Vec<&Path> = directory.ancestors().collect();
        way.reverse();
        for parent in way {
            let metadata = fs::metadata(parent).map_err(cannot("look at", parent))?;
            if !may_enter(metadata.permissions().mode(), (metadata.uid(), metadata.gid()), (*uid, *gid)) {
                return Err(PostgresError::Unreachable { parent: parent.to_owned(), account: name.clone() });
            }
        }
        Ok(())
    }
}

/// Whether permission bits let somebody pass through a directory. The first of the three classes that matches decides.
fn may_enter(mode: u32, (owner, group): (u32, u32), (uid, gid): (u32, u32)) -> bool {
    let bit = match () {
        () if uid == owner => 0o100,
        () if gid == group => 0o010,
        () => 0o001,
    };
    mode & bit != 0
}

/// A user by name, from the lines of `/etc/passwd`.
fn named(users: &str, name: &str) -> Option<Account> {
    let mut fields = users.lines().map(|line| line.split(':')).find(|fields| fields.clone().next() == Some(name))?;
    let uid = fields.nth(2)?.parse().ok()?;
    let gid = fields.next()?.parse().ok()?;
    Some(Account::Other { name: name.to_owned(), uid, gid })
}

fn name_of(users: &str, uid: u32) -> Option<String> {
    let uid = uid.to_string();
    let line = users.lines().find(|line| line.split(':').nth(2) == Some(&uid))?;
    line.split(':').next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    const USERS: &str = "root:x:0:0:root:/root:/bin/bash\n\
                         postgres:x:101:104:PostgreSQL administrator:/var/lib/postgresql:/bin/bash\n";

    #[test]
    fn users_are_found_by_name_and_by_id() {
        let postgres = Account::Other { name: "postgres".to_owned(), uid: 101, gid: 104 };
        assert_eq!(named(USERS, "postgres"), Some(postgres));
        assert_eq!(named(USERS, "nobody"), None);
        assert_eq!(name_of(USERS, 101).as_deref(), Some("postgres"));
        assert_eq!(name_of(USERS, 7), None);
    }

    #[test]
    fn a_closed_home_cannot_be_entered_by_others() {
        assert!(may_enter(0o755, (0, 0), (101, 104)));
        assert!(may_enter(0o711, (0, 0), (101, 104)));
        assert!(!may_enter(0o700, (0, 0), (101, 104)));
        assert!(may_enter(0o700, (101, 0), (101, 104)));
        assert!(may_enter(0o710, (0, 104), (101, 104)));
        assert!(!may_enter(0o701, (0, 104), (101, 104)), "the group's bits decide for the group");
    }

    #[test]
    fn the_first_closed_directory_on_the_way_is_named() {
        let top = crate::scratch::Scratch::new();
        let closed = top.path().join("home");
        let data = closed.join("data");
        fs::create_dir_all(&data).unwrap();
        fs::set_permissions(&closed, fs::Permissions::from_mode(0o700)).unwrap();
        let stranger = Account::Other { name: "nobody".to_owned(), uid: 65_533, gid: 65_533 };
        let text = stranger.check_way_to(&data).unwrap_err().to_string();
        assert!(text.contains("nobody") && text.contains(&format!("{}: run", closed.display())), "{text}");
        assert!(Account::Ourselves.check_way_to(&data).is_ok());
    }
}
