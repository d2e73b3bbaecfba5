//! The tables of dangerous goods of every regime, read once, looked up by row, number and name.
//!
//! A new edition is a new file under `data/`, made by `examples/build-data.rs`.

mod row;
mod search;

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Serialize;

pub use row::{Admission, NameQuality, Row, Zone};
pub use search::{Hit, Matched};

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
}

#[derive(Debug)]
struct Table {
    edition: Edition,
    rows: Vec<Row>,
    by_id: HashMap<&'static str, usize>,
}

impl Catalogue {
    /// The catalogue that is part of the program, read at the first use.
    #[must_use]
    pub fn embedded() -> &'static Self {
        static EMBEDDED: LazyLock<Catalogue> = LazyLock::new(|| {
            let empty = |regime| Table {
                edition: Edition {
                    regime,
                    title: "",
                    edition: "",
                    source: "",
                    valid_from: None,
                    valid_to: None,
                    hash: String::new(),
                },
                rows: Vec::new(),
                by_id: HashMap::new(),
            };
            Catalogue { us: empty(Regime::Us), adr: empty(Regime::Adr) }
        });
        &EMBEDDED
    }

    fn table(&self, regime: Regime) -> &Table {
        match regime {
            Regime::Us => &self.us,
            Regime::Adr => &self.adr,
        }
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
        self.table(regime).rows.iter().filter(|row| row.number == Some(number)).collect()
    }

    /// The row of this key.
    #[must_use]
    pub fn row(&self, id: &RowId) -> Option<&Row> {
        let table = self.table(id.regime());
        table.by_id.get(id.as_str()).map(|&at| &table.rows[at])
    }

    /// Rows of every regime that match a number, the beginning of one, or a name; best first.
    #[must_use]
    pub fn search(&self, query: &str, limit: usize) -> Vec<Hit<'_>> {
        let _ = (query, limit);
        Vec::new()
    }
}
