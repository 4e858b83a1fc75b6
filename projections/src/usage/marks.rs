//! What a plan limits, counted at any number of moments in one pass over the log: what a day of a bill says is by construction
//! what the same day of a list of days says.

use chrono::{DateTime, NaiveDate, Utc};
use domain::agent::{Held, Seats};
use event_store::{Log, TenantTx, driver::Row};

use super::SeatUsage;
use crate::{
    error::QueryError,
    sql::{signed, unsigned},
};

/// A moment, and the position of the log that everything up to it is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    pub position: u64,
    pub moment: DateTime<Utc>,
}

/// What a plan limits, as it was at a mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Counted {
    /// Tickets of the month of the moment, where the tenant is.
    pub tickets: u64,
    pub seats: SeatUsage,
    pub attachment_bytes: u64,
}

/// What a plan limits, as it was at the end of a day where the tenant is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayUsage {
    /// Which day.
    pub day: NaiveDate,
    /// Its last moment.
    pub moment: DateTime<Utc>,
    /// The position of the log then; 0 while there was nothing in it.
    pub position: u64,
    /// Tickets of the month up to then.
    pub tickets: u64,
    /// Seats.
    pub seats: SeatUsage,
    /// What the files of messages held, in bytes.
    pub attachment_bytes: u64,
}

/// When days end where the tenant is.
const ENDS: &str = "
    SELECT day::date, (day::date + 1)::timestamp AT TIME ZONE $3 - interval '1 microsecond'
    FROM generate_series($1::date::timestamp, $2::date::timestamp, interval '1 day') AS day ORDER BY day";

/// How many of some instants each event is behind, and the last event of those behind as many.
const POSITIONS: &str = "
    SELECT width_bucket(recorded_at - interval '1 microsecond', $1::timestamptz[]), max(position) FROM events GROUP BY 1";

const MONTHS: &str = "
    SELECT date_trunc('month', moment AT TIME ZONE $2)::date
    FROM unnest($1::timestamptz[]) WITH ORDINALITY AS mark (moment, number) ORDER BY number";

/// Of the tickets that neither were imported nor were here when this was copied: how many marks each is behind.
const TICKETS: &str = "
    SELECT width_bucket(position - 1, $1::bigint[]), date_trunc('month', recorded_at AT TIME ZONE $2)::date, count(*)
    FROM events, (SELECT coalesce(max(position), 0) AS copied FROM events
                  WHERE aggregate_type = 'tenant' AND event_type = 'tenant.restored' AND payload ->> 'epoch' = '1') AS copy
    WHERE aggregate_type = 'ticket' AND sequence = 1 AND position > copied AND metadata ->> 'origin' <> 'import'
    GROUP BY 1, 2";

const SEATS: &str = "
    SELECT aggregate_id, event_type, event_version::integer, payload::text, coalesce(metadata ->> 'origin' = 'import', false),
           position
    FROM events WHERE aggregate_type = 'agent' AND position <= $1 AND event_type = ANY($2) ORDER BY position";

/// A file comes with its message, and goes with it, with its ticket, or with the person whom the message is about: how many
/// marks each is behind, and from which on it is gone.
const ATTACHMENTS: &str = "
    SELECT width_bucket(came - 1, $1::bigint[]), width_bucket(went - 1, $1::bigint[]), sum(size)::bigint
    FROM (SELECT said.position AS came, (attachment ->> 'size')::bigint AS size, least(
            (SELECT min(position) FROM events redacted
             WHERE redacted.aggregate_type = 'ticket' AND redacted.aggregate_id = said.aggregate_id
                AND redacted.event_type = 'ticket.message_redacted'
                AND redacted.payload ->> 'message' = said.payload ->> 'message'),
            (SELECT min(position) FROM events erased
             WHERE erased.aggregate_type = 'ticket' AND erased.aggregate_id = said.aggregate_id
                AND erased.event_type = 'ticket.erased'
                AND (erased.payload -> 'destroyed')::jsonb ? (attachment ->> 'file')),
            (SELECT min(position) FROM events forgotten
             WHERE forgotten.aggregate_type = 'customer'
                AND forgotten.aggregate_id = attachment #>> '{name,$sealed,subject}'
                AND forgotten.event_type = 'customer.erased')) AS went
          FROM events said, json_array_elements(said.payload -> 'attachments') AS attachment
          WHERE said.aggregate_type = 'ticket'
            AND said.event_type IN ('ticket.opened', 'ticket.replied', 'ticket.note_added')
            AND said.payload -> 'attachments' IS NOT NULL) AS files
    GROUP BY 1, 2";

/// What a plan limits at the end of each of some days where the tenant is, of the first before that of the last.
pub async fn usage_of_days(
    log: &Log,
    zone: &str,
    (first, last): (NaiveDate, NaiveDate),
) -> Result<Vec<DayUsage>, QueryError> {
    let tx = log.begin().await?;
    let ends = tx.query(&tx.statement(ENDS).await?, &[&first, &last, &zone]).await?;
    let ends: Vec<(NaiveDate, DateTime<Utc>)> = ends.iter().map(|row| (row.get(0), row.get(1))).collect();
    let marks = marks(&tx, ends.iter().map(|(_, end)| *end).collect()).await?;
    let counted = counted(&tx, zone, &marks).await?;
    tx.end();
    let of_day = |(((day, _), mark), counted): (((NaiveDate, _), &Mark), Counted)| {
        let (Mark { position, moment }, Counted { tickets, seats, attachment_bytes }) = (*mark, counted);
        DayUsage { day, moment, position, tickets, seats, attachment_bytes }
    };
    Ok(ends.into_iter().zip(&marks).zip(counted).map(of_day).collect())
}

/// Where the log was at these moments, the earlier ones first.
async fn marks(tx: &TenantTx, moments: Vec<DateTime<Utc>>) -> Result<Vec<Mark>, QueryError> {
    let rows = tx.query(&tx.statement(POSITIONS).await?, &[&moments]).await?;
    let mut lasts = vec![0; moments.len() + 1];
    for row in rows {
        let (behind, last): (i32, i64) = (row.get(0), row.get(1));
        lasts[index(behind)] = unsigned(last);
    }
    let mut position = 0;
    let mark = |(moment, last): (DateTime<Utc>, u64)| {
        position = position.max(last);
        Mark { position, moment }
    };
    Ok(moments.into_iter().zip(lasts).map(mark).collect())
}

/// What a plan limits at each of these marks, the earlier ones first.
pub(super) async fn counted(tx: &TenantTx, zone: &str, marks: &[Mark]) -> Result<Vec<Counted>, QueryError> {
    let positions: Vec<i64> = marks.iter().map(|mark| signed(mark.position)).collect();
    let (tickets, seats) = (tickets(tx, zone, marks, &positions).await?, seats(tx, marks).await?);
    let bytes = attachments(tx, &positions).await?;
    let of_mark = |((tickets, seats), attachment_bytes)| Counted { tickets, seats, attachment_bytes };
    Ok(tickets.into_iter().zip(seats).zip(bytes).map(of_mark).collect())
}

async fn tickets(tx: &TenantTx, zone: &str, marks: &[Mark], positions: &[i64]) -> Result<Vec<u64>, QueryError> {
    let moments: Vec<DateTime<Utc>> = marks.iter().map(|mark| mark.moment).collect();
    let months = tx.query(&tx.statement(MONTHS).await?, &[&moments, &zone]).await?;
    let opened = tx.query(&tx.statement(TICKETS).await?, &[&positions, &zone]).await?;
    let opened: Vec<(usize, NaiveDate, u64)> =
        opened.iter().map(|row| (index(row.get(0)), row.get(1), unsigned(row.get(2)))).collect();
    let by = |(at, month): (usize, &Row)| {
        let month: NaiveDate = month.get(0);
        opened.iter().filter(|(behind, of, _)| *behind <= at && *of == month).map(|(.., count)| count).sum()
    };
    Ok(months.iter().enumerate().map(by).collect())
}

async fn seats(tx: &TenantTx, marks: &[Mark]) -> Result<Vec<SeatUsage>, QueryError> {
    let (last, types) = (signed(marks.last().map_or(0, |mark| mark.position)), Seats::TYPES.as_slice());
    let rows = tx.query(&tx.statement(SEATS).await?, &[&last, &types]).await?;
    let (mut seats, mut rows) = (Seats::default(), rows.iter().peekable());
    let mut all = Vec::with_capacity(marks.len());
    for mark in marks {
        while let Some(row) = rows.next_if(|row| unsigned(row.get(5)) <= mark.position) {
            let Ok(agent) = row.get::<_, &str>(0).parse() else { continue };
            let version = u32::try_from(row.get::<_, i32>(2)).unwrap_or(0);
            seats.note(agent, (row.get(1), version, row.get(3)), row.get(4))?;
        }
        let Held { used, reserved } = seats.held(mark.moment);
        all.push(SeatUsage { used, reserved });
    }
    Ok(all)
}

async fn attachments(tx: &TenantTx, positions: &[i64]) -> Result<Vec<u64>, QueryError> {
    let rows = tx.query(&tx.statement(ATTACHMENTS).await?, &[&positions]).await?;
    let files: Vec<(usize, Option<usize>, u64)> = rows
        .iter()
        .map(|row| (index(row.get(0)), row.get::<_, Option<i32>>(1).map(index), unsigned(row.get(2))))
        .collect();
    let at = |at: usize| {
        let there = |(came, went, _): &&(usize, Option<usize>, u64)| *came <= at && went.is_none_or(|went| at < went);
        files.iter().filter(there).map(|(.., size)| size).sum()
    };
    Ok((0..positions.len()).map(at).collect())
}

/// How many marks something is behind: as many as there are at most.
fn index(behind: i32) -> usize {
    usize::try_from(behind).unwrap_or(0)
}
