//! What somebody may do, and how far: permissions, each with a reach.

use std::{collections::BTreeMap, fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

macro_rules! permissions {
    ($(#[doc = $doc:literal] $variant:ident = $text:literal),+ $(,)?) => {
        /// One right. Its text is the scope of API keys. A text is for ever: roles in the log hold it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Permission { $(#[doc = $doc] $variant),+ }

        impl Permission {
            /// Every right there is.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The text that stands for it.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// What it allows, in a sentence for those who give it.
            pub const fn description(self) -> &'static str {
                match self { $(Self::$variant => $doc.trim_ascii()),+ }
            }
        }
    };
}

permissions!(
    /// See tickets and their timelines.
    TicketsRead = "tickets:read",
    /// Open and change tickets. Whoever may, may write internal notes.
    TicketsWrite = "tickets:write",
    /// Write internal notes on tickets.
    TicketsNote = "tickets:note",
    /// Hide and restore tickets.
    TicketsDelete = "tickets:delete",
    /// See customers.
    CustomersRead = "customers:read",
    /// Create and change customers.
    CustomersWrite = "customers:write",
    /// See agents and teams.
    AgentsRead = "agents:read",
    /// Create, change and invite agents; create and change teams.
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
    /// Forget a person or a ticket for ever; redact and rectify messages.
    PrivacyErase = "privacy:erase",
    /// See legal holds, retention policies, customers whose data are restricted, and why, and consents.
    PrivacyRead = "privacy:read",
    /// Place and release legal holds; make retention policies; restrict customers' data, act for them all the same; record consents.
    PrivacyWrite = "privacy:write",
    /// See the tenant itself: its name, its looks, when it is open.
    SettingsRead = "settings:read",
    /// Change the tenant itself.
    SettingsWrite = "settings:write",
    /// See roles and what they may do.
    RolesRead = "roles:read",
    /// Make and change roles, and give them to agents: never more than one has.
    RolesWrite = "roles:write",
    /// See service accounts and API keys, never the keys themselves.
    KeysRead = "keys:read",
    /// Make, rotate and revoke API keys; make and change service accounts.
    KeysWrite = "keys:write",
    /// See the access policy, log streams, and the sessions and second factors of others.
    SecurityRead = "security:read",
    /// Change the access policy and log streams; end the sessions of others and take their second factors away.
    SecurityWrite = "security:write",
    /// Let the operator's staff in, and out again.
    SupportWrite = "support:write",
    /// See what is used of what was bought.
    BillingRead = "billing:read",
);

impl Permission {
    /// Whether it may be given for some tickets only: every other one is given for all or not at all.
    pub const fn takes_reach(self) -> bool {
        matches!(
            self,
            Self::TicketsRead
                | Self::TicketsWrite
                | Self::TicketsNote
                | Self::TicketsDelete
                | Self::EventsRead
                | Self::AuditRead
                | Self::ReportsRead
        )
    }
}

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

impl PermissionError {
    fn of(found: &str) -> Self {
        let expected = Permission::ALL.iter().map(|right| right.as_str()).collect::<Vec<_>>().join(", ");
        Self { found: found.to_owned(), expected }
    }
}

impl FromStr for Permission {
    type Err = PermissionError;

    fn from_str(text: &str) -> Result<Self, PermissionError> {
        let found = Self::ALL.iter().copied().find(|right| right.as_str() == text);
        found.ok_or_else(|| PermissionError::of(text))
    }
}

impl Serialize for Permission {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Permission {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// For which tickets a right holds. Each holds for those of the ones before it, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// Those that they opened.
    Own,
    /// Those that are assigned to them.
    Assigned,
    /// Those of the teams that they are in.
    Team,
    /// Every one.
    All,
}

impl Reach {
    /// Every reach, the shortest first.
    pub const EVERY: [Self; 4] = [Self::Own, Self::Assigned, Self::Team, Self::All];

    /// The text that stands for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Assigned => "assigned",
            Self::Team => "team",
            Self::All => "all",
        }
    }
}

impl fmt::Display for Reach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The rights of somebody, each as far as it reaches. What is not in it, they may not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Permissions(BTreeMap<Permission, Reach>);

impl Permissions {
    /// No right.
    pub fn none() -> Self {
        Self::default()
    }

    /// Every right, everywhere.
    pub fn all() -> Self {
        Self::everywhere(Permission::ALL)
    }

    /// These rights, everywhere.
    pub fn everywhere(rights: &[Permission]) -> Self {
        rights.iter().map(|right| (*right, Reach::All)).collect()
    }

    /// The rights that these scopes name, everywhere: `tickets:read`, `tickets:*`, `*`.
    pub fn from_scopes<'a>(scopes: impl IntoIterator<Item = &'a str>) -> Result<Self, PermissionError> {
        let mut rights = vec![];
        for scope in scopes {
            let named = Permission::ALL.iter().copied().filter(|right| matches(scope, *right));
            let before = rights.len();
            rights.extend(named);
            if rights.len() == before {
                return Err(PermissionError::of(scope));
            }
        }
        Ok(Self::everywhere(&rights))
    }

    /// How far a right reaches; none: they have it nowhere.
    pub fn reach(&self, right: Permission) -> Option<Reach> {
        let own = self.0.get(&right).copied();
        // A note is the least that one writes.
        if right == Permission::TicketsNote { own.max(self.0.get(&Permission::TicketsWrite).copied()) } else { own }
    }

    /// Whether they have the right somewhere.
    pub fn allow(&self, right: Permission) -> bool {
        self.reach(right).is_some()
    }

    /// What both have, each as far as the shorter one reaches.
    #[must_use]
    pub fn within(&self, other: &Self) -> Self {
        Permission::ALL
            .iter()
            .filter_map(|right| Some((*right, self.reach(*right)?.min(other.reach(*right)?))))
            .collect()
    }

    /// The first right of `wanted` that these do not have as far: nobody gives what they have not.
    pub fn missing(&self, wanted: &Self) -> Option<(Permission, Reach)> {
        wanted.0.iter().map(|(right, reach)| (*right, *reach)).find(|(right, reach)| self.reach(*right) < Some(*reach))
    }

    /// Each right with its reach, in the order of [`Permission::ALL`].
    pub fn iter(&self) -> impl Iterator<Item = (Permission, Reach)> + '_ {
        self.0.iter().map(|(right, reach)| (*right, *reach))
    }

    /// A right among these that was given for some tickets only, and is none that can be.
    pub fn misplaced_reach(&self) -> Option<Permission> {
        self.iter().find(|(right, reach)| !right.takes_reach() && *reach != Reach::All).map(|(right, _)| right)
    }
}

impl FromIterator<(Permission, Reach)> for Permissions {
    fn from_iter<I: IntoIterator<Item = (Permission, Reach)>>(rights: I) -> Self {
        Self(rights.into_iter().collect())
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

    #[test]
    fn of_two_the_lesser_counts_and_what_is_missing_is_named() {
        use Permission::{CustomersRead, TicketsNote, TicketsRead, TicketsWrite};
        let some: Permissions = [(TicketsRead, Reach::All), (TicketsWrite, Reach::Team)].into_iter().collect();
        let other: Permissions = [(TicketsWrite, Reach::All), (TicketsRead, Reach::Own)].into_iter().collect();
        let both = some.within(&other);
        let expected = [(TicketsRead, Reach::Own), (TicketsWrite, Reach::Team), (TicketsNote, Reach::Team)];
        assert_eq!(both, expected.into_iter().collect());
        assert_eq!(some.reach(TicketsNote), Some(Reach::Team));
        assert_eq!(some.missing(&other), Some((TicketsWrite, Reach::All)));
        assert_eq!(some.missing(&both), None);
        assert_eq!(some.missing(&Permissions::everywhere(&[CustomersRead])), Some((CustomersRead, Reach::All)));
        assert_eq!(Permissions::all().missing(&some), None);
    }

    #[test]
    fn only_what_is_about_tickets_has_a_reach() {
        let wrong: Permissions = [(Permission::CustomersRead, Reach::Team)].into_iter().collect();
        assert_eq!(wrong.misplaced_reach(), Some(Permission::CustomersRead));
        assert_eq!(Permissions::all().misplaced_reach(), None);
    }
}
