//! The answer of a data set as text for a terminal, in the form of [`report::text`](crate::report::text).

use std::fmt::{self, Write as _};

use super::check::{DataSetLine, DataSetResult, Validity};
use crate::check::Verdict;
use crate::load::Load;
use crate::report::{places, typed, write_finding};

impl DataSetResult {
    /// The answer as readable text; lines are numbered from one, as a person counts.
    #[must_use]
    pub fn text(&self, load: &Load) -> String {
        let mut out = String::new();
        // Writing to a text cannot fail.
        let _ = self.write(load, &mut out);
        out
    }

    fn write(&self, load: &Load, out: &mut String) -> fmt::Result {
        let verdict = if self.checked {
            self.verdict.words()
        } else {
            "not checked"
        };
        writeln!(out, "{}: {}", self.regime.name(), verdict.to_uppercase())?;
        if !self.checked {
            return writeln!(out, "no data set is loaded\n");
        }
        let hash = self.edition_hash.get(..12).unwrap_or_default();
        writeln!(out, "{}, data set {hash}", self.edition)?;
        match self.validity {
            Validity::Expired => writeln!(out, "THE DATA SET HAS EXPIRED")?,
            Validity::NotYetValid => writeln!(out, "THE DATA SET IS NOT YET VALID")?,
            Validity::Valid | Validity::Unknown => {}
        }
        if self.verdict == Verdict::Conditional {
            let state = if self.is_compatible {
                "every condition is confirmed"
            } else {
                "conditions are open"
            };
            writeln!(out, "{state}")?;
        }
        writeln!(out)?;
        for line in &self.lines {
            write_line(out, load, line)?;
        }
        writeln!(out)?;
        for finding in &self.conflicts {
            write_finding(out, finding)?;
        }
        for note in &self.notes {
            let sentence = note.sentence.trim_end_matches('.');
            writeln!(out, "  note, {}{sentence} ({})", places(note.places()), note.rule)?;
        }
        writeln!(out)
    }
}

fn write_line(out: &mut String, load: &Load, line: &DataSetLine) -> fmt::Result {
    let Some(given) = load.lines.get(line.line) else {
        return Ok(());
    };
    writeln!(out, "  {:>3}  {}", line.line + 1, typed(given))?;
    if let Some(row) = line.row.as_ref().or_else(|| line.same_hazards.first()) {
        writeln!(out, "       {row}")?;
    }
    if !line.needs.is_empty() {
        let needs: Vec<&str> = line.needs.iter().map(|need| need.words()).collect();
        writeln!(out, "       missing: {}", needs.join("; "))?;
    }
    line.rows_to_choose
        .iter()
        .try_for_each(|row| writeln!(out, "       choose {row}"))
}
