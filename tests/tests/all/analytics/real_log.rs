use std::{fs::File, ops::ControlFlow};

use commands::import::{Importer, Mapping};
use serde_json::{Value, json};
use tests::{World, tools};

use super::{agreed, number, reader};

const MAPPING: &str = include_str!("../../../../examples/helpdesk-2010-2014.mapping.toml");
const SPRING: (&str, &str) = ("2012-03-01T00:00:00+00:00", "2012-06-01T00:00:00+00:00");

/// What a program that shares nothing with ours makes of the file.
async fn second_opinion(file: &str, period: Option<(&str, &str)>) -> Value {
    let mut python = tools::python("analytics.py");
    python.arg(file).args(period.iter().flat_map(|(from, to)| [from, to]));
    serde_json::from_str(&tools::output(python, "").await).unwrap()
}

#[tokio::test]
async fn the_numbers_of_a_real_log_are_those_that_another_program_finds() {
    let Ok(file) = std::env::var("LEDGERDESK_HELPDESK_LOG") else {
        println!("skipped: LEDGERDESK_HELPDESK_LOG is not set");
        return;
    };
    let (all, spring) = (second_opinion(&file, None).await, second_opinion(&file, Some(SPRING)).await);
    let world = World::new().await;
    let importer = Importer::read(&Mapping::parse(MAPPING).unwrap(), File::open(file).unwrap(), None::<&[u8]>).unwrap();
    importer.run(&world.acme.log, &*world.clock, &|_| ControlFlow::Continue(())).await.unwrap();
    world.settle().await;

    let analytics = agreed(&world, &world.acme).await;
    same(&analytics, &all);
    let (from, to) = SPRING;
    let narrowed =
        world.acme().get(&format!("/api/analytics?from={from}&to={to}").replace('+', "%2B")).await.expect(200).body;
    same(&narrowed, &spring);
    let days = narrowed["trends"]["ticket_volume"].as_array().unwrap();
    assert_eq!(days[29]["date"], "2012-05-31");
    for day in days {
        let date = day["date"].as_str().unwrap();
        let expected = |of: &str| spring[of].get(date).cloned().unwrap_or(json!(0));
        let (created, resolved) = (expected("created_by_day_utc"), expected("resolved_by_day_utc"));
        assert_eq!((&day["created"], &day["resolved"]), (&created, &resolved), "{date}");
        assert_eq!(day["backlog"], spring["backlog_by_day_utc"][date], "{date}");
    }
    assert_eq!(analytics["metrics"]["agents"]["active"], 0, "nobody has worked since 2014");

    let sql = reader(&world, &world.acme).await;
    assert_eq!(Some(number(&sql, "SELECT count(*) FROM status_changes").await), all["status_changes"].as_i64());
    assert_eq!(Some(number(&sql, "SELECT sum(reopens)::bigint FROM tickets").await), all["reopens"].as_i64());
    assert_eq!(Some(number(&sql, "SELECT count(DISTINCT customer_id) FROM tickets").await), Some(395));
    for row in sql.query("SELECT day::text, created, resolved FROM daily", &[]).await.unwrap() {
        let (day, created, resolved): (String, i64, i64) = (row.get(0), row.get(1), row.get(2));
        let expected = |of: &str| all[of].get(&day).and_then(Value::as_i64).unwrap_or(0);
        assert_eq!((created, resolved), (expected("created_by_day_utc"), expected("resolved_by_day_utc")), "{day}");
    }
    assert_eq!(agreed(&world, &world.globex).await["metrics"]["tickets"]["total"], 0);
}

fn same(analytics: &Value, expected: &Value) {
    let (metrics, performance) = (&analytics["metrics"], &analytics["metrics"]["performance"]);
    assert_eq!(metrics["tickets"], expected["tickets"]);
    for key in ["avg_resolution_time", "avg_resolution_time_seconds", "resolution_time"] {
        assert_eq!(performance[key], expected[key], "{key}");
    }
    for (spread, mean) in [
        ("first_resolution_time", "avg_first_resolution_time_seconds"),
        ("customer_wait_time", "avg_customer_wait_time_seconds"),
    ] {
        for key in ["n", "median_seconds", "p90_seconds", "p95_seconds"] {
            assert_eq!(performance[spread][key], expected[spread][key], "{spread} {key}");
        }
        assert_eq!(performance[mean], expected[spread]["mean"], "{mean}");
    }
    assert_eq!(performance["reopens"], expected["reopens"]);
    assert_eq!(metrics["backlog"]["total"], expected["backlog"]);
    assert_eq!(metrics["agents"]["total"], expected["agents"]);
    assert_eq!(metrics["agents"]["avg_tickets_per_agent"], expected["avg_tickets_per_agent"]);
    assert_eq!(performance["response_time"]["n_null"], expected["unanswered"]);
    assert_eq!(performance["first_contact"]["n_null"], expected["resolved_without_reply"]);
    for unknown in ["avg_response_time", "avg_next_response_time", "first_contact_resolution", "customer_satisfaction"]
    {
        assert_eq!(performance[unknown], Value::Null, "the log has no messages and no ratings");
    }
}
