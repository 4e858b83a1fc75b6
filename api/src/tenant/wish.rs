//! What a client wishes of its tenant, in the two shapes that the integration guide has for it.

use std::collections::BTreeMap;

use commands::tenants::TenantChanges;
use domain::{
    tenant::{
        BrandingChanges, BusinessHours, Color, CustomCss, Font, HostName, HoursError, MailAbout, PictureUrl, TemplateId,
    },
    text::Name,
};
use event_store::TenantId;
use serde::Deserialize;
use utoipa::ToSchema;

use super::OwnDomain;
use crate::{openapi::schemas, problem::ApiError, request::nullable};

/// What is to change. A field that is left out stays, and null clears it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "custom_domain": "support.company-abc.com",
    "branding": {"company_name": "Acme Support", "colors": {"primary": "#1a365d"}},
    "settings": {"business_hours": "9:00-17:00 EST", "auto_assignment": true, "sla_enabled": true}
}))]
pub struct TenantBody {
    /// The tenant's own id; it cannot be changed.
    #[schema(value_type = Option<schemas::TenantId>)]
    tenant_id: Option<String>,
    /// Where it is found, within the domain of the installation: one label in front of that.
    #[schema(value_type = Option<schemas::HostName>)]
    domain: Option<HostName>,
    /// Its own domain: outside of the installation's.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<schemas::HostName>)]
    custom_domain: Option<Option<HostName>>,
    /// How it looks to its customers.
    branding: Option<BrandingBody>,
    /// How it works.
    settings: Option<SettingsBody>,
}

/// How it is to look. A field that is left out stays, and null clears it. The same thing by two names must not have two
/// values.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BrandingBody {
    /// What customers know it as.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<schemas::Name>)]
    company_name: Option<Option<Name>>,
    /// The same as `logo_url`.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<schemas::PictureUrl>)]
    logo: Option<Option<PictureUrl>>,
    /// Where its picture is.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<schemas::PictureUrl>)]
    logo_url: Option<Option<PictureUrl>>,
    /// Where the small one is, for tabs.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<schemas::PictureUrl>)]
    favicon_url: Option<Option<PictureUrl>>,
    /// The same as `colors.primary`.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<schemas::Color>)]
    primary_color: Option<Option<Color>>,
    /// The same as `colors.secondary`.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<schemas::Color>)]
    secondary_color: Option<Option<Color>>,
    /// Its colours.
    colors: Option<ColorsBody>,
    /// Its fonts.
    fonts: Option<FontsBody>,
    /// Its own style sheet: it may load nothing from elsewhere.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<schemas::CustomCss>)]
    custom_css: Option<Option<CustomCss>>,
    /// Which template the mail about something has.
    email_templates: Option<EmailTemplatesBody>,
}

/// Colours. Those that are left out stay.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ColorsBody {
    /// The first colour.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<schemas::Color>)]
    primary: Option<Option<Color>>,
    /// The second.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<schemas::Color>)]
    secondary: Option<Option<Color>>,
    /// For what is to be seen first.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<schemas::Color>)]
    accent: Option<Option<Color>>,
    /// Behind all.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<schemas::Color>)]
    background: Option<Option<Color>>,
}

/// Fonts. Those that are left out stay.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FontsBody {
    /// For text.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<schemas::Font>)]
    primary: Option<Option<Font>>,
    /// For headings.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<schemas::Font>)]
    secondary: Option<Option<Font>>,
}

/// Which template the mail about something has. Those that are left out stay, and null is the product's own.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EmailTemplatesBody {
    /// When a ticket came in.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<schemas::TemplateId>)]
    ticket_created: Option<Option<TemplateId>>,
    /// When something changed.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<schemas::TemplateId>)]
    ticket_updated: Option<Option<TemplateId>>,
    /// When it is resolved.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<schemas::TemplateId>)]
    ticket_resolved: Option<Option<TemplateId>>,
    /// When it is closed.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<schemas::TemplateId>)]
    ticket_closed: Option<Option<TemplateId>>,
    /// When somebody is known from now on.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<schemas::TemplateId>)]
    customer_created: Option<Option<TemplateId>>,
    /// When an agent got a ticket.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<schemas::TemplateId>)]
    agent_assigned: Option<Option<TemplateId>>,
}

impl EmailTemplatesBody {
    fn changes(self) -> BTreeMap<MailAbout, Option<TemplateId>> {
        let all = [
            (MailAbout::TicketCreated, self.ticket_created),
            (MailAbout::TicketUpdated, self.ticket_updated),
            (MailAbout::TicketResolved, self.ticket_resolved),
            (MailAbout::TicketClosed, self.ticket_closed),
            (MailAbout::CustomerCreated, self.customer_created),
            (MailAbout::AgentAssigned, self.agent_assigned),
        ];
        all.into_iter().filter_map(|(about, template)| Some((about, template?))).collect()
    }
}

/// How it is to work. A field that is left out stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SettingsBody {
    /// When it is open, Monday to Friday: `9:00-17:00 America/New_York`. Without a zone, in the tenant's own; a short name
    /// that means several places (CST, IST, BST) is refused, and `allowed` says which it may be.
    #[schema(value_type = Option<schemas::BusinessHours>)]
    business_hours: Option<String>,
    /// Whether tickets are to find an agent by themselves. It is recorded, and not acted upon yet.
    auto_assignment: Option<bool>,
    /// Whether it is to be watched how soon customers hear from the help desk. It is recorded, and not acted upon yet.
    sla_enabled: Option<bool>,
}

impl TenantBody {
    /// Checks what no single field says.
    pub fn changes(self, tenant: &TenantId, own: &OwnDomain) -> Result<TenantChanges, ApiError> {
        let Self { tenant_id, domain, custom_domain, branding, settings } = self;
        if tenant_id.is_some_and(|id| id != tenant.as_str()) {
            let detail = format!("a tenant keeps its id: expected {tenant}, or nothing");
            return Err(ApiError::invalid_field("/tenant_id", "read_only", detail));
        }
        if let Some(domain) = &domain {
            own.check_within(domain).map_err(|detail| ApiError::invalid_field("/domain", "invalid_value", detail))?;
        }
        if let Some(Some(custom)) = &custom_domain {
            own.check_outside(custom)
                .map_err(|detail| ApiError::invalid_field("/custom_domain", "invalid_value", detail))?;
        }
        let SettingsBody { business_hours, auto_assignment, sla_enabled } = settings.unwrap_or_default();
        Ok(TenantChanges {
            domain,
            custom_domain,
            branding: branding.unwrap_or_default().changes()?,
            business_hours: business_hours.map(|text| hours(&text, "/settings/business_hours")).transpose()?,
            auto_assignment,
            sla_enabled,
        })
    }
}

/// Business hours at this place of a body.
pub fn hours(text: &str, pointer: &str) -> Result<BusinessHours, ApiError> {
    text.parse().map_err(|error: HoursError| {
        let detail = error.to_string();
        match error {
            HoursError::Form | HoursError::UnknownZone => ApiError::invalid_field(pointer, "invalid_value", detail),
            HoursError::AmbiguousZone(places) => {
                ApiError::invalid_field(pointer, "ambiguous_time_zone", detail).allowed(places.iter().copied())
            }
        }
    })
}

impl BrandingBody {
    fn changes(self) -> Result<BrandingChanges, ApiError> {
        let (colors, fonts) = (self.colors.unwrap_or_default(), self.fonts.unwrap_or_default());
        Ok(BrandingChanges {
            company_name: self.company_name,
            logo_url: one(self.logo, self.logo_url, "/branding/logo", "/branding/logo_url")?,
            favicon_url: self.favicon_url,
            primary_color: one(
                self.primary_color,
                colors.primary,
                "/branding/primary_color",
                "/branding/colors/primary",
            )?,
            secondary_color: one(
                self.secondary_color,
                colors.secondary,
                "/branding/secondary_color",
                "/branding/colors/secondary",
            )?,
            accent_color: colors.accent,
            background_color: colors.background,
            primary_font: fonts.primary,
            secondary_font: fonts.secondary,
            custom_css: self.custom_css,
            email_templates: self.email_templates.unwrap_or_default().changes(),
        })
    }
}

/// The same thing by two names.
fn one<T: PartialEq>(
    short: Option<T>,
    long: Option<T>,
    short_pointer: &str,
    pointer: &str,
) -> Result<Option<T>, ApiError> {
    if short.is_some() && long.is_some() && short != long {
        let detail = format!("{short_pointer} is the same thing, and has another value: send one of them");
        return Err(ApiError::invalid_field(pointer, "conflicting_values", detail));
    }
    Ok(long.or(short))
}
