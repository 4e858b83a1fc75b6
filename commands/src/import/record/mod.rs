//! History to commits. What is already in the log is read from the streams themselves, see the module above.

mod batch;
mod find;

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    ops::ControlFlow,
};

use chrono::{DateTime, Utc};
use event_store::{AppendError, Clock, CommandId, Log};
use futures_util::{StreamExt, TryStreamExt, future::join, stream};

use self::{
    batch::Batch,
    find::{Case, Known, find_case, find_person},
};
use super::{
    ImportError, Progress,
    history::{Deed, History, Index, PersonKind, Step},
    report::{FileKind, Report, RowPlace},
};

/// Steps in one commit: enough that the disk's flush does not count, few enough that others need not wait for long.
pub(super) const CHUNK_STEPS: usize = 250;
/// Characters of messages in one commit: encoded and sealed they stay below the log's bound.
const CHUNK_TEXT: usize = 512 * 1024;
/// Connections that read at once.
const READERS: usize = 8;
/// Others may write to the same tickets or people while this runs; they do not do it all the time.
const ATTEMPTS: u32 = 5;
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    DryRun,
    Record,
}

/// What this run makes of a case.
#[derive(Clone, Copy, Default)]
struct Fate {
    /// Steps that are still to come: after the last one the case is forgotten.
    left: u32,
    /// Whether its ticket was there when this run met it.
    was_known: Option<bool>,
    grew: bool,
}

/// What became of a row, as flags: a row of a ticket list has several parts.
mod outcome {
    pub const RECORDED: u8 = 1;
    pub const KNOWN: u8 = 2;
    pub const REJECTED: u8 = 4;
}

pub(super) struct Recorder<'a> {
    history: &'a History,
    log: &'a Log,
    clock: &'a dyn Clock,
    mode: Mode,
    import: String,
    people: HashMap<Index, Known>,
    cases: HashMap<Index, Case>,
    fates: Vec<Fate>,
    /// By row: of the file, and of its comments.
    outcomes: [Vec<u8>; 2],
    report: Report,
}

impl<'a> Recorder<'a> {
    pub fn new(history: &'a History, log: &'a Log, clock: &'a dyn Clock, mode: Mode) -> Self {
        let tenant = log.identity().as_str().as_bytes();
        let import = CommandId::of(&[b"import", tenant, history.report.source.as_bytes()]);
        let comments = history.report.comments.map_or(0, |rows| rows.total);
        let mut fates = vec![Fate::default(); history.cases.len()];
        for step in &history.steps {
            fates[step.case as usize].left += 1;
        }
        Self {
            history,
            log,
            clock,
            mode,
            import: format!("imp_{}", import.0.simple()),
            people: HashMap::new(),
            cases: HashMap::new(),
            fates,
            outcomes: [history.report.rows.total, comments].map(|rows| vec![0; usize::try_from(rows).unwrap_or(0)]),
            report: history.report.clone(),
        }
    }

    pub async fn run(
        &mut self,
        progress: &(dyn Fn(Progress) -> ControlFlow<()> + Sync),
    ) -> Result<Report, ImportError> {
        let history = self.history;
        let total = history.steps.len() as u64;
        let mut done = 0;
        let mut rest = chunks(history).peekable();
        while let Some(chunk) = rest.next() {
            self.chunk(chunk, rest.peek().copied().unwrap_or_default()).await?;
            done += chunk.len() as u64;
            if progress(Progress { done, total }).is_break() {
                return Err(ImportError::Stopped { done, total });
            }
        }
        Ok(self.finish())
    }

    /// Records one chunk; looks again and tries again when somebody else wrote in between. While the disk is waited
    /// for, the cases of the next one are read.
    async fn chunk(&mut self, chunk: &[Step], next: &[Step]) -> Result<(), ImportError> {
        for _ in 0..ATTEMPTS {
            let created = self.look_up_people(chunk).await?;
            let found = self.find_cases(chunk).await?;
            self.meet(found);
            let batch = self.plan(chunk, &created);
            if self.mode == Mode::DryRun || batch.tickets.is_empty() {
                self.settle(chunk, batch, &created);
                return Ok(());
            }
            let (appended, ahead) = join(self.log.append(self.commit(&batch)), self.find_cases(next)).await;
            match appended {
                Ok(appended) if !appended.replayed => {
                    self.report.commits += 1;
                    self.settle(chunk, batch, &created);
                    self.meet(ahead?);
                    return Ok(());
                }
                // Another run of the same import was faster, or somebody wrote to the same tickets or people.
                Ok(_)
                | Err(AppendError::Conflict { .. } | AppendError::ClaimTaken { .. } | AppendError::CommandReused) => {
                    self.forget(chunk, &created);
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(ImportError::Contended)
    }

    fn forget(&mut self, chunk: &[Step], created: &HashSet<Index>) {
        for step in chunk {
            self.cases.remove(&step.case);
        }
        self.people.retain(|person, _| !created.contains(person));
    }

    /// Finds everybody of the chunk who was not met before; gives those who are to be created.
    async fn look_up_people(&mut self, chunk: &[Step]) -> Result<HashSet<Index>, ImportError> {
        let mut wanted: Vec<(Index, DateTime<Utc>)> = vec![];
        let mut seen = HashSet::new();
        for step in chunk {
            let fresh = |person: &Index| !self.people.contains_key(person) && seen.insert(*person);
            wanted.extend(self.named(step).into_iter().filter(fresh).map(|person| (person, step.at)));
        }
        let (history, log) = (self.history, self.log);
        let found: Vec<(Index, Known, bool)> = stream::iter(wanted)
            .map(|(person, at)| find_person(history, log, person, at))
            .buffered(READERS)
            .try_collect()
            .await?;
        let mut created = HashSet::new();
        for (person, known, is_new) in found {
            self.people.insert(person, known);
            if is_new {
                created.insert(person);
            } else {
                let counts = match known {
                    Known::Customer(_) => &mut self.report.customers,
                    Known::Agent(_) => &mut self.report.agents,
                };
                counts.found += 1;
            }
        }
        Ok(created)
    }

    /// Everybody that a step needs.
    fn named(&self, step: &Step) -> Vec<Index> {
        let statement = &self.history.statements[step.statement as usize];
        let author = match &step.deed {
            Deed::Replied { author, .. } => Some(*author),
            Deed::NoteAdded { author, .. } => *author,
            _ => None,
        };
        [statement.requester, step.actor, statement.assignee, author].into_iter().flatten().collect()
    }

    /// Reads the streams of the cases that were not met before.
    async fn find_cases(&self, chunk: &[Step]) -> Result<Vec<(Index, Case)>, ImportError> {
        let mut seen = HashSet::new();
        let wanted: Vec<Index> = chunk
            .iter()
            .map(|step| step.case)
            .filter(|case| !self.cases.contains_key(case) && seen.insert(*case))
            .collect();
        let (history, log) = (self.history, self.log);
        stream::iter(wanted).map(|case| find_case(history, log, case)).buffered(READERS).try_collect().await
    }

    fn meet(&mut self, found: Vec<(Index, Case)>) {
        for (index, case) in found {
            self.fates[index as usize].was_known.get_or_insert(case.version > 0);
            self.cases.insert(index, case);
        }
    }

    /// The batch is in the log, or would be: takes it over.
    fn settle(&mut self, chunk: &[Step], batch: Batch, created: &HashSet<Index>) {
        for (_, kind) in &batch.people {
            match kind {
                PersonKind::Customer => self.report.customers.created += 1,
                PersonKind::Agent => self.report.agents.created += 1,
            }
        }
        // Who was looked up for a row that turned out to be known already is looked up again when needed.
        let made: BTreeSet<&str> = batch.people.iter().map(|(part, _)| &*part.stream.aggregate_id).collect();
        self.people.retain(|person, known| {
            !created.contains(person)
                || made.contains(&*match known {
                    Known::Customer(id) => id.to_string(),
                    Known::Agent(id) => id.to_string(),
                })
        });
        for (event, number) in batch.events {
            *self.report.events.entry(event).or_default() += number;
        }
        self.report.implied_reopenings += batch.implied;
        self.report.times.in_future += batch.in_future;
        for (place, flag) in batch.outcomes {
            let (file, row) = slot(place);
            if let Some(flags) = self.outcomes[file].get_mut(row) {
                *flags |= flag;
            }
        }
        batch.rejected.into_iter().for_each(|rejected| self.report.reject(rejected));
        for (index, (version, state)) in batch.states {
            if let Some(case) = self.cases.get_mut(&index) {
                self.fates[index as usize].grew |= version > case.version;
                (case.version, case.state) = (version, state);
            }
        }
        self.let_go(chunk);
    }

    fn outcome(&self, place: RowPlace) -> u8 {
        let (file, row) = slot(place);
        self.outcomes[file].get(row).copied().unwrap_or(0)
    }

    /// Counts the cases that are through, and forgets them.
    fn let_go(&mut self, chunk: &[Step]) {
        for step in chunk {
            let fate = &mut self.fates[step.case as usize];
            fate.left -= 1;
            if fate.left > 0 {
                continue;
            }
            let Some(case) = self.cases.remove(&step.case) else { continue };
            let tickets = &mut self.report.tickets;
            let counted = match (case.foreign, fate.was_known, fate.grew) {
                (true, ..) => &mut tickets.rejected,
                (_, Some(true), true) => &mut tickets.continued,
                (_, Some(true), false) => &mut tickets.known,
                _ => &mut tickets.opened,
            };
            *counted += 1;
        }
    }

    fn finish(&mut self) -> Report {
        let mut report = std::mem::take(&mut self.report);
        report.import.clone_from(&self.import);
        report.dry_run = self.mode == Mode::DryRun;
        let files = [Some(&mut report.rows), report.comments.as_mut()];
        for (rows, outcomes) in files.into_iter().zip(&self.outcomes) {
            let Some(rows) = rows else { continue };
            for flags in outcomes {
                rows.recorded += u64::from(flags & outcome::RECORDED != 0);
                rows.known += u64::from(*flags == outcome::KNOWN);
            }
            rows.nothing_new = rows.total - rows.recorded - rows.known - rows.rejected;
        }
        report.rejected.sort_by_key(|rejected| (rejected.place.file == FileKind::Comments, rejected.place.row));
        report
    }
}

/// The steps in the pieces that are committed.
fn chunks(history: &History) -> impl Iterator<Item = &[Step]> {
    let text = |step: &Step| match &step.deed {
        Deed::Replied { body, .. } | Deed::NoteAdded { body, .. } => body.as_str().len(),
        Deed::Opened => history.cases[step.case as usize].body.as_ref().map_or(0, |body| body.as_str().len()),
        _ => 0,
    };
    let mut rest = history.steps.as_slice();
    std::iter::from_fn(move || {
        let mut held = 0;
        let fits = |step: &&Step| {
            held += text(step);
            held <= CHUNK_TEXT
        };
        let length = rest.iter().take(CHUNK_STEPS).take_while(fits).count();
        // One step alone always fits into a commit.
        let (chunk, after) = rest.split_at(length.max(1).min(rest.len()));
        rest = after;
        (!chunk.is_empty()).then_some(chunk)
    })
}

/// Where a row's flags are.
fn slot(place: RowPlace) -> (usize, usize) {
    let file = usize::from(place.file == FileKind::Comments);
    (file, usize::try_from(place.row).unwrap_or(0).saturating_sub(1))
}
