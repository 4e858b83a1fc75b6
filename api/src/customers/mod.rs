//! `/api/customers`.

mod consents;
mod create;
mod erase;
mod export;
mod get;
mod list;
mod restriction;
mod update;

use domain::CustomerId;
use projections::{
    Restricted,
    as_of::{self, Moment},
    customers::{self, CustomerKey, CustomerView},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    answer::{Resource, Written},
    app::App,
    problem::ApiError,
    request::{CustomerRef, Named, Session, customer_ref},
};

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list_customers, create::create_customer))
        .routes(routes!(get::get_customer, update::put_customer, update::patch_customer))
        .routes(routes!(erase::erase_customer))
        .routes(routes!(export::export_customer))
        .routes(routes!(consents::list_consents, consents::give_consent))
        .routes(routes!(consents::withdraw_consent))
        .routes(routes!(restriction::get_restriction, restriction::restrict_customer, restriction::lift_restriction))
}

impl Resource for CustomerView {
    fn version(&self) -> u64 {
        self.version
    }
}

async fn find(session: &Session, named: &CustomerRef) -> Result<CustomerView, ApiError> {
    let key = match named {
        Named::Id(id) => CustomerKey::Id(*id),
        Named::External(id) => CustomerKey::ExternalId(id.clone()),
    };
    let tx = session.log.begin().await?;
    let customer = customers::get(&tx, &key).await?;
    tx.end();
    customer.map(|customer| as_seen(session, customer)).ok_or_else(|| ApiError::not_found("customer"))
}

/// A customer as the caller sees them.
fn as_seen(session: &Session, customer: CustomerView) -> CustomerView {
    match session.restricted() {
        Restricted::Shown => customer,
        Restricted::Hidden => customer.without_restricted(),
    }
}

/// The id that the URL names. An id is taken at its word: the command will say whether there is one.
async fn resolve(session: &Session, text: &str) -> Result<CustomerId, ApiError> {
    match customer_ref(text)? {
        Named::Id(id) => Ok(id),
        external @ Named::External(_) => {
            find(session, &external).await?.id.parse().map_err(|_| ApiError::not_found("customer"))
        }
    }
}

async fn answer(
    app: &App,
    session: &Session,
    receipt: &commands::Receipt,
    written: Written<'_>,
) -> Result<axum::response::Response, ApiError> {
    let id: CustomerId = receipt.outcome.id.parse().map_err(|_| ApiError::not_found("customer"))?;
    // A repeat waits as well: its first time may have been cut off before anybody could see it.
    let visible = app.visible(&session.log, receipt).await;
    if receipt.replayed && visible {
        // A repeat is answered with what the first time was answered with, whatever has happened since.
        let past = as_of::customer(&session.log, id, Moment::Position(receipt.position)).await?;
        return Ok(written.with(past.map(|past| as_seen(session, past)).as_ref()));
    }
    let customer = if visible { Some(find(session, &Named::Id(id)).await?) } else { None };
    Ok(written.with(customer.as_ref()))
}
