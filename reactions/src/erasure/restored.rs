//! An older copy of a tenant's schema was restored: whoever was erased since then is there again, and is erased again.

use commands::{
    CommandError, Request, agents::EraseAgent, content::EraseTicket, customers::EraseCustomer,
    legal_holds::ERASES_AGAIN, messages::RedactMessage,
};
use domain::{AgentId, CustomerId, MessageId, TicketId};
use event_store::{CommandId, Log};

use super::Erasures;
use crate::error::ReactionError;

impl Erasures {
    /// Erases everybody whom the list outside the tenant's schema names and the schema does not know to be erased;
    /// gives how many. To be done before a tenant is served.
    pub async fn apply_listed(&self, log: &Log) -> Result<usize, ReactionError> {
        log.destroy_restored_keys().await?;
        let mut again = 0;
        for listed in self.desk.store().listed_erasures(log.tenant()).await? {
            if log.erasure(&listed.subject).await?.is_some() {
                continue;
            }
            match self.erase_again(log, &listed.subject).await {
                Ok(erased) => again += usize::from(erased),
                // The copy is older than they are, or whom it is about was erased first.
                Err(CommandError::NotFound { .. } | CommandError::Rejected { code: "message_unreadable", .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        if again > 0 {
            tracing::warn!(tenant = %log.tenant(), erased = again, "a restored copy held erased people: erased again");
        }
        Ok(again)
    }

    async fn erase_again(&self, log: &Log, subject: &str) -> Result<bool, CommandError> {
        let request = Request::system(ERASES_AGAIN, CommandId(self.desk.store().ids().next()));
        if let Ok(customer) = subject.parse::<CustomerId>() {
            self.desk.run(log, &request, &EraseCustomer(customer)).await?;
        } else if let Ok(agent) = subject.parse::<AgentId>() {
            self.desk.run(log, &request, &EraseAgent(agent)).await?;
        } else if let Some(ticket) = subject.split('.').next().and_then(|id| id.parse::<TicketId>().ok()) {
            // Once is enough, however often it was erased before.
            return Ok(self.desk.run(log, &request, &EraseTicket(ticket)).await?.changed);
        } else if let Some((ticket, message)) = message_of(log, subject).await? {
            self.desk.run(log, &request, &RedactMessage { ticket, message }).await?;
        } else {
            return Ok(false);
        }
        Ok(true)
    }
}

/// The message whose text was sealed with this key. What it was rectified to later is not in the copy: so it is redacted.
async fn message_of(log: &Log, key: &str) -> Result<Option<(TicketId, MessageId)>, CommandError> {
    let Ok(message) = key.split('.').next().unwrap_or(key).parse() else { return Ok(None) };
    let extent = log.extent(key, log.head().await?.position).await?;
    let Some(position) = extent.first else { return Ok(None) };
    let event = log.read(position - 1, 1).await?.into_iter().next();
    Ok(event.and_then(|event| event.stream.aggregate_id.parse().ok()).map(|ticket| (ticket, message)))
}
