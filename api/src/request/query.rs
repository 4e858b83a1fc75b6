//! Query strings: every parameter is taken by name, and one that nobody took is an error, never ignored.

use std::{collections::BTreeMap, str::FromStr};

use axum::{extract::FromRequestParts, http::request::Parts};
use chrono::{DateTime, Utc};
use projections::as_of::Moment;

use crate::{app::App, problem::ApiError};

/// The parameters of one request that were not taken yet.
#[derive(Debug)]
pub struct Query {
    parameters: BTreeMap<String, String>,
    known: Vec<String>,
}

impl FromRequestParts<App> for Query {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, ApiError> {
        let mut parameters = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(parts.uri.query().unwrap_or("").as_bytes()) {
            if parameters.insert(name.clone().into_owned(), value.into_owned()).is_some() {
                return Err(ApiError::invalid_parameter(
                    &name,
                    "expected this parameter once; separate values by commas",
                ));
            }
        }
        Self::of(parameters)
    }
}

impl Query {
    /// These parameters.
    pub fn of(parameters: BTreeMap<String, String>) -> Result<Self, ApiError> {
        let unfit = |text: &String| text.contains('\0') || text.contains(char::REPLACEMENT_CHARACTER);
        match parameters.iter().find(|(_, value)| unfit(value)) {
            Some((name, _)) => Err(ApiError::invalid_parameter(name, "expected UTF-8 text without NUL")),
            None => Ok(Self { parameters, known: vec![] }),
        }
    }

    /// The parameters that were not taken yet, but for some, as a query string in a fixed order.
    pub fn encoded_without(&self, left_out: &[&str]) -> String {
        let kept = self.parameters.iter().filter(|(name, _)| !left_out.contains(&name.as_str()));
        form_urlencoded::Serializer::new(String::new()).extend_pairs(kept).finish()
    }

    /// The text of a parameter.
    pub fn text(&mut self, name: &str) -> Option<String> {
        self.known.push(name.to_owned());
        self.parameters.remove(name)
    }

    /// A parameter of a type that says in its error what it expected.
    pub fn parsed<T: FromStr<Err: std::fmt::Display>>(&mut self, name: &str) -> Result<Option<T>, ApiError> {
        let parse =
            |text: String| text.parse().map_err(|error: T::Err| ApiError::invalid_parameter(name, error.to_string()));
        self.text(name).map(parse).transpose()
    }

    /// A position of the log: as large as the database counts.
    pub fn position(&mut self, name: &str) -> Result<Option<u64>, ApiError> {
        let refused = || ApiError::invalid_parameter(name, "expected a position: a whole number from 0 to 2^63 - 1");
        let parse = |text: String| text.parse::<i64>().ok().and_then(|position| u64::try_from(position).ok());
        self.text(name).map(|text| parse(text).ok_or_else(refused)).transpose()
    }

    /// Values separated by commas.
    pub fn list<T: FromStr<Err: std::fmt::Display>>(&mut self, name: &str) -> Result<Vec<T>, ApiError> {
        let Some(text) = self.text(name) else { return Ok(vec![]) };
        text.split(',')
            .map(|item| {
                item.trim().parse().map_err(|error: T::Err| ApiError::invalid_parameter(name, error.to_string()))
            })
            .collect()
    }

    /// `true` or `false`.
    pub fn flag(&mut self, name: &str) -> Result<Option<bool>, ApiError> {
        match self.text(name).as_deref() {
            None => Ok(None),
            Some("true") => Ok(Some(true)),
            Some("false") => Ok(Some(false)),
            Some(_) => Err(ApiError::invalid_parameter(name, "expected true or false")),
        }
    }

    /// An instant: RFC 3339, or a day (its first moment in UTC).
    pub fn instant(&mut self, name: &str) -> Result<Option<DateTime<Utc>>, ApiError> {
        let Some(text) = self.text(name) else { return Ok(None) };
        crate::filter::instant(&text).map(Some).ok_or_else(|| {
            ApiError::invalid_parameter(name, "expected an instant such as 2026-11-22T10:00:00Z, or a day")
        })
    }

    /// A position of the log, or an instant (RFC 3339).
    pub fn moment(&mut self, name: &str) -> Result<Option<Moment>, ApiError> {
        let Some(text) = self.text(name) else { return Ok(None) };
        let position = || text.parse::<i64>().ok().and_then(|position| u64::try_from(position).ok());
        let instant = || DateTime::parse_from_rfc3339(&text).ok().map(|instant| instant.to_utc());
        let moment = position().map(Moment::Position).or_else(|| instant().map(Moment::Recorded));
        moment.map(Some).ok_or_else(|| {
            let detail = "expected a position such as 4711, or an instant such as 2026-11-22T10:00:00Z";
            ApiError::invalid_parameter(name, detail)
        })
    }

    /// `limit`, 1 to `max`.
    pub fn limit(&mut self, default: u16, max: u16) -> Result<u16, ApiError> {
        match self.parsed::<u16>("limit") {
            Ok(None) => Ok(default),
            Ok(Some(limit)) if (1..=max).contains(&limit) => Ok(limit),
            _ => Err(ApiError::invalid_parameter("limit", format!("expected a number from 1 to {max}"))),
        }
    }

    /// Refuses what nobody took.
    pub fn finish(self) -> Result<(), ApiError> {
        match self.parameters.into_keys().next() {
            None => Ok(()),
            Some(unknown) => Err(ApiError::new(
                axum::http::StatusCode::BAD_REQUEST,
                "unknown_parameter",
                format!("there is no parameter {unknown:?} here"),
            )
            .field(unknown, "unknown_parameter", "see allowed for the parameters that there are")
            .allowed(self.known)),
        }
    }
}
