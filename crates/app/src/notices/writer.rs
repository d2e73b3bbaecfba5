//! Writing a notice: the address is opened, the words are found, the letter is sealed under the platform's key.

use std::net::IpAddr;

use access::ids::{Id, Kind, PLATFORM_COMPANY};
use crypto::Rng;
use crypto::field::{BlindIndex, DataKey, FieldContext, FieldError, Keychain, MasterKey, Purpose, Sealed};
use partners::mail::Letter;
use secrecy::ExposeSecret;
use store::audit::Origin;
use store::notices::{Addressee, Country, Lanes, Notice, NoticeWriter, SealedLetter};
use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::content::Content;
use super::texts::words;
use crate::Error;
use crate::keys::SharedChain;
use crate::sessions::device;
use crate::sessions::place::Countries;

/// How a letter tells the time.
const WHEN: &[BorrowedFormatItem<'_>] =
    format_description!("[day padding:none] [month repr:long] [year], [hour]:[minute]:[second] UTC");

/// Writes notices.
pub(crate) struct Writer {
    /// The platform's key for notices.
    chain: SharedChain,
    /// Tells letters of one person from others' without naming anybody.
    lanes: BlindIndex,
    /// Unwraps the companies' keys for addresses.
    master: MasterKey,
    /// The address people use, for links: from the configuration, never from a request.
    public_url: Option<String>,
    countries: Countries,
    rng: Rng,
}

/// Names a notice; nobody but the outbox uses it.
struct NoticeKind;

impl Kind for NoticeKind {
    const PREFIX: &'static str = "ntc";
}

impl Writer {
    /// With the platform's keys for notices and for indexes, what unwraps those of companies, and the address people
    /// use.
    ///
    /// # Errors
    /// When the key for indexes is one for something else.
    pub(crate) fn new(
        chain: SharedChain,
        index: &DataKey,
        (master, public_url): (MasterKey, Option<String>),
        rng: Rng,
    ) -> Result<Self, FieldError> {
        Ok(Self {
            chain,
            lanes: BlindIndex::new(index, "notices.lane")?,
            master,
            public_url,
            countries: Countries::default(),
            rng,
        })
    }

    /// The same, that tells of countries.
    pub(crate) fn knowing(mut self, countries: Countries) -> Self {
        self.countries = countries;
        self
    }

    /// A page of the console.
    fn page(&self, path: &str) -> Result<String, &'static str> {
        let url = self
            .public_url
            .as_deref()
            .ok_or("there is no address for links")?;
        Ok(format!("{}{path}", url.trim_end_matches('/')))
    }

    fn lanes(&self, to: &Addressee) -> Lanes {
        Lanes {
            company: *self.lanes.of(&to.company.to_string()).as_bytes(),
            person: *self.lanes.of(&format!("{} {}", to.company, to.user)).as_bytes(),
        }
    }

    /// The address of a person, opened.
    pub(crate) fn address(&self, to: &Addressee) -> Result<Zeroizing<Vec<u8>>, &'static str> {
        const UNOPENED: &str = "the person's address cannot be opened";
        let sealed_by = to.email.key_id().map_err(|_| UNOPENED)?;
        let key = to.keys.iter().find(|(id, _)| *id == sealed_by);
        let (id, wrapped) = key.ok_or(UNOPENED)?;
        let company = to.company.uuid();
        let key = self.master.unwrap(wrapped, *id, company, Purpose::Identity);
        let chain = Keychain::new(&key.map_err(|_| UNOPENED)?);
        let place = FieldContext {
            table: "users",
            column: "email_sealed",
            row: to.user.uuid(),
            company,
        };
        chain.open(&place, &to.email).map_err(|_| UNOPENED)
    }
}

impl NoticeWriter for Writer {
    fn country(&self, address: IpAddr) -> Option<Country> {
        self.countries.of(address)
    }

    fn write(
        &self,
        notice: &Notice,
        to: &Addressee,
        origin: &Origin,
        now: OffsetDateTime,
    ) -> Result<SealedLetter, &'static str> {
        let address = self.address(to)?;
        let address = str::from_utf8(&address).map_err(|_| "the person's address is no text")?;
        let mut content = content(notice, &to.company_name, origin, now)?;
        if let Some(country) = origin.ip.and_then(|address| self.country(address)) {
            content.facts.push(("Country", country.to_string()));
        }
        if let Notice::PasswordResetAsked { token } = notice {
            let path = format!("/sign-in/reset?token={}", token.expose_secret());
            content.link = Some((self.page(&path)?, "Set a new password"));
        }
        let letter = Letter {
            id: Id::<NoticeKind>::generate(now).uuid(),
            written_at: now,
            address: address.to_owned(),
            name: to.name.clone(),
            subject: content.subject.clone(),
            text: content.text(&to.name),
            html: content.html(&to.name),
        };
        let json = serde_json::to_vec(&letter).map(Zeroizing::new);
        let json = json.map_err(|_| "the letter is not JSON")?;
        let sealed = self.chain.get().seal(&place(letter.id), &json, &self.rng);
        Ok(SealedLetter {
            id: letter.id,
            sealed: sealed
                .map_err(|_| "the letter cannot be sealed")?
                .as_bytes()
                .to_vec(),
            lanes: self.lanes(to),
        })
    }
}

/// What a notice says, with what every notice says.
fn content(
    notice: &Notice,
    company: &str,
    origin: &Origin,
    now: OffsetDateTime,
) -> Result<Content, &'static str> {
    let words = words(notice, company);
    let utc = now.to_offset(time::UtcOffset::UTC);
    let mut facts = vec![
        ("Company", company.to_owned()),
        ("When", utc.format(WHEN).map_err(|_| "the time cannot be told")?),
    ];
    if let Some(agent) = &origin.user_agent {
        facts.push(("Device", device::in_words(agent)));
    }
    if let Some(address) = origin.ip {
        facts.push(("Network address", address.to_canonical().to_string()));
    }
    Ok(Content {
        subject: words.subject.to_owned(),
        happened: words.happened,
        facts,
        link: None,
        advice: words.advice.to_owned(),
    })
}

/// Where a letter is sealed for: rows of the platform.
const fn place(id: Uuid) -> FieldContext<'static> {
    FieldContext {
        table: "notices",
        column: "letter_sealed",
        row: id,
        company: PLATFORM_COMPANY.uuid(),
    }
}

/// Opens a letter that was sealed for the row of this name.
pub(crate) fn open(chain: &Keychain, id: Uuid, sealed: &Sealed) -> Result<Letter, Error> {
    const COLUMN: Error = Error::Undecryptable("notices.letter_sealed");
    let json = chain.open(&place(id), sealed).map_err(|_| COLUMN)?;
    serde_json::from_slice(&json).map_err(|_| COLUMN)
}
