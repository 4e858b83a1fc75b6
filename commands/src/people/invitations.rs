//! Invitations: a secret for whoever is to join, good once and for a week. Until mail can carry it, whoever invites
//! hands it over.

use chrono::{DateTime, Utc};
use domain::{
    AgentId, InvitationId, RoleId,
    agent::AgentState,
    text::{Email, Name},
};
use event_store::{Log, Random, StoreError, TenantTx, driver::Row};

use super::{
    AccessError, Entry, INVITATION, NewPassword, Visitor,
    admission::admit,
    caller_of,
    opaque::InvitationToken,
    operations::{Invite, Join, RevokeInvitation},
    personal,
};
use crate::{
    caller::Permission,
    desk::{Desk, Receipt, Request},
    error::CommandError,
};

/// Whom to invite.
#[derive(Clone, Debug)]
pub struct Invitation {
    /// Where they read mail: an agent who has this address is found, and created otherwise.
    pub email: Email,
    /// What they are called, if they are created.
    pub name: Name,
    /// As what; none: as before, and as an agent at first.
    pub role: Option<RoleId>,
}

/// What is known of an invitation that was not accepted.
#[derive(Clone, Debug)]
pub struct Invited {
    /// Its id.
    pub id: InvitationId,
    /// Who is invited.
    pub agent: AgentId,
    /// The role that they have once they joined.
    pub role: RoleId,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
}

/// An invitation in a list.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The invitation.
    pub invited: Invited,
    /// What they are called.
    pub name: Option<String>,
    /// Where they read mail.
    pub email: Option<String>,
    /// Whether it can be accepted: it ran out otherwise, or they were deactivated.
    pub acceptable: bool,
}

const COLUMNS: &str = "invitation_id, agent_id, role, created_at, expires_at";

impl Invited {
    fn from_row(row: &Row) -> Option<Self> {
        let text = |column| row.get::<_, &str>(column);
        let (id, agent, role) = (text(0).parse().ok()?, text(1).parse().ok()?, text(2).parse().ok()?);
        Some(Self { id, agent, role, created_at: row.get(3), expires_at: row.get(4) })
    }
}

impl Desk {
    /// Finds or creates an agent and lets them join. The token is shown once; it replaces the one before.
    pub async fn invite(
        &self,
        log: &Log,
        request: &Request,
        random: &dyn Random,
        wish: Invitation,
    ) -> Result<(Invited, InvitationToken, Receipt), CommandError> {
        let now = self.store().clock().now();
        let (id, expires_at) = (InvitationId::new(self.store().ids().next()), now + INVITATION);
        let Invitation { email, name, role } = wish;
        let invite = Invite { invitation: id, email, name, role, expires_at: expires_at.to_rfc3339() };
        let receipt = self.run(log, request, &invite).await?;
        if receipt.replayed {
            // The first time showed the token; this one would show one that was never recorded.
            return Err(CommandError::CommandReused);
        }
        let malformed = || CommandError::Malformed(format!("{} is no agent", receipt.outcome.id));
        let agent: AgentId = receipt.outcome.id.parse().map_err(|_| malformed())?;
        let tx = log.begin().await?;
        let invitation = self.forget_invitations(log, &tx, agent).await?.access.invitation;
        let role = invitation.map(|invited| invited.role).unwrap_or_default();
        let invited = Invited { id, agent, role, created_at: now, expires_at };
        let token = InvitationToken::generate(random);
        insert(&tx, &invited, &token).await?;
        tx.commit().await?;
        Ok((invited, token, receipt))
    }

    /// The invitations that were neither accepted nor revoked, those that ran out too, the newest first.
    pub async fn invitations(&self, log: &Log, before: Option<&str>, limit: u16) -> Result<Vec<Listed>, CommandError> {
        let now = self.store().clock().now();
        let tx = log.begin().await?;
        let sql = format!(
            "SELECT {COLUMNS} FROM invitations
             WHERE revoked_at IS NULL AND ($1::text IS NULL OR invitation_id < $1)
             ORDER BY invitation_id DESC LIMIT $2"
        );
        let rows = tx.query(&sql, &[&before, &i64::from(limit)]).await.map_err(StoreError::from)?;
        let mut listed = Vec::with_capacity(rows.len());
        for invited in rows.iter().filter_map(Invited::from_row) {
            let state = self.agent_in(log, &tx, invited.agent).await?;
            let counts = state.access.invitation.is_some_and(|it| it.id == invited.id);
            listed.push(Listed {
                name: personal(state.name.as_ref()),
                email: personal(state.email.as_ref()),
                acceptable: counts && invited.expires_at > now,
                invited,
            });
        }
        tx.commit().await?;
        Ok(listed)
    }

    /// Takes an invitation back.
    pub async fn revoke_invitation(
        &self,
        log: &Log,
        request: &Request,
        invitation: InvitationId,
    ) -> Result<Receipt, CommandError> {
        if !request.caller.permissions.allow(Permission::AgentsWrite) {
            return Err(CommandError::Forbidden(Permission::AgentsWrite));
        }
        let tx = log.begin().await?;
        let sql = format!("SELECT {COLUMNS} FROM invitations WHERE invitation_id = $1");
        let row = tx.query_opt(&sql, &[&invitation.to_string()]).await.map_err(StoreError::from)?;
        tx.commit().await?;
        let none = || CommandError::NotFound { kind: "invitation", pointer: None };
        let agent = row.as_ref().and_then(Invited::from_row).ok_or_else(none)?.agent;
        let receipt = self.run(log, request, &RevokeInvitation { agent, invitation }).await?;
        let tx = log.begin().await?;
        tx.execute(
            "UPDATE invitations SET revoked_at = coalesce(revoked_at, $2) WHERE invitation_id = $1",
            &[&invitation.to_string(), &self.store().clock().now()],
        )
        .await
        .map_err(StoreError::from)?;
        tx.commit().await?;
        Ok(receipt)
    }

    /// Lets somebody join who holds an invitation: sets their password, and logs them in. Whoever has a second factor is
    /// asked for it, as at any log-in.
    pub async fn accept_invitation(
        &self,
        tenant: &str,
        token: &str,
        password: NewPassword,
        visitor: &Visitor,
        random: &dyn Random,
    ) -> Result<Entry, AccessError> {
        self.people().attempts.visit(visitor.address, self.store().clock().now())?;
        let log = self.tenant_named(tenant).await?.ok_or(AccessError::NoInvitation)?;
        let Invited { id: invitation, agent, .. } = self.invitation_of(&log, token).await?;
        let password = self.prepare_password(&log, agent, password, random).await?;
        let tx = log.begin().await?;
        let before = self.agent_in(&log, &tx, agent).await?;
        let policy = self.policy_in(&log, &tx).await?;
        tx.commit().await?;
        admit(&policy, before.access.role_after(None), visitor.address)?;
        let caller = caller_of(agent, &before, &policy);
        let keys = self.signer().await?;
        let open = &before.access.sessions;
        let (session, refresh) = self.prepare_session(&log, agent, open, visitor, random).await?;
        let request = self.at_the_door(caller, visitor);
        let receipt = match self.run(&log, &request, &Join { agent, invitation, password, session }).await {
            Err(CommandError::Rejected { code: "invitation_gone", .. }) => return Err(AccessError::NoInvitation),
            done => done?,
        };
        let tx = log.begin().await?;
        let state = self.forget_invitations(&log, &tx, agent).await?;
        tx.commit().await?;
        if !state.access.sessions.contains(&session) && !state.access.factors.is_empty() {
            super::sessions::forget(&log, session).await?;
            let mut step = self.ask_for_second_factor(&log, (agent, &state), password, visitor, random).await?;
            step.position = Some(receipt.position);
            return Ok(Entry::SecondStep(Box::new(step)));
        }
        let let_in = self.let_in(&log, &keys, (agent, &state), (session, refresh), Some(&receipt))?;
        Ok(Entry::In(Box::new(let_in)))
    }

    /// Removes the rows of invitations that were replaced or accepted. They are listed before the log is asked: a row is
    /// written after its event, so one that does not count then never will.
    async fn forget_invitations(&self, log: &Log, tx: &TenantTx, agent: AgentId) -> Result<AgentState, CommandError> {
        let sql = "SELECT invitation_id FROM invitations WHERE agent_id = $1";
        let rows = tx.query(sql, &[&agent.to_string()]).await.map_err(StoreError::from)?;
        let state = self.agent_in(log, tx, agent).await?;
        let current = state.access.invitation.map(|invited| invited.id.to_string());
        let mut over: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
        over.retain(|id| current.as_ref() != Some(id));
        tx.execute("DELETE FROM invitations WHERE invitation_id = ANY($1)", &[&over])
            .await
            .map_err(StoreError::from)?;
        Ok(state)
    }

    /// The invitation that a token is of, if it can be accepted: asked before any work is done for it.
    async fn invitation_of(&self, log: &Log, token: &str) -> Result<Invited, AccessError> {
        let tx = log.begin().await?;
        let sql = format!("SELECT {COLUMNS} FROM invitations WHERE digest = $1 AND expires_at > $2");
        let digest = InvitationToken::presented(token).digest();
        let row = tx.query_opt(&sql, &[&digest, &self.store().clock().now()]).await?;
        let invited = row.as_ref().and_then(Invited::from_row).ok_or(AccessError::NoInvitation)?;
        let state = self.agent_in(log, &tx, invited.agent).await?;
        tx.commit().await?;
        let current = state.active && state.access.invitation.is_some_and(|it| it.id == invited.id);
        if current { Ok(invited) } else { Err(AccessError::NoInvitation) }
    }
}

/// One that is there already stays.
pub(super) async fn insert(tx: &TenantTx, new: &Invited, token: &InvitationToken) -> Result<(), StoreError> {
    let (id, agent) = (new.id.to_string(), new.agent.to_string());
    tx.execute(
        "INSERT INTO invitations (invitation_id, agent_id, digest, role, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
        &[&id, &agent, &token.digest(), &new.role.to_string(), &new.created_at, &new.expires_at],
    )
    .await?;
    Ok(())
}
