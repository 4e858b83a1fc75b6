//! Where a client keeps its refresh token: in what it is answered, or, for pages, in a cookie that no script can read.
//!
//! The cookie opens nothing but the next pair of tokens, and that only with the header `Helpdesk-Session: cookie`, which
//! no form and no page of another origin can send: it is not among the headers that these may (see `request::origin`).

use std::net::IpAddr;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header, request::Parts},
};
use utoipa::IntoParams;

use crate::{app::App, problem::ApiError, request::is_own_page, tenant::bare};

static HEADER: HeaderName = HeaderName::from_static("helpdesk-session");
/// Only of a host, by TLS, for all of it (RFC 6265bis, section 4.1.3.2).
const NAME: &str = "__Host-ledgerdesk-refresh";
/// On one's own machine without TLS, where a browser takes no such name.
const NAME_AT_HOME: &str = "ledgerdesk-refresh";
/// Seconds: as long as any session may last.
const LONGEST: u32 = 366 * 24 * 60 * 60;

/// Where the refresh token is to be kept.
#[derive(Clone, Debug)]
pub enum Keeping {
    /// The client does, itself.
    Answer,
    /// A browser does.
    Cookie {
        /// Whether it goes over TLS only.
        secure: bool,
        /// What it has sent.
        token: Option<String>,
    },
}

/// In the document.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "it is in the document only")]
pub struct KeptAs {
    /// `cookie`: the refresh token is kept in a cookie (`HttpOnly`, `SameSite=Strict`) and not shown; for web pages of
    /// the same origin
    #[param(rename = "Helpdesk-Session", inline, required = false, value_type = CookieWord)]
    kept: Option<String>,
}

/// The one word that there is.
#[derive(Debug, utoipa::ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "it is in the document only")]
enum CookieWord {
    Cookie,
}

impl FromRequestParts<App> for Keeping {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let Some(wanted) = parts.headers.get(&HEADER) else { return Ok(Self::Answer) };
        if wanted != "cookie" {
            return Err(ApiError::invalid_parameter("Helpdesk-Session", "expected cookie, or no such header"));
        }
        // A page of an origin that the tenant lists uses the API, and no cookie.
        let site = parts.headers.get("sec-fetch-site");
        if !is_own_page(parts) || site.is_some_and(|site| site != "same-origin" && site != "none") {
            let detail = "sessions are kept in cookies for pages of the same origin only: leave Helpdesk-Session out";
            return Err(ApiError::new(StatusCode::FORBIDDEN, "origin_not_allowed", detail));
        }
        let secure = app.is_secure(parts) || !is_at_home(&parts.headers);
        Ok(Self::Cookie { secure, token: sent(&parts.headers, name(secure)) })
    }
}

const fn name(secure: bool) -> &'static str {
    if secure { NAME } else { NAME_AT_HOME }
}

/// Whether a browser asks its own machine.
fn is_at_home(headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).map(bare).unwrap_or_default();
    let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
    host == "localhost" || host.ends_with(".localhost") || address.is_ok_and(|address| address.is_loopback())
}

fn sent(headers: &HeaderMap, name: &str) -> Option<String> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut cookies = lines.flat_map(|line| line.split(';')).filter_map(|cookie| cookie.trim().split_once('='));
    cookies.find(|(found, _)| *found == name).map(|(_, value)| value.to_owned())
}

impl Keeping {
    /// What a browser is told to keep; none where it is not asked to.
    pub fn cookie(&self, token: &str) -> Option<HeaderValue> {
        self.line(token, LONGEST)
    }

    /// What makes it forget.
    pub fn forget(&self) -> Option<HeaderValue> {
        self.line("", 0)
    }

    fn line(&self, token: &str, seconds: u32) -> Option<HeaderValue> {
        let Self::Cookie { secure, .. } = self else { return None };
        let (name, by_tls) = (name(*secure), if *secure { "; Secure" } else { "" });
        let line = format!("{name}={token}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{by_tls}");
        HeaderValue::from_str(&line).ok()
    }
}
