//! The numbers, and that lists, reports, SQL and another program come to the same.
#![expect(clippy::unwrap_used, reason = "this is a test; what it sets up must work")]

mod numbers;
mod real_log;
mod reports;
mod sql;

use std::collections::BTreeMap;

use serde_json::Value;
use tests::{Api, Tenant, World};
use tokio_postgres::{Client, NoTls};

/// A connection as the reader of a tenant's views, and nothing more.
pub async fn reader(world: &World, tenant: &Tenant) -> Client {
    let reader = projections::analytics::reader(&tenant.log).await.unwrap().expect("installed views");
    let mut login: tokio_postgres::Config = world.database.superuser_url.parse().unwrap();
    login.user(&reader.role);
    let (client, connection) = login.connect(NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

pub async fn number(client: &Client, sql: &str) -> i64 {
    client.query_one(sql, &[]).await.unwrap_or_else(|error| panic!("{sql}: {error:?}")).get(0)
}

/// A report as CSV: its records by column.
async fn csv(api: &Api, report: &str, period: &str) -> Vec<BTreeMap<String, String>> {
    let answer = api.get(&format!("/api/reports?report={report}&format=csv{period}")).await.expect(200);
    let mut reader = csv::Reader::from_reader(answer.text.as_bytes());
    reader.deserialize().map(|record| record.unwrap()).collect()
}

fn sum(records: &[BTreeMap<String, String>], column: &str) -> u64 {
    records.iter().map(|record| record[column].parse::<u64>().unwrap()).sum()
}

fn filled(records: &[BTreeMap<String, String>], column: &str) -> u64 {
    records.iter().filter(|record| !record[column].is_empty()).count() as u64
}

fn total(lines: &Value, column: &str) -> u64 {
    lines.as_array().unwrap().iter().map(|line| line[column].as_u64().unwrap()).sum()
}

/// Lists, reports in both formats and the SQL views come to the numbers of analytics; gives these.
async fn agreed(world: &World, tenant: &Tenant) -> Value {
    let api = &tenant.api;
    let analytics = api.get("/api/analytics").await.expect(200).body;
    let (tickets, performance) = (&analytics["metrics"]["tickets"], &analytics["metrics"]["performance"]);
    let count = |value: &Value| value.as_u64().unwrap();
    assert_eq!(
        count(&tickets["total"]),
        count(&tickets["open"]) + count(&tickets["in_progress"]) + count(&tickets["resolved"])
    );

    for (filter, expected) in [
        ("", "total"),
        ("filter[status]=open", "open"),
        ("filter[status]=in_progress,pending", "in_progress"),
        ("filter[status]=pending", "pending"),
        ("filter[status]=resolved,closed", "resolved"),
        ("filter[status]=closed", "closed"),
    ] {
        let list = api.get(&format!("/api/tickets?limit=1&include=total_count&{filter}")).await.expect(200);
        assert_eq!(list["meta"]["total_count"], tickets[expected], "{filter}");
    }
    let gone = api.get("/api/tickets?limit=1&include=total_count&filter[deleted]=only").await.expect(200);
    assert_eq!(gone["meta"]["total_count"], analytics["excluded"]["deleted"]);

    let (lines, people, customers) =
        (csv(api, "tickets", "").await, csv(api, "agents", "").await, csv(api, "customers", "").await);
    assert_eq!(lines.len() as u64, count(&tickets["total"]));
    assert_eq!(filled(&lines, "first_response_seconds"), count(&performance["response_time"]["n"]));
    assert_eq!(filled(&lines, "resolution_seconds"), count(&performance["resolution_time"]["n"]));
    assert_eq!(filled(&lines, "first_resolution_seconds"), count(&performance["first_resolution_time"]["n"]));
    assert_eq!(filled(&lines, "customer_wait_seconds"), count(&performance["customer_wait_time"]["n"]));
    let backlog = count(&analytics["metrics"]["backlog"]["total"]);
    assert_eq!(backlog, count(&tickets["open"]) + count(&tickets["in_progress"]), "of all time, the same");
    assert_eq!(sum(&people, "open"), backlog);
    let last = analytics["trends"]["ticket_volume"].as_array().unwrap().last().unwrap();
    assert_eq!(last["backlog"], backlog);
    assert_eq!(filled(&lines, "rating"), count(&performance["satisfaction"]["n"]));
    assert_eq!(filled(&lines, "first_contact"), count(&performance["first_contact"]["n"]));
    let settled = lines.iter().filter(|line| line["first_contact"] == "true").count() as u64;
    assert_eq!(settled, count(&performance["first_contact"]["resolved"]));
    assert_eq!(people.len() as u64, count(&analytics["metrics"]["agents"]["total"]) + 1, "and nobody");
    assert_eq!(sum(&people, "assigned"), count(&tickets["total"]));
    assert_eq!(sum(&people, "resolved"), count(&performance["resolution_time"]["n"]));
    assert_eq!(sum(&people, "first_responses"), count(&performance["response_time"]["n"]));
    assert_eq!(sum(&people, "ratings"), count(&performance["satisfaction"]["n"]));
    assert_eq!(sum(&people, "replies"), sum(&lines, "agent_replies"));
    assert_eq!(sum(&customers, "tickets"), count(&tickets["total"]));
    assert_eq!(sum(&customers, "open"), count(&tickets["open"]) + count(&tickets["in_progress"]));
    assert_eq!(sum(&customers, "ratings"), count(&performance["satisfaction"]["n"]));

    for (report, records) in [("tickets", &lines), ("agents", &people), ("customers", &customers)] {
        let drawn = api.get(&format!("/api/reports?report={report}")).await.expect(200);
        assert_eq!(drawn["data"].as_array().unwrap().len(), records.len(), "{report}");
        assert_eq!(drawn["as_of"]["position"], analytics["as_of"]["position"]);
        if report == "agents" {
            assert_eq!(total(&drawn["data"], "replies"), sum(records, "replies"));
        }
    }
    in_sql(world, tenant, &analytics, sum(&lines, "agent_replies") + sum(&lines, "customer_replies")).await;
    analytics
}

async fn in_sql(world: &World, tenant: &Tenant, analytics: &Value, replies: u64) {
    let sql = reader(world, tenant).await;
    let (tickets, performance) = (&analytics["metrics"]["tickets"], &analytics["metrics"]["performance"]);
    for (query, expected) in [
        ("SELECT count(*) FROM tickets", &tickets["total"]),
        ("SELECT count(*) FROM tickets WHERE status IN ('resolved', 'closed')", &tickets["resolved"]),
        ("SELECT count(*) FROM tickets WHERE status IN ('in_progress', 'pending')", &tickets["in_progress"]),
        ("SELECT count(first_response_seconds) FROM tickets", &performance["response_time"]["n"]),
        ("SELECT count(resolution_seconds) FROM tickets", &performance["resolution_time"]["n"]),
        ("SELECT count(first_resolution_seconds) FROM tickets", &performance["first_resolution_time"]["n"]),
        ("SELECT count(customer_wait_seconds) FROM tickets", &performance["customer_wait_time"]["n"]),
        ("SELECT count(unanswered_since) FROM tickets", &performance["next_response_time"]["n_null"]),
        ("SELECT coalesce(sum(reopens), 0)::bigint FROM tickets", &performance["reopens"]),
        (
            "SELECT coalesce((SELECT backlog FROM daily ORDER BY day DESC LIMIT 1), 0)",
            &analytics["metrics"]["backlog"]["total"],
        ),
        ("SELECT count(*) FROM tickets WHERE first_contact", &performance["first_contact"]["resolved"]),
        (
            "SELECT count(*) FROM (SELECT ticket_id FROM status_changes WHERE from_status IS NULL) AS opened",
            &tickets["total"],
        ),
        ("SELECT coalesce(sum(created), 0)::bigint FROM daily", &tickets["total"]),
        ("SELECT coalesce(sum(resolved), 0)::bigint FROM daily", &performance["resolution_time"]["n"]),
        ("SELECT coalesce(sum(first_responses), 0)::bigint FROM daily", &performance["response_time"]["n"]),
        ("SELECT coalesce(sum(ratings), 0)::bigint FROM daily", &performance["satisfaction"]["n"]),
    ] {
        assert_eq!(Some(number(&sql, query).await), expected.as_i64(), "{query}");
    }
    assert_eq!(number(&sql, "SELECT count(*) FROM replies").await, i64::try_from(replies).unwrap());
    let now = "SELECT count(*) FROM tickets t WHERE status = (SELECT to_status FROM status_changes c
                   WHERE c.ticket_id = t.ticket_id ORDER BY sequence DESC LIMIT 1)";
    assert_eq!(Some(number(&sql, now).await), tickets["total"].as_i64(), "the last change says how it stands");
}
