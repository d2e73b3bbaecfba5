//! What a new password must be (NIST SP 800-63B-4 section 3.1.1.2): long enough, and not among those that are tried
//! first. No rule asks for kinds of characters.

use secrecy::{ExposeSecret, SecretString};

/// What a new password must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordPolicy {
    /// Fewest characters (Unicode scalar values).
    pub min_chars: usize,
    /// Most characters.
    pub max_chars: usize,
    /// Guesses that it must stand, as a power of ten.
    pub guesses: u8,
}

impl PasswordPolicy {
    /// For a password that alone proves who somebody is: out of reach even of whoever has stolen its hash.
    pub const ALONE: Self = Self {
        min_chars: 15,
        max_chars: 256,
        guesses: 10,
    };
    /// For a password beside a second factor.
    pub const WITH_SECOND_FACTOR: Self = Self {
        min_chars: 8,
        max_chars: 256,
        guesses: 7,
    };
}

/// Why a new password is refused. Quotes nothing of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WeakPassword {
    /// Too short.
    #[error("password has fewer than {min} characters")]
    TooShort {
        /// Fewest characters allowed.
        min: usize,
    },
    /// Too long.
    #[error("password has more than {max} characters")]
    TooLong {
        /// Most characters allowed.
        max: usize,
    },
    /// It has a control character, which not every device can type.
    #[error("password has a control character")]
    ControlCharacter,
    /// Whoever tries common passwords, names, words, dates and patterns finds it soon.
    #[error(
        "password is easy to guess: common words, names, dates, repetitions and rows of keys are tried first"
    )]
    Guessable,
    /// It is on a list of passwords known from breaches.
    #[error("password is known from a breach and is tried first")]
    Breached,
    /// The list of such passwords cannot be read, so nobody can tell.
    #[error("nobody can tell now whether the password is known from a breach; try again later")]
    Unjudged,
}

impl PasswordPolicy {
    /// Whether a password has as many characters as this asks for; what else it is has been judged when it was set.
    #[must_use]
    pub fn is_long_enough(&self, password: &SecretString) -> bool {
        password.expose_secret().chars().count() >= self.min_chars
    }

    /// Checks a new password of somebody of whom `about` is known, such as name, address and company. Takes
    /// milliseconds.
    ///
    /// # Errors
    /// The first rule it breaks.
    pub fn check(&self, password: &SecretString, about: &[&str]) -> Result<(), WeakPassword> {
        let text = password.expose_secret();
        let chars = text.chars().count();
        if chars < self.min_chars {
            return Err(WeakPassword::TooShort { min: self.min_chars });
        }
        if chars > self.max_chars {
            return Err(WeakPassword::TooLong { max: self.max_chars });
        }
        if text.chars().any(char::is_control) {
            return Err(WeakPassword::ControlCharacter);
        }
        // Names and addresses are guessed by their parts, too.
        let parts = about
            .iter()
            .flat_map(|text| text.split(|at: char| !at.is_alphanumeric()));
        let known: Vec<&str> = about
            .iter()
            .copied()
            .chain(parts)
            .filter(|text| text.chars().count() > 2)
            .chain(["safeshipper", "dangerous goods", "hazmat"])
            .collect();
        if zxcvbn::zxcvbn(text, &known).guesses_log10() < f64::from(self.guesses) {
            return Err(WeakPassword::Guessable);
        }
        Ok(())
    }
}
