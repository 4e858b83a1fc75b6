//! The product from outside: over HTTP, and at its seams. One binary, so that one PostgreSQL serves all.

mod agents;
mod customers;
mod keys;
mod log;
mod read_models;
mod teams;
mod tickets;
