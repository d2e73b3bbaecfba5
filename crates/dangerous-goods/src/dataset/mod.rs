//! Other regimes as data: IMDG, ADG and IATA, whose tables this crate may not carry.
//!
//! A company brings them as a data set it has the right to use: one comma-separated text, signed by whoever
//! made it ("docs/data-sets.md" describes it). A [`Draft`] is what such a text says; a [`DataSet`] is a draft
//! whose signature and company have been shown, and only under a [`DataSet`] is a load checked. Without
//! one the answer is "not checked". The signature itself is the caller's: this crate does no cryptography.
//!
//! A data set can only forbid and ask; beyond three choices of its head nothing in it lifts what another part
//! of it says. What a row does not record is never taken for "none".

mod check;
mod choice;
mod fault;
mod model;
mod read;
mod regime;
mod report;
mod row_id;
mod sheet;

use std::fmt::{self, Write as _};

use sha2::{Digest, Sha256};

pub use check::{DataSetLine, DataSetResult, Missing, Validity, check, not_checked};
pub use choice::DataSetChoice;
pub use fault::{Fault, Malformed};
pub use model::{BetweenUnits, Draft, Head, Limited, SameClass};
pub use regime::{AnyRegime, OtherRegime, UnknownAnyRegime, UnknownOtherRegime};
pub use row_id::{ChosenTwice, DataSetRowId, DataSetRows, InvalidDataSetRowId, InvalidDataSetRows};
pub use sheet::{MAX_BYTES, MAX_LINE, MAX_LINES};

/// The largest bundle: a data set and its signatures, in bytes.
pub const MAX_BUNDLE_BYTES: usize = MAX_BYTES + 16 * 1024;

/// What a bundle holds once its signature has been verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed<'a> {
    /// The data set, exactly the bytes that were signed.
    pub text: &'a [u8],
    /// The name of the key whose signature holds.
    pub key: String,
}

/// A data set that its publisher has signed for the company that uses it.
#[derive(Debug, Clone, PartialEq)]
pub struct DataSet {
    draft: Draft,
    hash: String,
    signed_by: String,
}

/// Why a bundle is not used. Nothing of it has taken effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused<E> {
    /// Larger than [`MAX_BUNDLE_BYTES`].
    TooLarge(usize),
    /// No trusted key has signed it, or it was changed since.
    Signature(E),
    /// It is signed and says nothing that can be used.
    Malformed(Malformed),
    /// It is signed for somebody else.
    Company {
        /// Whom the data set names.
        named: String,
    },
}

impl<E: fmt::Display> fmt::Display for Refused<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge(bytes) => write!(
                f,
                "a bundle of {bytes} bytes is over the limit of {MAX_BUNDLE_BYTES} bytes"
            ),
            Self::Signature(error) => write!(f, "{error}"),
            Self::Malformed(faults) => write!(f, "{faults}"),
            Self::Company { named } => {
                write!(
                    f,
                    "the data set is made out to `{}`",
                    crate::identity::clip(named)
                )
            }
        }
    }
}

impl<E: fmt::Debug + fmt::Display> std::error::Error for Refused<E> {}

impl DataSet {
    /// Opens a bundle: signature first, then what it says, then whom it is for.
    ///
    /// `verify` takes the bundle apart and shows that a trusted key has signed it. `company` are the
    /// names under which the company may be meant (its short name, its id).
    ///
    /// # Errors
    /// [`Refused`] with the first of these that does not hold.
    pub fn open<E>(
        bundle: &[u8],
        company: &[&str],
        verify: impl for<'b> FnOnce(&'b [u8]) -> Result<Signed<'b>, E>,
    ) -> Result<Self, Refused<E>> {
        if bundle.len() > MAX_BUNDLE_BYTES {
            return Err(Refused::TooLarge(bundle.len()));
        }
        let signed = verify(bundle).map_err(Refused::Signature)?;
        let draft = Draft::parse(signed.text).map_err(Refused::Malformed)?;
        let named = draft.head().company.as_str();
        if !company.contains(&named) {
            return Err(Refused::Company {
                named: named.to_owned(),
            });
        }
        Ok(Self {
            draft,
            hash: hexadecimal(&Sha256::digest(bundle)),
            signed_by: signed.key,
        })
    }

    /// Regime, edition, validity and whom it is for.
    #[must_use]
    pub const fn head(&self) -> &Head {
        self.draft.head()
    }

    /// How many rows the table of goods has.
    #[must_use]
    pub const fn row_count(&self) -> usize {
        self.draft.row_count()
    }

    /// SHA-256 of the bundle, signatures included: 64 lower-case hexadecimal digits, as of the file.
    #[must_use]
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// The name of the key whose signature holds.
    #[must_use]
    pub fn signed_by(&self) -> &str {
        &self.signed_by
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            // Writing to a text cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}
