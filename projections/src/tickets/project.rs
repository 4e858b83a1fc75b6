//! What each event makes of a ticket's row.

use domain::{
    Personal,
    ticket::{Author, Opened, Replied, Status, TicketEvent},
};

use crate::{
    fold::{At, FoldError, Folded, stamp},
    sql::signed,
    tickets::row::{TicketRow, micros},
    words::{TextSet, Word},
};

impl Folded for TicketRow {
    type Event = TicketEvent;

    fn begin(at: &At<'_>, event: &TicketEvent) -> Result<Self, FoldError> {
        let TicketEvent::Opened(opened) = event else {
            return Err(FoldError::not_begun(at));
        };
        let number = opened.number.given().ok_or(FoldError::NoNumber)?;
        Ok(Self {
            id: at.aggregate_id.to_owned(),
            number: signed(number.0),
            external_id: opened.external_id.clone(),
            title: opened.title.value().map(str::to_owned),
            status: Word(Status::Open),
            priority: Word(opened.priority),
            kind: opened.kind.clone(),
            channel: Word(opened.channel),
            origin: at.origin.to_owned(),
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
            first_responder_id: None,
            answered_when_solved: false,
            wrote_back: false,
            reopened_after: None,
            rated_agent_id: None,
            first_solved_at: None,
            unanswered_since: None,
            ours_since: Some(at.occurred_at),
            ours_micros: 0,
            replier_id: None,
            several_repliers: false,
            opened_by: opened.opener(),
            month_place: opened.in_month.as_ref().and_then(|month| month.place.given()).map(signed),
            month_limit: opened.in_month.as_ref().and_then(|month| month.limit).map(signed),
            erased_at: None,
            version: signed(at.sequence),
            position: signed(at.position),
        })
    }

    fn apply(&mut self, at: &At<'_>, event: &TicketEvent) -> Result<(), FoldError> {
        self.change(at, event)?;
        self.note_whose_turn_it_is(at);
        Ok(())
    }

    fn position(&self) -> i64 {
        self.position
    }

    fn stamp(&mut self, at: &At<'_>) {
        stamp!(self, at);
    }
}

impl TicketRow {
    fn change(&mut self, at: &At<'_>, event: &TicketEvent) -> Result<(), FoldError> {
        match event {
            TicketEvent::Opened(_) => return Err(FoldError::begun_twice(at)),
            TicketEvent::Retitled(retitled) => {
                self.title = retitled.title.clone().into_value();
                self.erased_at = None;
            }
            TicketEvent::Replied(replied) => {
                self.count_reply(at, replied);
                self.erased_at = None;
            }
            TicketEvent::NoteAdded(_) => self.erased_at = None,
            TicketEvent::Erased(_) => (self.title, self.erased_at) = (None, Some(at.occurred_at)),
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
                self.answered_when_solved = self.agent_replies > 0;
                self.end_work(at);
            }
            TicketEvent::Closed(_) => {
                self.status = Word(Status::Closed);
                self.closed_at = Some(at.occurred_at);
                if self.resolved_at.is_none() {
                    self.answered_when_solved = self.agent_replies > 0;
                }
                self.end_work(at);
            }
            TicketEvent::Reopened(_) => {
                self.status = Word(Status::Open);
                self.note_how_soon_it_was_reopened(at);
                self.resolved_at = None;
                self.closed_at = None;
                self.reopens += 1;
            }
            TicketEvent::Deleted(_) => self.deleted_at = Some(at.occurred_at),
            TicketEvent::Restored(_) => self.deleted_at = None,
            TicketEvent::Rated(rated) => {
                self.rating = Some(rated.score.into());
                self.rated_at = Some(at.occurred_at);
                self.rated_agent_id.clone_from(&self.assignee_id);
            }
            TicketEvent::MessageRedacted(_)
            | TicketEvent::AttachmentFoundInfected(_)
            | TicketEvent::MessageRectified(_)
            | TicketEvent::ActivityRecorded(_) => {}
        }
        Ok(())
    }

    fn end_work(&mut self, at: &At<'_>) {
        self.first_solved_at.get_or_insert(at.occurred_at);
        self.unanswered_since = None;
    }

    /// Counts the time in which it is neither pending nor over.
    fn note_whose_turn_it_is(&mut self, at: &At<'_>) {
        let ours = matches!(self.status.0, Status::Open | Status::InProgress);
        match self.ours_since {
            None if ours => self.ours_since = Some(at.occurred_at),
            Some(since) if !ours => {
                self.ours_micros = self.ours_micros.saturating_add(micros(since, at.occurred_at));
                self.ours_since = None;
            }
            None | Some(_) => {}
        }
    }

    fn note_how_soon_it_was_reopened(&mut self, at: &At<'_>) {
        if let Some(solved) = self.solved_at() {
            let after = (at.occurred_at - solved).num_seconds().max(0);
            self.reopened_after = Some(self.reopened_after.map_or(after, |shortest| shortest.min(after)));
        }
    }

    fn count_reply(&mut self, at: &At<'_>, replied: &Replied) {
        match replied.author {
            Author::Agent(agent) => {
                self.agent_replies += 1;
                let agent_id = agent.to_string();
                self.several_repliers |= self.replier_id.as_ref().is_some_and(|first| *first != agent_id);
                self.replier_id.get_or_insert(agent_id);
                self.unanswered_since = None;
                if self.first_response_from.is_some() && self.first_response_at.is_none() {
                    self.first_response_at = Some(at.occurred_at);
                    self.first_responder_id = Some(agent.to_string());
                }
            }
            Author::Customer(_) => {
                self.customer_replies += 1;
                self.wrote_back |= self.agent_replies > 0;
                if self.first_response_at.is_some() {
                    self.unanswered_since.get_or_insert(at.occurred_at);
                }
                self.first_response_from.get_or_insert(at.occurred_at);
            }
        }
    }
}

fn agent_wrote_first(opened: &Opened) -> bool {
    let said_something: Option<&Personal> = opened.body.as_ref();
    said_something.is_some() && matches!(opened.author, Author::Agent(_))
}
