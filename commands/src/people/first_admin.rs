//! The first admin of a tenant: invited while it is made, the same way however often that is begun.

use domain::{
    AgentId, InvitationId, RoleId,
    agent::{Agent, AgentEvent},
    text::{Email, Name},
};
use event_store::{CommandId, Keep, Log, StreamId};
use ring::digest::{SHA256, digest};

use super::{INVITATION, invitations::Invited, invitations::insert, opaque::InvitationToken, operations::Invite};
use crate::{
    desk::{Desk, Request},
    error::CommandError,
};

/// Who is to be the first admin.
#[derive(Clone, Debug)]
pub struct FirstAdmin {
    /// Where they read mail.
    pub email: Email,
    /// What they are called.
    pub name: Name,
}

/// What became of that.
#[derive(Clone, Debug)]
pub struct InvitedAdmin {
    /// Who they are.
    pub agent: AgentId,
    /// What they join with; none once they have joined, or were invited anew.
    pub invitation: Option<(Invited, InvitationToken)>,
}

impl Desk {
    /// Invites the first admin. However often it is called, there is one invitation, and it has the same token: that
    /// follows from the installation's key.
    pub async fn invite_first_admin(
        &self,
        log: &Log,
        by: &str,
        wish: &FirstAdmin,
    ) -> Result<InvitedAdmin, CommandError> {
        let tenant = log.tenant().as_str();
        let now = self.store().clock().now();
        let id = InvitationId::new(CommandId::of(&[b"the invitation of the first admin", tenant.as_bytes()]).0);
        let FirstAdmin { email, name } = wish.clone();
        let mut request = Request::system(by, CommandId::of(&[b"the first admin", tenant.as_bytes()]));
        request
            .digest
            .copy_from_slice(digest(&SHA256, format!("{}\0{}", email.identity(), name.as_str()).as_bytes()).as_ref());
        (request.may_repeat, request.keep) = (true, Keep::Forever);
        let expires_at = (now + INVITATION).to_rfc3339();
        let invite = Invite { invitation: id, email, name, role: Some(RoleId::OWNER), expires_at };
        let receipt = match self.run(log, &request, &invite).await {
            Err(CommandError::CommandReused) => {
                return Err(CommandError::Rejected {
                    code: "tenant_already_exists",
                    pointer: None,
                    message: "there is a tenant of this id already, with another first admin: choose another id"
                        .to_owned(),
                });
            }
            done => done?,
        };
        let malformed = || CommandError::Malformed(format!("{} is no agent", receipt.outcome.id));
        let agent: AgentId = receipt.outcome.id.parse().map_err(|_| malformed())?;
        let invited = self.recorded_invitation(log, agent, id).await?;
        let token =
            InvitationToken::of(self.store().derived_key(&format!("the invitation of the first admin\0{tenant}")));
        let tx = log.begin().await?;
        let counts = self.agent_in(log, &tx, agent).await?.access.invitation.is_some_and(|it| it.id == id);
        let invited = invited.filter(|_| counts);
        if let Some(invited) = &invited {
            insert(&tx, invited, &token).await?;
        }
        tx.commit().await?;
        Ok(InvitedAdmin { agent, invitation: invited.map(|invited| (invited, token)) })
    }

    /// The invitation as it was recorded the first time.
    async fn recorded_invitation(
        &self,
        log: &Log,
        agent: AgentId,
        id: InvitationId,
    ) -> Result<Option<Invited>, CommandError> {
        use domain::{Aggregate, Event};
        for event in log.load(&StreamId::new(Agent::TYPE, agent), 0).await? {
            let created_at = event.recorded_at;
            let event = <Agent as Aggregate>::Event::decode(&event.event_type, event.event_version, event.payload)?;
            if let AgentEvent::AgentInvited(invited) = event
                && invited.invitation == id
            {
                let expires_at = invited.expires_at.parse().map_err(|_| CommandError::Malformed(invited.expires_at))?;
                return Ok(Some(Invited { id, agent, role: invited.role, created_at, expires_at }));
            }
        }
        Ok(None)
    }
}
