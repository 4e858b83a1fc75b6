//! What is read from a request before a handler runs: who asks, the body, the query, the conditions.

mod addressee;
mod asked;
mod body;
mod client;
mod conditions;
mod identity;
mod origin;
mod path;
mod protection;
mod query;
mod session;
mod unread;

pub use addressee::Addressee;
pub use body::{Body, not_null, nullable};
pub use client::{address, is_secure};
pub use conditions::Conditions;
pub use identity::{VERSION, current_epoch, current_request_id, current_upgrade_url, identify, note_charge};
pub use origin::{guard as guard_origin, is_own_page, refuse as refuse_pages};
pub use path::{CustomerRef, Named, PathText, PathTexts, agent_ref, below_api, customer_ref, team_id, ticket_key};
pub use query::Query;
pub use session::{Credentials, Enrolling, Session, Visiting, presented};
pub use unread::read_to_the_end;
