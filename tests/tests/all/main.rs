//! The product from outside: over HTTP, and at its seams. One binary, so that one PostgreSQL serves all.
#![expect(clippy::unwrap_used, reason = "this is a test; what it sets up must work")]

mod agents;
mod analytics;
mod architecture;
mod backups;
mod bad_input;
mod completeness;
mod connections;
mod customers;
mod erasure;
mod events;
mod faults;
mod files;
mod framework;
mod import;
mod isolation;
mod keys;
mod lists;
mod log;
mod openapi;
mod operations;
mod people;
mod programs;
mod projections;
mod proof;
mod reach;
mod read_models;
mod restore;
mod rotation;
mod support;
mod teams;
mod tenants;
mod things;
mod tickets;
mod transport;
mod webhooks;
