//! Wishes for customers.

use chrono::{DateTime, Utc};
use domain::{
    CustomerId,
    customer::{
        ConsentGiven, ConsentWithdrawn, CreateCustomer as NewCustomer, Customer, CustomerCommand, CustomerRejection,
        CustomerState, RestrictionGround,
    },
    text::{Email, ExternalId, Name, Phone, Reason},
};

use crate::{
    caller::Permission,
    claims,
    error::CommandError,
    legal_holds,
    unit::{About, Operation, Unit},
};

/// Make a customer known.
#[derive(Clone, Debug)]
pub struct CreateCustomer(pub NewCustomer);

impl Operation for CreateCustomer {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        create(unit, &self.0)
    }
}

fn create(unit: &mut Unit<'_>, new: &NewCustomer) -> Result<About, CommandError> {
    unit.begin::<Customer>(new.id);
    unit.decide::<Customer>(new.id, CustomerCommand::Create(new.clone()))?;
    unit.reclaim(claims::CUSTOMER_EMAIL, new.id, None, new.email.as_ref().map(Email::identity));
    unit.reclaim(claims::CUSTOMER_EXTERNAL_ID, new.id, None, new.external_id.clone().map(String::from));
    Ok(About::of::<Customer>(new.id))
}

/// What may be changed of a customer at once. `None` leaves a field as it is; `Some(None)` clears it.
#[derive(Clone, Debug, Default)]
pub struct CustomerPatch {
    /// What they are called.
    pub name: Option<Name>,
    /// Where they read mail.
    pub email: Option<Option<Email>>,
    /// Where they can be called.
    pub phone: Option<Option<Phone>>,
    /// Their id in another system.
    pub external_id: Option<Option<ExternalId>>,
}

/// Change a customer.
#[derive(Clone, Debug)]
pub struct UpdateCustomer {
    /// Which.
    pub id: CustomerId,
    /// How.
    pub patch: CustomerPatch,
}

impl Operation for UpdateCustomer {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        update(unit, self.id, &self.patch).await
    }
}

async fn update(unit: &mut Unit<'_>, id: CustomerId, patch: &CustomerPatch) -> Result<About, CommandError> {
    unit.require(Permission::CustomersWrite)?;
    let state = unit.load_target::<Customer>(id).await?;
    if state.name.is_none() {
        return Err(CommandError::NotFound { kind: "customer", pointer: None });
    }
    if state.erased {
        return Err(CommandError::rejected(CustomerRejection::Erased));
    }
    if state.restricted.is_some() && !unit.request().caller.permissions.allow(Permission::PrivacyWrite) {
        return Err(CommandError::rejected(CustomerRejection::Restricted));
    }
    if let Some(email) = &patch.email {
        unit.reclaim(claims::CUSTOMER_EMAIL, id, email_identity(&state), email.as_ref().map(Email::identity));
    }
    if let Some(external_id) = &patch.external_id {
        let now = external_id.clone().map(String::from);
        unit.reclaim(claims::CUSTOMER_EXTERNAL_ID, id, state.external_id, now);
    }
    let wishes = [
        patch.name.clone().map(CustomerCommand::Rename),
        patch.email.clone().map(CustomerCommand::SetEmail),
        patch.phone.clone().map(CustomerCommand::SetPhone),
        patch.external_id.clone().map(CustomerCommand::SetExternalId),
    ];
    for wish in wishes.into_iter().flatten() {
        unit.decide::<Customer>(id, wish)?;
    }
    Ok(About::of::<Customer>(id))
}

fn email_identity(state: &CustomerState) -> Option<String> {
    let email = state.email.as_ref()?.value()?;
    Email::try_new(email).ok().map(|email| email.identity())
}

/// Keep what is known of a customer, and do not use it; or use it again.
#[derive(Clone, Debug)]
pub struct RestrictCustomer {
    /// Whom.
    pub id: CustomerId,
    /// Why, and what else is to be said of it; none: use it again.
    pub restriction: Option<(RestrictionGround, Option<Reason>)>,
}

impl Operation for RestrictCustomer {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        unit.require(Permission::PrivacyWrite)?;
        if unit.load_target::<Customer>(self.id).await?.name.is_none() {
            return Err(CommandError::NotFound { kind: "customer", pointer: None });
        }
        let command = match self.restriction.clone() {
            Some((ground, note)) => CustomerCommand::Restrict { ground, note },
            None => CustomerCommand::LiftRestriction,
        };
        unit.decide::<Customer>(self.id, command)?;
        Ok(About::of::<Customer>(self.id))
    }
}

/// Note what a customer said to a use of their data.
#[derive(Clone, Debug)]
pub struct RecordConsent {
    /// Who.
    pub id: CustomerId,
    /// What.
    pub said: Said,
}

/// What somebody said to a use of their data.
#[derive(Clone, Debug)]
pub enum Said {
    /// They allow it; and when that is noted.
    Given(ConsentGiven, DateTime<Utc>),
    /// They allow it no more.
    Withdrawn(ConsentWithdrawn),
}

impl Operation for RecordConsent {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        unit.require(Permission::PrivacyWrite)?;
        if unit.load_target::<Customer>(self.id).await?.name.is_none() {
            return Err(CommandError::NotFound { kind: "customer", pointer: None });
        }
        let command = match self.said.clone() {
            Said::Given(consent, now) => CustomerCommand::GiveConsent { consent, now },
            Said::Withdrawn(withdrawn) => CustomerCommand::WithdrawConsent(withdrawn),
        };
        unit.decide::<Customer>(self.id, command)?;
        Ok(About::of::<Customer>(self.id))
    }
}

/// Note that somebody is given a copy of everything that is known about a customer.
#[derive(Clone, Copy, Debug)]
pub struct ExportCustomer(pub CustomerId);

impl Operation for ExportCustomer {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        unit.require(Permission::PrivacyExport)?;
        if unit.load_target::<Customer>(self.0).await?.name.is_none() {
            return Err(CommandError::NotFound { kind: "customer", pointer: None });
        }
        unit.decide::<Customer>(self.0, CustomerCommand::Export)?;
        Ok(About::of::<Customer>(self.0))
    }
}

/// Forget a customer for ever: their keys are destroyed, and what was unique to them is free again.
#[derive(Clone, Copy, Debug)]
pub struct EraseCustomer(pub CustomerId);

impl Operation for EraseCustomer {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        unit.require(Permission::PrivacyErase)?;
        let id = self.0;
        let state = unit.load_target::<Customer>(id).await?;
        if state.name.is_none() {
            return Err(CommandError::NotFound { kind: "customer", pointer: None });
        }
        if !state.erased {
            legal_holds::spare_customer(unit, id).await?;
            unit.decide::<Customer>(id, CustomerCommand::Erase)?;
            unit.reclaim(claims::CUSTOMER_EMAIL, id, email_identity(&state), None);
            unit.reclaim(claims::CUSTOMER_EXTERNAL_ID, id, state.external_id, None);
            unit.erase(id);
        }
        Ok(About::of::<Customer>(id))
    }
}

/// Create the customer of this external id, or change them.
#[derive(Clone, Debug)]
pub struct UpsertCustomer {
    /// Their id in another system.
    pub external_id: ExternalId,
    /// The id that they get when they are new.
    pub new_id: CustomerId,
    /// What they are to be; a new one needs a name.
    pub patch: CustomerPatch,
}

impl Operation for UpsertCustomer {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        let owner = unit.owner_of(claims::CUSTOMER_EXTERNAL_ID, self.external_id.as_str()).await?;
        if let Some(id) = owner.and_then(|owner| owner.parse().ok()) {
            return update(unit, id, &self.patch).await;
        }
        let Some(name) = self.patch.name.clone() else {
            return Err(CommandError::Rejected {
                code: "required",
                pointer: Some("/name"),
                message: "expected a name: there is no customer with this external id yet".to_owned(),
            });
        };
        if let Some(expected) = unit.request().expected_version {
            return Err(CommandError::PreconditionFailed { expected, actual: 0, changed: vec![] });
        }
        let new = NewCustomer {
            id: self.new_id,
            name,
            email: self.patch.email.clone().flatten(),
            phone: self.patch.phone.clone().flatten(),
            external_id: Some(self.external_id.clone()),
        };
        create(unit, &new)
    }
}
