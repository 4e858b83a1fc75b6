//! Keys that the installation signs with. The store knows them as bytes with a name and a time: what is signed, and
//! how, is for others to say. Private halves are sealed under the master key.
//!
//! A new key is published before it signs, so that whoever verifies has fetched it by then; an old one verifies until
//! its last signatures have run out.

use chrono::{DateTime, Utc};

use crate::{database, error::StoreError, store::Store};

/// A key pair of the installation.
#[derive(Clone)]
pub struct SigningKey {
    /// Its name, public.
    pub kid: String,
    /// The public half.
    pub public: Vec<u8>,
    /// The private half, in the clear.
    pub private: Vec<u8>,
    /// Since when it signs, unless a later one does.
    pub signs_from: DateTime<Utc>,
    /// Until when its signatures count; none: until a later key is made.
    pub verifies_until: Option<DateTime<Utc>>,
}

/// Never prints the private half.
impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SigningKey({})", self.kid)
    }
}

fn about(kid: &str) -> String {
    format!("ledgerdesk signing key 1\0{kid}")
}

impl Store {
    /// The keys whose signatures still count, the oldest first.
    pub async fn signing_keys(&self) -> Result<Vec<SigningKey>, StoreError> {
        let server = self.server_connection().await?;
        let rows = server
            .query(
                "SELECT kid, public_key, sealed_private_key, signs_from, verifies_until FROM control.signing_keys
                 WHERE verifies_until IS NULL OR verifies_until > $1 ORDER BY signs_from, kid",
                &[&self.clock().now()],
            )
            .await?;
        rows.iter()
            .map(|row| {
                let kid: String = row.get(0);
                Ok(SigningKey {
                    private: self.unseal(&about(&kid), row.get(2))?,
                    kid,
                    public: row.get(1),
                    signs_from: row.get(3),
                    verifies_until: row.get(4),
                })
            })
            .collect()
    }

    /// Keeps a key. Without `until`, only if it is the first one: gives whether it was. With `until`, the keys before
    /// it verify no longer than that.
    pub async fn keep_signing_key(&self, key: &SigningKey, until: Option<DateTime<Utc>>) -> Result<bool, StoreError> {
        let mut admin = database::connection(self.admin_pool()).await?;
        let tx = admin.transaction().await?;
        // Two processes that find no key at once: one of them makes it.
        tx.batch_execute("LOCK TABLE control.signing_keys IN SHARE ROW EXCLUSIVE MODE").await?;
        if until.is_some() {
            tx.execute("UPDATE control.signing_keys SET verifies_until = $1 WHERE verifies_until IS NULL", &[&until])
                .await?;
        } else if tx.query_opt("SELECT 1 FROM control.signing_keys LIMIT 1", &[]).await?.is_some() {
            return Ok(false);
        }
        tx.execute(
            "INSERT INTO control.signing_keys (kid, public_key, sealed_private_key, signs_from, created_at)
             VALUES ($1, $2, $3, $4, $5)",
            &[&key.kid, &key.public, &self.seal(&about(&key.kid), &key.private), &key.signs_from, &self.clock().now()],
        )
        .await?;
        tx.commit().await?;
        Ok(true)
    }
}
