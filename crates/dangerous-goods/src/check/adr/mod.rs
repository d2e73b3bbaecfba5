//! ADR 7.5.2: what may share a vehicle on European roads.
//!
//! `tables` holds the two tables, `rule` what each rule says in words, `remarks` what is said of goods
//! alone, `packages` what is counted over a vehicle (3.5.5), this module which rules apply.

mod packages;
mod remarks;
mod rule;
mod tables;

use self::rule::AdrRule;
use self::tables::{GroupCell, Label, LabelCell, compatibility, mixed_loading};
use super::rules::{Journey, OfVehicle, Remark, Rule, Rules, Scope, Within};
use super::{Need, Verdict, stated};
use crate::catalogue::{Admission, Catalogue, Row};
use crate::consequence::limits;
use crate::identity::UnNumber;
use crate::load::{Line, Load};

/// The rules of ADR.
pub(super) struct Adr;

/// The most labels packages bear: those of a row, or stated ones.
const LABELS: usize = 6;
type Labels = [Option<Label>; LABELS];

/// What the rules ask about goods; two rows with equal profiles need no choice.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Profile {
    scope: Scope,
    number: Option<UnNumber>,
    division: &'static str,
    group: Option<char>,
    labels: Labels,
    /// Not counted beside other goods, class 1 excepted: in a closed container of its own, a tank or bulk.
    enclosed: bool,
    /// Rows whose reading is in doubt are not taken for rows that agree.
    reading_confirmed: bool,
}

/// Life-saving appliances of class 9 (footnote b).
const LIFE_SAVING: [u16; 3] = [2990, 3072, 3268];
/// Blasting explosives but for UN 0083 (footnote d).
const BLASTING: [u16; 6] = [81, 82, 84, 241, 331, 332];
/// The nitrates that blasting explosives may travel with (footnote d).
const NITRATES: [u16; 13] = [
    1942, 2067, 3375, 1451, 2722, 1486, 1477, 1498, 1446, 2464, 1454, 1474, 1507,
];
/// Explosives that may travel with limited quantities whatever their division (7.5.2.4).
const WITH_LIMITED: [u16; 2] = [161, 499];

impl Rules for Adr {
    type Profile = Profile;
    type Rule = AdrRule;

    fn profile(row: &Row, line: &Line) -> Profile {
        let (labels, is_known) = labels(row, line);
        let (division, group) = stated::division(row, line);
        Profile {
            scope: scope(row, line, is_known),
            number: row.number(),
            division,
            group,
            labels,
            enclosed: line.closed_container || !line.containment.is_packages(),
            reading_confirmed: row.is_reading_confirmed(),
        }
    }

    fn scope(profile: &Profile) -> Scope {
        profile.scope
    }

    fn pair(a: &Profile, b: &Profile, within: Within, out: &mut Vec<AdrRule>) {
        let judged = |scope: Scope| scope.is_judged() || scope == Scope::Limited;
        if !judged(a.scope) || !judged(b.scope) {
            return;
        }
        if a.scope == Scope::Limited || b.scope == Scope::Limited {
            // 7.5.2.4: for limited quantities nothing else of 7.5.2 applies.
            let barred = |a: &Profile, b: &Profile| a.scope == Scope::Limited && b.is_barred_from_limited();
            if barred(a, b) || barred(b, a) {
                out.push(AdrRule::LimitedWithExplosives);
            }
            return;
        }
        if a.is_class_1() && b.is_class_1() {
            groups(a, b, within, out);
            other_labels(a, b, out);
            return;
        }
        if (a.enclosed || b.enclosed) && !a.is_explosive() && !b.is_explosive() {
            // 7.5.2.3; and 7.5.2.1 is about packages.
            return;
        }
        if blasting_with_nitrates(a, b) {
            out.push(AdrRule::BlastingWithNitrates);
            return;
        }
        for a_label in a.labels() {
            for b_label in b.labels() {
                let cell = mixed_loading(a_label, b_label);
                if !allows(cell, a, b) {
                    out.push(AdrRule::Labels {
                        a: a_label,
                        b: b_label,
                    });
                    return;
                }
            }
        }
    }

    fn coupled(_: &Profile, _: &Profile, _: &mut Vec<AdrRule>) {}

    fn remarks(rows: &[&Row], profile: &Profile, journey: &Journey, out: &mut Vec<Remark>) {
        remarks::on(rows, profile, journey, out);
    }

    fn on_vehicles(catalogue: &Catalogue, load: &Load, out: &mut Vec<OfVehicle>) {
        packages::on_vehicles(catalogue, load, out);
    }

    fn outside_the_table(_: &Row, _: &Profile) -> Option<String> {
        None
    }
}

fn scope(row: &Row, line: &Line, labels_known: bool) -> Scope {
    match row.admission() {
        Admission::Forbidden => return Scope::Forbidden,
        Admission::NotSubject => return Scope::NotSubject,
        Admission::Admitted => {}
    }
    let (division, group) = stated::division(row, line);
    if division.is_empty() || (division.starts_with("1.") && group.is_none()) {
        return Scope::Unclear(Need::Classification);
    }
    if row.requires_no_label() {
        return Scope::NoLabel;
    }
    if !labels_known {
        return Scope::Unclear(Need::Labels);
    }
    if line.limited_quantity {
        return if provides_for_limited_quantities(row) && !limits::is_over(row, line) {
            Scope::Limited
        } else {
            Scope::Unclear(Need::LimitedQuantity)
        };
    }
    if line.excepted_quantity {
        return match row.excepted_quantity() {
            "E1" | "E2" | "E3" | "E4" | "E5" if !limits::is_over(row, line) => Scope::Excepted,
            _ => Scope::Unclear(Need::ExceptedQuantity),
        };
    }
    Scope::Inside
}

/// Column 7a gives a limit that begins with a digit above zero; a reference to a special provision
/// leaves it open.
pub(super) fn provides_for_limited_quantities(row: &Row) -> bool {
    row.limited_quantity()
        .starts_with(|first: char| ('1'..='9').contains(&first))
}

/// The labels as columns of the table, and whether all of them are known.
fn labels(row: &Row, line: &Line) -> (Labels, bool) {
    if row.division().is_empty() {
        let (division, _) = stated::division(row, line);
        return columns([explosive_label(division)].into_iter());
    }
    if row.are_labels_known() || row.requires_no_label() {
        return columns(row.labels());
    }
    match stated::labels(row, line) {
        Some(labels) => columns(labels.iter().map(String::as_str)),
        None => ([None; LABELS], false),
    }
}

/// The label of a division: 1.1, 1.2 and 1.3 share one.
fn explosive_label(division: &'static str) -> &'static str {
    match division {
        "1.1" | "1.2" | "1.3" => "1",
        other => other,
    }
}

fn columns<'a>(labels: impl Iterator<Item = &'a str> + Clone) -> (Labels, bool) {
    let mut columns = [None; LABELS];
    let mut is_known = false;
    let explosive = labels.clone().skip(1).any(|label| label == "1");
    let printed = labels.filter(|&label| !(explosive && label == "1"));
    for (slot, printed) in columns.iter_mut().zip(printed) {
        *slot = match printed {
            "1" => Some(Label::L1),
            "1.4" => Some(Label::L14),
            "1.5" => Some(Label::L15),
            "1.6" => Some(Label::L16),
            "2.1" | "2.2" | "2.3" => Some(Label::L2),
            "3" => Some(Label::L3),
            "4.1" if explosive => Some(Label::L41And1),
            "4.1" => Some(Label::L41),
            "4.2" => Some(Label::L42),
            "4.3" => Some(Label::L43),
            "5.1" => Some(Label::L51),
            "5.2" if explosive => Some(Label::L52And1),
            "5.2" => Some(Label::L52),
            "6.1" => Some(Label::L61),
            "6.2" => Some(Label::L62),
            "7" | "7A" | "7B" | "7C" | "7E" => Some(Label::L7),
            "8" => Some(Label::L8),
            "9" | "9A" => Some(Label::L9),
            _ => return ([None; LABELS], false),
        };
        is_known = true;
    }
    (columns, is_known)
}

impl Profile {
    fn labels(&self) -> impl Iterator<Item = Label> {
        self.labels.into_iter().flatten()
    }

    fn is_class_1(&self) -> bool {
        self.group.is_some()
    }

    /// The labels of other hazards than that of explosives.
    fn other_labels(&self) -> impl Iterator<Item = Label> {
        let explosive = [Label::L1, Label::L14, Label::L15, Label::L16];
        self.labels().filter(move |label| !explosive.contains(label))
    }

    /// Whether the packages bear an explosive label of any kind.
    fn is_explosive(&self) -> bool {
        let explosive = [
            Label::L1,
            Label::L14,
            Label::L15,
            Label::L16,
            Label::L41And1,
            Label::L52And1,
        ];
        self.labels().any(|label| explosive.contains(&label))
    }

    fn is_one_of(&self, numbers: &[u16]) -> bool {
        self.number
            .is_some_and(|number| number.is_un() && numbers.contains(&number.digits()))
    }

    fn is_barred_from_limited(&self) -> bool {
        self.is_class_1() && self.division != "1.4" && !self.is_one_of(&WITH_LIMITED)
    }
}

/// Footnote d names the goods, so it speaks for all their labels: two of the nitrates bear 6.1 as well.
fn blasting_with_nitrates(a: &Profile, b: &Profile) -> bool {
    let test = |a: &Profile, b: &Profile| {
        let cell = |a| b.labels().any(|b| mixed_loading(a, b) == LabelCell::D);
        a.is_one_of(&BLASTING) && b.is_one_of(&NITRATES) && a.labels().any(cell)
    };
    test(a, b) || test(b, a)
}

/// Whether a cell of 7.5.2.1 allows these two goods; footnotes speak of numbers and groups.
fn allows(cell: LabelCell, a: &Profile, b: &Profile) -> bool {
    let either = |test: &dyn Fn(&Profile, &Profile) -> bool| test(a, b) || test(b, a);
    let only_14s = || either(&|a, _| a.division == "1.4" && a.group == Some('S'));
    let life_saving = || either(&|a, b| a.is_class_1() && b.is_one_of(&LIFE_SAVING));
    let air_bags = || either(&|a, b| a.is_one_of(&[503]) && b.is_one_of(&[3268]));
    match cell {
        LabelCell::X => true,
        // Packages of class 1 among themselves do not come here, nor does what footnote d allows.
        LabelCell::N | LabelCell::Class1 | LabelCell::D => false,
        LabelCell::A => only_14s(),
        LabelCell::B => life_saving(),
        LabelCell::AB => only_14s() || life_saving() || air_bags(),
    }
}

/// Among packages of class 1 the groups decide, whatever other labels they bear (7.5.2.1, note 2): UN 0018 is toxic and
/// corrosive, and beside UN 0081 that counts for nothing. A loader sees the labels and no permission in the table for
/// them, so where they differ the answer says why it does not look at them; not where the groups prohibit it anyway.
fn other_labels(a: &Profile, b: &Profile, out: &mut Vec<AdrRule>) {
    let lacks = |a: &Profile, b: &Profile| a.other_labels().any(|label| !b.labels.contains(&Some(label)));
    let is_prohibited = |rule: &AdrRule| rule.verdict() == Verdict::Prohibited;
    if (lacks(a, b) || lacks(b, a)) && !out.iter().any(is_prohibited) {
        out.push(AdrRule::OtherLabels);
    }
}

/// 7.5.2.2: explosives among themselves.
fn groups(a: &Profile, b: &Profile, within: Within, out: &mut Vec<AdrRule>) {
    let (Some(group_a), Some(group_b)) = (a.group, b.group) else {
        return;
    };
    match compatibility(group_a, group_b) {
        None => out.push(AdrRule::GroupUnknown { a: true, b: true }),
        Some(GroupCell::Permitted) => {}
        // The same articles of 1.6N need no proof.
        Some(GroupCell::Proven) if a.number == b.number && a.number.is_some_and(|number| number.is(486)) => {}
        Some(GroupCell::SameType) if a.number != b.number => {
            out.push(AdrRule::Groups {
                cell: GroupCell::Prohibited,
                a: group_a,
                b: group_b,
            });
        }
        Some(GroupCell::Separated) => out.push(match within.shared {
            Some(compartment) => AdrRule::InOneCompartment {
                a: group_a,
                b: group_b,
                compartment,
            },
            None => AdrRule::Separated {
                a: group_a,
                b: group_b,
                compartments: within.compartments,
            },
        }),
        Some(cell) => out.push(AdrRule::Groups {
            cell,
            a: group_a,
            b: group_b,
        }),
    }
}
