//! The connections of a tenant's writer, kept while commits keep coming, and what the writer remembers of the head.

use std::sync::Arc;

use deadpool_postgres::Object;

use crate::{
    append::{facts::HeadRow, statements::Statements},
    database::{self, TenantTx},
    error::StoreError,
    log::LogInner,
};

/// So many batches found the head where the one before had left it: nobody else writes to this log for now.
const ALONE: u32 = 8;

/// What a writer has between two batches.
pub(super) struct Session {
    pub log: Arc<LogInner>,
    /// One; two while batches follow each other closely.
    connections: Vec<(Object, Statements)>,
    head: Option<HeadRow>,
    /// How many batches in a row found the head where the one before had left it.
    undisturbed: u32,
}

impl Session {
    pub fn new(log: Arc<LogInner>) -> Self {
        Self { log, connections: vec![], head: None, undisturbed: 0 }
    }

    /// The head, when it seems that nobody else writes to this log.
    pub fn expected_head(&self) -> Option<HeadRow> {
        self.head.clone().filter(|_| self.undisturbed > 0 && !self.connections.is_empty())
    }

    /// Whether it seems so for long enough to build on it twice.
    pub fn is_alone(&self) -> bool {
        self.undisturbed >= ALONE
    }

    /// A transaction of which nothing was sent yet, on a connection that is kept.
    pub fn kept(&mut self) -> Option<(TenantTx, Statements)> {
        self.connections.pop().map(|(client, statements)| (TenantTx::adopt(client), statements))
    }

    /// The same, also on another connection, if one is free at this moment: who holds one waits for no second one.
    pub async fn kept_or_free(&mut self) -> Result<Option<(TenantTx, Statements)>, StoreError> {
        if !self.connections.is_empty() {
            return Ok(self.kept());
        }
        let Some(client) = database::free_connection(&self.log.pool).await else { return Ok(None) };
        let (tx, statements) = self.begin_on(client).await?;
        tx.batch_execute("COMMIT").await?;
        Ok(Some((tx, statements)))
    }

    /// A transaction, on a connection that is kept or another.
    pub async fn begin(&mut self) -> Result<(TenantTx, Statements), StoreError> {
        if let Some((client, statements)) = self.connections.pop() {
            return Ok((TenantTx::begin_on(client, &self.log.placement)?, statements));
        }
        self.begin_on(database::connection(&self.log.pool).await?).await
    }

    async fn begin_on(&self, client: Object) -> Result<(TenantTx, Statements), StoreError> {
        let tx = TenantTx::begin_on(client, &self.log.placement)?;
        let statements = Statements::prepare(&tx).await?;
        Ok((tx, statements))
    }

    /// Keeps the connection of a transaction that has ended, and remembers where the head is.
    pub fn keep(&mut self, tx: TenantTx, statements: Statements, found: &HeadRow, left: HeadRow) {
        self.undisturbed = if self.head.as_ref() == Some(found) { self.undisturbed.saturating_add(1) } else { 0 };
        self.head = Some(left);
        self.put_back(tx, statements);
    }

    /// What was assumed of the head, or of what stands in the log, was wrong, or nobody knows.
    pub fn was_disturbed(&mut self) {
        self.undisturbed = 0;
    }

    /// Keeps the connection of a transaction that has ended.
    pub fn put_back(&mut self, tx: TenantTx, statements: Statements) {
        self.connections.extend(tx.ended().map(|client| (client, statements)));
    }

    /// Gives the connections back to the others.
    pub fn rest(&mut self) {
        self.connections.clear();
    }
}
