//! `/api/me`: what somebody may do; and what people do for themselves: second factors, named, added and removed, recovery
//! codes.

mod codes;
mod factors;
mod passkey;
mod rights;
mod totp;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::app::App;

pub use factors::NewFactorView;

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(rights::get_rights))
        .routes(routes!(factors::list_factors))
        .routes(routes!(factors::rename_factor, factors::remove_factor))
        .routes(routes!(totp::totp_options))
        .routes(routes!(totp::add_totp))
        .routes(routes!(passkey::new_passkey_options))
        .routes(routes!(passkey::add_passkey))
        .routes(routes!(codes::make_recovery_codes))
}
