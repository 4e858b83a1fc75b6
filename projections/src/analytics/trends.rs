//! How the numbers changed: days, weeks and months where the tenant is, every one of them, also those in which nothing
//! happened.

use std::collections::HashMap;

use chrono::{Datelike, NaiveDate};
use event_store::{
    TenantTx,
    driver::{Row, types::Type},
};
use rust_decimal::Decimal;
use tokio::try_join;

use crate::{
    analytics::{
        Frame, MOVED, Period,
        display::{hours, number, out_of_five, ratio, seconds},
        view::{Day, Month, Trends, Week},
    },
    error::QueryError,
    sql::{Sql, unsigned},
};

const DAYS: u32 = 30;
const WEEKS: u32 = 12;
const MONTHS: u32 = 12;

/// `backlog`: what is not over at the last instant.
pub(crate) async fn read(tx: &TenantTx, frame: &Frame, backlog: i64) -> Result<Trends, QueryError> {
    let days = points(frame, "day", DAYS, &["created_at", "solved_at"], "count(*)");
    let weeks = points(frame, "week", WEEKS, &["first_response_at"], "sum(first_response_micros)");
    let months = points(frame, "month", MONTHS, &["rated_at"], "sum(rating)::numeric");
    let moves = moves(frame);
    let (days, moves, weeks, months) = try_join!(days.rows(tx), moves.rows(tx), weeks.rows(tx), months.rows(tx))?;
    let moves: HashMap<NaiveDate, i64> = moves.iter().map(|row| (row.get(0), row.get(1))).collect();
    Ok(Trends {
        ticket_volume: volume(&days, &moves, backlog),
        response_times: weeks.iter().map(week).collect(),
        satisfaction_scores: months.iter().map(month).collect(),
    })
}

/// One row per unit of the calendar, the last of which holds the last instant: its first day, and of what happened in it (by
/// each of `columns`) how many and `sum`.
fn points(frame: &Frame, unit: &str, count: u32, columns: &[&str], sum: &str) -> Sql {
    let mut sql = Sql::default();
    let (zone, last) = (sql.bind(frame.zone.clone(), Type::TEXT), sql.bind(frame.last, Type::TIMESTAMPTZ));
    let until = Period { from: None, ..frame.period };
    let happened = |column: &str, sql: &mut Sql| {
        let until = until.and(column, sql);
        format!(
            "(SELECT date_trunc('{unit}', {column} AT TIME ZONE {zone}) AS point, count(*) AS n, {sum} AS sum
              FROM tickets, first
              WHERE deleted_at IS NULL AND {column} IS NOT NULL
                  AND {column} >= first.point AT TIME ZONE {zone}{until}
              GROUP BY 1)"
        )
    };
    let (mut selected, mut joins) = (String::new(), String::new());
    for (index, column) in columns.iter().enumerate() {
        selected.extend([format!(", coalesce(c{index}.n, 0), c{index}.sum")]);
        joins.extend([format!(" LEFT JOIN {} AS c{index} ON c{index}.point = p.point", happened(column, &mut sql))]);
    }
    let back = count - 1;
    sql.push(&format!(
        "WITH last AS (SELECT date_trunc('{unit}', {last} AT TIME ZONE {zone}) AS point),
              first AS (SELECT point - interval '{back} {unit}s' AS point FROM last)
         SELECT p.point::date{selected}
         FROM (SELECT generate_series(first.point, last.point, interval '1 {unit}') AS point FROM first, last) AS p{joins}
         ORDER BY p.point"
    ));
    sql
}

/// By how much the backlog grew on each of these days.
fn moves(frame: &Frame) -> Sql {
    let mut sql = Sql::default();
    let (zone, last) = (sql.bind(frame.zone.clone(), Type::TEXT), sql.bind(frame.last, Type::TIMESTAMPTZ));
    let back = DAYS - 1;
    sql.push(&format!(
        "SELECT (l.occurred_at AT TIME ZONE {zone})::date, sum({MOVED})::bigint
         FROM ticket_timeline l JOIN tickets t ON t.id = l.ticket_id AND t.deleted_at IS NULL
         WHERE l.detail ? 'status' AND l.occurred_at <= {last}
             AND l.occurred_at >= (date_trunc('day', {last} AT TIME ZONE {zone}) - interval '{back} days') AT TIME ZONE {zone}
         GROUP BY 1"
    ));
    sql
}

/// The days, each with the backlog at its end: that of the last, without what changed after it.
fn volume(days: &[Row], moves: &HashMap<NaiveDate, i64>, backlog: i64) -> Vec<Day> {
    let mut backlog = backlog;
    let mut volume: Vec<Day> = days
        .iter()
        .rev()
        .map(|row| {
            let date: NaiveDate = row.get(0);
            let at_its_end = backlog;
            backlog -= moves.get(&date).copied().unwrap_or(0);
            Day { date, created: unsigned(row.get(1)), resolved: unsigned(row.get(3)), backlog: unsigned(at_its_end) }
        })
        .collect();
    volume.reverse();
    volume
}

fn week(row: &Row) -> Week {
    let from: NaiveDate = row.get(0);
    let n = unsigned(row.get(1));
    let mean = row.get::<_, Option<Decimal>>(2).and_then(|sum| ratio(sum, n));
    let iso = from.iso_week();
    Week {
        week: format!("{}-W{:02}", iso.year(), iso.week()),
        from,
        avg_response_time: mean.map(hours),
        avg_response_time_seconds: mean.map(seconds),
        n,
    }
}

fn month(row: &Row) -> Month {
    let from: NaiveDate = row.get(0);
    let n = unsigned(row.get(1));
    let mean = row.get::<_, Option<Decimal>>(2).and_then(|sum| ratio(sum, n));
    Month {
        month: from.format("%Y-%m").to_string(),
        customer_satisfaction: mean.map(out_of_five),
        customer_satisfaction_score: mean.map(|mean| number(mean, 3)),
        n,
    }
}
