//! A batch on its way: sent in one round trip on the assumption that nobody else writes, and not heard of yet.
//!
//! One may follow another before that has landed. The second inserts its rows while the first waits for the disk, then
//! waits for the head's lock, and holds only if the first has left the head where it was to be. So the two are one after
//! the other for whoever reads, and the disk is never idle. What would have to see the first batch's rows does not
//! follow: see [`Flight::lets_follow`].

use std::{
    collections::HashSet,
    pin::Pin,
    time::{Duration, Instant},
};

use futures_util::FutureExt as _;
use tokio::sync::oneshot;
use tokio_postgres::error::SqlState;

use crate::{
    append::{
        batch::{self, judge_all},
        facts::{Facts, HeadRow},
        measure,
        prepare::Prepared,
        rows::Rows,
        session::Session,
        statements::Statements,
        writer::{Pending, Verdict},
    },
    commit::{CommandId, StreamId},
    database::{TenantTx, begin},
    error::StoreError,
};

/// Planned anew for each batch, as PostgreSQL would for arrays, they cost more than they do.
const GENERIC_PLANS: &str = "; SET LOCAL plan_cache_mode TO force_generic_plan";

/// Whoever follows holds rows while it waits for the head. Another process that holds the head may wait for those rows:
/// so it waits for a flush of the disk and not much longer.
const SHORT_WAIT: &str = "; SET LOCAL lock_timeout TO '200ms'";

/// Where a batch is among those that are on their way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// None is before it.
    First,
    /// Another one was sent before it.
    Behind,
}

/// A batch on its way.
pub(super) struct Flight {
    pub prepared: Vec<Prepared>,
    answers: Vec<oneshot::Sender<Verdict>>,
    verdicts: Vec<Verdict>,
    found: HeadRow,
    /// The head as it is once it has landed.
    pub left: HeadRow,
    began: Instant,
    landing: Pin<Box<dyn Future<Output = Landed> + Send>>,
}

/// What came of it.
pub(super) struct Landed {
    tx: TenantTx,
    statements: Statements,
    result: Result<(), tokio_postgres::Error>,
}

/// What is known of a batch that is not in the log, or may not be.
#[derive(Debug)]
pub(super) enum Failed {
    /// Nothing was written: something that was assumed is not so, or it was never sent.
    NothingWritten,
    /// PostgreSQL refused it, or nobody knows what came of it.
    Error(StoreError),
}

impl Flight {
    /// Sends a batch, on the assumption that it finds the head at `found`. Gives it back if it assumes nothing that the
    /// database could confirm.
    pub fn launch(
        session: &mut Session,
        (tx, statements): (TenantTx, Statements),
        batch: Vec<Pending>,
        found: HeadRow,
        place: Place,
    ) -> Result<Self, Vec<Pending>> {
        let began = Instant::now();
        let (prepared, answers): (Vec<_>, Vec<_>) =
            batch.into_iter().map(|pending| (pending.prepared, pending.answer)).unzip();
        let mut facts = Facts::assumed(found.clone(), &prepared);
        let mut rows = Rows::new(session.log.clock.now(), &found);
        rows.assume(&prepared);
        let verdicts = judge_all(&mut facts, &mut rows, &prepared, false);
        let left = rows.head(&facts);
        if left.position == found.position {
            session.put_back(tx, statements);
            let pending = prepared.into_iter().zip(answers);
            return Err(pending.map(|(prepared, answer)| Pending { prepared, answer }).collect());
        }
        let (how, wait) = match place {
            Place::First => ("first", ""),
            Place::Behind => ("behind", SHORT_WAIT),
        };
        measure::sent(how);
        let begin = begin(&session.log.placement) + GENERIC_PLANS + wait;
        let mut landing = Box::pin(send(tx, statements, rows, begin, place));
        // All of it is sent when it is first polled.
        let landed = landing.as_mut().now_or_never();
        let landing: Pin<Box<dyn Future<Output = Landed> + Send>> = match landed {
            Some(landed) => Box::pin(std::future::ready(landed)),
            None => landing,
        };
        Ok(Self { prepared, answers, verdicts, found, left, began, landing })
    }

    /// Waits until it is known what came of it. May be cancelled.
    pub async fn landed(&mut self) -> Landed {
        self.landing.as_mut().await
    }

    /// Whether a batch can be sent behind this one: what it needs to see was there before, and no unique index makes this
    /// one wait for it, which waits for this one's head.
    pub fn lets_follow(&self, batch: &[Pending]) -> bool {
        let next = || batch.iter().map(|pending| &pending.prepared);
        let plain = |commit: &Prepared| commit.erases.is_empty() && commit.releases.is_empty();
        let before: HashSet<Touched<'_>> = self.prepared.iter().flat_map(touched).collect();
        self.prepared.iter().chain(next()).all(plain) && next().flat_map(touched).all(|one| !before.contains(&one))
    }

    /// Takes what came of it; `Ok` if it holds.
    pub fn settle(&mut self, session: &mut Session, landed: Landed) -> Result<(), Failed> {
        let Landed { tx, statements, result } = landed;
        match result {
            Ok(()) => {
                session.keep(tx, statements, &self.found, self.left.clone());
                batch::announce(&session.log, self.left.position);
                batch::remember_keys(&session.log, &self.prepared, &self.verdicts);
                Ok(())
            }
            Err(error) => {
                session.was_disturbed();
                if is_wrong_assumption(&error) {
                    session.put_back(tx, statements);
                    return Err(Failed::NothingWritten);
                }
                Err(Failed::Error(error.into()))
            }
        }
    }

    /// Tells everybody what was judged when it was sent; gives how many they are.
    pub fn answer(self) -> usize {
        let Self { answers, verdicts, began, .. } = self;
        answer(answers, verdicts, began.elapsed())
    }

    /// Tells everybody something else.
    pub fn answer_with(self, verdicts: Vec<Verdict>) -> usize {
        answer(self.answers, verdicts, self.began.elapsed())
    }
}

/// Tells everybody their verdict; gives how many they are.
pub(super) fn answer(answers: Vec<oneshot::Sender<Verdict>>, verdicts: Vec<Verdict>, took: Duration) -> usize {
    measure::answered(&verdicts, took);
    let count = answers.len();
    for (answer, verdict) in answers.into_iter().zip(verdicts) {
        // A caller that went away has its outcome stored under its command id.
        let _ = answer.send(verdict);
    }
    count
}

/// What two commits may not both be about, unless the second sees the first.
#[derive(PartialEq, Eq, Hash)]
enum Touched<'a> {
    Stream(&'a StreamId),
    Command(CommandId),
    Claim(&'static str, &'a [u8]),
}

fn touched(commit: &Prepared) -> impl Iterator<Item = Touched<'_>> {
    let streams = commit.streams.iter().map(|part| Touched::Stream(&part.stream));
    let claims = commit.claims.iter().map(|claim| Touched::Claim(claim.kind, &claim.digest));
    streams.chain(claims).chain([Touched::Command(commit.command_id)])
}

async fn send(tx: TenantTx, statements: Statements, rows: Rows, begin: String, place: Place) -> Landed {
    let result = {
        let steps = match place {
            Place::First => rows.assumed(&statements),
            Place::Behind => rows.behind(&statements),
        };
        // Polled in this order, so sent in this order.
        let (began, written) =
            futures_util::future::join(tx.batch_execute(&begin), batch::write(&tx, &steps.unwrap_or_default())).await;
        began.and(written)
    };
    Landed { tx, statements, result }
}

/// 22012 is how the confirming statements fail; 23505 is how a stream, a command or a claim says that it is there; the
/// others are how a wait for another process ends.
fn is_wrong_assumption(error: &tokio_postgres::Error) -> bool {
    let known = [
        SqlState::DIVISION_BY_ZERO,
        SqlState::UNIQUE_VIOLATION,
        SqlState::LOCK_NOT_AVAILABLE,
        SqlState::T_R_DEADLOCK_DETECTED,
    ];
    error.code().is_some_and(|code| known.contains(code))
}
