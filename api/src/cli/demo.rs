//! The tenant that a newcomer finds: made by the importer, always the same relative to a day.

use std::{
    fmt::Write as _, fs::OpenOptions, io::Write as _, ops::ControlFlow, os::unix::fs::OpenOptionsExt, path::Path,
};

use commands::{
    Request,
    api_keys::KeyGrant,
    import::{Importer, demo_files},
    people::{Entry, Invitation, NewPassword, Visitor},
};
use domain::{
    RoleId,
    text::{Email, Name},
};
use event_store::{CommandId, Log, Random};

use super::{
    Failure,
    import::bar,
    terminal::{print, say},
};
use crate::app::App;

const SEED: u64 = 42;
/// Who logs in to look around: two of its agents, so that they have tickets.
const PEOPLE: [(&str, &str, RoleId); 2] = [
    ("Maya Lindqvist", "maya@northwind-analytics.example.com", RoleId::OWNER),
    ("Tomás Herrera", "tomas@northwind-analytics.example.com", RoleId::AGENT),
];

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
    keep(file, &format!("{}\n", key.reveal()))
}

/// Lets somebody log in as the owner and as an agent, by invitations as for anybody else, and keeps their passwords as
/// the key is kept. What an interrupted start began is done anew.
pub async fn let_people_in(app: &App, log: &Log, file: &Path) -> Result<(), Failure> {
    let mut lines = String::new();
    for (name, email, role) in PEOPLE {
        let request = Request::system("operator", CommandId(app.desk.store().ids().next()));
        let wish = Invitation { email: Email::try_new(email)?, name: Name::try_new(name)?, role: Some(role) };
        let (_, token, _) = app.desk.invite(log, &request, &*app.random, wish).await?;
        let password = password(&*app.random);
        let new = NewPassword::try_new(password.clone())?;
        let visitor = Visitor::default();
        let tenant = log.tenant().as_str();
        let entry = app.desk.accept_invitation(tenant, token.reveal(), new, &visitor, &*app.random).await?;
        // Who joins is let in at once; nobody is there to go on.
        if let Entry::In(joined) = entry
            && let Some(person) = app.desk.authenticate_person(&joined.access_token, None).await?
        {
            let mut request = Request::system("operator", CommandId(app.desk.store().ids().next()));
            request.caller = person.caller.clone();
            app.desk.end_session(&person, &request, joined.session).await?;
        }
        let _ = writeln!(lines, "{role} {email} password {password}");
    }
    app.projector.catch_up(log).await?;
    keep(file, &lines)
}

/// 80 bits, without a character at which a double click ends.
fn password(random: &dyn Random) -> String {
    let mut bytes = [0; 10];
    random.fill(&mut bytes);
    bytes.iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

/// In a file that only its owner reads.
fn keep(file: &Path, text: &str) -> Result<(), Failure> {
    if let Some(directory) = file.parent() {
        std::fs::create_dir_all(directory)?;
    }
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(file)?;
    Ok(file.write_all(text.as_bytes())?)
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

/// Where to log in, and as whom: the passwords the first time, then where they are.
pub fn welcome(base: &str, file: &Path, first: bool) -> Result<(), Failure> {
    let as_whom = if first {
        let people = std::fs::read_to_string(file)?;
        let lines: String = people.lines().flat_map(|line| ["\n  ", line]).collect();
        format!("as one of these, who stay in {}:\n{lines}\n", file.display())
    } else {
        format!("as one of those in {}\n", file.display())
    };
    print(&format!("Its console: {base}/login?tenant=demo, {as_whom}"));
    Ok(())
}
