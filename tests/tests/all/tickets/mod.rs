//! Tickets over HTTP: their whole life, and the conditions that a client may set.

mod conditions;
mod creating;
mod idempotency;
mod life;
mod memory;
mod messages;
mod past;
mod presence;
mod undo;
mod updating;
