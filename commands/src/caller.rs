//! Who asks, and what they may do.

use domain::{
    Actor,
    access_log::AccessLogCommand,
    access_policy::{AccessPolicyCommand, MaskedFields},
    access_review::AccessReviewCommand,
    agent::AccessCommand,
    agent::AgentCommand,
    customer::CustomerCommand,
    legal_holds::LegalHoldsCommand,
    log_stream::LogStreamCommand,
    retention_policies::RetentionPoliciesCommand,
    saved_views::SavedViewsCommand,
    service_account::ServiceAccountCommand,
    support_access::SupportAccessCommand,
    team::TeamCommand,
    tenant::TenantCommand,
    ticket::TicketCommand,
    webhook::WebhookCommand,
};

use crate::error::CommandError;

pub use domain::{Permission, Permissions, permission::PermissionError};

/// Who asks.
#[derive(Clone, Debug)]
pub struct Caller {
    /// As it will stand in the events.
    pub actor: Actor,
    /// What they may do.
    pub permissions: Permissions,
    /// What of customers they are not shown.
    pub masked: MaskedFields,
    /// Whose tickets are their own, and who may be in a team: an agent, or whoever else acts for themselves. None: nobody,
    /// who has only what reaches everywhere.
    pub principal: Option<String>,
}

impl Caller {
    /// A part of this product, which may do everything.
    pub fn system(name: &str) -> Self {
        Self {
            actor: Actor::System(name.to_owned()),
            permissions: Permissions::all(),
            masked: MaskedFields::new(),
            principal: None,
        }
    }
}

impl Caller {
    /// Whose key seals what is personal of them; none: the tenant has no key for them.
    pub fn subject(&self) -> Option<String> {
        match &self.actor {
            Actor::Agent(id) => Some(id.to_string()),
            Actor::Customer(id) => Some(id.to_string()),
            Actor::ApiKey(id) => Some(id.to_string()),
            Actor::Support(_) | Actor::System(_) => None,
        }
    }

    /// Refuses whoever lacks any of these rights, or has it for fewer tickets: nobody gives what they have not.
    pub fn must_have(&self, wanted: &Permissions) -> Result<(), CommandError> {
        match self.permissions.missing(wanted).map(|(right, _)| (right, self.permissions.reach(right))) {
            None => Ok(()),
            Some((right, None)) => Err(CommandError::Forbidden(right)),
            Some((right, Some(reach))) => Err(CommandError::OutOfReach { right, reach }),
        }
    }

    /// Refuses whoever is not shown what others would be: nobody lets somebody see more than they do.
    pub fn must_see(&self, masked_for_others: &MaskedFields) -> Result<(), CommandError> {
        match self.masked.difference(masked_for_others).next() {
            None => Ok(()),
            Some(field) => Err(CommandError::FieldMasked(*field)),
        }
    }

    /// Refuses whoever is not shown everything.
    pub fn must_see_everything(&self) -> Result<(), CommandError> {
        self.must_see(&MaskedFields::new())
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
            | Self::Retitle { .. }
            | Self::Reply { .. }
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
            Self::AddNote { .. } => Permission::TicketsNote,
            Self::Delete | Self::Restore => Permission::TicketsDelete,
            // A scanner does, which may do everything.
            Self::ReportInfected { .. } => Permission::SettingsWrite,
            Self::RedactMessage(_) | Self::RectifyMessage { .. } | Self::Erase(_) => Permission::PrivacyErase,
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
            Self::Restrict { .. } | Self::LiftRestriction | Self::GiveConsent { .. } | Self::WithdrawConsent(_) => {
                Permission::PrivacyWrite
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
            | Self::Reactivate => Permission::AgentsWrite,
            Self::Access(command) => command.permission(),
            Self::Export => Permission::PrivacyExport,
            Self::Erase => Permission::PrivacyErase,
        }
    }
}

impl Permitted for AccessCommand {
    fn permission(&self) -> Permission {
        match self {
            Self::SetRole(_) => Permission::RolesWrite,
            Self::IssuePasswordReset { .. } => Permission::SecurityWrite,
            // That they accept, log in and log out takes no right but the secret: see `people`.
            Self::Invite { .. }
            | Self::RevokeInvitation(_)
            | Self::Join { .. }
            | Self::ChangePassword { .. }
            | Self::StartSession { .. }
            | Self::EndSession(_)
            | Self::RevokeSession { .. }
            | Self::Reauthenticate { .. }
            | Self::ResetPassword { .. }
            | Self::Factor(_)
            | Self::NoteFailedLogIns { .. } => Permission::AgentsWrite,
        }
    }
}

impl Permitted for AccessPolicyCommand {
    fn permission(&self) -> Permission {
        match self {
            // Who is an owner follows from who has the role: see `roles`.
            Self::CreateRole { .. }
            | Self::ChangeRole { .. }
            | Self::DeleteRole(_)
            | Self::GiveRole { .. }
            | Self::TakeRole { .. }
            | Self::AddOwner(_)
            | Self::RemoveOwner(_) => Permission::RolesWrite,
            Self::AllowAddresses(_)
            | Self::RequireMfa(_)
            | Self::LimitSessions(_)
            | Self::AllowOrigins(_)
            | Self::SetRoleRules { .. }
            | Self::ScheduleReviews { .. }
            | Self::NoteReviewOpened { .. } => Permission::SecurityWrite,
        }
    }
}

impl Permitted for AccessReviewCommand {
    fn permission(&self) -> Permission {
        match self {
            // What a decision does takes a right of its own: see `access_reviews`.
            Self::Open(_) | Self::Decide(_) | Self::Close(_) => Permission::SecurityWrite,
        }
    }
}

impl Permitted for SupportAccessCommand {
    fn permission(&self) -> Permission {
        match self {
            // That an operator enters is decided by what was granted, and that a visit is seen takes no right: see
            // `support`.
            Self::Grant(..) | Self::Revoke(_) | Self::Enter(..) | Self::NoteRequest(_) => Permission::SupportWrite,
        }
    }
}

impl Permitted for LegalHoldsCommand {
    fn permission(&self) -> Permission {
        match self {
            Self::Place(_) | Self::Release { .. } => Permission::PrivacyWrite,
        }
    }
}

impl Permitted for RetentionPoliciesCommand {
    fn permission(&self) -> Permission {
        match self {
            // To let one act takes another, too: see `retention`.
            Self::Create(_)
            | Self::Rename { .. }
            | Self::SetCriteria { .. }
            | Self::Enable { .. }
            | Self::Disable(_)
            | Self::Delete(_)
            | Self::NoteRun(_) => Permission::PrivacyWrite,
        }
    }
}

impl Permitted for SavedViewsCommand {
    fn permission(&self) -> Permission {
        match self {
            // To share one, or change a shared one, takes another: see `views`.
            Self::Save(_) | Self::Delete(_) => Permission::TicketsRead,
        }
    }
}

impl Permitted for LogStreamCommand {
    fn permission(&self) -> Permission {
        match self {
            Self::Create(_)
            | Self::Rename(_)
            | Self::SetUrl(_)
            | Self::SetCertificates(_)
            | Self::SetLogs(_)
            | Self::RotateSecret
            | Self::Disable
            | Self::Enable
            | Self::Delete => Permission::SecurityWrite,
        }
    }
}

impl Permitted for AccessLogCommand {
    fn permission(&self) -> Permission {
        match self {
            // This product does, of itself.
            Self::Seal { .. } => Permission::AuditRead,
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
            // Only operators do: see `plans`.
            | Self::Plan(_)
            | Self::RecordRestore(_) => Permission::SettingsWrite,
            Self::IssueApiKey(_) | Self::RotateApiKey(_) | Self::RevokeApiKey(_) => Permission::KeysWrite,
        }
    }
}

impl Permitted for ServiceAccountCommand {
    fn permission(&self) -> Permission {
        match self {
            Self::Create(_)
            | Self::Rename(_)
            | Self::Describe(_)
            | Self::SetRole(_)
            | Self::Deactivate
            | Self::Reactivate => Permission::KeysWrite,
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
