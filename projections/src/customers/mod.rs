//! Customers: those who ask for help.

mod queries;
mod row;
mod view;

pub use queries::{CustomerFilter, CustomerKey, CustomerQuery, count, get, list};
pub use view::CustomerView;

pub(crate) use row::{CustomerRow, INDEXES, TABLE};
