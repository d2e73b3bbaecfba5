//! Which mail server, from a URL: `smtps://user:password@host:465` (TLS from the first byte, RFC 8314),
//! `smtp+starttls://user:password@host:587` (STARTTLS or nothing), or `smtp://localhost:25` (in clear text, on this
//! machine alone).

use std::fmt;
use std::net::IpAddr;

use percent_encoding::percent_decode_str;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

/// Which mail server, and who we are to it.
#[derive(Clone)]
pub struct SmtpServer {
    host: String,
    port: u16,
    security: Security,
    credentials: Option<(String, SecretString)>,
}

/// How the connection is kept from being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Security {
    Tls,
    StartTls,
    ClearOnThisMachine,
}

/// Why a text names no mail server. Never quotes it: it may hold a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ServerFault {
    /// No URL.
    #[error("not a url; write `smtps://user:password@host:465` or `smtp+starttls://user:password@host:587`")]
    NotAUrl,
    /// Another scheme.
    #[error("the scheme is none of `smtps`, `smtp+starttls` and `smtp`")]
    Scheme,
    /// No host.
    #[error("the url names no host")]
    NoHost,
    /// Clear text to another machine.
    #[error("`smtp` is in clear text, which is for this machine alone; use `smtps` or `smtp+starttls`")]
    ClearText,
    /// A user without a password, or the reverse.
    #[error("a user goes with a password; percent-encode what has a meaning in urls")]
    HalfACredential,
    /// A path, a query or a fragment: options this program does not have.
    #[error("the url has more than user, password, host and port")]
    More,
}

impl SmtpServer {
    /// Reads a URL.
    ///
    /// # Errors
    /// What is wrong with it, quoting nothing.
    pub fn parse(url: &SecretString) -> Result<Self, ServerFault> {
        let url = Url::parse(url.expose_secret().trim()).map_err(|_| ServerFault::NotAUrl)?;
        let (security, usual_port) = match url.scheme() {
            "smtps" => (Security::Tls, 465),
            "smtp+starttls" => (Security::StartTls, 587),
            "smtp" => (Security::ClearOnThisMachine, 25),
            _ => return Err(ServerFault::Scheme),
        };
        let more = !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some();
        if more {
            return Err(ServerFault::More);
        }
        let host = url.host_str().unwrap_or_default();
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        if host.is_empty() {
            return Err(ServerFault::NoHost);
        }
        if security == Security::ClearOnThisMachine && !is_this_machine(&host) {
            return Err(ServerFault::ClearText);
        }
        let decoded = |text: &str| {
            percent_decode_str(text)
                .decode_utf8()
                .map(|text| text.into_owned())
        };
        let credentials = match (url.username(), url.password()) {
            ("", None) => None,
            (user, Some(password)) if !user.is_empty() && !password.is_empty() => {
                let user = decoded(user).map_err(|_| ServerFault::HalfACredential)?;
                let password = decoded(password).map_err(|_| ServerFault::HalfACredential)?;
                Some((user, SecretString::from(password)))
            }
            _ => return Err(ServerFault::HalfACredential),
        };
        Ok(Self {
            host,
            port: url.port().unwrap_or(usual_port),
            security,
            credentials,
        })
    }

    /// The host's name or address.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    pub(super) const fn port(&self) -> u16 {
        self.port
    }

    pub(super) const fn security(&self) -> Security {
        self.security
    }

    pub(super) fn credentials(&self) -> Option<(&str, &SecretString)> {
        let credentials = self.credentials.as_ref();
        credentials.map(|(user, password)| (user.as_str(), password))
    }
}

impl fmt::Debug for SmtpServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SmtpServer({}:{})", self.host, self.port)
    }
}

/// By address, or by the one name that is never looked up elsewhere (RFC 6761 section 6.3).
fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::{Security, ServerFault, SmtpServer};

    fn parse(url: &str) -> Result<SmtpServer, ServerFault> {
        SmtpServer::parse(&url.into())
    }

    #[test]
    fn a_server_is_read_with_its_usual_port_and_its_credentials_decoded() {
        let server = parse("smtps://us%40er:p%3Ass@mail.example").unwrap();
        assert_eq!(
            (server.host(), server.port(), server.security()),
            ("mail.example", 465, Security::Tls)
        );
        let (user, password) = server.credentials().unwrap();
        assert_eq!((user, password.expose_secret()), ("us@er", "p:ss"));
        let server = parse("smtp+starttls://[2001:db8::1]:2525").unwrap();
        assert_eq!(
            (server.host(), server.port(), server.security()),
            ("2001:db8::1", 2525, Security::StartTls)
        );
    }

    #[test]
    fn clear_text_stays_on_this_machine() {
        for host in ["localhost", "127.0.0.1", "127.9.9.9", "[::1]"] {
            assert!(parse(&format!("smtp://{host}:1025")).is_ok(), "{host}");
        }
        for host in [
            "mail.example",
            "10.0.0.1",
            "localhost.example",
            "127.0.0.1.example",
            "[2001:db8::1]",
        ] {
            let read = parse(&format!("smtp://{host}"));
            assert_eq!(read.unwrap_err(), ServerFault::ClearText, "{host}");
        }
    }

    #[test]
    fn what_is_no_server_is_refused_and_not_quoted() {
        for (url, fault) in [
            ("mail.example", ServerFault::NotAUrl),
            ("https://user:s3cret@mail.example", ServerFault::Scheme),
            ("smtps://", ServerFault::NoHost),
            ("smtps://user@mail.example", ServerFault::HalfACredential),
            ("smtps://:s3cret@mail.example", ServerFault::HalfACredential),
            ("smtps://user:s3cret@mail.example/?tls=off", ServerFault::More),
        ] {
            let found = parse(url).unwrap_err();
            assert_eq!(found, fault, "{url}");
            assert!(!found.to_string().contains("s3cret"));
        }
    }

    #[test]
    fn a_server_says_nothing_of_its_password() {
        let server = parse("smtps://user:s3cret@mail.example").unwrap();
        assert_eq!(format!("{server:?}"), "SmtpServer(mail.example:465)");
    }
}
