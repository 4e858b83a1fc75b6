//! The connection of a tenant's writer, kept while commits keep coming, and what the writer remembers of the head.

use std::sync::Arc;

use deadpool_postgres::Object;

use crate::{
    append::{facts::HeadRow, statements::Statements},
    database::{self, TenantTx},
    error::StoreError,
    log::LogInner,
};

/// What a writer has between two batches.
pub(super) struct Session {
    pub log: Arc<LogInner>,
    connection: Option<(Object, Statements)>,
    head: Option<HeadRow>,
    /// Whether the last batch found the head where the one before had left it.
    undisturbed: bool,
}

impl Session {
    pub fn new(log: Arc<LogInner>) -> Self {
        Self { log, connection: None, head: None, undisturbed: false }
    }

    /// The head, when it seems that nobody else writes to this log.
    pub fn expected_head(&self) -> Option<HeadRow> {
        self.head.clone().filter(|_| self.undisturbed && self.connection.is_some())
    }

    /// A transaction of which nothing was sent yet, on the connection that is kept.
    pub fn kept(&mut self) -> Option<(TenantTx, Statements)> {
        self.connection.take().map(|(client, statements)| (TenantTx::adopt(client), statements))
    }

    /// A transaction, on the connection that is kept or another.
    pub async fn begin(&mut self) -> Result<(TenantTx, Statements), StoreError> {
        let placement = &self.log.placement;
        if let Some((client, statements)) = self.connection.take() {
            return Ok((TenantTx::begin_on(client, placement)?, statements));
        }
        let tx = TenantTx::begin_on(database::connection(&self.log.pool).await?, placement)?;
        let statements = Statements::prepare(&tx).await?;
        Ok((tx, statements))
    }

    /// Keeps the connection of a transaction that has ended, and remembers where the head is.
    pub fn keep(&mut self, tx: TenantTx, statements: Statements, found: &HeadRow, left: HeadRow) {
        self.undisturbed = self.head.as_ref() == Some(found);
        self.head = Some(left);
        self.connection = tx.ended().map(|client| (client, statements));
    }

    /// What was assumed of the head, or of what stands in the log, was wrong.
    pub fn was_disturbed(&mut self, tx: TenantTx, statements: Statements) {
        self.undisturbed = false;
        self.connection = tx.ended().map(|client| (client, statements));
    }

    /// Gives the connection back to the others.
    pub fn rest(&mut self) {
        self.connection = None;
    }
}
