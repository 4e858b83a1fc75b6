//! A customer: someone who asks for help.
//!
//! What it protects: a customer has a name; what is known about them is sealed under their own key. That an email or
//! an external id belongs to one customer only is reserved on the write side, beside the events. Who was erased stays so:
//! nothing is changed about them any more. While their data are restricted, nobody works with them but who may.

mod commands;
mod consent;
mod events;
mod rejection;
mod restriction;
mod state;

pub use commands::{CreateCustomer, CustomerCommand};
pub use consent::{Answer, Consents, Purpose};
pub use events::{
    ConsentGiven, ConsentWithdrawn, CustomerCreated, CustomerEmailChanged, CustomerErased, CustomerEvent,
    CustomerExported, CustomerExternalIdChanged, CustomerPhoneChanged, CustomerRenamed, CustomerRestricted,
    CustomerRestrictionLifted,
};
pub use rejection::CustomerRejection;
pub use restriction::RestrictionGround;
pub use state::{Customer, CustomerState};
