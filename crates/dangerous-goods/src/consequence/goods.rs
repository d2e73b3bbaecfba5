//! The goods of a load as the consequences ask about them: rows, a name to call them by, and what is exempt.

use super::limits;
use crate::catalogue::{Catalogue, Row};
use crate::check::{self, resolve};
use crate::identity::Regime;
use crate::load::{Line, Load, PhysicalState};

/// One line with the rows it may mean.
pub(super) struct Goods<'a> {
    pub(super) at: usize,
    pub(super) line: &'a Line,
    /// What sentences call the goods.
    pub(super) name: String,
    /// At least one row, or why there is none.
    rows: Result<Vec<&'a Row>, String>,
    /// Why the line is no limited or excepted quantity though it says so; completes "line 3: …".
    contradiction: Option<String>,
}

impl<'a> Goods<'a> {
    /// Every line of the load.
    pub(super) fn all(catalogue: &'a Catalogue, regime: Regime, load: &'a Load) -> Vec<Self> {
        let goods = |(at, line): (usize, &'a Line)| {
            let rows = resolve::rows(catalogue, regime, line);
            let name = match &rows {
                Ok(rows) => resolve::label(line, rows),
                Err(_) => line.goods.to_string(),
            };
            let mut goods = Self {
                at,
                line,
                name,
                rows: rows.map_err(|unresolved| unresolved.sentence),
                contradiction: None,
            };
            goods.contradiction = contradiction(&goods);
            goods
        };
        load.lines.iter().enumerate().map(goods).collect()
    }

    /// What the rows say, where they agree; otherwise what to do, completing "line 3: …".
    pub(super) fn agreed<T: PartialEq>(&self, ask: impl Fn(&Row) -> T) -> Result<T, String> {
        let rows = self.rows.as_ref().map_err(Clone::clone)?;
        let mut answers = rows.iter().map(|row| ask(row));
        let first = answers.next().ok_or_else(|| "no row".to_owned())?;
        if answers.all(|answer| answer == first) {
            Ok(first)
        } else {
            Err(format!(
                "{} has {} rows that differ; choose the one that applies",
                self.name,
                rows.len()
            ))
        }
    }

    /// Whether any of the rows is this.
    pub(super) fn any(&self, test: impl Fn(&Row) -> bool) -> bool {
        self.rows
            .as_ref()
            .is_ok_and(|rows| rows.iter().any(|row| test(row)))
    }

    /// A limited or an excepted quantity, as far as is known: not where no law provides for one of these
    /// goods, nor where a limit of it is known not to be kept. Such goods count in full.
    pub(super) const fn is_excepted(&self) -> bool {
        let said = self.line.limited_quantity || self.line.excepted_quantity;
        said && self.rows.is_ok() && self.contradiction.is_none()
    }

    /// A limited quantity, as far as is known.
    pub(super) const fn is_limited(&self) -> bool {
        self.line.limited_quantity && self.is_excepted()
    }

    /// What contradicts the limited or excepted quantity that the line says it is, to be named as missing.
    pub(super) fn contradiction(&self) -> Option<String> {
        let why = self.contradiction.as_ref()?;
        Some(format!("{}: {why}", place(self)))
    }

    /// The state the goods travel in, as far as the table, the goods' sibling rows or a person say it.
    pub(super) fn state(&self, catalogue: &Catalogue) -> Option<PhysicalState> {
        let own = self.agreed(Row::physical_state).ok().flatten();
        if own.is_some() {
            return own;
        }
        if self.agreed(|row| row.class() == "3").ok() == Some(true) {
            return Some(PhysicalState::Liquid);
        }
        let number = self.agreed(Row::number).ok().flatten()?;
        // ADR prints no packaging section; the United States' row of the same number does.
        let group = self.agreed(Row::packing_group).ok().flatten();
        let siblings: Vec<_> = catalogue
            .rows(number, Regime::Us)
            .into_iter()
            .filter(|row| group.is_none() || row.packing_group().is_none() || row.packing_group() == group)
            .map(Row::physical_state)
            .collect();
        let known = match siblings.split_first() {
            Some((first, rest)) if rest.iter().all(|state| state == first) => *first,
            _ => None,
        };
        known.or(self.line.physical_state)
    }
}

/// `line 3 (UN1203 Gasoline)`.
pub(super) fn place(goods: &Goods<'_>) -> String {
    format!("line {} ({})", goods.at + 1, goods.name)
}

/// Whether the line is said to be a limited or excepted quantity and is none, with what to do about it.
fn contradiction(goods: &Goods<'_>) -> Option<String> {
    let what = match (goods.line.limited_quantity, goods.line.excepted_quantity) {
        (true, _) => "limited",
        (_, true) => "excepted",
        _ => return None,
    };
    let why = match goods.rows.as_ref() {
        // A line without a row is asked for its row.
        Err(_) => return None,
        Ok(rows) if rows.iter().all(|row| check::provides_for(row, goods.line)) => {
            let over: Option<Vec<_>> = rows.iter().map(|row| limits::over(row, goods.line)).collect();
            let first = over?.into_iter().next()?;
            format!("{} ({})", first.said(), first.clause)
        }
        Ok(_) => "the table does not provide for it".to_owned(),
    };
    Some(format!(
        "said to be in {what} quantities, but {why}; until that is settled it counts in full"
    ))
}
