pub mod page;
mod selection;
mod walk;

use std::{
    fs::{self, File},
    io::BufWriter,
    path::{Path, PathBuf},
    time::Instant,
};

use clap::Args;
use event_store::{
    Log,
    proof::{
        VerifierKey,
        bundle::{FORMAT, Head, Page, Writer},
    },
};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use crate::{
    Failure, Outcome,
    keys::read_checkpoint,
    terminal::{Form, grouped, print, print_json},
};
use selection::{Choice, Chosen};
use walk::Walk;

/// Export a log, or a part of it, so that an auditor can verify it offline
///
/// The file holds the events as they are stored, with personal fields as ciphertext; the signed checkpoints; and the
/// hashes that show where in the log the events are, and that none between them is missing. `replay-tool verify`, or any
/// program that follows docs/proof-format.md, checks it with the log's public key and nothing else.
///
/// Examples: replay-tool export --out acme.bundle, replay-tool export --ticket T-001 --html --out T-001.html
#[derive(Debug, Args)]
pub struct Export {
    /// The file to write; it must not exist
    #[arg(long, value_name = "PATH")]
    out: PathBuf,
    #[command(flatten)]
    choice: Choice,
    /// An earlier checkpoint that the auditor has: the bundle then shows that its log begins with that one
    #[arg(long, value_name = "FILE")]
    checkpoint: Option<PathBuf>,
    /// Write a page: opened in a browser, it checks and shows what is in it, and asks no network
    #[arg(long)]
    html: bool,
}

/// A browser holds all of a page in memory.
const EVENTS_OF_A_PAGE: u64 = 50_000;

#[derive(Serialize)]
struct Answer {
    tenant: String,
    file: PathBuf,
    selection: String,
    size: u64,
    events: u64,
    not_sealed: u64,
    bytes: u64,
    seconds: f64,
}

impl Export {
    pub async fn run(self, log: &Log, witnesses: &[VerifierKey], form: Form) -> Result<Outcome, Failure> {
        let began = Instant::now();
        let status = log.tree_status().await?;
        let sealed =
            log.last_checkpoint().await?.ok_or("nothing of this log is sealed yet: let `ledgerdesk serve` run")?;
        let size = sealed.checkpoint.size;
        let Chosen { selection, positions } = self.choice.resolve(log, size).await?;
        let shown: u64 = positions.iter().map(|(from, to)| to + 1 - from).sum();
        if self.html && shown > EVENTS_OF_A_PAGE {
            let (most, shown) = (grouped(EVENTS_OF_A_PAGE), grouped(shown));
            return Err(
                format!("a page holds at most {most} events, not {shown}: leave --html out, or export a part").into()
            );
        }
        let template = page::template();
        let page = Page::of(&template).filter(|_| self.html);
        let earlier = self.checkpoint.as_deref().map(earlier_size).transpose()?;
        let head = Head {
            format: FORMAT,
            origin: sealed.checkpoint.origin.clone(),
            tenant: log.tenant().to_string(),
            size,
            selection: selection.clone(),
            keys: log.log_keys().await?.iter().map(|key| key.public.to_string()).collect(),
            witnesses: witnesses.iter().map(ToString::to_string).collect(),
        };
        let part = part(&self.out)?;
        let out = BufWriter::new(File::create_new(&part).map_err(|error| format!("{}: {error}", part.display()))?);
        let written = write(log, out, head, page, &positions, earlier).await;
        let events = match written {
            Ok(events) => events,
            Err(error) => {
                // A part of a bundle is worth nothing, and must not be taken for one.
                let _ = fs::remove_file(&part);
                return Err(error);
            }
        };
        fs::rename(&part, &self.out)?;
        let answer = Answer {
            tenant: log.tenant().to_string(),
            bytes: fs::metadata(&self.out)?.len(),
            file: self.out,
            selection: selection.to_string(),
            size,
            events,
            not_sealed: status.head.saturating_sub(size),
            seconds: began.elapsed().as_secs_f64(),
        };
        match form {
            Form::Json => print_json(&answer)?,
            Form::Text => print(&as_text(&answer)),
        }
        Ok(Outcome::Same)
    }
}

async fn write(
    log: &Log,
    out: BufWriter<File>,
    head: Head,
    page: Option<Page<'_>>,
    positions: &[(u64, u64)],
    earlier: Option<u64>,
) -> Result<u64, Failure> {
    let bar = progress_bar(positions);
    let size = head.size;
    let writer = Writer::begin(out, head, page)?;
    let mut walk = Walk::begin(log, writer, size, earlier).await?;
    for (from, to) in positions {
        walk.show(*from, *to, &|events| bar.inc(events)).await?;
    }
    bar.finish_and_clear();
    walk.finish().await
}

/// A bar on a terminal, nothing elsewhere.
fn progress_bar(positions: &[(u64, u64)]) -> ProgressBar {
    let bar = ProgressBar::new(positions.iter().map(|(from, to)| to + 1 - from).sum());
    match ProgressStyle::with_template("exporting [{wide_bar}] {human_pos}/{human_len} events, {per_sec}, {eta} left") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

fn earlier_size(file: &Path) -> Result<u64, Failure> {
    let checkpoint: event_store::proof::Checkpoint = read_checkpoint(file)?.text.parse()?;
    Ok(checkpoint.size)
}

/// Where it is written until it is whole.
fn part(out: &Path) -> Result<PathBuf, Failure> {
    if out.exists() {
        return Err(format!("{} exists already: choose another name for --out", out.display()).into());
    }
    let mut name = out.as_os_str().to_owned();
    name.push(".part");
    Ok(name.into())
}

fn as_text(answer: &Answer) -> String {
    let mut lines = vec![
        format!(
            "tenant {}: {} of {} sealed events ({})",
            answer.tenant,
            grouped(answer.events),
            grouped(answer.size),
            answer.selection
        ),
        format!("{}, {} bytes, in {:.1} s", answer.file.display(), grouped(answer.bytes), answer.seconds),
    ];
    if answer.not_sealed > 0 {
        lines.push(format!("{} events are not sealed yet, and are not in it", grouped(answer.not_sealed)));
    }
    lines.push(
        "Verify it with: replay-tool verify PATH --key KEY (`ledgerdesk log-key list` prints the key)".to_owned(),
    );
    lines.join("\n")
}
