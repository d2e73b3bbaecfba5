//! `safeshipper un 1203`, `safeshipper un "sulfurik acid"`, `safeshipper un --class 2.3`: rows of the tables.

use clap::Args;
use dangerous_goods::catalogue::Class;
use dangerous_goods::catalogue::card::{Card, line, text};
use dangerous_goods::{Catalogue, Matched, Row};
use serde::Serialize;

use super::answer::{Answered, show, warn};
use super::goods::Asked;

/// From this many rows on, one line each.
const MANY: usize = 20;

/// Look goods up by number, name, typing error or class. Exit status: 0 found, 1 nothing found, 2 unusable input.
#[derive(Args)]
pub(crate) struct Un {
    /// A number, the beginning of one, or a name; typing errors are forgiven.
    #[arg(required_unless_present_any = ["class", "label"], value_name = "QUERY")]
    query: Option<String>,
    /// Rows of this class, division or compatibility group: `3`, `2.3`, `1.4S`; with a query, only those of what it finds.
    #[arg(long)]
    class: Option<Class>,
    /// Rows of this class and those that bear its label for a subsidiary hazard.
    #[arg(long, value_name = "CLASS", conflicts_with = "class")]
    label: Option<Class>,
    /// The most rows that a query finds.
    #[arg(long, default_value_t = 20, value_name = "ROWS")]
    limit: usize,
    #[command(flatten)]
    asked: Asked,
}

#[derive(Serialize)]
struct Found {
    #[serde(flatten)]
    card: Card,
    /// What of the row matched a query.
    #[serde(skip_serializing_if = "Option::is_none")]
    matched: Option<&'static str>,
    /// The other name that matched.
    #[serde(skip_serializing_if = "Option::is_none")]
    synonym: Option<&'static str>,
}

impl Un {
    pub(super) fn run(&self) -> Answered {
        let regimes = self.asked.regimes();
        warn(regimes, self.asked.day());
        let found = self.found(Catalogue::embedded());
        let answer: Vec<Found> = found.iter().map(|(row, matched)| of(row, *matched)).collect();
        show(self.asked.json, &answer, || written(&found))?;
        Ok(!found.is_empty())
    }

    /// The rows found, best first, and how; without a query the whole class in the order of the tables.
    fn found<'a>(&self, catalogue: &'a Catalogue) -> Vec<(&'a Row, Option<Matched>)> {
        let regimes = self.asked.regimes();
        let of_class = || -> Vec<&Row> {
            let rows = regimes.iter().flat_map(|regime| match (self.class, self.label) {
                (Some(class), _) => catalogue.of_class(class, *regime),
                (None, Some(label)) => catalogue.bearing(label, *regime),
                (None, None) => Vec::new(),
            });
            rows.collect()
        };
        let Some(query) = &self.query else {
            return of_class().into_iter().map(|row| (row, None)).collect();
        };
        let is_classed = self.class.is_some() || self.label.is_some();
        let classed = if is_classed { of_class() } else { Vec::new() };
        let hits = catalogue.search(query, usize::MAX).into_iter();
        hits.filter(|hit| regimes.contains(&hit.row.regime()))
            .filter(|hit| !is_classed || classed.iter().any(|row| std::ptr::eq(*row, hit.row)))
            .map(|hit| (hit.row, Some(hit.matched)))
            .take(self.limit)
            .collect()
    }
}

fn of(row: &Row, matched: Option<Matched>) -> Found {
    let (matched, synonym) = match matched {
        None => (None, None),
        Some(Matched::Number) => (Some("number"), None),
        Some(Matched::NumberPrefix) => (Some("number_prefix"), None),
        Some(Matched::Name) => (Some("name"), None),
        Some(Matched::Synonym(term)) => (Some("synonym"), Some(term)),
    };
    Found {
        card: Card::from(row),
        matched,
        synonym,
    }
}

fn written(found: &[(&Row, Option<Matched>)]) -> String {
    if found.is_empty() {
        return "nothing found; what is not in the tables is not cleared".to_owned();
    }
    let each = |(row, matched): &(&Row, Option<Matched>)| {
        let mut written = if found.len() > MANY {
            format!("{}\n", line(row))
        } else {
            text(row)
        };
        if let Some(Matched::Synonym(term)) = matched {
            written.push_str(&format!("  found as `{term}`\n"));
        }
        written
    };
    found.iter().map(each).collect()
}
