//! Mail: a letter goes to an SMTP server, or into a folder where there is none (a demonstration).
//!
//! Every wait is bounded, and an error names what failed and nothing of what was in flight: neither an address
//! nor what the server said, which often quotes one.
//!
//! - `server`: which server, from a URL
//! - `message`: from a letter to what goes over the wire (RFC 5322, RFC 2046)
//! - `folder`: a letter as a file

mod folder;
mod message;
mod server;

use std::path::PathBuf;
use std::time::Duration;

use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::extension::ClientId;
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use secrecy::ExposeSecret;

pub use message::{Letter, Sender, SenderFault};
pub use server::{ServerFault, SmtpServer};

use server::Security;

/// A wait for the connection, or for one answer.
const ONE_WAIT: Duration = Duration::from_secs(15);
/// The whole of a delivery.
const WHOLE: Duration = Duration::from_secs(60);

/// Why a letter was not accepted. Quotes neither the letter nor the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MailError {
    /// Nobody listens there, or the connection broke.
    #[error("the mail server cannot be reached")]
    Unreachable,
    /// The server did not answer in time.
    #[error("the mail server did not answer in time")]
    TimedOut,
    /// The server offers no encryption, or proves to be another one.
    #[error("no encrypted connection to the mail server: does it offer TLS, and is its certificate good?")]
    NotEncrypted,
    /// The server does not take this user and password.
    #[error("the mail server refuses our sign-in with code {0}")]
    SignInRefused(u16),
    /// The server does not take the letter now (RFC 5321 section 4.2.1: 4yz).
    #[error("the mail server refuses the letter for now with code {0}")]
    RefusedForNow(u16),
    /// The server will not take this letter (5yz).
    #[error("the mail server refuses the letter for good with code {0}")]
    RefusedForGood(u16),
    /// What is to be sent is no letter: an address that is none.
    #[error("the letter cannot be written: {0}")]
    Unwritable(&'static str),
    /// The folder cannot be written to.
    #[error("the folder for letters cannot be written to")]
    Folder,
}

impl MailError {
    /// Whether another try cannot help.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self, Self::RefusedForGood(_) | Self::Unwritable(_))
    }

    /// Whether the fault is the server's or the way there, so that another letter would fare no better now.
    #[must_use]
    pub const fn concerns_every_letter(self) -> bool {
        !matches!(
            self,
            Self::RefusedForNow(_) | Self::RefusedForGood(_) | Self::Unwritable(_)
        )
    }

    /// The class of the fault in one word, to be kept with a letter.
    #[must_use]
    pub const fn class(self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::TimedOut => "timed-out",
            Self::NotEncrypted => "not-encrypted",
            Self::SignInRefused(_) => "sign-in-refused",
            Self::RefusedForNow(_) => "refused-for-now",
            Self::RefusedForGood(_) => "refused-for-good",
            Self::Unwritable(_) => "unwritable",
            Self::Folder => "folder",
        }
    }
}

/// Sends letters in one sender's name.
pub struct Mailer {
    sender: Sender,
    way: Way,
}

enum Way {
    Smtp(Box<AsyncSmtpTransport<Tokio1Executor>>),
    Folder(PathBuf),
}

impl Mailer {
    /// Sends through a server.
    ///
    /// # Errors
    /// [`MailError::NotEncrypted`] where this machine has no certificates to judge the server's by.
    pub fn smtp(server: &SmtpServer, sender: Sender) -> Result<Self, MailError> {
        let host = server.host();
        let builder = match server.security() {
            Security::Tls => AsyncSmtpTransport::<Tokio1Executor>::relay(host),
            Security::StartTls => AsyncSmtpTransport::<Tokio1Executor>::starttls_relay(host),
            Security::ClearOnThisMachine => Ok(AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host)),
        };
        let mut builder = builder
            .map_err(|_| MailError::NotEncrypted)?
            .port(server.port())
            .timeout(Some(ONE_WAIT))
            .hello_name(ClientId::Domain(sender.domain().to_owned()));
        if let Some((user, password)) = server.credentials() {
            let password = password.expose_secret().to_owned();
            builder = builder.credentials(Credentials::new(user.to_owned(), password));
        }
        Ok(Self {
            sender,
            way: Way::Smtp(Box::new(builder.build())),
        })
    }

    /// Writes each letter as a file into a folder, which is made at the first.
    #[must_use]
    pub fn folder(folder: PathBuf, sender: Sender) -> Self {
        Self {
            sender,
            way: Way::Folder(folder),
        }
    }

    /// Hands a letter over; it is the server's from then on.
    ///
    /// # Errors
    /// Why it was not accepted.
    pub async fn send(&self, letter: &Letter) -> Result<(), MailError> {
        let message = message::write(letter, &self.sender)?;
        match &self.way {
            Way::Folder(folder) => folder::keep(folder.clone(), letter.id, message.formatted()).await,
            Way::Smtp(server) => {
                let sent = tokio::time::timeout(WHOLE, server.send(message)).await;
                match sent.map_err(|_| MailError::TimedOut)? {
                    Ok(_) => Ok(()),
                    Err(error) => Err(fault(&error)),
                }
            }
        }
    }
}

/// Codes that refuse our sign-in and not the letter (RFC 4954 section 6).
const SIGN_IN_CODES: [u16; 5] = [454, 530, 534, 535, 538];

fn fault(error: &lettre::transport::smtp::Error) -> MailError {
    match error.status().map(u16::from) {
        Some(code) if SIGN_IN_CODES.contains(&code) => MailError::SignInRefused(code),
        Some(code) if error.is_permanent() => MailError::RefusedForGood(code),
        Some(code) => MailError::RefusedForNow(code),
        None if error.is_timeout() => MailError::TimedOut,
        // The library counts a missing STARTTLS and an unusable way to sign in among the client's faults.
        None if error.is_tls() || error.is_client() => MailError::NotEncrypted,
        None => MailError::Unreachable,
    }
}
