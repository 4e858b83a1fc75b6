//! The search for them: every table of every schema, every file, every answer.

use std::path::Path;

use event_store::{driver::Client, tree::SealSettings};
use futures_util::TryStreamExt;
use serde_json::{Value, json};
use tests::{Api, World};

use super::{AGENT, CUSTOMER, EMAIL, Life, erase, live};
use crate::{
    operations::operations,
    proof::asking::{key, verified},
    read_models::assert_true,
};

/// Which of the words are in a text, as they are or as hexadecimal digits.
pub fn found<'a>(text: &str, words: impl IntoIterator<Item = &'a &'a str>) -> Vec<&'a str> {
    let text = text.to_lowercase();
    words.into_iter().filter(|word| text.contains(**word) || text.contains(&hex::encode(word))).copied().collect()
}

fn all() -> impl Iterator<Item = &'static &'static str> {
    CUSTOMER.iter().chain(AGENT)
}

/// Every row of every table of the database, by table: as COPY gives it, with what is stored out of line.
pub async fn tables(superuser: &Client) -> Vec<(String, String)> {
    let sql = "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
               WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1";
    let mut tables = vec![];
    for row in superuser.query(sql, &[]).await.unwrap() {
        let name: String = row.get(0);
        let rows = superuser.copy_out(&format!("COPY {name} TO STDOUT")).await.unwrap();
        let bytes = rows.try_fold(vec![], async |mut all, chunk| {
            all.extend_from_slice(&chunk);
            Ok(all)
        });
        tables.push((name, String::from_utf8(bytes.await.unwrap()).unwrap()));
    }
    tables
}

/// What the planner remembers of the columns.
async fn statistics(superuser: &Client) -> String {
    let rows = superuser.query("SELECT s::text FROM pg_stats s WHERE schemaname LIKE 'tenant%'", &[]).await.unwrap();
    rows.iter().map(|row| row.get::<_, String>(0)).collect()
}

/// What the files of all indexes hold, as it stands on the disk.
async fn indexes(superuser: &Client) -> Vec<(String, String)> {
    superuser.batch_execute("CHECKPOINT").await.unwrap();
    let sql = "SELECT oid::regclass::text, current_setting('data_directory') || '/' || pg_relation_filepath(oid)
               FROM pg_class WHERE relkind = 'i' AND relnamespace::regnamespace::text !~ '^(pg_|information_schema)'";
    let rows = superuser.query(sql, &[]).await.unwrap();
    let read = |path: &str| String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned();
    rows.iter().map(|row| (row.get(0), read(row.get(1)))).collect()
}

fn files(directory: &Path) -> Vec<(String, String)> {
    let mut files = vec![];
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(self::files(&path));
        } else {
            let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
            files.push((path.display().to_string(), text));
        }
    }
    files
}

/// Whatever can be read of them over HTTP: every operation that reads, about each of their things, now and as of then.
async fn answers(api: &Api, life: &Life) -> Vec<(String, String)> {
    let mut paths = vec![];
    for operation in operations().iter().filter(|operation| operation.method == "GET" && operation.id != "streamEvents")
    {
        match operation.collection() {
            None => paths.push(operation.least_path()),
            Some("tickets") => paths.extend(life.tickets.iter().map(|id| operation.path_of(id))),
            Some("customers" | "erasures") => paths.push(operation.path_of(&life.customer)),
            Some("agents") => paths.push(operation.path_of(&life.agent)),
            Some("webhooks") => paths.push(operation.path_of(&life.webhook)),
            Some(_) => {}
        }
    }
    for delivery in api.all(&format!("/api/webhooks/{}/deliveries", life.webhook)).await {
        paths.push(format!("/api/webhooks/{}/deliveries/{}", life.webhook, delivery["id"].as_str().unwrap()));
    }
    paths.push("/api/tickets?q=flamingo".to_owned());
    paths.push(format!("/api/customers?filter[email]={EMAIL}"));
    for kind in ["tickets", "customers", "agents"] {
        paths.extend(["csv", "json"].map(|format| format!("/api/reports?type={kind}&format={format}")));
    }
    let mut answers = vec![];
    for path in paths {
        let answer = api.get(&path).header("user-agent", "test").await;
        assert!(answer.status < 500, "{path}: {}", answer.text);
        // What was searched for comes back in links.
        let text = answer.text.replace("q=flamingo", "").replace("zebediah%40quackenbush.example", "");
        answers.push((path, text));
    }
    answers
}

pub fn assert_gone(places: &[(String, String)]) {
    let left: Vec<_> = places
        .iter()
        .filter_map(|(place, text)| {
            let words = found(text, all());
            (!words.is_empty()).then(|| format!("{place}: {words:?}"))
        })
        .collect();
    assert!(left.is_empty(), "still there:\n{}", left.join("\n"));
}

pub async fn numbers(api: &Api) -> Vec<Value> {
    let mut analytics = api.get("/api/analytics?from=2020-01-01").await.expect(200).body;
    // The log is longer by what says so, and who was erased does not work here any more.
    analytics["as_of"].take();
    analytics["metrics"]["agents"]["enabled"].take();
    let mut numbers = vec![analytics];
    for kind in ["tickets", "customers", "agents"] {
        let list = api.get(&format!("/api/{kind}?include=total_count")).await.expect(200);
        numbers.push(list["meta"]["total_count"].clone());
    }
    numbers
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_of_an_erased_person_is_left_anywhere_and_everything_else_is_as_it_was() {
    let mut world = World::new().await;
    let directory = std::env::temp_dir().join(format!("ledgerdesk-erasure-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&directory);
    let sealing = SealSettings { directory: Some(directory.clone()), ..world.app.sealer.settings().clone() };
    world.app = world.app.clone().with_sealing(sealing);
    world.acme.api = world.acme().at(&world.serve(world.app.clone()).await);
    let theirs = world.globex.ticket("Zirconium").await;
    let life = live(&world).await;
    world.app.sealer.settle(&world.acme.log).await.unwrap();
    let other = world.another_process().await;
    let superuser = world.superuser().await;

    // They were there: every word, in some table or answer; and another process has them in its memory.
    let before: String =
        tables(&superuser).await.into_iter().chain(answers(other.acme(), &life).await).map(|(_, text)| text).collect();
    assert_eq!(found(&before, all()).len(), CUSTOMER.len() + AGENT.len(), "{:?}", found(&before, all()));
    let indexed: String = indexes(&superuser).await.into_iter().map(|(_, bytes)| bytes).collect();
    assert!(found(&indexed, CUSTOMER).contains(&"flamingo") && found(&indexed, AGENT).contains(&"xanthippe"));
    let reopened = json!({"priority": "low"});
    let _ = other.acme().patch(&format!("/api/tickets/{}", life.ticket), reopened).await.expect(200);
    let _ = world.app.webhooks.settle(&world.acme.log).await.unwrap();
    let numbers_before = numbers(world.acme()).await;
    let sealed_before = world.app.sealer.settle(&world.acme.log).await.unwrap();
    let proof_before = world.acme().get("/api/proof/inclusion?position=5").await.expect(200);
    life.receiver.take();

    let [customer, agent] = erase(&world, &life).await;
    assert!(customer["completed_at"].is_string() && agent["completed_at"].is_string(), "{}", customer.text);
    world.app.webhooks.settle(&world.acme.log).await.unwrap();
    world.app.sealer.settle(&world.acme.log).await.unwrap();

    let told = life.receiver.take();
    let events: Vec<_> = told.iter().map(|told| told.body["event"].as_str().unwrap().to_owned()).collect();
    for event in ["customer.erased", "agent.erased"] {
        assert!(events.iter().any(|told| told == event), "{events:?}");
    }
    let bodies: Vec<_> = told.iter().map(|told| ("webhook".to_owned(), told.body.to_string())).collect();
    assert_gone(&bodies);
    let rows: Vec<_> = tables(&superuser).await.into_iter().filter(|(name, _)| !name.contains("globex")).collect();
    assert_gone(&rows);
    let rows: Vec<_> = indexes(&superuser).await.into_iter().filter(|(name, _)| !name.contains("globex")).collect();
    assert_gone(&rows);
    assert_gone(&[("pg_stats".to_owned(), statistics(&superuser).await)]);
    assert_gone(&files(&directory));
    assert_gone(&answers(world.acme(), &life).await);
    // What every process does once a second.
    other.settle().await;
    assert_gone(&answers(other.acme(), &life).await);
    assert_eq!(theirs["title"], "Zirconium", "another tenant's customer is another person");

    assert!(numbers(world.acme()).await == numbers_before);
    assert_true(&world.acme).await;
    tests::rebuild(&world.acme.log).await;
    assert_true(&world.acme).await;
    assert!(numbers(world.acme()).await == numbers_before);
    let public = key(world.acme()).await;
    assert_eq!(verified(&public, &proof_before), [5]);
    for position in 1..=sealed_before {
        let proof = world.acme().get(&format!("/api/proof/inclusion?position={position}")).await.expect(200);
        assert_eq!(verified(&public, &proof), [position]);
    }
    std::fs::remove_dir_all(&directory).unwrap();
}
