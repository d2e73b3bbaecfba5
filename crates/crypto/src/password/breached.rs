//! Passwords known from breaches, in the offline form of Pwned Passwords: a line each, the SHA-1 of the password in
//! upper-case hexadecimal, a colon, and how often it was seen; ordered by hash.
//!
//! The list may have a thousand million lines: it is searched where it lies. SHA-1 is the list's choice, and
//! protects nothing here.

use std::cmp::Ordering;
use std::fmt;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use secrecy::{ExposeSecret, SecretString};

/// Hexadecimal digits of a SHA-1.
pub(super) const DIGITS: usize = 40;

/// A list of passwords known from breaches.
pub struct BreachedPasswords<R>(BufReader<R>);

/// The file is no such list.
#[derive(Debug, thiserror::Error)]
#[error("not a list of breached passwords: expected lines as `0123…CDEF:42`, ordered by hash")]
pub struct NotAList;

impl<R: Read + Seek> BreachedPasswords<R> {
    /// Takes a list; looks at its first line.
    ///
    /// # Errors
    /// [`NotAList`], or what reading said.
    pub fn open(list: R) -> io::Result<Self> {
        let mut list = Self(BufReader::new(list));
        match list.line_at(0)? {
            Some((hash, _)) if is_hash(&hash) => Ok(list),
            _ => Err(io::Error::new(io::ErrorKind::InvalidData, NotAList)),
        }
    }

    /// Whether the password is on the list.
    ///
    /// # Errors
    /// When the list cannot be read, or a line is none of such a list: nobody knows then.
    pub fn contains(&mut self, password: &SecretString) -> io::Result<bool> {
        let wanted = sha1(password);
        let (mut from, mut until) = (0, self.0.seek(SeekFrom::End(0))?);
        // The line wanted begins at `from` or after, and before `until`.
        while from < until {
            let middle = from + (until - from) / 2;
            let Some((hash, begins)) = self.line_at(middle)? else {
                until = middle;
                continue;
            };
            if begins >= until {
                until = middle;
                continue;
            }
            if !is_hash(&hash) {
                return Err(io::Error::new(io::ErrorKind::InvalidData, NotAList));
            }
            match hash[..].cmp(&wanted[..]) {
                Ordering::Equal => return Ok(true),
                Ordering::Less => from = begins + DIGITS as u64,
                Ordering::Greater => until = middle,
            }
        }
        Ok(false)
    }

    /// The first digits of the first line that begins at this place or after, and where it begins.
    fn line_at(&mut self, place: u64) -> io::Result<Option<([u8; DIGITS], u64)>> {
        let mut begins = place;
        if place > 0 {
            // A line that begins right here is found from the end of the one before.
            self.0.seek(SeekFrom::Start(place - 1))?;
            begins += self.0.skip_until(b'\n')? as u64 - 1;
        } else {
            self.0.seek(SeekFrom::Start(0))?;
        }
        let mut hash = [0; DIGITS];
        match self.0.read_exact(&mut hash) {
            Ok(()) => Ok(Some((hash, begins))),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
            Err(error) => Err(error),
        }
    }
}

impl<R> fmt::Debug for BreachedPasswords<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BreachedPasswords")
    }
}

fn is_hash(digits: &[u8]) -> bool {
    digits
        .iter()
        .all(|digit| matches!(digit, b'0'..=b'9' | b'A'..=b'F'))
}

pub(super) fn sha1(password: &SecretString) -> [u8; DIGITS] {
    const HEXADECIMAL: &[u8; 16] = b"0123456789ABCDEF";
    let hash = digest(&SHA1_FOR_LEGACY_USE_ONLY, password.expose_secret().as_bytes());
    let mut digits = [0; DIGITS];
    for (pair, byte) in digits.chunks_exact_mut(2).zip(hash.as_ref()) {
        pair[0] = HEXADECIMAL[usize::from(byte >> 4)];
        pair[1] = HEXADECIMAL[usize::from(byte & 15)];
    }
    digits
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use proptest::collection::btree_set;
    use proptest::prelude::{any, prop_assert_eq, proptest};
    use secrecy::SecretString;

    use super::{BreachedPasswords, sha1};

    fn secret(text: &str) -> SecretString {
        SecretString::from(text)
    }

    /// A list of these passwords, with counts of many lengths and either end of line.
    fn list(passwords: &[String], end: &str) -> Vec<u8> {
        let mut hashes: Vec<_> = passwords.iter().map(|text| sha1(&secret(text))).collect();
        hashes.sort_unstable();
        let line = |(at, hash): (usize, &[u8; 40])| {
            let count = 10_u64.pow(u32::try_from(at % 12).unwrap_or(0));
            format!("{}:{count}{end}", String::from_utf8_lossy(hash))
        };
        let text: String = hashes.iter().enumerate().map(line).collect();
        text.into_bytes()
    }

    #[test]
    fn the_hash_is_that_of_the_published_lists() {
        // The most common password, as every copy of the list has it.
        assert_eq!(&sha1(&secret("123456"))[..10], b"7C4A8D09CA");
    }

    proptest! {
        #[test]
        fn exactly_what_is_on_the_list_is_found(
            on in btree_set("[a-z]{1,6}", 1..60),
            off in "[A-Z]{1,6}",
            crlf in any::<bool>(),
            unended in any::<bool>(),
        ) {
            let on: Vec<String> = on.into_iter().collect();
            let mut bytes = list(&on, if crlf { "\r\n" } else { "\n" });
            if unended {
                while bytes.last().is_some_and(|byte| b"\r\n".contains(byte)) {
                    bytes.pop();
                }
            }
            let mut list = BreachedPasswords::open(Cursor::new(bytes)).expect("a list");
            for text in &on {
                prop_assert_eq!(list.contains(&secret(text)).expect("readable"), true, "{}", text);
            }
            prop_assert_eq!(list.contains(&secret(&off)).expect("readable"), false);
        }
    }

    #[test]
    fn what_is_no_list_is_refused_and_never_read_as_an_empty_one() {
        for text in ["", "password\n", "7c4a8d09ca3762af61e59520943dc26494f8941b:1\n"] {
            assert!(BreachedPasswords::open(Cursor::new(text)).is_err(), "{text}");
        }
        let mut damaged = list(&["a".to_owned(), "b".to_owned(), "c".to_owned()], "\n");
        let second = damaged.iter().position(|byte| *byte == b'\n').expect("lines") + 1;
        damaged[second..].fill(b'?');
        for at in (second..damaged.len()).filter(|at| at % 44 == 0) {
            damaged[at] = b'\n';
        }
        let mut list = BreachedPasswords::open(Cursor::new(damaged)).expect("its first line is one");
        assert!(list.contains(&secret("b")).is_err());
    }
}
