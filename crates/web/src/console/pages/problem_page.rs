//! A problem as a page: the same status, title and detail as the RFC 9457 document of the API.

use askama::Template;

use super::{Section, Shell};

/// A refused or failed request.
#[derive(Template)]
#[template(path = "problem_page.html")]
pub struct ProblemPage {
    /// The frame, with the person where one is known.
    pub shell: Shell,
    /// HTTP status.
    pub status: u16,
    /// What happened, in a few words.
    pub title: String,
    /// What the person can do about it.
    pub detail: String,
    /// The request's id, to be quoted when asking for help.
    pub request_id: String,
    /// The way back: a path of this site.
    pub back: String,
    /// The way back in words.
    pub back_text: String,
}
