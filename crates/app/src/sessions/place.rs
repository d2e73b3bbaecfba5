//! The country of a network address, from a database that the operator brings (AUTH-10). Without one no country is
//! known, and nothing else is different. It helps a person to recognise a sign-in of theirs and decides nothing.
//!
//! The format is MaxMind's (MMDB); both shapes of its records are read: nested, as of GeoLite2 and GeoIP2, and flat,
//! as of what is derived from the registries. To read another shape: a path in [`Countries::of`].

use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;

use maxminddb::{LookupResult, MaxMindDbError, Reader, path};
use partners::egress::is_public;
pub use store::notices::Country;

/// Codes of ISO 3166-1 that are left to users, and stand for `unknown` in databases.
const UNKNOWN: [&str; 2] = ["XX", "ZZ"];

/// Which country an address is in.
#[derive(Clone, Default)]
pub struct Countries(Option<Arc<Reader<Vec<u8>>>>);

/// Why a database is not taken.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CountriesError {
    /// It cannot be read.
    #[error("cannot be read")]
    Unreadable(#[from] std::io::Error),
    /// It is something else, or broken.
    #[error("no database in the MMDB format, or a broken one")]
    Format(#[from] MaxMindDbError),
    /// It is of something else, such as the operators of networks.
    #[error("names no country: neither `country.iso_code` nor `country_code` is in it")]
    NoCountry,
}

impl Countries {
    /// Reads a database, whole, into memory.
    ///
    /// # Errors
    /// When it cannot be read, is none, or names no country.
    pub fn open(file: &Path) -> Result<Self, CountriesError> {
        let reader = Reader::from_source(std::fs::read(file)?)?;
        for network in reader.networks(Default::default())? {
            if code(&network?).is_some() {
                return Ok(Self(Some(Arc::new(reader))));
            }
        }
        Err(CountriesError::NoCountry)
    }

    /// The country of an address; none for one that is not of the public internet, whatever the database says.
    #[must_use]
    pub fn of(&self, address: IpAddr) -> Option<Country> {
        let reader = self.0.as_ref().filter(|_| is_public(address))?;
        let found = reader.lookup(address.to_canonical()).ok()?;
        Some(Country {
            code: code(&found)?,
            name: found.decode_path(&path!["country", "names", "en"]).ok().flatten(),
        })
    }
}

/// The code in a record. What has another shape than asked for is not there.
fn code(found: &LookupResult<'_, Vec<u8>>) -> Option<String> {
    let nested = found.decode_path(&path!["country", "iso_code"]).ok().flatten();
    let code: Option<String> = nested.or_else(|| found.decode_path(&path!["country_code"]).ok().flatten());
    code.filter(|code| is_code(code))
}

/// Two letters, of a country.
fn is_code(code: &str) -> bool {
    code.len() == 2 && code.bytes().all(|letter| letter.is_ascii_uppercase()) && !UNKNOWN.contains(&code)
}
