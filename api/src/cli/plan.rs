use chrono::{DateTime, Utc};
use clap::Subcommand;
use domain::{
    tenant::{
        Entitlement, Entitlements, FeatureOverridden, LimitOverridden, OverrideCleared, Plan, PlanCommand, Source,
        TrialStarted,
    },
    text::Reason,
};
use event_store::TenantId;
use installation::{Config, Database};

use super::{Failure, open::open, terminal::print};
use crate::app::App;

/// Show and change what a tenant bought.
#[derive(Debug, Subcommand)]
pub enum PlanCommands {
    /// Show what a tenant may use, and whence it has it
    Show {
        /// Which.
        tenant: TenantId,
    },
    /// Change the plan
    ///
    /// Example: ledgerdesk plan set acme professional --reason "order 4711"
    Set {
        /// Which.
        tenant: TenantId,
        /// starter, professional or enterprise.
        plan: Plan,
        #[command(flatten)]
        why: Why,
    },
    /// Give what another plan has, for a while; it ends by itself
    Trial {
        /// Which.
        tenant: TenantId,
        /// starter, professional or enterprise.
        plan: Plan,
        /// Until when: RFC 3339.
        #[arg(long)]
        until: DateTime<Utc>,
        #[command(flatten)]
        why: Why,
    },
    /// End a trial before its time
    EndTrial {
        /// Which.
        tenant: TenantId,
        #[command(flatten)]
        why: Why,
    },
    /// Agree upon another limit, or a feature, whatever the plan says
    ///
    /// Examples: ledgerdesk plan override acme agents 12 --reason "two for the winter"; ledgerdesk plan override acme sso on --reason "contract 7"
    Override {
        /// Which.
        tenant: TenantId,
        /// A limit (`agents`, `tickets_per_month`, `storage_bytes`, `api_requests_per_hour`), or a feature.
        of: Entitlement,
        /// A number or `unlimited`, of a limit; on or off, of a feature.
        value: Wanted,
        /// Until when: RFC 3339; until it is cleared, when left out.
        #[arg(long)]
        until: Option<DateTime<Utc>>,
        #[command(flatten)]
        why: Why,
    },
    /// Let a limit or a feature be as the plan says again
    Clear {
        /// Which.
        tenant: TenantId,
        /// As in `override`.
        of: Entitlement,
        #[command(flatten)]
        why: Why,
    },
}

/// Why something is changed.
#[derive(Debug, clap::Args)]
pub struct Why {
    /// Why: the tenant reads it in its audit trail.
    #[arg(long, value_parser = |text: &str| Reason::try_new(text))]
    reason: Reason,
}

impl From<Why> for String {
    fn from(why: Why) -> Self {
        why.reason.into()
    }
}

/// What a limit or a feature is to be.
#[derive(Clone, Copy, Debug)]
pub enum Wanted {
    /// So much.
    Number(u64),
    /// As much as is wanted.
    Unlimited,
    /// There.
    On,
    /// Not there.
    Off,
}

impl std::str::FromStr for Wanted {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "unlimited" => Ok(Self::Unlimited),
            "on" => Ok(Self::On),
            "off" => Ok(Self::Off),
            number => {
                number.parse().map(Self::Number).map_err(|_| "expected a number, unlimited, on or off".to_owned())
            }
        }
    }
}

impl PlanCommands {
    pub async fn run(self, config: &Config) -> Result<(), Failure> {
        let opened = open(config, Database::attach(config).await?).await?;
        let app = &opened.app;
        let now = app.desk.store().clock().now();
        let (tenant, command) = match self {
            Self::Show { tenant } => (tenant, None),
            Self::Set { tenant, plan, why } => (tenant, Some(PlanCommand::Change(plan, why.into()))),
            Self::Trial { tenant, plan, until, why } => {
                let trial = TrialStarted { plan, until, reason: why.into() };
                (tenant, Some(PlanCommand::StartTrial { trial, now }))
            }
            Self::EndTrial { tenant, why } => (tenant, Some(PlanCommand::EndTrial { reason: why.into(), now })),
            Self::Override { tenant, of, value, until, why } => {
                (tenant, Some(agreed(of, value, until, why.into(), now)?))
            }
            Self::Clear { tenant, of, why } => {
                (tenant, Some(PlanCommand::ClearOverride(OverrideCleared { of, reason: why.into() })))
            }
        };
        if let Some(command) = command {
            let changed = app.desk.change_plan(&tenant, "operator", command).await?;
            changed.ok_or_else(|| format!("there is no tenant {tenant} in use"))?;
        }
        show(app, &tenant).await?;
        opened.close().await
    }
}

fn agreed(
    of: Entitlement,
    value: Wanted,
    until: Option<DateTime<Utc>>,
    reason: String,
    now: DateTime<Utc>,
) -> Result<PlanCommand, Failure> {
    let limit = |of, limit| PlanCommand::OverrideLimit {
        wish: LimitOverridden { of, limit, until, reason: reason.clone() },
        now,
    };
    let feature = |of, included| PlanCommand::OverrideFeature {
        wish: FeatureOverridden { of, included, until, reason: reason.clone() },
        now,
    };
    match (of, value) {
        (Entitlement::Limit(of), Wanted::Number(number)) => Ok(limit(of, Some(number))),
        (Entitlement::Limit(of), Wanted::Unlimited) => Ok(limit(of, None)),
        (Entitlement::Feature(of), Wanted::On) => Ok(feature(of, true)),
        (Entitlement::Feature(of), Wanted::Off) => Ok(feature(of, false)),
        (Entitlement::Limit(of), Wanted::On | Wanted::Off) => {
            Err(format!("{of} is a limit: expected a number or unlimited").into())
        }
        (Entitlement::Feature(of), Wanted::Number(_) | Wanted::Unlimited) => {
            Err(format!("{of} is a feature: expected on or off").into())
        }
    }
}

async fn show(app: &App, tenant: &TenantId) -> Result<(), Failure> {
    let log = app.desk.store().log(tenant).await?;
    let Entitlements { plan, limits, features } = app.desk.entitlements(&log).await?;
    print(&format!("{tenant}: {plan}, {}", plan.price()));
    for (of, limit) in limits {
        let value = limit.value.map_or_else(|| "unlimited".to_owned(), |limit| limit.to_string());
        print(&format!("  {:<22}{value:<16}{}", of.as_str(), said(limit.source)));
    }
    for (of, feature) in features {
        let value = if feature.value { "on" } else { "off" };
        print(&format!("  {:<22}{value:<16}{}", of.as_str(), said(feature.source)));
    }
    Ok(())
}

fn said(source: Source) -> String {
    let until = |until: DateTime<Utc>| until.format(" until %F %H:%M UTC").to_string();
    match source {
        Source::Plan => "plan".to_owned(),
        Source::Trial { until: end } => format!("trial{}", until(end)),
        Source::Override { until: end } => format!("override{}", end.map(until).unwrap_or_default()),
    }
}
