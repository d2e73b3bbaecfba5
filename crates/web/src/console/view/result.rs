//! The answer of the law as the pages show it: a verdict a regime, the matrix, the findings with their clauses.

use std::collections::HashSet;

use app::EditionWarning;
use dangerous_goods::consequence::{self, Consequences};
use dangerous_goods::dataset::{AnyRegime, DataSetResult};
use dangerous_goods::{Advice, Catalogue, CheckResult, Finding, Load, Regime, Verdict as Law};

use super::told::Told;
use super::{any_name, follows, lines_in_words, sentence, travel, verdict};
use crate::console::pages::{
    ConditionView, Effect, FindingView, MatrixCell, MatrixRow, RegimeView, ResultView, Verdict,
};

/// A matrix of more lines is no longer read at a glance.
const WIDEST_MATRIX: usize = 40;
/// Findings shown a regime, the gravest first.
const MOST_FINDINGS: usize = 400;
/// The rule of a note that the table of mixed loading is silent on goods.
const SILENT: &str = "not in the table";

/// What the results are about.
pub(in crate::console) struct About<'a> {
    /// Where the rows are.
    pub(in crate::console) catalogue: &'a Catalogue,
    /// The load that was checked; none where it is no longer known.
    pub(in crate::console) load: Option<&'a Load>,
    /// For each line its position on the page, from zero; its own where it is not named.
    pub(in crate::console) places: &'a [usize],
    /// What is to be said of the editions.
    pub(in crate::console) warnings: &'a [EditionWarning],
}

impl About<'_> {
    pub(super) fn place(&self, line: usize) -> usize {
        self.places.get(line).copied().unwrap_or(line)
    }

    pub(super) fn places(&self, lines: &[usize]) -> Vec<usize> {
        lines.iter().map(|line| self.place(*line)).collect()
    }
}

/// The page's answer.
pub(in crate::console) fn view(
    about: &About<'_>,
    results: &[CheckResult],
    data_sets: &[DataSetResult],
    confirmable: bool,
) -> ResultView {
    let told = Told::all(results, data_sets);
    let regimes: Vec<Regime> = results.iter().map(|result| result.regime).collect();
    let follows = about
        .load
        .map(|load| consequence::of(about.catalogue, &regimes, load))
        .unwrap_or_default();
    let others = data_sets.iter().map(|result| &result.load_hash);
    let load_hash = results
        .iter()
        .map(|result| &result.load_hash)
        .chain(others)
        .next();
    ResultView {
        regimes: told.iter().map(|told| regime(about, told, &follows)).collect(),
        difference: difference(about, &told),
        travel: about.load.and_then(|load| travel::view(load, &told)),
        override_note: super::overrides::beside(results, data_sets),
        load_hash: load_hash.map(|hash| hash.to_string()),
        confirmable,
        may_split: confirmable && told.iter().any(asks_for_places),
        ..ResultView::default()
    }
}

/// Whether two lines may not share a vehicle as they stand, so that other places could help.
fn asks_for_places(result: &Told<'_>) -> bool {
    let pairs = |finding: &&Finding| finding.lines.len() == 2;
    result.conflicts.iter().filter(pairs).any(|finding| {
        finding
            .condition
            .as_ref()
            .is_none_or(|condition| !condition.confirmed)
    })
}

/// There is no answer, for this reason; what was confirmed is carried along.
pub(in crate::console) fn hindered(why: impl Into<String>, confirmed: Vec<String>) -> ResultView {
    ResultView {
        hindrance: Some(why.into()),
        kept: confirmed,
        ..ResultView::default()
    }
}

fn regime(about: &About<'_>, result: &Told<'_>, follows: &Consequences) -> RegimeView {
    let mut findings = findings(about, result);
    let more = findings.len().saturating_sub(MOST_FINDINGS);
    let matrix = matrix(about, result, &findings);
    let warning = about
        .warnings
        .iter()
        .find(|warning| Some(warning.regime) == result.own());
    findings.truncate(MOST_FINDINGS);
    RegimeView {
        key: result.regime.code().to_owned(),
        name: any_name(result.regime).to_owned(),
        verdict: if result.checked {
            verdict(result.verdict)
        } else {
            Verdict::NotChecked
        },
        sentence: reason(result),
        open_conditions: conditions(result, false),
        warning: warning.map(|warning| sentence(&warning.sentence)),
        edition: result.edition.clone(),
        matrix,
        findings: findings.into_iter().map(|found| found.view).collect(),
        more,
        follows: result
            .own()
            .map(|regime| follows::view(about, regime, follows))
            .unwrap_or_default(),
    }
}

/// A finding with what the matrix asks of it.
struct Found<'a> {
    lines: Vec<usize>,
    also: &'a [[usize; 2]],
    verdict: Law,
    /// Whether every pair of its line bears the note too.
    silent: bool,
    text: String,
    view: FindingView,
}

/// Every finding, note and advice, the gravest first; ids follow from the lines, so that they hold as one types.
fn findings<'a>(about: &About<'_>, result: &Told<'a>) -> Vec<Found<'a>> {
    let mut ordered: Vec<&Finding> = result.conflicts.iter().collect();
    ordered.sort_by_key(|finding| std::cmp::Reverse(finding.verdict));
    ordered.extend(result.notes);
    let mut ids = HashSet::new();
    let mut asked = HashSet::new();
    let mut found: Vec<Found<'_>> = ordered
        .into_iter()
        .map(|one| of_finding(about, result, one, &mut ids, &mut asked))
        .collect();
    found.extend(
        result
            .advice
            .iter()
            .map(|one| of_advice(about, result, one, &mut ids)),
    );
    found
}

fn of_finding<'a>(
    about: &About<'_>,
    result: &Told<'_>,
    finding: &'a Finding,
    ids: &mut HashSet<String>,
    asked: &mut HashSet<&'a str>,
) -> Found<'a> {
    let condition = finding.condition.as_ref().map(|condition| ConditionView {
        id: condition.id.to_string(),
        text: sentence(&condition.action),
        confirmed: condition.confirmed,
        repeated: !asked.insert(condition.id.as_str()),
    });
    let clause = format!("{} · {}", finding.clause, finding.rule);
    Found {
        lines: finding.lines.to_vec(),
        also: &finding.also,
        verdict: finding.verdict,
        silent: finding.rule == SILENT,
        text: format!("{}, {}", finding.clause, finding.rule),
        view: FindingView {
            id: id(about, result.regime, &finding.lines, ids),
            effect: match finding.verdict {
                Law::Prohibited => Effect::Prohibits,
                Law::NotCleared => Effect::NotCleared,
                Law::Conditional => Effect::Condition,
                Law::Permitted => Effect::Information,
            },
            goods: finding
                .lines
                .iter()
                .map(|line| result.goods(about, *line))
                .collect(),
            sentence: sentence(&finding.sentence),
            also: also(about, &finding.also),
            clause,
            edition: finding.edition.to_string(),
            condition,
        },
    }
}

fn of_advice<'a>(
    about: &About<'_>,
    result: &Told<'_>,
    advice: &'a Advice,
    ids: &mut HashSet<String>,
) -> Found<'a> {
    Found {
        lines: advice.lines.to_vec(),
        also: &advice.also,
        verdict: Law::Permitted,
        silent: false,
        text: "advice, no clause".to_owned(),
        view: FindingView {
            id: id(about, result.regime, &advice.lines, ids),
            effect: Effect::Information,
            goods: advice
                .lines
                .iter()
                .map(|line| result.goods(about, *line))
                .collect(),
            sentence: sentence(&advice.sentence),
            also: also(about, &advice.also),
            clause: "Advice, not a rule".to_owned(),
            edition: "Changes no verdict".to_owned(),
            condition: None,
        },
    }
}

/// `The same holds for lines 2 and 4, 3 and 4.`
fn also(about: &About<'_>, pairs: &[[usize; 2]]) -> String {
    const MOST: usize = 12;
    if pairs.is_empty() {
        return String::new();
    }
    let mut named: Vec<String> = pairs
        .iter()
        .take(MOST)
        .map(|[a, b]| format!("{} and {}", about.place(*a) + 1, about.place(*b) + 1))
        .collect();
    if pairs.len() > MOST {
        named.push(format!("{} more pairs", pairs.len() - MOST));
    }
    format!("The same holds for lines {}.", named.join(", "))
}

fn id(about: &About<'_>, regime: AnyRegime, lines: &[usize], ids: &mut HashSet<String>) -> String {
    let mut base = regime.code().to_owned();
    for place in about.places(lines) {
        base.push_str(&format!("-{}", place + 1));
    }
    let free = (1..).map(|n| {
        if n == 1 {
            base.clone()
        } else {
            format!("{base}-{n}th")
        }
    });
    let id = free.into_iter().find(|id| !ids.contains(id)).unwrap_or(base);
    ids.insert(id.clone());
    id
}

fn matrix(about: &About<'_>, result: &Told<'_>, findings: &[Found<'_>]) -> Vec<MatrixRow> {
    let count = result.lines.len();
    // Of what was not checked there is nothing to see in a matrix.
    if !result.checked {
        return Vec::new();
    }
    if !(2..=WIDEST_MATRIX).contains(&count) {
        return Vec::new();
    }
    // The first is the gravest; a finding that is not shown explains nothing.
    let shown = &findings[..findings.len().min(MOST_FINDINGS)];
    let explains = |lines: &[usize], verdict: Law| {
        shown.iter().find(|found| {
            let is_about = found.lines == lines || found.also.iter().any(|pair| pair == lines);
            is_about && found.verdict == verdict
        })
    };
    let cell = |a: usize, b: usize| {
        let verdict = if a == b {
            result.lines.get(a).copied()
        } else {
            result
                .pairs
                .iter()
                .find(|pair| pair.a == a && pair.b == b)
                .map(|pair| pair.verdict)
        };
        // A pair the answer does not hold is never a tick.
        let verdict = verdict.unwrap_or(Law::NotCleared);
        let own: &[usize] = if a == b { &[a] } else { &[a, b] };
        let alone =
            |line| explains(&[line], verdict).filter(|found| verdict != Law::Permitted || found.silent);
        let found = explains(own, verdict).or_else(|| alone(a)).or_else(|| alone(b));
        MatrixCell {
            column: about.place(a) + 1,
            verdict: super::verdict(verdict),
            text: found.map_or_else(|| "no rule against it".to_owned(), |found| found.text.clone()),
            finding: found.map(|found| found.view.id.clone()),
        }
    };
    (0..count)
        .map(|row| {
            let goods = result.goods(about, row);
            MatrixRow {
                number: goods.line,
                goods: goods.goods,
                name: goods.name,
                cells: (0..=row).map(|column| cell(column, row)).collect(),
            }
        })
        .collect()
}

/// Distinct conditions that are, or are not, confirmed.
fn conditions(result: &Told<'_>, confirmed: bool) -> usize {
    let ids: HashSet<&str> = result
        .conflicts
        .iter()
        .filter_map(|finding| finding.condition.as_ref())
        .filter(|condition| condition.confirmed == confirmed)
        .map(|condition| condition.id.as_str())
        .collect();
    ids.len()
}

/// The verdict's reason in one sentence.
fn reason(result: &Told<'_>) -> String {
    let more = match result.decisive().count() {
        0 | 1 => String::new(),
        2 => " One more finding says the same of other goods.".to_owned(),
        many => format!(" {} more findings weigh as much.", many - 1),
    };
    let first = || {
        result
            .decisive()
            .next()
            .map(|finding| sentence(&finding.sentence))
            .unwrap_or_default()
    };
    match result.verdict {
        Law::Permitted => format!("No rule of {} stands against this load.", rules(result)),
        Law::Conditional => match (conditions(result, false), conditions(result, true)) {
            (0, _) => "Every condition has been confirmed by name: the load may travel.".to_owned(),
            (1, 0) => "The load may travel once one condition is met and confirmed.".to_owned(),
            (open, 0) => format!("The load may travel once {open} conditions are met and confirmed."),
            (open, done) => {
                format!("The load may travel once every condition is confirmed: {done} done, {open} to do.")
            }
        },
        Law::Prohibited | Law::NotCleared => format!("{}{more}", first()),
    }
}

fn rules<'a>(result: &'a Told<'_>) -> &'a str {
    match result.own() {
        Some(Regime::Us) => "49 CFR 177.848",
        Some(Regime::Adr) => "ADR 7.5.2",
        None => &result.edition,
    }
}

/// Why the regimes differ, from the findings that make each verdict.
fn difference(about: &About<'_>, told: &[Told<'_>]) -> Option<String> {
    let own: Vec<&Told<'_>> = told.iter().filter(|told| told.own().is_some()).collect();
    let [a, b] = own.as_slice() else { return None };
    if a.verdict == b.verdict {
        return None;
    }
    // The stricter one first: it is what the reader has to answer.
    let (strict, mild) = if a.verdict > b.verdict { (a, b) } else { (b, a) };
    Some(format!("{} {}", position(about, strict), position(about, mild)))
}

/// What a regime rests its verdict on.
fn position(about: &About<'_>, result: &Told<'_>) -> String {
    let name = any_name(result.regime);
    let mut found = result.decisive();
    let Some(first) = found.next().filter(|_| result.verdict != Law::Permitted) else {
        return match result.own() {
            Some(Regime::Us) => format!(
                "{name}: the table of 49 CFR 177.848(d) goes by hazard class and division, and sets nothing against these goods."
            ),
            Some(Regime::Adr) => format!(
                "{name}: the table of 7.5.2.1 goes by danger labels and keeps apart only what stands beside explosives (labels 1, 1.4 to 1.6, 4.1 + 1, 5.2 + 1); between these goods it sets nothing."
            ),
            None => format!("{name}: the data set sets nothing against these goods."),
        };
    };
    let lines = lines_in_words(&about.places(&first.lines));
    let does = match first.verdict {
        Law::Prohibited => "forbids",
        Law::NotCleared => "leaves open",
        Law::Conditional => "asks for a condition on",
        Law::Permitted => "notes",
    };
    let more = match found.count() {
        0 => String::new(),
        1 => ", and one more".to_owned(),
        many => format!(", and {many} more"),
    };
    format!("{name}: {} {does} {lines} ({}){more}.", first.clause, first.rule)
}
