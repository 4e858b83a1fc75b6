//! What the rules read of a ticket; decide and apply.

use std::collections::BTreeSet;

use crate::{
    aggregate::Aggregate,
    ids::{AgentId, CustomerId, FileId, TeamId, TicketId},
    number::NextNumber,
    personal::Personal,
    text::{Body, ExternalId, Tag, TicketType, Title},
    ticket::{
        commands::{AgentFact, CustomerFact, FileFact, OpenTicket, TeamFact, TicketCommand},
        content::title_key,
        events::{
            Assigned, Attachment, AttachmentFoundInfected, Author, AwaitingCustomer, Closed, Deleted,
            ExternalIdChanged, MessageRectified, MessageRedacted, MovedToTeam, NoteAdded, Opened, Priority,
            PriorityChanged, Rated, ReopenReason, Reopened, Replied, RequesterChanged, Requeued, Resolved, Restored,
            Retitled, Started, Status, Tagged, TicketEvent, TypeChanged, Unassigned, Untagged,
        },
        message::MessageFact,
        public::changed_fields,
        rejection::TicketRejection,
    },
};

const MAX_TAGS: usize = 50;
const MAX_FILES: usize = 20;

/// The aggregate; its state is [`TicketState`].
#[derive(Debug)]
pub struct Ticket;

/// The fields of a ticket that some rule reads.
#[derive(Clone, Debug, PartialEq)]
pub struct TicketState {
    /// Set by the first event.
    pub requester: Option<CustomerId>,
    /// The subject line.
    pub title: Option<Personal>,
    /// Where it stands.
    pub status: Status,
    /// How much it hurts.
    pub priority: Priority,
    /// The company's own kind.
    pub kind: Option<String>,
    /// Labels.
    pub tags: BTreeSet<String>,
    /// Who is responsible.
    pub assignee: Option<AgentId>,
    /// Which team has it.
    pub team: Option<TeamId>,
    /// Its id in another system.
    pub external_id: Option<String>,
    /// The agent or service account that opened it.
    pub opened_by: Option<String>,
    /// The latest rating.
    pub rating: Option<u8>,
    /// Whether it is hidden.
    pub deleted: bool,
    /// How many titles it had.
    pub titles: u32,
    /// How often what was said in it was destroyed.
    pub erasures: u32,
    /// Whether nothing was said in it since.
    pub erased: bool,
}

impl Default for TicketState {
    fn default() -> Self {
        Self {
            requester: None,
            title: None,
            status: Status::Open,
            priority: Priority::Medium,
            kind: None,
            tags: BTreeSet::new(),
            assignee: None,
            team: None,
            external_id: None,
            opened_by: None,
            rating: None,
            deleted: false,
            titles: 0,
            erasures: 0,
            erased: false,
        }
    }
}

type Decision = Result<Vec<TicketEvent>, TicketRejection>;

impl Aggregate for Ticket {
    const TYPE: &'static str = "ticket";
    type State = TicketState;
    type Command = TicketCommand;
    type Event = TicketEvent;
    type Rejection = TicketRejection;

    fn decide(state: &TicketState, command: TicketCommand) -> Decision {
        let Some(requester) = state.requester else {
            let TicketCommand::Open(open) = command else {
                return Err(TicketRejection::NotFound);
            };
            return open_ticket(*open);
        };
        // What must be forgotten must be so on a hidden ticket, too.
        let allowed = matches!(
            command,
            TicketCommand::Restore
                | TicketCommand::Delete
                | TicketCommand::Erase(_)
                | TicketCommand::RedactMessage(_)
                | TicketCommand::ReportInfected { .. }
        );
        if state.deleted && !allowed {
            return Err(TicketRejection::Deleted);
        }
        match command {
            TicketCommand::Open(_) => Err(TicketRejection::AlreadyOpened),
            TicketCommand::Retitle { ticket, title } => state.retitle(ticket, requester, title),
            TicketCommand::Reply { message, author, body, files } => state.reply(
                author,
                Replied {
                    message,
                    author,
                    body: Personal::new(requester, body).under(message),
                    attachments: attached(requester, files)?,
                },
            ),
            TicketCommand::AddNote { message, author, body, files } => {
                let body = Personal::new(requester, body).under(message);
                one(NoteAdded { message, author, body, attachments: attached(requester, files)? })
            }
            TicketCommand::RedactMessage(message) => redact(&message),
            TicketCommand::RectifyMessage { message, body } => rectify(&message, body),
            TicketCommand::ReportInfected { message, file } => one(AttachmentFoundInfected { message, file }),
            TicketCommand::Assign(agent) => state.assign(agent),
            TicketCommand::Unassign => {
                Ok(state.assignee.map(|previous| Unassigned { previous }.into()).into_iter().collect())
            }
            TicketCommand::MoveToTeam(team) => state.move_to_team(team),
            TicketCommand::ChangeRequester(customer) => change_requester(requester, customer),
            TicketCommand::SetPriority(priority) => state.set_priority(priority),
            TicketCommand::SetType(kind) => state.set_type(kind),
            TicketCommand::Tag(tags) => state.retag(state.tags.union(&plain(tags)).cloned().collect()),
            TicketCommand::Untag(tags) => state.retag(state.tags.difference(&plain(tags)).cloned().collect()),
            TicketCommand::ReplaceTags(tags) => state.retag(plain(tags)),
            TicketCommand::SetExternalId(external_id) => state.set_external_id(external_id),
            TicketCommand::SetStatus(status) => state.set_status(status),
            TicketCommand::Reopen(reason) => state.reopen(reason),
            TicketCommand::Rate(score) => state.rate(score),
            TicketCommand::Delete => {
                if state.deleted {
                    Ok(vec![])
                } else {
                    one(Deleted {})
                }
            }
            TicketCommand::Erase(_) if state.erased => Ok(vec![]),
            TicketCommand::Erase(erased) => one(erased),
            TicketCommand::Restore => {
                if state.deleted {
                    one(Restored {})
                } else {
                    Ok(vec![])
                }
            }
        }
    }

    fn changed_fields(event: &TicketEvent) -> &'static [&'static str] {
        changed_fields(event)
    }

    fn apply(state: &mut TicketState, event: &TicketEvent) {
        match event {
            TicketEvent::Opened(opened) => {
                state.requester = Some(opened.requester);
                state.title = Some(opened.title.clone());
                state.titles = 1;
                state.priority = opened.priority;
                state.kind.clone_from(&opened.kind);
                state.tags.clone_from(&opened.tags);
                state.external_id.clone_from(&opened.external_id);
                state.opened_by = opened.opener();
            }
            TicketEvent::Retitled(retitled) => {
                state.title = Some(retitled.title.clone());
                state.titles += 1;
                state.erased = false;
            }
            TicketEvent::Erased(_) => {
                state.title = None;
                state.erasures += 1;
                state.erased = true;
            }
            TicketEvent::Assigned(assigned) => state.assignee = Some(assigned.agent),
            TicketEvent::Unassigned(_) => state.assignee = None,
            TicketEvent::MovedToTeam(moved) => state.team = moved.team,
            TicketEvent::RequesterChanged(changed) => state.requester = Some(changed.customer),
            TicketEvent::PriorityChanged(changed) => state.priority = changed.priority,
            TicketEvent::TypeChanged(changed) => state.kind.clone_from(&changed.kind),
            TicketEvent::Tagged(tagged) => state.tags.extend(tagged.tags.iter().cloned()),
            TicketEvent::Untagged(untagged) => state.tags.retain(|tag| !untagged.tags.contains(tag)),
            TicketEvent::ExternalIdChanged(changed) => state.external_id.clone_from(&changed.external_id),
            TicketEvent::Started(_) => state.status = Status::InProgress,
            TicketEvent::Requeued(_) | TicketEvent::Reopened(_) => state.status = Status::Open,
            TicketEvent::AwaitingCustomer(_) => state.status = Status::Pending,
            TicketEvent::Resolved(_) => state.status = Status::Resolved,
            TicketEvent::Closed(_) => state.status = Status::Closed,
            TicketEvent::Rated(rated) => state.rating = Some(rated.score),
            TicketEvent::Deleted(_) => state.deleted = true,
            TicketEvent::Restored(_) => state.deleted = false,
            TicketEvent::Replied(_) | TicketEvent::NoteAdded(_) => state.erased = false,
            TicketEvent::MessageRedacted(_)
            | TicketEvent::AttachmentFoundInfected(_)
            | TicketEvent::MessageRectified(_)
            | TicketEvent::ActivityRecorded(_) => {}
        }
    }
}

impl TicketState {
    /// What the next erasure of it is called.
    pub fn erasure_name(&self, ticket: TicketId) -> String {
        if self.erasures == 0 { ticket.to_string() } else { format!("{ticket}.{}", self.erasures) }
    }

    /// Whether work on it has ended.
    pub fn is_over(&self) -> bool {
        self.status.is_over()
    }

    fn retitle(&self, ticket: TicketId, requester: CustomerId, title: Title) -> Decision {
        if self.title.as_ref().and_then(Personal::value) == Some(title.as_str()) {
            return Ok(vec![]);
        }
        let title = Personal::new(requester, title).under(title_key(ticket, self.titles));
        one(Retitled { title })
    }

    fn reply(&self, author: Author, replied: Replied) -> Decision {
        let from_customer = matches!(author, Author::Customer(_));
        if self.status == Status::Closed && !from_customer {
            return Err(TicketRejection::Closed);
        }
        let mut events = vec![replied.into()];
        if from_customer && self.is_over() {
            events.push(Reopened { reason: ReopenReason::CustomerReplied }.into());
        } else if from_customer && self.status == Status::Pending {
            events.push(Requeued {}.into());
        }
        Ok(events)
    }

    fn assign(&self, agent: AgentFact) -> Decision {
        if self.assignee == Some(agent.id) {
            return Ok(vec![]);
        }
        if !agent.active {
            return Err(TicketRejection::AgentInactive);
        }
        one(Assigned { agent: agent.id, previous: self.assignee })
    }

    fn move_to_team(&self, team: Option<TeamFact>) -> Decision {
        let team = team.map(|team| team.id);
        if self.team == team {
            return Ok(vec![]);
        }
        one(MovedToTeam { team, previous: self.team })
    }

    fn set_priority(&self, priority: Priority) -> Decision {
        if self.priority == priority {
            return Ok(vec![]);
        }
        one(PriorityChanged { priority, previous: self.priority })
    }

    fn set_type(&self, kind: Option<TicketType>) -> Decision {
        let kind = kind.map(String::from);
        if self.kind == kind {
            return Ok(vec![]);
        }
        one(TypeChanged { kind, previous: self.kind.clone() })
    }

    fn retag(&self, wanted: BTreeSet<String>) -> Decision {
        if wanted.len() > MAX_TAGS {
            return Err(TicketRejection::TooManyTags);
        }
        let added: BTreeSet<String> = wanted.difference(&self.tags).cloned().collect();
        let removed: BTreeSet<String> = self.tags.difference(&wanted).cloned().collect();
        let mut events = vec![];
        if !added.is_empty() {
            events.push(Tagged { tags: added }.into());
        }
        if !removed.is_empty() {
            events.push(Untagged { tags: removed }.into());
        }
        Ok(events)
    }

    fn set_external_id(&self, external_id: Option<ExternalId>) -> Decision {
        let external_id = external_id.map(String::from);
        if self.external_id == external_id {
            return Ok(vec![]);
        }
        one(ExternalIdChanged { external_id, previous: self.external_id.clone() })
    }

    fn set_status(&self, wanted: Status) -> Decision {
        if self.status == wanted {
            return Ok(vec![]);
        }
        let mut events = vec![];
        if self.is_over() && !matches!(wanted, Status::Resolved | Status::Closed) {
            events.push(Reopened { reason: ReopenReason::Requested }.into());
        }
        match wanted {
            Status::Open if events.is_empty() => events.push(Requeued {}.into()),
            Status::Open => {}
            Status::InProgress => events.push(Started {}.into()),
            Status::Pending => events.push(AwaitingCustomer {}.into()),
            Status::Resolved if self.status == Status::Closed => return Err(TicketRejection::Closed),
            Status::Resolved => events.push(Resolved {}.into()),
            Status::Closed => events.push(Closed {}.into()),
        }
        Ok(events)
    }

    fn reopen(&self, reason: ReopenReason) -> Decision {
        if !self.is_over() {
            return Err(TicketRejection::NotOver);
        }
        one(Reopened { reason })
    }

    fn rate(&self, score: u8) -> Decision {
        if !(1..=5).contains(&score) {
            return Err(TicketRejection::ScoreOutOfRange);
        }
        if !self.is_over() {
            return Err(TicketRejection::NotRatable);
        }
        if self.rating == Some(score) {
            return Ok(vec![]);
        }
        one(Rated { score })
    }
}

fn open_ticket(open: OpenTicket) -> Decision {
    let tags = plain(open.tags);
    if tags.len() > MAX_TAGS {
        return Err(TicketRejection::TooManyTags);
    }
    if open.body.is_none() && !open.files.is_empty() {
        return Err(TicketRejection::FilesWithoutBody);
    }
    let requester = open.requester.id;
    one(Opened {
        number: NextNumber::Next,
        title: Personal::new(requester, open.title).under(title_key(open.ticket, 0)),
        body: open.body.map(|body| Personal::new(requester, body).under(open.message)),
        message: open.message,
        attachments: attached(requester, open.files)?,
        requester,
        author: open.author,
        channel: open.channel,
        priority: open.priority,
        kind: open.kind.map(String::from),
        tags,
        external_id: open.external_id.map(String::from),
        opened_by: open.opened_by.map(String::into_boxed_str),
        in_month: open.in_month.map(Box::new),
    })
}

/// What a message says of its files: under the keys of those whom the message is about, each under one of its own.
fn attached(requester: CustomerId, files: Vec<FileFact>) -> Result<Vec<Attachment>, TicketRejection> {
    if files.len() > MAX_FILES {
        return Err(TicketRejection::TooManyFiles);
    }
    let different: BTreeSet<FileId> = files.iter().map(|file| file.id).collect();
    if different.len() < files.len() {
        return Err(TicketRejection::FileTwice);
    }
    let attachment = |file: FileFact| {
        let sealed = |value: String| Personal::new(requester, value).under(file.id);
        Attachment {
            file: file.id,
            name: sealed(file.name),
            size: file.size,
            content_type: file.content_type,
            sha256: sealed(file.sha256),
            key: sealed(file.key),
        }
    };
    Ok(files.into_iter().map(attachment).collect())
}

fn redact(message: &MessageFact) -> Decision {
    match &message.text {
        None if message.redacted => Ok(vec![]),
        None => Err(TicketRejection::MessageUnreadable),
        Some(_) => {
            let files = message.files.clone();
            one(MessageRedacted { message: message.id, destroyed: message.key(), files })
        }
    }
}

fn rectify(message: &MessageFact, body: Body) -> Decision {
    match &message.text {
        None => Err(TicketRejection::MessageUnreadable),
        Some(text) if text == body.as_str() => Ok(vec![]),
        Some(_) => {
            let body = Personal::new(&message.subject, body).under(message.next_key());
            one(MessageRectified { message: message.id, destroyed: message.key(), body })
        }
    }
}

fn change_requester(requester: CustomerId, customer: CustomerFact) -> Decision {
    if requester == customer.id {
        return Ok(vec![]);
    }
    one(RequesterChanged { customer: customer.id, previous: requester })
}

#[expect(clippy::unnecessary_wraps, reason = "every decision ends in a Result")]
fn one(event: impl Into<TicketEvent>) -> Decision {
    Ok(vec![event.into()])
}

fn plain(tags: BTreeSet<Tag>) -> BTreeSet<String> {
    tags.into_iter().map(String::from).collect()
}
