//! Which mail server sends notices to people, and in whose name: options of `serve`.

use anyhow::Context;
use clap::Args;
use partners::mail::{Mailer, Sender, SmtpServer};
use secrecy::SecretString;

/// Which mail server sends notices to people.
#[derive(Args)]
pub(crate) struct Mail {
    /// The mail server: `smtps://user:password@host:465`, `smtp+starttls://user:password@host:587`, or `smtp://localhost:25`
    /// in clear text on this machine. Without it notices wait in the outbox for three days.
    #[arg(
        long,
        env = "SAFESHIPPER_SMTP_URL",
        hide_env_values = true,
        requires = "mail_from"
    )]
    smtp_url: Option<SecretString>,
    /// The sender of mails: `SafeShipper <notices@example.com>`. Required with a mail server.
    #[arg(long, env = "SAFESHIPPER_MAIL_FROM", value_name = "SENDER")]
    mail_from: Option<String>,
}

impl Mail {
    /// What sends, if there is a server.
    pub(super) fn mailer(&self) -> anyhow::Result<Option<Mailer>> {
        let Some(url) = &self.smtp_url else {
            return Ok(None);
        };
        let server = SmtpServer::parse(url).context("`--smtp-url`")?;
        let sender = self.mail_from.as_deref().context("`--mail-from` is missing")?;
        let sender = Sender::parse(sender).context("`--mail-from`")?;
        Ok(Some(Mailer::smtp(&server, sender).context("`--smtp-url`")?))
    }
}
