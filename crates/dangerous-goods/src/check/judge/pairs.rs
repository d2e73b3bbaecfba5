//! Every pair of lines. Lines that every rule treats alike are one kind, and two kinds are judged once.

use std::ops::Range;
use std::ptr;

use super::{Item, Judge};
use crate::catalogue::Row;
use crate::check::rules::{Between, Rule, Rules, Within};
use crate::check::{Advice, Finding, LineResult, Lines, Need, Pair, Verdict, advice};
use crate::load::Travel;

/// Lines that every rule treats alike, so that two kinds are judged once.
struct Kinds {
    /// The kind of each line.
    of_line: Vec<usize>,
    /// The lines of each kind, ascending; kinds in the order of their first lines.
    groups: Vec<Vec<usize>>,
}

/// About as many letters as a sentence has with the id of its condition.
const LETTERS: usize = 160;

/// Two kinds of which something is to be said.
struct Meeting<'k> {
    /// The first line of each, ascending.
    lines: [usize; 2],
    /// All lines of each.
    kinds: [&'k [usize]; 2],
    /// Where in the list of all rules that apply those of the two are.
    said: Range<usize>,
    /// Whether they hold whichever row is chosen.
    whichever: bool,
}

impl LineResult {
    fn add_need(&mut self, need: Need) {
        if !self.needs.contains(&need) {
            self.needs.push(need);
        }
    }
}

impl<'a> Judge<'a> {
    /// Judges every pair of lines; pairs of the same goods in the same places are judged once.
    pub(super) fn pairs<R: Rules>(&mut self, items: &[Item<'a, R::Profile>]) {
        let kinds = self.kinds(items);
        let (start, count) = (self.result.conflicts.len(), kinds.groups.len());
        let mut verdicts = vec![Verdict::Permitted; count * count];
        let (mut meetings, mut said) = (Vec::with_capacity(2 * count), Vec::with_capacity(2 * count));
        let mut found = Vec::new();
        for (k, first) in kinds.groups.iter().enumerate() {
            for (l, second) in kinds.groups.iter().enumerate().skip(k) {
                // A kind is numbered by its first line, so the pair is in ascending order.
                let other = if k == l { first.get(1) } else { second.first() };
                let (Some(&i), Some(&j)) = (first.first(), other) else {
                    continue;
                };
                let (a, b) = (&items[i], &items[j]);
                let whichever = rules::<R>(self.between(i, j), a, b, &mut found);
                if found.is_empty() && !a.nature.is(b.partners) {
                    continue;
                }
                let worst = found.iter().map(Rule::verdict);
                let verdict = worst.max().unwrap_or(Verdict::Permitted);
                verdicts[k * count + l] = verdict;
                verdicts[l * count + k] = verdict;
                let from = said.len();
                said.append(&mut found);
                meetings.push(Meeting {
                    lines: [i, j],
                    kinds: [first, second],
                    said: from..said.len(),
                    whichever,
                });
            }
        }
        // Thousands of findings on a great load: they are counted before they are written.
        self.result.conflicts.reserve(said.len());
        self.texts.reserve(said.len() * LETTERS);
        for meeting in meetings {
            self.tell_of(&meeting, &said[meeting.said.clone()], items);
        }
        if count < items.len() {
            self.result.conflicts[start..].sort_by_key(|finding| finding.lines);
        }
        for (i, &k) in kinds.of_line.iter().enumerate() {
            for (j, &l) in kinds.of_line.iter().enumerate().skip(i + 1) {
                let alone = self.result.lines[i].verdict.max(self.result.lines[j].verdict);
                let verdict = verdicts[k * count + l].max(alone);
                self.result.pairs.push(Pair { a: i, b: j, verdict });
            }
        }
    }

    /// Puts lines that every rule treats alike together. A load has few kinds, or few lines.
    fn kinds<P: PartialEq>(&self, items: &[Item<'a, P>]) -> Kinds {
        let mut kinds = Kinds {
            of_line: Vec::with_capacity(items.len()),
            groups: Vec::with_capacity(items.len()),
        };
        for (at, item) in items.iter().enumerate() {
            let alike = |group: &Vec<usize>| {
                let (first, kind) = (group[0], &items[group[0]]);
                // What tells most goods apart stands first.
                first_row(kind) == first_row(item)
                    && kind.key == item.key
                    && kind.label == item.label
                    && kind.profiles == item.profiles
                    && kind.nature == item.nature
                    && self.place(first) == self.place(at)
            };
            let kind = kinds.groups.iter().position(alike).unwrap_or_else(|| {
                kinds.groups.push(Vec::with_capacity(1));
                kinds.groups.len() - 1
            });
            kinds.groups[kind].push(at);
            kinds.of_line.push(kind);
        }
        kinds
    }

    /// Everything a plan says of where a line goes.
    fn place(&self, at: usize) -> (u8, Option<u8>, Option<u8>) {
        let line = &self.load.lines[at];
        (self.load.vehicle(at), line.compartment, line.bay)
    }

    /// Says what the rules say of two kinds, of their first lines and of all other pairs of the two.
    fn tell_of<P>(&mut self, meeting: &Meeting<'_>, said: &[impl Rule], items: &[Item<'a, P>]) {
        let Meeting {
            lines: [i, j],
            kinds: [first, second],
            ..
        } = *meeting;
        let (a, b) = (&items[i], &items[j]);
        let start = (
            self.result.conflicts.len(),
            self.result.notes.len(),
            self.result.advice.len(),
        );
        for rule in said {
            for (lines, need) in [first, second].into_iter().zip(rule.needs()) {
                let Some(need) = need else { continue };
                lines
                    .iter()
                    .for_each(|&line| self.result.lines[line].add_need(need));
            }
            self.pair_finding(i, j, a, b, rule, meeting.whichever);
        }
        self.advise(i, j, a, b);
        if first.len() > 1 || second.len() > 1 {
            self.also((i, first), (j, second), start);
        }
    }

    /// Adds the other pairs of the same kinds to everything said since `start`.
    fn also(
        &mut self,
        (i, first): (usize, &[usize]),
        (j, second): (usize, &[usize]),
        start: (usize, usize, usize),
    ) {
        let (conflicts, notes) = (
            &mut self.result.conflicts[start.0..],
            &mut self.result.notes[start.1..],
        );
        let advice = &mut self.result.advice[start.2..];
        if conflicts.is_empty() && notes.is_empty() && advice.is_empty() {
            return;
        }
        let is_same = first.first() == second.first();
        let pairs = first.iter().flat_map(|&a| second.iter().map(move |&b| [a, b]));
        let mut also: Vec<[usize; 2]> = pairs
            .filter(|[a, b]| !is_same || a < b)
            .map(|[a, b]| [a.min(b), a.max(b)])
            .filter(|pair| *pair != [i, j])
            .collect();
        also.sort_unstable();
        for finding in conflicts.iter_mut().chain(notes) {
            finding.also.clone_from(&also);
        }
        for advice in advice {
            advice.also.clone_from(&also);
        }
    }

    /// Where two lines stand to each other.
    fn between(&self, i: usize, j: usize) -> Between {
        match self.load.travel {
            _ if self.load.vehicle(i) == self.load.vehicle(j) => {
                let (a, b) = (&self.load.lines[i], &self.load.lines[j]);
                Between::OneVehicle(Within::of(a, b, self.journey.apart))
            }
            Travel::Coupled => Between::Coupled,
            Travel::Apart => Between::Apart,
        }
    }

    fn pair_finding<P>(
        &mut self,
        i: usize,
        j: usize,
        a: &Item<'a, P>,
        b: &Item<'a, P>,
        rule: &impl Rule,
        whichever: bool,
    ) {
        let (sentence, _) = self.texts.write(|out| {
            // Writing to a text cannot fail.
            let _ = rule.say(&a.label, &b.label, out);
            let mut before = ": ";
            for (item, need) in [a, b].into_iter().zip(rule.needs()) {
                if let Some(need) = need {
                    out.extend([before, need.words(), " of ", &item.label]);
                    before = " and ";
                }
            }
            if whichever {
                out.push_str("; this holds whichever row is chosen");
            }
        });
        let condition = rule
            .action()
            .map(|action| self.condition(action, &[&a.key, &b.key]));
        self.tell(Finding {
            condition,
            ..self.found(&[i, j], rule.clause(), rule.name(), rule.verdict(), sentence)
        });
    }

    /// What the two would do if they met, apart from what the law says.
    fn advise<P>(&mut self, i: usize, j: usize, a: &Item<'a, P>, b: &Item<'a, P>) {
        if !a.nature.is(b.partners) {
            return;
        }
        let same = a
            .rows
            .iter()
            .any(|a| b.rows.iter().any(|b| a.number() == b.number()));
        let meet = match self.between(i, j) {
            Between::OneVehicle(within) => within.compartments.is_none(),
            Between::Coupled | Between::Apart => false,
        };
        if same || !meet {
            return;
        }
        for says in advice::on(a.nature, b.nature) {
            let (sentence, _) = self
                .texts
                .write(|out| out.extend([&a.label, " and ", &b.label, " are ", says]));
            self.result.advice.push(Advice {
                lines: Lines::of(&[i, j]),
                also: Vec::new(),
                sentence,
            });
        }
    }
}

/// Where in the catalogue the first row lies.
fn first_row<P>(item: &Item<'_, P>) -> Option<*const Row> {
    item.rows.first().map(|row| ptr::from_ref(*row))
}

/// The rules between two lines. Where a line has several profiles only what holds for all of them is
/// said (and the answer tells so); the line's own finding asks for the choice.
fn rules<R: Rules>(
    between: Between,
    a: &Item<'_, R::Profile>,
    b: &Item<'_, R::Profile>,
    found: &mut Vec<R::Rule>,
) -> bool {
    let pair = |a: &R::Profile, b: &R::Profile, out: &mut Vec<R::Rule>| match between {
        Between::OneVehicle(within) => R::pair(a, b, within, out),
        Between::Coupled => R::coupled(a, b, out),
        Between::Apart => {}
    };
    if let ([a], [b]) = (a.profiles.as_slice(), b.profiles.as_slice()) {
        pair(a, b, found);
        return false;
    }
    let is_prohibited = |rule: &R::Rule| rule.verdict() == Verdict::Prohibited;
    let mut first: Option<Vec<R::Rule>> = None;
    for a in &a.profiles {
        for b in &b.profiles {
            let mut rules = Vec::new();
            pair(a, b, &mut rules);
            if !rules.iter().any(is_prohibited) {
                return false;
            }
            first.get_or_insert(rules);
        }
    }
    found.extend(first.into_iter().flatten().filter(is_prohibited));
    !found.is_empty()
}
