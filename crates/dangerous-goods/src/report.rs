//! The answer as text for a terminal: matrix, findings with their clauses, rows to choose.

use std::fmt::{self, Display, Write as _};

use crate::catalogue::Catalogue;
use crate::check::{CheckResult, Finding, Verdict};
use crate::dataset::DataSetResult;
use crate::identity::RowId;
use crate::load::{Containment, Line, Load};

/// The answers of all regimes asked as one: what the command line and the API write as JSON.
#[derive(Debug, serde::Serialize)]
pub struct Answer<'a> {
    /// The most severe verdict.
    pub verdict: Verdict,
    /// Whether every regime finds the load compatible; no result at all is no clearance.
    pub is_compatible: bool,
    /// Every finding of every regime.
    pub conflicts: Vec<&'a Finding>,
    /// A result a regime.
    pub results: &'a [CheckResult],
    /// A result a regime that a company loads itself, where one was asked for.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub data_sets: &'a [DataSetResult],
}

impl<'a> Answer<'a> {
    /// Joins the results.
    #[must_use]
    pub fn of(results: &'a [CheckResult]) -> Self {
        Self {
            verdict: results
                .iter()
                .map(|result| result.verdict)
                .max()
                .unwrap_or(Verdict::NotCleared),
            is_compatible: exit_status(results) == 0,
            conflicts: results.iter().flat_map(|result| &result.conflicts).collect(),
            results,
            data_sets: &[],
        }
    }

    /// Joins the results with those of loaded data sets: a regime that was asked for and of which none is
    /// loaded is among them, not checked, and clears nothing.
    #[must_use]
    pub fn with_data_sets(results: &'a [CheckResult], data_sets: &'a [DataSetResult]) -> Self {
        let own = (!results.is_empty() || data_sets.is_empty()).then(|| Self::of(results));
        let verdicts = data_sets.iter().map(|result| result.verdict);
        let verdicts = verdicts.chain(own.as_ref().map(|answer| answer.verdict));
        let others = data_sets.iter().flat_map(|result| &result.conflicts);
        Self {
            verdict: verdicts.max().unwrap_or(Verdict::NotCleared),
            is_compatible: own.as_ref().is_none_or(|answer| answer.is_compatible)
                && data_sets.iter().all(|result| result.is_compatible),
            conflicts: own
                .into_iter()
                .flat_map(|answer| answer.conflicts)
                .chain(others)
                .collect(),
            results,
            data_sets,
        }
    }
}

/// Renders the answers of one or several regimes to one load as readable text.
///
/// Lines are numbered from one, as a person counts; the matrix is left out above 20 lines.
#[must_use]
pub fn text(catalogue: &Catalogue, load: &Load, results: &[CheckResult]) -> String {
    let mut out = String::new();
    for result in results {
        // Writing to a text cannot fail.
        let _ = Section {
            catalogue,
            load,
            result,
        }
        .write(&mut out);
    }
    let _ = writeln!(out, "load {}", load.hash());
    out
}

/// The exit status a script can use: 0 if every regime finds the load compatible, otherwise 1.
///
/// No result at all is no clearance. (2, unusable input, is the caller's.)
#[must_use]
pub fn exit_status(results: &[CheckResult]) -> u8 {
    u8::from(results.is_empty() || !results.iter().all(|result| result.is_compatible))
}

const WIDEST_MATRIX: usize = 20;

struct Section<'a> {
    catalogue: &'a Catalogue,
    load: &'a Load,
    result: &'a CheckResult,
}

impl Section<'_> {
    fn write(&self, out: &mut String) -> fmt::Result {
        let result = self.result;
        writeln!(
            out,
            "{}: {}",
            result.regime.name(),
            result.verdict.words().to_uppercase()
        )?;
        writeln!(
            out,
            "{}, data {}",
            result.edition,
            result.edition_hash.get(..12).unwrap_or_default()
        )?;
        if result.verdict == Verdict::Conditional {
            let state = if result.is_compatible {
                "every condition is confirmed"
            } else {
                "conditions are open"
            };
            writeln!(out, "{state}")?;
        }
        writeln!(out)?;
        self.lines(out)?;
        self.matrix(out)?;
        for finding in &result.conflicts {
            write_finding(out, finding)?;
        }
        for note in &result.notes {
            writeln!(
                out,
                "  note, {}{} ({})",
                places(note.places()),
                sentence(&note.sentence),
                note.clause
            )?;
        }
        for advice in &result.advice {
            writeln!(
                out,
                "  advice, {}{}",
                places(
                    std::iter::once(advice.lines.as_slice())
                        .chain(advice.also.iter().map(<[usize; 2]>::as_slice))
                ),
                sentence(&advice.sentence)
            )?;
        }
        writeln!(out)
    }

    fn lines(&self, out: &mut String) -> fmt::Result {
        for line in &self.result.lines {
            let Some(given) = self.load.lines.get(line.line) else {
                continue;
            };
            let row = line.row.as_ref().or_else(|| line.same_hazards.first());
            writeln!(out, "  {:>3}  {}", line.line + 1, typed(given))?;
            if let Some(row) = row {
                writeln!(out, "       {}", self.describe(row))?;
            }
            if line.same_hazards.len() > 1 {
                writeln!(
                    out,
                    "       or {} more rows with the same hazards",
                    line.same_hazards.len() - 1
                )?;
            }
            if !line.needs.is_empty() {
                let needs: Vec<&str> = line.needs.iter().map(|need| need.words()).collect();
                writeln!(out, "       missing: {}", needs.join("; "))?;
            }
            for row in &line.rows_to_choose {
                writeln!(out, "       choose {row}: {}", self.describe(row))?;
            }
        }
        writeln!(out)
    }

    fn describe(&self, id: &RowId) -> String {
        let Some(row) = self.catalogue.row(id) else {
            return id.to_string();
        };
        let name = if row.name().is_empty() {
            "(name not certain)"
        } else {
            row.name()
        };
        if row.is_forbidden() {
            return format!("{name}, FORBIDDEN");
        }
        let mut text = format!("{name}, {}", row.division());
        if let Some(group) = row.compatibility_group() {
            text.push(group);
        }
        let subsidiary: Vec<&str> = row.subsidiary_hazards().collect();
        if !subsidiary.is_empty() {
            let _ = write!(text, " ({})", subsidiary.join(", "));
        }
        if let Some(group) = row.packing_group() {
            let _ = write!(text, ", PG {group}");
        }
        if let Some(zone) = row.zone() {
            let _ = write!(text, ", zone {zone}");
        }
        text
    }

    fn matrix(&self, out: &mut String) -> fmt::Result {
        let count = self.result.lines.len();
        if !(2..=WIDEST_MATRIX).contains(&count) {
            return Ok(());
        }
        write!(out, "     ")?;
        (1..=count).try_for_each(|column| write!(out, "{column:>3}"))?;
        writeln!(out)?;
        let mut marks = vec![vec!['.'; count]; count];
        for pair in &self.result.pairs {
            marks[pair.a][pair.b] = mark(pair.verdict);
            marks[pair.b][pair.a] = mark(pair.verdict);
        }
        for (row, marks) in marks.iter().enumerate() {
            write!(out, "  {:>3}", row + 1)?;
            marks.iter().try_for_each(|mark| write!(out, "  {mark}"))?;
            writeln!(out)?;
        }
        writeln!(
            out,
            "  + permitted  c with conditions  ? cannot be cleared  x prohibited\n"
        )
    }
}

const fn mark(verdict: Verdict) -> char {
    match verdict {
        Verdict::Permitted => '+',
        Verdict::Conditional => 'c',
        Verdict::NotCleared => '?',
        Verdict::Prohibited => 'x',
    }
}

pub(crate) fn write_finding(out: &mut String, finding: &Finding) -> fmt::Result {
    let (words, sentence) = (finding.verdict.words(), sentence(&finding.sentence));
    writeln!(out, "  {words}, {}{sentence}", places(finding.places()))?;
    writeln!(
        out,
        "       {}, {}: {}",
        finding.clause, finding.edition, finding.rule
    )?;
    let Some(condition) = &finding.condition else {
        return Ok(());
    };
    let state = if condition.confirmed { "confirmed" } else { "to do" };
    writeln!(out, "       {state}: {}", condition.action)?;
    writeln!(out, "       condition {}", condition.id)
}

/// `lines 1 and 3, 2 and 3: `, as a person counts; of many pairs the first.
pub(crate) fn places<'a>(mut places: impl Iterator<Item = &'a [usize]>) -> String {
    const MOST: usize = 6;
    let words = |lines: &[usize]| {
        let numbers: Vec<String> = lines.iter().map(|line| (line + 1).to_string()).collect();
        numbers.join(" and ")
    };
    let shown: Vec<String> = places.by_ref().take(MOST).map(words).collect();
    let more = places.count();
    match shown.as_slice() {
        [] => String::new(),
        [one] if one.is_empty() => String::new(),
        [one] if !one.contains(' ') => format!("line {one}: "),
        shown if more == 0 => format!("lines {}: ", shown.join(", ")),
        shown => format!("lines {} and {more} more pairs: ", shown.join(", ")),
    }
}

pub(crate) fn sentence(text: &str) -> impl Display + '_ {
    text.trim_end_matches('.')
}

pub(crate) fn typed(line: &Line) -> String {
    let mut text = line.goods.to_string();
    if let Some(group) = line.packing_group {
        let _ = write!(text, ", packing group {group}");
    }
    if let Some(state) = line.physical_state {
        let _ = write!(text, ", {}", state.name());
    }
    if let Some(zone) = line.zone {
        let _ = write!(text, ", zone {zone}");
    }
    if line.limited_quantity {
        text.push_str(", limited quantity");
    }
    if line.excepted_quantity {
        text.push_str(", excepted quantity");
    }
    if line.empty_uncleaned {
        text.push_str(", empty, not cleaned");
    }
    match line.containment {
        Containment::Packages => {}
        Containment::Tank => text.push_str(", in a tank"),
        Containment::PortableTank => text.push_str(", in a portable tank"),
        Containment::Bulk => text.push_str(", in bulk"),
    }
    if let Some(quantity) = line.quantity {
        let _ = write!(text, ", {quantity}");
    }
    text
}
