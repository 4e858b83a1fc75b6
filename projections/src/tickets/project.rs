//! What each event makes of a ticket's row.

use domain::{
    Personal,
    ticket::{Author, Opened, Replied, Status, TicketEvent},
};
use event_store::RecordedEvent;

use crate::{
    desk::{FoldError, Folded, stamp},
    sql::signed,
    tickets::row::TicketRow,
    words::{TextSet, Word},
};

impl Folded for TicketRow {
    type Event = TicketEvent;

    fn begin(at: &RecordedEvent, event: &TicketEvent) -> Result<Self, FoldError> {
        let TicketEvent::Opened(opened) = event else {
            return Err(FoldError::not_begun(at));
        };
        let number = opened.number.given().ok_or(FoldError::NoNumber)?;
        Ok(Self {
            id: at.stream.aggregate_id.clone(),
            number: signed(number.0),
            external_id: opened.external_id.clone(),
            title: opened.title.value().map(str::to_owned),
            status: Word(Status::Open),
            priority: Word(opened.priority),
            kind: opened.kind.clone(),
            channel: Word(opened.channel),
            origin: at.metadata.get("origin").cloned().unwrap_or_default(),
            requester_id: opened.requester.to_string(),
            assignee_id: None,
            team_id: None,
            tags: TextSet(opened.tags.clone()),
            created_at: at.occurred_at,
            updated_at: at.occurred_at,
            // Who was written to first has nothing to wait for until they answer.
            first_response_from: (!agent_wrote_first(opened)).then_some(at.occurred_at),
            first_response_at: None,
            resolved_at: None,
            closed_at: None,
            deleted_at: None,
            reopens: 0,
            agent_replies: 0,
            customer_replies: 0,
            rating: None,
            rated_at: None,
            version: signed(at.sequence),
            position: signed(at.position),
        })
    }

    fn apply(&mut self, at: &RecordedEvent, event: &TicketEvent) -> Result<(), FoldError> {
        match event {
            TicketEvent::Opened(_) => return Err(FoldError::begun_twice(at)),
            TicketEvent::Retitled(retitled) => self.title = retitled.title.clone().into_value(),
            TicketEvent::Replied(replied) => self.count_reply(at, replied),
            TicketEvent::Assigned(assigned) => self.assignee_id = Some(assigned.agent.to_string()),
            TicketEvent::Unassigned(_) => self.assignee_id = None,
            TicketEvent::MovedToTeam(moved) => self.team_id = moved.team.map(|team| team.to_string()),
            TicketEvent::RequesterChanged(changed) => self.requester_id = changed.customer.to_string(),
            TicketEvent::PriorityChanged(changed) => self.priority = Word(changed.priority),
            TicketEvent::TypeChanged(changed) => self.kind.clone_from(&changed.kind),
            TicketEvent::Tagged(tagged) => self.tags.0.extend(tagged.tags.iter().cloned()),
            TicketEvent::Untagged(untagged) => self.tags.0.retain(|tag| !untagged.tags.contains(tag)),
            TicketEvent::ExternalIdChanged(changed) => self.external_id.clone_from(&changed.external_id),
            TicketEvent::Started(_) => self.status = Word(Status::InProgress),
            TicketEvent::Requeued(_) => self.status = Word(Status::Open),
            TicketEvent::AwaitingCustomer(_) => self.status = Word(Status::Pending),
            TicketEvent::Resolved(_) => {
                self.status = Word(Status::Resolved);
                self.resolved_at = Some(at.occurred_at);
            }
            TicketEvent::Closed(_) => {
                self.status = Word(Status::Closed);
                self.closed_at = Some(at.occurred_at);
            }
            TicketEvent::Reopened(_) => {
                self.status = Word(Status::Open);
                self.resolved_at = None;
                self.closed_at = None;
                self.reopens += 1;
            }
            TicketEvent::Deleted(_) => self.deleted_at = Some(at.occurred_at),
            TicketEvent::Restored(_) => self.deleted_at = None,
            TicketEvent::Rated(rated) => {
                self.rating = Some(rated.score.into());
                self.rated_at = Some(at.occurred_at);
            }
            TicketEvent::NoteAdded(_) | TicketEvent::ActivityRecorded(_) => {}
        }
        Ok(())
    }

    fn position(&self) -> i64 {
        self.position
    }

    fn stamp(&mut self, at: &RecordedEvent) {
        stamp!(self, at);
    }
}

impl TicketRow {
    fn count_reply(&mut self, at: &RecordedEvent, replied: &Replied) {
        match replied.author {
            Author::Agent(_) => {
                self.agent_replies += 1;
                if self.first_response_from.is_some() {
                    self.first_response_at.get_or_insert(at.occurred_at);
                }
            }
            Author::Customer(_) => {
                self.customer_replies += 1;
                self.first_response_from.get_or_insert(at.occurred_at);
            }
        }
    }
}

fn agent_wrote_first(opened: &Opened) -> bool {
    let said_something: Option<&Personal> = opened.body.as_ref();
    said_something.is_some() && matches!(opened.author, Author::Agent(_))
}
