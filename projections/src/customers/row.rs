//! One row per customer.

use chrono::{DateTime, Utc};
use domain::{Personal, customer::CustomerEvent};

use crate::{
    fold::{At, FoldError, Folded, stamp},
    generation::Indexes,
    sql::signed,
    table::table_row,
};

table_row! {
    /// A customer as they stand. Personal columns are null once they are erased.
    CustomerRow in "customers" by "id" {
        id: String = "id" "text";
        name: Option<String> = "name" "text";
        email: Option<String> = "email" "text";
        phone: Option<String> = "phone" "text";
        external_id: Option<String> = "external_id" "text";
        created_at: DateTime<Utc> = "created_at" "timestamptz";
        updated_at: DateTime<Utc> = "updated_at" "timestamptz";
        version: i64 = "version" "bigint";
        position: i64 = "position" "bigint";
        /// When they were forgotten.
        erased_at: Option<DateTime<Utc>> = "erased_at" "timestamptz";
        /// Since when their data are kept and not used.
        restricted_at: Option<DateTime<Utc>> = "restricted_at" "timestamptz";
    }
    computed {
        "email_identity" "text" as "r.email_identity" = |row: &CustomerRow| row.email.as_ref().map(|email| email.to_lowercase());
    }
}

/// The table; `{g}` is its generation.
pub(crate) const TABLE: &str = r#"
CREATE TABLE IF NOT EXISTS customers_{g} (
    id text COLLATE "C" PRIMARY KEY,
    name text COLLATE "C",
    email text,
    email_identity text COLLATE "C",
    phone text,
    external_id text,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version bigint NOT NULL,
    position bigint NOT NULL,
    erased_at timestamptz,
    restricted_at timestamptz
);
"#;

pub(crate) const INDEXES: Indexes = Indexes::of_rows(
    "
CREATE INDEX IF NOT EXISTS customers_{g}_created ON customers_{g} (created_at, id);
CREATE INDEX IF NOT EXISTS customers_{g}_updated ON customers_{g} (updated_at, id);
CREATE INDEX IF NOT EXISTS customers_{g}_name ON customers_{g} (name, id);
CREATE INDEX IF NOT EXISTS customers_{g}_name_last ON customers_{g} (name DESC NULLS LAST, id DESC);
CREATE INDEX IF NOT EXISTS customers_{g}_email ON customers_{g} (email_identity) WHERE email_identity IS NOT NULL;
CREATE INDEX IF NOT EXISTS customers_{g}_external ON customers_{g} (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS customers_{g}_restricted ON customers_{g} (id) WHERE restricted_at IS NOT NULL;
",
);

fn text(personal: Option<&Personal>) -> Option<String> {
    personal.and_then(Personal::value).map(str::to_owned)
}

impl Folded for CustomerRow {
    type Event = CustomerEvent;

    fn begin(at: &At<'_>, event: &CustomerEvent) -> Result<Self, FoldError> {
        let CustomerEvent::CustomerCreated(created) = event else {
            return Err(FoldError::not_begun(at));
        };
        Ok(Self {
            id: at.aggregate_id.to_owned(),
            name: text(Some(&created.name)),
            email: text(created.email.as_ref()),
            phone: text(created.phone.as_ref()),
            external_id: created.external_id.clone(),
            created_at: at.occurred_at,
            updated_at: at.occurred_at,
            version: signed(at.sequence),
            position: signed(at.position),
            erased_at: None,
            restricted_at: None,
        })
    }

    fn apply(&mut self, at: &At<'_>, event: &CustomerEvent) -> Result<(), FoldError> {
        match event {
            CustomerEvent::CustomerCreated(_) => return Err(FoldError::begun_twice(at)),
            CustomerEvent::CustomerRenamed(renamed) => self.name = text(Some(&renamed.name)),
            CustomerEvent::CustomerEmailChanged(changed) => self.email = text(changed.email.as_ref()),
            CustomerEvent::CustomerPhoneChanged(changed) => self.phone = text(changed.phone.as_ref()),
            CustomerEvent::CustomerExternalIdChanged(changed) => self.external_id.clone_from(&changed.external_id),
            CustomerEvent::CustomerRestricted(_) => self.restricted_at = self.restricted_at.or(Some(at.occurred_at)),
            CustomerEvent::CustomerRestrictionLifted(_) => self.restricted_at = None,
            CustomerEvent::ConsentGiven(_)
            | CustomerEvent::ConsentWithdrawn(_)
            | CustomerEvent::CustomerExported(_) => {}
            CustomerEvent::CustomerErased(_) => {
                (self.name, self.email, self.phone, self.external_id) = (None, None, None, None);
                self.restricted_at = None;
                self.erased_at = Some(at.occurred_at);
            }
        }
        Ok(())
    }

    fn position(&self) -> i64 {
        self.position
    }

    fn stamp(&mut self, at: &At<'_>) {
        stamp!(self, at);
    }
}
