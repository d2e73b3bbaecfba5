//! What a data set says, once it has been read: every reference resolved, every cell present.

use time::Date;

use super::regime::OtherRegime;
use crate::identity::{PackingGroup, UnNumber};
use crate::load::{PhysicalState, Quantity};

/// Positions in the lists of [`Draft`].
pub(super) type Index = usize;

/// A data set that has been read and found well formed, but of which nobody has yet shown who made it.
///
/// What an editor and a publisher work with; a load is checked only under a [`DataSet`](super::DataSet).
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    pub(super) head: Head,
    pub(super) hazards: Vec<Hazard>,
    pub(super) codes: Vec<Code>,
    pub(super) table: Matrix,
    pub(super) compatibility: Matrix,
    pub(super) groups: Vec<Named>,
    pub(super) group_rules: Vec<GroupRule>,
    pub(super) row_codes: Vec<RowCode>,
    pub(super) texts: Vec<Named>,
    pub(super) rows: Vec<Row>,
}

impl Draft {
    /// Regime, edition, validity and whom it is for.
    #[must_use]
    pub const fn head(&self) -> &Head {
        &self.head
    }

    /// How many rows the table of goods has.
    #[must_use]
    pub const fn row_count(&self) -> usize {
        self.rows.len()
    }
}

/// What a data set says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The regime.
    pub regime: OtherRegime,
    /// The edition, in the words the law uses for its own.
    pub edition: String,
    /// The name of the law.
    pub title: String,
    /// Where the tables were published.
    pub source: String,
    /// First day of validity.
    pub valid_from: Date,
    /// Last day of validity.
    pub valid_to: Date,
    /// The company that has the right to use it, by its short name or id.
    pub company: String,
    /// The clause of the table of segregation.
    pub table_clause: String,
    /// Whether the rules reach limited quantities.
    pub limited_quantities: Limited,
    /// Whether goods on vehicles that travel apart are compared.
    pub between_units: BetweenUnits,
    /// What is asked of subsidiary hazards between goods of one class.
    pub same_class: SameClass,
}

/// Whether the rules of segregation reach limited quantities.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limited {
    /// They are judged like all goods.
    Inside,
    /// The rules do not reach them.
    Outside,
}

/// Whether goods on vehicles that travel apart are compared, as where both go on board of one ship.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BetweenUnits {
    /// They are compared like goods on one vehicle.
    Compared,
    /// They are not compared.
    NotCompared,
}

/// What is asked of the subsidiary hazards of two goods of the same class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SameClass {
    /// The table, as between all goods.
    ByTable,
    /// A person's statement that the two cannot react dangerously with each other.
    ByStatement,
}

/// A class or division.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hazard {
    pub(super) name: String,
    /// The row and column of the table that speak of it.
    pub(super) column: Index,
}

/// What a cell or a rule may say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Code {
    pub(super) name: String,
    pub(super) meaning: Meaning,
    /// What to do, or why not, in the words of the data set; may be empty but for conditions.
    pub(super) text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    Permitted,
    Conditional,
    Prohibited,
    /// The codes of the two rows decide.
    SeeRows,
    /// The table of compatibility groups decides.
    SeeCompatibility,
}

/// A square table in which every cell is filled and both halves agree.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Matrix {
    pub(super) keys: Vec<String>,
    pub(super) cells: Vec<Index>,
}

impl Matrix {
    /// The code at a row and a column.
    pub(super) fn code(&self, a: Index, b: Index) -> Option<Index> {
        self.cells.get(a * self.keys.len() + b).copied()
    }

    pub(super) fn position(&self, key: &str) -> Option<Index> {
        self.keys.iter().position(|known| known == key)
    }
}

/// A short name and what it stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) name: String,
    pub(super) words: String,
}

/// Members of one segregation group against members of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct GroupRule {
    pub(super) group: Index,
    pub(super) against: Index,
    pub(super) code: Index,
    pub(super) clause: String,
}

/// A code that rows carry, and everything it asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RowCode {
    pub(super) name: String,
    pub(super) asks: Vec<Ask>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ask {
    pub(super) against: Against,
    pub(super) clause: String,
}

/// What a row's code is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Against {
    /// Goods with this hazard.
    Hazard(Index, Index),
    /// Members of this group.
    Group(Index, Index),
    /// This number.
    Number(UnNumber, Index),
    /// All other goods.
    All(Index),
    /// The row itself counts as if it had this hazard too.
    AsHazard(Index),
}

/// One entry of the table of goods.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    /// Names the row within the data set: `imdg:UN1950:2.1`.
    pub(super) id: String,
    pub(super) number: Option<UnNumber>,
    pub(super) name: String,
    pub(super) packing_group: Option<PackingGroup>,
    /// The state the goods travel in, where the row tells it.
    pub(super) state: Option<PhysicalState>,
    pub(super) facts: Facts,
}

/// Everything the rules ask about goods; rows with equal facts are judged alike.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Facts {
    /// The class first, then the subsidiary hazards.
    pub(super) hazards: Vec<Index>,
    /// The compatibility group of explosives.
    pub(super) compatibility: Option<Index>,
    /// `None` where the row does not say.
    pub(super) groups: Option<Vec<Index>>,
    /// `None` where the row does not say.
    pub(super) codes: Option<Vec<Index>>,
    pub(super) limit: Limit,
    pub(super) is_forbidden: bool,
    pub(super) texts: Vec<Index>,
}

/// What a row says of limited quantities.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Limit {
    /// Nothing.
    Unknown,
    /// None are provided for.
    Never,
    /// Up to so much in one inner packaging.
    UpTo(Quantity),
}
