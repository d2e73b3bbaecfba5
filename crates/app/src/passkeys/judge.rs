//! An answer of a browser to a challenge: whose passkey signed it, if one did.

use access::ids::CompanyId;
use crypto::field::FieldContext;
use crypto::passkey::{Asserted, Assertion, Challenge, Named, Passkey, Refusal};
use serde_json::Value;
use store::passkeys::{Holder, StoredPasskey};
use store::sessions::Known;

use crate::keys::unopened;
use crate::{App, Error};

/// Why an answer proves nothing: for the log and the trail, never for the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Fault {
    /// Answered before, too late, or never asked for.
    #[error("nothing waits for this answer")]
    NothingWaits,
    /// Not known, removed, or of an account that is not active.
    #[error("no active person has this passkey")]
    Unknown,
    /// The session or the ticket is of one person, the passkey of another.
    #[error("the passkey is somebody else's")]
    OfSomebodyElse,
    /// What was signed does not hold.
    #[error(transparent)]
    Refused(#[from] Refusal),
}

/// An answer that proves nothing, and whose passkey it names.
pub(crate) struct NotShown {
    pub(crate) fault: Fault,
    pub(crate) owner: Option<Known>,
}

/// A passkey that was shown.
pub(crate) struct Shown {
    pub(crate) passkey: StoredPasskey,
    pub(crate) asserted: Asserted,
}

/// Where the public half of a passkey is sealed for.
pub(super) fn place(passkey: uuid::Uuid, company: CompanyId) -> FieldContext<'static> {
    FieldContext {
        table: "passkeys",
        column: "credential_sealed",
        row: passkey,
        company: company.uuid(),
    }
}

impl App {
    /// Takes what waits for the holder, whatever the answer is worth, and looks at the answer. That the passkey is of
    /// the holder's person is the caller's to see, who knows them; that its count goes up, the database's.
    pub(crate) async fn passkey_shown(
        &self,
        holder: Holder<'_>,
        named: Named,
        answer: Value,
    ) -> Result<Result<Shown, NotShown>, Error> {
        let waiting = self.store.take_ceremony(holder).await?;
        let nobody = |fault| NotShown { fault, owner: None };
        let shown = match waiting {
            None => Err(nobody(Fault::NothingWaits)),
            Some(state) => self.judge_passkey(&state, named, answer).await?,
        };
        if let Err(NotShown { fault, owner }) = &shown {
            let user = owner.as_ref().map(|owner| owner.user.to_string());
            tracing::info!(reason = %fault, user, "passkey refused");
        }
        Ok(shown)
    }

    async fn judge_passkey(
        &self,
        state: &str,
        named: Named,
        answer: Value,
    ) -> Result<Result<Shown, NotShown>, Error> {
        let corrupt = |_| Error::Internal("the state of a ceremony cannot be read");
        let challenge = Challenge::from_text(state).map_err(corrupt)?;
        let nobody = |fault| Ok(Err(NotShown { fault, owner: None }));
        let answer = match Assertion::read(answer) {
            Ok(answer) => answer,
            Err(refusal) => return nobody(refusal.into()),
        };
        let Some(stored) = self.store.find_passkey(&answer.credential()).await? else {
            return nobody(Fault::Unknown);
        };
        let passkey = self.open_passkey(&stored).await?;
        let owner = stored.owner.user.uuid();
        Ok(
            match self.site()?.verify(challenge, &answer, &passkey, owner, named) {
                Ok(asserted) => Ok(Shown {
                    passkey: stored,
                    asserted,
                }),
                Err(refusal) => Err(NotShown {
                    fault: refusal.into(),
                    owner: Some(stored.owner),
                }),
            },
        )
    }

    async fn open_passkey(&self, stored: &StoredPasskey) -> Result<Passkey, Error> {
        let company = stored.owner.company;
        let keys = self.credential_keys(company, &[&stored.sealed]).await?;
        let keys = keys.ok_or(Error::Internal("a factor without the company's key"))?;
        let opened = keys.open(&place(stored.id.uuid(), company), &stored.sealed);
        let opened = opened.map_err(unopened("passkeys.credential_sealed"))?;
        Passkey::from_bytes(&opened).map_err(|_| Error::Undecryptable("passkeys.credential_sealed"))
    }
}
