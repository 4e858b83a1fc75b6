//! Errors as clients see them: RFC 9457 `application/problem+json`, one shape everywhere, and the only table of
//! status numbers.

use ::files::VaultError;
use axum::{
    Json,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use backups::BackupError;
use commands::{CommandError, Permission, claims, files::FileError};
use domain::{
    permission::Reach,
    tenant::{Feature, OverLimit},
};
use event_store::StoreError;
use projections::{ProjectionError, QueryError};
use serde::Serialize;
use utoipa::ToSchema;

/// One field that was not as expected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldProblem {
    /// JSON pointer (RFC 6901) into the body, or the name of a parameter or header.
    #[schema(example = "/priority")]
    pub pointer: String,
    /// Stable: `required`, `unknown_field`, `invalid_type`, `invalid_value`, `taken`, `not_found` and the codes of
    /// business rules.
    #[schema(example = "invalid_value")]
    pub code: String,
    /// What was expected, for people.
    pub detail: String,
    /// The values that are accepted, where there are few.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub allowed: Vec<String>,
}

/// What went wrong, and what to do next (RFC 9457).
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Problem {
    /// The kind of problem: a page of this API's documentation.
    #[serde(rename = "type")]
    #[schema(example = "/api/docs#validation_failed")]
    pub kind: String,
    /// The kind, for people.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// Stable `snake_case` name of the problem: branch on this.
    #[schema(example = "validation_failed")]
    pub code: String,
    /// What happened this time, and what to do next.
    pub detail: String,
    /// The request, for support.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// The fields that were not as expected.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldProblem>,
    /// With 403: the permission that is missing: a scope of keys, or one of a role.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "tickets:write")]
    pub required_scope: Option<String>,
    /// With 403, where the permission is had for some tickets only, and this takes it for others: `own`, `assigned` or
    /// `team`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub granted_reach: Option<String>,
    /// With 402: what the plan holds less of than this would take.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan_limit: Option<PlanLimit>,
    /// With 403 `feature_not_in_plan`: what the plan does not have.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "webhooks")]
    pub feature: Option<&'static str>,
    /// With 403 `feature_not_in_plan`: the smallest plan that has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "professional")]
    pub required_plan: Option<&'static str>,
    /// With 402, and 403 `feature_not_in_plan`: where a larger plan is had, if your operator says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "https://example.com/plans")]
    pub upgrade_url: Option<String>,
    /// With 412: the version that the resource is at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current_version: Option<u64>,
    /// With 412: the fields that may have changed since the version of `If-Match`; with 409 `changed_since`: the fields that
    /// were changed again since.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changed_fields: Option<Vec<String>>,
    /// With 409 `on_legal_hold`: a hold that it is under. What it is about, `GET /api/legal-holds/{id}` says to those who may
    /// see holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "lgh_0199aa00000070008000000000000051")]
    pub legal_hold_id: Option<String>,
    /// With 410 of the feed: the last position that the log still has of what you had, to go on after.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "2.1200")]
    pub resume_after: Option<String>,
    /// With 410 of the feed: the positions that are no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub discarded: Option<Discarded>,
}

/// What a plan holds less of than was asked for.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct PlanLimit {
    /// What is limited.
    #[schema(example = "agents")]
    pub limit: &'static str,
    /// How much there may be.
    #[schema(example = 10)]
    pub allowed: u64,
    /// How much is used.
    #[schema(example = 8)]
    pub used: u64,
    /// How much is promised beside it: to open invitations, to files on their way.
    #[schema(example = 2)]
    pub reserved: u64,
}

/// Positions that are no more, because the tenant was restored from a backup.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct Discarded {
    /// The first of them.
    pub from: u64,
    /// The last of them, as far as it is known.
    pub to: u64,
}

/// An error of this API.
#[derive(Debug)]
pub struct ApiError {
    status: StatusCode,
    problem: Box<Problem>,
    headers: HeaderMap,
}

impl ApiError {
    /// `code` is stable, `detail` says what to do next.
    pub fn new(status: StatusCode, code: &str, detail: impl Into<String>) -> Self {
        Self {
            status,
            problem: Box::new(Problem {
                kind: format!("/api/docs#{code}"),
                title: title(status),
                status: status.as_u16(),
                code: code.to_owned(),
                detail: detail.into(),
                request_id: None,
                errors: vec![],
                required_scope: None,
                granted_reach: None,
                plan_limit: None,
                feature: None,
                required_plan: None,
                upgrade_url: None,
                current_version: None,
                changed_fields: None,
                legal_hold_id: None,
                resume_after: None,
                discarded: None,
            }),
            headers: HeaderMap::new(),
        }
    }

    /// With a field that was not as expected.
    #[must_use]
    pub fn field(mut self, pointer: impl Into<String>, code: &str, detail: impl Into<String>) -> Self {
        self.problem.errors.push(FieldProblem {
            pointer: pointer.into(),
            code: code.to_owned(),
            detail: detail.into(),
            allowed: vec![],
        });
        self
    }

    /// With the values that the last named field accepts.
    #[must_use]
    pub fn allowed(mut self, values: impl IntoIterator<Item = impl Into<String>>) -> Self {
        if let Some(field) = self.problem.errors.last_mut() {
            field.allowed = values.into_iter().map(Into::into).collect();
        }
        self
    }

    /// With where a reader of the feed goes on.
    #[must_use]
    pub fn resume_after(mut self, place: String, discarded: Discarded) -> Self {
        self.problem.resume_after = Some(place);
        self.problem.discarded = Some(discarded);
        self
    }

    /// With a header.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// 422: the request is well-formed, and a field of its body is not acceptable.
    pub fn invalid_field(pointer: impl Into<String>, code: &str, detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "validation_failed",
            "a field of the body is not acceptable: see errors",
        )
        .field(pointer, code, detail)
    }

    /// 400: a parameter of the query, or a header, is not acceptable.
    pub fn invalid_parameter(name: &str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_parameter", "a parameter is not acceptable: see errors").field(
            name,
            "invalid_value",
            detail,
        )
    }

    /// The same of parameters that a body holds, in the field `within`.
    #[must_use]
    pub fn within(self, within: &str) -> Self {
        if self.status != StatusCode::BAD_REQUEST {
            return self;
        }
        let escaped = |name: &str| name.replace('~', "~0").replace('/', "~1");
        let mut error = Self::invalid_field("", "", "");
        error.problem.errors = self.problem.errors;
        for field in &mut error.problem.errors {
            field.pointer = format!("{within}/{}", escaped(&field.pointer));
        }
        error
    }

    /// 404: there is no such thing in this tenant.
    pub fn not_found(kind: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", format!("there is no such {kind}"))
    }

    /// 401: no credentials, or none that open anything. Never says which.
    pub fn unauthorized() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "unauthorized",
            "send a valid API key or access token as Authorization: Bearer …; make a key with `ledgerdesk key create`, \
             or log in at POST /api/sessions",
        )
        .header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
    }

    /// Whether it says that nobody is known who asks.
    pub fn is_unauthorized(&self) -> bool {
        self.status == StatusCode::UNAUTHORIZED
    }

    /// Whether it says that something is not there.
    pub fn is_not_found(&self) -> bool {
        self.status == StatusCode::NOT_FOUND
    }

    /// 403: the tenant demands a second factor of this person, who has none.
    pub fn mfa_required() -> Self {
        let detail = "your tenant demands a second factor: add one at POST /api/me/factors/totp/options or \
                      POST /api/me/factors/passkeys/options, and ask again";
        Self::new(StatusCode::FORBIDDEN, "mfa_required", detail)
    }

    /// 403: a sensitive act, by somebody who has not proved of late who they are.
    pub fn reauthentication_required() -> Self {
        let detail = "prove again who you are at POST /api/sessions/current/reauthentication, and ask again";
        Self::new(StatusCode::FORBIDDEN, "reauthentication_required", detail)
    }

    /// 402: the plan does not hold so much.
    fn over_limit(over: OverLimit) -> Self {
        let mut error = Self::new(StatusCode::PAYMENT_REQUIRED, "plan_limit_exceeded", over.to_string());
        let OverLimit { limit, allowed, used, reserved } = over;
        error.problem.plan_limit = Some(PlanLimit { limit: limit.as_str(), allowed, used, reserved });
        error.problem.upgrade_url = crate::request::current_upgrade_url().map(|url| url.to_string());
        error
    }

    /// 403: the plan does not have it.
    fn not_in_plan(feature: Feature, detail: String) -> Self {
        let mut error = Self::new(StatusCode::FORBIDDEN, "feature_not_in_plan", detail);
        error.problem.feature = Some(feature.as_str());
        error.problem.required_plan = Some(feature.plan().as_str());
        error.problem.upgrade_url = crate::request::current_upgrade_url().map(|url| url.to_string());
        error
    }

    /// In other words.
    #[must_use]
    pub fn saying(mut self, detail: &str) -> Self {
        detail.clone_into(&mut self.problem.detail);
        self
    }

    /// 403: says which permission is missing, and who can give it.
    fn insufficient_scope(right: Permission, granted: Option<Reach>) -> Self {
        let detail = match granted {
            None => format!(
                "this takes the permission {right}: ask somebody who may change roles (owners and admins may) for a role \
                 that has it, or use a key with that scope"
            ),
            Some(reach) => format!(
                "this takes the permission {right} for more tickets than your reach, {reach}, holds: ask somebody who may \
                 change roles (owners and admins may) for a role with a wider one"
            ),
        };
        let mut error = Self::new(StatusCode::FORBIDDEN, "insufficient_scope", detail);
        error.problem.required_scope = Some(right.to_string());
        error.problem.granted_reach = granted.map(|reach| reach.to_string());
        let challenge = format!("Bearer error=\"insufficient_scope\", scope=\"{right}\"");
        match HeaderValue::from_str(&challenge) {
            Ok(challenge) => error.header(header::WWW_AUTHENTICATE, challenge),
            Err(_) => error,
        }
    }

    fn unavailable(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", detail)
            .header(header::RETRY_AFTER, HeaderValue::from_static("1"))
    }

    /// 503: nothing was written, and nothing can be until an operator makes room.
    fn no_room(error: &StoreError) -> Self {
        tracing::error!(%error, "a request was refused");
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "storage_full",
            "the database's disk is full, and nothing was changed: send it again when your operator has made room",
        )
        .header(header::RETRY_AFTER, HeaderValue::from_static("30"))
    }

    /// 503: the database hangs.
    pub fn no_answer() -> Self {
        Self::unavailable(
            "the database does not answer, and whether this happened is not known: send it again with the same \
             Idempotency-Key, or look before you repeat it",
        )
    }

    /// 503: the read models have not come as far as the caller asked for.
    pub fn behind(checkpoint: u64) -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "behind",
            format!("the lists are at position {checkpoint}, before min_position: try again in a second"),
        )
        .header(header::RETRY_AFTER, HeaderValue::from_static("1"))
    }

    /// 500: a fault of the server, which is logged with its causes.
    pub fn internal(error: &dyn std::error::Error) -> Self {
        tracing::error!(error = chain(error), "a request failed");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "this is a fault of the server; it was logged")
    }
}

/// What went wrong, with its causes.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut chain = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        chain = format!("{chain}: {cause}");
        source = cause.source();
    }
    chain
}

fn title(status: StatusCode) -> String {
    status.canonical_reason().unwrap_or("Error").to_owned()
}

impl From<CommandError> for ApiError {
    fn from(error: CommandError) -> Self {
        let text = error.to_string();
        match error {
            CommandError::Forbidden(right) => Self::insufficient_scope(right, None),
            CommandError::OverLimit(over) => Self::over_limit(over),
            CommandError::FeatureNotInPlan(feature) => Self::not_in_plan(feature, text),
            CommandError::OutOfReach { right, reach } => Self::insufficient_scope(right, Some(reach)),
            CommandError::NotFound { kind, pointer: None } => Self::not_found(kind),
            CommandError::NotFound { pointer: Some(pointer), .. } => Self::invalid_field(pointer, "not_found", text),
            CommandError::Rejected { code, pointer, message } => match pointer {
                Some(pointer) => Self::invalid_field(pointer, code, message),
                None if code == "ticket_deleted" => Self::new(
                    StatusCode::GONE,
                    code,
                    "this ticket is deleted: restore it with POST /api/tickets/{id}/restore first",
                ),
                None if code == "support_not_granted" => Self::new(StatusCode::FORBIDDEN, code, message),
                None => Self::new(StatusCode::CONFLICT, code, message),
            },
            CommandError::OnLegalHold { hold } => {
                let mut error = Self::new(StatusCode::CONFLICT, "on_legal_hold", text);
                error.problem.legal_hold_id = Some(hold.to_string());
                error
            }
            CommandError::Taken { ref kind, .. } => {
                Self::new(StatusCode::CONFLICT, "taken", text.clone()).field(claims::pointer(kind), "taken", text)
            }
            CommandError::WouldLockOut { .. } => Self::invalid_field("/allowed_addresses", "would_lock_out", text),
            CommandError::AddressNotAllowed { .. } => {
                metrics::counter!("ledgerdesk_addresses_refused_total").increment(1);
                Self::new(StatusCode::FORBIDDEN, "address_not_allowed", text)
            }
            CommandError::FieldMasked(_) => Self::new(StatusCode::FORBIDDEN, "field_masked", text),
            CommandError::OwnerOnly => Self::new(StatusCode::FORBIDDEN, "owner_only", text),
            CommandError::TenantSuspended => Self::new(StatusCode::FORBIDDEN, "tenant_suspended", text),
            CommandError::HostTaken { pointer } => {
                Self::new(StatusCode::CONFLICT, "taken", text.clone()).field(pointer, "taken", text)
            }
            CommandError::PreconditionFailed { actual, changed, .. } => {
                let mut error = Self::new(
                    StatusCode::PRECONDITION_FAILED,
                    "version_mismatch",
                    format!("{text}; get it again, merge what changed, and send the new ETag"),
                );
                error.problem.current_version = Some(actual);
                error.problem.changed_fields = Some(changed.into_iter().map(str::to_owned).collect());
                error
            }
            CommandError::ChangedSince(changed) => {
                let mut error = Self::new(StatusCode::CONFLICT, "changed_since", text);
                error.problem.changed_fields = Some(changed.into_iter().map(str::to_owned).collect());
                error
            }
            CommandError::Contended => Self::new(StatusCode::CONFLICT, "contended", text)
                .header(header::RETRY_AFTER, HeaderValue::from_static("1")),
            CommandError::CommandReused => Self::new(StatusCode::UNPROCESSABLE_ENTITY, "idempotency_key_reused", text)
                .field("Idempotency-Key", "invalid_value", "expected a key that was not used with another body"),
            CommandError::TooLarge { .. } => Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", text),
            CommandError::ShuttingDown => Self::unavailable(text),
            CommandError::Store(error) => error.into(),
            error @ (CommandError::Misremembered { .. } | CommandError::Decode(_) | CommandError::Malformed(_)) => {
                Self::internal(&error)
            }
        }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::DiskFull(_) => Self::no_room(&error),
            StoreError::PoolExhausted { .. } => {
                tracing::error!(%error, "a request found no free connection");
                Self::unavailable("this server is busy: send less at once, and try again in a second")
            }
            StoreError::TenantBusy { .. } => {
                tracing::warn!(%error, "a request waited for others of its tenant");
                Self::unavailable(
                    "too many requests of yours are under way: send less at once, and try again in a second",
                )
            }
            StoreError::NoAnswer { .. } => {
                tracing::error!(%error, "a request was given up");
                Self::no_answer()
            }
            StoreError::NotMigrated { .. } | StoreError::NotReady { .. } => {
                tracing::error!(%error, "a request found a tenant that is not served");
                Self::unavailable("this tenant is being brought up to date: try again later, or ask your operator")
            }
            error if event_store::is_elsewhere(&error) => {
                tracing::warn!(%error, "a request missed a table: a tenant that was restored has its data elsewhere");
                Self::unavailable("this tenant was restored from a backup at this moment: try again in a second")
            }
            error if event_store::is_transient(&error) => {
                tracing::warn!(%error, "a request found no database");
                Self::unavailable("the database cannot be reached at the moment: try again in a second")
            }
            error => Self::internal(&error),
        }
    }
}

impl From<FileError> for ApiError {
    fn from(error: FileError) -> Self {
        let text = error.to_string();
        match error {
            FileError::TooLarge { .. } => {
                let detail = format!("{text}: send a smaller one, or ask your operator for more (files.max_bytes)");
                Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", detail)
            }
            FileError::Cut(_) => Self::new(StatusCode::BAD_REQUEST, "cut_off", format!("{text}; send it again")),
            FileError::Command(error) => error.into(),
            FileError::Vault(error @ (VaultError::Store(_) | VaultError::Directory { .. })) => {
                tracing::error!(error = %chain(&error), "the store of files failed");
                Self::unavailable("the store of files cannot be reached at the moment: try again in a second")
            }
            FileError::Vault(
                error @ (VaultError::Address { .. } | VaultError::Missing { .. } | VaultError::Broken { .. }),
            ) => Self::internal(&error),
        }
    }
}

impl From<BackupError> for ApiError {
    fn from(error: BackupError) -> Self {
        match error {
            BackupError::Store(error) => error.into(),
            BackupError::Vault(error) => FileError::Vault(error).into(),
            BackupError::Unknown { .. } => Self::not_found("backup"),
            error @ (BackupError::Format { .. }
            | BackupError::Manifest { .. }
            | BackupError::Malformed { .. }
            | BackupError::Hole { .. }) => Self::internal(&error),
        }
    }
}

impl From<ProjectionError> for ApiError {
    fn from(error: ProjectionError) -> Self {
        match error {
            ProjectionError::Store(error) => error.into(),
            error => Self::internal(&error),
        }
    }
}

impl From<QueryError> for ApiError {
    fn from(error: QueryError) -> Self {
        match error {
            QueryError::Store(error) => error.into(),
            // The cursor was signed for this list and the sort was checked: neither comes from a client.
            error @ (QueryError::ForeignPosition
            | QueryError::SortFields
            | QueryError::NotInstalled
            | QueryError::Decode(_)) => Self::internal(&error),
            QueryError::EmptyPeriod => Self::invalid_parameter("to", "expected a time after from"),
        }
    }
}

impl From<event_store::driver::Error> for ApiError {
    fn from(error: event_store::driver::Error) -> Self {
        StoreError::from(error).into()
    }
}

impl IntoResponse for ApiError {
    fn into_response(mut self) -> Response {
        self.problem.request_id = crate::request::current_request_id();
        let mut response = (self.status, self.headers, Json(self.problem)).into_response();
        response
            .headers_mut()
            .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json; charset=utf-8"));
        response
    }
}
