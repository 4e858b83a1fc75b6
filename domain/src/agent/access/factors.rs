//! What an agent proves beside their password: code generators (TOTP), passkeys, and recovery codes for the day when
//! these are lost.
//!
//! What it protects: recovery codes are there only beside another factor; of two sets only the latest counts; whoever
//! has no factor any more has no recovery codes either. Seeds, public keys and codes are not here: a factor and a set
//! of codes are ids, behind which the write side keeps them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    agent::{
        events::AgentEvent,
        factor_events::{
            AgentFactorAdded, AgentFactorRemoved, AgentFactorsReset, AgentRecoveryCodeUsed, AgentRecoveryCodesMade,
        },
        rejection::AgentRejection,
    },
    ids::{FactorId, RecoveryCodesId},
};

/// An agent has at most so many second factors.
pub const MAX_FACTORS: usize = 20;

/// What a second factor is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FactorKind {
    /// A generator of codes (RFC 6238).
    Totp,
    /// A passkey (`WebAuthn`).
    Passkey,
}

/// How somebody has proved who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// What they know.
    Password,
    /// A code of a generator.
    Totp,
    /// A passkey.
    Passkey,
    /// A recovery code.
    RecoveryCode,
}

/// What may be wished of an agent's second factors.
#[derive(Clone, Debug)]
pub enum FactorCommand {
    /// One more.
    Add {
        /// The factor.
        factor: FactorId,
        /// What it is.
        kind: FactorKind,
        /// The recovery codes that count with it, if they have none yet.
        codes: RecoveryCodesId,
    },
    /// One less.
    Remove(FactorId),
    /// Other recovery codes: those before count no more.
    MakeRecoveryCodes(RecoveryCodesId),
    /// One of these was spent.
    UseRecoveryCode(RecoveryCodesId),
    /// None any more.
    Reset,
}

/// The second factors that count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Factors {
    /// Each with what it is.
    pub present: BTreeMap<FactorId, FactorKind>,
    /// The recovery codes that count.
    pub codes: Option<RecoveryCodesId>,
}

impl Factors {
    /// Whether there is none: their password is all that they are asked for.
    pub fn is_empty(&self) -> bool {
        self.present.is_empty()
    }

    pub(super) fn decide(&self, command: FactorCommand) -> Result<Vec<AgentEvent>, AgentRejection> {
        Ok(match command {
            FactorCommand::Add { .. } if self.present.len() >= MAX_FACTORS => {
                return Err(AgentRejection::TooManyFactors);
            }
            FactorCommand::Add { factor, kind, codes } => {
                let mut events = vec![AgentFactorAdded { factor, kind }.into()];
                if self.codes.is_none() {
                    events.push(AgentRecoveryCodesMade { codes }.into());
                }
                events
            }
            FactorCommand::MakeRecoveryCodes(_) if self.is_empty() => return Err(AgentRejection::NoFactor),
            FactorCommand::MakeRecoveryCodes(codes) => vec![AgentRecoveryCodesMade { codes }.into()],
            FactorCommand::UseRecoveryCode(codes) if self.codes == Some(codes) => {
                vec![AgentRecoveryCodeUsed { codes }.into()]
            }
            FactorCommand::UseRecoveryCode(_) => return Err(AgentRejection::NoFactor),
            FactorCommand::Remove(factor) if self.present.contains_key(&factor) => {
                vec![AgentFactorRemoved { factor }.into()]
            }
            FactorCommand::Reset if !self.is_empty() => vec![AgentFactorsReset {}.into()],
            FactorCommand::Remove(_) | FactorCommand::Reset => vec![],
        })
    }

    pub(in crate::agent) fn added(&mut self, event: &AgentFactorAdded) {
        self.present.insert(event.factor, event.kind);
    }

    pub(in crate::agent) fn removed(&mut self, event: &AgentFactorRemoved) {
        self.present.remove(&event.factor);
        if self.is_empty() {
            self.codes = None;
        }
    }

    pub(in crate::agent) fn codes_made(&mut self, event: &AgentRecoveryCodesMade) {
        self.codes = Some(event.codes);
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{
        Aggregate,
        agent::{Agent, AgentState},
    };

    fn factor(number: u128) -> FactorId {
        FactorId::new(Uuid::from_u128(number))
    }

    fn codes(number: u128) -> RecoveryCodesId {
        RecoveryCodesId::new(Uuid::from_u128(number))
    }

    fn add(number: u128) -> FactorCommand {
        FactorCommand::Add { factor: factor(number), kind: FactorKind::Totp, codes: codes(number) }
    }

    #[derive(Default)]
    struct Given(AgentState);

    impl Given {
        fn when(&mut self, command: FactorCommand) -> Result<usize, AgentRejection> {
            let events = self.0.access.factors.decide(command)?;
            for event in &events {
                Agent::apply(&mut self.0, event);
            }
            Ok(events.len())
        }
    }

    #[test]
    fn the_first_factor_brings_recovery_codes_and_the_last_takes_them_along() {
        let mut given = Given::default();
        assert_eq!(given.when(FactorCommand::MakeRecoveryCodes(codes(9))), Err(AgentRejection::NoFactor));
        assert_eq!(given.when(add(1)), Ok(2));
        assert_eq!(given.when(add(2)), Ok(1));
        assert_eq!(given.0.access.factors.codes, Some(codes(1)));
        assert_eq!(given.when(FactorCommand::Remove(factor(1))), Ok(1));
        assert_eq!(given.when(FactorCommand::Remove(factor(1))), Ok(0));
        assert_eq!(given.0.access.factors.codes, Some(codes(1)));
        assert_eq!(given.when(FactorCommand::Remove(factor(2))), Ok(1));
        assert_eq!(given.0.access.factors, Factors::default());
    }

    #[test]
    fn only_the_latest_recovery_codes_are_used() {
        let mut given = Given::default();
        given.when(add(1)).unwrap();
        assert_eq!(given.when(FactorCommand::UseRecoveryCode(codes(1))), Ok(1));
        assert_eq!(given.when(FactorCommand::MakeRecoveryCodes(codes(2))), Ok(1));
        assert_eq!(given.when(FactorCommand::UseRecoveryCode(codes(1))), Err(AgentRejection::NoFactor));
        assert_eq!(given.when(FactorCommand::UseRecoveryCode(codes(2))), Ok(1));
    }

    #[test]
    fn a_reset_takes_all_of_it_and_there_are_not_too_many() {
        let mut given = Given::default();
        (1..=20).for_each(|number| assert!(given.when(add(number)).is_ok()));
        assert_eq!(given.when(add(21)), Err(AgentRejection::TooManyFactors));
        assert_eq!(given.when(FactorCommand::Reset), Ok(1));
        assert_eq!(given.when(FactorCommand::Reset), Ok(0));
        assert!(given.0.access.factors.is_empty() && given.0.access.factors.codes.is_none());
    }
}
