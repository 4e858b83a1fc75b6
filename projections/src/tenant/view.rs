//! What is told of a tenant. The fields' docs are the API's reference.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::tenant::{
    Branding, Calendar, CalendarKind, MailAbout, OpenInterval, SlaPolicy, Targets, TenantRestored, TenantState, Weekday,
};
use serde::Serialize;
use utoipa::ToSchema;

/// One company's own world.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Tenant)]
pub struct TenantView {
    /// The tenant's id. It never changes.
    #[schema(example = "company-abc-123")]
    pub tenant_id: String,
    /// What the company is called.
    pub name: String,
    /// `starter`, `professional` or `enterprise`.
    #[schema(example = "professional")]
    pub plan: String,
    /// Where its days begin: an IANA zone.
    #[schema(example = "America/New_York")]
    pub time_zone: String,
    /// Where it is found, within the domain of the installation; null for tenants from before there was one.
    #[schema(example = "company-abc.helpdesk.com")]
    pub domain: Option<String>,
    /// Its own domain, as it was entered: that it leads here is not checked yet.
    #[schema(example = "support.company-abc.com")]
    pub custom_domain: Option<String>,
    /// Of a sandbox, what it is a copy of; null for any other tenant. A sandbox has nobody's personal data, sends nothing to
    /// anybody, and ends.
    pub sandbox: Option<SandboxView>,
    /// How it looks to its customers.
    pub branding: BrandingView,
    /// How it works.
    pub settings: SettingsView,
    /// The calendars that it has.
    #[serde(skip)]
    pub calendars: Vec<CalendarView>,
    /// The policies that it has.
    #[serde(skip)]
    pub sla_policies: Vec<SlaPolicyView>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When anything of this last changed.
    pub updated_at: DateTime<Utc>,
    /// How many changes the tenant has seen, its keys included. Send it as `If-Match` to change only what you have seen.
    #[schema(minimum = 1)]
    pub version: u64,
    /// The place of the last change of this in your event log.
    #[schema(minimum = 1)]
    pub position: u64,
}

/// What a sandbox is a copy of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Sandbox)]
pub struct SandboxView {
    /// The tenant that it was copied from.
    #[schema(example = "company-abc-123")]
    pub tenant_id: String,
    /// The last position of that tenant's log that it has.
    pub position: u64,
    /// When it is destroyed.
    #[schema(format = DateTime, example = "2026-12-22T00:00:00Z")]
    pub expires_at: String,
}

/// How a company looks to its customers. What is null is as the product has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Branding)]
pub struct BrandingView {
    /// What customers know it as.
    pub company_name: Option<String>,
    /// The same as `logo_url`.
    pub logo: Option<String>,
    /// Where its picture is.
    pub logo_url: Option<String>,
    /// Where the small one is, for tabs.
    pub favicon_url: Option<String>,
    /// The same as `colors.primary`.
    #[schema(example = "#2563eb")]
    pub primary_color: Option<String>,
    /// The same as `colors.secondary`.
    pub secondary_color: Option<String>,
    /// Its colours.
    pub colors: ColorsView,
    /// Its fonts.
    pub fonts: FontsView,
    /// Its own style sheet.
    pub custom_css: Option<String>,
    /// Which template the mail about something has: event → id.
    #[schema(example = json!({"ticket_created": "custom_template_id"}))]
    pub email_templates: BTreeMap<&'static str, String>,
}

/// Colours.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Colors)]
pub struct ColorsView {
    /// The first colour.
    pub primary: Option<String>,
    /// The second.
    pub secondary: Option<String>,
    /// For what is to be seen first.
    pub accent: Option<String>,
    /// Behind all.
    pub background: Option<String>,
}

/// Fonts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Fonts)]
pub struct FontsView {
    /// For text.
    pub primary: Option<String>,
    /// For headings.
    pub secondary: Option<String>,
}

/// How a help desk works.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = TenantSettings)]
pub struct SettingsView {
    /// When it is open, as it was written.
    #[schema(example = "9:00-17:00 EST")]
    pub business_hours: Option<String>,
    /// The calendar that these hours are, in `GET /api/calendars`.
    #[schema(example = "cal_0199aa00000070008000000000000002")]
    pub business_hours_calendar_id: Option<String>,
    /// Whether tickets are to find an agent by themselves.
    pub auto_assignment: bool,
    /// Whether it is to be watched how soon customers hear from the help desk.
    pub sla_enabled: bool,
}

/// When a help desk is open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Calendar)]
pub struct CalendarView {
    /// Its id.
    #[schema(example = "cal_0199aa00000070008000000000000002")]
    pub id: String,
    /// What it is called.
    pub name: String,
    /// `round_the_clock`, or `business_hours`: the one of the tenant's settings.
    #[schema(example = "business_hours")]
    pub kind: &'static str,
    /// By the clocks of where: an IANA zone.
    #[schema(example = "America/New_York")]
    pub time_zone: String,
    /// When it is open, in the order of the week.
    pub hours: Vec<IntervalView>,
}

/// From when to when it is open on a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = OpenInterval)]
pub struct IntervalView {
    /// The day of the week.
    #[schema(example = "monday")]
    pub day: &'static str,
    /// From then.
    #[schema(example = "09:00")]
    pub from: String,
    /// Until then, and not then; `24:00` is the end of the day.
    #[schema(example = "17:00")]
    pub to: String,
}

/// How soon customers are to hear from a help desk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = SlaPolicy)]
pub struct SlaPolicyView {
    /// Its id.
    #[schema(example = "slp_0199aa00000070008000000000000001")]
    pub id: String,
    /// What it is called.
    pub name: String,
    /// Time counts while this calendar is open.
    #[schema(example = "cal_0199aa00000070008000000000000002")]
    pub calendar_id: String,
    /// Until the first answer to the customer.
    pub first_response_minutes: TargetsView,
}

/// Minutes per priority.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Targets)]
pub struct TargetsView {
    /// Of critical tickets.
    #[schema(example = 60)]
    pub critical: u32,
    /// Of high ones.
    #[schema(example = 240)]
    pub high: u32,
    /// Of medium ones.
    #[schema(example = 1440)]
    pub medium: u32,
    /// Of low ones.
    #[schema(example = 4320)]
    pub low: u32,
}

/// What the envelopes of a tenant's events say.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Seen {
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    version: u64,
    position: u64,
}

impl Seen {
    pub(super) fn note(&mut self, version: u64, position: u64, at: DateTime<Utc>, shows: bool) {
        if self.version == 0 {
            self.created_at = at;
        }
        self.version = version;
        if shows {
            (self.position, self.updated_at) = (position, at);
        }
    }
}

impl TenantView {
    pub(super) fn of(id: &str, state: TenantState, seen: Seen) -> Option<Self> {
        let provisioned = state.provisioned.as_ref()?;
        let Seen { created_at, updated_at, version, position } = seen;
        let business_hours = state.calendar(CalendarKind::BusinessHours);
        Some(Self {
            tenant_id: id.to_owned(),
            name: provisioned.name.clone(),
            plan: state.plans.plan.to_string(),
            time_zone: provisioned.time_zone.clone(),
            settings: SettingsView {
                business_hours: state.business_hours.clone(),
                business_hours_calendar_id: business_hours.map(|calendar| calendar.id.to_string()),
                auto_assignment: state.auto_assignment,
                sla_enabled: state.sla_enabled,
            },
            calendars: state.calendars.iter().map(CalendarView::of).collect(),
            sla_policies: state.sla_policies.iter().map(SlaPolicyView::of).collect(),
            sandbox: state.sandbox.map(SandboxView::of),
            domain: state.domain,
            custom_domain: state.custom_domain,
            branding: BrandingView::of(state.branding),
            created_at,
            updated_at,
            version,
            position,
        })
    }
}

impl SandboxView {
    fn of(restored: TenantRestored) -> Self {
        let TenantRestored { from, position, sandbox_until, .. } = restored;
        Self { tenant_id: from.tenant, position, expires_at: sandbox_until.unwrap_or_default() }
    }
}

impl BrandingView {
    fn of(brand: Branding) -> Self {
        let color = |color: &Option<domain::tenant::Color>| color.as_ref().map(|color| color.as_str().to_owned());
        let font = |font: &Option<domain::tenant::Font>| font.as_ref().map(|font| font.as_str().to_owned());
        let picture = |url: &Option<domain::tenant::PictureUrl>| url.as_ref().map(|url| url.as_str().to_owned());
        let (primary, secondary) = (color(&brand.primary_color), color(&brand.secondary_color));
        Self {
            company_name: brand.company_name.map(String::from),
            logo: picture(&brand.logo_url),
            logo_url: picture(&brand.logo_url),
            favicon_url: picture(&brand.favicon_url),
            primary_color: primary.clone(),
            secondary_color: secondary.clone(),
            colors: ColorsView {
                primary,
                secondary,
                accent: color(&brand.accent_color),
                background: color(&brand.background_color),
            },
            fonts: FontsView { primary: font(&brand.primary_font), secondary: font(&brand.secondary_font) },
            custom_css: brand.custom_css.map(|css| css.as_str().to_owned()),
            email_templates: brand
                .email_templates
                .iter()
                .map(|(about, template)| (mail(*about), template.as_str().to_owned()))
                .collect(),
        }
    }
}

fn mail(about: MailAbout) -> &'static str {
    match about {
        MailAbout::TicketCreated => "ticket_created",
        MailAbout::TicketUpdated => "ticket_updated",
        MailAbout::TicketResolved => "ticket_resolved",
        MailAbout::TicketClosed => "ticket_closed",
        MailAbout::CustomerCreated => "customer_created",
        MailAbout::AgentAssigned => "agent_assigned",
    }
}

impl CalendarView {
    fn of(calendar: &Calendar) -> Self {
        let Calendar { id, kind, name, time_zone, hours } = calendar;
        let kind = match kind {
            CalendarKind::RoundTheClock => "round_the_clock",
            CalendarKind::BusinessHours => "business_hours",
        };
        let hours = hours.iter().copied().map(IntervalView::of).collect();
        Self { id: id.to_string(), name: name.clone(), kind, time_zone: time_zone.clone(), hours }
    }
}

impl IntervalView {
    fn of(interval: OpenInterval) -> Self {
        let OpenInterval { day, from, to } = interval;
        let day = match day {
            Weekday::Monday => "monday",
            Weekday::Tuesday => "tuesday",
            Weekday::Wednesday => "wednesday",
            Weekday::Thursday => "thursday",
            Weekday::Friday => "friday",
            Weekday::Saturday => "saturday",
            Weekday::Sunday => "sunday",
        };
        Self { day, from: from.to_string(), to: to.to_string() }
    }
}

impl SlaPolicyView {
    fn of(policy: &SlaPolicy) -> Self {
        let SlaPolicy { id, name, calendar, first_response_minutes } = policy;
        let Targets { critical, high, medium, low } = *first_response_minutes;
        Self {
            id: id.to_string(),
            name: name.clone(),
            calendar_id: calendar.to_string(),
            first_response_minutes: TargetsView { critical, high, medium, low },
        }
    }
}
