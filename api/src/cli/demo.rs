//! The tenant that a newcomer finds: made by the importer, always the same relative to a day.

use std::{fs::OpenOptions, io::Write, ops::ControlFlow, os::unix::fs::OpenOptionsExt, path::Path};

use commands::{
    Request,
    api_keys::KeyGrant,
    import::{Importer, demo_files},
};
use domain::text::Name;
use event_store::{CommandId, Log};

use super::{
    Failure,
    import::bar,
    terminal::{print, say},
};
use crate::app::App;

const SEED: u64 = 42;

/// Imports the demo's history.
pub async fn fill(app: &App, log: &Log) -> Result<(), Failure> {
    let clock = app.desk.store().clock();
    let (tickets, comments, mapping) = demo_files(clock.now().date_naive(), SEED);
    let importer = Importer::read(&mapping, tickets.as_bytes(), Some(comments.as_bytes()))?;
    let bar = bar("demo data");
    let report = importer
        .run(log, &**clock, &|progress| {
            bar.set_length(progress.total);
            bar.set_position(progress.done);
            ControlFlow::Continue(())
        })
        .await?;
    bar.finish_and_clear();
    app.projector.catch_up(log).await?;
    say(&format!("{} tickets of the last 90 days, {} events", report.tickets.opened, report.events_total()));
    Ok(())
}

/// Issues the demo's key and keeps it in a file that only its owner reads: the one exception to "shown once", and for
/// the demo only.
pub async fn issue_key(app: &App, log: &Log, file: &Path) -> Result<(), Failure> {
    let request = Request::system("operator", CommandId(app.desk.store().ids().next()));
    let grant = KeyGrant::new(Name::try_new("Demo")?, vec!["*".to_owned()]);
    let (_, key) = app.desk.issue_key(log, &request, &*app.random, grant).await?;
    if let Some(directory) = file.parent() {
        std::fs::create_dir_all(directory)?;
    }
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(file)?;
    Ok(writeln!(file, "{}", key.reveal())?)
}

/// What to try first.
pub fn greet(base: &str, key: &str) {
    let key = key.trim();
    print(&format!(
        r#"
Ledgerdesk serves on {base}, its reference on {base}/api/docs
The tenant demo is yours to play with; its key is {key}

  curl -s '{base}/api/tickets?filter[status]=open&sort=-priority&limit=3' -g \
    -H 'Authorization: Bearer {key}'

  curl -s {base}/api/tickets -H 'Authorization: Bearer {key}' \
    -H 'Content-Type: application/json' -H 'Idempotency-Key: my-first' \
    -d '{{"title": "Login issues", "body": "I cannot log in.", "priority": "high", "customer": {{"name": "John Doe", "email": "john@company.com"}}}}'

  curl -s {base}/api/tickets/T-001/timeline -H 'Authorization: Bearer {key}'

  curl -s '{base}/api/events?after=0&limit=5' -H 'Authorization: Bearer {key}'
"#
    ));
}
