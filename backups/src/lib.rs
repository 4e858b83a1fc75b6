//! Backups of tenants: a tenant's world as of one position of its log, in an object store, sealed.
//!
//! A backup is a [`Manifest`] and the objects that it names: pieces of the log, which never change and are shared by all
//! later backups; the other tables as of the same moment; the keys of the people that the log is about, apart; and
//! copies of the sealed files. It is there once its manifest is. Whoever has the store and the master key needs no
//! database to read it ([`Archive`]); nobody else can read anything.
//!
//! It knows tables and streams, and no ticket. Deliberately absent: bringing one back, which needs the whole product.

mod archive;
mod error;
mod id;
mod log;
mod manifest;
mod retain;
mod save;
mod schedule;
mod sections;
mod verify;

pub use archive::Archive;
pub use error::BackupError;
pub use id::{BackupId, BackupIdError};
pub use manifest::{Contents, Erased, FORMAT, Header, Installation, Kind, Manifest, Sealed, Segment, StoredFile};
pub use retain::{Keep, Newest, Removed};
pub use save::{Backups, Begun};
pub use schedule::{Days, Schedule, ScheduleError};
pub use sections::{Part, Sections};
pub use verify::{Fault, Verified};
