//! An older copy of a tenant's schema was restored: whoever was erased since then is there again, and is erased again.

use commands::{CommandError, Request, agents::EraseAgent, customers::EraseCustomer};
use domain::{AgentId, CustomerId};
use event_store::{CommandId, Log};

use super::Erasures;
use crate::error::ReactionError;

/// Who erases again, in the log.
const ACTOR: &str = "erasure";

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
            let request = Request::system(ACTOR, CommandId(self.desk.store().ids().next()));
            let erased = if let Ok(customer) = listed.subject.parse::<CustomerId>() {
                self.desk.run(log, &request, &EraseCustomer(customer)).await
            } else if let Ok(agent) = listed.subject.parse::<AgentId>() {
                self.desk.run(log, &request, &EraseAgent(agent)).await
            } else {
                continue;
            };
            match erased {
                Ok(_) => again += 1,
                // The copy is older than they are.
                Err(CommandError::NotFound { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        if again > 0 {
            tracing::warn!(tenant = %log.tenant(), erased = again, "a restored copy held erased people: erased again");
        }
        Ok(again)
    }
}
