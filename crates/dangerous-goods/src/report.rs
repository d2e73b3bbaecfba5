//! The answer as text for a terminal: matrix, findings with their clauses, rows to choose.

use crate::check::CheckResult;
use crate::load::Load;

/// Renders the answers of one or several regimes to one load as readable text.
#[must_use]
pub fn text(load: &Load, results: &[CheckResult]) -> String {
    let _ = (load, results);
    String::new()
}

/// The exit status a script can use: 0 if every regime finds the load compatible, otherwise 1.
///
/// No result at all is no clearance. (2, unusable input, is the caller's.)
#[must_use]
pub fn exit_status(results: &[CheckResult]) -> u8 {
    u8::from(results.is_empty() || !results.iter().all(|result| result.is_compatible))
}
