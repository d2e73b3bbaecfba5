//! Asks the engine from outside, as a caller would. One file per part of the law.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod adr;
mod advice;
mod catalogue;
mod cells;
mod columns;
mod combination;
mod comparison;
mod consequences;
mod dataset;
mod emergency;
mod facts;
mod load;
mod overrides;
mod pairs;
mod papers;
mod places;
mod properties;
mod split;
mod us;

use dangerous_goods::{
    Catalogue, CheckResult, Confirmation, Finding, Line, LineSpec, Load, Need, Regime, Verdict, check,
};

/// A load of lines in the text form of the command line.
fn load(lines: &[&str]) -> Load {
    let line = |text: &&str| Line::from(text.parse::<LineSpec>().expect(text));
    Load::new(lines.iter().map(line).collect()).expect("the load is small")
}

fn judge(regime: Regime, lines: &[&str]) -> CheckResult {
    check(Catalogue::embedded(), regime, &load(lines))
}

fn us(lines: &[&str]) -> CheckResult {
    judge(Regime::Us, lines)
}

fn adr(lines: &[&str]) -> CheckResult {
    judge(Regime::Adr, lines)
}

/// Clause, rule and verdict of every finding.
fn findings(result: &CheckResult) -> Vec<(&str, &str, Verdict)> {
    result
        .conflicts
        .iter()
        .map(|f| (f.clause.as_ref(), f.rule.as_ref(), f.verdict))
        .collect()
}

fn by_clause<'a>(result: &'a CheckResult, clause: &str) -> Option<&'a Finding> {
    result.conflicts.iter().find(|finding| finding.clause == clause)
}

fn notes(result: &CheckResult) -> Vec<(&str, usize)> {
    result
        .notes
        .iter()
        .map(|note| (note.clause.as_ref(), note.lines[0]))
        .collect()
}

fn needs(result: &CheckResult, line: usize) -> &[Need] {
    &result.lines[line].needs
}

/// The same load with every condition of the answer confirmed.
fn confirm_all(load: &Load, result: &CheckResult) -> Load {
    let conditions = result
        .conflicts
        .iter()
        .filter_map(|finding| finding.condition.as_ref());
    let confirmed = conditions
        .map(|condition| Confirmation {
            condition: condition.id.to_string(),
            stated_by: "a. loader".to_owned(),
        })
        .collect();
    Load {
        confirmed,
        ..load.clone()
    }
}
