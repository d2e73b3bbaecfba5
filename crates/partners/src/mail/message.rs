//! From a letter to a message (RFC 5322): two forms of one content, and headers that nobody's name can break.

use lettre::Message;
use lettre::address::Address;
use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use super::MailError;

/// A letter to one person.
#[derive(Clone, Serialize, Deserialize)]
pub struct Letter {
    /// Names it: a second delivery after a crash carries the same `Message-ID`.
    pub id: Uuid,
    /// When it was written.
    pub written_at: OffsetDateTime,
    /// To which address.
    pub address: String,
    /// To whom.
    pub name: String,
    /// Its subject.
    pub subject: String,
    /// What it says, as text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
}

impl std::fmt::Debug for Letter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Letter({})", self.id)
    }
}

/// In whose name letters go out.
#[derive(Debug, Clone)]
pub struct Sender(Mailbox);

/// A text that names no sender.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a sender; write `notices@example.com` or `SafeShipper <notices@example.com>`")]
pub struct SenderFault;

impl Sender {
    /// Reads an address, with a name or without.
    ///
    /// # Errors
    /// When it is none.
    pub fn parse(text: &str) -> Result<Self, SenderFault> {
        if text.contains(char::is_control) {
            return Err(SenderFault);
        }
        text.trim().parse().map(Self).map_err(|_| SenderFault)
    }

    /// What follows the `@`.
    #[must_use]
    pub fn domain(&self) -> &str {
        self.0.email.domain()
    }
}

/// Asks answering machines to be silent (RFC 3834 section 5).
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// A letter as it goes over the wire.
pub(super) fn write(letter: &Letter, sender: &Sender) -> Result<Message, MailError> {
    let address: Address = letter
        .address
        .parse()
        .map_err(|_| MailError::Unwritable("the address is none"))?;
    let name = one_line(&letter.name);
    Message::builder()
        .message_id(Some(format!("<{}@{}>", letter.id.simple(), sender.domain())))
        .date(letter.written_at.into())
        .from(sender.0.clone())
        .to(Mailbox::new((!name.is_empty()).then_some(name), address))
        .subject(one_line(&letter.subject))
        .header(AutoSubmitted)
        .multipart(MultiPart::alternative_plain_html(
            letter.text.clone(),
            letter.html.clone(),
        ))
        .map_err(|_| MailError::Unwritable("the headers do not fit together"))
}

/// Without what would end a header, whatever the library makes of it.
fn one_line(text: &str) -> String {
    let plain = |letter: char| if letter.is_control() { ' ' } else { letter };
    text.chars().map(plain).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;
    use uuid::Uuid;

    use super::{Letter, Sender, write};

    fn letter(name: &str, subject: &str) -> Letter {
        Letter {
            id: Uuid::nil(),
            written_at: datetime!(2026-11-26 10:00 UTC),
            address: "mira@northwind.example".to_owned(),
            name: name.to_owned(),
            subject: subject.to_owned(),
            text: "Hello".to_owned(),
            html: "<p>Hello</p>".to_owned(),
        }
    }

    fn wire(letter: &Letter) -> String {
        let sender = Sender::parse("SafeShipper <notices@safeshipper.example>").unwrap();
        String::from_utf8(write(letter, &sender).unwrap().formatted()).unwrap()
    }

    fn header_names(wire: &str) -> Vec<String> {
        let head = wire.split("\r\n\r\n").next().unwrap();
        let own = head.split("\r\n").filter(|line| !line.starts_with([' ', '\t']));
        own.map(|line| line.split(':').next().unwrap().to_owned())
            .collect()
    }

    #[test]
    fn a_letter_has_both_forms_and_says_that_a_machine_wrote_it() {
        let wire = wire(&letter("Mira Novak", "Password changed"));
        for part in [
            "Message-ID: <00000000000000000000000000000000@safeshipper.example>\r\n",
            "Date: Thu, 26 Nov 2026 10:00:00 +0000\r\n",
            "To: \"Mira Novak\" <mira@northwind.example>\r\n",
            "Auto-Submitted: auto-generated\r\n",
            "Content-Type: multipart/alternative;",
            "Content-Type: text/plain; charset=utf-8",
            "Content-Type: text/html; charset=utf-8",
        ] {
            assert!(wire.contains(part), "{part}: {wire}");
        }
    }

    #[test]
    fn no_name_and_no_subject_adds_a_header() {
        let usual = header_names(&wire(&letter("Mira", "Hello")));
        for attack in [
            "Mira\r\nBcc: thief@elsewhere.example",
            "Mira\nBcc: thief@elsewhere.example",
            "Mira\rBcc: thief@elsewhere.example",
            "Mira\u{2028}Bcc: thief@elsewhere.example",
            "Mira\r\n\r\n<script>alert(1)</script>",
            "Mira\" <thief@elsewhere.example>, \"",
            "Mïra\r\nBcc: thief@elsewhere.example",
        ] {
            let wire = wire(&letter(attack, attack));
            assert_eq!(header_names(&wire), usual, "{attack:?}: {wire}");
            let sender = Sender::parse("notices@safeshipper.example").unwrap();
            let message = write(&letter(attack, attack), &sender).unwrap();
            assert_eq!(message.envelope().to().len(), 1, "{attack:?}");
            assert_eq!(message.envelope().to()[0].to_string(), "mira@northwind.example");
        }
    }

    #[test]
    fn an_address_that_is_none_is_refused() {
        for address in [
            "",
            "mira",
            "a@b.example\r\nRCPT TO:<c@d.example>",
            "a@b.example, c@d.example",
        ] {
            let letter = Letter {
                address: address.to_owned(),
                ..letter("Mira", "Hello")
            };
            let sender = Sender::parse("notices@safeshipper.example").unwrap();
            assert!(write(&letter, &sender).is_err(), "{address:?}");
            assert!(Sender::parse(address).is_err(), "{address:?}");
        }
    }
}
