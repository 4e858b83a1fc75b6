//! The read side: rows shaped for the questions that are asked, folded from the log and thrown away at will.
//!
//! Two groups of read models ([`Group`]): tickets, their timelines, customers, agents and teams; and what they are found
//! by. Each has one checkpoint, which moves in the transaction of the rows it covers, so all of a group agree at one
//! position.
//!
//! - **Keep up**: [`Projector`] folds what was appended, on whichever node comes first, and lets a writer wait for
//!   what it wrote. [`install`] makes the tables, and rebuilds them when this program's version of them is newer.
//! - **Rebuild**: [`rebuild`] fills the next generation of a group's tables beside the live one and switches;
//!   [`replay_into_scratch`] and [`compare`] prove that the live rows are what the log says.
//! - **Ask**: [`tickets`], [`timeline`], [`customers`], [`agents`], [`teams`]; [`tenant`],
//!   [`service_accounts`], [`principals`] and [`access_reviews`], which need no table; [`as_of`] answers for any point in the
//!   past, from the stream itself, with the same fold.
//! - **Count**: [`analytics`] for the numbers, [`reporting`] for the rows of reports, and views for analysts' own SQL.
//!
//! Rows are folded in memory by pure functions; an event seen twice changes nothing, and none is ever skipped: one
//! that cannot be folded parks the group, and says so.
//!
//! Deliberately absent: effects (mail, webhooks: those are reactions) and uniqueness (that is the write side's).
#![deny(clippy::wildcard_enum_match_arm, clippy::match_wildcard_for_single_variants)]

pub mod access_log;
pub mod access_policy;
pub mod access_reviews;
pub mod agents;
pub mod analytics;
pub mod as_of;
pub mod audit;
mod breath;
mod comparison;
pub mod customers;
mod desk;
mod directory;
pub mod epochs;
pub mod erasure;
mod error;
pub mod evidence;
pub mod feed;
mod filling;
mod fold;
mod generation;
mod group;
mod install;
pub mod legal_holds;
mod live;
pub mod log_streams;
mod masked;
mod page;
pub mod person;
pub mod principals;
mod rebuild;
mod records;
pub mod reporting;
pub mod retention_policies;
pub mod roles;
mod runner;
pub mod saved_views;
mod schema;
mod scope;
mod search;
pub mod service_accounts;
mod sql;
mod subscription;
pub mod support_access;
mod table;
pub mod teams;
pub mod tenant;
pub mod tickets;
pub mod timeline;
mod uninstall;
pub mod usage;
mod words;

pub use breath::Pace;
pub use comparison::{Comparison, Difference, Replayed, TableComparison, compare, compare_built, replay_into_scratch};
pub use directory::NamedSort;
pub use error::{ProjectionError, QueryError};
pub use group::{Group, Name};
pub use install::{Installed, install};
pub use masked::mask;
pub use page::{Choice, Direction, MAX_LIMIT, Page, SortValue, TimeRange};
pub use rebuild::{
    Building, Overview, Progress, Rebuilt, Settings as RebuildSettings, Then, discard, overview, rebuild,
};
pub use runner::{Projector, Visibility};
pub use scope::{Restricted, Scope};
pub use search::{TextQuery, TextQueryError};
pub use subscription::{Subscription, subscription};
pub use uninstall::uninstall;
pub use words::{ChannelSchema, PrioritySchema, StatusSchema};
