//! The words of each notice: what happened, and what to do if it was not you.

use access::actor::{PasskeyPolicy, SecondFactorPolicy};
use store::notices::Notice;

/// The subject, what happened, and what to do.
pub(super) struct Words {
    pub(super) subject: &'static str,
    pub(super) happened: String,
    pub(super) advice: &'static str,
}

/// What to do about what only the person themselves should have done.
const NOT_YOU: &str = "If this was you, there is nothing to do. If it was not, somebody else is using your account: \
    change your password, end all sessions on the page `Sessions`, and tell an administrator of your company at once.";

/// The same where somebody knows the password but has not come in.
const PASSWORD_KNOWN: &str = "If you mistyped a code, there is nothing to do. If it was not you, somebody knows your \
    password or uses your account at the provider: change both passwords now. Nobody came in without your second \
    factor.";

/// What to do about a reset that one did not ask for.
const OBJECT: &str = "If you lost your second factor and asked for this, there is nothing to do. If not, object on the \
    page `Security of your account`: that ends it at once. Tell an administrator of your company, too.";

/// The words of a notice.
pub(super) fn words(notice: &Notice, company: &str) -> Words {
    let (subject, happened, advice) = match notice {
        Notice::FactorBegun => (
            "A second factor is being set up",
            "Somebody signed in as you has begun to set up a second factor for your account. It is not active yet. \
             You are told of this once an hour at most; of a factor that became active, always."
                .to_owned(),
            NOT_YOU,
        ),
        Notice::FactorActive => (
            "Your second factor is active",
            "One-time passwords of an authenticator app are now your second factor, with new backup codes. A factor \
             and codes from before are void."
                .to_owned(),
            NOT_YOU,
        ),
        Notice::BackupCodesRenewed => (
            "Your backup codes were renewed",
            "There are new backup codes for your account. Those from before are void.".to_owned(),
            NOT_YOU,
        ),
        Notice::FactorRemoved => (
            "Your second factor was removed",
            "One-time passwords of an authenticator app are no longer a second factor of your account. Backup codes \
             went with the last of all factors."
                .to_owned(),
            NOT_YOU,
        ),
        Notice::PasskeyAdded => (
            "A passkey was added",
            "A passkey was added to your account. It signs in alone, and is a second factor.".to_owned(),
            NOT_YOU,
        ),
        Notice::PasskeyRemoved => (
            "A passkey was removed",
            "A passkey of your account was removed. Backup codes went with the last of all factors.".to_owned(),
            NOT_YOU,
        ),
        Notice::PasskeyWentBack => (
            "A passkey was refused: there may be a copy of it",
            "A passkey of your account was shown and refused, because it has counted fewer uses than before. You are \
             told of this once an hour at most."
                .to_owned(),
            "Remove that passkey on the page `Security of your account` and make a new one. If it was not you who \
             showed it, tell an administrator of your company at once.",
        ),
        Notice::SignedInWithBackupCode { left } => (
            "Signed in with a backup code",
            format!("Somebody signed in as you with a backup code. {}", codes(*left)),
            NOT_YOU,
        ),
        Notice::ProvedWithBackupCode { left } => (
            "A backup code was used",
            format!(
                "A backup code of yours was shown to prove a session that was open. {}",
                codes(*left)
            ),
            NOT_YOU,
        ),
        Notice::WrongSecondFactor => (
            "A sign-in got to the second factor and no further",
            "Somebody tried to sign in as you, with your password or at your company's provider, and then gave a \
             wrong second factor. You are told of this once an hour at most."
                .to_owned(),
            PASSWORD_KNOWN,
        ),
        Notice::SessionEndedByWrongProofs => (
            "A session of yours was ended",
            "In a session of yours, ten wrong codes or passwords were given in a row. The session was ended.".to_owned(),
            NOT_YOU,
        ),
        Notice::RefreshTokenReused => (
            "A session of yours was ended: its token was used twice",
            "A token that renews a session of yours was presented a second time, so that somebody may hold a copy. \
             The session was ended."
                .to_owned(),
            "A program of yours may have sent an old token; it has to sign in again. If you use no such program, \
             change your password and tell an administrator of your company at once.",
        ),
        Notice::LockedDown => (
            "Your account is locked",
            "Your account was locked: nobody can sign in with it, and every session of it was ended.".to_owned(),
            "Ask an administrator of your company why, by a way other than this mail.",
        ),
        Notice::Unlocked => (
            "Your account is unlocked",
            "Your account was unlocked: you can sign in again. Sessions that were ended stay over. If you had a second \
             factor, it is gone, and your password alone does not sign you in: from 24 hours after this, ask for a link \
             to set a new one (`Forgot your password?` on the sign-in page)."
                .to_owned(),
            "If you know of no reason, ask an administrator of your company, by a way other than this mail.",
        ),
        Notice::FactorResetAsked { by } => (
            "A reset of your second factors was asked for",
            format!(
                "{by} asked for a reset of your second factors. Another administrator has to approve it, and it takes \
                 effect a day after that."
            ),
            OBJECT,
        ),
        Notice::FactorResetApproved { by } => (
            "Your second factors are reset in a day",
            format!(
                "{by} approved a reset of your second factors. In 24 hours they and your backup codes are removed and \
                 every session of yours is ended; then you set a new password by a link that you ask for by mail."
            ),
            OBJECT,
        ),
        Notice::FactorResetTakenBack => (
            "The reset of your second factors was taken back",
            "An administrator took back the reset of your second factors. They stay as they are.".to_owned(),
            "There is nothing to do.",
        ),
        Notice::FactorsReset => (
            "Your second factors were reset",
            "Your second factors and backup codes were removed and every session of yours was ended, as two \
             administrators decided a day ago or more. Your password from before signs you in no more."
                .to_owned(),
            "Ask for a link to set a new password (`Forgot your password?` on the sign-in page), then enrol a second factor on the page `Security of your account`. If you did not lose yours, tell an \
             administrator of your company at once.",
        ),
        Notice::DemandChanged {
            by,
            before,
            after,
            passkeys,
        } => (
            "What your company demands of sign-ins changed",
            format!(
                "{by} set of whom {company} demands a second factor: {}, before {}.{}",
                demanded(*after),
                demanded(*before),
                passkeys.map_or_else(String::new, |[before, after]| format!(
                    " A passkey: {}, before {}.",
                    passkey_demanded(after),
                    passkey_demanded(before)
                ))
            ),
            "Every administrator of the company is told of this. If nobody of you meant to, look at the audit trail \
             and put it back.",
        ),
        Notice::PermissionDecided { by, what, until } => (
            "What you may do changed",
            format!("{by} decided on a permission of yours: {what}{}.", ending(*until)),
            "Every page shows what you may do now. If you did not expect this, ask who decided it.",
        ),
        Notice::RoleAssigned { by, before, after } => (
            "Your role changed",
            format!("{by} changed your role from {before} to {after}. Your sessions were ended: sign in again."),
            "If you did not expect this, ask who decided it.",
        ),
        Notice::EmergencyAccess {
            by,
            justification,
            waiting,
            drill,
        } => (
            match (drill, waiting) {
                (true, _) => "Exercise: emergency access",
                (false, true) => "Emergency access waits for you",
                (false, false) => "Emergency access was taken",
            },
            format!(
                "{by} {} because of an incident, with these words: {justification}",
                if *waiting {
                    "asks for emergency access"
                } else {
                    "has emergency access to read"
                }
            ),
            "Look at the page `Emergency access`: approve it, end it, and judge it afterwards.",
        ),
        Notice::EmergencyAccessDecided { by, what } => (
            "Your emergency access",
            format!("{by} decided on your emergency access: {what}."),
            "The page `Emergency access` shows what you may do and until when.",
        ),
        Notice::OverrideAsked {
            by,
            shipment,
            reason,
            authority,
            valid_until,
        } => (
            "An override waits for you",
            format!(
                "{by} asks that shipment {shipment} travel although its load is prohibited, under {authority}, valid until \
                 {valid_until}, with these words: {reason}"
            ),
            "Look at the shipment's page, and approve it only if you have seen the permit or approval and it is for this \
             load; or refuse it.",
        ),
        Notice::OverrideDecided {
            by,
            shipment,
            approved,
        } => (
            if *approved { "Your override was approved" } else { "Your override was refused" },
            format!(
                "{by} {} the override of the check of shipment {shipment} that you asked for.",
                if *approved { "approved" } else { "refused" }
            ),
            "The shipment's page says why. Any change of the load, and any other answer to it, voids an override.",
        ),
        Notice::OverrideWithdrawn { by, shipment } => (
            "An override was withdrawn",
            format!(
                "{by} withdrew the override of the check of shipment {shipment}. Its load may not travel, and papers that name \
                 the override no longer count."
            ),
            "The shipment's page says why. If the load is on the road, call whoever carries it.",
        ),
        Notice::IdentityLinked { provider } => (
            "An identity was linked to your account",
            format!("Whoever signs in with your identity at `{provider}` now signs in to your account."),
            NOT_YOU,
        ),
        Notice::IdentityUnlinked { provider } => (
            "An identity was unlinked from your account",
            format!("Your identity at `{provider}` no longer signs in to your account. Its sessions were ended."),
            NOT_YOU,
        ),
        Notice::ProviderChanged { by, what } => (
            "Where your company's people sign in changed",
            format!("{by} changed where the people of {company} sign in: {what}."),
            "Every administrator of the company is told of this. If nobody of you meant to, look at the audit trail \
             and put it back.",
        ),
        Notice::NewPlace {
            new_country: Some(country),
        } => (
            "Signed in from a new country",
            format!("Somebody signed in as you from {country}. Your account was not used from that country lately."),
            NOT_YOU,
        ),
        Notice::NewPlace { new_country: None } => (
            "Signed in from a new device or network",
            "Somebody signed in as you from a device or a network that your account was not used from lately."
                .to_owned(),
            NOT_YOU,
        ),
        Notice::PasswordChanged => (
            "Your password was changed",
            "The password of your account was changed. Every other session of yours was ended.".to_owned(),
            NOT_YOU,
        ),
        Notice::PasswordResetAsked { .. } => (
            "Set a new password",
            "Somebody asked for a link to set a new password for your account. It is good once, for 30 minutes; using it \
             voids every other link. Your second factor stays as it is."
                .to_owned(),
            "If you did not ask, do nothing: your password stays as it is, and nobody but you has this link.",
        ),
        Notice::PasswordReset => (
            "Your password was reset",
            "A new password was set for your account with a link from a mail. Every session of yours was ended."
                .to_owned(),
            "If this was not you, somebody reads your mail: ask an administrator of your company at once to lock your \
             account.",
        ),
    };
    Words {
        subject,
        happened,
        advice,
    }
}

fn ending(until: Option<time::OffsetDateTime>) -> String {
    until.map_or_else(String::new, |at| format!(", until {}", at.date()))
}

fn codes(left: i64) -> String {
    match left {
        0 => "There are no codes left: make new ones on the page `Security of your account`.".to_owned(),
        1 => "There is one code left.".to_owned(),
        left => format!("There are {left} codes left."),
    }
}

const fn demanded(policy: SecondFactorPolicy) -> &'static str {
    match policy {
        SecondFactorPolicy::Optional => "of nobody",
        SecondFactorPolicy::Supervisors => "of supervisors and above",
        SecondFactorPolicy::Everyone => "of everyone",
    }
}

const fn passkey_demanded(policy: PasskeyPolicy) -> &'static str {
    match policy {
        PasskeyPolicy::Optional => "of nobody",
        PasskeyPolicy::Managers => "of managers and above",
    }
}
