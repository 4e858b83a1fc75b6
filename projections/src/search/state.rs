//! The group in memory: what was said last of each text, until it is written.

use std::collections::BTreeMap;

use domain::DomainEvent;
use event_store::{Log, TenantTx};

use crate::{
    error::ProjectionError,
    fold::{At, FoldError, Missing, Model},
    generation::Generation,
    search::{project, row::SearchRow},
    sql::signed,
    table::{self, Existing},
};

/// Texts that are not written yet, by whom they find and which they are.
#[derive(Debug, Default)]
pub(crate) struct Search {
    texts: BTreeMap<(String, String), SearchRow>,
    /// Who was erased: what was written before and is sealed for them must go.
    pub(super) erased: Vec<String>,
    /// Tickets of which what was said before these positions must go.
    emptied: (Vec<String>, Vec<i64>),
}

impl Search {
    pub(super) fn emptied(&mut self, at: &At<'_>) {
        self.emptied.0.push(at.aggregate_id.to_owned());
        self.emptied.1.push(signed(at.position));
    }

    pub(super) fn put(&mut self, at: &At<'_>, part: String, subject: Option<String>, words: Option<String>) {
        let id = at.aggregate_id.to_owned();
        let row = SearchRow { id: id.clone(), part: part.clone(), position: signed(at.position), subject, words };
        self.texts.insert((id, part), row);
    }
}

impl Model for Search {
    type Sink = ();

    fn holds(&self, _: &str, _: &str) -> bool {
        true
    }

    async fn load(&mut self, _: &TenantTx, _: Generation, _: &Missing<'_>) -> Result<(), ProjectionError> {
        Ok(())
    }

    fn apply(&mut self, at: &At<'_>, event: &DomainEvent) -> Result<bool, FoldError> {
        project::note(self, at, event);
        Ok(true)
    }

    async fn write(&self, tx: &TenantTx, generation: Generation, _: Existing) -> Result<(), ProjectionError> {
        let rows: Vec<_> = self.texts.values().collect();
        table::write(tx, generation, &rows, Existing::Replace).await
    }

    fn forgets(&self) -> bool {
        !self.erased.is_empty() || !self.emptied.0.is_empty()
    }

    /// A text that was read with a key that this process still had is forgotten, too: it is written by now.
    async fn forget(&self, _: &Log, tx: &TenantTx, generation: Generation, _: u64) -> Result<(), ProjectionError> {
        let sql = format!("UPDATE search_words_{generation} SET words = NULL WHERE subject = ANY($1)");
        tx.execute(&tx.statement(&sql).await?, &[&self.erased]).await?;
        let sql = format!(
            "UPDATE search_words_{generation} said SET words = NULL
             FROM unnest($1::text[], $2::bigint[]) AS emptied (id, position)
             WHERE said.id = emptied.id AND said.subject IS NOT NULL AND said.position < emptied.position"
        );
        tx.execute(&tx.statement(&sql).await?, &[&self.emptied.0, &self.emptied.1]).await?;
        Ok(())
    }

    fn waiting(&self) -> usize {
        self.texts.len()
    }

    fn written(&mut self, _: usize) {
        self.texts.clear();
        self.erased.clear();
        self.emptied = <_>::default();
    }

    async fn open(_: &TenantTx, _: Generation) -> Result<(), ProjectionError> {
        Ok(())
    }

    async fn pour(&mut self, (): &mut ()) -> Result<(), ProjectionError> {
        Ok(())
    }

    async fn close((): ()) -> Result<(), ProjectionError> {
        Ok(())
    }
}
