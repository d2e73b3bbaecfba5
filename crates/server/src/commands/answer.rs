//! How a command that needs no server answers: text or JSON on standard output, what is wrong on standard error,
//! and an exit status a script can use.

use std::process::ExitCode;

use dangerous_goods::input::InvalidInput;
use dangerous_goods::{Catalogue, Regime};
use serde::Serialize;
use time::Date;

use crate::logging::{print, say};

/// The answer is the one a shipper hopes for.
const FINE: u8 = 0;
/// The answer is another one, or is not certain.
const NOT_FINE: u8 = 1;
/// There is no answer: the input cannot be used.
const UNUSABLE: u8 = 2;

/// Input that cannot be used, one sentence a fault.
pub(super) struct Unusable(Vec<String>);

impl Unusable {
    /// All of these.
    pub(super) const fn of(problems: Vec<String>) -> Self {
        Self(problems)
    }
}

impl From<InvalidInput> for Unusable {
    fn from(invalid: InvalidInput) -> Self {
        Self(invalid.faults.iter().map(ToString::to_string).collect())
    }
}

impl From<String> for Unusable {
    fn from(problem: String) -> Self {
        Self(vec![problem])
    }
}

/// Whether the answer is fine, or why there is none.
pub(super) type Answered = Result<bool, Unusable>;

/// Ends a command with its exit status, and says what was wrong with its input.
pub(super) fn exit(command: &str, answered: Answered) -> ExitCode {
    ExitCode::from(match answered {
        Ok(true) => FINE,
        Ok(false) => NOT_FINE,
        Err(Unusable(problems)) => {
            problems
                .iter()
                .for_each(|problem| say(&format!("safeshipper {command}: {problem}")));
            UNUSABLE
        }
    })
}

/// Prints the answer, as JSON where that is asked for.
pub(super) fn show<T: Serialize>(
    json: bool,
    answer: &T,
    text: impl FnOnce() -> String,
) -> Result<(), Unusable> {
    if json {
        let json = serde_json::to_string_pretty(answer).map_err(|error| error.to_string())?;
        print(&json);
    } else {
        print(text().trim_end());
    }
    Ok(())
}

/// Says on standard error which of the editions asked are not in force, or not for long.
pub(super) fn warn(regimes: &[Regime], on: Date) {
    for regime in regimes {
        if let Some(warning) = Catalogue::embedded().edition(*regime).warning(on) {
            say(&format!("warning: {warning}"));
        }
    }
}
