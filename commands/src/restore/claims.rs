//! Claims, folded from a log: what every commit that claimed and gave back has come to.
//!
//! In memory there are the values that are claimed now: about 100 bytes for each person, for each ticket that has an id in
//! another system, and for each file.

use std::collections::HashMap;

use domain::{
    AgentId, CustomerId, DomainEvent, FileId, MessageId, Personal, TeamId, TicketId,
    agent::AgentEvent,
    customer::CustomerEvent,
    team::TeamEvent,
    text::Email,
    ticket::{ExternalIdChanged, Opened, TicketEvent},
};
use event_store::{Claim, Fields, Log, restore::ClaimDifferences};

use crate::{claims, error::CommandError, teams};

/// What a person has claimed.
#[derive(Debug, Default)]
struct Person {
    email: Option<Box<str>>,
    external_id: Option<Box<str>>,
}

impl Person {
    fn new(email: Option<&Personal>, external_id: Option<&String>) -> Self {
        Self { email: email.and_then(identity), external_id: external_id.map(|id| id.as_str().into()) }
    }
}

/// As [`Email::identity`]; none of an address that cannot be read any more.
fn identity(email: &Personal) -> Option<Box<str>> {
    Email::try_new(email.value()?).ok().map(|email| email.identity().into())
}

#[derive(Debug, Default)]
struct Claimed {
    customers: HashMap<CustomerId, Person>,
    agents: HashMap<AgentId, Person>,
    teams: HashMap<TeamId, Box<str>>,
    tickets: HashMap<TicketId, Box<str>>,
    files: HashMap<FileId, (TicketId, MessageId)>,
}

/// The claims that follow from a log.
pub async fn claims_of(log: &Log) -> Result<Vec<Claim>, CommandError> {
    let head = log.head().await?.position;
    let mut claimed = Claimed::default();
    let mut chunks = log.scan(0, head, Fields::Opened).read_ahead();
    while let Some(chunk) = chunks.recv().await {
        for event in chunk?.events() {
            let event = event?;
            let decoded =
                DomainEvent::decode_text(event.aggregate_type, event.event_type, event.event_version, event.payload)?;
            claimed.apply(event.aggregate_id, &decoded)?;
        }
    }
    Ok(claimed.into_claims())
}

/// Folds the claims of a log that was copied, and has none yet; gives how many there are.
pub async fn refold_claims(log: &Log) -> Result<usize, CommandError> {
    let claims = claims_of(log).await?;
    let tx = log.begin_as_owner().await?;
    log.write_claims(&tx, &claims).await?;
    tx.commit().await?;
    Ok(claims.len())
}

/// Compares the claims that are there with those that follow from the log. Nobody may write meanwhile.
pub async fn check_claims(log: &Log) -> Result<ClaimDifferences, CommandError> {
    Ok(log.compare_claims(&claims_of(log).await?).await?)
}

impl Claimed {
    fn apply(&mut self, stream: &str, event: &DomainEvent) -> Result<(), CommandError> {
        let foreign = || CommandError::Malformed(format!("a stream is called {stream}, which is no id of its kind"));
        match event {
            DomainEvent::Customer(event) => self.customer(stream.parse().map_err(|_| foreign())?, event),
            DomainEvent::Agent(event) => self.agent(stream.parse().map_err(|_| foreign())?, event),
            DomainEvent::Team(event) => self.team(stream.parse().map_err(|_| foreign())?, event),
            DomainEvent::Ticket(event) => self.ticket(stream.parse().map_err(|_| foreign())?, event),
            DomainEvent::Tenant(_)
            | DomainEvent::Webhook(_)
            | DomainEvent::AccessPolicy(_)
            | DomainEvent::ServiceAccount(_)
            | DomainEvent::SupportAccess(_)
            | DomainEvent::LegalHolds(_)
            | DomainEvent::AccessLog(_)
            | DomainEvent::AccessReview(_)
            | DomainEvent::LogStream(_)
            | DomainEvent::RetentionPolicies(_)
            | DomainEvent::SavedViews(_) => {}
        }
        Ok(())
    }

    fn customer(&mut self, id: CustomerId, event: &CustomerEvent) {
        let person = self.customers.entry(id).or_default();
        match event {
            CustomerEvent::CustomerCreated(new) => {
                *person = Person::new(new.email.as_ref(), new.external_id.as_ref());
            }
            CustomerEvent::CustomerEmailChanged(changed) => person.email = changed.email.as_ref().and_then(identity),
            CustomerEvent::CustomerExternalIdChanged(changed) => {
                person.external_id = changed.external_id.as_deref().map(Into::into);
            }
            CustomerEvent::CustomerErased(_) => *person = Person::default(),
            CustomerEvent::CustomerRenamed(_)
            | CustomerEvent::CustomerPhoneChanged(_)
            | CustomerEvent::CustomerRestricted(_)
            | CustomerEvent::CustomerRestrictionLifted(_)
            | CustomerEvent::ConsentGiven(_)
            | CustomerEvent::ConsentWithdrawn(_)
            | CustomerEvent::CustomerExported(_) => {}
        }
    }

    fn agent(&mut self, id: AgentId, event: &AgentEvent) {
        let person = self.agents.entry(id).or_default();
        match event {
            AgentEvent::AgentCreated(new) => *person = Person::new(new.email.as_ref(), new.external_id.as_ref()),
            AgentEvent::AgentEmailChanged(changed) => person.email = changed.email.as_ref().and_then(identity),
            AgentEvent::AgentExternalIdChanged(changed) => {
                person.external_id = changed.external_id.as_deref().map(Into::into);
            }
            AgentEvent::AgentErased(_) => *person = Person::default(),
            AgentEvent::AgentRenamed(_)
            | AgentEvent::AgentDeactivated(_)
            | AgentEvent::AgentReactivated(_)
            | AgentEvent::AgentExported(_)
            | AgentEvent::AgentInvited(_)
            | AgentEvent::AgentInvitationRevoked(_)
            | AgentEvent::AgentJoined(_)
            | AgentEvent::AgentRoleChanged(_)
            | AgentEvent::AgentPasswordChanged(_)
            | AgentEvent::AgentSessionStarted(_)
            | AgentEvent::AgentSessionEnded(_)
            | AgentEvent::AgentSessionRevoked(_)
            | AgentEvent::AgentFactorAdded(_)
            | AgentEvent::AgentFactorRemoved(_)
            | AgentEvent::AgentFactorsReset(_)
            | AgentEvent::AgentRecoveryCodesMade(_)
            | AgentEvent::AgentRecoveryCodeUsed(_)
            | AgentEvent::AgentReauthenticated(_)
            | AgentEvent::AgentPasswordResetIssued(_)
            | AgentEvent::AgentPasswordReset(_)
            | AgentEvent::AgentLogInFailed(_) => {}
        }
    }

    fn team(&mut self, id: TeamId, event: &TeamEvent) {
        let name = match event {
            TeamEvent::TeamCreated(created) => &created.name,
            TeamEvent::TeamRenamed(renamed) => &renamed.name,
            TeamEvent::TeamMemberAdded(_) | TeamEvent::TeamMemberRemoved(_) => return,
        };
        self.teams.insert(id, teams::identity(name).into());
    }

    fn ticket(&mut self, id: TicketId, event: &TicketEvent) {
        if let Some(written) = event.written() {
            let files = written.attachments.iter().map(|attachment| (attachment.file, (id, written.message)));
            self.files.extend(files);
        }
        if let TicketEvent::Opened(Opened { external_id, .. })
        | TicketEvent::ExternalIdChanged(ExternalIdChanged { external_id, .. }) = event
        {
            match external_id {
                Some(external_id) => drop(self.tickets.insert(id, external_id.as_str().into())),
                None => drop(self.tickets.remove(&id)),
            }
        }
    }

    fn into_claims(self) -> Vec<Claim> {
        let claim = |kind, value: Box<str>, owner: String| Claim { kind, value: value.into(), owner };
        let mut all = vec![];
        let mut person = |by_email, by_id, owner: String, Person { email, external_id }: Person| {
            all.extend(email.map(|email| claim(by_email, email, owner.clone())));
            all.extend(external_id.map(|id| claim(by_id, id, owner)));
        };
        for (id, found) in self.customers {
            person(claims::CUSTOMER_EMAIL, claims::CUSTOMER_EXTERNAL_ID, id.to_string(), found);
        }
        for (id, found) in self.agents {
            person(claims::AGENT_EMAIL, claims::AGENT_EXTERNAL_ID, id.to_string(), found);
        }
        all.extend(self.teams.into_iter().map(|(id, name)| claim(claims::TEAM_NAME, name, id.to_string())));
        all.extend(
            self.tickets.into_iter().map(|(id, other)| claim(claims::TICKET_EXTERNAL_ID, other, id.to_string())),
        );
        all.extend(self.files.into_iter().map(|(file, (ticket, message))| {
            claim(claims::FILE, file.to_string().into(), format!("{ticket}/{message}"))
        }));
        all
    }
}
