use chrono::TimeDelta;
use commands::api_keys::KeyGrant;
use commands::tenants::NewTenant;
use domain::tenant::Plan;
use serde_json::{Value, json};
use tests::{Tenant, World};

use super::agreed;

async fn reply(tenant: &Tenant, ticket: &Value, agent: Option<&str>) {
    let path = format!("/api/tickets/{}/messages", ticket.as_str().unwrap());
    let _ = tenant.api.post(&path, json!({"body": "Please try again.", "agent_id": agent})).await.expect(201);
}

async fn change(tenant: &Tenant, ticket: &Value, changes: Value) {
    let _ = tenant.api.patch(&format!("/api/tickets/{}", ticket.as_str().unwrap()), changes).await.expect(200);
}

async fn rate(tenant: &Tenant, ticket: &Value, score: u8) {
    let path = format!("/api/tickets/{}/rating", ticket.as_str().unwrap());
    let _ = tenant.api.put(&path, json!({"score": score})).await.expect(200);
}

/// Two agents and seven tickets, of which one is deleted.
async fn life(world: &World, tenant: &Tenant) {
    let (eve, adam) = (tenant.agent("Eve").await.id(), tenant.agent("Adam").await.id());
    let _ = tenant.agent("Idle").await;
    let mut tickets = vec![];
    for title in ["settled", "to and fro", "waits", "in work", "new", "deleted", "closed"] {
        tickets.push(tenant.ticket(title).await["id"].clone());
    }
    change(tenant, &tickets[0], json!({"assignee_id": eve})).await;
    change(tenant, &tickets[1], json!({"assignee_id": adam})).await;
    change(tenant, &tickets[2], json!({"status": "pending"})).await;
    change(tenant, &tickets[3], json!({"status": "in_progress"})).await;
    let _ = tenant.api.delete(&format!("/api/tickets/{}", tickets[5].as_str().unwrap())).await.expect(204);
    world.pass(TimeDelta::hours(1));
    reply(tenant, &tickets[1], Some(&eve)).await;
    change(tenant, &tickets[6], json!({"status": "closed"})).await;
    world.pass(TimeDelta::hours(1));
    reply(tenant, &tickets[0], Some(&eve)).await;
    reply(tenant, &tickets[0], Some(&eve)).await;
    change(tenant, &tickets[0], json!({"status": "resolved"})).await;
    reply(tenant, &tickets[1], None).await;
    world.pass(TimeDelta::hours(1));
    reply(tenant, &tickets[1], Some(&adam)).await;
    change(tenant, &tickets[1], json!({"status": "resolved"})).await;
    rate(tenant, &tickets[0], 5).await;
    rate(tenant, &tickets[1], 3).await;
    rate(tenant, &tickets[1], 4).await;
}

#[tokio::test]
async fn the_numbers_are_those_of_the_guide_and_everybody_agrees() {
    let world = World::new().await;
    let empty = agreed(&world, &world.acme).await;
    assert_eq!(empty["metrics"]["tickets"]["total"], 0);
    assert_eq!(
        empty["metrics"]["agents"],
        json!({"total": 0, "active": 0, "avg_tickets_per_agent": null, "enabled": 0, "per_active_agent": null})
    );
    for unknown in [
        "avg_response_time",
        "avg_response_time_seconds",
        "avg_resolution_time",
        "avg_next_response_time",
        "avg_first_resolution_time",
        "avg_customer_wait_time",
        "first_contact_resolution",
        "customer_satisfaction",
    ] {
        assert!(empty["metrics"]["performance"][unknown].is_null(), "{unknown}");
    }

    life(&world, &world.acme).await;
    let analytics = agreed(&world, &world.acme).await;
    let metrics = &analytics["metrics"];
    assert_eq!(
        metrics["tickets"],
        json!({"total": 6, "open": 1, "in_progress": 2, "resolved": 3, "pending": 1, "closed": 1})
    );
    assert_eq!(
        metrics["agents"],
        json!({"total": 3, "active": 2, "avg_tickets_per_agent": 2, "enabled": 3, "per_active_agent": 1.0})
    );
    let hours = |hours: f64| hours * 3600.0;
    assert_eq!(
        metrics["backlog"],
        json!({"total": 3, "age_median_seconds": hours(3.0), "age_p90_seconds": hours(3.0)})
    );
    let hour = 3600.0;
    assert_eq!(
        metrics["performance"],
        json!({
            "avg_response_time": "1.5 hours",
            "avg_response_time_seconds": 1.5 * hour,
            "response_time": {"median_seconds": 1.5 * hour, "p90_seconds": 1.9 * hour, "p95_seconds": 1.95 * hour, "n": 2, "n_null": 4},
            "avg_next_response_time": "1.0 hours",
            "avg_next_response_time_seconds": hour,
            "next_response_time": {"median_seconds": hour, "p90_seconds": hour, "p95_seconds": hour, "n": 1, "n_null": 0},
            "next_responses": {"by_resolution": 0, "never": 0},
            "avg_resolution_time": "2.0 hours",
            "avg_resolution_time_seconds": 2.0 * hour,
            "resolution_time": {"median_seconds": 2.0 * hour, "p90_seconds": 2.8 * hour, "p95_seconds": 2.9 * hour, "n": 3, "n_null": 3},
            "avg_first_resolution_time": "2.0 hours",
            "avg_first_resolution_time_seconds": 2.0 * hour,
            "first_resolution_time": {"median_seconds": 2.0 * hour, "p90_seconds": 2.8 * hour, "p95_seconds": 2.9 * hour, "n": 3, "n_null": 3},
            "avg_customer_wait_time": "2.0 hours",
            "avg_customer_wait_time_seconds": 2.0 * hour,
            "customer_wait_time": {"median_seconds": 2.0 * hour, "p90_seconds": 2.8 * hour, "p95_seconds": 2.9 * hour, "n": 3, "n_null": 3},
            "reopens": 0,
            "first_contact_resolution": "50%",
            "first_contact_resolution_percent": 50.0,
            "first_contact": {"definition": "one_reply", "resolved": 1, "n": 2, "n_null": 1},
            "customer_satisfaction": "4.5/5",
            "customer_satisfaction_score": 4.5,
            "satisfaction": {"good_percent": 100.0, "n": 2, "n_null": 1},
        })
    );
    assert_eq!(analytics["excluded"], json!({"deleted": 1}));
    assert_eq!((&analytics["timezone"], &analytics["period"]), (&json!("UTC"), &json!({"from": null, "to": null})));
    assert_eq!(analytics["as_of"]["position"], world.acme.log.head().await.unwrap().position);
    trends(&analytics["trends"]);
    assert_eq!(
        agreed(&world, &world.globex).await["metrics"],
        empty["metrics"],
        "another tenant's numbers are its own"
    );
}

fn trends(trends: &Value) {
    let (days, weeks, months) = (&trends["ticket_volume"], &trends["response_times"], &trends["satisfaction_scores"]);
    assert_eq!([days, weeks, months].map(|points| points.as_array().unwrap().len()), [30, 12, 12]);
    assert_eq!(days[29], json!({"date": "2026-11-22", "created": 6, "resolved": 3, "backlog": 3}));
    assert_eq!(days[0], json!({"date": "2026-10-24", "created": 0, "resolved": 0, "backlog": 0}));
    assert_eq!(
        weeks[11],
        json!({"week": "2026-W47", "from": "2026-11-16", "avg_response_time": "1.5 hours", "avg_response_time_seconds": 5400.0, "n": 2})
    );
    assert_eq!(
        weeks[10],
        json!({"week": "2026-W46", "from": "2026-11-09", "avg_response_time": null, "avg_response_time_seconds": null, "n": 0})
    );
    assert_eq!(
        months[11],
        json!({"month": "2026-11", "customer_satisfaction": "4.5/5", "customer_satisfaction_score": 4.5, "n": 2})
    );
    assert_eq!((&months[0]["month"], &months[0]["customer_satisfaction"]), (&json!("2025-12"), &Value::Null));
}

#[tokio::test]
async fn from_and_to_narrow_what_came_in_and_what_was_done() {
    let world = World::new().await;
    life(&world, &world.acme).await;
    let ask = async |period: &str| world.acme().get(&format!("/api/analytics?{period}")).await.expect(200).body;
    let later = ask("from=2026-11-22T09:00:00.000001Z").await;
    assert_eq!(later["metrics"]["tickets"]["total"], 0, "all came in before");
    assert_eq!(later["metrics"]["performance"]["response_time"]["n"], 2, "and were answered later");
    let hour = ask("from=2026-11-22T11:00:00Z&to=2026-11-22T12:00:00Z").await;
    assert_eq!(hour["metrics"]["performance"]["avg_response_time"], "2.0 hours");
    assert_eq!(hour["metrics"]["performance"]["resolution_time"]["n"], 1);
    assert_eq!(hour["metrics"]["performance"]["customer_satisfaction"], Value::Null, "rated at 12:00");
    let day = ask("from=2026-11-22&to=2026-11-22").await;
    assert_eq!(day["period"], json!({"from": "2026-11-22T00:00:00Z", "to": "2026-11-23T00:00:00Z"}));
    let all = ask("").await;
    for part in ["tickets", "performance", "agents"] {
        assert_eq!(day["metrics"][part], all["metrics"][part], "{part}");
    }
    assert_eq!(day["metrics"]["backlog"]["total"], all["metrics"]["backlog"]["total"]);
    let hours = async |to: &str| ask(&format!("to=2026-11-22T{to}Z")).await["metrics"]["backlog"].clone();
    assert_eq!(hours("10:30:00").await, json!({"total": 5, "age_median_seconds": null, "age_p90_seconds": null}));
    assert_eq!(hours("09:00:00").await["total"], 0, "before all came in");
    let before = ask("to=2026-11-21").await;
    assert_eq!((&before["metrics"]["tickets"]["total"], &before["excluded"]["deleted"]), (&json!(0), &json!(0)));
    assert_eq!(before["trends"]["ticket_volume"][29]["date"], "2026-11-21");

    let acme = world.acme();
    for (wrong, parameter) in [
        ("from=yesterday", "from"),
        ("to=2026-13-01", "to"),
        ("from=2026-11-22&to=2026-11-21", "to"),
        ("from=2026-11-22T10:00:00Z&to=2026-11-22T10:00:00Z", "to"),
    ] {
        let refused = acme.get(&format!("/api/analytics?{wrong}")).await.refused(400, "invalid_parameter");
        assert!(refused.names(parameter, "invalid_value"), "{wrong}: {}", refused.text);
    }
    let _ = acme.get("/api/analytics?since=2026-11-22").await.refused(400, "unknown_parameter");
    let reader = world.acme.with_scopes(&["tickets:read", "reports:read"]).await;
    let _ = reader.get("/api/analytics").await.refused(403, "insufficient_scope");
    let analyst = world.acme.with_scopes(&["analytics:read"]).await;
    let _ = analyst.get("/api/analytics").await.expect(200);
}

#[tokio::test]
async fn an_agent_is_active_for_seven_days() {
    let world = World::new().await;
    life(&world, &world.acme).await;
    let active = async || world.acme().get("/api/analytics").await.expect(200)["metrics"]["agents"]["active"].clone();
    world.pass(TimeDelta::days(7) - TimeDelta::hours(1));
    assert_eq!(active().await, 2);
    world.pass(TimeDelta::hours(1));
    assert_eq!(active().await, 1, "Eve's last word was an hour before Adam's, to the microsecond");
}

#[tokio::test]
async fn what_is_rebuilt_has_the_same_numbers() {
    let world = World::new().await;
    life(&world, &world.acme).await;
    let before = agreed(&world, &world.acme).await;
    tests::rebuild(&world.acme.log).await;
    assert_eq!(agreed(&world, &world.acme).await, before);
    projections::install(&world.acme.log).await.unwrap();
    assert_eq!(agreed(&world, &world.acme).await, before);
}

#[tokio::test]
async fn days_begin_where_the_tenant_is() {
    let world = World::new().await;
    let tenant = "initech".parse().unwrap();
    let name = |text: &str| domain::text::Name::try_new(text).unwrap();
    // Fourteen hours ahead of UTC.
    let (plan, time_zone) = (Plan::Enterprise, chrono_tz::Pacific::Kiritimati);
    let teams = std::collections::BTreeSet::new();
    let new = NewTenant { name: name("Initech"), plan, time_zone, domain: None, business_hours: None, teams };
    let wish = api::Provision { tenant, new, admin: None };
    let log = api::provision(&world.app, wish, "operator").await.unwrap().log;
    let grant = KeyGrant::new(name("tests"), vec!["*".to_owned()]);
    let (_, key) = world.app.desk.issue_key(&log, &world.request(), &*world.random, grant).await.unwrap();
    let api = world.acme().with_key(key.reveal());
    let open = async |title: &str| {
        let body = json!({"title": title, "customer": {"email": "ann@initech.example"}});
        let _ = api.post("/api/tickets", body).await.expect(201);
    };
    open("at eleven at night of the 22nd").await;
    world.pass(TimeDelta::hours(1));
    open("at midnight").await;

    let analytics = api.get("/api/analytics").await.expect(200);
    assert_eq!(analytics["timezone"], "Pacific/Kiritimati");
    let days = analytics["trends"]["ticket_volume"].as_array().unwrap();
    assert_eq!(days[28], json!({"date": "2026-11-22", "created": 1, "resolved": 0, "backlog": 1}));
    assert_eq!(days[29], json!({"date": "2026-11-23", "created": 1, "resolved": 0, "backlog": 2}));
    let day = api.get("/api/analytics?from=2026-11-23&to=2026-11-23").await.expect(200);
    assert_eq!(day["metrics"]["tickets"]["total"], 1);
    assert_eq!(day["period"], json!({"from": "2026-11-22T10:00:00Z", "to": "2026-11-23T10:00:00Z"}));

    let mut login: tokio_postgres::Config = world.database.superuser_url.parse().unwrap();
    login.user(projections::analytics::reader(&log).await.unwrap().unwrap().role);
    let (client, connection) = login.connect(tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    let daily = client.query("SELECT day::text, created FROM daily ORDER BY day", &[]).await.unwrap();
    let daily: Vec<(String, i64)> = daily.iter().map(|row| (row.get(0), row.get(1))).collect();
    assert_eq!(daily, [("2026-11-22".to_owned(), 1), ("2026-11-23".to_owned(), 1)]);
}

/// One ticket that goes back and forth, an hour from step to step.
#[tokio::test]
async fn what_comes_after_the_first_response_counts_too() {
    let world = World::new().await;
    let acme = &world.acme;
    let (eve, adam) = (acme.agent("Eve").await.id(), acme.agent("Adam").await.id());
    let ticket = acme.ticket("to and fro").await["id"].clone();
    let hour = || world.pass(TimeDelta::hours(1));
    hour();
    reply(acme, &ticket, None).await; // 1: still before the first response
    hour();
    reply(acme, &ticket, Some(&eve)).await; // 2: the first response
    hour();
    reply(acme, &ticket, None).await; // 3: waits from here
    hour();
    reply(acme, &ticket, None).await; // 4: the same run
    hour();
    reply(acme, &ticket, Some(&adam)).await; // 5: after two hours
    change(acme, &ticket, json!({"status": "pending"})).await;
    hour();
    reply(acme, &ticket, None).await; // 6
    hour();
    change(acme, &ticket, json!({"status": "resolved"})).await; // 7: after one hour, by resolution
    hour();
    let _ = acme.api.post(&format!("/api/tickets/{}/reopen", ticket.as_str().unwrap()), json!({})).await.expect(200);
    reply(acme, &ticket, None).await; // 8
    hour();
    change(acme, &ticket, json!({"status": "closed"})).await; // 9: closed while somebody waits
    let waiting = acme.ticket("waits").await["id"].clone();
    reply(acme, &waiting, Some(&eve)).await;
    reply(acme, &waiting, None).await;
    acme.ticket("untouched").await;

    let analytics = agreed(&world, acme).await;
    let performance = &analytics["metrics"]["performance"];
    let spread = |name: &str| json!([performance[name]["n"], performance[name]["n_null"]]);
    assert_eq!(performance["avg_next_response_time_seconds"], 1.5 * 3600.0);
    assert_eq!(spread("next_response_time"), json!([2, 1]));
    assert_eq!(performance["next_responses"], json!({"by_resolution": 1, "never": 1}));
    assert_eq!(performance["avg_first_resolution_time"], "7.0 hours");
    assert_eq!(performance["avg_resolution_time"], "9.0 hours", "to when it was over for good");
    // Pending from 5 to 6, when the customer wrote; over from 7 to 8.
    let waited = performance["avg_customer_wait_time_seconds"].as_f64().unwrap() / 3600.0;
    assert!((7.0..=8.0).contains(&waited), "{waited}");
    assert_eq!(performance["reopens"], 1);
    assert_eq!(analytics["metrics"]["agents"]["per_active_agent"], 1.0, "two tickets, two agents");
    assert_eq!(analytics["metrics"]["backlog"]["total"], 2);

    let first_contact = async |definition: &str| {
        let asked = acme.api.get(&format!("/api/analytics?definition={definition}")).await.expect(200);
        asked["metrics"]["performance"]["first_contact"].clone()
    };
    for definition in ["one_reply", "no_customer_interaction", "one_agent"] {
        let expected = json!({"definition": definition, "resolved": 0, "n": 1, "n_null": 0});
        assert_eq!(first_contact(definition).await, expected, "two agents, many words, reopened");
    }
    let _ = acme.api.get("/api/analytics?definition=any").await.refused(400, "invalid_parameter");
    change(acme, &waiting, json!({"status": "resolved"})).await;
    assert_eq!(first_contact("one_agent").await["resolved"], 1, "Eve alone");
    assert_eq!(first_contact("no_customer_interaction").await["resolved"], 0);
    assert_eq!(agreed(&world, &world.globex).await["metrics"]["performance"]["reopens"], 0, "another tenant's");
}
