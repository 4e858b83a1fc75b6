//! What one tenant has, another cannot see, change, count or guess.
//!
//! The measure is that it makes no difference. The same requests are made in two worlds: in one there is a neighbour, and
//! they name what it has; in the other nobody has that. The caller gets the same, to the byte, and the database is asked
//! the same statements, so that the time which an answer takes tells nothing either.
//!
//! The requests follow from the `OpenAPI` document: [`places`] says of every part of every operation what it could name, and
//! a test fails while it does not.

mod asked;
mod belongings;
mod credentials;
mod database;
mod difference;
mod lists;
mod places;
mod twins;
