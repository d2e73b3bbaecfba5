//! What follows from a load, from the engine's answer to what the pages show. Decides nothing.

use dangerous_goods::Regime;
use dangerous_goods::consequence::adr::{self, Counted, Exemption, UnitConsequences};
use dangerous_goods::consequence::limits::{Limit, Within};
use dangerous_goods::consequence::us::{Placard, VehiclePlacards};
use dangerous_goods::consequence::{Amount, Consequences};
use dangerous_goods::label::LabelModel;

use super::lines_in_words;
use super::result::About;
use crate::console::pages::{
    DutyView, FollowsView, GaugeRow, GaugeView, OutsideView, Tone, TunnelMouth, TunnelsView,
};

/// What follows under one regime, a vehicle or transport unit each.
pub(super) fn view(about: &About<'_>, regime: Regime, found: &Consequences) -> Vec<FollowsView> {
    let mut follows: Vec<FollowsView> = match regime {
        Regime::Us => {
            let vehicles = found.us.iter().flat_map(|placarding| &placarding.vehicles);
            vehicles.map(|vehicle| of_vehicle(about, vehicle)).collect()
        }
        Regime::Adr => {
            let units = found.adr.iter().flat_map(|consequences| &consequences.units);
            units.map(|unit| of_unit(about, unit)).collect()
        }
    };
    if let [only] = follows.as_mut_slice() {
        only.title.clear();
    }
    if let Some(first) = follows.first_mut() {
        let limits = found.limits.iter().filter(|limit| limit.regime == regime);
        first.duties.extend(limits.map(|limit| of_limit(about, limit)));
    }
    follows
}

fn of_unit(about: &About<'_>, unit: &UnitConsequences) -> FollowsView {
    let mut missing = unit.tunnel.missing.clone();
    missing.extend(unit.plates.missing.iter().cloned());
    missing.extend(unit.security_plan.missing.iter().cloned());
    if let Exemption::NotKnown { missing: unknown } = &unit.points.exemption {
        missing.extend(unknown.iter().cloned());
    }
    let outside = plates(about, unit);
    FollowsView {
        title: vehicles(&unit.vehicles),
        gauge: Some(points(about, &unit.points)),
        tunnels: Some(tunnels(&unit.tunnel)),
        outside_notes: if outside.is_empty() {
            vec!["No plates, placards or marks on the vehicle.".to_owned()]
        } else {
            Vec::new()
        },
        outside,
        duties: duties(unit),
        missing: distinct(missing),
    }
}

fn points(about: &About<'_>, points: &adr::Points) -> GaugeView {
    let (tone, says, reasons) = match &points.exemption {
        Exemption::Exempt => (Tone::Free, "within the exemption", Vec::new()),
        Exemption::NotExempt { reasons } => (Tone::Asked, "not exempt", sentences(reasons)),
        Exemption::NotKnown { .. } => (Tone::Unknown, "not known whether exempt", Vec::new()),
    };
    let row = |line: &adr::LinePoints| GaugeRow {
        line: about.place(line.line) + 1,
        said: match &line.counted {
            Counted::Points {
                factor,
                quantity,
                unit,
                points,
                category,
            } => format!("category {category}: {quantity} {unit} × {factor} = {points}"),
            Counted::Not { reason } | Counted::NoExemption { reason } => reason.clone(),
            Counted::Unknown { missing } => format!("missing: {missing}"),
        },
        running: line.running_total.to_string(),
    };
    GaugeView {
        title: "Points (1.1.3.6)",
        value: format!("{} points", points.total),
        limit: "1,000",
        fill: share(points.total, adr::MOST),
        tone,
        says,
        reasons,
        rows: points.lines.iter().map(row).collect(),
    }
}

/// How much of the limit is reached, in percent, at most all of it; never full below the limit.
fn share(value: Amount, limit: Amount) -> u8 {
    (0..=100_u8)
        .rev()
        .find(|percent| value >= limit.percent(u64::from(*percent)))
        .unwrap_or(0)
}

fn tunnels(tunnel: &adr::Tunnel) -> TunnelsView {
    let closed: Vec<String> = tunnel.closed.iter().map(char::to_string).collect();
    let certain = tunnel.missing.is_empty();
    let says = match (closed.as_slice(), certain) {
        ([], true) => "No tunnel is closed to this load.".to_owned(),
        ([], false) => "None is closed as far as is known.".to_owned(),
        ([only], true) => format!("Category {only} is closed."),
        (many, true) => format!("Categories {} are closed.", many.join(", ")),
        (many, false) => format!("At least {} closed; more may be.", many.join(", ")),
    };
    TunnelsView {
        code: tunnel.code.map(|code| format!("({code})")).unwrap_or_default(),
        mouths: ['B', 'C', 'D', 'E']
            .map(|category| TunnelMouth {
                category,
                closed: tunnel.closed.contains(&category),
            })
            .to_vec(),
        says,
        reasons: sentences(&tunnel.reasons),
    }
}

fn plates(about: &About<'_>, unit: &UnitConsequences) -> Vec<OutsideView> {
    let plates = &unit.plates;
    let mut outside = Vec::new();
    if plates.plain {
        outside.push(OutsideView {
            drawing: None,
            name: "Orange plate".to_owned(),
            where_: "front and rear".to_owned(),
            possible: false,
            plain_plate: true,
        });
    }
    for plate in &plates.numbered {
        outside.push(OutsideView {
            drawing: drawn(&format!("{}/{}", plate.hazard, plate.un)),
            name: format!("Orange plate {} over {}", plate.hazard, plate.un),
            where_: on(about, "both sides of the tank or bulk space", &plate.lines),
            possible: false,
            plain_plate: false,
        });
    }
    for placard in &plates.placards {
        outside.push(OutsideView {
            drawing: drawn(&placard.label),
            name: format!("Placard {}", placard.label),
            where_: on(about, placard.at, &placard.lines),
            possible: false,
            plain_plate: false,
        });
    }
    for mark in &plates.marks {
        outside.push(OutsideView {
            drawing: (mark.mark == "limited_quantities").then(|| "LQ".to_owned()),
            name: super::sentence(&mark.mark.replace('_', " "))
                .trim_end_matches('.')
                .to_owned(),
            where_: on(about, mark.clause, &mark.lines),
            possible: false,
            plain_plate: false,
        });
    }
    outside
}

fn duties(unit: &UnitConsequences) -> Vec<DutyView> {
    let duty = |what: &str, clause: &str, needed, reasons| DutyView {
        tone: Tone::of(needed),
        what: what.to_owned(),
        says: words(needed).to_owned(),
        clause: clause.to_owned(),
        reasons,
    };
    let carried = unit.instructions_and_certificate;
    vec![
        duty(
            "Instructions in writing on board",
            "ADR 5.4.3",
            carried,
            Vec::new(),
        ),
        duty("Driver with an ADR certificate", "ADR 8.2.1", carried, Vec::new()),
        duty(
            "Security plan",
            "ADR 1.10.3",
            unit.security_plan.needed,
            sentences(&unit.security_plan.reasons),
        ),
    ]
}

const fn words(needed: Option<bool>) -> &'static str {
    match needed {
        Some(true) => "needed",
        Some(false) => "not needed",
        None => "not known",
    }
}

fn of_vehicle(about: &About<'_>, vehicle: &VehiclePlacards) -> FollowsView {
    let placard = |placard: &Placard, possible: bool| OutsideView {
        drawing: drawn(placard.label),
        name: placard.placard.to_owned(),
        where_: on(about, placard.clause, &placard.lines),
        possible,
        plain_plate: false,
    };
    let mut outside: Vec<OutsideView> = vehicle.placards.iter().map(|one| placard(one, false)).collect();
    outside.extend(vehicle.possible.iter().map(|one| placard(one, true)));
    for number in &vehicle.identification_numbers {
        let digits: String = number.chars().filter(char::is_ascii_digit).collect();
        outside.push(OutsideView {
            drawing: drawn(&format!("/{digits}")),
            name: number.clone(),
            where_: "identification number, 172.302".to_owned(),
            possible: false,
            plain_plate: false,
        });
    }
    let mut notes = sentences(&vehicle.left_out);
    if vehicle.dangerous {
        let may: Vec<&str> = vehicle
            .placards
            .iter()
            .filter(|placard| placard.may_be_dangerous)
            .map(|placard| placard.placard)
            .collect();
        notes.insert(
            0,
            format!(
                "One DANGEROUS placard may stand for {} (172.504(b)).",
                may.join(" and ")
            ),
        );
    }
    if outside.is_empty() {
        notes.insert(0, "No placards, as far as is known.".to_owned());
        if vehicle.missing.is_empty() {
            notes[0] = "No placards.".to_owned();
        }
    }
    FollowsView {
        title: vehicles(&[vehicle.vehicle]),
        gauge: threshold(vehicle),
        tunnels: None,
        outside,
        outside_notes: notes,
        duties: Vec::new(),
        missing: distinct(vehicle.missing.clone()),
    }
}

/// The mass that Table 2 goods are counted by; nothing where there are none in packages.
fn threshold(vehicle: &VehiclePlacards) -> Option<GaugeView> {
    use dangerous_goods::consequence::us::TABLE_2_THRESHOLD;
    let mass = vehicle.table_2_mass;
    let unknown = !vehicle.possible.is_empty();
    if mass == Amount::default() && !unknown {
        return None;
    }
    let over = mass >= TABLE_2_THRESHOLD;
    let (tone, says) = match (over, unknown) {
        (true, _) => (Tone::Asked, "placards from here on"),
        (false, true) => (Tone::Unknown, "as far as the gross mass is known"),
        (false, false) => (Tone::Free, "no placards for Table 2 goods"),
    };
    Some(GaugeView {
        title: "Gross mass of Table 2 goods (172.504(c))",
        value: format!("{mass} kg"),
        limit: "454 kg",
        fill: share(mass, TABLE_2_THRESHOLD),
        tone,
        says,
        reasons: Vec::new(),
        rows: Vec::new(),
    })
}

fn of_limit(about: &About<'_>, limit: &Limit) -> DutyView {
    DutyView {
        tone: match limit.within {
            Within::Yes => Tone::Free,
            Within::No => Tone::Asked,
            Within::NotKnown => Tone::Unknown,
        },
        what: format!("Limit a package, line {}", about.place(limit.line) + 1),
        says: match limit.within {
            Within::Yes => "kept",
            Within::No => "not kept",
            Within::NotKnown => "not known",
        }
        .to_owned(),
        clause: limit.clause.to_owned(),
        reasons: vec![super::sentence(&limit.sentence)],
    }
}

fn vehicles(numbers: &[u8]) -> String {
    match numbers {
        [one] => format!("Vehicle {one}"),
        many => {
            let many: Vec<String> = many.iter().map(u8::to_string).collect();
            format!("Vehicles {}", many.join(" and "))
        }
    }
}

/// `both sides and rear, for lines 1 and 3`.
fn on(about: &About<'_>, place: &str, lines: &[usize]) -> String {
    format!("{place}, for {}", lines_in_words(&about.places(lines)))
}

fn drawn(code: &str) -> Option<String> {
    code.parse::<LabelModel>().ok().map(|_| code.to_owned())
}

fn sentences(texts: &[String]) -> Vec<String> {
    texts.iter().map(|text| super::sentence(text)).collect()
}

fn distinct(texts: Vec<String>) -> Vec<String> {
    let mut once: Vec<String> = Vec::new();
    for text in texts {
        let text = super::sentence(&text);
        if !once.contains(&text) {
            once.push(text);
        }
    }
    once
}
