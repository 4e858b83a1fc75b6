//! What was signed, in the order of its size: from the database, from the files outside of it, and from the auditor.

use std::{collections::VecDeque, path::Path};

use event_store::{
    Log,
    proof::{Checkpoint, Note, VerifierKey},
    tree::PublishedCheckpoints,
};

use super::Findings;
use crate::Failure;

const PAGE: u32 = 1000;

/// A checkpoint, and where it was found.
pub struct Anchor {
    pub checkpoint: Checkpoint,
    pub place: String,
}

pub struct Anchors<'a> {
    log: &'a Log,
    keys: Vec<VerifierKey>,
    page: VecDeque<(Note, Checkpoint)>,
    last_size: u64,
    ended: bool,
    files: PublishedCheckpoints,
    /// The next one of the files.
    waiting: Option<Anchor>,
    earlier: Option<Anchor>,
    pub in_database: u64,
    pub in_files: u64,
}

impl<'a> Anchors<'a> {
    pub fn open(
        log: &'a Log,
        directory: &Path,
        keys: Vec<VerifierKey>,
        earlier: Option<Note>,
    ) -> Result<Self, Failure> {
        let files = PublishedCheckpoints::open(directory, log.incarnation())?;
        let mut anchors = Self {
            log,
            keys,
            page: VecDeque::new(),
            last_size: 0,
            ended: false,
            files,
            waiting: None,
            earlier: None,
            in_database: 0,
            in_files: 0,
        };
        if let Some(note) = earlier {
            let checkpoint: Checkpoint = note.text.parse()?;
            if !anchors.is_signed(&note) {
                return Err("the checkpoint that was given is not signed by a key of this log".into());
            }
            anchors.earlier = Some(Anchor { checkpoint, place: "the checkpoint that was given".to_owned() });
        }
        Ok(anchors)
    }

    fn is_signed(&self, note: &Note) -> bool {
        self.keys.iter().any(|key| key.verify(note).is_ok())
    }

    /// Those of exactly this size. Called with growing sizes; what is smaller and was not asked for comes too.
    pub async fn up_to(&mut self, size: u64, findings: &mut Findings) -> Result<Vec<Anchor>, Failure> {
        let mut due = vec![];
        due.extend(self.earlier.take_if(|anchor| anchor.checkpoint.size <= size));
        loop {
            if self.page.is_empty() && !self.ended {
                self.fetch(findings).await?;
            }
            if self.page.front().is_none_or(|(_, checkpoint)| checkpoint.size > size) {
                break;
            }
            let Some((note, checkpoint)) = self.page.pop_front() else { break };
            self.in_database += 1;
            let place = "a checkpoint in the database".to_owned();
            if !self.is_signed(&note) {
                findings
                    .add(i64::try_from(checkpoint.size).ok(), format!("{place} is not signed by a key of this log"));
            }
            due.push(Anchor { checkpoint, place });
        }
        loop {
            if self.waiting.is_none()
                && let Some((file, note, checkpoint)) = self.files.next()?
            {
                self.in_files += 1;
                let place = format!("a checkpoint in {}", file.display());
                if !self.is_signed(&note) {
                    findings.add(
                        i64::try_from(checkpoint.size).ok(),
                        format!("{place} is not signed by a key of this log"),
                    );
                }
                self.waiting = Some(Anchor { checkpoint, place });
            }
            match self.waiting.take_if(|anchor| anchor.checkpoint.size <= size) {
                Some(anchor) => due.push(anchor),
                None => break,
            }
        }
        Ok(due)
    }

    async fn fetch(&mut self, findings: &mut Findings) -> Result<(), Failure> {
        let tx = self.log.begin().await?;
        let after = i64::try_from(self.last_size)?;
        let sql = "SELECT size, root, note FROM seals WHERE size > $1 OR (size = 0 AND $1 = 0) ORDER BY size LIMIT $2";
        let rows = tx.query(sql, &[&after, &i64::from(PAGE)]).await?;
        tx.commit().await?;
        self.ended = rows.len() < PAGE as usize;
        for row in rows {
            let size: i64 = row.get(0);
            self.last_size = u64::try_from(size).unwrap_or(self.last_size);
            let parsed = row.get::<_, &str>(2).parse::<Note>();
            match parsed.and_then(|note| Ok((note.text.parse::<Checkpoint>()?, note))) {
                Ok((checkpoint, note))
                    if i64::try_from(checkpoint.size) == Ok(size) && checkpoint.root.0 == row.get::<_, &[u8]>(1) =>
                {
                    self.page.push_back((note, checkpoint));
                }
                Ok(_) => {
                    findings.add(size, "the columns of this checkpoint in the database are not what its note says");
                }
                Err(error) => findings.add(size, format!("a checkpoint in the database is broken: {error}")),
            }
        }
        Ok(())
    }

    /// What is left when the log has ended: checkpoints of more events than there are.
    pub async fn beyond(&mut self, findings: &mut Findings) -> Result<(), Failure> {
        for Anchor { checkpoint, place } in self.up_to(u64::MAX, findings).await? {
            let size = i64::try_from(checkpoint.size).ok();
            findings.add(size, format!("{place} is of more events than are sealed: some were taken away"));
        }
        Ok(())
    }
}
