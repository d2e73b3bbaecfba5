//! The load checker: lines on one side, the answer as one types on the other.

use askama::Template;

use super::{Hazard, LineDetails, LinesEditor, ResultView, Section, Shell, Verdict};

/// The load checker's page.
#[derive(Template)]
#[template(path = "load_checker.html")]
pub struct LoadChecker {
    /// The frame.
    pub shell: Shell,
    /// The lines; its `action` is `/checker`.
    pub editor: LinesEditor,
    /// The answer.
    pub result: ResultView,
    /// Which regimes' details are shown.
    pub show: Show,
    /// Whether this person may save the load as a shipment.
    pub may_save: bool,
}

/// Which regimes' details are shown; both are always checked and both verdicts always stand on top.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Show {
    /// Both.
    #[default]
    All,
    /// US highway.
    Us,
    /// ADR.
    Adr,
}

/// The answer alone, swapped in while typing, with each line's details out of band.
#[derive(Template)]
#[template(path = "load_result.html")]
pub struct LoadResult {
    /// The answer.
    pub result: ResultView,
    /// What the catalogue says of each line now.
    pub lines: Vec<LineDetails>,
}

/// Suggestions under a goods field.
#[derive(Template)]
#[template(path = "suggestions.html")]
pub struct Suggestions {
    /// Best first, ten at most.
    pub options: Vec<Suggestion>,
}

/// One suggestion.
#[derive(Clone, Debug)]
pub struct Suggestion {
    /// What is put into the field, such as `UN1203`.
    pub value: String,
    /// Such as `UN 1203`, or empty where the goods have no number.
    pub number: String,
    /// Proper shipping name.
    pub name: String,
    /// Hazards, the primary one first.
    pub hazards: Vec<Hazard>,
    /// A word that tells rows apart, such as `PG II` or `forbidden`.
    pub remark: String,
}
