//! Claims are never copied: they follow from the log, and whoever knows what its events mean folds them anew.

use std::collections::HashMap;

use crate::{commit::Claim, database::TenantTx, error::StoreError, log::Log};

/// Rows of one statement.
const BATCH: usize = 10_000;

/// How the claims that are there differ from those that should be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClaimDifferences {
    /// Values that are to be somebody's, and are nobody's or another's.
    pub missing: usize,
    /// Values that are somebody's, and should not be.
    pub unexpected: usize,
}

impl Log {
    /// Makes these the claims of a log, which must have none yet. `tx`: as the owner.
    pub async fn write_claims(&self, tx: &TenantTx, claims: &[Claim]) -> Result<(), StoreError> {
        let keys = self.inner.keys();
        let statement = tx
            .statement(
                "INSERT INTO claims (kind, digest, owner)
                 SELECT kind, digest, owner FROM unnest($1::text[], $2::bytea[], $3::text[]) AS row (kind, digest, owner)",
            )
            .await?;
        for batch in claims.chunks(BATCH) {
            let kinds: Vec<&str> = batch.iter().map(|claim| claim.kind).collect();
            let digests: Vec<Vec<u8>> = batch.iter().map(|claim| keys.claim_digest(claim.kind, &claim.value)).collect();
            let owners: Vec<&str> = batch.iter().map(|claim| claim.owner.as_str()).collect();
            tx.execute(&statement, &[&kinds, &digests, &owners]).await?;
        }
        Ok(())
    }

    /// Compares the claims that are there with those that should be.
    pub async fn compare_claims(&self, claims: &[Claim]) -> Result<ClaimDifferences, StoreError> {
        let keys = self.inner.keys();
        let rows = self.query("SELECT kind, digest, owner FROM claims", &[]).await?;
        let digest = |claim: &Claim| keys.claim_digest(claim.kind, &claim.value);
        let mut expected: HashMap<(&str, Vec<u8>), &str> =
            claims.iter().map(|claim| ((claim.kind, digest(claim)), claim.owner.as_str())).collect();
        let mut unexpected = 0;
        for row in &rows {
            let key = (row.get::<_, &str>(0), row.get::<_, Vec<u8>>(1));
            match expected.get(&key) {
                Some(owner) if *owner == row.get::<_, &str>(2) => drop(expected.remove(&key)),
                _ => unexpected += 1,
            }
        }
        Ok(ClaimDifferences { missing: expected.len(), unexpected })
    }
}
