//! What of an answer may be overridden: a decided prohibition of two goods on one vehicle or combination, where all
//! else is in order.
//!
//! Nothing here makes a load lawful. The rules of mixed loading are those that a competent authority lets somebody
//! depart from for one load, by special permit (49 CFR 107 subpart B) or special agreement (ADR 1.5.1); an override
//! records who answers for having one. What may not be carried at all, what exceeds a quantity, what a vehicle may not
//! be, and what nobody could judge stays as it is. To admit another clause: a line in [`MIXED_LOADING`], and why.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{CheckResult, Finding, Verdict};
use crate::dataset::{DataSetResult, OtherRegime};
use crate::identity::Regime;

/// The clauses that say what may be loaded together. A finding of one of them on two lines may be overridden; all
/// others, and those on a line alone or on a vehicle as a whole, may not.
const MIXED_LOADING: [(Regime, &[&str]); 2] = [
    (
        Regime::Us,
        &[
            "49 CFR 177.835(c)",
            "49 CFR 177.835(g)",
            "49 CFR 177.848(c)",
            "49 CFR 177.848(d)",
            "49 CFR 177.848(f)",
            "49 CFR 177.848(g)(3)",
        ],
    ),
    (Regime::Adr, &["ADR 7.5.2.1", "ADR 7.5.2.2", "ADR 7.5.2.4"]),
];

/// One prohibition that an override sets aside, as the check has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overridable {
    /// The regime.
    pub regime: Regime,
    /// The edition of the law.
    pub edition: String,
    /// The clause, such as `49 CFR 177.848(d)`.
    pub clause: String,
    /// The cell or the rule within the clause.
    pub rule: String,
    /// What it means for these goods.
    pub sentence: String,
    /// Positions of the lines in the load, from zero: two, and every further pair after the other.
    pub lines: Vec<usize>,
}

/// Why an answer cannot be overridden.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotOverridable {
    /// The load is compatible, or nothing was checked.
    #[error("nothing of this load is prohibited")]
    NothingProhibited,
    /// Something that the answer depends on is missing: there is no decision to override.
    #[error("the load could not be checked under {regime} in full; what is missing cannot be overridden")]
    NotCleared {
        /// Under which regime.
        regime: String,
    },
    /// A condition that a person can fulfil and state is open.
    #[error(
        "a condition under {clause} is not confirmed; what can be done is done before an override is asked for"
    )]
    OpenCondition {
        /// Of which clause.
        clause: String,
    },
    /// The law does not leave it to anybody who loads a vehicle.
    #[error("{clause}, {rule}: this is no rule on what may be loaded together and cannot be overridden")]
    OtherProhibition {
        /// The clause.
        clause: String,
        /// The rule within it.
        rule: String,
    },
    /// A data set prohibits it, whose clauses the program does not know.
    #[error("the load is not compatible under the data set `{regime}`, which cannot be overridden")]
    DataSet {
        /// Which one.
        regime: OtherRegime,
    },
}

/// Everything that an override of these answers to one load would set aside.
///
/// # Errors
/// Unless at least one thing is prohibited, every prohibition is one of mixed loading, and nothing else stands against
/// the load.
pub fn overridable(
    results: &[CheckResult],
    data_sets: &[DataSetResult],
) -> Result<Vec<Overridable>, NotOverridable> {
    if let Some(result) = data_sets.iter().find(|result| !result.is_compatible) {
        return Err(match result.verdict {
            Verdict::NotCleared => NotOverridable::NotCleared {
                regime: result.regime.to_string(),
            },
            _ => NotOverridable::DataSet {
                regime: result.regime,
            },
        });
    }
    let mut covered = Vec::new();
    for result in results.iter().filter(|result| !result.is_compatible) {
        covered.extend(of_result(result)?);
    }
    match covered.is_empty() {
        true => Err(NotOverridable::NothingProhibited),
        false => Ok(covered),
    }
}

fn of_result(result: &CheckResult) -> Result<Vec<Overridable>, NotOverridable> {
    let not_cleared = || NotOverridable::NotCleared {
        regime: result.regime.name().to_owned(),
    };
    let lines = || result.lines.iter();
    let is_unknown = lines().any(|line| line.verdict == Verdict::NotCleared || !line.needs.is_empty())
        || result
            .pairs
            .iter()
            .any(|pair| pair.verdict == Verdict::NotCleared);
    let mut covered = Vec::new();
    for finding in &result.conflicts {
        match finding.verdict {
            Verdict::Permitted => {}
            Verdict::Conditional => {
                if !finding
                    .condition
                    .as_ref()
                    .is_some_and(|condition| condition.confirmed)
                {
                    return Err(NotOverridable::OpenCondition {
                        clause: finding.clause.clone().into_owned(),
                    });
                }
            }
            Verdict::NotCleared => return Err(not_cleared()),
            Verdict::Prohibited if is_mixed_loading(result.regime, finding) => {
                covered.push(covers(result, finding));
            }
            Verdict::Prohibited => {
                return Err(NotOverridable::OtherProhibition {
                    clause: finding.clause.clone().into_owned(),
                    rule: finding.rule.clone().into_owned(),
                });
            }
        }
    }
    // What no finding tells of is nobody's to set aside.
    let is_told = result.verdict == Verdict::Prohibited && !covered.is_empty();
    if is_unknown || !is_told || lines().any(|line| line.verdict == Verdict::Prohibited) {
        return Err(not_cleared());
    }
    Ok(covered)
}

fn is_mixed_loading(regime: Regime, finding: &Finding) -> bool {
    let of_regime = MIXED_LOADING.iter().filter(|(of, _)| *of == regime);
    let known = |clauses: &[&str]| clauses.contains(&&*finding.clause);
    finding.lines.len() == 2 && of_regime.into_iter().any(|(_, clauses)| known(clauses))
}

fn covers(result: &CheckResult, finding: &Finding) -> Overridable {
    Overridable {
        regime: result.regime,
        edition: result.edition.clone().into_owned(),
        clause: finding.clause.clone().into_owned(),
        rule: finding.rule.clone().into_owned(),
        sentence: finding.sentence.to_string(),
        lines: finding.places().flatten().copied().collect(),
    }
}

/// SHA-256 over the whole answer to a load, with the editions it rests on: what an override is of. The same load under
/// the same law has the same.
///
/// # Errors
/// When the answer has no form as JSON.
pub fn answer_hash(
    results: &[CheckResult],
    data_sets: &[DataSetResult],
) -> Result<[u8; 32], serde_json::Error> {
    let bytes = serde_json::to_vec(&(results, data_sets))?;
    Ok(Sha256::digest(bytes).into())
}
