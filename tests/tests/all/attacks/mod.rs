//! What somebody would try who means harm: guessed keys, fields that are not theirs to set, headers that lie.

mod addresses;
mod assignment;
mod keys;
