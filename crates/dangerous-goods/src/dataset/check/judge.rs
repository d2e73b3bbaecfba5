//! Puts the answer together: every line, then every pair of lines, then the load.

mod line;

use std::collections::HashSet;
use std::ops::Range;

use sha2::{Digest, Sha256};
use time::Date;

use super::answer::{DataSetResult, Missing, Validity};
use super::rules::{self, Rule, Says};
use super::select::Profile;
use crate::check::{Condition, Finding, Lines, Pair, Verdict, settle};
use crate::dataset::model::{BetweenUnits, Draft, Head};
use crate::dataset::{DataSet, hexadecimal};
use crate::load::{Load, Travel};

/// A line with everything the pairs need of it.
#[derive(PartialEq)]
struct Item<'a> {
    label: String,
    /// What condition ids call the goods: the row where there is one, otherwise as typed.
    key: String,
    /// The distinct profiles of the rows; none where the goods are unknown or outside the rules.
    profiles: Vec<Profile<'a>>,
}

struct Judge<'a> {
    load: &'a Load,
    draft: &'a Draft,
    edition: String,
    confirmed: HashSet<&'a str>,
    result: DataSetResult,
}

/// What was found of two kinds of goods, so that it is found once.
struct Judged {
    verdict: Verdict,
    /// What is missing from the goods of the lower and of the higher kind.
    needs: [Vec<Missing>; 2],
    conflicts: Range<usize>,
}

pub(super) fn judge(data_set: &DataSet, load: &Load, on: Date) -> DataSetResult {
    let head = data_set.head();
    let hash = data_set.hash();
    let mut judge = Judge {
        load,
        draft: &data_set.draft,
        edition: format!("{}, data set {}", head.edition, hash.get(..12).unwrap_or(hash)),
        confirmed: load.confirmed_conditions(),
        result: DataSetResult {
            regime: head.regime,
            checked: true,
            edition: head.edition.clone(),
            edition_hash: hash.to_owned(),
            validity: Validity::on(on, head.valid_from, head.valid_to),
            verdict: Verdict::Permitted,
            is_compatible: false,
            conflicts: Vec::new(),
            notes: Vec::new(),
            pairs: Vec::new(),
            lines: Vec::with_capacity(load.lines.len()),
            load_hash: load.hash(),
        },
    };
    if load.lines.is_empty() {
        judge.refuse("an empty load", "the load has no lines".to_owned());
    } else if load.lines.len() > Load::MAX_LINES {
        let max = Load::MAX_LINES;
        judge.refuse("too many lines", format!("the load has more than {max} lines"));
    } else {
        judge.validity(head);
        judge.load_notes();
        let items: Vec<Item<'_>> = load
            .lines
            .iter()
            .enumerate()
            .map(|(at, line)| judge.line(at, line))
            .collect();
        judge.pairs(&items);
    }
    judge.finish()
}

impl<'a> Judge<'a> {
    fn refuse(&mut self, rule: &str, sentence: String) {
        let finding = self.finding(&[], rule, Verdict::NotCleared, sentence);
        self.result.conflicts.push(finding);
    }

    fn note(&mut self, lines: &[usize], rule: &str, sentence: String) {
        let note = self.finding(lines, rule, Verdict::Permitted, sentence);
        self.result.notes.push(note);
    }

    /// A data set answers for the time it is valid; for any other somebody has to say that its edition applies.
    fn validity(&mut self, head: &Head) {
        let (rule, sentence, which) = match self.result.validity {
            Validity::Valid | Validity::Unknown => return,
            Validity::Expired => (
                "expired",
                format!(
                    "the data set expired on {}; load the current edition",
                    head.valid_to
                ),
                format!("expired on {}", head.valid_to),
            ),
            Validity::NotYetValid => (
                "not yet valid",
                format!("the data set is valid only from {}", head.valid_from),
                format!("is valid only from {}", head.valid_from),
            ),
        };
        let action = format!(
            "establish that {}, which {which}, applies to this carriage",
            head.edition
        );
        let mut finding = self.finding(&[], rule, Verdict::Conditional, sentence);
        finding.condition = Some(self.condition(rule, &self.result.edition_hash, action));
        self.result.conflicts.push(finding);
    }

    /// What a reader must know of the whole answer.
    fn load_notes(&mut self) {
        if self.load.food_on_board == Some(true) {
            let sentence = "the data set says nothing of food and feed on board".to_owned();
            self.note(&[], "food on board", sentence);
        }
        let on_several = (1..self.load.lines.len()).any(|at| !self.are_compared(0, at));
        if on_several {
            let sentence = "goods on vehicles that travel apart were not compared with each other".to_owned();
            self.note(&[], "vehicles apart", sentence);
        }
    }

    fn finding(&self, lines: &[usize], rule: &str, verdict: Verdict, sentence: String) -> Finding {
        Finding {
            lines: Lines::of(lines),
            also: Vec::new(),
            clause: self.draft.head.table_clause.clone().into(),
            edition: self.edition.clone().into(),
            rule: rule.to_owned().into(),
            verdict,
            sentence: sentence.into(),
            condition: None,
        }
    }

    /// Whether two lines are compared: on one vehicle, on one combination, or where the data set asks.
    fn are_compared(&self, i: usize, j: usize) -> bool {
        self.load.vehicle(i) == self.load.vehicle(j)
            || self.load.travel == Travel::Coupled
            || self.draft.head.between_units == BetweenUnits::Compared
    }

    /// Judges every pair of lines; pairs of the same goods on the same vehicles are judged once.
    fn pairs(&mut self, items: &[Item<'a>]) {
        let kinds = self.kinds(items);
        let most = kinds.iter().max().map_or(0, |kind| kind + 1);
        let mut judged: Vec<Option<Judged>> = Vec::new();
        judged.resize_with(most * most, || None);
        for i in 0..items.len() {
            for j in i + 1..items.len() {
                let swapped = kinds[i] > kinds[j];
                let (first, second) = if swapped { (j, i) } else { (i, j) };
                let place = &mut judged[kinds[first] * most + kinds[second]];
                let known = match place {
                    Some(known) => {
                        for finding in &mut self.result.conflicts[known.conflicts.clone()] {
                            finding.also.push([i, j]);
                        }
                        known
                    }
                    None => place.insert(self.pair((i, j), (&items[first], &items[second]))),
                };
                for (line, needs) in [first, second].into_iter().zip(&known.needs) {
                    self.result.lines[line].add_needs(needs);
                }
                let alone = self.result.lines[i].verdict.max(self.result.lines[j].verdict);
                self.result.pairs.push(Pair {
                    a: i,
                    b: j,
                    verdict: known.verdict.max(alone),
                });
            }
        }
    }

    /// The kind of each line: equal numbers for lines that every rule treats alike.
    fn kinds(&self, items: &[Item<'a>]) -> Vec<usize> {
        let mut firsts: Vec<usize> = Vec::new();
        let mut kinds = Vec::with_capacity(items.len());
        for (at, item) in items.iter().enumerate() {
            let alike =
                |first: &usize| items[*first] == *item && self.load.vehicle(*first) == self.load.vehicle(at);
            kinds.push(firsts.iter().position(alike).unwrap_or_else(|| {
                firsts.push(at);
                firsts.len() - 1
            }));
        }
        kinds
    }

    fn pair(&mut self, (i, j): (usize, usize), (a, b): (&Item<'a>, &Item<'a>)) -> Judged {
        let (found, whichever) = if self.are_compared(i, j) {
            self.rules(a, b)
        } else {
            (Vec::new(), false)
        };
        let start = self.result.conflicts.len();
        let mut needs = [Vec::new(), Vec::new()];
        let mut verdict = Verdict::Permitted;
        for rule in &found {
            verdict = verdict.max(rule.verdict(self.draft));
            if let Says::Missing(missing, of) = rule.says {
                for (needs, _) in needs.iter_mut().zip(of).filter(|(_, of)| *of) {
                    needs.push(missing);
                }
            }
            let finding = self.pair_finding((i, j), (a, b), rule, whichever);
            self.result.conflicts.push(finding);
        }
        Judged {
            verdict,
            needs,
            conflicts: start..self.result.conflicts.len(),
        }
    }

    /// Where a line may mean several rows only a prohibition that holds for all of them is said.
    fn rules(&self, a: &Item<'a>, b: &Item<'a>) -> (Vec<Rule>, bool) {
        if let ([a], [b]) = (a.profiles.as_slice(), b.profiles.as_slice()) {
            return (rules::between(self.draft, a, b), false);
        }
        let is_prohibited = |rule: &Rule| rule.verdict(self.draft) == Verdict::Prohibited;
        let mut first: Option<Vec<Rule>> = None;
        for a in &a.profiles {
            for b in &b.profiles {
                let rules = rules::between(self.draft, a, b);
                if !rules.iter().any(is_prohibited) {
                    return (Vec::new(), false);
                }
                first.get_or_insert(rules);
            }
        }
        let mut found = first.unwrap_or_default();
        found.retain(is_prohibited);
        (found, true)
    }

    fn pair_finding(
        &self,
        (i, j): (usize, usize),
        (a, b): (&Item<'a>, &Item<'a>),
        rule: &Rule,
        whichever: bool,
    ) -> Finding {
        let verdict = rule.verdict(self.draft);
        let (a_label, b_label) = (&a.label, &b.label);
        let (mut sentence, action) = match rule.says {
            Says::Code(code) => {
                let text = self.draft.codes[code].text.trim_end_matches('.');
                match verdict {
                    Verdict::Conditional => (
                        format!("{a_label} and {b_label} may travel together only under a condition"),
                        Some(text.to_owned()),
                    ),
                    _ if text.is_empty() => {
                        (format!("{a_label} and {b_label} may not travel together"), None)
                    }
                    _ => (
                        format!("{a_label} and {b_label} may not travel together: {text}"),
                        None,
                    ),
                }
            }
            Says::CannotReact => (
                format!(
                    "{a_label} and {b_label} are of one class; their further hazards may be set aside only if the two cannot react dangerously"
                ),
                Some("establish that the two cannot react dangerously with each other".to_owned()),
            ),
            Says::Missing(missing, of) => {
                let labels = [a_label, b_label].into_iter().zip(of);
                let of: Vec<&str> = labels
                    .filter(|(_, of)| *of)
                    .map(|(label, _)| label.as_str())
                    .collect();
                let sentence = format!(
                    "the data set does not tell {} of {}, on which the answer depends",
                    missing.words(),
                    of.join(" and of ")
                );
                (sentence, None)
            }
        };
        if whichever {
            sentence.push_str("; this holds whichever row is meant");
        }
        let mut finding = self.finding(&[i, j], &rule.name, verdict, sentence);
        finding.clause = rule.clause.clone().into();
        finding.condition = action.map(|action| self.condition_of_pair(&rule.says, [&a.key, &b.key], action));
        finding
    }

    /// The condition of two goods, whichever is named first.
    fn condition_of_pair(&self, says: &Says, mut goods: [&str; 2], action: String) -> Condition {
        goods.sort_unstable();
        let code = match says {
            Says::Code(code) => self.draft.codes[*code].name.as_str(),
            Says::CannotReact | Says::Missing(..) => "cannot-react",
        };
        self.condition(code, &goods.join("+"), action)
    }

    /// The id changes with what is to be done, so that no confirmation outlives a change of the text.
    fn condition(&self, rule: &str, of: &str, action: String) -> Condition {
        let digest = hexadecimal(&Sha256::digest(action.as_bytes())[..4]);
        let (regime, rule) = (self.result.regime, rule.replace(' ', "-"));
        let id = format!("{regime}:{rule}:{digest}:{of}");
        Condition {
            confirmed: self.confirmed.contains(id.as_str()),
            id: id.into(),
            action: action.into(),
        }
    }

    fn finish(mut self) -> DataSetResult {
        let result = &mut self.result;
        let lines = result.lines.iter().map(|line| line.verdict);
        (result.verdict, result.is_compatible) = settle(&result.conflicts, &result.pairs, lines);
        self.result
    }
}
