//! The rules of ADR in words: clause, cell, sentence, and what a person can do.

use std::borrow::Cow;
use std::fmt::{self, Write};

use super::tables::{GroupCell, Label, LabelCell, mixed_loading};
use crate::check::rules::{Action, Rule};
use crate::check::{Need, Verdict};

/// What one rule says of two goods.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::check) enum AdrRule {
    Labels {
        a: Label,
        b: Label,
    },
    BlastingWithNitrates,
    GroupUnknown {
        a: bool,
        b: bool,
    },
    Groups {
        cell: GroupCell,
        a: char,
        b: char,
    },
    /// Footnote a of 7.5.2.2, with the compartments where they are stated and differ.
    Separated {
        a: char,
        b: char,
        compartments: Option<[u8; 2]>,
    },
    /// Footnote a, and the plan puts the two in one compartment.
    InOneCompartment {
        a: char,
        b: char,
        compartment: u8,
    },
    LimitedWithExplosives,
    /// Explosives whose packages bear different other labels, which are not looked at.
    OtherLabels,
}

impl Rule for AdrRule {
    fn verdict(&self) -> Verdict {
        match self {
            Self::Labels { .. } | Self::LimitedWithExplosives => Verdict::Prohibited,
            Self::GroupUnknown { .. } => Verdict::NotCleared,
            Self::Groups {
                cell: GroupCell::Prohibited,
                ..
            } => Verdict::Prohibited,
            Self::BlastingWithNitrates
            | Self::Groups { .. }
            | Self::Separated { .. }
            | Self::InOneCompartment { .. } => Verdict::Conditional,
            Self::OtherLabels => Verdict::Permitted,
        }
    }

    fn needs(&self) -> [Option<Need>; 2] {
        match *self {
            Self::GroupUnknown { a, b } => [
                a.then_some(Need::Classification),
                b.then_some(Need::Classification),
            ],
            _ => [None, None],
        }
    }

    fn clause(&self) -> &'static str {
        match self {
            Self::Labels { .. } => "ADR 7.5.2.1",
            Self::BlastingWithNitrates => "ADR 7.5.2.1, footnote d",
            Self::GroupUnknown { .. }
            | Self::Groups { .. }
            | Self::Separated { .. }
            | Self::InOneCompartment { .. }
            | Self::OtherLabels => "ADR 7.5.2.2",
            Self::LimitedWithExplosives => "ADR 7.5.2.4",
        }
    }

    fn name(&self) -> Cow<'static, str> {
        match self {
            Self::Labels { a, b } => {
                let mark = match mixed_loading(*a, *b) {
                    LabelCell::A => "only footnote a",
                    LabelCell::B => "only footnote b",
                    LabelCell::AB => "only footnotes a, b, c",
                    LabelCell::D => "only footnote d",
                    LabelCell::N | LabelCell::X | LabelCell::Class1 => "blank",
                };
                [mark, " at ", a.name(), " × ", b.name()].concat().into()
            }
            Self::BlastingWithNitrates => "blasting explosives with nitrates".into(),
            Self::GroupUnknown { .. } => "compatibility group unknown".into(),
            Self::Groups { cell, a, b } => {
                let mark = match cell {
                    GroupCell::Prohibited => "blank",
                    GroupCell::Permitted => "X",
                    GroupCell::Separated => "a",
                    GroupCell::Proven => "b",
                    GroupCell::ProvenAsD => "b, c",
                    GroupCell::SameType => "d",
                };
                format!("{mark} at {a} × {b}").into()
            }
            Self::Separated { a, b, .. } | Self::InOneCompartment { a, b, .. } => {
                format!("a at {a} × {b}").into()
            }
            Self::LimitedWithExplosives => "limited quantities with explosives".into(),
            Self::OtherLabels => "other labels of explosives".into(),
        }
    }

    fn say(&self, a: &str, b: &str, out: &mut String) -> fmt::Result {
        // Much faster than `write!`, and a great load has thousands of these.
        let both = |out: &mut String, says: &str| {
            out.extend([a, " and ", b, says]);
            Ok(())
        };
        match self {
            Self::Labels {
                a: label_a,
                b: label_b,
            } => {
                out.extend([
                    a,
                    " and ",
                    b,
                    " may not be on one vehicle: packages with label ",
                    label_a.name(),
                    " and label ",
                    label_b.name(),
                    " are not loaded together",
                ]);
                Ok(())
            }
            Self::BlastingWithNitrates => both(
                out,
                " may travel together; the whole load then counts as blasting explosives of class 1",
            ),
            Self::GroupUnknown { .. } => both(
                out,
                " are explosive, and a compatibility group is not in the table",
            ),
            Self::Groups { cell, .. } => match cell {
                GroupCell::Proven => both(out, " may share a vehicle as 1.6N only if that is proven safe"),
                GroupCell::ProvenAsD => both(
                    out,
                    " may share a vehicle; articles of group N then count as group D",
                ),
                GroupCell::SameType => both(out, " are of group L, which travels only with the same type"),
                GroupCell::Prohibited | GroupCell::Permitted | GroupCell::Separated => {
                    write!(
                        out,
                        "the compatibility groups of {a} and {b} may not be on one vehicle"
                    )
                }
            },
            Self::Separated {
                compartments: None, ..
            } => both(
                out,
                " may share a vehicle only if a detonation could not pass from one to the other",
            ),
            Self::Separated {
                compartments: Some([x, y]),
                ..
            } => write!(
                out,
                "{a} in compartment {x} and {b} in compartment {y} may share a vehicle only if the competent authority has approved that separation"
            ),
            Self::InOneCompartment { compartment, .. } => write!(
                out,
                "{a} and {b} are planned in one compartment, {compartment}, and may share it only if a special containment system keeps a detonation from passing from one to the other"
            ),
            Self::OtherLabels => both(
                out,
                " are explosives, so that their compatibility groups decide, whatever other danger labels their packages bear",
            ),
            Self::LimitedWithExplosives => both(
                out,
                " may not be on one vehicle: limited quantities travel only with explosives of division 1.4, UN0161 and UN0499",
            ),
        }
    }

    fn action(&self) -> Option<Action> {
        let action = |slug, text| Some(Action::new(slug, text));
        match self {
            Self::BlastingWithNitrates => action(
                "count-as-class-1",
                "treat the whole load as blasting explosives of class 1: placards, segregation, stowage and the largest permitted load",
            ),
            Self::Separated {
                compartments: None, ..
            } => action(
                "approved-separation",
                "keep the two in separate compartments or a containment system that the competent authority has approved",
            ),
            Self::Separated {
                compartments: Some([x, y]),
                ..
            } => {
                let (first, second) = (x.min(y), x.max(y));
                Some(Action {
                    slug: "approved-separation",
                    at: vec![*first, *second],
                    text: format!(
                        "establish that the competent authority has approved the separation by compartments {first} and {second}"
                    )
                    .into(),
                })
            }
            Self::InOneCompartment { compartment, .. } => Some(Action {
                slug: "approved-containment",
                at: vec![*compartment],
                text: format!(
                    "move one of the two out of compartment {compartment}, or put one of them into a special containment system that the competent authority has approved"
                )
                .into(),
            }),
            Self::Groups {
                cell: GroupCell::Proven,
                ..
            } => action(
                "proven-1.6n",
                "prove by test or analogy that the articles of 1.6N add no risk of sympathetic detonation",
            ),
            Self::Groups {
                cell: GroupCell::ProvenAsD,
                ..
            } => action(
                "count-as-d",
                "treat the articles of group N as group D, and different articles of 1.6N as proven safe together",
            ),
            Self::Groups {
                cell: GroupCell::SameType,
                ..
            } => action("same-type", "establish that the two are the same type of article"),
            _ => None,
        }
    }
}
