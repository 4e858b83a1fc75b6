use std::{
    fs::File,
    io::BufReader,
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use clap::Args;
use commands::import::{Guess, Importer, Mapping, Progress, guess};
use indicatif::{ProgressBar, ProgressStyle};
use installation::{Config, Database};

use super::{
    Failure, OfTenant,
    open::open,
    terminal::{print, say},
};

/// Record another help desk's history: tickets or events from a CSV file
///
/// Two shapes are understood: an event log (one row per event) and a ticket list (one row per ticket, with an optional
/// file of comments). Without a mapping, one is guessed, shown with sample rows and written beside the file; read it,
/// change what is wrong, and run again with --mapping. Original times and numbers are kept. A run that was interrupted
/// goes on where it stopped, and a second run adds nothing.
///
/// Example: ledgerdesk import tickets.csv --comments comments.csv --dry-run
#[derive(Debug, Args)]
pub struct Import {
    /// The file: CSV with a header line; commas, semicolons or tabs.
    file: PathBuf,
    /// The comments of a ticket list.
    #[arg(long, value_name = "FILE")]
    comments: Option<PathBuf>,
    /// What the columns mean; guessed and written beside the file when left out.
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
    /// Import with the guessed mapping at once.
    #[arg(long, conflicts_with = "mapping")]
    trust_guess: bool,
    /// Do everything but write.
    #[arg(long)]
    dry_run: bool,
    /// The report as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    of: OfTenant,
}

impl Import {
    pub async fn run(self, config: &Config) -> Result<(), Failure> {
        let Some(mapping) = self.mapping()? else { return Ok(()) };
        let comments = self.comments.as_deref().map(reader).transpose()?;
        let importer = Importer::read(&mapping, reader(&self.file)?, comments)?;
        let opened = open(config, Database::attach(config).await?).await?;
        let store = opened.app.desk.store();
        let log = store.log(&self.of.tenant).await?;
        let report = if self.dry_run {
            importer.plan(&log, &**store.clock()).await?
        } else {
            let bar = bar("importing");
            let progress = |progress: Progress| {
                bar.set_length(progress.total);
                bar.set_position(progress.done);
                ControlFlow::Continue(())
            };
            let report = importer.run(&log, &**store.clock(), &progress).await?;
            bar.finish_and_clear();
            say("bringing the lists up to date");
            opened.app.projector.catch_up(&log).await?;
            report
        };
        print(&if self.json {
            serde_json::to_string_pretty(&report)?
        } else {
            report.to_string().trim_end().to_owned()
        });
        drop(log);
        opened.close().await
    }

    /// The mapping to import with; `None` when one was guessed, and a person has to look at it first.
    fn mapping(&self) -> Result<Option<Mapping>, Failure> {
        if let Some(path) = &self.mapping {
            let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
            return Ok(Some(Mapping::parse(&text).map_err(|error| format!("{}: {error}", path.display()))?));
        }
        let source =
            self.file.file_stem().map_or_else(|| "import".to_owned(), |stem| stem.to_string_lossy().into_owned());
        let comments = self.comments.as_deref().map(reader).transpose()?;
        let guessed = guess(&source, reader(&self.file)?, comments)?;
        show(&guessed);
        let path = self.file.with_extension("mapping.toml");
        if path.exists() {
            say(&format!("\n{} is there already and was left as it is", path.display()));
        } else {
            std::fs::write(&path, guessed.to_toml()).map_err(|error| format!("{}: {error}", path.display()))?;
            say(&format!("\nthe mapping was written to {}", path.display()));
        }
        if self.trust_guess {
            return Ok(Some(guessed.mapping));
        }
        say("read it, change what is wrong, then import with:");
        say(&format!(
            "  ledgerdesk import {} --tenant {} --mapping {}",
            self.file.display(),
            self.of.tenant,
            path.display()
        ));
        Ok(None)
    }
}

fn reader(path: &Path) -> Result<BufReader<File>, Failure> {
    Ok(BufReader::new(File::open(path).map_err(|error| format!("{}: {error}", path.display()))?))
}

/// A bar on a terminal, nothing elsewhere.
pub fn bar(what: &'static str) -> ProgressBar {
    let style = "{msg:12} [{wide_bar}] {human_pos}/{human_len} {eta}";
    let bar = ProgressBar::new(0).with_message(what);
    match ProgressStyle::with_template(style) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

fn show(guessed: &Guess) {
    say("sample rows:");
    for (index, name) in guessed.header.iter().enumerate() {
        let samples: Vec<&str> = guessed
            .samples
            .iter()
            .filter_map(|row| row.get(index))
            .map(|cell| cell.get(..24).unwrap_or(cell))
            .collect();
        say(&format!("  {name:<24}  {}", samples.join(" | ")));
    }
    say("\nguessed, with how sure and why:");
    for note in &guessed.notes {
        say(&format!("  {:<28}  {:<6}  {}", note.key, format!("{:?}", note.confidence).to_lowercase(), note.reason));
    }
}
