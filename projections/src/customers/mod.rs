//! Customers: those who ask for help.

mod consents;
mod queries;
mod restriction;
mod row;
mod view;

pub use consents::{ConsentEntry, ConsentView, ConsentsView, consents};
pub use queries::{CustomerFilter, CustomerKey, CustomerQuery, count, get, list};
pub use restriction::{RestrictionView, restriction};
pub use view::CustomerView;

pub(crate) use row::{CustomerRow, INDEXES, TABLE};
