//! Samples for the tests of the pages: one real load of six lines in two regimes.

use super::{
    ConditionView, DutyView, Effect, FactField, FindingView, FollowsView, GaugeRow, GaugeView, GoodsView,
    Hazard, LineDetails, LineView, LinesEditor, MatrixCell, MatrixRow, Moment, Navigation, OutsideView,
    Person, RegimeView, ResultView, RowChoice, RowOption, Section, SelectOption, SessionView, Shell,
    StateChoice, Tone, TunnelMouth, TunnelsView, Verdict,
};

/// A name that would run if it were not escaped.
pub(crate) const HOSTILE: &str = "<script>alert(1)</script>";
/// How [`HOSTILE`] stands in a page.
pub(crate) const ESCAPED: &str = "&#60;script&#62;alert(1)&#60;/script&#62;";

pub(crate) fn shell(section: Section) -> Shell {
    Shell {
        csrf_token: "sample-token".into(),
        person: Some(Person {
            name: "Maya Okafor".into(),
            role: "Operator".into(),
            company: "Northwind Chemicals".into(),
        }),
        navigation: Navigation {
            checker: true,
            shipments: true,
            data_sets: true,
            audit: true,
            people: true,
            incidents: true,
            report: true,
        },
        section,
        notice: None,
        taken: None,
    }
}

pub(crate) fn nobody() -> Shell {
    Shell {
        person: None,
        navigation: Navigation::default(),
        ..shell(Section::None)
    }
}

pub(crate) fn moment(text: &str) -> Moment {
    Moment {
        iso: "2026-11-22T12:55:00Z".into(),
        text: text.into(),
    }
}

pub(crate) fn session(id: &str, is_current: bool) -> SessionView {
    SessionView {
        id: id.into(),
        device: if is_current {
            "Firefox on Windows".into()
        } else {
            HOSTILE.into()
        },
        kind: "Console".into(),
        address: "203.0.113.24".into(),
        country: Some(if is_current { "Netherlands (NL)" } else { HOSTILE }.into()),
        created: moment("22 Nov 2026, 08:05 UTC"),
        used: moment("22 Nov 2026, 12:55 UTC"),
        ends: moment("22 Nov 2026, 20:05 UTC"),
        is_current,
    }
}

pub(crate) fn hazard(code: &str, name: &str) -> Hazard {
    Hazard {
        code: code.into(),
        name: name.into(),
    }
}

pub(crate) fn load() -> Vec<GoodsView> {
    let goods = |line, number: &str, name: &str, hazards: Vec<Hazard>| GoodsView {
        line,
        goods: number.into(),
        name: name.into(),
        hazards,
    };
    vec![
        goods(1, "UN 1203", "Gasoline", vec![hazard("3", "flammable liquid")]),
        goods(
            2,
            "UN 1830",
            "Sulfuric acid with more than 51 percent acid",
            vec![hazard("8", "corrosive")],
        ),
        goods(3, "UN 1942", "Ammonium nitrate", vec![hazard("5.1", "oxidiser")]),
        goods(
            4,
            "UN 1017",
            "Chlorine",
            vec![
                hazard("2.3", "toxic gas"),
                hazard("5.1", "oxidiser"),
                hazard("8", "corrosive"),
            ],
        ),
        goods(
            5,
            "UN 3077",
            "Environmentally hazardous substance, solid, n.o.s.",
            vec![hazard("9", "other hazards")],
        ),
        goods(
            6,
            "UN 1950",
            "Aerosols",
            vec![hazard("2.1", "flammable gas"), hazard("LQ", "limited quantity")],
        ),
    ]
}

fn options(pairs: &[(&str, &str)]) -> Vec<SelectOption> {
    pairs
        .iter()
        .map(|(value, text)| SelectOption::new(*value, *text))
        .collect()
}

fn facts() -> Vec<FactField> {
    vec![
        FactField {
            name: "gross_mass".into(),
            label: "Gross mass, all packages".into(),
            value: String::new(),
            hint: "kg".into(),
            options: Vec::new(),
        },
        FactField {
            name: "empty_uncleaned".into(),
            label: "Empty, not cleaned".into(),
            value: String::new(),
            hint: String::new(),
            options: options(&[("yes", "Yes")]),
        },
    ]
}

fn entries() -> Vec<FactField> {
    vec![FactField {
        name: "activity".into(),
        label: "Activity".into(),
        value: String::new(),
        hint: "3.7 GBq".into(),
        options: Vec::new(),
    }]
}

/// The six lines as typed; line 6 has rows to choose from, line 2 asks for nothing.
pub(crate) fn editor(action: &str) -> LinesEditor {
    let typed = [
        ("", "1800", "L", "9", "drum"),
        ("II", "400", "L", "2", "ibc"),
        ("III", "1000", "kg", "40", "bag"),
        ("", "130", "kg", "2", "cylinder"),
        ("III", "50", "kg", "2", "bag"),
        ("", "24", "kg", "4", "box"),
    ];
    let lines = load()
        .into_iter()
        .zip(typed)
        .map(|(goods, (group, quantity, unit, packages, packaging))| LineView {
            number: goods.line,
            goods: goods.goods.clone(),
            packing_group: group.into(),
            limited_quantity: goods.line == 6,
            quantity: quantity.into(),
            unit: unit.into(),
            packages: packages.into(),
            packaging: packaging.into(),
            technical_name: String::new(),
            facts: facts(),
            entries: entries(),
            details: LineDetails {
                number: goods.line,
                name: Some(goods.name.clone()),
                hazards: goods.hazards,
                adr_row: RowChoice {
                    selected: String::new(),
                    needed: goods.line == 6,
                    options: if goods.line == 6 {
                        aerosol_rows()
                    } else {
                        Vec::new()
                    },
                },
                needs_technical_name: goods.line == 5,
                ..LineDetails::default()
            },
        })
        .collect();
    LinesEditor {
        action: action.into(),
        lines,
        facts: vec![FactField {
            name: "food_on_board".into(),
            label: "Food or feed on board".into(),
            value: "no".into(),
            hint: String::new(),
            options: options(&[("no", "No"), ("yes", "Yes")]),
        }],
        units: options(&[("kg", "kg"), ("L", "L")]),
        packagings: options(&[
            ("drum", "Drums"),
            ("jerrican", "Jerricans"),
            ("box", "Boxes"),
            ("bag", "Bags"),
            ("cylinder", "Cylinders"),
            ("ibc", "IBCs"),
        ]),
    }
}

fn aerosol_rows() -> Vec<RowOption> {
    [
        ("adr:UN1950:5A", "Aerosols, asphyxiant: 2.2"),
        ("adr:UN1950:5F", "Aerosols, flammable: 2.1"),
    ]
    .iter()
    .map(|(id, text)| RowOption {
        id: (*id).into(),
        text: (*text).into(),
    })
    .collect()
}

/// An empty editor: one line, and a number nobody knows with the physical state asked for.
pub(crate) fn troubled_editor(action: &str) -> LinesEditor {
    let mut editor = editor(action);
    editor.lines.truncate(2);
    editor.lines[0].goods = HOSTILE.into();
    editor.lines[0].details = LineDetails {
        number: 1,
        problem: Some("No goods of this number or name in either catalogue".into()),
        ..LineDetails::default()
    };
    editor.lines[1].details.physical_state = StateChoice {
        needed: true,
        selected: "liquid".into(),
    };
    editor
}

fn finding(id: &str, effect: Effect, lines: &[usize], sentence: &str, clause: &str) -> FindingView {
    let all = load();
    FindingView {
        id: id.into(),
        effect,
        goods: lines.iter().map(|line| all[line - 1].clone()).collect(),
        sentence: sentence.into(),
        also: String::new(),
        clause: clause.into(),
        edition: if id.starts_with("us") {
            "49 CFR, edition of 1 October 2025".into()
        } else {
            "ADR 2025".into()
        },
        condition: None,
    }
}

fn condition(mut finding: FindingView, text: &str, confirmed: bool) -> FindingView {
    let id = format!("{}-confirm", finding.id);
    finding.condition = Some(ConditionView {
        id,
        text: text.into(),
        confirmed,
        repeated: false,
    });
    finding
}

fn matrix(findings: &[FindingView], lines: usize) -> Vec<MatrixRow> {
    let cell = |row: usize, column: usize| {
        let about = findings.iter().find(|finding| {
            let named: Vec<usize> = finding.goods.iter().map(|goods| goods.line).collect();
            if row == column {
                named == [row]
            } else {
                named == [column, row]
            }
        });
        MatrixCell {
            column,
            verdict: about.map_or(Verdict::Permitted, |finding| match finding.effect {
                Effect::Prohibits => Verdict::Prohibited,
                Effect::Condition => Verdict::Conditional,
                Effect::NotCleared => Verdict::NotCleared,
                Effect::Information => Verdict::Permitted,
            }),
            text: about.map_or("no restriction in the table".into(), |finding| {
                finding.clause.clone()
            }),
            finding: about.map(|finding| finding.id.clone()),
        }
    };
    load()
        .iter()
        .take(lines)
        .map(|goods| MatrixRow {
            number: goods.line,
            goods: goods.goods.clone(),
            name: goods.name.clone(),
            cells: (1..=goods.line).map(|column| cell(goods.line, column)).collect(),
        })
        .collect()
}

/// Prohibited on a US highway, not cleared under ADR: the six lines.
pub(crate) fn result() -> ResultView {
    let us = vec![
        finding(
            "us-1-4",
            Effect::Prohibits,
            &[1, 4],
            "A flammable liquid (class 3) and a gas poisonous by inhalation (2.3, zone B) may not be loaded, transported or stored together.",
            "49 CFR 177.848(d), table entry X",
        ),
        condition(
            finding(
                "us-1-3",
                Effect::Condition,
                &[1, 3],
                "A flammable liquid and an oxidiser may travel together only where a leak of one cannot reach the other.",
                "49 CFR 177.848(e)(3), table entry O",
            ),
            "They are separated so that in the event of leakage they would not commingle.",
            false,
        ),
        condition(
            finding(
                "us-2-3",
                Effect::Condition,
                &[2, 3],
                "A corrosive liquid may not be loaded above or adjacent to an oxidiser.",
                "49 CFR 177.848(e)(3)",
            ),
            "The corrosive liquid stands neither above nor adjacent to line 3.",
            true,
        ),
        finding(
            "us-5",
            Effect::Information,
            &[5],
            "Class 9 is not in the segregation table.",
            "49 CFR 177.848(d)",
        ),
        finding(
            "us-6",
            Effect::Information,
            &[6],
            "A limited quantity without labels is outside the segregation rules.",
            "49 CFR 177.848(a)",
        ),
    ];
    let adr = vec![finding(
        "adr-6",
        Effect::NotCleared,
        &[6],
        "UN 1950 has twelve rows in table A that lead to different hazards: choose one at line 6.",
        "ADR 3.2.1, table A",
    )];
    ResultView {
        regimes: vec![
            RegimeView {
                key: "us".into(),
                name: "US highway".into(),
                verdict: Verdict::Prohibited,
                sentence: "Gasoline (line 1) and chlorine (line 4) may not travel on one vehicle.".into(),
                open_conditions: 1,
                warning: None,
                edition: "49 CFR, 1 Oct 2025".into(),
                matrix: matrix(&us, 6),
                findings: us,
                more: 0,
                follows: us_follows(),
            },
            RegimeView {
                key: "adr".into(),
                name: "ADR".into(),
                verdict: Verdict::NotCleared,
                sentence: "One line is not decided: choose a row for UN 1950 (line 6).".into(),
                open_conditions: 0,
                warning: Some("ADR 2025 expires in 35 days, after 2026-12-31.".into()),
                edition: "ADR 2025".into(),
                matrix: matrix(&adr, 6),
                findings: adr,
                more: 0,
                follows: adr_follows(),
            },
        ],
        difference: Some("The US table forbids class 3 with 2.3 zone B. ADR 7.5.2.1 restricts mixed loading for explosives and some self-reactive goods only, so it has no rule against this pair.".into()),
        override_note: None,
        load_hash: Some("9f2c1f0be4d57a63b1c8a0d2e6f7c35a41de90b7752c84aa0f13e9d6c7b82a10".into()),
        confirmable: true,
        ..ResultView::default()
    }
}

/// Three lines that may go: with a condition in the US, plainly under ADR.
pub(crate) fn clear_result(confirmed: bool) -> ResultView {
    let us = vec![condition(
        finding(
            "us-1-3",
            Effect::Condition,
            &[1, 3],
            "A flammable liquid and an oxidiser may travel together only where a leak of one cannot reach the other.",
            "49 CFR 177.848(e)(3), table entry O",
        ),
        "They are separated so that in the event of leakage they would not commingle.",
        confirmed,
    )];
    ResultView {
        regimes: vec![
            RegimeView {
                key: "us".into(),
                name: "US highway".into(),
                verdict: Verdict::Conditional,
                sentence: "Gasoline and ammonium nitrate need a separation that holds in a leak.".into(),
                open_conditions: usize::from(!confirmed),
                warning: None,
                edition: "49 CFR, 1 Oct 2025".into(),
                matrix: matrix(&us, 3),
                findings: us,
                more: 0,
                follows: us_follows(),
            },
            RegimeView {
                key: "adr".into(),
                name: "ADR".into(),
                verdict: Verdict::Permitted,
                sentence: "ADR 7.5.2 sets no restriction between these goods.".into(),
                open_conditions: 0,
                warning: Some("ADR 2025 expires in 35 days, after 2026-12-31.".into()),
                edition: "ADR 2025".into(),
                matrix: matrix(&[], 3),
                findings: Vec::new(),
                more: 0,
                follows: adr_follows(),
            },
        ],
        difference: Some("The US table asks for a separation of classes 3 and 5.1; ADR does not.".into()),
        override_note: None,
        load_hash: Some("31d0c9a2e6f7c35a41de90b7752c84aa0f13e9d6c7b82a109f2c1f0be4d57a63".into()),
        confirmable: true,
        ..ResultView::default()
    }
}

fn us_follows() -> Vec<FollowsView> {
    vec![FollowsView {
        gauge: Some(GaugeView {
            title: "Gross mass of Table 2 goods (172.504(c))",
            value: "300 kg".into(),
            limit: "454 kg",
            fill: 66,
            tone: Tone::Unknown,
            says: "as far as the gross mass is known",
            reasons: Vec::new(),
            rows: Vec::new(),
        }),
        outside: vec![OutsideView {
            drawing: Some("3".into()),
            name: "FLAMMABLE".into(),
            where_: "49 CFR 172.504(e), table 2, for line 1".into(),
            possible: true,
            plain_plate: false,
        }],
        missing: vec!["Line 3 (UN1942 Ammonium nitrate): the gross mass.".into()],
        ..FollowsView::default()
    }]
}

fn adr_follows() -> Vec<FollowsView> {
    let mouth = |category, closed| TunnelMouth { category, closed };
    vec![FollowsView {
        title: "Vehicle 1".into(),
        gauge: Some(GaugeView {
            title: "Points (1.1.3.6)",
            value: "1002 points".into(),
            limit: "1,000",
            fill: 100,
            tone: Tone::Asked,
            says: "not exempt",
            reasons: vec![format!("{HOSTILE} counts.")],
            rows: vec![GaugeRow {
                line: 1,
                said: "category 2: 334 L × 3 = 1002".into(),
                running: "1002".into(),
            }],
        }),
        tunnels: Some(TunnelsView {
            code: "(D/E)".into(),
            mouths: vec![
                mouth('B', false),
                mouth('C', false),
                mouth('D', false),
                mouth('E', true),
            ],
            says: "Category E is closed.".into(),
            reasons: Vec::new(),
        }),
        outside: vec![
            OutsideView {
                drawing: None,
                name: "Orange plate".into(),
                where_: "front and rear".into(),
                possible: false,
                plain_plate: true,
            },
            OutsideView {
                drawing: Some("33/1203".into()),
                name: "Orange plate 33 over 1203".into(),
                where_: "both sides of the tank or bulk space, for line 1".into(),
                possible: false,
                plain_plate: false,
            },
        ],
        duties: vec![DutyView {
            tone: Tone::Asked,
            what: "Instructions in writing on board".into(),
            says: "needed".into(),
            clause: "ADR 5.4.3".into(),
            reasons: Vec::new(),
        }],
        ..FollowsView::default()
    }]
}
