use clap::Args;
use event_store::Log;
use projections::{
    as_of::PastTicket,
    tickets::TicketView,
    timeline::{Author, AuthorKind, Message, Visibility},
};
use serde::Serialize;

use crate::{
    Failure, Outcome,
    moment::Told,
    terminal::{Form, instant, print, print_json},
    ticket::{TicketAt, instant_or_dash, or_erased},
};

/// Show a ticket as it stood at any moment
///
/// The ticket's own events are folded up to that moment, by the same code that makes the lists; the names of those in
/// it are as of then, too.
///
/// Examples: replay-tool show T-001 --as-of 4711, replay-tool show external:CRM-7 --happened-by 2014-06-30
#[derive(Debug, Args)]
pub struct Show {
    #[command(flatten)]
    at: TicketAt,
}

#[derive(Serialize)]
struct Answer<'a> {
    as_of: &'a Told,
    ticket: &'a TicketView,
    messages: Vec<&'a Message>,
}

impl Show {
    pub async fn run(self, log: &Log, form: Form) -> Result<Outcome, Failure> {
        let (past, told) = self.at.find(log).await?;
        let PastTicket { ticket, timeline } = &past;
        let messages: Vec<&Message> = timeline.iter().filter_map(|entry| entry.message.as_ref()).collect();
        match form {
            Form::Json => print_json(&Answer { as_of: &told, ticket, messages })?,
            Form::Text => {
                print(&format!("{}  {}\n{told}\n", ticket.ticket_id, or_erased(ticket.title.as_deref())));
                for (name, value) in fields(ticket) {
                    print(&format!("  {name:<15}{value}"));
                }
                messages.iter().for_each(|message| print_message(message));
            }
        }
        Ok(Outcome::Same)
    }
}

fn fields(ticket: &TicketView) -> Vec<(&'static str, String)> {
    let dash = || "-".to_owned();
    let customer = &ticket.customer;
    let email = customer.email.as_ref().map_or_else(String::new, |email| format!(" <{email}>"));
    let deleted = ticket.deleted_at.map(|at| ("deleted", instant(at)));
    let fields = [
        ("id", ticket.id.clone()),
        ("external id", ticket.external_id.clone().unwrap_or_else(dash)),
        ("status", ticket.status.to_string()),
        ("priority", ticket.priority.to_string()),
        ("type", ticket.kind.clone().unwrap_or_else(dash)),
        ("tags", if ticket.tags.is_empty() { dash() } else { ticket.tags.join(", ") }),
        ("customer", format!("{}{email}  {}", or_erased(customer.name.as_deref()), customer.id)),
        (
            "assignee",
            ticket.assignee.as_ref().map_or_else(dash, |to| format!("{}  {}", or_erased(to.name.as_deref()), to.id)),
        ),
        (
            "team",
            ticket.team.as_ref().map_or_else(dash, |to| format!("{}  {}", to.name.clone().unwrap_or_default(), to.id)),
        ),
        ("came in", format!("{} by {}", instant(ticket.created_at), ticket.channel)),
        ("last change", instant(ticket.updated_at)),
        ("first response", instant_or_dash(ticket.first_response_at)),
        ("resolved", instant_or_dash(ticket.resolved_at)),
        ("closed", instant_or_dash(ticket.closed_at)),
        ("reopened", format!("{} times", ticket.reopens)),
        ("rating", ticket.rating.map_or_else(dash, |rating| format!("{rating} of 5"))),
        ("version", format!("{}, position {}", ticket.version, ticket.position)),
    ];
    fields.into_iter().chain(deleted).collect()
}

fn print_message(message: &Message) {
    let author = message.author.as_ref().map_or_else(|| "a program".to_owned(), author);
    let note = match message.visibility {
        Visibility::Public => "",
        Visibility::Internal => ", internal note",
    };
    print(&format!("\n  {}  {author}{note}", instant(message.created_at)));
    print(&indented(or_erased(message.body.as_deref())));
}

fn author(author: &Author) -> String {
    let kind = match author.kind {
        AuthorKind::Agent => "agent",
        AuthorKind::Customer => "customer",
    };
    format!("{} ({kind})", or_erased(author.name.as_deref()))
}

/// What somebody wrote, set apart from what the tool says.
pub fn indented(body: &str) -> String {
    let lines: Vec<String> = body.lines().map(|line| format!("    | {line}")).collect();
    lines.join("\n")
}
