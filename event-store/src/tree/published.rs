//! Checkpoints outside the database: a directory per tenant, in it one for each epoch after the first, a file per month, each checkpoint followed by an empty
//! line. Files are only ever appended to, so that they can be kept where nothing can be taken away again.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use chrono::{DateTime, Utc};
use proof::{Checkpoint, Note};

use super::error::SealError;
use crate::tenancy::Incarnation;

/// More than the longest checkpoint with its signatures.
const TAIL: u64 = 65_536;

/// Where the checkpoints of one tenant are.
#[derive(Clone, Debug)]
pub(super) struct Published {
    directory: PathBuf,
}

impl Published {
    pub(super) fn new(root: &Path, world: &Incarnation) -> Self {
        Self { directory: directory(root, world) }
    }

    /// The last one that was written, if there is any.
    pub(super) fn last(&self) -> Result<Option<(Note, Checkpoint)>, SealError> {
        let found = || -> io::Result<Option<(PathBuf, String)>> {
            let files = match fs::read_dir(&self.directory) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
                files => files?.collect::<Result<Vec<_>, _>>()?,
            };
            let months = files.into_iter().map(|file| file.path()).filter(|file| is_month(file));
            let Some(file) = months.max() else { return Ok(None) };
            Ok(Some((file.clone(), tail(&file)?)))
        };
        let Some((file, text)) = found().map_err(|source| self.failed(&self.directory, source))? else {
            return Ok(None);
        };
        // Behind the last whole checkpoint there may be a part of one: a machine that failed while it was written.
        let parsed = last_note(&text).or_else(|| last_note(cut(&text)?));
        parsed.map(Some).ok_or_else(|| {
            let file = file.display();
            SealError::Stopped(format!("{file} does not end with a checkpoint: it was changed; see docs/audit.md"))
        })
    }

    /// Adds one.
    pub(super) fn append(&self, note: &str, at: DateTime<Utc>) -> Result<(), SealError> {
        self.append_to(&format!("{}.txt", at.format("%Y-%m")), note)
    }

    /// Adds a note to the file of this name.
    pub(super) fn append_to(&self, name: &str, note: &str) -> Result<(), SealError> {
        let file = self.directory.join(name);
        let written = || -> io::Result<()> {
            fs::DirBuilder::new().recursive(true).mode(0o700).create(&self.directory)?;
            let mut file = OpenOptions::new().read(true).append(true).create(true).mode(0o600).open(&file)?;
            // Behind a torn one, what comes next begins anew.
            let apart = if ends_whole(&mut file)? { "" } else { "\n\n" };
            // In one piece, so that two processes do not write into each other's.
            file.write_all(format!("{apart}{note}\n").as_bytes())
        };
        written().map_err(|source| self.failed(&file, source))
    }

    #[expect(clippy::unused_self, reason = "reads as a sentence where it is used")]
    fn failed(&self, file: &Path, source: io::Error) -> SealError {
        SealError::Published { file: file.display().to_string(), source }
    }
}

fn ends_whole(file: &mut File) -> io::Result<bool> {
    let length = file.metadata()?.len();
    if length < 2 {
        return Ok(length == 0);
    }
    file.seek(SeekFrom::End(-2))?;
    let mut end = [0; 2];
    file.read_exact(&mut end)?;
    Ok(end == *b"\n\n")
}

/// Where the checkpoints of one world are.
fn directory(root: &Path, world: &Incarnation) -> PathBuf {
    let of_tenant = root.join(world.tenant.as_str());
    match world.epoch {
        1 => of_tenant,
        epoch => of_tenant.join(format!("e{epoch}")),
    }
}

/// All checkpoints that were written outside the database for one world of a tenant, in the order in which they were written.
#[derive(Debug)]
pub struct PublishedCheckpoints {
    files: std::vec::IntoIter<PathBuf>,
    current: Option<(PathBuf, io::Lines<BufReader<File>>)>,
    /// Pieces of text that are no checkpoints: a machine failed while it wrote them, or somebody changed them.
    pub torn: u64,
}

impl PublishedCheckpoints {
    /// Those under `root`, the installation's; none when there is no such directory.
    pub fn open(root: &Path, world: &Incarnation) -> io::Result<Self> {
        let mut files = match fs::read_dir(directory(root, world)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => vec![],
            files => files?.map(|file| Ok(file?.path())).collect::<io::Result<Vec<_>>>()?,
        };
        files.retain(|file| is_month(file));
        files.sort();
        Ok(Self { files: files.into_iter(), current: None, torn: 0 })
    }

    /// The next one, and the file that it is in.
    #[expect(clippy::should_implement_trait, reason = "an iterator could not fail and go on")]
    pub fn next(&mut self) -> io::Result<Option<(PathBuf, Note, Checkpoint)>> {
        let mut text = String::new();
        loop {
            if self.current.is_none() {
                self.torn += u64::from(!text.is_empty());
                text.clear();
                let Some(file) = self.files.next() else { return Ok(None) };
                let lines = BufReader::new(File::open(&file)?).lines();
                self.current = Some((file, lines));
            }
            let Some((file, lines)) = &mut self.current else { continue };
            let file = file.clone();
            let (block, ended) = block(lines)?;
            if ended {
                self.current = None;
            }
            if block.starts_with('\u{2014}') {
                let note = format!("{text}\n{block}").parse::<Note>();
                text.clear();
                match note.and_then(|note| Ok((note.text.parse::<Checkpoint>()?, note))) {
                    Ok((checkpoint, note)) => return Ok(Some((file, note, checkpoint))),
                    Err(_) => self.torn += 1,
                }
            } else if !block.is_empty() {
                self.torn += u64::from(!text.is_empty());
                text = block;
            }
        }
    }
}

/// Lines up to an empty one, and whether the file ended.
fn block(lines: &mut io::Lines<BufReader<File>>) -> io::Result<(String, bool)> {
    let mut text = String::new();
    for line in lines {
        let line = line?;
        if line.is_empty() {
            return Ok((text, false));
        }
        text.push_str(&line);
        text.push('\n');
    }
    Ok((text, true))
}

fn is_month(file: &Path) -> bool {
    let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    name.len() == "2026-11.txt".len() && file.extension().is_some_and(|extension| extension == "txt")
}

fn tail(file: &Path) -> io::Result<String> {
    let mut file = File::open(file)?;
    let from = file.metadata()?.len().saturating_sub(TAIL);
    file.seek(SeekFrom::Start(from))?;
    let mut bytes = vec![];
    file.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The note that a text ends with: text, blank line, signatures, empty line.
fn last_note(text: &str) -> Option<(Note, Checkpoint)> {
    let mut blocks = text.strip_suffix("\n\n")?.rsplit("\n\n");
    let (signatures, text) = (blocks.next()?, blocks.next()?);
    let note: Note = format!("{text}\n\n{signatures}\n").parse().ok()?;
    let checkpoint = note.text.parse().ok()?;
    Some((note, checkpoint))
}

/// Without what follows the last whole checkpoint.
fn cut(text: &str) -> Option<&str> {
    let mut ends = text.rmatch_indices("\n\n").map(|(at, _)| &text[..at + 2]);
    ends.find(|text| last_note(text).is_some())
}

#[cfg(test)]
mod tests {
    use proof::{Hash, Signer};

    use super::*;

    fn note(size: u64) -> Note {
        let signer = Signer::try_new("log.example/acme", &[1; 32]).unwrap();
        Checkpoint { origin: "log.example/acme".to_owned(), size, root: Hash::empty() }.sign([&signer])
    }

    #[test]
    fn the_last_whole_checkpoint_is_found_across_months_and_behind_a_torn_one() {
        let root = std::env::temp_dir().join(format!("ledgerdesk-published-{}", std::process::id()));
        let _ = fs::remove_dir_all(&root);
        let world = |tenant: &str, epoch| Incarnation { tenant: tenant.parse().unwrap(), epoch };
        let (acme, globex) = (["acme", "globex"].map(|tenant| Published::new(&root, &world(tenant, 1)))).into();
        let second = Published::new(&root, &world("acme", 2));
        let at = |text: &str| DateTime::parse_from_rfc3339(text).unwrap().to_utc();
        let size = |published: &Published| published.last().unwrap().map(|(_, checkpoint)| checkpoint.size);
        assert_eq!(size(&acme), None);
        for number in 1..=3 {
            acme.append(&note(number).to_string(), at("2026-11-30T23:59:59Z")).unwrap();
            assert_eq!(size(&acme), Some(number));
        }
        acme.append(&note(4).to_string(), at("2026-12-01T00:00:00Z")).unwrap();
        assert_eq!((size(&acme), size(&globex), size(&second)), (Some(4), None, None));
        second.append(&note(2).to_string(), at("2026-12-31T00:00:00Z")).unwrap();
        assert_eq!((size(&acme), size(&second)), (Some(4), Some(2)), "each epoch has its own");
        let file = root.join("acme").join("2026-12.txt");
        let whole = fs::read_to_string(&file).unwrap();
        for torn in [
            "log",
            "log.example/acme\n5\nx",
            "log.example/acme\n5\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n\u{2014} log",
        ] {
            fs::write(&file, format!("{whole}{torn}")).unwrap();
            assert_eq!(size(&acme), Some(4), "{torn:?}");
            acme.append(&note(6).to_string(), at("2026-12-02T00:00:00Z")).unwrap();
            assert_eq!(size(&acme), Some(6), "{torn:?}");
            let mut all = PublishedCheckpoints::open(&root, &world("acme", 1)).unwrap();
            let mut sizes = vec![];
            while let Some((_, note, checkpoint)) = all.next().unwrap() {
                assert_eq!(note.text, checkpoint.to_string());
                sizes.push(checkpoint.size);
            }
            assert_eq!((sizes, all.torn > 0), (vec![1, 2, 3, 4, 6], true), "{torn:?}");
        }
        fs::write(&file, "nothing of ours").unwrap();
        assert!(matches!(acme.last(), Err(SealError::Stopped(_))));
        fs::remove_dir_all(root).unwrap();
    }
}
