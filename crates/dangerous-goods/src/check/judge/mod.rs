//! Puts the answer together: every line, then every pair of lines, then the load.

mod line;

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::rules::{Between, Rule, Rules};
use super::{Advice, CheckResult, Condition, Finding, LineResult, Need, Pair, Verdict};
use crate::catalogue::{Catalogue, Row};
use crate::identity::Regime;
use crate::load::{Load, Travel};

/// A line with everything the pairs need of it.
struct Item<'a, P> {
    /// What the sentences call the goods.
    label: String,
    /// What condition ids call the goods: the row where there is one, otherwise as typed.
    key: Cow<'a, str>,
    rows: Vec<&'a Row>,
    /// The distinct profiles of the rows; none where the goods are unknown.
    profiles: Vec<P>,
    is_cyanide: bool,
    is_acid: bool,
}

struct Judge<'a> {
    load: &'a Load,
    catalogue: &'a Catalogue,
    regime: Regime,
    /// The conditions somebody has stated to be fulfilled.
    confirmed: HashSet<&'a str>,
    result: CheckResult,
}

/// What was found of two kinds of goods, so that it is found once.
struct Judged {
    verdict: Verdict,
    /// What is missing from the goods of the lower and of the higher kind.
    needs: [Vec<Need>; 2],
    /// Where the findings on them are in the answer.
    conflicts: Range<usize>,
    advice: Range<usize>,
}

impl LineResult {
    fn add_needs(&mut self, needs: &[Need]) {
        for need in needs {
            if !self.needs.contains(need) {
                self.needs.push(*need);
            }
        }
    }
}

pub(super) fn judge<'a, R: Rules>(catalogue: &'a Catalogue, regime: Regime, load: &'a Load) -> CheckResult {
    let edition = catalogue.edition(regime);
    let mut judge = Judge {
        load,
        catalogue,
        regime,
        confirmed: load.confirmed_conditions(),
        result: CheckResult {
            regime,
            edition: Cow::Borrowed(edition.edition),
            edition_hash: Cow::Owned(edition.hash.clone()),
            verdict: Verdict::Permitted,
            is_compatible: false,
            conflicts: Vec::with_capacity(load.lines.len().min(Load::MAX_LINES) * 2),
            notes: Vec::new(),
            advice: Vec::new(),
            pairs: Vec::with_capacity(load.lines.len().min(Load::MAX_LINES).pow(2) / 2),
            lines: Vec::with_capacity(load.lines.len()),
            load_hash: load.hash(),
        },
    };
    if load.lines.is_empty() {
        return judge.refused("an empty load", "the load has no lines".to_owned());
    }
    if load.lines.len() > Load::MAX_LINES {
        let max = Load::MAX_LINES;
        return judge.refused("too many lines", format!("the load has more than {max} lines"));
    }
    let items: Vec<Item<'_, R::Profile>> = load
        .lines
        .iter()
        .enumerate()
        .map(|(at, line)| judge.line::<R>(at, line))
        .collect();
    judge.pairs::<R>(&items);
    judge.finish()
}

impl<'a> Judge<'a> {
    fn refused(mut self, rule: &'static str, sentence: String) -> CheckResult {
        let finding = self.finding(&[], self.general_clause(), rule, Verdict::NotCleared, sentence);
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
        &self,
        lines: &[usize],
        clause: &'static str,
        rule: impl Into<Cow<'static, str>>,
        verdict: Verdict,
        sentence: String,
    ) -> Finding {
        Finding {
            lines: lines.to_vec(),
            also: Vec::new(),
            clause: Cow::Borrowed(clause),
            edition: self.result.edition.clone(),
            rule: rule.into(),
            verdict,
            sentence,
            condition: None,
        }
    }

    /// The condition of a rule on these goods; the same goods in another order give the same id.
    fn condition(&self, slug: &str, goods: &[&str], action: Cow<'static, str>) -> Condition {
        let length = goods.iter().map(|goods| goods.len() + 1).sum::<usize>();
        let mut id = String::with_capacity(5 + slug.len() + length);
        id.extend([self.regime.code(), ":", slug, ":"]);
        match goods {
            [a, b] if a <= b => id.extend([a, "+", b]),
            [a, b] => id.extend([b, "+", a]),
            goods => id.extend(goods.iter().copied()),
        }
        Condition {
            confirmed: self.confirmed.contains(id.as_str()),
            id,
            action,
        }
    }

    /// Judges every pair of lines; pairs of the same goods on the same vehicles are judged once.
    fn pairs<R: Rules>(&mut self, items: &[Item<'a, R::Profile>]) {
        let kinds = self.kinds(items);
        let most = kinds.iter().max().map_or(0, |kind| kind + 1);
        let mut judged: Vec<Option<Judged>> = Vec::new();
        judged.resize_with(most * most, || None);
        let mut found = Vec::new();
        for (i, a) in items.iter().enumerate() {
            for (j, b) in items.iter().enumerate().skip(i + 1) {
                let place = kinds[i].min(kinds[j]) * most + kinds[i].max(kinds[j]);
                let swapped = kinds[i] > kinds[j];
                let known = match &judged[place] {
                    Some(known) => {
                        for finding in &mut self.result.conflicts[known.conflicts.clone()] {
                            finding.also.push([i, j]);
                        }
                        for advice in &mut self.result.advice[known.advice.clone()] {
                            advice.also.push([i, j]);
                        }
                        known
                    }
                    None => {
                        let known = self.judge_pair::<R>((i, a), (j, b), swapped, &mut found);
                        judged[place].insert(known)
                    }
                };
                let (first, second) = if swapped { (j, i) } else { (i, j) };
                self.result.lines[first].add_needs(&known.needs[0]);
                self.result.lines[second].add_needs(&known.needs[1]);
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
    fn kinds<P: PartialEq>(&self, items: &[Item<'a, P>]) -> Vec<usize> {
        let mut firsts: Vec<usize> = Vec::new();
        let mut by_key: HashMap<&str, Vec<usize>> = HashMap::with_capacity(items.len());
        let mut kinds = Vec::with_capacity(items.len());
        for (at, item) in items.iter().enumerate() {
            let same = by_key.entry(&item.key).or_default();
            let alike = |kind: &&usize| {
                let first = firsts[**kind];
                items[first].label == item.label
                    && items[first].profiles == item.profiles
                    && self.load.vehicle(first) == self.load.vehicle(at)
            };
            let kind = match same.iter().find(alike) {
                Some(kind) => *kind,
                None => {
                    firsts.push(at);
                    same.push(firsts.len() - 1);
                    firsts.len() - 1
                }
            };
            kinds.push(kind);
        }
        kinds
    }

    fn judge_pair<R: Rules>(
        &mut self,
        (i, a): (usize, &Item<'a, R::Profile>),
        (j, b): (usize, &Item<'a, R::Profile>),
        swapped: bool,
        found: &mut Vec<R::Rule>,
    ) -> Judged {
        found.clear();
        let whichever = rules::<R>(self.between(i, j), a, b, found);
        let (conflicts, advice) = (self.result.conflicts.len(), self.result.advice.len());
        let mut needs = [Vec::new(), Vec::new()];
        for rule in found.iter() {
            for (needs, need) in needs.iter_mut().zip(rule.needs()) {
                needs.extend(need);
            }
            self.pair_finding(i, j, a, b, rule, whichever);
        }
        self.advise(i, j, a, b);
        if swapped {
            needs.swap(0, 1);
        }
        Judged {
            verdict: found
                .iter()
                .map(Rule::verdict)
                .max()
                .unwrap_or(Verdict::Permitted),
            needs,
            conflicts: conflicts..self.result.conflicts.len(),
            advice: advice..self.result.advice.len(),
        }
    }

    /// Where two lines stand to each other.
    fn between(&self, i: usize, j: usize) -> Between {
        match self.load.travel {
            _ if self.load.vehicle(i) == self.load.vehicle(j) => Between::OneVehicle,
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
        let mut sentence = rule.sentence(&a.label, &b.label);
        let mut before = ": ";
        for (item, need) in [a, b].into_iter().zip(rule.needs()) {
            if let Some(need) = need {
                sentence.extend([before, need.words(), " of ", &item.label]);
                before = " and ";
            }
        }
        if whichever {
            sentence.push_str("; this holds whichever row is chosen");
        }
        let mut finding = self.finding(&[i, j], rule.clause(), rule.name(), rule.verdict(), sentence);
        if let Some(action) = rule.action() {
            finding.condition = Some(self.condition(action.slug, &[&a.key, &b.key], action.text));
        }
        self.result.conflicts.push(finding);
    }

    /// Cyanide and acid is good sense in every regime; where the law says it too, the law is quoted.
    fn advise<P>(&mut self, i: usize, j: usize, a: &Item<'a, P>, b: &Item<'a, P>) {
        let meets = (a.is_cyanide && b.is_acid) || (a.is_acid && b.is_cyanide);
        if meets {
            let sentence = format!(
                "{} and {} are a cyanide and an acid: keep them well apart, together they give off hydrogen cyanide",
                a.label, b.label
            );
            self.result.advice.push(Advice {
                lines: vec![i, j],
                also: Vec::new(),
                sentence,
            });
        }
    }

    fn finish(mut self) -> CheckResult {
        let result = &mut self.result;
        let pairs = result.pairs.iter().map(|pair| pair.verdict);
        let findings = result.conflicts.iter().map(|finding| finding.verdict);
        let lines = result.lines.iter().map(|line| line.verdict);
        result.verdict = pairs
            .chain(findings)
            .chain(lines)
            .max()
            .unwrap_or(Verdict::NotCleared);
        let confirmed = |finding: &Finding| {
            finding
                .condition
                .as_ref()
                .is_some_and(|condition| condition.confirmed)
        };
        result.is_compatible = match result.verdict {
            Verdict::Permitted => true,
            Verdict::Conditional => result.conflicts.iter().all(confirmed),
            Verdict::NotCleared | Verdict::Prohibited => false,
        };
        self.result
    }
}

/// The rules between two lines. Where a line has several profiles only what holds for all of them is
/// said (and the answer tells so); the line's own finding asks for the choice.
fn rules<R: Rules>(
    between: Between,
    a: &Item<'_, R::Profile>,
    b: &Item<'_, R::Profile>,
    found: &mut Vec<R::Rule>,
) -> bool {
    let pair = match between {
        Between::OneVehicle => R::pair,
        Between::Coupled => R::coupled,
        Between::Apart => return false,
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
