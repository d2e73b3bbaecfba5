//! Facts beyond the goods and their amount: most lines have none, so the page keeps them folded away.
//!
//! A new fact is one entry of [`OF_A_LINE`] or [`OF_THE_LOAD`]; page, reading and writing follow from it.

use dangerous_goods::{Containment, Line, Load, Quantity, RadioactiveCategory, Travel, Unit, Zone};

use crate::console::pages::{FactField, SelectOption};

/// One fact as a field of the form.
pub(in crate::console) struct Fact<T> {
    /// The field's name.
    pub(super) name: &'static str,
    label: &'static str,
    /// What is typed, such as `kg`; or the values to choose from.
    kind: Kind,
    /// The fact as the field holds it; empty where nothing is said.
    read: fn(&T) -> String,
    /// Puts what was typed, which is not empty, where it belongs.
    write: fn(&mut T, &str) -> Result<(), String>,
}

enum Kind {
    Typed(&'static str),
    Chosen(&'static [(&'static str, &'static str)]),
}

const YES: &[(&str, &str)] = &[("yes", "Yes")];
const YES_OR_NO: &[(&str, &str)] = &[("no", "No"), ("yes", "Yes")];

/// The facts of a line.
pub(in crate::console) const OF_A_LINE: [Fact<Line>; 14] = [
    Fact {
        name: "containment",
        label: "Carried in",
        kind: Kind::Chosen(&[
            ("tank", "tank"),
            ("portable_tank", "portable tank"),
            ("bulk", "bulk"),
        ]),
        read: |line| match line.containment {
            Containment::Packages => String::new(),
            other => other.code().to_owned(),
        },
        write: |line, text| {
            line.containment = match text {
                "tank" => Containment::Tank,
                "portable_tank" => Containment::PortableTank,
                "bulk" => Containment::Bulk,
                _ => return Err("expected `tank`, `portable_tank` or `bulk`".to_owned()),
            };
            Ok(())
        },
    },
    Fact {
        name: "gross_mass",
        label: "Gross mass, all packages",
        kind: Kind::Typed("kg"),
        read: |line| line.gross_mass.map(Quantity::value).unwrap_or_default(),
        write: |line, text| {
            let mass = Quantity::parse(text, Unit::Kilogram).map_err(|error| error.to_string())?;
            line.gross_mass = Some(mass);
            Ok(())
        },
    },
    Fact {
        name: "inner_quantity",
        label: "In one inner packaging",
        kind: Kind::Typed("such as 0.5 L"),
        read: |line| {
            line.inner_quantity
                .map(|amount| amount.to_string())
                .unwrap_or_default()
        },
        write: |line, text| {
            line.inner_quantity = Some(text.parse::<Quantity>().map_err(|error| error.to_string())?);
            Ok(())
        },
    },
    Fact {
        name: "excepted_quantity",
        label: "Excepted quantity",
        kind: Kind::Chosen(YES),
        read: |line| yes(line.excepted_quantity),
        write: |line, text| flag(&mut line.excepted_quantity, text),
    },
    Fact {
        name: "empty_uncleaned",
        label: "Empty, not cleaned",
        kind: Kind::Chosen(YES),
        read: |line| yes(line.empty_uncleaned),
        write: |line, text| flag(&mut line.empty_uncleaned, text),
    },
    Fact {
        name: "environmentally_hazardous",
        label: "Environmentally hazardous",
        kind: Kind::Chosen(YES),
        read: |line| yes(line.environmentally_hazardous),
        write: |line, text| flag(&mut line.environmentally_hazardous, text),
    },
    Fact {
        name: "reportable_quantity",
        label: "Reportable quantity (US)",
        kind: Kind::Chosen(YES),
        read: |line| yes(line.reportable_quantity),
        write: |line, text| flag(&mut line.reportable_quantity, text),
    },
    Fact {
        name: "vehicle",
        label: "Vehicle",
        kind: Kind::Typed("number"),
        read: |line| number(line.vehicle),
        write: |line, text| place(&mut line.vehicle, text),
    },
    Fact {
        name: "compartment",
        label: "Compartment",
        kind: Kind::Typed("from the front"),
        read: |line| number(line.compartment),
        write: |line, text| place(&mut line.compartment, text),
    },
    Fact {
        name: "bay",
        label: "Bay",
        kind: Kind::Typed("from the front"),
        read: |line| number(line.bay),
        write: |line, text| place(&mut line.bay, text),
    },
    Fact {
        name: "closed_container",
        label: "Closed container of its own",
        kind: Kind::Chosen(YES),
        read: |line| yes(line.closed_container),
        write: |line, text| flag(&mut line.closed_container, text),
    },
    Fact {
        name: "zone",
        label: "Inhalation zone, stated by you",
        kind: Kind::Chosen(&[("A", "A"), ("B", "B"), ("C", "C"), ("D", "D")]),
        read: |line| line.zone.map(|zone| zone.to_string()).unwrap_or_default(),
        write: |line, text| {
            let zone: Zone = text
                .parse()
                .map_err(|()| "expected `A`, `B`, `C` or `D`".to_owned())?;
            line.zone = Some(zone);
            Ok(())
        },
    },
    Fact {
        name: "labels",
        label: "Labels, stated by you",
        kind: Kind::Typed("such as 2.1 8"),
        read: |line| line.labels.join(" "),
        write: |line, text| {
            line.labels = text
                .split([' ', ','])
                .filter(|code| !code.is_empty())
                .map(str::to_owned)
                .collect();
            Ok(())
        },
    },
    Fact {
        name: "radioactive_category",
        label: "Class 7 category",
        kind: Kind::Chosen(&[("I", "I-White"), ("II", "II-Yellow"), ("III", "III-Yellow")]),
        read: |line| {
            let code = |category| match category {
                RadioactiveCategory::White1 => "I",
                RadioactiveCategory::Yellow2 => "II",
                RadioactiveCategory::Yellow3 => "III",
            };
            line.radioactive_category.map(code).unwrap_or_default().to_owned()
        },
        write: |line, text| {
            line.radioactive_category = Some(match text {
                "I" => RadioactiveCategory::White1,
                "II" => RadioactiveCategory::Yellow2,
                "III" => RadioactiveCategory::Yellow3,
                _ => return Err("expected `I`, `II` or `III`".to_owned()),
            });
            Ok(())
        },
    },
];

/// The facts of a load as a whole.
pub(in crate::console) const OF_THE_LOAD: [Fact<Load>; 3] = [
    Fact {
        name: "food_on_board",
        label: "Food or feed on board",
        kind: Kind::Chosen(YES_OR_NO),
        read: |load| load.food_on_board.map(yes_or_no).unwrap_or_default(),
        write: |load, text| {
            load.food_on_board = Some(said(text)?);
            Ok(())
        },
    },
    Fact {
        name: "over_12_tonnes",
        label: "Unit over 12 tonnes",
        kind: Kind::Chosen(YES_OR_NO),
        read: |load| load.over_12_tonnes.map(yes_or_no).unwrap_or_default(),
        write: |load, text| {
            load.over_12_tonnes = Some(said(text)?);
            Ok(())
        },
    },
    Fact {
        name: "travel",
        label: "Several vehicles travel",
        kind: Kind::Chosen(&[("coupled", "coupled, as one"), ("apart", "apart, each alone")]),
        read: |load| match load.travel {
            Travel::Coupled => String::new(),
            Travel::Apart => "apart".to_owned(),
        },
        write: |load, text| {
            load.travel = match text {
                "coupled" => Travel::Coupled,
                "apart" => Travel::Apart,
                _ => return Err("expected `coupled` or `apart`".to_owned()),
            };
            Ok(())
        },
    },
];

/// What was typed into the fields of facts, in the order of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::console) struct Said<const N: usize>(pub(in crate::console) [String; N]);

impl<const N: usize> Default for Said<N> {
    fn default() -> Self {
        Self(std::array::from_fn(|_| String::new()))
    }
}

impl<const N: usize> Said<N> {
    /// What a stored line or load says.
    pub(super) fn of<T>(facts: &[Fact<T>; N], from: &T) -> Self {
        Self(std::array::from_fn(|at| (facts[at].read)(from)))
    }

    /// Whether nothing was typed.
    pub(super) fn is_blank(&self) -> bool {
        self.0.iter().all(|text| text.trim().is_empty())
    }

    /// Puts every fact where it belongs; what cannot be read is told with the name of its field.
    pub(super) fn apply<T>(&self, facts: &[Fact<T>; N], to: &mut T, mut refuse: impl FnMut(&str, String)) {
        for (fact, text) in facts.iter().zip(&self.0) {
            let text = text.trim();
            if text.is_empty() {
                continue;
            }
            if let Err(why) = (fact.write)(to, text) {
                refuse(fact.name, why);
            }
        }
    }

    /// The fields of the page.
    pub(in crate::console) fn fields<T>(&self, facts: &[Fact<T>; N]) -> Vec<FactField> {
        let field = |(fact, value): (&Fact<T>, &String)| FactField {
            name: fact.name.to_owned(),
            label: fact.label.to_owned(),
            value: value.clone(),
            hint: match fact.kind {
                Kind::Typed(hint) => hint.to_owned(),
                Kind::Chosen(_) => String::new(),
            },
            options: match fact.kind {
                Kind::Typed(_) => Vec::new(),
                Kind::Chosen(options) => options
                    .iter()
                    .map(|(value, text)| SelectOption::new(*value, *text))
                    .collect(),
            },
        };
        facts.iter().zip(&self.0).map(field).collect()
    }
}

fn yes(value: bool) -> String {
    if value { "yes" } else { "" }.to_owned()
}

fn yes_or_no(value: bool) -> String {
    if value { "yes" } else { "no" }.to_owned()
}

fn said(text: &str) -> Result<bool, String> {
    match text {
        "yes" => Ok(true),
        "no" => Ok(false),
        _ => Err("expected `yes` or `no`".to_owned()),
    }
}

fn flag(place: &mut bool, text: &str) -> Result<(), String> {
    *place = said(text)?;
    Ok(())
}

fn number(value: Option<u8>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

fn place(place: &mut Option<u8>, text: &str) -> Result<(), String> {
    match text.parse() {
        Ok(number) if (1..=99).contains(&number) => *place = Some(number),
        _ => return Err("expected a number from 1 to 99".to_owned()),
    }
    Ok(())
}
