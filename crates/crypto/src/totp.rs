//! One-time passwords by time (RFC 6238): HMAC-SHA-1, six digits, a step every thirty seconds, a secret of 160
//! bits (M1, M8). Authenticator apps know no other form, and HMAC-SHA-1 is not what is broken in SHA-1.
//!
//! [`check`] says which step a code belongs to and no more: that a step is never accepted twice is the
//! database's part, which compares and sets the last one.

use std::fmt;

use time::OffsetDateTime;
use totp_rs::{Builder, Secret, Totp};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::rng::{Rng, RngError};

/// Seconds of a step.
pub const STEP_SECONDS: i64 = 30;
/// Digits of a code.
pub const DIGITS: usize = 6;
/// Bytes of a secret: 160 bits, as RFC 4226 section 4 recommends.
const SECRET_BYTES: usize = 20;

/// A stored secret has another length. Never quotes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("secret of one-time passwords has {found} bytes, expected {SECRET_BYTES}")]
pub struct SecretLength {
    /// Bytes found.
    found: usize,
}

/// What an authenticator app and the program share.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct TotpSecret([u8; SECRET_BYTES]);

/// The number of a step: whole thirties of seconds since 1970. What is stored as used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Step(i64);

impl Step {
    /// The step that `at` lies in.
    #[must_use]
    pub fn at(at: OffsetDateTime) -> Self {
        Self(at.unix_timestamp().div_euclid(STEP_SECONDS))
    }

    /// The number to store.
    #[must_use]
    pub const fn number(self) -> i64 {
        self.0
    }
}

/// How far the clock of whoever shows a code may be off, in steps to either side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drift {
    /// Only the code of this very step.
    None,
    /// Also the one before and the one after (RFC 6238 section 5.2).
    OneStep,
}

impl TotpSecret {
    /// A new one.
    ///
    /// # Errors
    /// When the system gives no randomness.
    pub fn generate(rng: &Rng) -> Result<Self, RngError> {
        rng.bytes().map(Self)
    }

    /// Reads the bytes that [`Self::bytes`] returned.
    ///
    /// # Errors
    /// When they are not 20.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SecretLength> {
        let found = bytes.len();
        bytes.try_into().map(Self).map_err(|_| SecretLength { found })
    }

    /// The bytes, to be sealed.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// The text to type where no camera is at hand: 32 characters of base32 (RFC 4648), in groups of four.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        let text = Zeroizing::new(self.base32());
        let groups = text.as_bytes().chunks(4).map(String::from_utf8_lossy);
        Zeroizing::new(groups.collect::<Vec<_>>().join(" "))
    }

    /// The URI that a QR code carries to the app.
    ///
    /// `issuer` is the product, `account` tells the person's entries apart; both are shown by the app.
    #[must_use]
    pub fn uri(&self, issuer: &str, account: &str) -> Zeroizing<String> {
        let (issuer, account) = (escaped(issuer), escaped(account));
        let secret = Zeroizing::new(self.base32());
        Zeroizing::new(format!(
            "otpauth://totp/{issuer}:{account}?secret={}&issuer={issuer}&algorithm=SHA1&digits={DIGITS}&period={STEP_SECONDS}",
            secret.as_str(),
        ))
    }

    /// The code of a step, for tests and for tools that stand in for an app.
    #[must_use]
    pub fn code(&self, step: Step) -> Zeroizing<String> {
        Zeroizing::new(self.generator().generate(seconds(step)).to_string())
    }

    fn base32(&self) -> String {
        Secret::from(self.0).to_base32()
    }

    fn generator(&self) -> Totp {
        // Six digits and 160 bits are compliant: there is nothing that the checking builder could refuse.
        Builder::new()
            .with_secret(Secret::from(self.0))
            .with_skew(0)
            .build_noncompliant()
    }
}

impl fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TotpSecret")
    }
}

/// The step whose code this is, if it is one around `now`; compared in constant time.
///
/// Where two steps have the same code the later one is meant, so that marking it as used uses up both.
#[must_use]
pub fn check(secret: &TotpSecret, code: &str, now: OffsetDateTime, drift: Drift) -> Option<Step> {
    if code.len() != DIGITS || !code.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let Step(step) = Step::at(now);
    let reach = match drift {
        Drift::None => 0,
        Drift::OneStep => 1,
    };
    let generator = secret.generator();
    let steps = (step - reach..=step + reach).rev().map(Step);
    // Every step is computed, whichever matches.
    let matches = steps.filter(|step| generator.check(code, seconds(*step)).is_some());
    matches.max()
}

/// The first second of a step; before 1970 there is none.
fn seconds(step: Step) -> u64 {
    u64::try_from(step.0.saturating_mul(STEP_SECONDS)).unwrap_or_default()
}

/// Percent-encoded but for the unreserved characters (RFC 3986 section 2.3).
fn escaped(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}
