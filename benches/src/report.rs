//! What a bench found: tables in the form of docs/performance.md, on the terminal and, if `LEDGERDESK_BENCH_WRITE=1`,
//! between the markers `<!-- NAME:begin -->` and `<!-- NAME:end -->` of that file.

use std::{fmt::Write as _, path::PathBuf, process::Command, time::Duration};

use event_store::{Clock as _, SystemClock};

use crate::Rig;

/// The results of one bench.
#[derive(Debug)]
pub struct Report {
    bench: &'static str,
    text: String,
    targets: Vec<Target>,
}

impl Report {
    /// Begins with when, of which commit and on which machine.
    pub async fn begin(bench: &'static str, rig: &Rig) -> Self {
        let mut report = Self { bench, text: String::new(), targets: vec![] };
        report.line(&origin(rig).await);
        report
    }

    /// A paragraph.
    pub fn line(&mut self, line: &str) {
        println!("{line}");
        self.text.push_str(line);
        self.text.push('\n');
    }

    /// Begins a table with columns of these names, parted by ` | `.
    pub fn table(&mut self, columns: &str) {
        let count = columns.split(" | ").count();
        self.line(&format!("\n| {columns} |\n|{}", "---|".repeat(count)));
    }

    /// A row of the table, its cells parted by ` | `.
    pub fn row(&mut self, cells: &str) {
        self.line(&format!("| {cells} |"));
    }

    /// What was to be reached with what came out.
    pub fn target(&mut self, name: &'static str, measured: f64, wanted: Wanted) {
        self.targets.push(Target { name, measured, wanted });
    }

    /// A plot, drawn into a file below docs/ if results are written; the text shows it.
    pub fn plot(&mut self, file: &str, caption: &str, draw: impl FnOnce(&PathBuf)) {
        if is_writing() {
            draw(&docs().join(file));
            writeln!(self.text, "\n![{caption}]({file})").expect("a String");
        }
    }

    /// Ends with a line for each target; writes all of it to where it belongs, if asked to.
    pub fn finish(mut self) {
        if is_writing() {
            self.text.push_str("\n| target | measured | wanted | |\n|---|---|---|---|\n");
            for Target { name, measured, wanted } in &self.targets {
                let verdict = wanted.verdict(*measured);
                writeln!(self.text, "| {name} | {} | {wanted} | {verdict} |", number(*measured)).expect("a String");
            }
            let file = docs().join("performance.md");
            let document = std::fs::read_to_string(&file).expect("docs/performance.md");
            std::fs::write(&file, replaced(&document, self.bench, &self.text)).expect("docs/performance.md");
        }
        println!();
        for target in &self.targets {
            println!("{target}");
        }
    }
}

/// `document` with `text` between the markers of `bench`.
fn replaced(document: &str, bench: &str, text: &str) -> String {
    let (begin, end) = (format!("<!-- {bench}:begin -->\n"), format!("<!-- {bench}:end -->"));
    let missing = || panic!("docs/performance.md lacks the lines {} and {end}, in this order", begin.trim_end());
    let (before, rest) = document.split_once(&begin).unwrap_or_else(missing);
    let (_, after) = rest.split_once(&end).unwrap_or_else(missing);
    format!("{before}{begin}{text}{end}{after}")
}

fn is_writing() -> bool {
    std::env::var_os("LEDGERDESK_BENCH_WRITE").is_some_and(|value| value == "1")
}

fn docs() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs")
}

async fn origin(rig: &Rig) -> String {
    let date = SystemClock.now().format("%-d %B %Y");
    let commit = commit().unwrap_or_else(|| "unknown".to_owned());
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let memory = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let kib = memory.split_whitespace().nth(1).and_then(|kib| kib.parse::<f64>().ok()).unwrap_or(f64::NAN);
    let version: String = rig.database.query_one("SHOW server_version", &[]).await.expect("its version").get(0);
    let version = version.split(' ').next().unwrap_or_default();
    format!("{date}, commit {commit}, {cores} cores, {:.0} GiB, PostgreSQL {version}.", kib / 1024.0 / 1024.0)
}

/// Of the working copy; what is written into docs/ changes nothing.
fn commit() -> Option<String> {
    let git = |arguments: &[&str]| Command::new("git").arg("-C").arg(docs()).args(arguments).output().ok();
    let head = String::from_utf8(git(&["rev-parse", "--short", "HEAD"])?.stdout).ok()?;
    let clean = git(&["diff", "--quiet", "HEAD", "--", ":/", ":!/docs"])?.status.success();
    Some(format!("{}{}", head.trim(), if clean { "" } else { " with changes" }))
}

/// The middle one.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// In three figures or so, thousands apart.
pub fn number(value: f64) -> String {
    if value.abs() < 9.995 {
        return format!("{value:.2}");
    }
    if value.abs() < 99.95 {
        return format!("{value:.1}");
    }
    grouped(&format!("{value:.0}"))
}

/// Thousands apart.
pub fn count(value: u64) -> String {
    grouped(&value.to_string())
}

fn grouped(digits: &str) -> String {
    let groups = digits.as_bytes().rchunks(3).rev().map(String::from_utf8_lossy);
    groups.collect::<Vec<_>>().join(",")
}

/// In milliseconds, as [`number`] writes it.
pub fn millis(time: Duration) -> String {
    number(time.as_secs_f64() * 1e3)
}

/// How long the middle one and the slowest hundredth took.
#[derive(Clone, Copy, Debug)]
pub struct Quantiles {
    /// Half were faster.
    pub p50: Duration,
    /// 99 of 100 were faster.
    pub p99: Duration,
}

impl Quantiles {
    /// Of all these.
    pub fn of(mut times: Vec<Duration>) -> Self {
        times.sort();
        let at = |share: usize| times.get(times.len() * share / 100).copied().unwrap_or_default();
        Self { p50: at(50), p99: at(99) }
    }
}

/// From where on a result is good.
#[derive(Clone, Copy, Debug)]
pub enum Wanted {
    /// More is better.
    AtLeast(f64),
    /// Less is better.
    AtMost(f64),
}

impl Wanted {
    fn verdict(self, measured: f64) -> &'static str {
        let met = match self {
            Self::AtLeast(least) => measured >= least,
            Self::AtMost(most) => measured <= most,
        };
        if met { "met" } else { "missed" }
    }
}

impl std::fmt::Display for Wanted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::AtLeast(least) => write!(f, ">= {}", number(*least)),
            Self::AtMost(most) => write!(f, "<= {}", number(*most)),
        }
    }
}

/// A target, and what came out.
#[derive(Debug)]
struct Target {
    name: &'static str,
    measured: f64,
    wanted: Wanted,
}

impl std::fmt::Display for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { name, measured, wanted } = self;
        write!(f, "target {name} measured {} wanted {wanted} {}", number(*measured), wanted.verdict(*measured))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stands_between_the_markers_is_replaced() {
        let document = "a\n<!-- x:begin -->\nold\n<!-- x:end -->\nb\n<!-- y:begin -->\nkept\n<!-- y:end -->\n";
        let written = "a\n<!-- x:begin -->\nnew\n<!-- x:end -->\nb\n<!-- y:begin -->\nkept\n<!-- y:end -->\n";
        assert_eq!(replaced(document, "x", "new\n"), written);
    }

    #[test]
    fn every_bench_has_its_place() {
        let document = std::fs::read_to_string(docs().join("performance.md")).unwrap();
        for bench in ["append", "replay", "live", "http", "growth", "tenants", "rebuild", "proof", "peers"] {
            assert!(replaced(&document, bench, "found").contains("found"), "{bench}");
        }
    }

    #[test]
    fn numbers_are_short() {
        let written = [0.804, 9.999, 38.64, 172.4, 1_234.5, 1_234_567.0].map(number);
        assert_eq!(written, ["0.80", "10.0", "38.6", "172", "1,234", "1,234,567"]);
    }

    #[test]
    fn a_target_is_told_in_one_line() {
        let target = |measured, wanted| Target { name: "x", measured, wanted }.to_string();
        assert_eq!(target(3.6, Wanted::AtLeast(5.0)), "target x measured 3.60 wanted >= 5.00 missed");
        assert_eq!(target(60.0, Wanted::AtMost(90.0)), "target x measured 60.0 wanted <= 90.0 met");
    }
}
