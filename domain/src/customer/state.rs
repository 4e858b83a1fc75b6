//! What the rules read of a customer; decide and apply.

use crate::{
    aggregate::Aggregate,
    customer::{
        Answer, Consents, RestrictionGround,
        commands::{CreateCustomer, CustomerCommand},
        consent,
        events::{
            ConsentGiven, ConsentWithdrawn, CustomerCreated, CustomerEmailChanged, CustomerErased, CustomerEvent,
            CustomerExported, CustomerExternalIdChanged, CustomerPhoneChanged, CustomerRenamed, CustomerRestricted,
            CustomerRestrictionLifted,
        },
        rejection::CustomerRejection,
    },
    personal::Personal,
};

/// The aggregate; its state is [`CustomerState`].
#[derive(Debug)]
pub struct Customer;

/// The fields of a customer that some rule reads.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CustomerState {
    /// What they are called; set by the first event.
    pub name: Option<Personal>,
    /// Where they read mail.
    pub email: Option<Personal>,
    /// Where they can be called.
    pub phone: Option<Personal>,
    /// Their id in another system.
    pub external_id: Option<String>,
    /// Why and with what words their data are kept and not used; none: they are used.
    pub restricted: Option<(RestrictionGround, Option<Personal>)>,
    /// What they said to each use of their data.
    pub consents: Consents,
    /// Whether they were forgotten.
    pub erased: bool,
}

type Decision = Result<Vec<CustomerEvent>, CustomerRejection>;

impl Aggregate for Customer {
    const TYPE: &'static str = "customer";
    type State = CustomerState;
    type Command = CustomerCommand;
    type Event = CustomerEvent;
    type Rejection = CustomerRejection;

    fn decide(state: &CustomerState, command: CustomerCommand) -> Decision {
        let Some(name) = &state.name else {
            let CustomerCommand::Create(create) = command else {
                return Err(CustomerRejection::NotFound);
            };
            return Ok(vec![created(create)]);
        };
        if state.erased {
            return if matches!(command, CustomerCommand::Erase) { Ok(vec![]) } else { Err(CustomerRejection::Erased) };
        }
        let subject = name.subject();
        let personal = |text: String| Personal::new(subject, text);
        let same = |have: &Option<Personal>, want: &Option<Personal>| {
            have.as_ref().and_then(Personal::value) == want.as_ref().and_then(Personal::value)
        };
        Ok(match command {
            CustomerCommand::Create(_) => return Err(CustomerRejection::AlreadyExists),
            CustomerCommand::Rename(wanted) if name.value() == Some(wanted.as_str()) => vec![],
            CustomerCommand::Rename(wanted) => vec![CustomerRenamed { name: personal(wanted.into()) }.into()],
            CustomerCommand::SetEmail(email) => {
                let email = email.map(|email| personal(email.into()));
                if same(&state.email, &email) { vec![] } else { vec![CustomerEmailChanged { email }.into()] }
            }
            CustomerCommand::SetPhone(phone) => {
                let phone = phone.map(|phone| personal(phone.into()));
                if same(&state.phone, &phone) { vec![] } else { vec![CustomerPhoneChanged { phone }.into()] }
            }
            CustomerCommand::Restrict { ground, note } => {
                let note = note.map(|note| personal(note.into()));
                match &state.restricted {
                    Some((known, said)) if *known == ground && same(said, &note) => vec![],
                    Some(_) | None => vec![CustomerRestricted { ground, note }.into()],
                }
            }
            CustomerCommand::LiftRestriction if state.restricted.is_none() => vec![],
            CustomerCommand::LiftRestriction => vec![CustomerRestrictionLifted {}.into()],
            CustomerCommand::GiveConsent { consent, now } => consent::give(&state.consents, consent, now)?,
            CustomerCommand::WithdrawConsent(withdrawn) => consent::withdraw(&state.consents, withdrawn)?,
            CustomerCommand::Export => vec![CustomerExported {}.into()],
            CustomerCommand::Erase => vec![CustomerErased {}.into()],
            CustomerCommand::SetExternalId(external_id) => {
                let external_id = external_id.map(String::from);
                if state.external_id == external_id {
                    vec![]
                } else {
                    vec![CustomerExternalIdChanged { external_id, previous: state.external_id.clone() }.into()]
                }
            }
        })
    }

    fn changed_fields(event: &CustomerEvent) -> &'static [&'static str] {
        match event {
            CustomerEvent::CustomerCreated(_) => &["name", "email", "phone", "external_id"],
            CustomerEvent::CustomerRenamed(_) => &["name"],
            CustomerEvent::CustomerEmailChanged(_) => &["email"],
            CustomerEvent::CustomerPhoneChanged(_) => &["phone"],
            CustomerEvent::CustomerExternalIdChanged(_) => &["external_id"],
            CustomerEvent::CustomerRestricted(_) | CustomerEvent::CustomerRestrictionLifted(_) => &["restricted_at"],
            CustomerEvent::ConsentGiven(_) | CustomerEvent::ConsentWithdrawn(_) => &["consents"],
            CustomerEvent::CustomerExported(_) => &[],
            CustomerEvent::CustomerErased(_) => {
                &["name", "email", "phone", "external_id", "restricted_at", "erased_at"]
            }
        }
    }

    fn apply(state: &mut CustomerState, event: &CustomerEvent) {
        match event {
            CustomerEvent::CustomerCreated(created) => {
                state.name = Some(created.name.clone());
                state.email.clone_from(&created.email);
                state.phone.clone_from(&created.phone);
                state.external_id.clone_from(&created.external_id);
            }
            CustomerEvent::CustomerRenamed(renamed) => state.name = Some(renamed.name.clone()),
            CustomerEvent::CustomerEmailChanged(changed) => state.email.clone_from(&changed.email),
            CustomerEvent::CustomerPhoneChanged(changed) => state.phone.clone_from(&changed.phone),
            CustomerEvent::CustomerExternalIdChanged(changed) => state.external_id.clone_from(&changed.external_id),
            CustomerEvent::CustomerRestricted(event) => state.restricted = Some((event.ground, event.note.clone())),
            CustomerEvent::CustomerRestrictionLifted(_) => state.restricted = None,
            CustomerEvent::ConsentGiven(ConsentGiven { purpose, text_version, .. }) => {
                state.consents.insert(purpose.clone(), Answer::Given(text_version.clone()));
            }
            CustomerEvent::ConsentWithdrawn(ConsentWithdrawn { purpose, .. }) => {
                state.consents.insert(purpose.clone(), Answer::Withdrawn);
            }
            CustomerEvent::CustomerExported(_) => {}
            CustomerEvent::CustomerErased(_) => {
                let subject = state.name.as_ref().map(|name| name.subject().to_owned());
                *state =
                    CustomerState { name: subject.map(Personal::erased), erased: true, ..CustomerState::default() };
            }
        }
    }
}

fn created(create: CreateCustomer) -> CustomerEvent {
    let personal = |text: String| Personal::new(create.id, text);
    CustomerCreated {
        name: personal(create.name.into()),
        email: create.email.map(|email| personal(email.into())),
        phone: create.phone.map(|phone| personal(phone.into())),
        external_id: create.external_id.map(String::from),
    }
    .into()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{
        CustomerId,
        customer::Purpose,
        text::{Email, Name},
    };

    fn ann() -> CustomerState {
        let id = CustomerId::new(Uuid::from_u128(1));
        let mut state = CustomerState::default();
        let email = Email::try_new("ann@example.com").ok();
        let create = CreateCustomer { id, name: Name::try_new("Ann").unwrap(), email, phone: None, external_id: None };
        for event in Customer::decide(&state.clone(), CustomerCommand::Create(create)).unwrap() {
            Customer::apply(&mut state, &event);
        }
        state
    }

    #[test]
    fn a_customer_is_created_once() {
        let create = CreateCustomer {
            id: CustomerId::new(Uuid::from_u128(1)),
            name: Name::try_new("Ann").unwrap(),
            email: None,
            phone: None,
            external_id: None,
        };
        assert_eq!(Customer::decide(&ann(), CustomerCommand::Create(create)), Err(CustomerRejection::AlreadyExists));
    }

    #[test]
    fn who_was_erased_stays_so_and_cannot_be_changed() {
        let mut state = ann();
        for event in Customer::decide(&ann(), CustomerCommand::Erase).unwrap() {
            Customer::apply(&mut state, &event);
        }
        assert!(state.erased && state.email.is_none() && state.name.as_ref().unwrap().value().is_none());
        assert_eq!(Customer::decide(&state, CustomerCommand::Erase), Ok(vec![]));
        let rename = CustomerCommand::Rename(Name::try_new("Ann").unwrap());
        assert_eq!(Customer::decide(&state, rename), Err(CustomerRejection::Erased));
        let nobody = CustomerState::default();
        assert_eq!(Customer::decide(&nobody, CustomerCommand::Erase), Err(CustomerRejection::NotFound));
    }

    #[test]
    fn a_restriction_is_said_once_until_its_ground_changes_and_lifted_once() {
        let restrict = |ground| CustomerCommand::Restrict { ground, note: None };
        let mut state = ann();
        for (command, events) in [
            (CustomerCommand::LiftRestriction, 0),
            (restrict(RestrictionGround::Objection), 1),
            (restrict(RestrictionGround::Objection), 0),
            (restrict(RestrictionGround::LegalClaims), 1),
            (CustomerCommand::LiftRestriction, 1),
            (CustomerCommand::LiftRestriction, 0),
        ] {
            let decided = Customer::decide(&state, command).unwrap();
            assert_eq!(decided.len(), events);
            decided.iter().for_each(|event| Customer::apply(&mut state, event));
        }
    }

    #[test]
    fn consent_is_given_once_for_a_text_and_withdrawn_once() {
        let now = chrono::DateTime::UNIX_EPOCH;
        let given = |version: &str, seconds| CustomerCommand::GiveConsent {
            consent: ConsentGiven {
                purpose: Purpose::try_new("newsletter").unwrap(),
                text_version: version.to_owned(),
                source: "form".to_owned(),
                given_at: now + chrono::TimeDelta::seconds(seconds),
                evidence: None,
            },
            now,
        };
        let withdrawn = |purpose: &str| {
            let purpose = Purpose::try_new(purpose).unwrap();
            CustomerCommand::WithdrawConsent(ConsentWithdrawn { purpose, source: None })
        };
        let mut state = ann();
        for (command, expected) in [
            (withdrawn("newsletter"), Err(CustomerRejection::ConsentNotGiven)),
            (given("1", 1), Err(CustomerRejection::ConsentInFuture)),
            (given("1", 0), Ok(1)),
            (given("1", -1), Ok(0)),
            (given("2", 0), Ok(1)),
            (withdrawn("newsletter"), Ok(1)),
            (withdrawn("newsletter"), Ok(0)),
            (given("2", 0), Ok(1)),
            (withdrawn("survey"), Err(CustomerRejection::ConsentNotGiven)),
        ] {
            let decided = Customer::decide(&state, command);
            decided.iter().flatten().for_each(|event| Customer::apply(&mut state, event));
            assert_eq!(decided.map(|events| events.len()), expected);
        }
        assert!(["", "News", "a b", &"a".repeat(61)].into_iter().all(|wrong| Purpose::try_new(wrong).is_none()));
    }

    #[test]
    fn an_email_can_be_changed_and_cleared() {
        let same = Email::try_new("ann@example.com").ok();
        assert_eq!(Customer::decide(&ann(), CustomerCommand::SetEmail(same)), Ok(vec![]));
        let cleared = Customer::decide(&ann(), CustomerCommand::SetEmail(None)).unwrap();
        assert_eq!(cleared, [CustomerEmailChanged { email: None }.into()]);
    }
}
