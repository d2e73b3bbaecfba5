//! The tables of dangerous goods of every regime, read once, looked up by row, number and name.
//!
//! A new edition is a new file under `data/`, made by `examples/build-data/`.

pub mod card;
mod class;
mod data;
pub mod diff;
mod nature;
mod quantities;
mod row;
mod search;
mod state;
mod validity;

use std::collections::HashMap;
use std::sync::{LazyLock, OnceLock};

use serde::Serialize;

pub use class::{Class, InvalidClass};
pub use data::InvalidData;
pub(crate) use nature::{Nature, contains};
pub use quantities::{ExceptedQuantity, LimitedQuantity};
pub use row::{Admission, NameQuality, Row, Zone};
pub use search::{Hit, Matched};
pub use validity::Validity;

use self::search::Index;
use crate::identity::{Regime, RowId, UnNumber};

/// Which issue of the law a data set holds, and what proves that it is that data set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Edition {
    /// The regime.
    pub regime: Regime,
    /// The name of the law.
    pub title: &'static str,
    /// The edition, in the words the law uses for its own.
    pub edition: &'static str,
    /// Where the table was published.
    pub source: &'static str,
    /// First day of validity (ISO 8601), where the edition has one.
    pub valid_from: Option<&'static str>,
    /// Last day of validity (ISO 8601), where the edition has one.
    pub valid_to: Option<&'static str>,
    /// SHA-256 of the data set, 64 lower-case hexadecimal digits.
    pub hash: String,
}

/// All rows of all regimes.
///
/// ```
/// use dangerous_goods::{Catalogue, Regime};
/// let catalogue = Catalogue::embedded();
/// let rows = catalogue.rows("UN1950".parse()?, Regime::Adr);
/// assert_eq!(rows.len(), 12);
/// # Ok::<(), dangerous_goods::InvalidUnNumber>(())
/// ```
#[derive(Debug)]
pub struct Catalogue {
    us: Table,
    adr: Table,
    index: OnceLock<Index>,
}

#[derive(Debug)]
struct Table {
    edition: Edition,
    rows: Vec<Row>,
    by_id: HashMap<&'static str, usize>,
    by_number: HashMap<UnNumber, Vec<usize>>,
    synonyms: Vec<Synonym>,
}

/// A name the regime refers elsewhere from.
#[derive(Debug, Clone, Copy)]
struct Synonym {
    term: &'static str,
    target: &'static str,
}

impl Catalogue {
    /// The catalogue that is part of the program, read at the first use.
    #[must_use]
    pub fn embedded() -> &'static Self {
        static EMBEDDED: LazyLock<Catalogue> = LazyLock::new(|| {
            #[expect(
                clippy::expect_used,
                reason = "the data is part of the program and read by a test"
            )]
            Catalogue::read_embedded().expect("the embedded data sets are well formed")
        });
        &EMBEDDED
    }

    /// Reads the data sets that are part of the program; what [`Catalogue::embedded`] does once.
    ///
    /// # Errors
    /// The place of the first fault. A test keeps the data free of them.
    pub fn read_embedded() -> Result<Self, InvalidData> {
        Self::read(Self::embedded_text(Regime::Us), Self::embedded_text(Regime::Adr))
    }

    /// The data set of a regime that is part of the program, as text: what [`diff`](diff::diff) compares.
    #[must_use]
    pub const fn embedded_text(regime: Regime) -> &'static str {
        match regime {
            Regime::Us => include_str!("../../data/us.tsv"),
            Regime::Adr => include_str!("../../data/adr.tsv"),
        }
    }

    pub(crate) fn read(us: &'static str, adr: &'static str) -> Result<Self, InvalidData> {
        Ok(Self {
            us: data::read(Regime::Us, us)?,
            adr: data::read(Regime::Adr, adr)?,
            index: OnceLock::new(),
        })
    }

    fn table(&self, regime: Regime) -> &Table {
        match regime {
            Regime::Us => &self.us,
            Regime::Adr => &self.adr,
        }
    }

    fn index(&self) -> &Index {
        self.index.get_or_init(|| Index::new(self))
    }

    /// The edition of the regime's table.
    #[must_use]
    pub fn edition(&self, regime: Regime) -> &Edition {
        &self.table(regime).edition
    }

    /// Every row of the regime, in the order of the table.
    #[must_use]
    pub fn all(&self, regime: Regime) -> &[Row] {
        &self.table(regime).rows
    }

    /// The rows of a number, in the order of the table; none if the regime does not know it.
    #[must_use]
    pub fn rows(&self, number: UnNumber, regime: Regime) -> Vec<&Row> {
        let table = self.table(regime);
        table
            .by_number
            .get(&number)
            .into_iter()
            .flatten()
            .map(|&at| &table.rows[at])
            .collect()
    }

    /// The row of this key.
    #[must_use]
    pub fn row(&self, id: &RowId) -> Option<&Row> {
        let table = self.table(id.regime());
        table.by_id.get(id.as_str()).map(|&at| &table.rows[at])
    }

    /// The rows whose proper shipping name, or one of its alternatives ("or"), is this name, whatever
    /// its case and punctuation.
    #[must_use]
    pub fn rows_named(&self, name: &str, regime: Regime) -> Vec<&Row> {
        self.index()
            .named(self, name)
            .into_iter()
            .filter(|row| row.regime() == regime)
            .collect()
    }

    /// Rows of every regime that match a number, the beginning of one, or a name; best first.
    ///
    /// Forbidden rows are among them; [`Row::is_forbidden`] marks them.
    ///
    /// ```
    /// use dangerous_goods::Catalogue;
    /// let hits = Catalogue::embedded().search("sulfurik acid", 5);
    /// assert!(hits.iter().any(|hit| hit.row.name().starts_with("Sulfuric acid")));
    /// ```
    #[must_use]
    pub fn search(&self, query: &str, limit: usize) -> Vec<Hit<'_>> {
        self.index().search(self, query, limit)
    }
}
