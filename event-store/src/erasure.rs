//! Erasures: whose keys were destroyed, how each process learns of it, and what is left to be cleaned. What is erased is
//! a subject; one field that was sealed with a key of its own, which goes by the key's id in the place of a subject; or a
//! thing with several such fields, which goes by a name of its own, with the ids of their keys.
//!
//! The keys go in the transaction that appends the fact (`Commit::erases`), so there is no moment at which one is
//! true without the other. What follows (read models, delivery logs, a certificate) is derived from the row that the
//! same transaction leaves behind, and can be done again at any time until it is completed.

use std::{
    collections::{BTreeSet, HashSet},
    sync::atomic::Ordering,
};

use chrono::{DateTime, Utc};
use deadpool_postgres::Object;
use tokio_postgres::{
    Row,
    types::{ToSql, Type},
};

use crate::{
    commit::{Erasing, StreamId},
    database::{self, TenantTx},
    error::StoreError,
    log::Log,
    read::{signed, unsigned},
    store::Store,
    tenancy::TenantId,
};

/// Rows that are read at a time.
const PAGE: i64 = 1_000;
/// How long one table or index may take to be cleaned; after that it is tried again later.
const PATIENCE: &str = "30min";
/// The indexes over columns of these names, and whether each is whole.
const INDEXES: &str = "
    SELECT i.indexrelid::regclass::text, i.indisvalid FROM pg_index i
    WHERE i.indrelid = ANY($1::text[]::regclass[])
      AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = i.indexrelid AND a.attname = ANY($2::text[]))
    ORDER BY 1";
/// Positions that are searched at a time.
const STRIDE: u64 = 50_000;

/// What is known of an erasure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Erasure {
    /// Who was erased.
    pub subject: String,
    /// Where the log says so.
    pub position: u64,
    /// When.
    pub erased_at: DateTime<Utc>,
    /// How many keys were destroyed.
    pub keys: u64,
    /// Of a thing whose fields had keys of their own: the ids of these keys.
    pub key_ids: Vec<String>,
    /// When nothing was left outside the log either; none: it is still being cleaned.
    pub completed_at: Option<DateTime<Utc>>,
    /// What was signed of it then.
    pub certificate: Option<String>,
}

/// How much of a log can not be read any more because of an erasure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extent {
    /// Sealed fields of the subject, in payloads and envelopes.
    pub fields: u64,
    /// Events that have one.
    pub events: u64,
    /// The first of them.
    pub first: Option<u64>,
    /// The last of them.
    pub last: Option<u64>,
}

/// An erasure as it is listed outside of the tenant's schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedErasure {
    /// Who was erased.
    pub subject: String,
    /// Where the log said so.
    pub position: u64,
    /// When.
    pub erased_at: DateTime<Utc>,
}

const COLUMNS: &str = "subject, position, erased_at, keys, completed_at, certificate, key_ids";

fn erasure(row: &Row) -> Erasure {
    Erasure {
        subject: row.get(0),
        position: unsigned(row.get(1)),
        erased_at: row.get(2),
        keys: unsigned(row.get(3)),
        completed_at: row.get(4),
        certificate: row.get(5),
        key_ids: row.get(6),
    }
}

/// What a serialised field says of whose it is; within the envelope it is a JSON text in a JSON text.
const EXTENT: &str = r"
    SELECT count(*), sum(fields)::bigint, min(position), max(position)
    FROM (SELECT position, (length(payload::text) - length(replace(payload::text, $3, ''))) / length($3)
                         + (length(payload::text) - length(replace(payload::text, $5, ''))) / length($5)
                         + (length(metadata::text) - length(replace(metadata::text, $4, ''))) / length($4) AS fields
          FROM events WHERE position > $1 AND position <= $2
                        AND (strpos(payload::text, $3) > 0 OR strpos(payload::text, $5) > 0
                             OR strpos(metadata::text, $4) > 0)) found";

/// The same within one stream, for several keys that each stand by their ids.
const EXTENT_IN: &str = r#"
    SELECT count(*), sum(fields)::bigint, min(position), max(position)
    FROM (SELECT position, (
              SELECT sum((length(payload::text) - length(replace(payload::text, marker, ''))) / length(marker))
              FROM (SELECT '"key":"' || key || '"' AS marker FROM unnest($4::text[]) AS key) markers) AS fields
          FROM events WHERE aggregate_type = $1 AND aggregate_id = $2 AND position <= $3) found
    WHERE fields > 0"#;

impl Log {
    /// Learns who was erased since it last asked, and forgets them: their keys leave the cache, and whoever keeps
    /// opened fields is told ([`Store::on_erasure`]). Learns of another version of the tenant's key, too. A process that does this every second shows nobody for longer.
    pub async fn learn_erasures(&self, tx: &TenantTx) -> Result<(), StoreError> {
        self.learn_keys(tx).await?;
        let statement = tx
            .statement(
                "SELECT subject, position, key_ids FROM erased_subjects WHERE position > $1 ORDER BY position LIMIT $2",
            )
            .await?;
        loop {
            let known = self.inner.erasures_known.load(Ordering::Acquire);
            let rows = tx.query(&statement, &[&known, &PAGE]).await?;
            let erasings: Vec<_> = rows.iter().map(|row| Erasing { name: row.get(0), keys: row.get(2) }).collect();
            self.inner.keyring.forget(self.incarnation(), &erasings);
            // Two subjects may share the last position of a page: it is read again with the next one.
            let Some(last) = rows.last().map(|row| row.get::<_, i64>(1)) else { return Ok(()) };
            let full = rows.len() == usize::try_from(PAGE).unwrap_or(usize::MAX);
            self.inner.erasures_known.fetch_max(if full { last - 1 } else { last }, Ordering::AcqRel);
            if !full {
                return Ok(());
            }
        }
    }

    /// What is known of the erasure of a subject; none when they were not erased.
    pub async fn erasure(&self, subject: &str) -> Result<Option<Erasure>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM erased_subjects WHERE subject = $1");
        Ok(self.query(&sql, &[(&subject, Type::TEXT)]).await?.first().map(erasure))
    }

    /// The last erasure of a field whose key is called `name`, or `name` with a number behind a dot.
    pub async fn last_erasure(&self, name: &str) -> Result<Option<Erasure>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM erased_subjects WHERE subject = $1 OR starts_with(subject, $1 || '.')
             ORDER BY position DESC LIMIT 1"
        );
        Ok(self.query(&sql, &[(&name, Type::TEXT)]).await?.first().map(erasure))
    }

    /// Whether there is a key of this id that opens one field only.
    pub async fn has_single_key(&self, id: &str) -> Result<bool, StoreError> {
        let sql = "SELECT 1 FROM subject_keys WHERE key_id = $1 AND single";
        Ok(!self.query(sql, &[(&id, Type::TEXT)]).await?.is_empty())
    }

    /// Which of these ids are of keys that open one field only.
    pub async fn single_keys(&self, ids: &[String]) -> Result<HashSet<String>, StoreError> {
        let sql = "SELECT key_id FROM subject_keys WHERE key_id = ANY($1) AND single";
        Ok(self.query(sql, &[(&ids, Type::TEXT_ARRAY)]).await?.iter().map(|row| row.get(0)).collect())
    }

    /// At most `limit` erasures after position `after`, in the order of the log.
    pub async fn erasures(&self, after: u64, limit: u32) -> Result<Vec<Erasure>, StoreError> {
        let sql =
            format!("SELECT {COLUMNS} FROM erased_subjects WHERE position > $1 ORDER BY position, subject LIMIT $2");
        let rows = self.query(&sql, &[(&signed(after), Type::INT8), (&i64::from(limit), Type::INT8)]).await?;
        Ok(rows.iter().map(erasure).collect())
    }

    /// Those that are not completed, the oldest first.
    pub async fn open_erasures(&self) -> Result<Vec<Erasure>, StoreError> {
        let sql =
            format!("SELECT {COLUMNS} FROM erased_subjects WHERE completed_at IS NULL ORDER BY position LIMIT $1");
        Ok(self.query(&sql, &[(&PAGE, Type::INT8)]).await?.iter().map(erasure).collect())
    }

    /// How much of the log up to `until` was sealed for a subject. Goes through the whole log, in strides.
    pub async fn extent(&self, subject: &str, until: u64) -> Result<Extent, StoreError> {
        let in_payload = format!(r#""subject":"{subject}""#);
        let by_key = format!(r#""key":"{subject}""#);
        let in_envelope = format!(r#"\"subject\":\"{subject}\""#);
        let mut extent = Extent::default();
        let mut after = 0;
        while after < until {
            let to = after.saturating_add(STRIDE).min(until);
            let params = [signed(after), signed(to)];
            let rows = self
                .query(
                    EXTENT,
                    &[
                        (&params[0], Type::INT8),
                        (&params[1], Type::INT8),
                        (&in_payload, Type::TEXT),
                        (&in_envelope, Type::TEXT),
                        (&by_key, Type::TEXT),
                    ],
                )
                .await?;
            if let Some(row) = rows.first() {
                extent.events += unsigned(row.get(0));
                extent.fields += row.get::<_, Option<i64>>(1).map_or(0, unsigned);
                extent.first = extent.first.or(row.get::<_, Option<i64>>(2).map(unsigned));
                extent.last = row.get::<_, Option<i64>>(3).map(unsigned).or(extent.last);
            }
            after = to;
        }
        Ok(extent)
    }

    /// How much of a stream up to the position `until` was sealed with these keys.
    pub async fn extent_in(&self, stream: &StreamId, keys: &[String], until: u64) -> Result<Extent, StoreError> {
        let params: [(&(dyn ToSql + Sync), Type); 4] = [
            (&stream.aggregate_type, Type::TEXT),
            (&stream.aggregate_id, Type::TEXT),
            (&signed(until), Type::INT8),
            (&keys, Type::TEXT_ARRAY),
        ];
        let rows = self.query(EXTENT_IN, &params).await?;
        Ok(rows.first().map_or_else(Extent::default, |row| Extent {
            events: unsigned(row.get(0)),
            fields: row.get::<_, Option<i64>>(1).map_or(0, unsigned),
            first: row.get::<_, Option<i64>>(2).map(unsigned),
            last: row.get::<_, Option<i64>>(3).map(unsigned),
        }))
    }

    /// The streams of a type in which something is sealed for a subject. Goes through the whole log, in strides.
    pub async fn streams_about(&self, subject: &str, aggregate_type: &str) -> Result<Vec<String>, StoreError> {
        let (head, marker) = (self.head().await?.position, format!(r#""subject":"{subject}""#));
        let mut found = BTreeSet::new();
        let mut after = 0;
        while after < head {
            let to = after.saturating_add(STRIDE).min(head);
            let params = [signed(after), signed(to)];
            let rows = self
                .query(
                    "SELECT DISTINCT aggregate_id FROM events
                     WHERE position > $1 AND position <= $2 AND aggregate_type = $3 AND strpos(payload::text, $4) > 0",
                    &[
                        (&params[0], Type::INT8),
                        (&params[1], Type::INT8),
                        (&aggregate_type, Type::TEXT),
                        (&marker, Type::TEXT),
                    ],
                )
                .await?;
            found.extend(rows.iter().map(|row| row.get::<_, String>(0)));
            after = to;
        }
        Ok(found.into_iter().collect())
    }

    /// Notes that nothing is left of a subject, with what was signed of it. Unless they were erased anew meanwhile.
    pub async fn complete_erasure(&self, erasure: &Erasure, certificate: &str) -> Result<(), StoreError> {
        let tx = self.begin().await?;
        tx.execute(
            "UPDATE erased_subjects SET completed_at = $3, certificate = $4
             WHERE subject = $1 AND position = $2 AND completed_at IS NULL",
            &[&erasure.subject, &signed(erasure.position), &self.inner.clock.now(), &certificate],
        )
        .await?;
        tx.commit().await
    }

    /// Destroys the keys of subjects who were erased and have some again: after somebody restored that table alone.
    pub async fn destroy_restored_keys(&self) -> Result<u64, StoreError> {
        let tx = self.begin().await?;
        let mut gone = 0;
        let (names, own) = ("SELECT subject FROM erased_subjects", "SELECT unnest(key_ids) FROM erased_subjects");
        for (of, ids) in [("subject", names), ("key_id", names), ("key_id", own)] {
            gone += tx.execute(&format!("DELETE FROM subject_keys WHERE {of} IN ({ids})"), &[]).await?;
        }
        tx.commit().await?;
        Ok(gone)
    }

    /// Takes the rows that nobody can see any more out of tables of this tenant, and builds the indexes over `columns`
    /// anew: an index of words keeps a word that no row has any more. What PostgreSQL has freed is overwritten when it is
    /// used again.
    pub async fn vacuum(&self, tables: &[String], columns: &[&str]) -> Result<(), StoreError> {
        let admin = database::connection(&self.inner.admin).await?;
        let schema = &self.inner.placement.schema;
        let names: Vec<String> = tables.iter().map(|table| format!("{schema}.{table}")).collect();
        // Of a large table it takes longer than any other statement may.
        admin.batch_execute(&format!("SET statement_timeout = '{PATIENCE}'")).await?;
        let done = clean(&admin, &names, columns).await;
        admin.batch_execute("SET statement_timeout = '60s'").await?;
        Ok(done?)
    }
}

async fn clean(admin: &Object, tables: &[String], columns: &[&str]) -> Result<(), tokio_postgres::Error> {
    admin.batch_execute(&format!("VACUUM {}", tables.join(", "))).await?;
    let indexes = admin.query(INDEXES, &[&tables, &columns]).await?;
    // One that was cut off while it was being built: nobody uses it.
    for index in indexes.iter().filter(|index| !index.get::<_, bool>(1)) {
        admin.batch_execute(&format!("DROP INDEX IF EXISTS {}", index.get::<_, &str>(0))).await?;
    }
    // Beside the old one, which serves until the new one is there.
    for index in indexes.iter().filter(|index| index.get::<_, bool>(1)) {
        admin.batch_execute(&format!("REINDEX INDEX CONCURRENTLY {}", index.get::<_, &str>(0))).await?;
    }
    Ok(())
}

impl Store {
    /// Lists an erasure outside of the tenant's schema. Idempotent.
    pub async fn list_erasure(&self, tenant: &TenantId, erasure: &Erasure) -> Result<(), StoreError> {
        let admin = database::connection(self.admin_pool()).await?;
        let sql = "INSERT INTO control.erasures (tenant, subject, position, erased_at) VALUES ($1, $2, $3, $4)
                   ON CONFLICT (tenant, subject) DO UPDATE SET position = excluded.position,
                       erased_at = excluded.erased_at";
        let position = signed(erasure.position);
        admin.execute(sql, &[&tenant.as_str(), &erasure.subject, &position, &erasure.erased_at]).await?;
        Ok(())
    }

    /// Who was ever erased in a tenant, whatever its schema says; in the order in which they were.
    pub async fn listed_erasures(&self, tenant: &TenantId) -> Result<Vec<ListedErasure>, StoreError> {
        let server = self.server_connection().await?;
        let sql = "SELECT subject, position, erased_at FROM control.erasures WHERE tenant = $1 ORDER BY erased_at";
        let rows = server.query(sql, &[&tenant.as_str()]).await?;
        let listed =
            |row: &Row| ListedErasure { subject: row.get(0), position: unsigned(row.get(1)), erased_at: row.get(2) };
        Ok(rows.iter().map(listed).collect())
    }
}
