//! The operator's staff in a tenant: let in, come, seen at every request, sent away.
//!
//! A visit's token is `hd_support_<tenant>_<32 base62>_<6 base62 of CRC-32>`, shown once and stored as SHA-256. It opens
//! its tenant for an hour at most, within what the tenant granted, and no longer than that stands: at every request the log
//! is asked.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    Actor, RoleId, SupportGrantId, SupportSessionId,
    support_access::{
        EnterSupport, GrantSupport, SupportAccess, SupportAccessCommand, SupportAccessRejection, SupportRequest,
        support_ceiling,
    },
    text::Reason,
};
use event_store::{CommandId, Log, Origin, Random, StoreError, TenantId, driver::types::Type};
use ring::digest::{SHA256, digest};

use crate::{
    api_keys,
    caller::{Caller, Permission},
    desk::{Desk, Receipt, Request},
    error::CommandError,
    operators::OperatorName,
    roles,
    unit::{About, Operation, Unit},
};

const PREFIX: &str = "hd_support_";

const VISIT: &str = "SELECT session_id, operator FROM support_sessions WHERE digest = $1 AND ends_at > $2";

/// A visit's token in clear: held by whoever was just given it.
#[derive(Clone)]
pub struct SupportToken {
    tenant: TenantId,
    text: String,
}

/// Never prints it.
impl std::fmt::Debug for SupportToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SupportToken(of {})", self.tenant)
    }
}

impl SupportToken {
    /// Checks form and checksum; none: it is of something else.
    pub fn parse(text: &str) -> Option<Self> {
        api_keys::read_tagged(PREFIX, text).map(|tenant| Self { tenant, text: text.to_owned() })
    }

    /// Whose world it opens, if it opens any.
    pub fn tenant(&self) -> &TenantId {
        &self.tenant
    }

    /// The text, to be shown once.
    pub fn reveal(&self) -> &str {
        &self.text
    }

    fn digest(&self) -> Vec<u8> {
        digest(&SHA256, self.text.as_bytes()).as_ref().to_vec()
    }
}

/// Let support in.
#[derive(Clone, Debug)]
pub struct Grant {
    /// What, until when, and why.
    pub grant: GrantSupport,
    /// When it is wished.
    pub now: DateTime<Utc>,
}

impl Operation for Grant {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        unit.require(Permission::SupportWrite)?;
        let policy = roles::policy(unit).await?;
        if !policy.has_role(&self.grant.role) {
            return Err(CommandError::NotFound { kind: "role", pointer: Some("/role") });
        }
        roles::must_have(unit, &policy.permissions_of(&self.grant.role).within(&support_ceiling())).await?;
        roles::must_see(unit, &policy.masked_for(&self.grant.role)).await?;
        decide(unit, SupportAccessCommand::Grant(self.grant.clone(), self.now)).await
    }
}

/// Let support in no more.
#[derive(Clone, Copy, Debug)]
pub struct Revoke(pub SupportGrantId);

impl Operation for Revoke {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        let tenant = unit.log().identity().clone();
        if !unit.load::<SupportAccess>(&tenant).await?.grants.contains_key(&self.0) {
            return Err(CommandError::NotFound { kind: "grant", pointer: None });
        }
        decide(unit, SupportAccessCommand::Revoke(self.0)).await
    }
}

struct Act(SupportAccessCommand);

impl Operation for Act {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        decide(unit, self.0.clone()).await
    }
}

async fn decide(unit: &mut Unit<'_>, command: SupportAccessCommand) -> Result<About, CommandError> {
    let tenant = unit.log().identity().clone();
    unit.load::<SupportAccess>(&tenant).await?;
    // What a visit does of itself, being seen, takes no right; the rest is asked for.
    match command {
        SupportAccessCommand::NoteRequest(_) => unit.decide_as_part::<SupportAccess>(&tenant, command)?,
        SupportAccessCommand::Grant(..) | SupportAccessCommand::Revoke(_) | SupportAccessCommand::Enter(..) => {
            unit.decide::<SupportAccess>(&tenant, command)?;
        }
    }
    Ok(About::of::<SupportAccess>(tenant))
}

/// A visit that is wished for.
#[derive(Clone, Debug)]
pub struct NewVisit {
    /// Why.
    pub reason: Reason,
    /// For how long.
    pub span: TimeDelta,
    /// Whether to come without a grant, if there is none.
    pub break_glass: bool,
    /// The HTTP request that carried the wish.
    pub request_id: Option<String>,
}

/// A visit that was made.
#[derive(Clone, Debug)]
pub struct Visit {
    /// Its id.
    pub session: SupportSessionId,
    /// What opens the tenant, shown once.
    pub token: SupportToken,
    /// When it ends at the latest.
    pub until: DateTime<Utc>,
    /// By which grant; none: in an emergency.
    pub grant: Option<SupportGrantId>,
    /// As which role they may act.
    pub role: RoleId,
}

/// Somebody of the operator's staff who is in a tenant.
#[derive(Clone, Debug)]
pub struct Supporter {
    /// As they stand in events, and what they may do.
    pub caller: Caller,
    /// Who.
    pub operator: String,
    /// In which visit.
    pub session: SupportSessionId,
}

impl Desk {
    /// Lets an operator in, if the tenant grants it, or in an emergency. The fact comes first: a token that works and
    /// stands in no log must not exist.
    pub async fn enter_support(
        &self,
        log: &Log,
        operator: &OperatorName,
        random: &dyn Random,
        new: NewVisit,
    ) -> Result<Visit, CommandError> {
        if self.store().is_suspended(log.tenant()) {
            return Err(CommandError::TenantSuspended);
        }
        let ids = self.store().ids();
        let (session, now) = (SupportSessionId::new(ids.next()), self.store().clock().now());
        let enter = EnterSupport {
            session,
            operator: operator.to_string(),
            reason: new.reason.into(),
            until: now + new.span,
            break_glass: new.break_glass,
        };
        let request =
            Request { request_id: new.request_id, ..Request::system(&operator.actor(), CommandId(ids.next())) };
        self.run(log, &request, &Act(SupportAccessCommand::Enter(enter, now))).await?;
        let state = self.latest::<SupportAccess>(log, None, log.identity()).await?;
        let made = state.sessions.get(&session).zip(state.role_in(session, now));
        // It was taken back at this moment.
        let (made, role) = made.ok_or_else(|| CommandError::rejected(SupportAccessRejection::NoGrant))?;
        let tenant = log.tenant().clone();
        let token = SupportToken { text: api_keys::tagged(PREFIX, &tenant, random), tenant };
        let tx = log.begin().await?;
        let sql = "INSERT INTO support_sessions (session_id, digest, operator, ends_at) VALUES ($1, $2, $3, $4)";
        let row = (session.to_string(), token.digest(), made.operator.clone(), made.until);
        tx.execute(sql, &[&row.0, &row.1, &row.2, &row.3]).await.map_err(StoreError::from)?;
        tx.commit().await?;
        Ok(Visit { session, token, until: made.until, grant: made.grant, role })
    }

    /// Who holds this token; none when it opens nothing at this moment, without telling why.
    pub async fn authenticate_support(
        &self,
        log: &Log,
        token: &SupportToken,
    ) -> Result<Option<Supporter>, CommandError> {
        let (now, digest) = (self.store().clock().now(), token.digest());
        let rows = log.query(VISIT, &[(&digest, Type::BYTEA), (&now, Type::TIMESTAMPTZ)]).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let (session, operator): (String, String) = (row.get(0), row.get(1));
        let Ok(session) = session.parse::<SupportSessionId>() else { return Ok(None) };
        let state = self.latest::<SupportAccess>(log, None, log.identity()).await?;
        let Some(role) = state.role_in(session, now) else { return Ok(None) };
        if !self.store().is_operator(&operator).await? {
            return Ok(None);
        }
        let policy = self.access_policy(log).await?;
        let permissions = policy.permissions_of(&role).within(&support_ceiling());
        let masked = policy.masked_for(&role);
        let caller = Caller { actor: Actor::Support(operator.clone()), permissions, masked, principal: None };
        Ok(Some(Supporter { caller, operator, session }))
    }

    /// Notes what somebody of the operator's staff asked for, before they are answered.
    pub async fn note_support_request(
        &self,
        log: &Log,
        by: &Supporter,
        asked: (String, String),
        request_id: Option<String>,
    ) -> Result<Receipt, CommandError> {
        let (method, path) = asked;
        let noted = SupportRequest { session: by.session, method, path };
        let command_id = CommandId(self.store().ids().next());
        let request =
            Request { caller: by.caller.clone(), request_id, origin: Origin::Live, ..Request::system("", command_id) };
        self.run(log, &request, &Act(SupportAccessCommand::NoteRequest(noted))).await
    }
}
