//! The data keys in the hands of the platform's operator: `safeshipper keys`.

use access::ids::{CompanyId, PLATFORM_COMPANY};
use crypto::field::Purpose;
use crypto::note::{NoteError, SignerKey, VerifierKey, open};
use serde::{Deserialize, Serialize};
use store::keys::{Batch, Begun, KeyRow, RotationRow, ShredOutcome};
use time::OffsetDateTime;
use uuid::Uuid;

use super::SETTLES;
use crate::Error;
use crate::people::reason_of;
use crate::provision::{Provisioner, new_key};

/// What a receipt calls its own form.
const FORM: &str = "safeshipper destroyed data keys 1";

/// A data key of a company.
pub type KeyFacts = KeyRow;
/// How far a rotation is.
pub type Progress = RotationRow;

/// What the receipt of a destruction says. It names keys and counts, and nothing that was sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    form: String,
    /// The company's id.
    pub company_id: Uuid,
    /// Its short name.
    pub company: String,
    /// When, by the clock of the command.
    #[serde(with = "time::serde::rfc3339")]
    pub destroyed_at: OffsetDateTime,
    /// Why.
    pub reason: String,
    /// Values that nobody opens again.
    pub values: i64,
    /// The keys.
    pub keys: Vec<Destroyed>,
}

/// A key that was destroyed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Destroyed {
    /// Its id, which the values it sealed name.
    pub id: Uuid,
    /// What it was for.
    pub purpose: String,
    /// Values it had sealed.
    pub values: i64,
}

/// Why a receipt is not believed.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
    /// Its signature.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// What is signed is something else.
    #[error("what is signed is not a receipt of destroyed data keys")]
    Form,
}

/// Reads a receipt that one of these keys has signed.
///
/// # Errors
/// A signature that does not hold, or a signed text that is something else.
pub fn verify_receipt(note: &[u8], trusted: &[VerifierKey]) -> Result<Receipt, ReceiptError> {
    let opened = open(note, trusted)?;
    let receipt: Receipt = serde_json::from_str(opened.text).map_err(|_| ReceiptError::Form)?;
    if receipt.form == FORM {
        Ok(receipt)
    } else {
        Err(ReceiptError::Form)
    }
}

impl Provisioner {
    /// A company's data keys and their rotations, newest first.
    ///
    /// # Errors
    /// [`Error::NotFound`] without such a company; otherwise when the store fails.
    pub async fn data_keys(&mut self, slug: &str) -> Result<(Vec<KeyFacts>, Vec<Progress>), Error> {
        let company = self.company_named(slug).await?;
        let keys = self.owner.keys_of(company).await?;
        Ok((keys, self.owner.rotations_of(company).await?))
    }

    /// Makes new data keys active, of a purpose or of all under which something of the company is sealed. Nodes
    /// seal everything anew; so does [`Self::seal_anew`]. The purposes for which it has begun.
    ///
    /// # Errors
    /// [`Error::NotFound`] without such a company or purpose; [`Error::State`] for a purpose whose key does not
    /// rotate, or where it runs already; [`Error::KeyDestroyed`]; otherwise when the store fails.
    pub async fn rotate_data_keys(
        &mut self,
        slug: &str,
        purpose: Option<&str>,
        now: OffsetDateTime,
    ) -> Result<Vec<&'static str>, Error> {
        let company = self.company_named(slug).await?;
        let mut begun = Vec::new();
        for purpose in purposes(company, purpose)? {
            let key = new_key(company, purpose, &self.master, &self.rng)?;
            match self.owner.begin_rotation(company, &key, SETTLES, now).await? {
                Begun::Done => begun.push(purpose.as_str()),
                Begun::Running => {
                    return Err(Error::State(
                        "a rotation of this purpose is running; let it end first",
                    ));
                }
                Begun::Destroyed => return Err(Error::KeyDestroyed(purpose.as_str())),
                // A company from before there were second factors has no key for them.
                Begun::Absent => {}
            }
        }
        Ok(begun)
    }

    /// Seals anew what rotations ask for, as far as that goes now; how many values it was.
    ///
    /// # Errors
    /// When the store fails; what was done is done.
    pub async fn seal_anew(&mut self, now: OffsetDateTime) -> Result<usize, Error> {
        let (mut done, mut waiting) = (0, Vec::new());
        loop {
            let mut rotations = self.owner.rotations();
            match rotations.work(&waiting, &self.master, &self.rng, now).await? {
                Batch::Worked { resealed, .. } => done += resealed,
                Batch::Completed | Batch::Incomplete => {}
                Batch::Waiting(rotation) => waiting.push(rotation),
                Batch::Nothing => return Ok(done),
            }
        }
    }

    /// Destroys every data key of a company for good (E20), where nobody of it can sign in or `although_active`.
    /// The receipt is signed and handed to `keep` first: without it kept nothing is destroyed.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a reason that is none; [`Error::NotFound`], [`Error::State`]; when the receipt cannot
    /// be signed or kept, or the store fails.
    pub async fn shred(
        &mut self,
        slug: &str,
        (reason, although_active): (&str, bool),
        signer: &SignerKey,
        keep: impl FnOnce(&str) -> Result<(), Error>,
        now: OffsetDateTime,
    ) -> Result<Receipt, Error> {
        let reason = reason_of(reason)?;
        let company = self.company_named(slug).await?;
        let shredding = match self.owner.shred(company, although_active).await? {
            Ok(shredding) => shredding,
            Err(why) => return Err(refused(why)),
        };
        let destroyed = |key: &KeyRow| Destroyed {
            id: key.id,
            purpose: key.purpose.clone(),
            values: key.sealed,
        };
        let receipt = Receipt {
            form: FORM.to_owned(),
            company_id: company.uuid(),
            company: slug.to_owned(),
            destroyed_at: now,
            reason: reason.to_owned(),
            values: shredding.keys.iter().map(|key| key.sealed).sum(),
            keys: shredding.keys.iter().map(destroyed).collect(),
        };
        let text = serde_json::to_string_pretty(&receipt);
        let text = text.map_err(|_| Error::Internal("a receipt could not be written"))?;
        let note = signer.sign(&format!("{text}\n"));
        let note = note.map_err(|_| Error::Internal("a receipt could not be signed"))?;
        keep(&note)?;
        shredding.commit(reason, &note, now).await?;
        Ok(receipt)
    }

    /// Destroys a company's data keys that a restore has brought back, by the receipt of when they were; whether
    /// there was anything to destroy.
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) async fn shred_again(
        &mut self,
        receipt: &Receipt,
        note: &str,
        now: OffsetDateTime,
    ) -> Result<bool, Error> {
        let company = CompanyId::from_uuid(receipt.company_id);
        // That people could sign in was decided about then.
        match self.owner.shred(company, true).await? {
            Ok(shredding) => {
                shredding.commit(&receipt.reason, note, now).await?;
                Ok(true)
            }
            Err(ShredOutcome::Absent | ShredOutcome::Destroyed) => Ok(false),
            Err(why) => Err(refused(why)),
        }
    }

    /// Wraps every data key by the master key at hand that a former one has wrapped: how many, and how many are
    /// left.
    ///
    /// # Errors
    /// When one opens with none of the master keys at hand, or the store fails; then nothing has changed.
    pub async fn rewrap(&mut self, now: OffsetDateTime) -> Result<(usize, usize), Error> {
        Ok(self.owner.rewrap(&self.master, &self.rng, now).await?)
    }
}

/// The purposes to rotate.
pub(super) fn purposes(company: CompanyId, asked: Option<&str>) -> Result<Vec<Purpose>, Error> {
    // Signing keys and notices are the platform's.
    let is_theirs = |purpose: &Purpose| {
        purpose.seals()
            && (company == PLATFORM_COMPANY || !matches!(purpose, Purpose::SigningKey | Purpose::Notice))
    };
    let Some(asked) = asked else {
        return Ok(Purpose::ALL.into_iter().filter(is_theirs).collect());
    };
    let purpose: Purpose = asked.parse().map_err(|_| Error::NotFound("purpose"))?;
    if is_theirs(&purpose) {
        Ok(vec![purpose])
    } else if purpose.seals() {
        Err(Error::State("nothing of this company is sealed for this purpose"))
    } else {
        Err(Error::State(
            "keys of indexes and of the installation seal nothing and do not rotate (docs/decisions/0016)",
        ))
    }
}

const fn refused(why: ShredOutcome) -> Error {
    match why {
        ShredOutcome::Absent => Error::NotFound("company"),
        ShredOutcome::Platform => {
            Error::State("the platform's own keys are not destroyed: nothing would start")
        }
        ShredOutcome::Active => Error::State(
            "people of this company can still sign in; lock their accounts first, or say that this is meant",
        ),
        ShredOutcome::Destroyed => Error::State("the keys of this company were destroyed before"),
        ShredOutcome::Done => Error::Internal("done is not refused"),
    }
}
