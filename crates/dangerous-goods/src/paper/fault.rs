//! Why a paper cannot be made: every fault at once, each naming its field.

/// One thing that keeps a paper from being made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The law asks for the field and it is not there.
    #[error("`{field}` is missing ({clause})")]
    Missing {
        /// Path of the field, such as `lines[2].packing_group`.
        field: String,
        /// The clause that asks for it.
        clause: &'static str,
    },
    /// The field is there and cannot be printed as the law asks.
    #[error("`{field}` is `{value}`, expected {expected}")]
    Invalid {
        /// Path of the field.
        field: String,
        /// What was given.
        value: String,
        /// What would do.
        expected: &'static str,
    },
    /// The embedded font cannot show a character, and a paper must not lose one.
    #[error("the font cannot show `{}` (U+{:04X}) in `{place}`", character.escape_debug(), u32::from(*character))]
    MissingCharacter {
        /// The character.
        character: char,
        /// Where it stands, such as `lines[2]` or `Consignee`.
        place: String,
    },
    /// The PDF could not be written.
    #[error("cannot write the document: {0}")]
    Rendering(String),
}

impl Fault {
    /// Path of the field that is at fault, such as `lines[2].packing_group`; the lines are those of the load,
    /// from zero.
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::Missing { field, .. } | Self::Invalid { field, .. } => Some(field),
            Self::MissingCharacter { place, .. } => Some(place),
            Self::Rendering(_) => None,
        }
    }
}

/// All faults of one paper.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
pub struct PaperError {
    /// At least one.
    pub faults: Vec<Fault>,
}

impl From<Fault> for PaperError {
    fn from(fault: Fault) -> Self {
        Self { faults: vec![fault] }
    }
}

/// Gathers faults while a paper is checked.
#[derive(Default)]
pub(super) struct Faults(Vec<Fault>);

impl Faults {
    pub(super) fn missing(&mut self, field: impl Into<String>, clause: &'static str) {
        self.0.push(Fault::Missing {
            field: field.into(),
            clause,
        });
    }

    pub(super) fn invalid(&mut self, field: impl Into<String>, value: &str, expected: &'static str) {
        self.0.push(Fault::Invalid {
            field: field.into(),
            value: value.to_owned(),
            expected,
        });
    }

    /// Reports a text that is empty or blank.
    pub(super) fn require(&mut self, text: &str, field: impl Into<String>, clause: &'static str) {
        if text.trim().is_empty() {
            self.missing(field, clause);
        }
    }

    pub(super) fn into_result<T>(self, value: T) -> Result<T, PaperError> {
        if self.0.is_empty() {
            Ok(value)
        } else {
            Err(PaperError { faults: self.0 })
        }
    }
}
