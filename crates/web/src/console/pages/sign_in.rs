//! Sign-in with e-mail and password.

use askama::Template;

use super::{Section, Shell};

/// The sign-in page.
#[derive(Template)]
#[template(path = "sign_in.html")]
pub struct SignIn {
    /// The frame, without a person.
    pub shell: Shell,
    /// The e-mail as typed before.
    pub email: String,
    /// Where to go afterwards: a path of this site, checked by the handler.
    pub next: Option<String>,
    /// Why the last attempt was refused; never which part was wrong.
    pub error: Option<String>,
}
