//! Any change of any sealed row, made by chance: found where the rows are, and in what is exported of them.

use serde_json::{Value, json};
use tests::{SeededRandom, tools};

use crate::{
    Audited,
    tampering::{Tables, assert_found, live},
};

const TEXTS: [&str; 6] = ["aggregate_type", "aggregate_id", "event_type", "event_version", "payload", "metadata"];
const UUIDS: [&str; 2] = ["event_id", "command_id"];
const TIMES: [&str; 2] = ["occurred_at", "recorded_at"];
const COLUMNS: usize = TEXTS.len() + UUIDS.len() + TIMES.len() + 1;
/// Of each column; of whole rows as many.
const ROUNDS: usize = 4;

/// A text with one byte changed, removed, put in or swapped with the next, or cut.
fn mutated(text: &str, random: &SeededRandom) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let at = random.below(bytes.len());
    match random.below(5) {
        0 => bytes[at] ^= 1,
        1 => drop(bytes.remove(at)),
        2 => bytes.insert(at, b' '),
        3 => bytes.swap(at, (at + 1) % text.len()),
        _ => bytes.truncate(at),
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Sets a column of a row to something else. JSON that is none any more is not taken by the database: another is tried.
async fn change(tables: &Tables, random: &SeededRandom, column: usize, position: i64) -> String {
    let update =
        |column: &str, value: &str| format!("UPDATE events SET {column} = {value} WHERE position = {position}");
    let Some(name) = TEXTS.get(column) else {
        let rest = column - TEXTS.len();
        let sql = match (UUIDS.get(rest), TIMES.get(rest.saturating_sub(UUIDS.len()))) {
            (Some(name), _) => {
                let (byte, bit) = (random.below(16), 1 << random.below(8));
                let bytes = format!("uuid_send({name})");
                let changed = format!("set_byte({bytes}, {byte}, get_byte({bytes}, {byte}) # {bit})");
                update(name, &format!("encode({changed}, 'hex')::uuid"))
            }
            (None, Some(name)) => update(name, &format!("{name} + interval '{} microseconds'", random.below(9) + 1)),
            (None, None) => update("sequence", &format!("sequence + {}", random.below(1000) + 1)),
        };
        tables.change(&sql).await;
        return sql;
    };
    let read = format!("SELECT {name}::text FROM events WHERE position = {position}");
    let old: String = tables.0.query_one(&read, &[]).await.unwrap().get(0);
    loop {
        let new = mutated(&old, random);
        let sql = update(name, &format!("'{}'", new.replace('\'', "''")));
        if new != old && tables.0.batch_execute(&sql).await.is_ok() {
            return sql;
        }
    }
}

#[tokio::test]
async fn any_column_of_any_row_that_changes_is_found_by_everybody() {
    let audited = Audited::new("chance").await;
    let tables = Tables::keep(&audited).await;
    let random = SeededRandom::named("columns");
    let size = usize::try_from(audited.world.acme.log.head().await.unwrap().position).unwrap();
    let (mut cases, mut expected) = (vec![], vec![]);
    for round in 0..ROUNDS {
        for column in 0..COLUMNS {
            let position = i64::try_from(random.below(size) + 1).unwrap();
            let sql = change(&tables, &random, column, position).await;
            assert_found(&audited, position, &sql);
            if round == 0 {
                let file = format!("{column}.bundle");
                audited.export(&file, &[]);
                let (code, verdict) = audited.verify(&file, &[]);
                assert_eq!((code, &verdict["problems"][0]["position"]), (1, &json!(position)), "{sql}: {verdict:#}");
                cases.push(json!({"file": audited.path(&file), "keys": [audited.key]}).to_string());
                expected.push((position, sql));
            }
            tables.restore().await;
        }
    }
    let mut second = tools::python("verify_bundle.py");
    second.arg("--batch");
    let verdicts = tools::output(second, &cases.join("\n")).await;
    let verdicts: Vec<Value> = verdicts.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(verdicts.len(), COLUMNS);
    for (verdict, (position, sql)) in verdicts.iter().zip(expected) {
        assert_eq!((&verdict["verified"], &verdict["position"]), (&json!(false), &json!(position)), "{sql}: {verdict}");
    }
    assert_eq!(live(&audited).0, 0, "restored, all is well");
}

const COPIED: &str = "aggregate_type, aggregate_id, sequence, event_type, event_version, payload, metadata, event_id, \
                      command_id, occurred_at, recorded_at";

#[tokio::test]
async fn any_row_that_is_removed_put_in_swapped_or_cut_off_is_found() {
    let audited = Audited::new("whole-rows").await;
    let tables = Tables::keep(&audited).await;
    let random = SeededRandom::named("rows");
    let size = usize::try_from(audited.world.acme.log.head().await.unwrap().position).unwrap();
    for _ in 0..ROUNDS {
        let (first, second) = (random.below(size - 1) + 1, random.below(size - 1) + 1);
        let (first, second) = (first.min(second), first.max(second) + 1);
        let head = "UPDATE head SET position = (SELECT coalesce(max(position), 0) FROM events)";
        for (position, sql) in [
            (first, format!("DELETE FROM events WHERE position = {first}")),
            (first, format!("DELETE FROM events WHERE position >= {first}")),
            (first, format!("DELETE FROM events WHERE position >= {first}; {head}")),
            (
                first,
                format!(
                    "DELETE FROM events WHERE position = {first}; UPDATE events SET position = position - 1 WHERE position > {first}; {head}"
                ),
            ),
            (
                first,
                format!(
                    "UPDATE events SET position = {first} + {second} - position WHERE position IN ({first}, {second})"
                ),
            ),
            (first, format!("INSERT INTO events SELECT {first}, {COPIED} FROM events WHERE position = {second}")),
            (
                first,
                format!(
                    "UPDATE events SET position = position + 1 WHERE position >= {first}; INSERT INTO events SELECT {first}, {COPIED} FROM events WHERE position = {second} + 1; {head}"
                ),
            ),
            (
                second,
                format!(
                    "UPDATE events SET ({COPIED}) = (SELECT {COPIED} FROM events WHERE position = {first}) WHERE position = {second}"
                ),
            ),
        ] {
            tables.change(&sql).await;
            assert_found(&audited, i64::try_from(position).unwrap(), &sql);
            tables.restore().await;
        }
    }
    assert_eq!(live(&audited).0, 0, "restored, all is well");
}
