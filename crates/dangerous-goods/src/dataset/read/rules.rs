//! Segregation groups, what stands between them, and what the codes of rows ask.

use super::{Names, Reader};
use crate::dataset::model::{Against, Ask, Code, GroupRule, Hazard, Named, RowCode};
use crate::dataset::sheet::Record;
use crate::identity::clip;

const KINDS: &str = "`hazard`, `group`, `number`, `all`, `as_hazard`";

impl Reader<'_> {
    /// A section of short names and their words.
    pub(super) fn named(&mut self, section: &str, columns: [&str; 2]) -> Vec<Named> {
        let mut list: Vec<Named> = Vec::new();
        for record in self.section(section, &columns) {
            let name = self.name(record, 0, columns[0]);
            if list.iter().any(|known| known.name == name) {
                self.faults.add(
                    record.line,
                    format!("{} `{}` is given twice", columns[0], clip(&name)),
                );
            }
            let words = self.words(record, 1, columns[1]);
            list.push(Named { name, words });
        }
        list
    }

    /// A code that decides.
    fn direct_code(&mut self, record: &Record, column: usize, codes: &Names<Code>) -> Option<usize> {
        let code = self.refer(record, column, codes, "code")?;
        if !codes.list[code].is_direct() {
            let name = &codes.list[code].name;
            self.faults.add(
                record.line,
                format!("code `{name}` refers elsewhere, expected one that decides"),
            );
        }
        Some(code)
    }

    pub(super) fn group_rules(&mut self, groups: &Names<Named>, codes: &Names<Code>) -> Vec<GroupRule> {
        let mut rules: Vec<GroupRule> = Vec::new();
        for record in self.section("group_rules", &["group", "against", "code", "clause"]) {
            let group = self.refer(record, 0, groups, "group");
            let against = self.refer(record, 1, groups, "group");
            let code = self.direct_code(record, 2, codes);
            let clause = self.words(record, 3, "clause");
            let (Some(group), Some(against), Some(code)) = (group, against, code) else {
                continue;
            };
            let ends = (group.min(against), group.max(against));
            if rules
                .iter()
                .any(|rule| (rule.group.min(rule.against), rule.group.max(rule.against)) == ends)
            {
                let (a, b) = (record.field(0), record.field(1));
                self.faults.add(
                    record.line,
                    format!("the rule for `{a}` against `{b}` is given twice"),
                );
            }
            rules.push(GroupRule {
                group,
                against,
                code,
                clause,
            });
        }
        rules
    }

    pub(super) fn row_codes(
        &mut self,
        hazards: &Names<Hazard>,
        groups: &Names<Named>,
        codes: &Names<Code>,
    ) -> Vec<RowCode> {
        let mut list: Vec<RowCode> = Vec::new();
        for record in self.section("row_codes", &["row_code", "against", "which", "code", "clause"]) {
            let name = self.name(record, 0, "row code");
            let known = list.iter().position(|code| code.name == name);
            let at = known.unwrap_or_else(|| {
                list.push(RowCode {
                    name,
                    asks: Vec::new(),
                });
                list.len() - 1
            });
            let against = self.against(record, hazards, groups, codes);
            let clause = self.words(record, 4, "clause");
            let Some(against) = against else { continue };
            if list[at].asks.iter().any(|ask| ask.against.is_about(&against)) {
                let name = clip(record.field(0));
                self.faults
                    .add(record.line, format!("row code `{name}` asks this twice"));
            }
            list[at].asks.push(Ask { against, clause });
        }
        list
    }

    fn against(
        &mut self,
        record: &Record,
        hazards: &Names<Hazard>,
        groups: &Names<Named>,
        codes: &Names<Code>,
    ) -> Option<Against> {
        let kind = record.field(1);
        if kind == "as_hazard" {
            let code = record.field(3);
            if !matches!(code, "" | "-") {
                let code = clip(code);
                self.faults.add(
                    record.line,
                    format!("`as_hazard` with code `{code}`, expected `-`"),
                );
            }
            return self.refer(record, 2, hazards, "hazard").map(Against::AsHazard);
        }
        let code = self.direct_code(record, 3, codes);
        let against = match kind {
            "hazard" => self
                .refer(record, 2, hazards, "hazard")
                .map(|hazard| Against::Hazard(hazard, code.unwrap_or_default())),
            "group" => self
                .refer(record, 2, groups, "group")
                .map(|group| Against::Group(group, code.unwrap_or_default())),
            "number" => self
                .faults
                .keep(record.line, record.field(2).parse())
                .map(|number| Against::Number(number, code.unwrap_or_default())),
            "all" if matches!(record.field(2), "" | "-") => Some(Against::All(code.unwrap_or_default())),
            "all" => {
                self.faults.add(
                    record.line,
                    format!("`all` with `{}`, expected `-`", clip(record.field(2))),
                );
                None
            }
            kind => {
                self.faults.add(
                    record.line,
                    format!(
                        "`{}` is nothing a row code is against, expected one of {KINDS}",
                        clip(kind)
                    ),
                );
                None
            }
        };
        code.and(against)
    }
}

impl Against {
    /// Whether both are about the same goods, whatever they ask.
    fn is_about(&self, other: &Self) -> bool {
        match (*self, *other) {
            (Self::Hazard(a, _), Self::Hazard(b, _))
            | (Self::Group(a, _), Self::Group(b, _))
            | (Self::AsHazard(a), Self::AsHazard(b)) => a == b,
            (Self::Number(a, _), Self::Number(b, _)) => a == b,
            (Self::All(_), Self::All(_)) => true,
            _ => false,
        }
    }
}
