//! What those who act are called, as known today. Looked up in the log, once each.

use std::collections::HashMap;

use event_store::Log;
use projections::{
    as_of::{self, Moment},
    timeline::Actor,
};

use crate::Failure;

pub struct Names<'a> {
    log: &'a Log,
    known: HashMap<String, Option<String>>,
}

impl<'a> Names<'a> {
    pub fn new(log: &'a Log) -> Self {
        Self { log, known: HashMap::new() }
    }

    /// None for the system, and for those who were erased.
    pub async fn of(&mut self, actor: &Actor) -> Result<Option<String>, Failure> {
        if let Some(known) = self.known.get(&actor.id) {
            return Ok(known.clone());
        }
        let name = self.find(actor).await?;
        self.known.insert(actor.id.clone(), name.clone());
        Ok(name)
    }

    async fn find(&self, Actor { kind, id }: &Actor) -> Result<Option<String>, Failure> {
        Ok(match kind.as_str() {
            "agent" => as_of::agent(self.log, id.parse()?, Moment::Now).await?.and_then(|agent| agent.name),
            "customer" => as_of::customer(self.log, id.parse()?, Moment::Now).await?.and_then(|customer| customer.name),
            "api_key" => self.key(id).await?,
            _ => None,
        })
    }

    async fn key(&self, id: &str) -> Result<Option<String>, Failure> {
        let tx = self.log.begin().await?;
        let sql = "SELECT payload ->> 'name' FROM events
                   WHERE aggregate_type = 'tenant' AND event_type = 'tenant.api_key_issued' AND payload ->> 'key' = $1";
        let row = tx.query_opt(sql, &[&id]).await?;
        tx.commit().await?;
        Ok(row.and_then(|row| row.get(0)))
    }
}
