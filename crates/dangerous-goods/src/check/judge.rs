//! Puts the answer together: every line, then every pair of lines, then the load.

use std::borrow::Cow;

use super::chemistry::{self, Acid, Cyanide};
use super::resolve::{self, Unresolved};
use super::rules::{Rule, Rules, Scope};
use super::{Advice, CheckResult, Condition, Finding, LineResult, Need, Pair, Verdict};
use crate::catalogue::{Catalogue, NameQuality, Row};
use crate::identity::Regime;
use crate::load::{Line, Load};

/// A line with everything the pairs need of it.
struct Item<'a, P> {
    /// What the sentences call the goods.
    label: String,
    /// What condition ids call the goods: the row where there is one, otherwise as typed.
    key: Cow<'a, str>,
    rows: Vec<&'a Row>,
    /// The distinct profiles of the rows; none where the goods are unknown.
    profiles: Vec<P>,
}

struct Judge<'a> {
    catalogue: &'a Catalogue,
    regime: Regime,
    load: &'a Load,
    result: CheckResult,
}

pub(super) fn judge<R: Rules>(catalogue: &Catalogue, regime: Regime, load: &Load) -> CheckResult {
    let edition = catalogue.edition(regime);
    let mut judge = Judge {
        catalogue,
        regime,
        load,
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
        return judge.refused("an empty load", "the load has no lines".to_owned());
    }
    if load.lines.len() > Load::MAX_LINES {
        let max = Load::MAX_LINES;
        return judge.refused("too many lines", format!("the load has more than {max} lines"));
    }
    let items: Vec<Item<'_, R::Profile>> =
        load.lines.iter().enumerate().map(|(at, line)| judge.line::<R>(at, line)).collect();
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
            clause: Cow::Borrowed(clause),
            edition: self.result.edition.clone(),
            rule: rule.into(),
            verdict,
            sentence,
            condition: None,
        }
    }

    fn condition(&self, slug: &str, goods: &str, action: Cow<'static, str>) -> Condition {
        let id = format!("{}:{slug}:{goods}", self.regime);
        Condition { confirmed: self.load.confirms(&id), id, action }
    }

    /// Judges a line alone.
    fn line<R: Rules>(&mut self, at: usize, line: &'a Line) -> Item<'a, R::Profile> {
        let mut result = LineResult {
            line: at,
            verdict: Verdict::Permitted,
            row: None,
            same_hazards: Vec::new(),
            needs: Vec::new(),
            rows_to_choose: Vec::new(),
        };
        let item = match resolve::rows(self.catalogue, self.regime, line) {
            Err(unresolved) => self.unresolved(&mut result, line, unresolved),
            Ok(rows) => self.resolved::<R>(&mut result, line, rows),
        };
        self.result.lines.push(result);
        item
    }

    fn unresolved<P>(&mut self, result: &mut LineResult, line: &Line, why: Unresolved) -> Item<'a, P> {
        let (at, clause) = (result.line, self.table_clause());
        let finding = self.finding(&[at], clause, why.need.words(), Verdict::NotCleared, why.sentence);
        self.result.conflicts.push(finding);
        result.verdict = Verdict::NotCleared;
        result.needs.push(why.need);
        result.rows_to_choose = why.rows_to_choose;
        let label = line.goods.to_string();
        Item { key: Cow::Owned(label.clone()), label, rows: Vec::new(), profiles: Vec::new() }
    }

    fn resolved<R: Rules>(
        &mut self,
        result: &mut LineResult,
        line: &Line,
        rows: Vec<&'a Row>,
    ) -> Item<'a, R::Profile> {
        let mut profiles: Vec<R::Profile> = Vec::with_capacity(1);
        for row in &rows {
            let profile = R::profile(row, line);
            if !profiles.contains(&profile) {
                profiles.push(profile);
            }
        }
        let label = label(line, &rows);
        let key = match rows.as_slice() {
            [row] => Cow::Borrowed(row.id().as_str()),
            _ => Cow::Owned(line.goods.to_string()),
        };
        let item = Item { label, key, rows, profiles };
        match item.rows.as_slice() {
            [row] => result.row = Some(row.id().clone()),
            rows if item.profiles.len() == 1 => result.same_hazards = resolve::ids(rows),
            rows => result.rows_to_choose = resolve::ids(rows),
        }
        match item.profiles.as_slice() {
            [profile] => self.one_profile::<R>(result, &item, profile),
            _ => self.choose::<R>(result, &item),
        }
        item
    }

    /// The rows lead to different hazards.
    fn choose<R: Rules>(&mut self, result: &mut LineResult, item: &Item<'a, R::Profile>) {
        if item.profiles.iter().all(|profile| R::scope(profile) == Scope::Forbidden) {
            self.forbidden(result, &item.label);
            return;
        }
        result.verdict = Verdict::NotCleared;
        result.needs.push(Need::Row);
        let sentence = format!(
            "{} has {} rows that differ in their hazards; choose the one that applies",
            item.label,
            item.rows.len()
        );
        let clause = self.table_clause();
        let finding =
            self.finding(&[result.line], clause, Need::Row.words(), Verdict::NotCleared, sentence);
        self.result.conflicts.push(finding);
    }

    fn forbidden(&mut self, result: &mut LineResult, label: &str) {
        result.verdict = Verdict::Prohibited;
        let (clause, rule) = match self.regime {
            Regime::Us => ("49 CFR 173.21(a)", "forbidden in column 3 of 172.101"),
            Regime::Adr => ("ADR 3.2 table A", "not admitted to carriage"),
        };
        let sentence = format!("{label} may not be carried at all");
        let finding = self.finding(&[result.line], clause, rule, Verdict::Prohibited, sentence);
        self.result.conflicts.push(finding);
    }

    fn one_profile<R: Rules>(
        &mut self,
        result: &mut LineResult,
        item: &Item<'a, R::Profile>,
        profile: &R::Profile,
    ) {
        let scope = R::scope(profile);
        match scope {
            Scope::Forbidden => return self.forbidden(result, &item.label),
            Scope::Unclear(need) => self.unclear(result, &item.label, need),
            Scope::Limited | Scope::NoLabel | Scope::NotSubject => self.outside(result, &item.label, scope),
            Scope::Inside => {}
        }
        let Some(row) = item.rows.first() else { return };
        if scope == Scope::Inside
            && let Some(hazards) = R::outside_the_table(row, profile)
        {
            let sentence = format!(
                "the table of mixed loading does not mention hazard {hazards} of {} in this state, packing group or zone; that is no statement that it is safe beside everything",
                item.label
            );
            let note =
                self.finding(&[result.line], "49 CFR 177.848(d)", "not in the table", Verdict::Permitted, sentence);
            self.result.notes.push(note);
        }
        self.quality(result, item);
    }

    fn unclear(&mut self, result: &mut LineResult, label: &str, need: Need) {
        result.verdict = Verdict::NotCleared;
        result.needs.push(need);
        let sentence = match need {
            Need::PhysicalState => {
                format!("the physical state stated for {label} contradicts the table")
            }
            Need::LimitedQuantity => {
                format!("the table does not provide for limited quantities of {label}")
            }
            need => format!("{} of {label} cannot be read from the table", need.words()),
        };
        let clause = self.table_clause();
        let finding = self.finding(&[result.line], clause, need.words(), Verdict::NotCleared, sentence);
        self.result.conflicts.push(finding);
    }

    fn outside(&mut self, result: &LineResult, label: &str, scope: Scope) {
        let (clause, rule, sentence) = match (self.regime, scope) {
            (Regime::Us, Scope::Limited) => (
                "49 CFR 177.848(a)",
                "limited quantity",
                format!("{label} is a limited quantity without labels, which the rules of mixed loading do not reach"),
            ),
            (Regime::Us, _) => (
                "49 CFR 177.848(a)",
                "no label required",
                format!("packages of {label} require no label, so the rules of mixed loading do not reach them"),
            ),
            (Regime::Adr, Scope::Limited) => (
                "ADR 7.5.2.4",
                "limited quantity",
                format!("{label} is a limited quantity; of the rules of mixed loading only the one on explosives applies"),
            ),
            (Regime::Adr, Scope::NoLabel) => (
                "ADR 7.5.2.1",
                "no label required",
                format!("packages of {label} require no danger label, so the table of labels does not reach them"),
            ),
            (Regime::Adr, _) => {
                ("ADR 3.2 table A", "not subject to ADR", format!("{label} is not subject to ADR"))
            }
        };
        let note = self.finding(&[result.line], clause, rule, Verdict::Permitted, sentence);
        self.result.notes.push(note);
    }

    /// What a reader must know about how well the row itself is known.
    fn quality(&mut self, result: &mut LineResult, item: &Item<'a, impl Sized>) {
        let clause = self.table_clause();
        if item.rows.iter().any(|row| !row.is_reading_confirmed()) {
            result.verdict = result.verdict.max(Verdict::Conditional);
            let sentence = format!("two readings of the published table differ on {}", item.label);
            let mut finding =
                self.finding(&[result.line], clause, "uncertain reading", Verdict::Conditional, sentence);
            let action = "compare class, labels and packing group of the row with the published table";
            finding.condition = Some(self.condition("verify-row", &item.key, Cow::Borrowed(action)));
            self.result.conflicts.push(finding);
        }
        if item.rows.iter().any(|row| row.name_quality() == NameQuality::Ambiguous) {
            let sentence = format!(
                "the name that belongs to the row of {} is not certain; take it from the published table",
                item.label
            );
            let note = self.finding(&[result.line], clause, "uncertain name", Verdict::Permitted, sentence);
            self.result.notes.push(note);
        }
    }

    /// Judges every pair of lines.
    fn pairs<R: Rules>(&mut self, items: &[Item<'a, R::Profile>]) {
        let mut found = Vec::new();
        for (i, a) in items.iter().enumerate() {
            for (j, b) in items.iter().enumerate().skip(i + 1) {
                let alone = self.result.lines[i].verdict.max(self.result.lines[j].verdict);
                found.clear();
                let whichever = rules::<R>(a, b, &mut found);
                for rule in &found {
                    self.pair_finding(i, j, a, b, rule, whichever);
                }
                let together = found.iter().map(Rule::verdict).max().unwrap_or(Verdict::Permitted);
                self.result.pairs.push(Pair { a: i, b: j, verdict: together.max(alone) });
                self.advise(i, j, a, b);
            }
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
        for (line, need) in [i, j].into_iter().zip(rule.needs()) {
            let needs = &mut self.result.lines[line].needs;
            needs.extend(need.filter(|need| !needs.contains(need)));
        }
        let mut sentence = rule.sentence(&a.label, &b.label);
        let missing: Vec<String> = [a, b]
            .into_iter()
            .zip(rule.needs())
            .filter_map(|(item, need)| Some(format!("{} of {}", need?.words(), item.label)))
            .collect();
        if !missing.is_empty() {
            sentence.push_str(": ");
            sentence.push_str(&missing.join(" and "));
        }
        if whichever {
            sentence.push_str("; this holds whichever row is chosen");
        }
        let mut finding = self.finding(&[i, j], rule.clause(), rule.name(), rule.verdict(), sentence);
        if let Some(action) = rule.action() {
            // The same two goods give the same id in whichever order they were typed.
            let (first, second) = if a.key <= b.key { (&a.key, &b.key) } else { (&b.key, &a.key) };
            finding.condition = Some(self.condition(action.slug, &format!("{first}+{second}"), action.text));
        }
        self.result.conflicts.push(finding);
    }

    /// Cyanide and acid is good sense in every regime; where the law says it too, the law is quoted.
    fn advise<P>(&mut self, i: usize, j: usize, a: &Item<'a, P>, b: &Item<'a, P>) {
        let meets = |a: &Item<'_, P>, b: &Item<'_, P>| {
            a.rows.iter().any(|row| chemistry::cyanide(row) == Cyanide::Yes)
                && b.rows.iter().any(|row| chemistry::acid(row) == Acid::Yes)
        };
        if self.regime == Regime::Adr && (meets(a, b) || meets(b, a)) {
            let sentence = format!(
                "{} and {} are a cyanide and an acid: keep them well apart, together they give off hydrogen cyanide",
                a.label, b.label
            );
            self.result.advice.push(Advice { lines: vec![i, j], sentence });
        }
    }

    fn finish(mut self) -> CheckResult {
        let result = &mut self.result;
        let pairs = result.pairs.iter().map(|pair| pair.verdict);
        let findings = result.conflicts.iter().map(|finding| finding.verdict);
        let lines = result.lines.iter().map(|line| line.verdict);
        result.verdict = pairs.chain(findings).chain(lines).max().unwrap_or(Verdict::NotCleared);
        let confirmed = |finding: &Finding| {
            finding.condition.as_ref().is_some_and(|condition| condition.confirmed)
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
fn rules<R: Rules>(a: &Item<'_, R::Profile>, b: &Item<'_, R::Profile>, found: &mut Vec<R::Rule>) -> bool {
    if let ([a], [b]) = (a.profiles.as_slice(), b.profiles.as_slice()) {
        R::pair(a, b, found);
        return false;
    }
    let is_prohibited = |rule: &R::Rule| rule.verdict() == Verdict::Prohibited;
    let mut first: Option<Vec<R::Rule>> = None;
    for a in &a.profiles {
        for b in &b.profiles {
            let mut rules = Vec::new();
            R::pair(a, b, &mut rules);
            if !rules.iter().any(is_prohibited) {
                return false;
            }
            first.get_or_insert(rules);
        }
    }
    found.extend(first.into_iter().flatten().filter(is_prohibited));
    !found.is_empty()
}

/// `UN1203 Gasoline`: the number and the beginning of the name.
fn label(line: &Line, rows: &[&Row]) -> String {
    const LONGEST: usize = 44;
    let name = rows.iter().map(|row| row.name()).find(|name| !name.is_empty()).unwrap_or_default();
    let short = [" or ", " (", " includes ", ", with ", " with ", " see "]
        .iter()
        .filter_map(|end| name.find(end))
        .min()
        .map_or(name, |end| &name[..end]);
    let short = short.char_indices().nth(LONGEST).map_or(short, |(end, _)| &short[..end]);
    let short = short.trim_end_matches([' ', ',', '-']);
    match rows.iter().find_map(|row| row.number()) {
        Some(number) if short.is_empty() => number.to_string(),
        Some(number) => format!("{number} {short}"),
        None if short.is_empty() => line.goods.to_string(),
        None => short.to_owned(),
    }
}
