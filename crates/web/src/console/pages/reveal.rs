//! The form that shows what is masked, for a reason (DATA-8). A part of other pages.

/// What was typed into it, and where it goes.
#[derive(Clone, Debug)]
pub struct RevealForm {
    /// The address it is sent to.
    pub action: String,
    /// The reason as typed before.
    pub reason: String,
    /// What is wrong with it.
    pub error: Option<String>,
}

impl RevealForm {
    /// One that is yet to be filled in.
    pub const fn at(action: String) -> Self {
        Self {
            action,
            reason: String::new(),
            error: None,
        }
    }
}
