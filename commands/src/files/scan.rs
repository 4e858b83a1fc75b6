//! A program of the operator's looks through files: it reads one on its standard input, and ends with 0 when it found
//! nothing, with 1 when it found something. Anything else is no answer, and it is asked again.

use std::{process::Stdio, time::Duration};

use domain::{
    FileId, MessageId, TicketId,
    ticket::{Ticket, TicketCommand},
};
use event_store::{CommandId, Log, TenantTx};
use files::Content;
use futures_util::StreamExt as _;
use tokio::{io::AsyncWriteExt as _, process::Command};

use super::{FileError, FileRecord, FileStatus, Files, record};
use crate::{
    caller::Permitted,
    desk::Request,
    error::CommandError,
    tickets::existing,
    unit::{About, Operation, Unit},
};

/// How long it may take over one file.
const PATIENCE: Duration = Duration::from_secs(300);
/// Who reports, in the log.
const ACTOR: &str = "scanner";

/// Say that something was found in a file that a message has.
#[derive(Clone, Copy, Debug)]
pub struct ReportInfected {
    /// The ticket.
    pub ticket: TicketId,
    /// The message on it.
    pub message: MessageId,
    /// Its file.
    pub file: FileId,
}

impl Operation for ReportInfected {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        let (message, file) = (self.message, self.file);
        let wish = TicketCommand::ReportInfected { message, file };
        existing(unit, self.ticket, wish.permission()).await?;
        unit.decide::<Ticket>(self.ticket, wish)?;
        Ok(About::of::<Ticket>(self.ticket))
    }
}

impl Files {
    /// Whether there is a scanner.
    pub fn scans(&self) -> bool {
        !self.settings.scan_command.is_empty()
    }

    /// Whether a scanner is to judge files of a tenant.
    pub async fn has_work(&self, tx: &TenantTx) -> Result<bool, FileError> {
        Ok(self.scans() && record::any_pending(tx).await?)
    }

    /// Scans what nobody has scanned yet; gives how many files now have a verdict.
    pub async fn scan_pending(&self, log: &Log) -> Result<u64, FileError> {
        let mut judged = 0;
        for id in record::pending(log).await? {
            if let Some(file) = self.find(log, id).await?
                && self.scan(log, &file).await? != FileStatus::Pending
            {
                judged += 1;
            }
        }
        Ok(judged)
    }

    /// Scans a file, and notes what came of it. A scanner that gives no answer leaves it as it is.
    pub(super) async fn scan(&self, log: &Log, file: &FileRecord) -> Result<FileStatus, FileError> {
        let content = self.read(log, file).await?;
        let asked = tokio::time::timeout(PATIENCE, ask(&self.settings.scan_command, content)).await;
        let verdict = asked.unwrap_or_else(|_| Err(format!("no answer within {} seconds", PATIENCE.as_secs())));
        let status = match verdict {
            Ok(status) => status,
            Err(error) => {
                tracing::warn!(tenant = %log.tenant(), file = %file.id, error, "a file could not be scanned");
                return Ok(FileStatus::Pending);
            }
        };
        // The fact first: of what the row says already, nobody would be told any more.
        if status == FileStatus::Infected {
            self.report(log, file).await?;
        }
        record::judge(log, file.id, status).await?;
        self.report_infected(log, file.id).await?;
        Ok(status)
    }

    /// Says it of a file that was judged while a message took it. Whichever of the two came last sees both.
    pub(super) async fn report_infected(&self, log: &Log, id: FileId) -> Result<(), CommandError> {
        match self.find(log, id).await? {
            Some(file) if file.status == FileStatus::Infected => self.report(log, &file).await,
            _ => Ok(()),
        }
    }

    /// Once, however often it is called.
    async fn report(&self, log: &Log, file: &FileRecord) -> Result<(), CommandError> {
        let Some((ticket, message)) = file.ticket.zip(file.message) else { return Ok(()) };
        let id = CommandId::of(&[b"infected", file.id.to_string().as_bytes()]);
        let report = ReportInfected { ticket, message, file: file.id };
        self.desk.run(log, &Request::system(ACTOR, id), &report).await?;
        Ok(())
    }
}

async fn ask(command: &[String], mut content: Content) -> Result<FileStatus, String> {
    let (program, arguments) = command.split_first().ok_or("there is no scanner")?;
    let mut scanner = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| format!("{program} cannot be run: {error}"))?;
    let mut input = scanner.stdin.take().ok_or("the scanner takes no input")?;
    while let Some(piece) = content.next().await {
        let piece = piece.map_err(|error| error.to_string())?;
        // One that has seen enough closes its input, and says what it found by its end.
        if input.write_all(&piece).await.is_err() {
            break;
        }
    }
    drop(input);
    let ended = scanner.wait().await.map_err(|error| error.to_string())?;
    match ended.code() {
        Some(0) => Ok(FileStatus::Clean),
        Some(1) => Ok(FileStatus::Infected),
        _ => Err(format!("{program} ended with {ended}")),
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use futures_util::stream;

    use super::*;

    fn content(text: &'static str) -> Content {
        stream::iter([Ok(Bytes::from_static(text.as_bytes()))]).boxed()
    }

    #[tokio::test]
    async fn the_end_of_the_program_is_its_answer() {
        let shell = |script: &str| ["sh", "-c", script].map(str::to_owned);
        for (script, expected) in [
            ("! grep -q EICAR", Ok(FileStatus::Infected)),
            ("grep -q EICAR", Ok(FileStatus::Clean)),
            ("exit 1", Ok(FileStatus::Infected)),
            ("exit 2", Err(())),
            ("kill -9 $$", Err(())),
        ] {
            let verdict = ask(&shell(script), content("an EICAR file")).await;
            assert_eq!(verdict.map_err(|_| ()), expected, "{script}");
        }
        assert!(ask(&["/nowhere/scanner".to_owned()], content("")).await.unwrap_err().contains("cannot be run"));
    }
}
