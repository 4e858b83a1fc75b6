//! Sealed files of tenants, in an object store: a directory, or a bucket that speaks S3.
//!
//! A [`Vault`] is given names and keys, and bytes as they come; it holds a few pieces of a file in memory, never all of
//! it. What leaves the process is sealed ([`stream`]): the object store, and whoever copies it, sees sizes and ids.
//!
//! It knows no ticket, no log and no database. Whose key a file is under, how long it stays and who may see it is
//! decided by those who call. Deliberately absent: lists of what is there (the tenant's table says that), and ranges.

mod error;
mod location;
mod stream;
mod vault;

pub use error::VaultError;
pub use stream::{FileKey, OVERHEAD, PIECE};
pub use vault::{Content, Name, Vault, Writing};
