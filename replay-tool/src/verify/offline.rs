//! A bundle, with what the auditor trusts and nothing else.

use std::{
    fs::File,
    io::{BufReader, IsTerminal},
    path::Path,
    time::Instant,
};

use event_store::proof::{
    Note, VerifierKey,
    bundle::{Page, Trust, Verdict, verify},
};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use crate::{
    Failure, Outcome,
    export::page,
    terminal::{Form, counted, grouped, instant, print, print_json},
};

/// More than this are not printed; all are counted.
const RUNS: usize = 10;

#[derive(Serialize)]
struct Answer<'a> {
    verified: bool,
    file: &'a Path,
    seconds: f64,
    #[serde(flatten)]
    verdict: &'a Verdict,
}

pub fn run(
    path: &Path,
    keys: Vec<VerifierKey>,
    witnesses: Vec<VerifierKey>,
    checkpoint: Option<Note>,
    form: Form,
) -> Result<Outcome, Failure> {
    let file = File::open(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let bar = progress_bar(file.metadata()?.len());
    // To name what was changed in the page around a bundle, if there is one.
    let template = page::template();
    let trust = Trust { keys, witnesses, checkpoint, page: Page::of(&template) };
    let began = Instant::now();
    let verdict = verify(BufReader::with_capacity(1 << 20, file), &trust, &mut |bytes| bar.inc(bytes))?;
    bar.finish_and_clear();
    let answer =
        Answer { verified: verdict.holds(), file: path, seconds: began.elapsed().as_secs_f64(), verdict: &verdict };
    match form {
        Form::Json => print_json(&answer)?,
        Form::Text => print(&as_text(&verdict, &trust)),
    }
    Ok(if verdict.holds() { Outcome::Same } else { Outcome::Different })
}

fn progress_bar(bytes: u64) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(bytes);
    match ProgressStyle::with_template("verifying [{wide_bar}] {bytes}/{total_bytes}, {bytes_per_sec}, {eta} left") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

fn as_text(verdict: &Verdict, trust: &Trust<'_>) -> String {
    let selection = verdict.selection.as_ref().map_or_else(String::new, ToString::to_string);
    let mut lines = vec![
        format!("log {}, tenant {}, {}", verdict.origin, verdict.tenant, counted(verdict.size, "event")),
        format!("  shown         {}: {selection}", counted(verdict.events, "event")),
        format!("  positions     {}", runs(&verdict.shown)),
        format!("  checkpoints   {} compared with what the events come to", grouped(verdict.checkpoints)),
    ];
    lines.extend(verdict.exported.map(|at| format!("  exported      {}", instant(at))));
    lines.extend(verdict.consistent_with.map(|size| {
        format!("  earlier       the first {} events are those of the checkpoint that was given", grouped(size))
    }));
    lines.extend(verdict.cosigned.iter().map(|one| {
        let whose = if one.trusted { "" } else { ", by a key that only the bundle names" };
        format!("  cosigned      size {} by {} at {}{whose}", grouped(one.size), one.witness, instant(one.at))
    }));
    lines.push(String::new());
    lines.extend(verdict.problems.iter().map(|problem| format!("{problem}\n")));
    let names: Vec<String> = trust.keys.iter().map(|key| format!("{}+{:08x}", key.name(), key.id())).collect();
    lines.push(if verdict.holds() {
        format!("Verified: all of it is what {} signed.", names.join(", "))
    } else {
        format!("NOT VERIFIED: {}, the first of them listed above.", counted(verdict.problem_count, "problem"))
    });
    lines.join("\n")
}

fn runs(shown: &[(u64, u64)]) -> String {
    let run = |(from, to): &(u64, u64)| {
        if from == to { grouped(*from) } else { format!("{} to {} without holes", grouped(*from), grouped(*to)) }
    };
    let mut text = shown.iter().take(RUNS).map(run).collect::<Vec<_>>().join("; ");
    if shown.len() > RUNS {
        text = format!("{text}; and {} more", shown.len() - RUNS);
    }
    if text.is_empty() { "none".to_owned() } else { text }
}
