//! May these goods share one vehicle? The verdict of a regime on a load, with every reason.
//!
//! `resolve` finds the rows each line may mean, `us` and `adr` judge pairs, this module puts the
//! answer together. A new rule is a function in its regime's module that pushes a [`Finding`].

mod about;
mod adr;
mod advice;
mod judge;
mod overriding;
pub(crate) mod resolve;
mod rules;
pub(crate) mod stated;
mod text;
mod us;

pub use about::Lines;
pub(crate) use judge::settle;
pub use overriding::{NotOverridable, Overridable, answer_hash, overridable};
pub use text::Text;

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::catalogue::{Catalogue, Row};
use crate::identity::{Regime, RowId};
use crate::load::{Line, Load, LoadHash};

/// What a rule says, in order of severity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// No rule stands against it.
    Permitted,
    /// Permitted if a person does something and states so.
    Conditional,
    /// Something that the answer depends on is missing; nobody may read this as a yes.
    NotCleared,
    /// The law forbids it.
    Prohibited,
}

impl Verdict {
    /// The word used in JSON.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Permitted => "permitted",
            Self::Conditional => "conditional",
            Self::NotCleared => "not_cleared",
            Self::Prohibited => "prohibited",
        }
    }

    /// The words a person reads.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Permitted => "permitted",
            Self::Conditional => "permitted with conditions",
            Self::NotCleared => "cannot be cleared",
            Self::Prohibited => "prohibited",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// Something a person can do and then state to have done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition {
    /// Stable for the same goods and the same rule; what a [`Confirmation`](crate::Confirmation) names.
    pub id: Text,
    /// What to do, in plain words.
    pub action: Cow<'static, str>,
    /// Whether the load carries a confirmation of this condition.
    pub confirmed: bool,
}

/// One rule applied to one line or to two.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Positions of the lines in the load, from zero; one or two, ascending.
    pub lines: Lines,
    /// Further pairs of lines with the same goods, of which the same is to be said; ascending.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<[usize; 2]>,
    /// The clause, such as `49 CFR 177.848(d)`.
    pub clause: Cow<'static, str>,
    /// The edition of the law.
    pub edition: Cow<'static, str>,
    /// The cell or the rule within the clause, such as `X at 3 × 5.1`.
    pub rule: Cow<'static, str>,
    /// What the rule says.
    pub verdict: Verdict,
    /// What it means for these goods, in one or two plain sentences.
    pub sentence: Text,
    /// What would fulfil the rule, where something would.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<Condition>,
}

impl Finding {
    /// Whether the finding is about exactly these lines, given in ascending order.
    #[must_use]
    pub fn is_about(&self, lines: &[usize]) -> bool {
        self.lines.as_slice() == lines || self.also.iter().any(|pair| pair == lines)
    }

    /// The lines of the finding, then every further pair.
    pub fn places(&self) -> impl Iterator<Item = &[usize]> {
        std::iter::once(self.lines.as_slice()).chain(self.also.iter().map(<[usize; 2]>::as_slice))
    }
}

/// The verdict on two lines of the load.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pair {
    /// Position of the first line.
    pub a: usize,
    /// Position of the second line, greater than the first.
    pub b: usize,
    /// The most severe finding on the two.
    pub verdict: Verdict,
}

/// What a line needs before its answer can be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    /// A row of the regime's table must be chosen from `rows_to_choose`.
    Row,
    /// The regime's table has no such goods.
    KnownGoods,
    /// The state the goods travel in.
    PhysicalState,
    /// The zone of poison by inhalation.
    Zone,
    /// The class, division or compatibility group.
    Classification,
    /// The danger labels.
    Labels,
    /// The row allows no limited quantity, or the table does not say.
    LimitedQuantity,
    /// The row allows no excepted quantity, or the table does not say.
    ExceptedQuantity,
    /// The category of the label of radioactive material.
    RadioactiveCategory,
}

impl Need {
    /// What is missing, in plain words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Row => "the row of the table",
            Self::KnownGoods => "goods that the table of this regime knows",
            Self::PhysicalState => "the physical state",
            Self::Zone => "the inhalation hazard zone",
            Self::Classification => "the class, division or compatibility group",
            Self::Labels => "the danger labels",
            Self::LimitedQuantity => "a row that provides for limited quantities",
            Self::ExceptedQuantity => "a row that provides for excepted quantities",
            Self::RadioactiveCategory => "the category of the radioactive label",
        }
    }
}

/// What the regime makes of one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineResult {
    /// Position of the line in the load, from zero.
    pub line: usize,
    /// The most severe finding on the line alone.
    pub verdict: Verdict,
    /// The row the line means, where it can mean only one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row: Option<RowId>,
    /// The rows it may mean where they lead to the same hazards, so that no choice is needed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub same_hazards: Vec<RowId>,
    /// What is missing for an answer, on this line alone or beside another.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<Need>,
    /// The rows to choose from, where a choice is needed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rows_to_choose: Vec<RowId>,
}

/// Good sense about two lines that is no part of the verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Advice {
    /// Positions of the two lines, from zero, ascending.
    pub lines: Lines,
    /// Further pairs of lines with the same goods; ascending.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<[usize; 2]>,
    /// The advice, in plain words.
    pub sentence: Text,
}

/// The answer of one regime to one load.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckResult {
    /// The regime.
    pub regime: Regime,
    /// The edition of the law.
    pub edition: Cow<'static, str>,
    /// SHA-256 of the data set the answer rests on.
    pub edition_hash: Cow<'static, str>,
    /// The verdict on the load: the most severe of all lines and pairs.
    pub verdict: Verdict,
    /// Permitted, or conditional with every condition confirmed.
    pub is_compatible: bool,
    /// Every rule that stands against the load or asks something of it.
    pub conflicts: Vec<Finding>,
    /// What a reader should know though no rule stands against it: goods that the rules do not reach.
    pub notes: Vec<Finding>,
    /// Advice apart from the verdict.
    pub advice: Vec<Advice>,
    /// Every pair of lines.
    pub pairs: Vec<Pair>,
    /// Every line.
    pub lines: Vec<LineResult>,
    /// The hash of the load that was checked.
    pub load_hash: LoadHash,
}

/// Checks a load against the rules of mixed loading of one regime.
///
/// ```
/// use dangerous_goods::{Catalogue, Line, LineSpec, Load, Regime, Verdict, check};
/// let lines = ["UN1203", "UN2014:II"].map(|line| line.parse::<LineSpec>().map(Line::from));
/// let load = Load::new(lines.into_iter().collect::<Result<_, _>>()?)?;
/// let catalogue = Catalogue::embedded();
/// assert_eq!(check(catalogue, Regime::Us, &load).verdict, Verdict::Conditional);
/// assert_eq!(check(catalogue, Regime::Adr, &load).verdict, Verdict::Permitted);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn check(catalogue: &Catalogue, regime: Regime, load: &Load) -> CheckResult {
    match regime {
        Regime::Us => judge::judge::<us::Us>(catalogue, regime, load),
        Regime::Adr => judge::judge::<adr::Adr>(catalogue, regime, load),
    }
}

/// Whether the law of the row provides for the limited or excepted quantity that the line is said to be.
pub(crate) fn provides_for(row: &Row, line: &Line) -> bool {
    let us = row.regime() == Regime::Us;
    let limited = || match us {
        true => us::scope::provides_for_limited_quantities(row),
        false => adr::provides_for_limited_quantities(row),
    };
    let excepted = || match us {
        true => us::scope::provides_for_excepted_quantities(row),
        false => row.excepted_code().is_some_and(|code| code.inner().is_some()),
    };
    (!line.limited_quantity || limited()) && (!line.excepted_quantity || excepted())
}
