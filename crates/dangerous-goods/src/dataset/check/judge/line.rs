//! One line alone: its rows, whether the rules reach it, what its row says of handling.

use super::{Item, Judge};
use crate::check::Verdict;
use crate::dataset::check::answer::{DataSetLine, Missing};
use crate::dataset::check::select::{self, Profile, Unresolved};
use crate::dataset::model::{Limit, Limited, Row};
use crate::load::Line;

impl DataSetLine {
    pub(super) fn add_needs(&mut self, needs: &[Missing]) {
        for need in needs {
            if !self.needs.contains(need) {
                self.needs.push(*need);
            }
        }
    }
}

impl<'a> Judge<'a> {
    /// Judges a line alone.
    pub(super) fn line(&mut self, at: usize, line: &Line) -> Item<'a> {
        let draft = self.draft;
        let mut result = DataSetLine {
            line: at,
            verdict: Verdict::Permitted,
            row: None,
            same_hazards: Vec::new(),
            needs: Vec::new(),
            rows_to_choose: Vec::new(),
        };
        let item = match select::rows(draft, line) {
            Err(unresolved) => self.unresolved(&mut result, line, unresolved),
            Ok(rows) => self.resolved(&mut result, line, &rows),
        };
        self.result.lines.push(result);
        item
    }

    fn unresolved(&mut self, result: &mut DataSetLine, line: &Line, why: Unresolved) -> Item<'a> {
        result.rows_to_choose = why.rows_to_choose;
        self.hold(result, why.need, why.sentence);
        let label = line.goods.to_string();
        Item {
            key: label.clone(),
            label,
            profiles: Vec::new(),
        }
    }

    fn resolved(&mut self, result: &mut DataSetLine, line: &Line, rows: &[&'a Row]) -> Item<'a> {
        let mut profiles: Vec<Profile<'a>> = Vec::with_capacity(1);
        for row in rows {
            let profile = Profile::of(row, line);
            if !profiles.contains(&profile) {
                profiles.push(profile);
            }
        }
        let label = select::label(line, rows);
        let key = match rows {
            [row] => row.id.clone(),
            _ => line.goods.to_string(),
        };
        match rows {
            [row] => result.row = Some(row.id.clone()),
            rows if profiles.len() == 1 => result.same_hazards = select::ids(rows),
            rows => result.rows_to_choose = select::ids(rows),
        }
        if profiles.iter().all(|profile| profile.is_forbidden) {
            result.verdict = Verdict::Prohibited;
            let sentence = format!("{label} may not be carried at all");
            let finding = self.finding(
                &[result.line],
                "carriage prohibited",
                Verdict::Prohibited,
                sentence,
            );
            self.result.conflicts.push(finding);
        } else if profiles.len() > 1 {
            let count = rows.len();
            let sentence = format!(
                "{label} has {count} rows that differ in their hazards; choose one of them, or state packing group, state or labels until one is left"
            );
            self.hold(result, Missing::Row, sentence);
        }
        if !line.containment.is_packages() {
            let sentence = format!("{label} is not in packages, of which alone the data set speaks");
            self.hold(result, Missing::Packages, sentence);
        }
        self.handling(result, rows);
        if line.limited_quantity {
            self.limited(result, line, &label, &mut profiles);
        }
        Item { label, key, profiles }
    }

    /// Something is missing, so that the line is not cleared.
    fn hold(&mut self, result: &mut DataSetLine, need: Missing, sentence: String) {
        result.verdict = result.verdict.max(Verdict::NotCleared);
        result.add_needs(&[need]);
        let finding = self.finding(&[result.line], need.words(), Verdict::NotCleared, sentence);
        self.result.conflicts.push(finding);
    }

    /// What the row asks of whoever handles the goods, whatever else is on the load.
    fn handling(&mut self, result: &DataSetLine, rows: &[&'a Row]) {
        let mut told: Vec<usize> = Vec::new();
        for text in rows.iter().flat_map(|row| &row.facts.texts) {
            if told.contains(text) {
                continue;
            }
            told.push(*text);
            let text = &self.draft.texts[*text];
            self.note(&[result.line], &text.name, text.words.clone());
        }
    }

    /// A limited quantity is one only where every row that may be meant provides for it.
    fn limited(
        &mut self,
        result: &mut DataSetLine,
        line: &Line,
        label: &str,
        profiles: &mut Vec<Profile<'a>>,
    ) {
        let fault = profiles
            .iter()
            .find_map(|profile| fault_of_limit(profile, line, label));
        if let Some((need, sentence)) = fault {
            return self.hold(result, need, sentence);
        }
        if self.draft.head.limited_quantities == Limited::Outside {
            profiles.clear();
            let sentence =
                format!("{label} is a limited quantity, which the rules of segregation do not reach");
            self.note(&[result.line], "limited quantity", sentence);
        }
    }
}

/// Why a line cannot be the limited quantity that it says it is.
fn fault_of_limit(profile: &Profile<'_>, line: &Line, label: &str) -> Option<(Missing, String)> {
    let limit = match profile.limit {
        Some(Limit::UpTo(limit)) => limit,
        Some(Limit::Never) => {
            let sentence = format!("the row provides for no limited quantity of {label}");
            return Some((Missing::LimitedQuantity, sentence));
        }
        Some(Limit::Unknown) | None => {
            let sentence = format!("the row does not tell whether {label} may be a limited quantity");
            return Some((Missing::LimitedQuantity, sentence));
        }
    };
    let Some(inner) = line.inner_quantity else {
        let sentence =
            format!("how much of {label} is in one inner packaging is not stated; the limit is {limit}");
        return Some((Missing::InnerQuantity, sentence));
    };
    let sentence = if inner.unit() != limit.unit() {
        format!(
            "the limit of {label} is in {}, the amount in one inner packaging in {}",
            limit.unit(),
            inner.unit()
        )
    } else if inner.thousandths() > limit.thousandths() {
        format!("{inner} of {label} in one inner packaging is over the limit of {limit}")
    } else {
        return None;
    };
    Some((Missing::LimitedQuantity, sentence))
}
