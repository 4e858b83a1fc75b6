//! What the integration tests stand on: one private PostgreSQL per process, and a [`World`] per test in it.
//!
//! A world has two tenants (`acme`, `globex`), a clock that moves only when it is told to, seeded randomness, and the
//! whole product behind a real HTTP listener. Nothing sleeps: [`World::settle`] brings the read models to the end of
//! the log.

mod cluster;
mod determinism;
mod disk;
mod factors;
mod http;
mod receiver;
mod s3;
pub mod tools;
mod wire;
mod world;

pub use cluster::{Alone, Database};
pub use determinism::{SeededRandom, TestClock};
pub use disk::SmallDisk;
pub use factors::{Passkey, totp};
pub use http::{Answer, Api, Call};
pub use receiver::{Received, Receiver, Reply};
pub use s3::ObjectStore;
pub use wire::{Fault, Wire};
pub use world::{Tenant, World, rebuild};
