//! A company's own world: what it is, where it is found.

mod branding;
mod end;
mod hosts;
mod meeting;
mod operators;
mod provisioning;
mod resource;
mod suspended;
mod usage;
