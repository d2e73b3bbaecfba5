//! What is wrong with a data set, and on which line: everything at once, so that it is mended once.

use std::fmt;

use serde::Serialize;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// The line of the file, from one; zero where the whole file is meant.
    pub line: usize,
    /// What is wrong and what was expected: lower case, the input in backticks.
    pub what: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line == 0 {
            return f.write_str(&self.what);
        }
        write!(f, "line {}: {}", self.line, self.what)
    }
}

/// Everything that is wrong with a data set, in the order of its lines; at least one fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Malformed(Vec<Fault>);

impl Malformed {
    /// The faults, at most [`Malformed::MOST`] of them.
    #[must_use]
    pub fn faults(&self) -> &[Fault] {
        &self.0
    }

    /// After so many faults the reader stops counting.
    pub const MOST: usize = 200;
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, fault) in self.0.iter().enumerate() {
            let before = if at == 0 { "" } else { "\n" };
            write!(f, "{before}{fault}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Malformed {}

/// Collects faults while reading goes on.
#[derive(Debug, Default)]
pub(super) struct Faults {
    found: Vec<Fault>,
    more: bool,
}

impl Faults {
    pub(super) fn add(&mut self, line: usize, what: impl Into<String>) {
        if self.found.len() < Malformed::MOST {
            let what = what.into();
            self.found.push(Fault { line, what });
        } else {
            self.more = true;
        }
    }

    /// Keeps the value, or the reason why there is none.
    pub(super) fn keep<T, E: fmt::Display>(&mut self, line: usize, value: Result<T, E>) -> Option<T> {
        value.map_err(|error| self.add(line, error.to_string())).ok()
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    pub(super) fn into_malformed(mut self) -> Malformed {
        self.found.sort_by_key(|fault| fault.line);
        if self.more {
            self.found.truncate(Malformed::MOST - 1);
            let what = "there are more faults; mend these first".to_owned();
            self.found.push(Fault { line: 0, what });
        }
        Malformed(self.found)
    }
}
