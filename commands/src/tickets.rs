//! Wishes for tickets.

use std::collections::BTreeSet;

use domain::{
    Actor, AgentId, CustomerId, FileId, MessageId, Rejection, TeamId, TicketId,
    agent::{Agent, AgentRejection},
    customer::{CreateCustomer as NewCustomer, Customer, CustomerCommand, CustomerRejection},
    team::Team,
    tenant::Tenant,
    text::{Body, Email, ExternalId, Name, Tag, TicketType, Title},
    ticket::{
        AgentFact, Author, Channel, CustomerFact, InMonth, OpenTicket, Priority, ReopenReason, Status, TeamFact,
        Ticket, TicketCommand, TicketState,
    },
};

use crate::{
    caller::Permission,
    claims,
    error::CommandError,
    files::{self, TakesFiles},
    legal_holds, reach,
    unit::{About, Operation, Unit},
};

/// Who asks for help: somebody known, or somebody to be found or created.
#[derive(Clone, Debug)]
pub enum Requester {
    /// A customer of this tenant.
    Known(CustomerId),
    /// Found by email or external id, else created.
    Inline(InlineCustomer),
}

/// A customer as they come with a ticket.
#[derive(Clone, Debug)]
pub struct InlineCustomer {
    /// What they are called, if they are new; else their address is.
    pub name: Option<Name>,
    /// Where they read mail.
    pub email: Option<Email>,
    /// Their id in another system.
    pub external_id: Option<ExternalId>,
}

/// Let a new ticket in.
#[derive(Clone, Debug)]
pub struct CreateTicket {
    /// The id that it gets.
    pub id: TicketId,
    /// The subject line.
    pub title: Title,
    /// The first message.
    pub body: Option<Body>,
    /// The files that come with it.
    pub files: Vec<FileId>,
    /// Who asks.
    pub requester: Requester,
    /// How much it hurts.
    pub priority: Priority,
    /// The company's own kind.
    pub kind: Option<TicketType>,
    /// Labels.
    pub tags: BTreeSet<Tag>,
    /// Its id in another system.
    pub external_id: Option<ExternalId>,
    /// Who is responsible from the start.
    pub assignee: Option<AgentId>,
    /// Which team has it from the start.
    pub team: Option<TeamId>,
    /// Where it stands from the start.
    pub status: Status,
}

impl Operation for CreateTicket {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        unit.require(Permission::TicketsWrite)?;
        let requester = requester(unit, &self.requester).await?;
        let author = match unit.request().caller.actor {
            Actor::Agent(agent) => Author::Agent(agent),
            Actor::Customer(customer) => Author::Customer(customer),
            // A program speaks for the one who asks; so does support.
            Actor::ApiKey(_) | Actor::Support(_) | Actor::System(_) => Author::Customer(requester.id),
        };
        unit.begin::<Ticket>(self.id);
        let message = MessageId::new(unit.id());
        let open = OpenTicket {
            ticket: self.id,
            title: self.title.clone(),
            body: self.body.clone(),
            message,
            files: files::take(unit, self.id, message, &self.files).await?,
            requester,
            author,
            channel: Channel::Api,
            priority: self.priority,
            kind: self.kind.clone(),
            tags: self.tags.clone(),
            external_id: self.external_id.clone(),
            opened_by: unit.request().caller.principal.clone(),
            in_month: in_month(unit).await?,
        };
        unit.decide::<Ticket>(self.id, TicketCommand::Open(Box::new(open)))?;
        unit.reclaim(claims::TICKET_EXTERNAL_ID, self.id, None, self.external_id.clone().map(String::from));
        let patch = TicketPatch {
            assignee: self.assignee.map(Some),
            team: self.team.map(Some),
            status: Some(self.status),
            ..TicketPatch::default()
        };
        apply(unit, self.id, &patch).await?;
        Ok(About::of::<Ticket>(self.id))
    }
}

/// Its place in the month. The plan is not guarded: what it has at this moment is recorded with the place, and nobody waits
/// for those who change it.
async fn in_month(unit: &Unit<'_>) -> Result<Option<InMonth>, CommandError> {
    let tenant = unit.glance::<Tenant>(unit.log().identity()).await?;
    Ok(tenant.next_place(unit.log().clock().now()))
}

impl TakesFiles for CreateTicket {
    fn files(&self) -> &[FileId] {
        &self.files
    }
}

/// Finds the one who asks; creates them in the same commit when nobody knows them.
async fn requester(unit: &mut Unit<'_>, requester: &Requester) -> Result<CustomerFact, CommandError> {
    let inline = match requester {
        Requester::Known(id) => return customer_fact(unit, *id, "/customer_id").await,
        Requester::Inline(inline) => inline,
    };
    let mut known = match &inline.external_id {
        Some(external_id) => unit.owner_of(claims::CUSTOMER_EXTERNAL_ID, external_id.as_str()).await?,
        None => None,
    };
    if let (None, Some(email)) = (&known, &inline.email) {
        known = unit.owner_of(claims::CUSTOMER_EMAIL, &email.identity()).await?;
    }
    if let Some(id) = known.and_then(|owner| owner.parse().ok()) {
        return customer_fact(unit, id, "/customer").await;
    }
    let name = match (&inline.name, &inline.email) {
        (Some(name), _) => name.clone(),
        (None, Some(email)) => Name::try_new(email.as_str()).map_err(|error| unnamed(&error.expected))?,
        (None, None) => {
            return Err(unnamed("expected a name or an email for a customer who is not known yet"));
        }
    };
    let id = CustomerId::new(unit.id());
    unit.begin::<Customer>(id);
    let create =
        NewCustomer { id, name, email: inline.email.clone(), phone: None, external_id: inline.external_id.clone() };
    unit.decide_as_part::<Customer>(id, CustomerCommand::Create(create))?;
    unit.reclaim(claims::CUSTOMER_EMAIL, id, None, inline.email.as_ref().map(Email::identity));
    unit.reclaim(claims::CUSTOMER_EXTERNAL_ID, id, None, inline.external_id.clone().map(String::from));
    Ok(CustomerFact { id })
}

fn unnamed(message: &str) -> CommandError {
    CommandError::Rejected { code: "customer_unnamed", pointer: Some("/customer/name"), message: message.to_owned() }
}

/// What may be changed of a ticket at once. `None` leaves a field as it is; `Some(None)` clears it.
#[derive(Clone, Debug, Default)]
pub struct TicketPatch {
    /// The subject line.
    pub title: Option<Title>,
    /// How much it hurts.
    pub priority: Option<Priority>,
    /// The company's own kind.
    pub kind: Option<Option<TicketType>>,
    /// Exactly these labels.
    pub tags: Option<BTreeSet<Tag>>,
    /// These too.
    pub tags_add: BTreeSet<Tag>,
    /// These no more.
    pub tags_remove: BTreeSet<Tag>,
    /// Who asks.
    pub customer: Option<CustomerId>,
    /// Who is responsible.
    pub assignee: Option<Option<AgentId>>,
    /// Which team has it.
    pub team: Option<Option<TeamId>>,
    /// Its id in another system.
    pub external_id: Option<Option<ExternalId>>,
    /// Where it stands.
    pub status: Option<Status>,
}

/// Change a ticket.
#[derive(Clone, Debug)]
pub struct UpdateTicket {
    /// Which.
    pub id: TicketId,
    /// How.
    pub patch: TicketPatch,
}

impl Operation for UpdateTicket {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        let before = existing(unit, self.id, Permission::TicketsWrite).await?;
        apply(unit, self.id, &self.patch).await?;
        let after = unit.load::<Ticket>(self.id).await?;
        legal_holds::keep_within(unit, &before, &after).await?;
        Ok(About::of::<Ticket>(self.id))
    }
}

/// The ticket, if there is one that the caller may touch by this right. Its version is asked last: what somebody does not
/// see has none.
pub(crate) async fn existing(
    unit: &mut Unit<'_>,
    id: TicketId,
    right: Permission,
) -> Result<TicketState, CommandError> {
    let state = within_reach(unit, id, right).await?;
    reach::unrestricted(unit, state.requester).await?;
    unit.load_target::<Ticket>(id).await
}

/// The same, also of a customer whose data are restricted: for what they say themselves.
async fn within_reach(unit: &mut Unit<'_>, id: TicketId, right: Permission) -> Result<TicketState, CommandError> {
    unit.require(right)?;
    let state = unit.load::<Ticket>(id).await?;
    if state.requester.is_none() {
        return Err(CommandError::NotFound { kind: "ticket", pointer: None });
    }
    reach::admit(unit, id, &state, right).await?;
    Ok(state)
}

/// Facts first, then the decisions. The status comes last, so that everything else is decided as it was seen.
pub(crate) async fn apply(unit: &mut Unit<'_>, id: TicketId, patch: &TicketPatch) -> Result<(), CommandError> {
    let mut wishes = vec![];
    wishes.extend(patch.title.clone().map(|title| TicketCommand::Retitle { ticket: id, title }));
    wishes.extend(patch.priority.map(TicketCommand::SetPriority));
    wishes.extend(patch.kind.clone().map(TicketCommand::SetType));
    wishes.extend(patch.tags.clone().map(TicketCommand::ReplaceTags));
    if !patch.tags_add.is_empty() {
        wishes.push(TicketCommand::Tag(patch.tags_add.clone()));
    }
    if !patch.tags_remove.is_empty() {
        wishes.push(TicketCommand::Untag(patch.tags_remove.clone()));
    }
    if let Some(customer) = patch.customer {
        wishes.push(TicketCommand::ChangeRequester(customer_fact(unit, customer, "/customer_id").await?));
    }
    match patch.assignee {
        None => {}
        Some(None) => wishes.push(TicketCommand::Unassign),
        Some(Some(agent)) => wishes.push(TicketCommand::Assign(agent_fact(unit, agent, "/assignee_id").await?)),
    }
    match patch.team {
        None => {}
        Some(None) => wishes.push(TicketCommand::MoveToTeam(None)),
        Some(Some(team)) => wishes.push(TicketCommand::MoveToTeam(Some(team_fact(unit, team).await?))),
    }
    if let Some(external_id) = &patch.external_id {
        let before = unit.load::<Ticket>(id).await?.external_id;
        unit.reclaim(claims::TICKET_EXTERNAL_ID, id, before, external_id.clone().map(String::from));
        wishes.push(TicketCommand::SetExternalId(external_id.clone()));
    }
    wishes.extend(patch.status.map(TicketCommand::SetStatus));
    for wish in wishes {
        unit.decide::<Ticket>(id, wish)?;
    }
    Ok(())
}

async fn customer_fact(
    unit: &mut Unit<'_>,
    id: CustomerId,
    pointer: &'static str,
) -> Result<CustomerFact, CommandError> {
    let state = unit.load::<Customer>(id).await?;
    if state.name.is_none() {
        return Err(CommandError::NotFound { kind: "customer", pointer: Some(pointer) });
    }
    if state.erased {
        return Err(about(pointer, &CustomerRejection::Erased));
    }
    Ok(CustomerFact { id })
}

/// A reason of another aggregate, about the field that named it.
fn about(pointer: &'static str, rejection: &impl Rejection) -> CommandError {
    CommandError::Rejected { code: rejection.code(), pointer: Some(pointer), message: rejection.to_string() }
}

pub(crate) async fn agent_fact(
    unit: &mut Unit<'_>,
    id: AgentId,
    pointer: &'static str,
) -> Result<AgentFact, CommandError> {
    let state = unit.load::<Agent>(id).await?;
    if state.name.is_none() {
        return Err(CommandError::NotFound { kind: "agent", pointer: Some(pointer) });
    }
    if state.erased {
        return Err(about(pointer, &AgentRejection::Erased));
    }
    Ok(AgentFact { id, active: state.active })
}

async fn team_fact(unit: &mut Unit<'_>, id: TeamId) -> Result<TeamFact, CommandError> {
    let known = unit.load::<Team>(id).await?.name.is_some();
    if known { Ok(TeamFact { id }) } else { Err(CommandError::NotFound { kind: "team", pointer: Some("/team_id") }) }
}

/// Whether the customer sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visibility {
    /// They do.
    Public,
    /// Only agents do.
    Internal,
}

/// Say something on a ticket.
#[derive(Clone, Debug)]
pub struct AddMessage {
    /// On which.
    pub ticket: TicketId,
    /// What.
    pub body: Body,
    /// The files that come with it.
    pub files: Vec<FileId>,
    /// To whom.
    pub visibility: Visibility,
    /// Who says it; none: the caller, or for a program the one who asks.
    pub author: Option<Author>,
}

impl Operation for AddMessage {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        let right = match self.visibility {
            Visibility::Public => Permission::TicketsWrite,
            Visibility::Internal => Permission::TicketsNote,
        };
        let author = self.author.or(match unit.request().caller.actor {
            Actor::Agent(agent) => Some(Author::Agent(agent)),
            Actor::Customer(customer) => Some(Author::Customer(customer)),
            Actor::ApiKey(_) | Actor::Support(_) | Actor::System(_) => None,
        });
        let by_customer = self.visibility == Visibility::Public && !matches!(author, Some(Author::Agent(_)));
        let state = within_reach(unit, self.ticket, right).await?;
        if !by_customer {
            reach::unrestricted(unit, state.requester).await?;
        }
        unit.load_target::<Ticket>(self.ticket).await?;
        let message = MessageId::new(unit.id());
        let body = self.body.clone();
        match author {
            Some(Author::Agent(agent)) => drop(agent_fact(unit, agent, "/agent_id").await?),
            Some(Author::Customer(customer)) => drop(customer_fact(unit, customer, "/customer_id").await?),
            None => {}
        }
        let files = files::take(unit, self.ticket, message, &self.files).await?;
        let wish = match (self.visibility, author, state.requester) {
            (Visibility::Public, Some(author), _) => TicketCommand::Reply { message, author, body, files },
            (Visibility::Public, None, Some(requester)) => {
                TicketCommand::Reply { message, author: Author::Customer(requester), body, files }
            }
            (Visibility::Public, None, None) => {
                return Err(CommandError::NotFound { kind: "ticket", pointer: None });
            }
            (Visibility::Internal, Some(Author::Agent(agent)), _) => {
                TicketCommand::AddNote { message, author: Some(agent), body, files }
            }
            (Visibility::Internal, None, _) => TicketCommand::AddNote { message, author: None, body, files },
            (Visibility::Internal, Some(Author::Customer(_)), _) => {
                return Err(CommandError::Rejected {
                    code: "note_by_customer",
                    pointer: Some("/customer_id"),
                    message: "a customer cannot write an internal note: leave customer_id out, or write a public \
                              message"
                        .to_owned(),
                });
            }
        };
        unit.decide::<Ticket>(self.ticket, wish)?;
        Ok(About::of::<Ticket>(self.ticket))
    }
}

impl TakesFiles for AddMessage {
    fn files(&self) -> &[FileId] {
        &self.files
    }
}

/// Take a ticket up again.
#[derive(Clone, Copy, Debug)]
pub struct ReopenTicket(pub TicketId);

impl Operation for ReopenTicket {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        single(unit, self.0, TicketCommand::Reopen(ReopenReason::Requested)).await
    }
}

/// Say how it went.
#[derive(Clone, Copy, Debug)]
pub struct RateTicket {
    /// Which.
    pub id: TicketId,
    /// 1 (bad) to 5 (good).
    pub score: u8,
}

impl Operation for RateTicket {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        single(unit, self.id, TicketCommand::Rate(self.score)).await
    }
}

/// Hide a ticket.
#[derive(Clone, Copy, Debug)]
pub struct DeleteTicket(pub TicketId);

impl Operation for DeleteTicket {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        let state = existing(unit, self.0, Permission::TicketsDelete).await?;
        if !state.deleted {
            legal_holds::spare_ticket(unit, self.0, &state).await?;
        }
        single(unit, self.0, TicketCommand::Delete).await
    }
}

/// Show a hidden ticket again.
#[derive(Clone, Copy, Debug)]
pub struct RestoreTicket(pub TicketId);

impl Operation for RestoreTicket {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        single(unit, self.0, TicketCommand::Restore).await
    }
}

pub(crate) async fn single(unit: &mut Unit<'_>, id: TicketId, wish: TicketCommand) -> Result<About, CommandError> {
    use crate::caller::Permitted;
    existing(unit, id, wish.permission()).await?;
    unit.decide::<Ticket>(id, wish)?;
    Ok(About::of::<Ticket>(id))
}
