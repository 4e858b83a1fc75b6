//! Which events are asked for, and where they are.

use chrono::{DateTime, Utc};
use clap::Args;
use domain::{Aggregate, CustomerId, customer::Customer, ticket::Ticket};
use event_store::{
    Log, StreamId,
    proof::bundle::{Instant, Selection},
};

use crate::{Failure, moment::parse_instant, ticket::Name};

/// Which events. All of them by default.
#[derive(Debug, Args)]
pub struct Choice {
    /// Only these positions, both included: 100-200
    #[arg(long, value_name = "FROM-TO", value_parser = parse_positions, conflicts_with_all = ["ticket", "customer", "from", "to"])]
    positions: Option<(u64, u64)>,
    /// Only what happened to this ticket: T-001, tkt_… or external:ID
    #[arg(long, value_name = "TICKET", conflicts_with_all = ["customer", "from", "to"])]
    ticket: Option<Name>,
    /// Only what happened to this customer (cus_… or external:ID) and to the tickets that were ever theirs
    #[arg(long, value_name = "CUSTOMER", conflicts_with_all = ["from", "to"])]
    customer: Option<String>,
    /// Only what was recorded from this instant (RFC 3339) or day (UTC) on
    #[arg(long, value_name = "INSTANT", value_parser = parse_from)]
    from: Option<DateTime<Utc>>,
    /// Only what was recorded before this instant, or up to the end of this day (UTC)
    #[arg(long, value_name = "INSTANT", value_parser = parse_to)]
    to: Option<DateTime<Utc>>,
}

/// Runs of positions, both ends included, in order.
pub struct Chosen {
    pub selection: Selection,
    pub positions: Vec<(u64, u64)>,
}

impl Choice {
    pub async fn resolve(&self, log: &Log, size: u64) -> Result<Chosen, Failure> {
        if let Some((from, to)) = self.positions {
            if to > size {
                return Err(format!("position {to} is not sealed yet: the last one that is, is {size}").into());
            }
            return Ok(Chosen { selection: Selection::Positions { from, to }, positions: vec![(from, to)] });
        }
        if let Some(name) = &self.ticket {
            let id =
                name.find(log).await?.ok_or_else(|| format!("there is no ticket {name} in the log of this tenant"))?;
            let stream = StreamId::new(Ticket::TYPE, id.to_string());
            return streams(log, "ticket", &name.to_string(), &[stream], size).await;
        }
        if let Some(name) = &self.customer {
            let id = customer(log, name).await?;
            let mut all = vec![StreamId::new(Customer::TYPE, id.clone())];
            all.extend(tickets_of(log, &id).await?);
            return streams(log, "customer", name, &all, size).await;
        }
        if self.from.is_some() || self.to.is_some() {
            return time(log, self.from, self.to, size).await;
        }
        let positions = if size == 0 { vec![] } else { vec![(1, size)] };
        Ok(Chosen { selection: Selection::All, positions })
    }
}

/// One event more at each end shows that none of the time is left out.
async fn time(log: &Log, from: Option<DateTime<Utc>>, to: Option<DateTime<Utc>>, size: u64) -> Result<Chosen, Failure> {
    let before = |at: DateTime<Utc>| at - chrono::TimeDelta::microseconds(1);
    let first = match from {
        Some(from) => log.position_at(before(from)).await?.max(1),
        None => 1,
    };
    let last = match to {
        Some(to) => (log.position_at(before(to)).await? + 1).min(size),
        None => size,
    };
    let instant = |at: Option<DateTime<Utc>>| at.and_then(|at| Instant::of_micros(at.timestamp_micros()));
    let selection = Selection::Time { from: instant(from), to: instant(to) };
    let positions = if first <= last { vec![(first, last)] } else { vec![(size.max(1), size.max(1))] };
    Ok(Chosen { selection, positions: if size == 0 { vec![] } else { positions } })
}

async fn streams(log: &Log, of: &str, name: &str, streams: &[StreamId], size: u64) -> Result<Chosen, Failure> {
    let mut positions = vec![];
    for stream in streams {
        positions.extend(log.positions(stream, 0, u32::MAX).await?.into_iter().filter(|position| *position <= size));
    }
    positions.sort_unstable();
    positions.dedup();
    let mut runs: Vec<(u64, u64)> = vec![];
    for position in positions {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == position => *last = position,
            _ => runs.push((position, position)),
        }
    }
    let selection = Selection::Streams { of: of.to_owned(), name: name.to_owned() };
    Ok(Chosen { selection, positions: runs })
}

async fn customer(log: &Log, name: &str) -> Result<String, Failure> {
    let missing = || format!("there is no customer {name} in the log of this tenant");
    let Some(external) = name.strip_prefix("external:") else {
        let id: CustomerId = name.parse().map_err(|_| "expected cus_ and 32 hexadecimal digits, or external:ID")?;
        return Ok(id.to_string());
    };
    let tx = log.begin().await?;
    let row = tx
        .query_opt(
            "SELECT aggregate_id FROM events
             WHERE aggregate_type = 'customer' AND event_type IN ('customer.created', 'customer.external_id_changed')
                 AND payload ->> 'external_id' = $1
             ORDER BY position DESC LIMIT 1",
            &[&external],
        )
        .await?;
    tx.commit().await?;
    Ok(row.ok_or_else(missing)?.get(0))
}

/// Every ticket whose requester they ever were.
async fn tickets_of(log: &Log, customer: &str) -> Result<Vec<StreamId>, Failure> {
    let tx = log.begin().await?;
    let rows = tx
        .query(
            "SELECT DISTINCT aggregate_id FROM events
             WHERE aggregate_type = 'ticket' AND event_type IN ('ticket.opened', 'ticket.requester_changed')
                 AND $1 IN (payload ->> 'requester', payload ->> 'customer', payload ->> 'previous')",
            &[&customer],
        )
        .await?;
    tx.commit().await?;
    Ok(rows.iter().map(|row| StreamId::new(Ticket::TYPE, row.get::<_, String>(0))).collect())
}

fn parse_positions(text: &str) -> Result<(u64, u64), String> {
    let expected =
        || "expected two positions, the first at least 1 and not behind the second, such as 100-200".to_owned();
    let (from, to) = text.split_once('-').ok_or_else(expected)?;
    let range = from.parse().ok().zip(to.parse().ok()).filter(|(from, to)| 1 <= *from && from <= to);
    range.ok_or_else(expected)
}

const INSTANT: &str = "expected an instant (2026-03-31T12:00:00Z) or a date (2026-03-31)";

/// A day begins where it begins.
fn parse_from(text: &str) -> Result<DateTime<Utc>, String> {
    match text.parse::<chrono::NaiveDate>() {
        Ok(day) => Ok(day.and_time(chrono::NaiveTime::MIN).and_utc()),
        Err(_) => parse_instant(text).ok_or_else(|| INSTANT.to_owned()),
    }
}

/// A day ends where the next one begins.
fn parse_to(text: &str) -> Result<DateTime<Utc>, String> {
    let end = parse_instant(text).ok_or_else(|| INSTANT.to_owned())?;
    let is_day = text.parse::<chrono::NaiveDate>().is_ok();
    Ok(if is_day { end + chrono::TimeDelta::microseconds(1) } else { end })
}
