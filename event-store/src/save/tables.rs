//! Which tables of a tenant are saved: all that there are, but for those that are listed here.

use tokio_postgres::Client;

use crate::error::StoreError;

/// The log itself.
pub(super) const EVENTS: &str = "events";
/// The keys of the people that it is about.
pub(super) const SUBJECT_KEYS: &str = "subject_keys";

/// Tables that are not among those saved as they were at one moment, and why.
pub const NOT_SAVED: &[(&str, &str)] = &[
    (EVENTS, "the log, which is saved in pieces that never change"),
    (SUBJECT_KEYS, "saved apart, to be kept for a shorter time: what was erased must not stay readable in backups"),
    ("claims", "folded anew from the log: as of an earlier position, others hold"),
    ("migrations", "the backup says how far they had come"),
    ("sessions", "whoever was let in logs in anew"),
    ("refresh_tokens", "whoever was let in logs in anew"),
    ("support_sessions", "whoever was let in comes anew"),
    ("challenges", "whoever was just being let in begins anew"),
    ("presence", "whoever was at a ticket is not there any more"),
    ("rate_limits", "what was used of them was used of another log"),
    ("tree_head", "a log that is brought back is sealed anew, under a name of its own"),
    ("tree", "a log that is brought back is sealed anew, under a name of its own"),
    ("seals", "a log that is brought back is sealed anew, under a name of its own"),
    ("cosignatures", "a log that is brought back is sealed anew, under a name of its own"),
    ("log_keys", "a log that is brought back is sealed anew, under a name of its own"),
];

/// A table as it is written: its name and its columns, quoted where they need it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedTable {
    /// Its name.
    pub name: String,
    /// Its columns, with commas between them.
    pub columns: String,
}

/// Rows of a read model: folded anew.
fn is_read_model(name: &str) -> bool {
    let generation = name.rsplit_once("_g").map(|(_, number)| number);
    generation.is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}

fn is_saved(name: &str) -> bool {
    !is_read_model(name) && !NOT_SAVED.iter().any(|(table, _)| *table == name)
}

/// Those that others refer to come first.
const ALL: &str = "
    SELECT c.relname::text, quote_ident(c.relname), string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum)
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = $1::text::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
      AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
    GROUP BY c.oid, c.relname
    ORDER BY NOT EXISTS (SELECT FROM pg_constraint f WHERE f.contype = 'f' AND f.confrelid = c.oid),
        c.relname COLLATE \"C\"";

/// The tables of a schema that are saved.
pub(super) async fn saved(client: &Client, schema: &str) -> Result<Vec<SavedTable>, StoreError> {
    let rows = client.query(ALL, &[&schema]).await?;
    let saved = rows.iter().filter(|row| is_saved(row.get(0)));
    Ok(saved.map(|row| SavedTable { name: row.get(1), columns: row.get(2) }).collect())
}

/// One that is saved in a way of its own.
pub(super) async fn named(client: &Client, schema: &str, table: &str) -> Result<SavedTable, StoreError> {
    let rows = client.query(ALL, &[&schema]).await?;
    let found = rows.iter().find(|row| row.get::<_, &str>(0) == table);
    let found = found.map(|row| SavedTable { name: row.get(1), columns: row.get(2) });
    found.ok_or_else(|| StoreError::NoTable { schema: schema.to_owned(), table: table.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_folded_anew_is_not_saved_and_all_else_is() {
        for saved in ["head", "commands", "api_keys", "tenant_keys", "webhook_deliveries", "files", "a_g", "a_gx1"] {
            assert!(is_saved(saved), "{saved}");
        }
        for not in ["tickets_g1", "search_words_g12", "events", "subject_keys", "sessions", "claims"] {
            assert!(!is_saved(not), "{not}");
        }
    }

    #[test]
    fn every_exception_says_why() {
        assert!(NOT_SAVED.iter().all(|(_, why)| why.split(' ').count() > 3));
    }
}
