//! What a browser posts: names and values in the order of the page, read once and never trusted.
//!
//! `lines` reads the editor of lines, `shipment` the parties and the regimes. A new field of the line editor is
//! one line of `lines::FIELDS` and one field of [`LineForm`].

mod facts;
mod lines;
mod shipment;
#[cfg(test)]
mod tests;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use dangerous_goods::Load;

pub(super) use facts::{OF_A_LINE, OF_THE_LOAD};
pub(super) use lines::{DATA_SET_ROWS, LineForm, Lines, Typed, labelled, packagings, units};
pub(super) use shipment::{Fields, problems_of};

use crate::console::pages::Show;
use crate::problem::Problem;
use crate::state::WebState;

/// The most characters one value may have; every field of its own is far shorter.
const MAX_VALUE: usize = 2_000;
/// What a browser answers of a passkey, with whatever its authenticator states about itself.
const MAX_PASSKEY: usize = 16_000;

/// Names and values in their order.
pub(super) struct Posted(Vec<(String, String)>);

/// Why a form cannot be read at all: a page of ours never sends such a thing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unreadable {
    /// Bytes that are not UTF-8, or a NUL.
    #[error("the form holds text that is not UTF-8")]
    NotText,
    /// A value longer than [`MAX_VALUE`].
    #[error("the field `{0}` has more than {MAX_VALUE} characters")]
    TooLong(String),
    /// More lines than a load may have.
    #[error("a load of {0} lines is over the limit of {max} lines", max = Load::MAX_LINES)]
    TooManyLines(usize),
    /// More confirmed conditions than a load may carry.
    #[error("{0} conditions are over the limit of {max}", max = Load::MAX_CONFIRMATIONS)]
    TooManyConditions(usize),
    /// A line field that does not stand once in each line.
    #[error("the form has {found} fields `{field}` for {lines} lines")]
    Uneven {
        /// The field.
        field: &'static str,
        /// How often it was sent.
        found: usize,
        /// How many lines there are.
        lines: usize,
    },
    /// A field that must be there.
    #[error("the field `{0}` is absent")]
    Absent(&'static str),
    /// An action no button sends.
    #[error("unknown action, expected `add`, `remove-N`, `check`, `split` or `save`")]
    Action,
}

impl From<Unreadable> for Problem {
    fn from(why: Unreadable) -> Self {
        match why {
            Unreadable::NotText => Self::new(
                StatusCode::BAD_REQUEST,
                "malformed",
                "Malformed request",
                why.to_string(),
            ),
            _ => Self::invalid("", why.to_string()),
        }
    }
}

impl Posted {
    /// Reads a body of `application/x-www-form-urlencoded`.
    pub(super) fn read(body: &[u8]) -> Result<Self, Unreadable> {
        let mut pairs = Vec::new();
        for (name, value) in form_urlencoded::parse(body) {
            // The parser puts U+FFFD for bytes that are no UTF-8; nobody types one.
            if [&name, &value]
                .iter()
                .any(|text| text.contains(['\u{FFFD}', '\0']))
            {
                return Err(Unreadable::NotText);
            }
            let most = if name == "passkey" { MAX_PASSKEY } else { MAX_VALUE };
            if value.chars().count() > most {
                return Err(Unreadable::TooLong(name.chars().take(40).collect()));
            }
            pairs.push((name.into_owned(), value.into_owned()));
        }
        Ok(Self(pairs))
    }

    /// The first value of a name; empty when there is none.
    pub(super) fn one(&self, name: &str) -> &str {
        self.all(name).next().unwrap_or_default()
    }

    /// The value of a name that must be there.
    pub(super) fn required(&self, name: &'static str) -> Result<&str, Unreadable> {
        self.all(name).next().ok_or(Unreadable::Absent(name))
    }

    /// Every value of a name, in their order.
    pub(super) fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// The button pressed; a form sent without one asks for a check.
    pub(super) fn action(&self) -> Result<Action, Unreadable> {
        match self.one("action") {
            "" | "check" => Ok(Action::Check),
            "add" => Ok(Action::Add),
            "save" => Ok(Action::Save),
            "split" => Ok(Action::Split),
            other => other
                .strip_prefix("remove-")
                .and_then(|number| number.parse().ok())
                .map(Action::Remove)
                .ok_or(Unreadable::Action),
        }
    }

    /// Which regimes' details are shown.
    pub(super) fn show(&self) -> Show {
        match self.one("show") {
            "us" => Show::Us,
            "adr" => Show::Adr,
            _ => Show::All,
        }
    }

    /// The ids of the conditions that were ticked.
    pub(super) fn confirmed(&self) -> Result<Vec<String>, Unreadable> {
        let mut ids: Vec<String> = self.all("confirm").map(str::to_owned).collect();
        ids.sort();
        ids.dedup();
        if ids.len() > Load::MAX_CONFIRMATIONS {
            return Err(Unreadable::TooManyConditions(ids.len()));
        }
        Ok(ids)
    }
}

impl FromRequest<WebState> for Posted {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &WebState) -> Result<Self, Problem> {
        let body = Bytes::from_request(request, state)
            .await
            .map_err(|rejection| Problem::of_status(rejection.status()))?;
        Ok(Self::read(&body)?)
    }
}

/// What a button of the line editor asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    /// One more line.
    Add,
    /// Without this line, counted from one.
    Remove(usize),
    /// The answer.
    Check,
    /// The fewest vehicles, compartments and bays under which the load passes.
    Split,
    /// Keep it.
    Save,
}
