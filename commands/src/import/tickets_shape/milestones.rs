//! The steps that a row of the list stands for.

use chrono::{DateTime, Utc};
use domain::{text::Activity, ticket::Status};

use super::{Listed, rank};
use crate::import::{
    ImportError, MappingError,
    history::{Deed, Gatherer, Index, Mark, Statement, Step},
    report::RowPlace,
};

/// Adds them, with what the comments told.
pub(super) fn add(gatherer: &mut Gatherer<'_>, ticket: Listed) -> Result<(), ImportError> {
    let nothing = gatherer.put_statement(Statement::default());
    let mut steps = Steps {
        case: ticket.case,
        place: ticket.place,
        created: ticket.created,
        assignee: ticket.assignee,
        nothing,
        all: vec![],
    };
    let part = |part| Mark::Part(ticket.ordinal, part);
    let opened = gatherer.put_statement(Statement { requester: Some(ticket.requester), ..ticket.statement });
    steps.push(part("opened"), ticket.created, rank::OPENED, Deed::Opened);
    if let Some(step) = steps.all.last_mut() {
        (step.statement, step.actor) = (opened, Some(ticket.requester));
    }
    if ticket.assignee.is_some() {
        let at = ticket.first_reply.into_iter().chain(ticket.answered).min();
        steps.push(part("assigned"), at.unwrap_or(ticket.created), rank::ASSIGNED, Deed::Nothing);
        if let Some(step) = steps.all.last_mut() {
            step.statement = gatherer.put_statement(Statement { assignee: ticket.assignee, ..Statement::default() });
        }
        *gatherer.report.times.assumed.entry("assignments").or_default() += 1;
    }
    // Its text is not known, or it is among the comments.
    if let Some(at) = ticket.first_reply.filter(|_| ticket.answered.is_none()) {
        steps.push(part("first_reply"), at, rank::SAID, Deed::OwnWords);
        let words = Activity::try_new("First reply")
            .map_err(|error| MappingError::key("columns.first_reply", error.to_string()))?;
        if let Some(step) = steps.all.last_mut() {
            step.words = Some(gatherer.put_words(words));
        }
    }
    let mut ends: Vec<_> = [
        ticket.solved.map(|at| (at, Status::Resolved, "solved")),
        ticket.closed.map(|at| (at, Status::Closed, "closed")),
    ]
    .into_iter()
    .flatten()
    .collect();
    ends.sort_by_key(|(at, ..)| *at);
    for (at, status, name) in &ends {
        steps.push(part(name), *at, rank::MILESTONE, (*status).into());
    }
    let reached = ends.last().map_or(Status::Open, |(_, status, _)| *status);
    let known = [Some(ticket.created), ticket.first_reply, ticket.last_comment];
    let last = known.into_iter().flatten().chain(ends.iter().map(|(at, ..)| *at)).max();
    let last = last.unwrap_or(ticket.created);
    if let Some(status) = ticket.status.filter(|status| *status != reached) {
        steps.push(Mark::Status(ticket.ordinal, status), last, rank::STATUS, status.into());
        *gatherer.report.times.assumed.entry("statuses").or_default() += 1;
    }
    if let Some(score) = ticket.rating {
        let at = ends.last().map_or(last, |(at, ..)| *at);
        steps.push(part("rated"), at, rank::RATED, Deed::Rated(score));
        if let Some(step) = steps.all.last_mut() {
            step.actor = Some(ticket.requester);
        }
        *gatherer.report.times.assumed.entry("ratings").or_default() += 1;
    }
    gatherer.steps.append(&mut steps.all);
    Ok(())
}

struct Steps {
    case: Index,
    place: RowPlace,
    created: DateTime<Utc>,
    assignee: Option<Index>,
    nothing: Index,
    all: Vec<Step>,
}

impl Steps {
    fn push(&mut self, mark: Mark, at: DateTime<Utc>, rank: u8, deed: Deed) {
        self.all.push(Step {
            case: self.case,
            place: self.place,
            mark,
            at,
            order: (at.max(self.created), rank),
            actor: self.assignee,
            statement: self.nothing,
            deed,
            words: None,
        });
    }
}
