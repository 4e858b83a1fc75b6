use std::collections::BTreeMap;

use axum::{
    Json,
    extract::State,
    http::{HeaderValue, StatusCode},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use commands::people::{Assertion, Entry, SecondFactor, SecondStep};
use domain::agent::Proof;
use serde::{Deserialize, Serialize};
use utoipa::{
    IntoResponses, ToSchema,
    openapi::{Content, Ref, RefOr, Response as Described, ResponseBuilder},
};

use super::{Keeping, KeptAs, POSITION, PasskeyRequest, Tokens};
use crate::{
    app::App,
    openapi::DoorProblems,
    problem::ApiError,
    request::{Body, Visiting},
};

/// What is asked of somebody whose password was right, and is not enough.
#[derive(Debug, Serialize, ToSchema)]
pub struct SecondStepView {
    /// For `POST /api/sessions/mfa`, and nothing else: it is no access token.
    #[schema(example = "hd_mfa_acme_…")]
    mfa_token: String,
    /// What they may show there: `totp` (as `code`), `passkey`, `recovery_code`.
    #[schema(example = json!(["totp", "recovery_code"]))]
    factors: Vec<&'static str>,
    /// For `navigator.credentials.get`, if they have a passkey for the host that was asked at.
    passkey: Option<PasskeyRequest>,
    /// When it is too late: five minutes after the password.
    expires_at: DateTime<Utc>,
}

/// What a log-in may be answered with.
#[derive(Clone, Copy, Debug)]
pub struct Entered;

impl IntoResponses for Entered {
    fn responses() -> BTreeMap<String, RefOr<Described>> {
        let of = |schema: &str, words: &str| {
            let content = Content::new(Some(Ref::from_schema_name(schema)));
            ResponseBuilder::new().description(words).content("application/json", content).build().into()
        };
        let step = "The password is right, and not enough: show a second factor at `POST /api/sessions/mfa`";
        BTreeMap::from([("200".to_owned(), of("SecondStepView", step)), ("201".to_owned(), of("Tokens", "Logged in"))])
    }
}

impl Entered {
    /// 201 with tokens, or 200 with what is still asked for.
    pub fn answer(entry: Entry, keeping: &Keeping) -> Response {
        match entry {
            Entry::In(let_in) => Tokens::answer(StatusCode::CREATED, *let_in, keeping),
            Entry::SecondStep(step) => asked(*step),
        }
    }
}

fn asked(step: SecondStep) -> Response {
    let SecondStep { token, accepted, passkey, expires_at, position } = step;
    let factors = accepted.into_iter().map(name).collect();
    let passkey = passkey.map(|options| PasskeyRequest::new(options.0));
    let view = SecondStepView { mfa_token: token.reveal().to_owned(), factors, passkey, expires_at };
    let mut response = (StatusCode::OK, Json(view)).into_response();
    if let Some(position) = position {
        response.headers_mut().insert(POSITION.clone(), HeaderValue::from(position));
    }
    response
}

const fn name(proof: Proof) -> &'static str {
    match proof {
        Proof::Password => "password",
        Proof::Totp => "totp",
        Proof::Passkey => "passkey",
        Proof::RecoveryCode => "recovery_code",
    }
}

/// The second step of a log-in: one of `code`, `recovery_code` and `passkey`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"mfa_token": "hd_mfa_acme_…", "code": "123456"}))]
pub struct SecondStepAnswer {
    /// What `POST /api/sessions` has answered.
    mfa_token: String,
    /// Six digits of an authenticator app, good once.
    code: Option<String>,
    /// One of the recovery codes, good once.
    recovery_code: Option<String>,
    /// What `navigator.credentials.get` gave for `passkey`, as its `toJSON()` writes it.
    #[schema(value_type = Option<Object>)]
    passkey: Option<Box<Assertion>>,
}

/// The one factor of three that was given.
pub fn one_of(
    code: Option<String>,
    recovery_code: Option<String>,
    passkey: Option<Box<Assertion>>,
) -> Result<Option<SecondFactor>, ApiError> {
    let given = [
        code.map(SecondFactor::Code),
        recovery_code.map(SecondFactor::RecoveryCode),
        passkey.map(SecondFactor::Passkey),
    ];
    let mut given = given.into_iter().flatten();
    let first = given.next();
    if given.next().is_some() {
        let detail = "expected one of code, recovery_code and passkey, and not two";
        return Err(ApiError::invalid_field("/code", "invalid_value", detail));
    }
    Ok(first)
}

/// Finish a log-in with a second factor
///
/// Five wrong answers end the log-in; attempts are bounded per agent and per address, too. A code, a recovery code and
/// the `mfa_token` are good once.
#[utoipa::path(
    post,
    path = "/sessions/mfa",
    operation_id = "finishLogIn",
    extensions(("x-personal-data" = json!({"own": "who proved who they are is told their own name, and the audit trail has it"}))),
    tag = "Sessions",
    security(()),
    params(KeptAs),
    request_body = SecondStepAnswer,
    responses((status = 201, description = "Logged in", body = Tokens), DoorProblems),
)]
pub async fn finish_log_in(
    State(app): State<App>,
    Visiting(visitor): Visiting,
    keeping: Keeping,
    body: Body<SecondStepAnswer>,
) -> Result<Response, ApiError> {
    let SecondStepAnswer { mfa_token, code, recovery_code, passkey } = body.value;
    let Some(factor) = one_of(code, recovery_code, passkey)? else {
        return Err(ApiError::invalid_field("/code", "required", "expected code, recovery_code or passkey"));
    };
    let let_in = app.desk.second_step(&mfa_token, &factor, &visitor, &*app.random).await?;
    Ok(Tokens::answer(StatusCode::CREATED, let_in, &keeping))
}
