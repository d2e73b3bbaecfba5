//! A list of passwords to refuse, small enough to be sent: the offline form of Pwned Passwords, a line each, the SHA-1
//! of the password in hexadecimal and, after a colon, how often it was seen; in any order.

use std::collections::BTreeSet;
use std::fmt;

use secrecy::SecretString;

use super::breached::{DIGITS, sha1};

/// The longest list, in bytes.
pub const MAX_LIST_BYTES: usize = 3 * 1024 * 1024;
/// And in lines.
pub const MAX_LIST_LINES: usize = 50_000;

/// The SHA-1 of a password in upper-case hexadecimal: how lists name it. Never stored: it is soon undone.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ListedHash(String);

/// Why a list is not taken. Quotes nothing of it: somebody may have sent the passwords themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ListFault {
    /// A line is none of such a list.
    #[error("line {0} is not a SHA-1 in 40 hexadecimal digits, alone or with a colon and a count")]
    Line(usize),
    /// Nor are these, from the first to the last.
    #[error(
        "lines {0} to {1} are not each a SHA-1 in 40 hexadecimal digits, alone or with a colon and a count"
    )]
    Lines(usize, usize),
    /// No line says anything.
    #[error("the list is empty")]
    Empty,
    /// Too many lines.
    #[error("the list has more than {MAX_LIST_LINES} lines")]
    TooManyLines,
    /// Too many bytes.
    #[error("the list has more than {MAX_LIST_BYTES} bytes")]
    TooLong,
}

impl ListedHash {
    /// Of a password.
    #[must_use]
    pub fn of(password: &SecretString) -> Self {
        Self(String::from_utf8_lossy(&sha1(password)).into_owned())
    }

    /// The digits.
    #[must_use]
    pub fn digits(&self) -> &str {
        &self.0
    }

    fn parse(line: &str) -> Option<Self> {
        let (digits, count) = line.split_once(':').unwrap_or((line, "1"));
        let is_hash = digits.len() == DIGITS && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        let is_count = (1..=20).contains(&count.len()) && count.bytes().all(|byte| byte.is_ascii_digit());
        (is_hash && is_count).then(|| Self(digits.to_ascii_uppercase()))
    }
}

impl fmt::Debug for ListedHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ListedHash")
    }
}

/// Reads a whole list. Empty lines say nothing, nor does a mark of the byte order before the first.
///
/// # Errors
/// Every line that is none of such a list, or the one reason why there is no list.
pub fn read_list(text: &str) -> Result<BTreeSet<ListedHash>, Vec<ListFault>> {
    if text.len() > MAX_LIST_BYTES {
        return Err(vec![ListFault::TooLong]);
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut hashes = BTreeSet::new();
    // Neighbours are named together, so that what is told of a list is never longer than the list.
    let mut wrong: Vec<(usize, usize)> = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        if number > MAX_LIST_LINES {
            return Err(vec![ListFault::TooManyLines]);
        }
        let line = line.trim_ascii();
        if line.is_empty() {
            continue;
        }
        match (ListedHash::parse(line), wrong.last_mut()) {
            (Some(hash), _) => {
                hashes.insert(hash);
            }
            (None, Some((_, last))) if *last + 1 == number => *last = number,
            (None, _) => wrong.push((number, number)),
        }
    }
    if !wrong.is_empty() {
        let named = |(first, last)| match first == last {
            true => ListFault::Line(first),
            false => ListFault::Lines(first, last),
        };
        return Err(wrong.into_iter().map(named).collect());
    }
    if hashes.is_empty() {
        return Err(vec![ListFault::Empty]);
    }
    Ok(hashes)
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::{Just, Strategy, any, prop_assert, prop_assert_eq, proptest};

    use super::{ListFault, ListedHash, MAX_LIST_BYTES, MAX_LIST_LINES, read_list};

    /// As every copy of the published lists has them.
    const COMMON: &str = "7C4A8D09CA3762AF61E59520943DC26494F8941B";

    #[test]
    fn a_list_names_a_password_as_it_is_hashed_here_auth_1() {
        let list = read_list(&format!("{COMMON}:42542807\n")).expect("a list");
        assert!(list.contains(&ListedHash::of(&"123456".into())) && list.len() == 1);
        assert_eq!(format!("{list:?}"), "{ListedHash}");
    }

    /// A line as somebody may write it.
    fn written(hash: &str, lower: bool, count: Option<u32>, end: &str) -> String {
        let hash = if lower {
            hash.to_lowercase()
        } else {
            hash.to_owned()
        };
        let count = count.map(|count| format!(":{count}")).unwrap_or_default();
        format!("{hash}{count}{end}")
    }

    proptest! {
        #[test]
        fn order_case_count_and_end_of_line_say_nothing_auth_1(
            (passwords, shuffled) in vec("[a-z]{1,6}", 1..40)
                .prop_flat_map(|passwords| (Just(passwords.clone()), Just(passwords).prop_shuffle())),
            ways in vec((any::<bool>(), any::<Option<u32>>(), 0..3_usize), 40),
            mark in any::<bool>(),
        ) {
            let hashes = |passwords: &[String]| -> Vec<String> {
                let hash = |text: &String| ListedHash::of(&text.as_str().into()).digits().to_owned();
                passwords.iter().map(hash).collect()
            };
            let plain: String = hashes(&passwords).iter().map(|hash| format!("{hash}\n")).collect();
            let lines = hashes(&shuffled);
            let other: String = lines
                .iter()
                .zip(&ways)
                .map(|(hash, (lower, count, end))| written(hash, *lower, *count, ["\n", "\r\n", " \n\n"][*end]))
                .collect();
            let other = if mark { format!("\u{feff}{other}") } else { other };
            let list = read_list(&plain).expect("a list");
            prop_assert_eq!(&list, &read_list(&other).expect("a list"));
            for password in &passwords {
                prop_assert!(list.contains(&ListedHash::of(&password.as_str().into())));
            }
        }

        #[test]
        fn no_text_stops_the_reader_and_none_is_quoted(text in "[0-9A-Fa-f:\r\n x]{0,200}") {
            if let Err(faults) = read_list(&text) {
                let total: usize = faults.iter().map(|fault| fault.to_string().len()).sum();
                prop_assert!(total <= 120 * (text.lines().count() + 1));
            }
        }
    }

    #[test]
    fn every_line_that_is_none_is_named_and_never_quoted_auth_1() {
        let text = format!(
            "{COMMON}\ncorrect horse\n{COMMON}:x\n{COMMON}:\n{COMMON}:1\n{}\n\n{COMMON}0\n",
            &COMMON[5..]
        );
        let faults = read_list(&text).expect_err("no list");
        assert_eq!(
            faults,
            [ListFault::Lines(2, 4), ListFault::Line(6), ListFault::Line(8)]
        );
        let told: String = faults.iter().map(ToString::to_string).collect();
        assert!(!told.contains("horse") && !told.contains(COMMON), "{told}");
    }

    #[test]
    fn a_list_without_a_hash_or_too_long_is_none() {
        for empty in ["", "\n\r\n", "\u{feff}"] {
            assert_eq!(read_list(empty), Err(vec![ListFault::Empty]));
        }
        let most = format!("{COMMON}\n").repeat(MAX_LIST_LINES);
        assert!(read_list(&most).is_ok());
        let more = format!("{most}{COMMON}");
        assert_eq!(read_list(&more), Err(vec![ListFault::TooManyLines]));
        let long = "0".repeat(MAX_LIST_BYTES + 1);
        assert_eq!(read_list(&long), Err(vec![ListFault::TooLong]));
    }
}
