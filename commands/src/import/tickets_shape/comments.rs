//! The comments of a list: who said what, and to whom.

use domain::text::Body;

use super::{Listed, rank};
use crate::import::{
    columns::{Places, Role},
    history::{Deed, Gatherer, Index, Mark, PersonColumns, PersonKind, Statement, Step},
    rows::{Fault, Row},
};

/// One row of the comments.
pub(super) fn read(
    gatherer: &mut Gatherer<'_>,
    places: &Places,
    row: &Row,
    ticket: Option<&mut Listed>,
    ordinal: u32,
) -> Result<(), Fault> {
    if let Some(fault) = &row.fault {
        return Err(fault.clone());
    }
    let get = |role: Role| places.get(&row.record, role);
    let missing = |role: Role| Fault::column(places.name(role), "is empty");
    let Some(ticket) = ticket else {
        let reason = "the list of tickets has no such ticket, or its row was rejected";
        return Err(Fault::column(places.name(Role::Ticket), reason));
    };
    let at = gatherer.time(places, row, Role::Time)?.ok_or_else(|| missing(Role::Time))?;
    let body = get(Role::Body).ok_or_else(|| missing(Role::Body))?;
    let body = gatherer
        .body(body)
        .map_err(|error| Fault::column(places.name(Role::Body), error))?
        .ok_or_else(|| missing(Role::Body))?;
    let public = match get(Role::Public).map(str::to_lowercase).as_deref() {
        None | Some("true" | "yes" | "1" | "public" | "t" | "y") => true,
        Some("false" | "no" | "0" | "private" | "internal" | "f" | "n") => false,
        Some(_) => {
            let reason = "expected true or false, public or internal";
            return Err(Fault::column(places.name(Role::Public), reason));
        }
    };
    let author = author(gatherer, places, row, ticket, public)?;
    // Many systems give the first message twice: as the ticket's text and as its first comment.
    let first_message = gatherer.case_mut(ticket.case).body.as_ref() == Some(&body);
    if first_message && at == ticket.created && author == ticket.requester {
        return Ok(());
    }
    let by_agent = gatherer.person(author).kind == PersonKind::Agent;
    if by_agent && public {
        ticket.answered = Some(ticket.answered.map_or(at, |first| first.min(at)));
    }
    ticket.last_comment = ticket.last_comment.max(Some(at));
    let deed = said(public, by_agent, author, body);
    let nothing = gatherer.put_statement(Statement::default());
    gatherer.steps.push(Step {
        case: ticket.case,
        place: row.place,
        mark: Mark::Comment(ordinal),
        at,
        order: (at.max(ticket.created), rank::SAID),
        actor: Some(author),
        statement: nothing,
        deed,
        words: None,
    });
    Ok(())
}

fn said(public: bool, by_agent: bool, author: Index, body: Body) -> Deed {
    if public {
        Deed::Replied { author, body }
    } else {
        // A note has an agent or nobody as its author.
        let author = by_agent.then_some(author);
        Deed::NoteAdded { author, body }
    }
}

/// Who wrote a comment: what the row says; else the requester or an agent of the list; else whoever may write such a
/// thing.
fn author(
    gatherer: &mut Gatherer<'_>,
    places: &Places,
    row: &Row,
    ticket: &Listed,
    public: bool,
) -> Result<Index, Fault> {
    let (email, name) = (places.get(&row.record, Role::AuthorEmail), places.get(&row.record, Role::Author));
    let stated = match places.get(&row.record, Role::AuthorKind).map(str::to_lowercase).as_deref() {
        Some("agent" | "admin" | "staff" | "operator") => Some(PersonKind::Agent),
        Some("customer" | "end-user" | "end_user" | "user" | "requester" | "contact" | "client") => {
            Some(PersonKind::Customer)
        }
        Some(_) => {
            let reason = "expected agent or customer";
            return Err(Fault::column(places.name(Role::AuthorKind), reason));
        }
        None => None,
    };
    if stated != Some(PersonKind::Agent) {
        let requester = gatherer.person(ticket.requester);
        let address = requester.email.as_ref().map(domain::text::Email::identity);
        let is_requester = match (email.or(name.filter(|text| text.contains('@'))), name) {
            (Some(email), _) => address == Some(email.to_lowercase()),
            (None, Some(name)) => requester.name.as_str().to_lowercase() == name.to_lowercase(),
            (None, None) => public,
        };
        if is_requester {
            return Ok(ticket.requester);
        }
    }
    let known = gatherer.known_agent(email, name);
    if let Some(agent) = known.filter(|_| stated != Some(PersonKind::Customer)) {
        return Ok(agent);
    }
    let domain = email.or(name).and_then(|text| text.rsplit_once('@')).map(|(_, domain)| domain);
    let of_company = domain.is_some_and(|domain| {
        let domains = &gatherer.mapping.agent_domains;
        domains.iter().any(|ours| ours.eq_ignore_ascii_case(domain))
    });
    let kind = stated.unwrap_or(if of_company || !public { PersonKind::Agent } else { PersonKind::Customer });
    let columns = PersonColumns { kind, id: None, email: Role::AuthorEmail, name: Role::Author };
    match gatherer.person_in(places, row, columns)? {
        Some(person) => Ok(person),
        None => ticket.assignee.ok_or_else(|| Fault::column(places.name(Role::Author), "is empty")),
    }
}
