//! Sealed files of tenants, in an object store: a directory, or a bucket that speaks S3.
//!
//! A [`Vault`] is given names and keys, and bytes as they come; it holds a few pieces of a file in memory, never all of
//! it. What leaves the process is sealed ([`stream`]): the object store, and whoever copies it, sees sizes and ids.
//!
//! It knows no ticket, no log and no database. Whose key a file is under, how long it stays and who may see it is
//! decided by those who call. Deliberately absent: ranges.

mod error;
mod location;
mod name;
mod objects;
mod stream;
mod vault;

pub use error::VaultError;
pub use name::Name;
pub use objects::{Object, Sum};
pub use stream::{FileKey, OVERHEAD, PIECE, sealed_length};
pub use vault::{Content, Vault, Writing};
