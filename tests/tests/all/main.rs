//! The product from outside: over HTTP, and at its seams. One binary, so that one PostgreSQL serves all.
#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod agents;
mod analytics;
mod architecture;
mod bad_input;
mod customers;
mod events;
mod isolation;
mod keys;
mod lists;
mod log;
mod openapi;
mod operations;
mod people;
mod read_models;
mod teams;
mod things;
mod tickets;
mod webhooks;
