//! One line alone: its rows, whether the rules reach it, how well its row is known.

use std::borrow::Cow;

use super::{Item, Judge};
use crate::catalogue::{NameQuality, Nature, Row};
use crate::check::resolve::{self, Unresolved};
use crate::check::rules::{Action, Rules, Scope};
use crate::check::{LineResult, Need, Verdict, advice};
use crate::consequence::limits;
use crate::identity::Regime;
use crate::load::Line;

impl<'a> Judge<'a> {
    /// Judges a line alone.
    pub(super) fn line<R: Rules>(&mut self, at: usize, line: &'a Line) -> Item<'a, R::Profile> {
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
        Item {
            key: Cow::Owned(label.clone()),
            label,
            rows: Vec::new(),
            profiles: Vec::new(),
            nature: Nature::default(),
            partners: Nature::default(),
        }
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
        let label = resolve::label(line, &rows);
        let key = match rows.as_slice() {
            [row] => Cow::Borrowed(row.id().as_str()),
            _ => Cow::Owned(line.goods.to_string()),
        };
        let nature = rows
            .iter()
            .fold(Nature::default(), |all, row| all.or(row.nature()));
        let item = Item {
            label,
            key,
            nature,
            partners: advice::partners(nature),
            rows,
            profiles,
        };
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
        if item
            .profiles
            .iter()
            .all(|profile| R::scope(profile) == Scope::Forbidden)
        {
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
        let finding = self.finding(
            &[result.line],
            clause,
            Need::Row.words(),
            Verdict::NotCleared,
            sentence,
        );
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
            Scope::Unclear(need) => self.unclear(result, item, need),
            Scope::Limited | Scope::Excepted | Scope::NoLabel | Scope::NotSubject => {
                self.outside(result, &item.label, scope);
            }
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
            let note = self.finding(
                &[result.line],
                "49 CFR 177.848(d)",
                "not in the table",
                Verdict::Permitted,
                sentence,
            );
            self.result.notes.push(note);
        }
        self.remarks::<R>(result, item, profile);
        self.quality(result, item);
    }

    /// What the law says of the goods whatever they travel with.
    fn remarks<R: Rules>(
        &mut self,
        result: &mut LineResult,
        item: &Item<'a, R::Profile>,
        profile: &R::Profile,
    ) {
        let mut remarks = Vec::new();
        R::remarks(&item.rows, profile, &self.journey, &mut remarks);
        for remark in remarks {
            result.verdict = result.verdict.max(remark.verdict);
            let sentence = [&item.label, " ", remark.says].concat();
            let mut finding = self.finding(
                &[result.line],
                remark.clause,
                remark.rule,
                remark.verdict,
                sentence,
            );
            if let Some(action) = remark.action {
                finding.condition = Some(self.condition(action, &[&item.key]));
            }
            self.tell(finding);
        }
    }

    fn unclear(&mut self, result: &mut LineResult, item: &Item<'a, impl Sized>, need: Need) {
        result.verdict = Verdict::NotCleared;
        result.needs.push(need);
        let (label, line) = (&item.label, &self.load.lines[result.line]);
        let is_over = item.rows.iter().any(|row| limits::is_over(row, line));
        let sentence = match need {
            Need::LimitedQuantity | Need::ExceptedQuantity if is_over => {
                let kind = if need == Need::LimitedQuantity {
                    "limited"
                } else {
                    "excepted"
                };
                format!("the packages stated hold more of {label} than {kind} quantities may")
            }
            Need::PhysicalState => {
                format!("the physical state stated for {label} contradicts the table")
            }
            Need::LimitedQuantity => {
                format!("the table does not provide for limited quantities of {label}")
            }
            Need::ExceptedQuantity => {
                format!("the table does not provide for excepted quantities of {label}")
            }
            Need::Zone => format!("the zone stated for {label} contradicts the table"),
            Need::Labels => format!(
                "the labels of {label} depend on what is in it; a person, by name, must state them, the first of them that of its class"
            ),
            need => format!("{} of {label} cannot be read from the table", need.words()),
        };
        let clause = self.table_clause();
        let finding = self.finding(
            &[result.line],
            clause,
            need.words(),
            Verdict::NotCleared,
            sentence,
        );
        self.result.conflicts.push(finding);
    }

    fn outside(&mut self, result: &LineResult, label: &str, scope: Scope) {
        let (clause, rule, sentence) = match (self.regime, scope) {
            (Regime::Us, Scope::Limited) => (
                "49 CFR 177.848(a)",
                "limited quantity",
                format!(
                    "{label} is a limited quantity without labels, which the rules of mixed loading do not reach"
                ),
            ),
            (Regime::Us, Scope::Excepted) => (
                "49 CFR 173.4a(a)",
                "excepted quantity",
                format!("{label} is an excepted quantity, which the rules of mixed loading do not reach"),
            ),
            (Regime::Adr, Scope::Excepted) => (
                "ADR 3.5.1",
                "excepted quantity",
                format!("{label} is an excepted quantity, which the rules of mixed loading do not reach"),
            ),
            (Regime::Us, _) => (
                "49 CFR 177.848(a)",
                "no label required",
                format!(
                    "packages of {label} require no label, so the rules of mixed loading do not reach them"
                ),
            ),
            (Regime::Adr, Scope::Limited) => (
                "ADR 7.5.2.4",
                "limited quantity",
                format!(
                    "{label} is a limited quantity; of the rules of mixed loading only the one on explosives applies"
                ),
            ),
            (Regime::Adr, Scope::NoLabel) => (
                "ADR 7.5.2.1",
                "no label required",
                format!(
                    "packages of {label} require no danger label, so the table of labels does not reach them"
                ),
            ),
            (Regime::Adr, _) => (
                "ADR 3.2 table A",
                "not subject to ADR",
                format!("{label} is not subject to ADR"),
            ),
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
            let mut finding = self.finding(
                &[result.line],
                clause,
                "uncertain reading",
                Verdict::Conditional,
                sentence,
            );
            let action = Action::new(
                "verify-row",
                "compare class, labels and packing group of the row with the published table",
            );
            finding.condition = Some(self.condition(action, &[&item.key]));
            self.result.conflicts.push(finding);
        }
        let elsewhere = |row: &&Row| row.symbols().any(|symbol| matches!(symbol, "A" | "W"));
        if item.rows.iter().any(elsewhere) {
            let sentence = format!(
                "{} is subject to the rules by air or by vessel only, unless it is a hazardous substance or waste; here it is judged as if it were subject",
                item.label
            );
            let note = self.finding(
                &[result.line],
                "49 CFR 172.101(b)",
                "symbol A or W",
                Verdict::Permitted,
                sentence,
            );
            self.result.notes.push(note);
        }
        if item
            .rows
            .iter()
            .any(|row| row.name_quality() == NameQuality::Ambiguous)
        {
            let sentence = format!(
                "the name that belongs to the row of {} is not certain; take it from the published table",
                item.label
            );
            let note = self.finding(
                &[result.line],
                clause,
                "uncertain name",
                Verdict::Permitted,
                sentence,
            );
            self.result.notes.push(note);
        }
    }
}
