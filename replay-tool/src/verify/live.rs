//! The tables of an installation: the rows, the tree over them, and every checkpoint that was ever signed.

mod anchors;
mod outside;
mod walk;

use std::{path::PathBuf, time::Instant};

use event_store::{
    Log,
    proof::{Note, VerifierKey},
};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use crate::{
    Failure, Outcome,
    replay::compare_with_replay,
    terminal::{Form, counted, grouped, print, print_json},
};

const LISTED: usize = 50;

/// Something that is not as it was sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to_position: Option<i64>,
    pub problem: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub found: Option<String>,
}

/// All that was found.
#[derive(Debug, Default)]
pub struct Findings {
    pub listed: Vec<Finding>,
    pub count: u64,
}

impl Findings {
    pub fn add(&mut self, position: impl Into<Option<i64>>, problem: impl Into<String>) {
        self.push(Finding {
            position: position.into(),
            to_position: None,
            problem: problem.into(),
            expected: None,
            found: None,
        });
    }

    pub fn push(&mut self, finding: Finding) {
        self.count += 1;
        if self.listed.len() < LISTED {
            self.listed.push(finding);
        }
    }
}

#[derive(Serialize)]
struct Answer {
    verified: bool,
    tenant: String,
    head_position: u64,
    sealed: u64,
    checkpoints: u64,
    published: u64,
    keys: Vec<String>,
    keys_were_given: bool,
    problems: Vec<Finding>,
    problem_count: u64,
    /// None: they were not compared.
    read_model_differences: Option<u64>,
    seconds: f64,
}

pub async fn run(
    directory: PathBuf,
    log: &Log,
    given: Vec<VerifierKey>,
    earlier: Option<Note>,
    read_models: bool,
    form: Form,
) -> Result<Outcome, Failure> {
    let began = Instant::now();
    let status = log.tree_status().await?;
    let keys_were_given = !given.is_empty();
    let keys = if keys_were_given { given } else { log.log_keys().await?.into_iter().map(|key| key.public).collect() };
    let mut findings = Findings::default();
    if let Some(reason) = &status.stopped {
        findings.add(None, format!("sealing stands: {reason}"));
    }
    let bar = progress_bar(status.size);
    let anchors = anchors::Anchors::open(log, &directory, keys.clone(), earlier)?;
    let counted = walk::walk(log, status.size, anchors, &mut findings, &|events| bar.inc(events)).await?;
    bar.finish_and_clear();
    outside::check(log, status.size, status.head, &mut findings).await?;
    // Of a log that is not what it was there may be no way to fold anything.
    let differences = if read_models && findings.count == 0 { Some(compare_with_replay(log).await?) } else { None };
    let answer = Answer {
        verified: findings.count == 0 && differences.unwrap_or(0) == 0,
        tenant: log.tenant().to_string(),
        head_position: status.head,
        sealed: status.size,
        checkpoints: counted.in_database,
        published: counted.in_files,
        keys: keys.iter().map(ToString::to_string).collect(),
        keys_were_given,
        problems: findings.listed,
        problem_count: findings.count,
        read_model_differences: differences,
        seconds: began.elapsed().as_secs_f64(),
    };
    match form {
        Form::Json => print_json(&answer)?,
        Form::Text => print(&as_text(&answer)),
    }
    Ok(if answer.verified { Outcome::Same } else { Outcome::Different })
}

fn progress_bar(size: u64) -> ProgressBar {
    let bar = ProgressBar::new(size);
    match ProgressStyle::with_template("verifying [{wide_bar}] {human_pos}/{human_len} events, {per_sec}, {eta} left") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

fn as_text(answer: &Answer) -> String {
    let mut lines = vec![
        format!(
            "tenant {}: {} of {} events are sealed",
            answer.tenant,
            grouped(answer.sealed),
            grouped(answer.head_position)
        ),
        format!(
            "  checkpoints   {} in the database, {} in files outside of it",
            grouped(answer.checkpoints),
            grouped(answer.published)
        ),
        format!(
            "  keys          {}",
            if answer.keys_were_given {
                "as given"
            } else {
                "of the database itself: give --key to rely on nothing here"
            }
        ),
        format!(
            "  read models   {}",
            match answer.read_model_differences {
                None if answer.problem_count > 0 => "not compared: first see to the log".to_owned(),
                None => "not compared".to_owned(),
                Some(0) => "what the log says".to_owned(),
                Some(rows) => format!("{} rows are not what the log says: see replay-tool replay", grouped(rows)),
            }
        ),
        String::new(),
    ];
    for Finding { position, to_position, problem, expected, found } in &answer.problems {
        let place = match (position, to_position) {
            (Some(from), Some(to)) if from != to => format!("positions {from} to {to}: "),
            (Some(position), _) => format!("position {position}: "),
            (None, _) => String::new(),
        };
        lines.push(format!("{place}{problem}"));
        lines.extend(expected.iter().map(|text| format!("    expected  {text}")));
        lines.extend(found.iter().map(|text| format!("    found     {text}")));
    }
    lines.push(if answer.verified {
        "Verified: every sealed event is what was signed.".to_owned()
    } else {
        format!(
            "NOT VERIFIED: {} with the log, {} with the read models.",
            counted(answer.problem_count, "problem"),
            counted(answer.read_model_differences.unwrap_or(0), "problem")
        )
    });
    lines.join("\n")
}
