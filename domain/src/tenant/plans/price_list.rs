//! The three plans, as data.
//!
//! They are the integration guide's, read so: a plan has the features of those below it, too; a month is a calendar month
//! where the tenant is; 10GB are 10,000,000,000 bytes; the guide's rate of 1,000 requests an hour holds for every plan.

use std::{collections::BTreeSet, fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::text::TextError;

/// Writes an enum whose variants are told apart by a text, for storage, API and command line alike.
macro_rules! named {
    ($(#[$meta:meta])* $name:ident, $expected:literal { $($(#[$doc:meta])* $variant:ident => $text:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$doc])* #[serde(rename = $text)] $variant,)+
        }

        impl $name {
            /// Every one.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The text that stands for it.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = TextError;

            fn from_str(text: &str) -> Result<Self, TextError> {
                let found = Self::ALL.iter().copied().find(|one| one.as_str() == text);
                found.ok_or_else(|| TextError {
                    expected: format!(concat!("expected ", $expected, ", one of {}"), [$($text),+].join(", ")),
                })
            }
        }
    };
}

named!(
    /// What was bought. A later one has what those before it have.
    #[derive(Default)]
    Plan, "a plan" {
        /// 3 agents, 1,000 tickets a month, 10 GB.
        #[default]
        Starter => "starter",
        /// 10 agents, 5,000 tickets a month, 100 GB.
        Professional => "professional",
        /// Without limits.
        Enterprise => "enterprise",
    }
);

named!(
    /// What a plan has or has not.
    Feature, "a feature" {
        /// Numbers of the help desk.
        BasicReporting => "basic_reporting",
        /// Help by mail.
        EmailSupport => "email_support",
        /// Reports of rows and over time.
        AdvancedReporting => "advanced_reporting",
        /// Programs that use the API with keys of their own.
        ApiAccess => "api_access",
        /// The tenant's own systems are told of events.
        Webhooks => "webhooks",
        /// The tenant's own looks and domain.
        WhiteLabel => "white_label",
        /// People log in at the tenant's own identity provider.
        Sso => "sso",
        /// Integrations that are made for the tenant.
        CustomIntegrations => "custom_integrations",
        /// Response targets of the tenant's own.
        Sla => "sla",
    }
);

named!(
    /// What is limited.
    Limit, "a limit" {
        /// Agents at work, and those who are invited.
        Agents => "agents",
        /// Tickets that come in within a month.
        TicketsPerMonth => "tickets_per_month",
        /// Bytes of files.
        StorageBytes => "storage_bytes",
        /// Requests of one key within an hour.
        ApiRequestsPerHour => "api_requests_per_hour",
    }
);

const GIGABYTE: u64 = 1_000_000_000;

impl Plan {
    /// What it costs, in the words of the guide.
    pub const fn price(self) -> &'static str {
        match self {
            Self::Starter => "$29/month",
            Self::Professional => "$79/month",
            Self::Enterprise => "Custom",
        }
    }

    /// How much of something it has; none: as much as is wanted.
    pub const fn limit(self, limit: Limit) -> Option<u64> {
        match (limit, self) {
            (Limit::ApiRequestsPerHour, _) | (Limit::TicketsPerMonth, Self::Starter) => Some(1000),
            (_, Self::Enterprise) => None,
            (Limit::Agents, Self::Starter) => Some(3),
            (Limit::Agents, Self::Professional) => Some(10),
            (Limit::TicketsPerMonth, Self::Professional) => Some(5000),
            (Limit::StorageBytes, Self::Starter) => Some(10 * GIGABYTE),
            (Limit::StorageBytes, Self::Professional) => Some(100 * GIGABYTE),
        }
    }

    /// What it has.
    pub fn features(self) -> BTreeSet<Feature> {
        Feature::ALL.iter().copied().filter(|feature| feature.plan() <= self).collect()
    }
}

impl Feature {
    /// The smallest plan that has it.
    pub const fn plan(self) -> Plan {
        match self {
            Self::BasicReporting | Self::EmailSupport => Plan::Starter,
            Self::AdvancedReporting | Self::ApiAccess | Self::Webhooks => Plan::Professional,
            Self::WhiteLabel | Self::Sso | Self::CustomIntegrations | Self::Sla => Plan::Enterprise,
        }
    }
}

/// Anything that a plan has or limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Entitlement {
    /// A limit.
    Limit(Limit),
    /// A feature.
    Feature(Feature),
}

impl FromStr for Entitlement {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        let names = || Limit::ALL.iter().map(|it| it.as_str()).chain(Feature::ALL.iter().map(|it| it.as_str()));
        let limit = text.parse().map(Self::Limit).ok();
        limit.or_else(|| text.parse().map(Self::Feature).ok()).ok_or_else(|| TextError {
            expected: format!("expected a limit or a feature, one of {}", names().collect::<Vec<_>>().join(", ")),
        })
    }
}

impl fmt::Display for Entitlement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Limit(limit) => limit.as_str(),
            Self::Feature(feature) => feature.as_str(),
        })
    }
}
