//! What a data set says of two goods: table, compatibility groups, segregation groups, codes of rows.

use super::answer::Missing;
use super::select::Profile;
use crate::check::Verdict;
use crate::dataset::model::{Against, Draft, Meaning, RowCode, SameClass};

/// One rule that stands against two goods or asks something of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rule {
    pub(super) clause: String,
    /// The cell or the code, such as `X at 3 × 5.1`.
    pub(super) name: String,
    pub(super) says: Says,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Says {
    /// A code of the data set.
    Code(usize),
    /// The two, of one class, must not be able to react dangerously.
    CannotReact,
    /// Something is missing from the first, from the second goods or from both.
    Missing(Missing, [bool; 2]),
}

impl Rule {
    pub(super) fn verdict(&self, draft: &Draft) -> Verdict {
        match self.says {
            Says::Code(code) => match draft.codes[code].meaning {
                Meaning::Permitted => Verdict::Permitted,
                Meaning::Conditional => Verdict::Conditional,
                Meaning::Prohibited => Verdict::Prohibited,
                // Resolved before a rule is made of it.
                Meaning::SeeRows | Meaning::SeeCompatibility => Verdict::NotCleared,
            },
            Says::CannotReact => Verdict::Conditional,
            Says::Missing(..) => Verdict::NotCleared,
        }
    }
}

/// Every rule between two goods, each once; rules that permit are left out.
pub(super) fn between(draft: &Draft, a: &Profile<'_>, b: &Profile<'_>) -> Vec<Rule> {
    let mut pair = PairOf {
        draft,
        a,
        b,
        found: Vec::new(),
        see_rows: None,
    };
    pair.table();
    pair.groups();
    pair.row_codes();
    pair.found
}

struct PairOf<'a> {
    draft: &'a Draft,
    a: &'a Profile<'a>,
    b: &'a Profile<'a>,
    found: Vec<Rule>,
    /// The first cell that leaves the answer to the rows.
    see_rows: Option<String>,
}

impl PairOf<'_> {
    fn add(&mut self, clause: &str, name: String, says: Says) {
        let rule = Rule {
            clause: clause.to_owned(),
            name,
            says,
        };
        let speaks = rule.verdict(self.draft) != Verdict::Permitted;
        if speaks && !self.found.contains(&rule) {
            self.found.push(rule);
        }
    }

    fn table(&mut self) {
        let draft = self.draft;
        let (a, b) = (self.a, self.b);
        let same_class = draft.head.same_class == SameClass::ByStatement
            && a.hazards
                .first()
                .is_some_and(|class| b.hazards.first() == Some(class));
        for (at_a, hazard_a) in hazards(draft, a).enumerate() {
            for (at_b, hazard_b) in hazards(draft, b).enumerate() {
                // The class comes first; behind the subsidiary hazards stand those the row counts as.
                let is_subsidiary = |at: usize, profile: &Profile<'_>| at > 0 && at < profile.hazards.len();
                let set_aside = same_class && (is_subsidiary(at_a, a) || is_subsidiary(at_b, b));
                self.cell((at_a, hazard_a), (at_b, hazard_b), set_aside);
            }
        }
    }

    fn cell(&mut self, (at_a, a): (usize, usize), (at_b, b): (usize, usize), set_aside: bool) {
        let draft = self.draft;
        let clause = draft.head.table_clause.as_str();
        let (hazard_a, hazard_b) = (&draft.hazards[a], &draft.hazards[b]);
        let Some(code) = draft.table.code(hazard_a.column, hazard_b.column) else {
            return;
        };
        let mut ends = [hazard_a.name.as_str(), hazard_b.name.as_str()];
        ends.sort_unstable();
        let name = format!("{} at {} × {}", draft.codes[code].name, ends[0], ends[1]);
        match draft.codes[code].meaning {
            Meaning::Permitted => {}
            _ if set_aside => {
                self.add(
                    clause,
                    "subsidiary hazards of one class".to_owned(),
                    Says::CannotReact,
                );
            }
            Meaning::Conditional | Meaning::Prohibited => self.add(clause, name, Says::Code(code)),
            Meaning::SeeRows => {
                self.see_rows.get_or_insert(name);
            }
            Meaning::SeeCompatibility => {
                // The compatibility group is that of the class.
                let group = |at: usize, profile: &Profile<'_>| profile.compatibility.filter(|_| at == 0);
                match (group(at_a, self.a), group(at_b, self.b)) {
                    (Some(a), Some(b)) => self.compatibility(a, b),
                    (a, b) => {
                        let missing = [a.is_none(), b.is_none()];
                        self.add(clause, name, Says::Missing(Missing::CompatibilityGroup, missing));
                    }
                }
            }
        }
    }

    fn compatibility(&mut self, a: usize, b: usize) {
        let table = &self.draft.compatibility;
        let Some(code) = table.code(a, b) else { return };
        let mut ends = [table.keys[a].as_str(), table.keys[b].as_str()];
        ends.sort_unstable();
        let code_name = &self.draft.codes[code].name;
        let name = format!("{code_name} at compatibility groups {} × {}", ends[0], ends[1]);
        self.add(&self.draft.head.table_clause, name, Says::Code(code));
    }

    fn groups(&mut self) {
        let draft = self.draft;
        let asked = !draft.group_rules.is_empty()
            || draft.row_codes.iter().any(|code| {
                let mut asks = code.asks.iter();
                asks.any(|ask| matches!(ask.against, Against::Group(..)))
            });
        let missing = [self.a.groups.is_none(), self.b.groups.is_none()];
        if asked && missing.contains(&true) {
            let name = "segregation groups not recorded".to_owned();
            self.add(
                &draft.head.table_clause,
                name,
                Says::Missing(Missing::Groups, missing),
            );
        }
        for rule in &draft.group_rules {
            let met =
                |a: &Profile<'_>, b: &Profile<'_>| is_member(a, rule.group) && is_member(b, rule.against);
            if met(self.a, self.b) || met(self.b, self.a) {
                let [group, against] = [rule.group, rule.against].map(|at| &draft.groups[at].name);
                let name = format!("{} between {group} and {against}", draft.codes[rule.code].name);
                self.add(&rule.clause, name, Says::Code(rule.code));
            }
        }
    }

    fn row_codes(&mut self) {
        let draft = self.draft;
        let asked = !draft.row_codes.is_empty() || self.see_rows.is_some();
        let missing = [self.a.codes.is_none(), self.b.codes.is_none()];
        if asked && missing.contains(&true) {
            let name = self.see_rows.take();
            let name = name.unwrap_or_else(|| "codes of the row not recorded".to_owned());
            self.add(
                &draft.head.table_clause,
                name,
                Says::Missing(Missing::RowCodes, missing),
            );
        }
        for (own, other) in [(self.a, self.b), (self.b, self.a)] {
            for code in own.codes.unwrap_or_default() {
                self.row_code(&draft.row_codes[*code], other);
            }
        }
    }

    fn row_code(&mut self, row_code: &RowCode, other: &Profile<'_>) {
        let draft = self.draft;
        for ask in &row_code.asks {
            let (code, whom, met) = match ask.against {
                Against::Hazard(hazard, code) => (
                    code,
                    draft.hazards[hazard].name.clone(),
                    hazards(draft, other).any(|own| own == hazard),
                ),
                Against::Group(group, code) => {
                    (code, draft.groups[group].name.clone(), is_member(other, group))
                }
                Against::Number(number, code) => (code, number.to_string(), other.number == Some(number)),
                Against::All(code) => (code, "all other goods".to_owned(), true),
                Against::AsHazard(_) => continue,
            };
            if met {
                let (row_code, code_name) = (&row_code.name, &draft.codes[code].name);
                self.add(
                    &ask.clause,
                    format!("{row_code}: {code_name} against {whom}"),
                    Says::Code(code),
                );
            }
        }
    }
}

/// Class, subsidiary hazards, then the hazards as which the codes of the row make it count.
fn hazards<'a>(draft: &'a Draft, profile: &Profile<'a>) -> impl Iterator<Item = usize> + 'a {
    let asks = profile
        .codes
        .unwrap_or_default()
        .iter()
        .flat_map(|code| &draft.row_codes[*code].asks);
    let counted = asks.filter_map(|ask| match ask.against {
        Against::AsHazard(hazard) => Some(hazard),
        _ => None,
    });
    profile.hazards.iter().copied().chain(counted)
}

fn is_member(profile: &Profile<'_>, group: usize) -> bool {
    profile.groups.is_some_and(|groups| groups.contains(&group))
}
