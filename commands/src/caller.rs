//! Who asks, and what they may do.

use std::{collections::BTreeSet, fmt, str::FromStr};

use domain::{
    Actor, agent::AgentCommand, customer::CustomerCommand, team::TeamCommand, tenant::TenantCommand,
    ticket::TicketCommand, webhook::WebhookCommand,
};

macro_rules! permissions {
    ($($(#[$meta:meta])* $variant:ident = $text:literal),+ $(,)?) => {
        /// One right. Its text is the scope of API keys.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Permission { $($(#[$meta])* $variant),+ }

        impl Permission {
            /// Every right there is.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The text that stands for it.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }
    };
}

permissions!(
    /// See tickets and their timelines.
    TicketsRead = "tickets:read",
    /// Open and change tickets.
    TicketsWrite = "tickets:write",
    /// Hide and restore tickets.
    TicketsDelete = "tickets:delete",
    /// See customers.
    CustomersRead = "customers:read",
    /// Create and change customers.
    CustomersWrite = "customers:write",
    /// See agents and teams.
    AgentsRead = "agents:read",
    /// Create and change agents and teams.
    AgentsWrite = "agents:write",
    /// Follow the event feed.
    EventsRead = "events:read",
    /// Read the audit trail.
    AuditRead = "audit:read",
    /// See the numbers: analytics.
    AnalyticsRead = "analytics:read",
    /// Draw reports, with the names of customers and agents.
    ReportsRead = "reports:read",
    /// Read the log as it is stored, with its checkpoints and proofs: for auditors.
    ProofRead = "proof:read",
    /// Add cosignatures to checkpoints: for outside witnesses.
    ProofCosign = "proof:cosign",
    /// See webhooks and what became of their deliveries.
    WebhooksRead = "webhooks:read",
    /// Make and change webhooks; send again what they were told.
    WebhooksWrite = "webhooks:write",
    /// Take a copy of everything that is known about a person.
    PrivacyExport = "privacy:export",
    /// Forget a person for ever; redact and rectify messages.
    PrivacyErase = "privacy:erase",
    /// See the tenant itself: its name, its looks, when it is open.
    SettingsRead = "settings:read",
    /// Change the tenant itself; see, make and revoke keys.
    SettingsWrite = "settings:write",
);

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A text that is no scope.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{found:?} is not a scope; expected {expected}, one of those with * behind the colon, or *")]
pub struct PermissionError {
    found: String,
    expected: String,
}

/// The rights of a caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permissions(BTreeSet<Permission>);

impl Permissions {
    /// Every right.
    pub fn all() -> Self {
        Self(Permission::ALL.iter().copied().collect())
    }

    /// The rights that these scopes name: `tickets:read`, `tickets:*`, `*`.
    pub fn from_scopes<'a>(scopes: impl IntoIterator<Item = &'a str>) -> Result<Self, PermissionError> {
        let mut rights = BTreeSet::new();
        for scope in scopes {
            let before = rights.len();
            rights.extend(Permission::ALL.iter().copied().filter(|right| matches(scope, *right)));
            if rights.len() == before && !Permission::ALL.iter().any(|right| matches(scope, *right)) {
                let expected = Permission::ALL.iter().map(|right| right.as_str()).collect::<Vec<_>>().join(", ");
                return Err(PermissionError { found: scope.to_owned(), expected });
            }
        }
        Ok(Self(rights))
    }

    /// Whether the right is among them.
    pub fn allow(&self, right: Permission) -> bool {
        self.0.contains(&right)
    }
}

fn matches(scope: &str, right: Permission) -> bool {
    match scope.strip_suffix('*') {
        Some("") => true,
        Some(prefix) => prefix.ends_with(':') && right.as_str().starts_with(prefix),
        None => right.as_str() == scope,
    }
}

impl FromStr for Permissions {
    type Err = PermissionError;

    /// Scopes separated by commas.
    fn from_str(text: &str) -> Result<Self, PermissionError> {
        Self::from_scopes(text.split(',').map(str::trim))
    }
}

/// Who asks.
#[derive(Clone, Debug)]
pub struct Caller {
    /// As it will stand in the events.
    pub actor: Actor,
    /// What they may do.
    pub permissions: Permissions,
}

impl Caller {
    /// A part of this product, which may do everything.
    pub fn system(name: &str) -> Self {
        Self { actor: Actor::System(name.to_owned()), permissions: Permissions::all() }
    }
}

/// A command that says which right it takes.
pub trait Permitted {
    /// The right.
    fn permission(&self) -> Permission;
}

impl Permitted for TicketCommand {
    fn permission(&self) -> Permission {
        match self {
            Self::Open(_)
            | Self::Retitle(_)
            | Self::Reply { .. }
            | Self::AddNote { .. }
            | Self::Assign(_)
            | Self::Unassign
            | Self::MoveToTeam(_)
            | Self::ChangeRequester(_)
            | Self::SetPriority(_)
            | Self::SetType(_)
            | Self::Tag(_)
            | Self::Untag(_)
            | Self::ReplaceTags(_)
            | Self::SetExternalId(_)
            | Self::SetStatus(_)
            | Self::Reopen(_)
            | Self::Rate(_) => Permission::TicketsWrite,
            Self::Delete | Self::Restore => Permission::TicketsDelete,
            // A scanner does, which may do everything.
            Self::ReportInfected { .. } => Permission::SettingsWrite,
            Self::RedactMessage(_) | Self::RectifyMessage { .. } => Permission::PrivacyErase,
        }
    }
}

impl Permitted for CustomerCommand {
    fn permission(&self) -> Permission {
        match self {
            // Whoever may open tickets may bring the one who asks with them: see `tickets::CreateTicket`.
            Self::Create(_) | Self::Rename(_) | Self::SetEmail(_) | Self::SetPhone(_) | Self::SetExternalId(_) => {
                Permission::CustomersWrite
            }
            Self::Export => Permission::PrivacyExport,
            Self::Erase => Permission::PrivacyErase,
        }
    }
}

impl Permitted for AgentCommand {
    fn permission(&self) -> Permission {
        match self {
            Self::Create(_)
            | Self::Rename(_)
            | Self::SetEmail(_)
            | Self::SetExternalId(_)
            | Self::Deactivate
            | Self::Reactivate
            // That they accept, log in and log out takes no right but the secret: see `people`.
            | Self::Access(_) => Permission::AgentsWrite,
            Self::Export => Permission::PrivacyExport,
            Self::Erase => Permission::PrivacyErase,
        }
    }
}

impl Permitted for TeamCommand {
    fn permission(&self) -> Permission {
        match self {
            Self::Create(_) | Self::Rename(_) | Self::ReplaceMembers(_) => Permission::AgentsWrite,
        }
    }
}

impl Permitted for TenantCommand {
    fn permission(&self) -> Permission {
        match self {
            Self::Provision(_)
            | Self::SetDomain(_)
            | Self::SetCustomDomain(_)
            | Self::Brand(_)
            | Self::SetBusinessHours { .. }
            | Self::SwitchAutoAssignment(_)
            | Self::SwitchSla(_)
            | Self::Suspend
            | Self::Resume
            | Self::ScheduleDeletion(_)
            | Self::CancelDeletion
            | Self::RecordRestore(_)
            | Self::IssueApiKey(_)
            | Self::RevokeApiKey(_) => Permission::SettingsWrite,
        }
    }
}

impl Permitted for WebhookCommand {
    fn permission(&self) -> Permission {
        match self {
            Self::Create(_)
            | Self::SetUrl(_)
            | Self::SetEvents(_)
            | Self::Describe(_)
            | Self::IncludeImported(_)
            | Self::SetOrdering(_)
            | Self::RotateSecret
            | Self::Disable(_)
            | Self::Enable
            | Self::Delete => Permission::WebhooksWrite,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_name_rights_and_unknown_ones_are_refused() {
        let rights: Permissions = "tickets:*, customers:read".parse().unwrap();
        assert!(rights.allow(Permission::TicketsDelete) && rights.allow(Permission::CustomersRead));
        assert!(!rights.allow(Permission::CustomersWrite));
        assert_eq!("*".parse(), Ok(Permissions::all()));
        for wrong in ["", "tickets", "tickets:fly", "tick*", "nothing:*"] {
            assert!(wrong.parse::<Permissions>().is_err(), "{wrong}");
        }
    }
}
