//! The ticket that is asked about, found in the log itself: its read models may be what is in doubt.

use std::str::FromStr;

use chrono::{DateTime, Utc};
use clap::Args;
use domain::{TicketId, TicketNumber};
use event_store::Log;
use projections::as_of::{self, PastTicket};

use crate::{
    Failure,
    moment::{Past, Told},
};

/// Which ticket, and when.
#[derive(Debug, Args)]
pub struct TicketAt {
    /// T-001, tkt_… or external:ID
    #[arg(value_name = "TICKET")]
    ticket: Name,
    #[command(flatten)]
    past: Past,
}

/// What names a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Name {
    Id(TicketId),
    Number(TicketNumber),
    External(String),
}

#[derive(Debug, thiserror::Error)]
enum NotFound {
    #[error("there is no ticket {0} in the log of this tenant")]
    Never(String),
    #[error("ticket {0} did not exist yet, {1}")]
    NotYet(String, String),
}

impl FromStr for Name {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some(id) = text.strip_prefix("external:").filter(|id| !id.is_empty()) {
            return Ok(Self::External(id.to_owned()));
        }
        let number = text.parse().map(Self::Number);
        number
            .or_else(|_| text.parse().map(Self::Id))
            .map_err(|_| "expected T-001, tkt_ and 32 hexadecimal digits, or external:ID")
    }
}

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Id(id) => id.fmt(f),
            Self::Number(number) => number.fmt(f),
            Self::External(id) => write!(f, "external:{id}"),
        }
    }
}

impl TicketAt {
    /// The ticket as it stood, and the moment that this is about.
    pub async fn find(&self, log: &Log) -> Result<(PastTicket, Told), Failure> {
        let id = self.ticket.find(log).await?.ok_or_else(|| NotFound::Never(self.ticket.to_string()))?;
        let moment = self.past.moment();
        let told = Told::of(moment, log).await?;
        match as_of::ticket(log, id, moment).await? {
            Some(ticket) => Ok((ticket, told)),
            None if as_of::ticket(log, id, as_of::Moment::Now).await?.is_none() => {
                Err(NotFound::Never(self.ticket.to_string()).into())
            }
            None => Err(NotFound::NotYet(self.ticket.to_string(), told.to_string()).into()),
        }
    }
}

impl Name {
    /// The ticket that has, or had, this name.
    pub async fn find(&self, log: &Log) -> Result<Option<TicketId>, Failure> {
        let (sql, value) = match self {
            Self::Id(id) => return Ok(Some(*id)),
            Self::Number(number) => (
                "SELECT aggregate_id FROM events
                 WHERE aggregate_type = 'ticket' AND event_type = 'ticket.opened' AND payload ->> 'number' = $1",
                number.0.to_string(),
            ),
            // Of several that had it, the one that got it last.
            Self::External(id) => (
                "SELECT aggregate_id FROM events
                 WHERE aggregate_type = 'ticket' AND event_type IN ('ticket.opened', 'ticket.external_id_changed')
                     AND payload ->> 'external_id' = $1
                 ORDER BY position DESC LIMIT 1",
                id.clone(),
            ),
        };
        let tx = log.begin().await?;
        let row = tx.query_opt(sql, &[&value]).await?;
        tx.commit().await?;
        Ok(row.map(|row| row.get::<_, String>(0).parse()).transpose()?)
    }
}

/// Anything that has a stream of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Of {
    Ticket(Name),
    Id(String),
}

impl FromStr for Of {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Ok(name) = text.parse() {
            return Ok(Self::Ticket(name));
        }
        let id = text.split_once('_').filter(|(kind, rest)| !kind.is_empty() && !rest.is_empty());
        id.map(|_| Self::Id(text.to_owned()))
            .ok_or("expected T-001, external:ID, or an id such as cus_ or agt_ and 32 digits")
    }
}

impl Of {
    /// Its id, which names its stream.
    pub async fn find(&self, log: &Log) -> Result<String, Failure> {
        let id = match self {
            Self::Ticket(name) => name.find(log).await?.map(|id| id.to_string()),
            Self::Id(id) => Some(id.clone()),
        };
        let known = match &id {
            Some(id) => {
                let tx = log.begin().await?;
                let row = tx.query_opt("SELECT 1 FROM events WHERE aggregate_id = $1 LIMIT 1", &[id]).await?;
                tx.commit().await?;
                row.is_some()
            }
            None => false,
        };
        id.filter(|_| known).ok_or_else(|| format!("the log of this tenant knows nothing of {self}").into())
    }
}

impl std::fmt::Display for Of {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Ticket(name) => name.fmt(f),
            Self::Id(id) => f.write_str(id),
        }
    }
}

/// What may have been erased.
pub fn or_erased(text: Option<&str>) -> &str {
    text.unwrap_or("(erased)")
}

/// For fields that need not have a value.
pub fn instant_or_dash(at: Option<DateTime<Utc>>) -> String {
    at.map_or_else(|| "-".to_owned(), crate::terminal::instant)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_is_named_in_three_ways() {
        let id = "tkt_0199aa00000070008000000000000001";
        assert_eq!(id.parse::<Name>().unwrap().to_string(), id);
        assert_eq!("t-1".parse::<Name>().unwrap().to_string(), "T-001");
        assert_eq!("external:CRM-7".parse(), Ok(Name::External("CRM-7".to_owned())));
        assert!("CRM-7".parse::<Name>().is_err());
        assert!("external:".parse::<Name>().is_err());
    }
}
