//! A reset of second factors as pages show it.

use super::Moment;

/// A reset under way.
#[derive(Clone, Debug)]
pub struct ResetView {
    /// Its id.
    pub id: String,
    /// Who asked.
    pub asked_by: String,
    /// Whether that is who looks at the page.
    pub is_mine: bool,
    /// When.
    pub asked_at: Moment,
    /// Why.
    pub reason: String,
    /// How the person proved again who they are.
    pub identity: String,
    /// Who approved.
    pub approved_by: Option<String>,
    /// When it takes effect, once it is approved.
    pub due: Option<Moment>,
}
