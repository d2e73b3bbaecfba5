//! Puts the answer together: every line, then every pair of lines, then the load.

mod line;
mod pairs;

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt::Write;

use super::rules::{Action, Journey, Rules};
use super::text::{Text, Texts};
use super::{CheckResult, Condition, Finding, Lines, Pair, Verdict};
use crate::catalogue::{Catalogue, Nature, Row};
use crate::identity::Regime;
use crate::load::Load;

/// A line with everything the pairs need of it.
struct Item<'a, P> {
    /// What the sentences call the goods.
    label: String,
    /// What condition ids call the goods: the row where there is one, otherwise as typed.
    key: Cow<'a, str>,
    rows: Vec<&'a Row>,
    /// The distinct profiles of the rows; none where the goods are unknown.
    profiles: Vec<P>,
    nature: Nature,
    /// What the goods react with.
    partners: Nature,
}

struct Judge<'a> {
    load: &'a Load,
    catalogue: &'a Catalogue,
    regime: Regime,
    journey: Journey,
    /// The conditions somebody has stated to be fulfilled.
    confirmed: HashSet<&'a str>,
    texts: Texts,
    result: CheckResult,
}

pub(super) fn judge<'a, R: Rules>(catalogue: &'a Catalogue, regime: Regime, load: &'a Load) -> CheckResult {
    let edition = catalogue.edition(regime);
    let mut judge = Judge {
        load,
        catalogue,
        regime,
        journey: Journey::of(catalogue, regime, load),
        confirmed: load.confirmed_conditions(),
        texts: Texts::new(),
        result: CheckResult {
            regime,
            edition: Cow::Borrowed(edition.edition),
            edition_hash: Cow::Owned(edition.hash.clone()),
            verdict: Verdict::Permitted,
            is_compatible: false,
            conflicts: Vec::new(),
            notes: Vec::new(),
            advice: Vec::new(),
            pairs: Vec::with_capacity(load.lines.len().min(Load::MAX_LINES).pow(2) / 2),
            lines: Vec::with_capacity(load.lines.len()),
            load_hash: load.hash(),
        },
    };
    if load.lines.is_empty() {
        return judge.refused("an empty load", "the load has no lines");
    }
    if load.lines.len() > Load::MAX_LINES {
        let max = Load::MAX_LINES;
        return judge.refused("too many lines", &format!("the load has more than {max} lines"));
    }
    let items: Vec<Item<'_, R::Profile>> = load
        .lines
        .iter()
        .enumerate()
        .map(|(at, line)| judge.line::<R>(at, line))
        .collect();
    judge.pairs::<R>(&items);
    judge.vehicles::<R>(&items);
    judge.finish()
}

impl<'a> Judge<'a> {
    fn refused(mut self, rule: &'static str, sentence: &str) -> CheckResult {
        let clause = self.general_clause();
        let finding = self.finding(&[], clause, rule, Verdict::NotCleared, sentence);
        self.result.conflicts.push(finding);
        self.finish()
    }

    const fn general_clause(&self) -> &'static str {
        match self.regime {
            Regime::Us => "49 CFR 177.848",
            Regime::Adr => "ADR 7.5.2",
        }
    }

    const fn table_clause(&self) -> &'static str {
        match self.regime {
            Regime::Us => "49 CFR 172.101",
            Regime::Adr => "ADR 3.2 table A",
        }
    }

    fn finding(
        &mut self,
        lines: &[usize],
        clause: &'static str,
        rule: impl Into<Cow<'static, str>>,
        verdict: Verdict,
        sentence: impl AsRef<str>,
    ) -> Finding {
        let (sentence, _) = self.texts.write(|out| out.push_str(sentence.as_ref()));
        self.found(lines, clause, rule.into(), verdict, sentence)
    }

    /// A finding whose sentence is written.
    fn found(
        &self,
        lines: &[usize],
        clause: &'static str,
        rule: Cow<'static, str>,
        verdict: Verdict,
        sentence: Text,
    ) -> Finding {
        Finding {
            lines: Lines::of(lines),
            also: Vec::new(),
            clause: Cow::Borrowed(clause),
            edition: self.result.edition.clone(),
            rule,
            verdict,
            sentence,
            condition: None,
        }
    }

    /// The condition of a rule on these goods, in these places where it names any; the same goods in another
    /// order give the same id.
    fn condition(&mut self, action: Action, goods: &[&str]) -> Condition {
        let regime = self.regime.code();
        let (id, letters) = self.texts.write(|id| {
            id.extend([regime, ":", action.slug]);
            for place in action.at {
                // Writing to a text cannot fail.
                let _ = write!(id, "-{place}");
            }
            id.push(':');
            match goods {
                [a, b] if a <= b => id.extend([a, "+", b]),
                [a, b] => id.extend([b, "+", a]),
                goods => id.extend(goods.iter().copied()),
            }
        });
        Condition {
            confirmed: self.confirmed.contains(letters),
            id,
            action: action.text,
        }
    }

    /// Judges what the vehicles carry as a whole.
    fn vehicles<R: Rules>(&mut self, items: &[Item<'a, R::Profile>]) {
        let mut found = Vec::new();
        R::on_vehicles(self.catalogue, self.load, &mut found);
        for said in found {
            let sentence = format!("{}: {}", items[said.line].label, said.says);
            let finding = self.finding(&[said.line], said.clause, said.rule, said.verdict, sentence);
            let line = &mut self.result.lines[said.line];
            line.verdict = line.verdict.max(said.verdict);
            self.tell(finding);
        }
    }

    /// Puts a finding where it belongs: what stands against nothing is a note.
    fn tell(&mut self, finding: Finding) {
        match finding.verdict {
            Verdict::Permitted => self.result.notes.push(finding),
            _ => self.result.conflicts.push(finding),
        }
    }

    fn finish(mut self) -> CheckResult {
        let result = &mut self.result;
        let lines = result.lines.iter().map(|line| line.verdict);
        (result.verdict, result.is_compatible) = settle(&result.conflicts, &result.pairs, lines);
        self.texts.complete();
        self.result
    }
}

/// The verdict on a load, the most severe of everything said of it, and whether it is compatible: permitted, or
/// conditional with every condition confirmed.
pub(crate) fn settle(
    conflicts: &[Finding],
    pairs: &[Pair],
    lines: impl Iterator<Item = Verdict>,
) -> (Verdict, bool) {
    let pairs = pairs.iter().map(|pair| pair.verdict);
    let findings = conflicts.iter().map(|finding| finding.verdict);
    let verdict = pairs
        .chain(findings)
        .chain(lines)
        .max()
        .unwrap_or(Verdict::NotCleared);
    let confirmed = |finding: &Finding| {
        let condition = finding.condition.as_ref();
        condition.is_some_and(|condition| condition.confirmed)
    };
    let is_compatible = match verdict {
        Verdict::Permitted => true,
        Verdict::Conditional => conflicts.iter().all(confirmed),
        Verdict::NotCleared | Verdict::Prohibited => false,
    };
    (verdict, is_compatible)
}
