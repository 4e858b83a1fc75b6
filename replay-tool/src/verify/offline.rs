//! A bundle, with what the auditor trusts and nothing else.

use std::{
    fs::File,
    io::{BufReader, IsTerminal},
    path::Path,
    time::Instant,
};

use event_store::proof::bundle::{Break, Page, PairError, Trust, Verdict, pair, restored_from, verify};
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
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<Before<'a>>,
}

/// The log before this one was restored.
#[derive(Serialize)]
struct Before<'a> {
    file: &'a Path,
    #[serde(flatten)]
    verdict: Verdict,
    /// Where this log parts from it.
    #[serde(skip_serializing_if = "Option::is_none")]
    parts: Option<Break>,
    #[serde(skip_serializing_if = "Option::is_none")]
    not_a_pair: Option<String>,
}

pub fn run(path: &Path, before: Option<&Path>, trust: Trust<'_>, form: Form) -> Result<Outcome, Failure> {
    // To name what was changed in the page around a bundle, if there is one.
    let template = page::template();
    let trust = Trust { page: Page::of(&template), ..trust };
    let began = Instant::now();
    let verdict = check(path, &trust)?;
    let before = before.map(|before| compare(before, &verdict, &trust)).transpose()?;
    let verified = verdict.holds() && before.as_ref().is_none_or(|before| before.parts.is_some());
    match form {
        Form::Json => {
            let seconds = began.elapsed().as_secs_f64();
            print_json(&Answer { verified, file: path, seconds, verdict: &verdict, before })?;
        }
        Form::Text => {
            let mut lines = vec![as_text(&verdict, &trust)];
            lines.extend(before.as_ref().map(|before| before.as_text(&trust)));
            print(&lines.join("\n\n"));
        }
    }
    Ok(if verified { Outcome::Same } else { Outcome::Different })
}

fn check(path: &Path, trust: &Trust<'_>) -> Result<Verdict, Failure> {
    let file = File::open(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let bar = progress_bar(file.metadata()?.len());
    let verdict = verify(BufReader::with_capacity(1 << 20, file), trust, &mut |bytes| bar.inc(bytes))?;
    bar.finish_and_clear();
    Ok(verdict)
}

/// Compares the log with the one before it: read twice, because its size says which of the events of `after` counts.
fn compare<'a>(path: &'a Path, after: &Verdict, trust: &Trust<'_>) -> Result<Before<'a>, Failure> {
    // What witnesses and earlier checkpoints are to hold is the later log.
    let trust = Trust { witnesses: vec![], checkpoint: None, ..trust.clone() };
    let verdict = check(path, &trust)?;
    let found = if verdict.holds() {
        restored_from(after, verdict.size).ok_or(PairError::NotRestored(verdict.size))
    } else {
        Err(PairError::NotVerified)
    };
    let restored = match found {
        Ok(restored) => restored,
        Err(error) => return Ok(Before { file: path, verdict, parts: None, not_a_pair: Some(error.to_string()) }),
    };
    let verdict = check(path, &Trust { root_at: Some(restored.position - 1), ..trust })?;
    let (parts, not_a_pair) = match pair(&verdict, after, restored) {
        Ok(parts) => (Some(parts), None),
        Err(error) => (None, Some(error.to_string())),
    };
    Ok(Before { file: path, verdict, parts, not_a_pair })
}

impl Before<'_> {
    fn as_text(&self, trust: &Trust<'_>) -> String {
        let mut lines = vec![format!("The log before it, {}:", self.file.display()), as_text(&self.verdict, trust)];
        lines.push(String::new());
        lines.extend(self.parts.map(|Break { kept, discarded, restored_at }| {
            let only = match discarded {
                Some(run) => format!("its positions {} were discarded", runs(&[run])),
                None => "nothing of it was discarded".to_owned(),
            };
            format!(
                "The later log goes on from it: the first {} are the same, position {} says that it was restored, and \
                 {only}.",
                counted(kept, "event"),
                grouped(restored_at)
            )
        }));
        lines.extend(self.not_a_pair.as_ref().map(|error| format!("NOT A PAIR: {error}.")));
        lines.join("\n")
    }
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
    lines.extend(verdict.restored.iter().map(|one| {
        format!("  restored      position {} says that what is before it is from a backup", grouped(one.position))
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
