//! A code as a person shows it: six digits of an app, or a backup code.

use access::ids::{CompanyId, UserId};
use crypto::backup::BackupCode;
use crypto::field::{FieldContext, Keychain};
use crypto::totp::{self, TotpSecret};
use secrecy::{ExposeSecret, SecretString};
use store::second_step::{Proof, StoredTotp};
use zeroize::Zeroizing;

use crate::keys::unopened;
use crate::{App, Error};

/// What was shown.
pub(crate) enum Code {
    /// What an app shows, or what somebody guesses.
    Totp(Zeroizing<String>),
    /// A backup code, by its form.
    Backup(BackupCode),
}

impl Code {
    /// Reads what was typed; apps show the digits in two groups.
    pub(crate) fn read(text: &SecretString) -> Self {
        let typed = text.expose_secret();
        if let Ok(code) = BackupCode::parse(typed.trim()) {
            return Self::Backup(code);
        }
        let most = typed.chars().take(64);
        Self::Totp(Zeroizing::new(
            most.filter(|letter| !letter.is_whitespace()).collect(),
        ))
    }

    pub(crate) const fn is_backup_code(&self) -> bool {
        matches!(self, Self::Backup(_))
    }
}

/// Where the secret of a factor is sealed for.
pub(crate) fn place(factor: uuid::Uuid, company: CompanyId) -> FieldContext<'static> {
    FieldContext {
        table: "totp_factors",
        column: "secret_sealed",
        row: factor,
        company: company.uuid(),
    }
}

/// The secret of a stored factor.
pub(crate) fn open(keys: &Keychain, factor: &StoredTotp, company: CompanyId) -> Result<TotpSecret, Error> {
    let opened = keys.open(&place(factor.id.uuid(), company), &factor.secret);
    let opened = opened.map_err(unopened("totp_factors.secret_sealed"))?;
    TotpSecret::from_bytes(&opened).map_err(|_| Error::Undecryptable("totp_factors.secret_sealed"))
}

impl App {
    /// What a code proves if it can be spent; nothing where it is wrong. Whether a backup code is one of the
    /// person's turns out when it is spent.
    pub(crate) fn judge(
        &self,
        keys: &Keychain,
        company: CompanyId,
        user: UserId,
        factor: Option<&StoredTotp>,
        code: &Code,
    ) -> Result<Option<Proof>, Error> {
        match (code, factor) {
            (Code::Backup(code), _) => Ok(Some(Proof::BackupCode(self.backup.hash(user.uuid(), code)))),
            (Code::Totp(_), None) => Ok(None),
            (Code::Totp(digits), Some(factor)) => {
                let secret = open(keys, factor, company)?;
                let step = totp::check(&secret, digits, self.now(), self.drift);
                Ok(step.map(|step| Proof::Step(factor.id, step)))
            }
        }
    }
}
