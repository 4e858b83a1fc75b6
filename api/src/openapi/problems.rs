//! What an operation may be refused with: sets of statuses, each with what it means; all are problems.

use utoipa::openapi::{ContentBuilder, Ref, Response, ResponseBuilder};

/// Writes a set of refusals from the table of statuses and what they mean; all are problems.
macro_rules! problems {
    ($(#[$meta:meta])* $name:ident { $($status:literal $description:expr,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name;

        impl utoipa::IntoResponses for $name {
            fn responses() -> std::collections::BTreeMap<String, utoipa::openapi::RefOr<utoipa::openapi::Response>> {
                [$(($status, $description)),+]
                    .into_iter()
                    .map(|(status, description)| (status.to_owned(), problem(description).into()))
                    .collect()
            }
        }
    };
}

/// An answer that is a problem.
pub(super) fn problem(description: &str) -> Response {
    let schema = Ref::from_schema_name("Problem");
    let content = ContentBuilder::new().schema(Some(schema)).build();
    ResponseBuilder::new().description(description).content("application/problem+json", content).build()
}

/// What every operation may be refused with.
pub fn too_much() -> Response {
    problem(LIMITED)
}

const LIMITED: &str = "Too many requests: `rate_limited`, `Retry-After` says when to ask again";
const PARAMETER: &str = "A parameter or a header is not acceptable: `errors` says which";
const BODY: &str = "The body is not JSON, or a header is not acceptable";
const UNKNOWN: &str = "No valid credentials";
const FORBIDDEN: &str = "The caller lacks a permission, or has it for other tickets only: `required_scope` names it; or they must add a second factor first (`mfa_required`), or prove again who they are (`reauthentication_required`); or their role does not show them what this takes or tells of customers (`field_masked`); or the plan does not have it (`feature_not_in_plan`); or the tenant is suspended; or a web page asks whose origin the tenant does not list (`origin_not_allowed`)";
const MISSING: &str = "There is no such thing in this tenant";
const CONFLICT: &str =
    "A business rule said no (`code` says which), a unique value is taken, or others keep changing it";
const CHANGED: &str = "It was changed since the version of `If-Match`: `changed_fields` says what";
const LARGE: &str = "The body is larger than 1 MiB";
const NOT_JSON: &str = "The body is not `application/json`";
const FIELD: &str = "A field of the body is not acceptable: `errors` says which";
const FAULT: &str = "A fault of the server, which was logged under `request_id`";
const LATER: &str = "Not now: see `Retry-After`";

problems!(
    /// What reading many things, or a number, may be refused with.
    ListProblems {
        "400" PARAMETER,
        "401" UNKNOWN,
        "403" FORBIDDEN,
        "500" FAULT,
        "503" LATER,
    }
);

problems!(
    /// What reading the feed may be refused with.
    FeedProblems {
        "400" PARAMETER,
        "401" UNKNOWN,
        "403" FORBIDDEN,
        "410" "The tenant was restored from a backup, and this place of its log is no more (`cursor_of_earlier_epoch`): `resume_after` says where to go on, `discarded` what to drop",
        "500" FAULT,
        "503" LATER,
    }
);

problems!(
    /// What reading one thing, or the things of one, may be refused with.
    ReadProblems {
        "400" PARAMETER,
        "401" UNKNOWN,
        "403" FORBIDDEN,
        "404" MISSING,
        "500" FAULT,
        "503" LATER,
    }
);

problems!(
    /// What making a new thing may be refused with.
    CreateProblems {
        "400" BODY,
        "401" UNKNOWN,
        "403" FORBIDDEN,
        "409" CONFLICT,
        "413" LARGE,
        "415" NOT_JSON,
        "422" FIELD,
        "500" FAULT,
        "503" LATER,
    }
);

problems!(
    /// What sending a file may be refused with.
    UploadProblems {
        "400" "A parameter is not acceptable, or the body was cut off",
        "401" UNKNOWN,
        "403" FORBIDDEN,
        "413" "The file is larger than what is taken here: the problem says how much that is",
        "500" FAULT,
        "503" LATER,
    }
);

const UNFIT: &str = "The caller lacks a scope, or their role does not show what customers wrote (`field_masked`), or a scanner found something in the file (`file_infected`)";
const UNSCANNED: &str = "It was not scanned yet (`file_pending`): see `Retry-After`";

problems!(
    /// What asking for a file may be refused with.
    ContentProblems {
        "400" PARAMETER,
        "401" UNKNOWN,
        "403" UNFIT,
        "404" MISSING,
        "409" UNSCANNED,
        "500" FAULT,
        "503" LATER,
    }
);

problems!(
    /// What asking for a link may be refused with.
    LinkProblems {
        "400" BODY,
        "401" UNKNOWN,
        "403" UNFIT,
        "404" MISSING,
        "409" UNSCANNED,
        "413" LARGE,
        "415" NOT_JSON,
        "422" FIELD,
        "500" FAULT,
        "503" LATER,
    }
);

problems!(
    /// What a change with a body may be refused with.
    ChangeProblems {
        "400" BODY,
        "401" UNKNOWN,
        "403" FORBIDDEN,
        "404" MISSING,
        "409" CONFLICT,
        "412" CHANGED,
        "413" LARGE,
        "415" NOT_JSON,
        "422" FIELD,
        "500" FAULT,
        "503" LATER,
    }
);

problems!(
    /// What an act without a body may be refused with.
    ActProblems {
        "400" "A header is not acceptable",
        "401" UNKNOWN,
        "403" FORBIDDEN,
        "404" MISSING,
        "409" CONFLICT,
        "412" CHANGED,
        "422" "The `Idempotency-Key` was used for something else",
        "500" FAULT,
        "503" LATER,
    }
);

problems!(
    /// What may also be said of a ticket.
    Deleted {
        "410" "It is deleted, and can be restored",
    }
);

problems!(
    /// What somebody at the door may be refused with.
    DoorProblems {
        "400" "The body is not JSON",
        "401" "What was sent opens nothing; never says why",
        "403" "The tenant is suspended, or a web page asks whose origin it does not list (`origin_not_allowed`)",
        "409" "It was changed at the same moment: try again; or there are no passkeys for this host (`passkeys_unavailable`)",
        "413" LARGE,
        "415" NOT_JSON,
        "422" FIELD,
        "429" "Too many attempts: see `Retry-After`",
        "500" FAULT,
        "503" LATER,
    }
);

problems!(
    /// What may be said where everybody may ask.
    OpenProblems {
        "500" FAULT,
        "503" LATER,
    }
);
