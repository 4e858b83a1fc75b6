//! Operators: who may make, suspend and delete tenants. Their tokens are `hd_operator_<name>_<32 base62>_<6 base62 of
//! CRC-32>`, shown once and stored as SHA-256, like API keys; they open no tenant.

use std::{fmt, str::FromStr};

use event_store::{Random, StoreError, TenantId, TenantIdError};
use ring::digest::{SHA256, digest};

use crate::{api_keys, desk::Desk, error::CommandError};

const PREFIX: &str = "hd_operator_";

/// What an operator is called: of the form of a tenant's id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperatorName(TenantId);

impl FromStr for OperatorName {
    type Err = OperatorNameError;

    fn from_str(text: &str) -> Result<Self, OperatorNameError> {
        text.parse().map(Self).map_err(|_: TenantIdError| OperatorNameError)
    }
}

impl fmt::Display for OperatorName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// A text that is no name of an operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a name of 1 to 40 lower-case letters, digits and hyphens, not at its ends")]
pub struct OperatorNameError;

impl OperatorName {
    /// As it stands in events: a part of this product that somebody drives.
    pub fn actor(&self) -> String {
        format!("operator:{self}")
    }
}

/// A token in clear: held by whoever was just given it.
#[derive(Clone)]
pub struct OperatorToken(String);

/// Never prints it.
impl fmt::Debug for OperatorToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OperatorToken(…)")
    }
}

impl OperatorToken {
    /// The text, to be shown once.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

fn sha256(text: &str) -> Vec<u8> {
    digest(&SHA256, text.as_bytes()).as_ref().to_vec()
}

impl Desk {
    /// Makes an operator. A name is never given twice.
    pub async fn add_operator(&self, name: &OperatorName, random: &dyn Random) -> Result<OperatorToken, CommandError> {
        let token = OperatorToken(api_keys::tagged(PREFIX, &name.0, random));
        if self.store().add_operator(name.0.as_str(), &sha256(token.reveal())).await? {
            return Ok(token);
        }
        Err(CommandError::Rejected {
            code: "operator_already_exists",
            pointer: None,
            message: format!("there is, or was, an operator {name}: choose another name"),
        })
    }

    /// Who shows this; none when it opens nothing. What is no token is found out without the database.
    pub async fn operator_of(&self, shown: &str) -> Result<Option<OperatorName>, StoreError> {
        let Some(named) = api_keys::read_tagged(PREFIX, shown) else { return Ok(None) };
        let found = self.store().operator(&sha256(shown)).await?;
        Ok(found.filter(|name| name == named.as_str()).map(|_| OperatorName(named)))
    }
}
