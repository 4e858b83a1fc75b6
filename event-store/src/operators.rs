//! Who may make, suspend and delete tenants: names, and the digests of their tokens. What a token looks like is for
//! others to say.

use chrono::{DateTime, Utc};

use crate::{database, error::StoreError, store::Store};

/// What is known of an operator; never the token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperatorRecord {
    /// What they are called.
    pub operator: String,
    /// Since when.
    pub created_at: DateTime<Utc>,
    /// Since when no more.
    pub revoked_at: Option<DateTime<Utc>>,
}

impl Store {
    /// Lets in whoever shows what has this digest; gives whether the name was free. A name is never used again.
    pub async fn add_operator(&self, operator: &str, digest: &[u8]) -> Result<bool, StoreError> {
        let admin = database::connection(self.admin_pool()).await?;
        let sql = "INSERT INTO control.operators (operator, digest, created_at) VALUES ($1, $2, $3)
                   ON CONFLICT (operator) DO NOTHING";
        Ok(admin.execute(sql, &[&operator, &digest, &self.clock().now()]).await? == 1)
    }

    /// Lets an operator in no more; gives whether there was one.
    pub async fn revoke_operator(&self, operator: &str) -> Result<bool, StoreError> {
        let admin = database::connection(self.admin_pool()).await?;
        let sql = "UPDATE control.operators SET revoked_at = coalesce(revoked_at, $2) WHERE operator = $1";
        Ok(admin.execute(sql, &[&operator, &self.clock().now()]).await? == 1)
    }

    /// Whoever was ever let in, by name.
    pub async fn operators(&self) -> Result<Vec<OperatorRecord>, StoreError> {
        let server = self.server_connection().await?;
        let sql = "SELECT operator, created_at, revoked_at FROM control.operators ORDER BY operator";
        let rows = server.query(sql, &[]).await?;
        let record = |row: &tokio_postgres::Row| OperatorRecord {
            operator: row.get(0),
            created_at: row.get(1),
            revoked_at: row.get(2),
        };
        Ok(rows.iter().map(record).collect())
    }

    /// Whether there is such an operator, who is let in.
    pub async fn is_operator(&self, operator: &str) -> Result<bool, StoreError> {
        let server = self.server_connection().await?;
        let sql = "SELECT FROM control.operators WHERE operator = $1 AND revoked_at IS NULL";
        Ok(server.query_opt(sql, &[&operator]).await?.is_some())
    }

    /// Who shows what has this digest, if they are let in.
    pub async fn operator(&self, digest: &[u8]) -> Result<Option<String>, StoreError> {
        let server = self.server_connection().await?;
        let sql = "SELECT operator FROM control.operators WHERE digest = $1 AND revoked_at IS NULL";
        Ok(server.query_opt(sql, &[&digest]).await?.map(|row| row.get(0)))
    }
}
