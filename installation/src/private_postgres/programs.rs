//! Where the PostgreSQL server programs of this machine are.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::PostgresError;

/// The oldest major version that the schema works on.
const OLDEST: u32 = 15;

/// Places with a directory for each major version: the parent, what stands before the number, and whose way that is.
const INSTALLED: [(&str, &str); 6] = [
    ("/usr/lib/postgresql", ""),          // Debian, Ubuntu
    ("/usr", "pgsql-"),                   // the RPMs of postgresql.org
    ("/opt/homebrew/opt", "postgresql@"), // Homebrew on Apple silicon
    ("/usr/local/opt", "postgresql@"),    // Homebrew on Intel
    ("/Library/PostgreSQL", ""),          // the EDB installer on macOS
    ("/opt/PostgreSQL", ""),              // the EDB installer on Linux
];

/// The server programs of one PostgreSQL installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Programs {
    directory: PathBuf,
    pub(super) major: u32,
}

impl Programs {
    /// The first installation that fits, looking in `path` (as in `PATH`) and then in the usual places, the newest first.
    /// With a cluster there already, only its major version fits: after a system upgrade both stand side by side.
    pub(super) fn find(
        path: Option<&OsStr>,
        cluster: &Path,
        cluster_major: Option<u32>,
    ) -> Result<Self, PostgresError> {
        let mut other = Vec::new();
        for directory in candidates(path) {
            let Some(programs) = Self::probe(directory) else {
                continue;
            };
            let fits = cluster_major.map_or(programs.major >= OLDEST, |wanted| wanted == programs.major);
            if fits {
                return Ok(programs);
            }
            other.push(programs.major.to_string());
        }
        other.dedup();
        let found = other.join(", ");
        match cluster_major {
            _ if found.is_empty() => Err(PostgresError::NoPrograms),
            None => Err(PostgresError::ProgramsTooOld { found }),
            Some(cluster_major) => Err(PostgresError::OtherMajor { cluster: cluster.to_owned(), cluster_major, found }),
        }
    }

    pub(super) fn postgres(&self) -> PathBuf {
        self.directory.join("postgres")
    }

    pub(super) fn initdb(&self) -> PathBuf {
        self.directory.join("initdb")
    }

    fn probe(directory: PathBuf) -> Option<Self> {
        if !directory.join("initdb").is_file() {
            return None;
        }
        // A server program answers this even to root.
        let output = Command::new(directory.join("postgres")).arg("--version").stdin(Stdio::null()).output().ok()?;
        let major = major_of(&String::from_utf8_lossy(&output.stdout))?;
        Some(Self { directory, major })
    }
}

/// A program of PostgreSQL's on this machine, for instance `psql`: in `PATH`, or in the usual places, the newest first.
pub fn find_program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH");
    candidates(path.as_deref()).into_iter().map(|directory| directory.join(name)).find(|program| program.is_file())
}

/// The major version in `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)` or `… 18beta2`.
fn major_of(version: &str) -> Option<u32> {
    let number = version.strip_prefix("postgres (PostgreSQL) ")?;
    let digits = number.find(|character: char| !character.is_ascii_digit()).unwrap_or(number.len());
    number[..digits].parse().ok()
}

fn candidates(path: Option<&OsStr>) -> Vec<PathBuf> {
    let named = path.into_iter().flat_map(std::env::split_paths).filter(|directory| directory.is_absolute());
    let installed = INSTALLED.iter().flat_map(|(parent, prefix)| newest_first(Path::new(parent), prefix));
    named.chain(installed).collect()
}

fn newest_first(parent: &Path, prefix: &str) -> impl Iterator<Item = PathBuf> + use<> {
    let mut versions: Vec<(u32, PathBuf)> = std::fs::read_dir(parent)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let major = entry.file_name().to_str()?.strip_prefix(prefix)?.parse().ok()?;
            Some((major, entry.path().join("bin")))
        })
        .collect();
    versions.sort_unstable_by(|left, right| right.cmp(left));
    versions.into_iter().map(|(_major, directory)| directory)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_read_from_what_the_program_prints() {
        assert_eq!(major_of("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n"), Some(15));
        assert_eq!(major_of("postgres (PostgreSQL) 18beta2\n"), Some(18));
        assert_eq!(major_of("postgres (PostgreSQL) 17\n"), Some(17));
        assert_eq!(major_of("something else"), None);
    }

    #[test]
    fn the_newest_of_several_versions_comes_first() {
        let parent = crate::scratch::Scratch::new();
        for name in ["pg-9", "pg-17", "pg-15", "other"] {
            std::fs::create_dir(parent.path().join(name)).unwrap();
        }
        let names: Vec<_> = newest_first(parent.path(), "pg-").collect();
        assert_eq!(names, ["pg-17/bin", "pg-15/bin", "pg-9/bin"].map(|name| parent.path().join(name)));
    }

    #[test]
    fn another_major_version_than_the_clusters_is_refused() {
        let refused = Programs::find(std::env::var_os("PATH").as_deref(), Path::new("/data/postgres"), Some(9));
        let text = refused.unwrap_err().to_string();
        assert!(text.contains("written by PostgreSQL 9") && text.contains("pg_upgrade"), "{text}");
    }
}
