//! People: invited, joined with a password, logged in, logged out.
//!
//! What counts is in the log: which invitation can be accepted, which password is the one, which sessions are open, who
//! is an admin. Tables keep only what must never be in a log (digests) and what is no fact (when a session was last
//! used). A row is written before the event that makes it count and opens nothing without it; so every change happens
//! at one instant, on any number of processes, and a session is over with the event that ends it.
//!
//! Deliberately absent: mail. Whoever invites somebody, or resets their password, hands the token over.

mod admission;
mod attempts;
mod authenticate;
mod challenges;
mod enrolment;
mod factors;
mod failures;
mod first_admin;
mod invitations;
mod log_in;
mod opaque;
mod operations;
mod others;
mod passkeys;
mod password;
mod reauthentication;
mod recovery;
mod refresh;
mod reset;
mod second_step;
mod sessions;
mod signing;
pub mod token;
mod totp;
mod webauthn;

use std::net::IpAddr;

use chrono::TimeDelta;
use domain::{
    Actor, AgentId, Personal, RoleId, SessionId,
    access_policy::{AccessPolicy, AccessPolicyState},
    agent::{Agent, AgentState},
};
use event_store::{CommandId, Keep, Log, Origin, StoreError, TenantTx};

use crate::{
    caller::Caller,
    desk::{Desk, Request},
    error::CommandError,
};
use attempts::Attempts;
use signing::Signing;

pub use authenticate::Person;
pub use enrolment::{NewTotp, TotpOptions};
pub use factors::{Added, FactorRecord, FactorRecords};
pub use first_admin::{FirstAdmin, InvitedAdmin};
pub use invitations::{Invitation, Invited, Listed};
pub use log_in::LogIn;
pub use opaque::{InvitationToken, MfaToken, RefreshToken, ResetToken};
pub use password::{Hasher, NewPassword, PasswordError, TypedPassword};
pub use reauthentication::ProofShown;
pub use recovery::RecoveryCode;
pub use reset::PasswordReset;
pub use second_step::{Entry, SecondFactor, SecondStep};
pub use sessions::{ChangePassword, SessionRecord, forget_access};
pub use signing::{PublicKey, Rotation};
pub use totp::Seed;
pub use webauthn::{Assertion, AssertionAnswer, AssertionOptions, CreationOptions, Registration, RegistrationAnswer};

/// How long an invitation can be accepted.
const INVITATION: TimeDelta = TimeDelta::days(7);
/// What this process knows of those who log in.
#[derive(Debug, Default)]
pub struct People {
    hasher: Hasher,
    attempts: Attempts,
    signing: Signing,
}

impl People {
    /// Hashes passwords, and counts its work.
    pub fn hasher(&self) -> &Hasher {
        &self.hasher
    }
}

/// Somebody at the door.
#[derive(Clone, Debug, Default)]
pub struct Visitor {
    /// Their network address.
    pub address: Option<IpAddr>,
    /// Network address and user agent, as they are recorded; sealed.
    pub client: Option<String>,
    /// The request that they sent.
    pub request_id: Option<String>,
    /// The host that they ask at, if passkeys can be made for it: a name of the tenant or of the installation.
    pub host: Option<String>,
}

/// Why somebody was not let in.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    /// Which of tenant, email and password is wrong is never told.
    #[error("this email and this password open nothing here")]
    WrongCredentials,
    /// The current password, from somebody who is logged in.
    #[error("this is not the current password")]
    WrongPassword,
    /// Unknown, spent, or of a session that is over.
    #[error("this refresh token opens nothing: log in again")]
    InvalidRefreshToken,
    /// Unknown, finished, expired, or answered wrongly too often.
    #[error("this log-in is over: begin it anew with the password")]
    LogInOver,
    /// What is wrong with it is not told.
    #[error("this is not a second factor that counts now: a code is good once, for half a minute")]
    WrongSecondFactor,
    /// From somebody who is logged in.
    #[error("this proves nothing now: a code is good once, for half a minute")]
    WrongProof {
        /// Where it stood.
        pointer: &'static str,
    },
    /// Not begun by them, too long ago, or finished.
    #[error("this was begun too long ago, or was finished: ask for options again")]
    EnrolmentOver,
    /// Added before.
    #[error("this is a factor already")]
    Enrolled,
    /// A passkey that is not as it must be.
    #[error("this passkey does not count: {0}")]
    NotProven(&'static str),
    /// Passkeys are bound to names of hosts.
    #[error(
        "there is no passkey for this host, or none can be made: ask at a domain of the tenant, or at the installation's own name, not at an address"
    )]
    NoPasskeysHere,
    /// Unknown, accepted, revoked, replaced or expired.
    #[error("there is no such invitation, or it was accepted, revoked, replaced or has expired: ask for a new one")]
    NoInvitation,
    /// Unknown, used, replaced or expired.
    #[error("there is no such password reset, or it was used, replaced or has expired: ask for a new one")]
    NoReset,
    /// Too many attempts.
    #[error("too many attempts: try again in {retry_after} seconds")]
    TooManyAttempts {
        /// Seconds.
        retry_after: u32,
    },
    /// Too many log in at this moment.
    #[error("too many log in at this moment: try again in a second")]
    Busy,
    /// As for any other wish.
    #[error(transparent)]
    Command(#[from] CommandError),
}

impl From<StoreError> for AccessError {
    fn from(error: StoreError) -> Self {
        Self::Command(error.into())
    }
}

impl From<event_store::driver::Error> for AccessError {
    fn from(error: event_store::driver::Error) -> Self {
        StoreError::from(error).into()
    }
}

/// Somebody who was let in, with what lets them in from now on.
#[derive(Clone, Debug)]
pub struct LoggedIn {
    /// The session.
    pub session: SessionId,
    /// For each request, for [`token::LIFETIME`] seconds.
    pub access_token: String,
    /// For the next pair of tokens, once.
    pub refresh_token: RefreshToken,
    /// Who they are.
    pub agent: AgentId,
    /// What they are called.
    pub name: Option<String>,
    /// Where they read mail.
    pub email: Option<String>,
    /// What they may do.
    pub role: RoleId,
    /// The log's position that covers it; none when nothing was recorded.
    pub position: Option<u64>,
}

fn personal(field: Option<&Personal>) -> Option<String> {
    field.and_then(Personal::value).map(str::to_owned)
}

/// An agent as a caller.
fn caller_of(agent: AgentId, state: &AgentState, policy: &AccessPolicyState) -> Caller {
    let permissions = policy.permissions_of(&state.access.role);
    let masked = policy.masked_for(&state.access.role);
    Caller { actor: Actor::Agent(agent), permissions, masked, principal: Some(agent.to_string()) }
}

impl Desk {
    /// A wish that nobody repeats, for somebody who is being let in or sent out.
    fn at_the_door(&self, caller: Caller, visitor: &Visitor) -> Request {
        let origin = if matches!(caller.actor, Actor::System(_)) { Origin::System } else { Origin::Live };
        Request {
            caller,
            command_id: CommandId(self.store().ids().next()),
            digest: [0; 32],
            may_repeat: false,
            keep: Keep::Nothing,
            request_id: visitor.request_id.clone(),
            client: visitor.client.clone(),
            expected_version: None,
            origin,
        }
    }

    /// An agent as they are at this moment.
    async fn agent_in(&self, log: &Log, tx: &TenantTx, id: AgentId) -> Result<AgentState, CommandError> {
        self.latest::<Agent>(log, Some(tx), id).await
    }

    /// What holds for people at this moment.
    async fn policy_in(&self, log: &Log, tx: &TenantTx) -> Result<AccessPolicyState, CommandError> {
        self.latest::<AccessPolicy>(log, Some(tx), log.identity()).await
    }
}
