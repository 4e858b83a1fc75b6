//! How far a reader is: a position, and which of the tenant's logs it is one of. In the first one a position is written
//! alone; after a restore in place the epoch stands before it.

use std::{collections::BTreeMap, fmt};

use axum::http::StatusCode;
use event_store::Log;
use projections::epochs;
use serde::{Serialize, Serializer};

use crate::{
    app::App,
    problem::{ApiError, Discarded},
};

/// A reader's place, as it was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    epoch: u32,
    position: u64,
}

impl Cursor {
    /// The beginning.
    pub const BEGINNING: Self = Self { epoch: 1, position: 0 };

    /// `1234`, or `2.1234`.
    pub fn parse(parameter: &str, text: &str) -> Result<Self, ApiError> {
        let number = |text: &str| text.parse::<i64>().ok().and_then(|number| u64::try_from(number).ok());
        let parsed = match text.split_once('.') {
            None => number(text).map(|position| Self { epoch: 1, position }),
            Some((epoch, position)) => epoch
                .parse()
                .ok()
                .filter(|epoch| *epoch > 1)
                .zip(number(position))
                .map(|(epoch, position)| Self { epoch, position }),
        };
        parsed.ok_or_else(|| {
            ApiError::invalid_parameter(
                parameter,
                "expected a position, 0 to 2^63 - 1, or what meta.next_after or the stream's id said, such as 2.1234",
            )
        })
    }

    /// The same place in this log, if it has one.
    pub async fn within(self, parameter: &str, app: &App, log: &Log) -> Result<u64, ApiError> {
        if self.epoch == log.epoch() || self.position == 0 {
            return Ok(self.position);
        }
        if self.epoch > log.epoch() {
            let detail = format!("this log is in epoch {}: the cursor is another tenant's", log.epoch());
            return Err(ApiError::invalid_parameter(parameter, detail));
        }
        let cuts = epochs::cuts(log).await?;
        let mut known: Epochs = cuts.iter().map(|cut| (cut.epoch, (cut.parent, cut.position))).collect();
        for (epoch, parent, position) in app.desk.store().restored_epochs(log.tenant()).await? {
            known.insert(epoch, (parent, position));
        }
        let kept = common(&known, self.epoch, log.epoch());
        if self.position <= kept {
            return Ok(self.position);
        }
        let discarded_to = cuts.iter().filter_map(|cut| cut.discarded_to).max().unwrap_or(self.position);
        let resume_after = Place::new(log, kept).to_string();
        let detail = format!(
            "this tenant was restored from a backup: of what you have, positions after {kept} are no more; drop what you \
             made of them, and go on with after={resume_after}"
        );
        Err(ApiError::new(StatusCode::GONE, "cursor_of_earlier_epoch", detail)
            .resume_after(resume_after, Discarded { from: kept + 1, to: discarded_to.max(self.position) }))
    }
}

/// Of each epoch after the first: whose log it goes on with, and up to where that was kept.
type Epochs = BTreeMap<u32, (u32, u64)>;

/// How far two epochs have the same log: up to the least of the cuts on the way to the one that both come from. Of an
/// epoch that nobody knows, nothing is known to be the same.
fn common(known: &Epochs, one: u32, other: u32) -> u64 {
    let ancestors = |epoch: u32| {
        let first = (epoch, u64::MAX);
        std::iter::successors(Some(first), |(epoch, kept)| {
            known.get(epoch).filter(|(parent, _)| parent < epoch).map(|(parent, cut)| (*parent, *cut.min(kept)))
        })
    };
    let of_other: BTreeMap<u32, u64> = ancestors(other).collect();
    ancestors(one).find_map(|(epoch, kept)| Some(kept.min(*of_other.get(&epoch)?))).unwrap_or(0)
}

/// A place in a log, as it is given out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    epoch: u32,
    position: u64,
}

impl Place {
    /// This position of this log.
    pub fn new(log: &Log, position: u64) -> Self {
        Self { epoch: log.epoch(), position }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.epoch {
            1 => write!(f, "{}", self.position),
            epoch => write!(f, "{epoch}.{}", self.position),
        }
    }
}

impl Serialize for Place {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.epoch == 1 { serializer.serialize_u64(self.position) } else { serializer.collect_str(self) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_a_position_or_an_epoch_and_a_position() {
        let parse = |text: &str| Cursor::parse("after", text).ok();
        assert_eq!(parse("0"), Some(Cursor::BEGINNING));
        assert_eq!(parse("7"), Some(Cursor { epoch: 1, position: 7 }));
        assert_eq!(parse("2.7"), Some(Cursor { epoch: 2, position: 7 }));
        for wrong in ["", "-1", "1.7", "0.7", "2.", ".7", "2.7.7", "9223372036854775808", "x"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn two_logs_are_the_same_up_to_the_least_cut_on_the_way_to_where_both_come_from() {
        // 2 goes on with 1 from 10, 3 with 1 from 30 (2 was undone), 4 with 3 from 50.
        let known = Epochs::from([(2, (1, 10)), (3, (1, 30)), (4, (3, 50))]);
        for ((one, other), kept) in [((1, 4), 30), ((2, 4), 10), ((3, 4), 50), ((1, 2), 10), ((2, 3), 10)] {
            assert_eq!((common(&known, one, other), common(&known, other, one)), (kept, kept), "{one} and {other}");
        }
        assert_eq!(common(&Epochs::from([(4, (3, 50))]), 2, 4), 0, "nobody knows where 2 came from");
    }

    #[test]
    fn a_place_of_the_first_epoch_is_a_number() {
        let written = |epoch| serde_json::to_string(&Place { epoch, position: 7 }).unwrap();
        assert_eq!((written(1).as_str(), written(2).as_str()), ("7", "\"2.7\""));
    }
}
