//! Whoever can write everything in the database is found out, with the position.

use serde_json::{Value, json};
use tokio_postgres::Client;

use crate::Audited;

/// What was kept before anything was changed, and how it comes back.
pub struct Tables(pub Client);

impl Tables {
    pub async fn keep(audited: &Audited) -> Self {
        let client = audited.world.superuser().await;
        let keep = ["events", "tree", "tree_head", "seals", "head"]
            .map(|table| format!("CREATE TABLE kept.{table} AS TABLE tenant_acme.{table};"));
        client.batch_execute(&format!("CREATE SCHEMA kept; {}", keep.concat())).await.unwrap();
        client.batch_execute("SET search_path TO tenant_acme").await.unwrap();
        // So that a second row can be put where one is.
        client.batch_execute("ALTER TABLE events DROP CONSTRAINT events_pkey; ALTER TABLE events DROP CONSTRAINT events_aggregate_type_aggregate_id_sequence_key").await.unwrap();
        for column in ["aggregate_type", "payload", "event_id", "occurred_at"] {
            client.batch_execute(&format!("ALTER TABLE events ALTER {column} DROP NOT NULL")).await.unwrap();
        }
        Self(client)
    }

    pub async fn change(&self, sql: &str) {
        self.0.batch_execute(sql).await.unwrap_or_else(|error| panic!("{sql}: {error:?}"));
    }

    pub async fn restore(&self) {
        for table in ["events", "tree", "tree_head", "seals", "head"] {
            self.change(&format!("TRUNCATE {table}; INSERT INTO {table} SELECT * FROM kept.{table}")).await;
        }
    }
}

pub fn live(audited: &Audited) -> (i32, Value) {
    audited.run(&["verify", "--live", "--key", &audited.key])
}

/// The first problem is about this position.
pub fn assert_found(audited: &Audited, position: i64, what: &str) {
    let (code, verdict) = live(audited);
    assert_eq!((code, &verdict["verified"]), (1, &json!(false)), "{what}: {verdict:#}");
    let named = |problem: &Value| {
        let (from, to) = (problem["position"].as_i64(), problem["to_position"].as_i64());
        from.is_some_and(|from| (from..=to.unwrap_or(from)).contains(&position))
    };
    assert!(named(&verdict["problems"][0]), "{what}: {verdict:#}");
}

#[tokio::test]
async fn every_change_of_a_sealed_row_is_found_with_its_position() {
    let audited = Audited::new("rows").await;
    let tables = Tables::keep(&audited).await;
    assert_eq!(live(&audited).0, 0);
    let at = |position: i64| {
        [
            "aggregate_type = 'team'".to_owned(),
            "aggregate_type = NULL".to_owned(),
            "aggregate_id = aggregate_id || '0'".to_owned(),
            "sequence = sequence + 100".to_owned(),
            "event_type = event_type || 'x'".to_owned(),
            "event_version = '2'".to_owned(),
            // The same JSON in other bytes.
            "payload = (payload::text || ' ')::json".to_owned(),
            "payload = NULL".to_owned(),
            "metadata = replace(metadata::text, ':', ' :')::json".to_owned(),
            "event_id = '00000000-0000-0000-0000-000000000000'".to_owned(),
            "event_id = NULL".to_owned(),
            "command_id = '00000000-0000-0000-0000-000000000000'".to_owned(),
            "occurred_at = occurred_at - interval '1 microsecond'".to_owned(),
            "occurred_at = 'infinity'".to_owned(),
            "recorded_at = recorded_at + interval '1 microsecond'".to_owned(),
        ]
        .map(|set| (position, format!("UPDATE events SET {set} WHERE position = {position}")))
    };
    let columns = [at(3), at(9)].concat();
    let whole = [
        (5, "DELETE FROM events WHERE position = 5"),
        (5, "INSERT INTO events SELECT * FROM events WHERE position = 5"),
        (-1, "INSERT INTO events SELECT -1, aggregate_type, aggregate_id, 99, event_type, event_version, payload, metadata, event_id, command_id, occurred_at, recorded_at FROM events WHERE position = 5"),
        (5, "UPDATE events SET position = CASE position WHEN 5 THEN 6 ELSE 5 END WHERE position IN (5, 6)"),
        (6, "UPDATE events SET position = position + 1 WHERE position > 5; INSERT INTO events SELECT 6, aggregate_type, aggregate_id, 99, event_type, event_version, payload, metadata, event_id, command_id, occurred_at, recorded_at FROM events WHERE position = 5; UPDATE head SET position = position + 1"),
        (5, "DELETE FROM events WHERE position = 5; UPDATE events SET position = position - 1 WHERE position > 5; UPDATE head SET position = position - 1"),
    ]
    .map(|(position, sql)| (position, sql.to_owned()));
    for (position, sql) in columns.into_iter().chain(whole) {
        tables.change(&sql).await;
        assert_found(&audited, position, &sql);
        tables.restore().await;
    }
    let last = audited.world.acme.log.head().await.unwrap().position;
    let sql = "DELETE FROM events WHERE position > 10; UPDATE head SET position = 10";
    tables.change(sql).await;
    assert_found(&audited, 11, sql);
    tables.restore().await;
    let sql = format!(
        "INSERT INTO events SELECT {last} + 1, aggregate_type, aggregate_id, 99, event_type, event_version, payload, metadata, event_id, command_id, occurred_at, recorded_at FROM events WHERE position = 5"
    );
    tables.change(&sql).await;
    assert_found(&audited, i64::try_from(last + 1).unwrap(), &sql);
    tables.restore().await;
    let (code, verdict) = audited.run(&["verify", "--live", "--key", &audited.key]);
    assert_eq!((code, &verdict["read_model_differences"]), (0, &json!(0)), "restored, all is well: {verdict:#}");
}

#[tokio::test]
async fn a_change_of_the_tree_or_of_a_checkpoint_is_not_taken_for_one_of_a_row() {
    let audited = Audited::new("tree").await;
    let tables = Tables::keep(&audited).await;
    let flip = |what: &str, at: u32| {
        format!("UPDATE {what} SET edge[1] = set_byte(edge[1], {at}, get_byte(edge[1], {at}) # 1)")
    };
    tables.change(&flip("tree_head", 32 * 4 + 7)).await;
    let (code, verdict) = live(&audited);
    assert_eq!(code, 1);
    let first = &verdict["problems"][0];
    assert_eq!(first["position"], 5, "{verdict:#}");
    assert!(first["problem"].as_str().unwrap().contains("the tree's leaf was changed"), "{first}");
    tables.restore().await;
    for sql in [
        "UPDATE seals SET note = overlay(note PLACING 'x' FROM 3)",
        "UPDATE seals SET root = set_byte(root, 3, get_byte(root, 3) # 1)",
        "UPDATE seals SET note = replace(note, split_part(note, E'\\n', 2) || E'\\n', '1' || E'\\n')",
    ] {
        tables.change(sql).await;
        let (code, verdict) = live(&audited);
        assert_eq!((code, &verdict["verified"]), (1, &json!(false)), "{sql}: {verdict:#}");
        tables.restore().await;
    }
}

/// Everything at once: the row, its leaf, the tree, and a new start of the sealing, as far as it goes without the key.
#[tokio::test]
async fn a_past_that_was_rewritten_everywhere_in_the_database_is_told_by_the_files() {
    let audited = Audited::new("rewritten").await;
    let tables = Tables::keep(&audited).await;
    tables
        .change(
            "UPDATE events SET payload = '{}' WHERE position = 5; DELETE FROM tree; DELETE FROM seals;
             UPDATE tree_head SET size = 0, edge = '{}'",
        )
        .await;
    let without = event_store::tree::SealSettings { directory: None, ..audited.sealer.settings().clone() };
    let accomplice = event_store::tree::Sealer::new(audited.world.app.desk.store().clone(), without);
    accomplice.settle(&audited.world.acme.log).await.unwrap();
    let (code, verdict) = live(&audited);
    assert_eq!(code, 1, "{verdict:#}");
    let told = verdict["problems"].as_array().unwrap().iter().any(|problem| {
        let text = problem["problem"].as_str().unwrap();
        let (from, to) = (problem["position"].as_i64().unwrap(), problem["to_position"].as_i64().unwrap_or(0));
        text.contains("2026-11.txt") && (from..=to).contains(&5)
    });
    assert!(told, "{verdict:#}");
}

#[tokio::test]
async fn a_read_model_that_was_changed_is_told_and_is_no_problem_of_the_log() {
    let audited = Audited::new("models").await;
    audited.world.settle().await;
    let client = audited.world.superuser().await;
    let sql = "SELECT relname::text FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
               WHERE nspname = 'tenant_acme' AND relname ~ '^tickets_g[0-9]+$'";
    let table: String = client.query_one(sql, &[]).await.unwrap().get(0);
    client.batch_execute(&format!("UPDATE tenant_acme.{table} SET priority = 'low'")).await.unwrap();
    let (code, verdict) = audited.run(&["verify", "--live"]);
    assert_eq!((code, &verdict["problem_count"]), (1, &json!(0)), "{verdict:#}");
    assert_eq!(verdict["read_model_differences"], 3, "{verdict:#}");
}
