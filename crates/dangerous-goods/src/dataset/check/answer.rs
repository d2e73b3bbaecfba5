//! The answer in the form of a [`CheckResult`](crate::CheckResult), with what only data sets have.

use serde::{Deserialize, Serialize};
use time::Date;

use crate::check::{Finding, Pair, Verdict};
use crate::dataset::OtherRegime;
use crate::load::LoadHash;

/// The answer of one regime that a company loads itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataSetResult {
    /// The regime.
    pub regime: OtherRegime,
    /// Whether a data set of the regime was there to answer; where not, nothing is cleared.
    pub checked: bool,
    /// The edition of the law; empty where nothing was checked.
    pub edition: String,
    /// SHA-256 of the bundle the answer rests on; empty where nothing was checked.
    pub edition_hash: String,
    /// Whether the data set is valid on the day that was asked about.
    pub validity: Validity,
    /// The verdict on the load: the most severe of all lines and pairs.
    pub verdict: Verdict,
    /// Permitted, or conditional with every condition confirmed.
    pub is_compatible: bool,
    /// Every rule that stands against the load or asks something of it.
    pub conflicts: Vec<Finding>,
    /// What a reader should know though no rule stands against it.
    pub notes: Vec<Finding>,
    /// Every pair of lines.
    pub pairs: Vec<Pair>,
    /// Every line.
    pub lines: Vec<DataSetLine>,
    /// The hash of the load that was checked.
    pub load_hash: LoadHash,
}

/// How a day stands to the validity of a data set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Validity {
    /// Within it.
    Valid,
    /// After its last day.
    Expired,
    /// Before its first day.
    NotYetValid,
    /// There is no data set.
    Unknown,
}

impl Validity {
    /// How a day stands to the first and the last day of validity.
    #[must_use]
    pub fn on(day: Date, first: Date, last: Date) -> Self {
        if day > last {
            Self::Expired
        } else if day < first {
            Self::NotYetValid
        } else {
            Self::Valid
        }
    }
}

/// What the data set makes of one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataSetLine {
    /// Position of the line in the load, from zero.
    pub line: usize,
    /// The most severe finding on the line alone.
    pub verdict: Verdict,
    /// The row the line means, where it can mean only one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row: Option<String>,
    /// The rows it may mean where they lead to the same answer, so that no choice is needed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub same_hazards: Vec<String>,
    /// What is missing before the answer can be given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<Missing>,
    /// The rows to choose from, where a choice is needed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rows_to_choose: Vec<String>,
}

/// What a line needs before a data set can answer for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    /// A data set of the regime.
    DataSet,
    /// Goods that the data set knows.
    KnownGoods,
    /// A choice among its rows, or packing group, state or labels that tell them apart.
    Row,
    /// Packages: data sets say nothing of tanks and bulk.
    Packages,
    /// A row that provides for limited quantities, and an amount within its limit.
    LimitedQuantity,
    /// The amount in one inner packaging of a limited quantity.
    InnerQuantity,
    /// The segregation groups of the row.
    Groups,
    /// The codes of the row.
    RowCodes,
    /// The compatibility group of explosives.
    CompatibilityGroup,
}

impl Missing {
    /// What is missing, in plain words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::DataSet => "a data set of the regime",
            Self::KnownGoods => "goods that the data set knows",
            Self::Row => "the row of the data set",
            Self::Packages => "goods in packages",
            Self::LimitedQuantity => "a row that provides for this limited quantity",
            Self::InnerQuantity => "the amount in one inner packaging",
            Self::Groups => "the segregation groups",
            Self::RowCodes => "the codes of the row",
            Self::CompatibilityGroup => "the compatibility group",
        }
    }
}
