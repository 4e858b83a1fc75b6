//! What is told of a customer. The fields' docs are the API's reference.

use chrono::{DateTime, Utc};
use event_store::driver::Row;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{customers::CustomerRow, sql::unsigned, table::TableRow};

/// A customer: somebody who asks for help.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Customer)]
pub struct CustomerView {
    /// The customer's id. It never changes.
    #[schema(example = "cus_0199aa00000070008000000000000001")]
    pub id: String,
    /// What they are called. Null once it was erased.
    pub name: Option<String>,
    /// Where they read mail. Null when it is not known, or was erased.
    pub email: Option<String>,
    /// Where they can be called, as written. Null when it is not known, or was erased.
    pub phone: Option<String>,
    /// Their id in another system.
    pub external_id: Option<String>,
    /// When they became known.
    pub created_at: DateTime<Utc>,
    /// When anything of this last changed.
    pub updated_at: DateTime<Utc>,
    /// How many changes this customer has seen. Send it as `If-Match` to change only what you have seen.
    #[schema(minimum = 1)]
    pub version: u64,
    /// The place of the last change in your event log.
    #[schema(minimum = 1)]
    pub position: u64,
    /// When their personal data was erased, for ever; null when it was not. What was known of them is null then, and
    /// they cannot be changed any more.
    pub erased_at: Option<DateTime<Utc>>,
    /// Since when their data are kept and not used (GDPR Article 18); null while they are used. Whoever lacks `privacy:read`
    /// is then told nothing else of them: the other fields are null.
    pub restricted_at: Option<DateTime<Utc>>,
}

/// The columns of a view.
pub(crate) const COLUMNS: &str = "id, name, email, phone, external_id, created_at, updated_at, version, position, \
    erased_at, restricted_at";

impl CustomerView {
    pub(crate) fn from_row(row: &Row) -> Self {
        Self::of(CustomerRow::from_row(row))
    }

    /// The same view of a row that was folded in memory.
    pub(crate) fn of(row: CustomerRow) -> Self {
        Self {
            id: row.id,
            name: row.name,
            email: row.email,
            phone: row.phone,
            external_id: row.external_id,
            created_at: row.created_at,
            updated_at: row.updated_at,
            version: unsigned(row.version),
            position: unsigned(row.position),
            erased_at: row.erased_at,
            restricted_at: row.restricted_at,
        }
    }

    /// As it is shown to whoever does not see those whose data are restricted.
    #[must_use]
    pub fn without_restricted(self) -> Self {
        if self.restricted_at.is_none() {
            return self;
        }
        Self { name: None, email: None, phone: None, external_id: None, ..self }
    }
}
