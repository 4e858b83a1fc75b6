use std::collections::HashMap;

use clap::Args;
use domain::{Aggregate, ticket::Ticket};
use event_store::{Log, StreamId};
use projections::{as_of::PastTicket, timeline::TimelineEntry};
use serde::Serialize;

use crate::{
    Failure, Outcome,
    changes::described,
    moment::Told,
    show::indented,
    terminal::{Form, grouped, instant, print, print_json},
    ticket::{TicketAt, or_erased},
};

/// List everything that happened to a ticket
///
/// Each event with its places in the ticket and in the log, when it happened and when it was recorded, who caused it,
/// and what it changed.
///
/// Examples: replay-tool timeline T-001, replay-tool timeline T-001 --as-of 2026-03-31
#[derive(Debug, Args)]
pub struct Timeline {
    #[command(flatten)]
    at: TicketAt,
}

#[derive(Serialize)]
struct Answer<'a> {
    as_of: &'a Told,
    id: &'a str,
    ticket_id: &'a str,
    events: Vec<Line<'a>>,
}

/// A line in public words, and what the log calls it.
#[derive(Serialize)]
struct Line<'a> {
    #[serde(flatten)]
    entry: &'a TimelineEntry,
    recorded_as: String,
}

impl Timeline {
    pub async fn run(self, log: &Log, form: Form) -> Result<Outcome, Failure> {
        let (past, told) = self.at.find(log).await?;
        let PastTicket { ticket, timeline } = &past;
        let recorded = log.load(&StreamId::new(Ticket::TYPE, &ticket.id), 0).await?;
        let mut types: HashMap<u64, String> =
            recorded.into_iter().map(|event| (event.sequence, event.event_type)).collect();
        let events: Vec<Line<'_>> = timeline
            .iter()
            .map(|entry| Line { recorded_as: types.remove(&entry.sequence).unwrap_or_default(), entry })
            .collect();
        match form {
            Form::Json => print_json(&Answer { as_of: &told, id: &ticket.id, ticket_id: &ticket.ticket_id, events })?,
            Form::Text => {
                print(&format!("{}  {}\n{told}", ticket.ticket_id, or_erased(ticket.title.as_deref())));
                events.iter().for_each(print_line);
            }
        }
        Ok(Outcome::Same)
    }
}

fn print_line(Line { entry, recorded_as }: &Line<'_>) {
    let imported = if entry.imported { "  imported" } else { "" };
    let TimelineEntry { sequence, event_type, actor, .. } = entry;
    print(&format!("\n{sequence:>4}  {event_type:<26}  {}{imported}", instant(entry.occurred_at)));
    print(&format!(
        "      position {}, recorded {} as {recorded_as}, by {} {}",
        grouped(entry.position),
        instant(entry.recorded_at),
        actor.kind,
        actor.id
    ));
    for (field, change) in entry.changes.as_object().into_iter().flatten() {
        print(&format!("      {field}: {}", described(change)));
    }
    if let Some(message) = &entry.message {
        print(&indented(or_erased(message.body.as_deref())));
    }
}
