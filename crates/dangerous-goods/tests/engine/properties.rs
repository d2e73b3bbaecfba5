//! What must hold for every load, tried on random ones.

use dangerous_goods::dataset::DataSetRows;
use dangerous_goods::{
    Catalogue, CheckResult, Confirmation, Containment, Entries, EntryKind, Goods, Line, LineSpec, Load,
    PackingGroup, PhysicalState, Quantity, RadioactiveCategory, Regime, RowId, Travel, UnNumber, Unit,
    Verdict, Zone, check,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};

fn any_goods() -> impl Strategy<Value = Goods> {
    let known = any::<Index>().prop_map(|index| {
        let rows = Catalogue::embedded().all(Regime::Us);
        let row = index.get(rows);
        row.number()
            .map_or_else(|| Goods::Name(row.name().to_owned()), Goods::Number)
    });
    let explosive = (0_u16..520)
        .prop_filter_map("a number", UnNumber::un)
        .prop_map(Goods::Number);
    let any_number = (0_u16..=9999)
        .prop_filter_map("a number", UnNumber::un)
        .prop_map(Goods::Number);
    prop_oneof![6 => known, 2 => explosive, 1 => any_number, 1 => "[a-z][a-z ]{1,12}[a-z]".prop_map(Goods::Name)]
}

fn any_row() -> impl Strategy<Value = RowId> {
    (any::<Index>(), select(Regime::ALL.to_vec()))
        .prop_map(|(index, regime)| index.get(Catalogue::embedded().all(regime)).id().clone())
}

fn any_data_set_rows() -> impl Strategy<Value = DataSetRows> {
    let row = |text: &'static str| option::weighted(0.2, Just(text));
    (row("imdg:UN1950:2.1"), row("adg:UN1263:3:II"), row("iata:UN1203")).prop_map(|(imdg, adg, iata)| {
        let rows = [iata, adg, imdg].into_iter().flatten();
        let rows: Vec<_> = rows.map(|row| row.parse().expect("a row id")).collect();
        rows.try_into().expect("one row a regime")
    })
}

fn any_quantity() -> impl Strategy<Value = Quantity> {
    (1_u32..1_000_000, select(Unit::ALL.to_vec()))
        .prop_map(|(value, unit)| Quantity::parse(&value.to_string(), unit).expect("in range"))
}

/// Mostly none: few goods ask for any.
fn any_entries() -> impl Strategy<Value = Entries> {
    let kinds = vec![
        EntryKind::Activity,
        EntryKind::ControlTemperature,
        EntryKind::TransportIndex,
    ];
    let entry = (select(kinds), 1_u32..99).prop_map(|(kind, number)| match kind {
        EntryKind::Activity => (kind, format!("{number} GBq")),
        _ => (kind, number.to_string()),
    });
    option::weighted(0.2, vec(entry, 1..3)).prop_map(|given| {
        let mut entries = Entries::new();
        for (kind, text) in given.into_iter().flatten() {
            entries.set(kind, &text).expect("can be read");
        }
        entries
    })
}

prop_compose! {
    /// What people say of a line beyond its goods.
    fn any_statement()(
        zone in option::weighted(0.1, select(vec![Zone::A, Zone::B, Zone::C, Zone::D])),
        labels in vec(select(vec!["1.1", "2.1", "3", "6.1", "8"]).prop_map(str::to_owned), 0..2),
        radioactive_category in option::weighted(0.1, select(vec![RadioactiveCategory::White1, RadioactiveCategory::Yellow3])),
        entries in any_entries(),
        stated_by in option::of("[a-z]{0,4}"),
        containment in prop_oneof![4 => Just(Containment::Packages), 1 => Just(Containment::Tank), 1 => Just(Containment::PortableTank), 1 => Just(Containment::Bulk)],
        gross_mass in option::of((1_u32..90_000).prop_map(|kg| Quantity::parse(&kg.to_string(), Unit::Kilogram).expect("in range"))),
        inner_quantity in option::weighted(0.1, any_quantity()),
        flags in any::<[bool; 4]>(),
        vehicle in option::weighted(0.2, 1_u8..4),
        compartment in option::weighted(0.2, 1_u8..4),
        bay in option::weighted(0.2, 1_u8..8),
    ) -> Line {
        let [empty_uncleaned, environmentally_hazardous, reportable_quantity, closed_container] = flags;
        Line {
            zone, labels, radioactive_category, entries, stated_by, containment, gross_mass, inner_quantity,
            empty_uncleaned, environmentally_hazardous, reportable_quantity, closed_container, vehicle,
            compartment, bay,
            ..Line::new(Goods::Name(String::new()))
        }
    }
}

prop_compose! {
    fn any_line()(
        said in any_statement(),
        goods in any_goods(),
        us_row in option::weighted(0.1, any_row()),
        adr_row in option::weighted(0.1, any_row()),
        data_set_rows in any_data_set_rows(),
        packing_group in option::weighted(0.3, select(vec![PackingGroup::I, PackingGroup::II, PackingGroup::III])),
        physical_state in option::weighted(0.2, select(vec![PhysicalState::Solid, PhysicalState::Liquid, PhysicalState::Gas])),
        limited_quantity in prop::bool::weighted(0.15),
        excepted_quantity in prop::bool::weighted(0.1),
        quantity in option::of(any_quantity()),
        packages in option::of(any::<u32>()),
        packaging in option::of("[a-z0-9 ,]{0,12}"),
        technical_name in option::of("[a-z0-9 ,]{0,12}"),
    ) -> Line {
        let packed = said.containment == Containment::Packages;
        let limited_quantity = limited_quantity && packed;
        Line {
            goods, us_row, adr_row, data_set_rows, packing_group, physical_state, limited_quantity,
            excepted_quantity: excepted_quantity && packed && !limited_quantity,
            quantity: quantity.filter(|_| !said.empty_uncleaned),
            packages, packaging, technical_name,
            ..said
        }
    }
}

fn any_load(lines: std::ops::Range<usize>) -> impl Strategy<Value = Load> {
    let confirmation = ("[a-z:]{0,8}", "[a-z]{0,8}")
        .prop_map(|(condition, stated_by)| Confirmation { condition, stated_by });
    let travel = select(vec![Travel::Coupled, Travel::Apart]);
    (
        vec(any_line(), lines),
        vec(confirmation, 0..3),
        option::of(any::<bool>()),
        travel,
        option::of(any::<bool>()),
    )
        .prop_map(|(lines, confirmed, food_on_board, travel, over_12_tonnes)| Load {
            lines,
            confirmed,
            food_on_board,
            travel,
            over_12_tonnes,
        })
}

fn judge(regime: Regime, load: &Load) -> CheckResult {
    check(Catalogue::embedded(), regime, load)
}

/// Findings with the positions of their lines replaced by what those lines say, in any order.
fn told(load: &Load, result: &CheckResult) -> Vec<String> {
    let mut told: Vec<String> = result
        .conflicts
        .iter()
        .map(|finding| {
            let pair = |lines: &[usize]| {
                let mut lines: Vec<String> =
                    lines.iter().map(|&at| format!("{:?}", load.lines[at])).collect();
                lines.sort();
                lines
            };
            let mut lines: Vec<Vec<String>> = finding.places().map(pair).collect();
            lines.sort();
            let condition = finding.condition.as_ref().map(|condition| &condition.id);
            let mut sides: Vec<&str> = finding.rule.split([' ', '×']).collect();
            sides.sort_unstable();
            format!(
                "{lines:?} {} {sides:?} {} {condition:?}",
                finding.clause, finding.verdict
            )
        })
        .collect();
    told.sort();
    told
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_lines_changes_nothing(load in any_load(1..7), regime in select(Regime::ALL.to_vec())) {
        let mut reversed = load.clone();
        reversed.lines.reverse();
        let (one, other) = (judge(regime, &load), judge(regime, &reversed));
        prop_assert_eq!(one.verdict, other.verdict);
        prop_assert_eq!(one.is_compatible, other.is_compatible);
        prop_assert_eq!(told(&load, &one), told(&reversed, &other));
    }

    #[test]
    fn adding_a_line_removes_no_finding_and_betters_no_verdict(
        load in any_load(1..6),
        added in any_line(),
        regime in select(Regime::ALL.to_vec()),
    ) {
        let mut larger = load.clone();
        larger.lines.push(added);
        let (before, after) = (judge(regime, &load), judge(regime, &larger));
        prop_assert!(after.verdict >= before.verdict);
        prop_assert!(before.is_compatible || !after.is_compatible);
        for finding in &before.conflicts {
            let still = |lines: &[usize]| {
                after.conflicts.iter().any(|found| {
                    // What the load as a whole leaves open (ADR 8.1.1) may become certain, and graver with it.
                    found.is_about(lines)
                        && (&found.clause, &found.rule) == (&finding.clause, &finding.rule)
                        && found.verdict >= finding.verdict
                })
            };
            prop_assert!(finding.places().all(still), "{:?}", finding);
        }
    }

    #[test]
    fn moving_a_line_to_a_vehicle_that_travels_apart_adds_no_finding(
        load in any_load(1..7),
        moved in any::<Index>(),
        regime in select(Regime::ALL.to_vec()),
    ) {
        let before = Load { travel: Travel::Apart, ..load };
        let mut after = before.clone();
        let moved = moved.index(after.lines.len());
        after.lines[moved].vehicle = Some(9);
        let (one, two) = (judge(regime, &before), judge(regime, &after));
        prop_assert!(two.verdict <= one.verdict);
        for finding in &two.conflicts {
            let was = |lines: &[usize]| {
                one.conflicts.iter().any(|found| {
                    found.is_about(lines)
                        && (&found.clause, &found.rule, found.verdict) == (&finding.clause, &finding.rule, finding.verdict)
                })
            };
            prop_assert!(finding.places().all(was), "{:?}", finding);
        }
    }

    #[test]
    fn stating_places_makes_no_answer_worse(
        load in any_load(1..5),
        regime in select(Regime::ALL.to_vec()),
    ) {
        let mut unplaced = load.clone();
        unplaced.lines.iter_mut().for_each(|line| (line.compartment, line.bay) = (None, None));
        prop_assert!(judge(regime, &load).verdict <= judge(regime, &unplaced).verdict);
    }

    #[test]
    fn an_answer_is_whole_and_agrees_with_itself(load in any_load(1..7), regime in select(Regime::ALL.to_vec())) {
        let result = judge(regime, &load);
        let count = load.lines.len();
        prop_assert_eq!(result.lines.len(), count);
        prop_assert_eq!(result.pairs.len(), count * (count - 1) / 2);
        let worst = result.conflicts.iter().map(|f| f.verdict).max().unwrap_or(Verdict::Permitted);
        prop_assert_eq!(result.verdict, worst, "every verdict has a finding that gives the reason");
        for finding in &result.conflicts {
            prop_assert!(finding.verdict > Verdict::Permitted);
            prop_assert!(!finding.sentence.is_empty() && !finding.clause.is_empty());
            prop_assert_eq!(finding.condition.is_some(), finding.verdict == Verdict::Conditional);
        }
        for line in &result.lines {
            let resolved = line.row.is_some() || !line.same_hazards.is_empty();
            prop_assert!(resolved || line.verdict >= Verdict::NotCleared, "unknown goods are never clear");
        }
    }

    #[test]
    fn lines_of_the_same_goods_share_findings_and_every_pair_has_its_own(
        load in any_load(1..4),
        regime in select(Regime::ALL.to_vec()),
    ) {
        let mut doubled = load.clone();
        doubled.lines.extend(load.lines.clone());
        let (one, two) = (judge(regime, &load), judge(regime, &doubled));
        let count = load.lines.len();
        for pair in &one.pairs {
            for lines in [[pair.a, pair.b], [pair.a, pair.b + count], [pair.b, pair.a + count], [pair.a + count, pair.b + count]] {
                let told = |result: &CheckResult, lines: &[usize]| -> Vec<(String, String)> {
                    result
                        .conflicts
                        .iter()
                        .filter(|finding| finding.is_about(lines))
                        .map(|finding| (finding.clause.to_string(), finding.sentence.to_string()))
                        .collect()
                };
                prop_assert_eq!(told(&one, &[pair.a, pair.b]).len(), told(&two, &lines).len());
                let verdict = two.pairs.iter().find(|two| [two.a, two.b] == lines).map(|two| two.verdict);
                prop_assert_eq!(verdict, Some(pair.verdict));
            }
        }
        for (at, line) in one.lines.iter().enumerate() {
            prop_assert_eq!(&line.needs.len(), &two.lines[at + count].needs.len());
        }
    }

    #[test]
    fn confirming_every_condition_clears_a_conditional_load_and_no_other(
        load in any_load(1..5),
        regime in select(Regime::ALL.to_vec()),
    ) {
        let result = judge(regime, &load);
        let confirmed = crate::confirm_all(&load, &result);
        let again = judge(regime, &confirmed);
        prop_assert_eq!(again.verdict, result.verdict);
        prop_assert_eq!(again.is_compatible, result.verdict <= Verdict::Conditional);
    }

    #[test]
    fn equal_loads_hash_equal_and_different_loads_differ(a in any_load(0..4), b in any_load(0..4)) {
        prop_assert_eq!(a.hash(), a.clone().hash());
        prop_assert_eq!(a == b, a.hash() == b.hash());
    }

    #[test]
    fn any_changed_field_changes_the_hash(line in any_line(), other in any_line()) {
        let hash = |line: &Line| Load { lines: vec![line.clone()], ..Load::default() }.hash();
        let changes: [&dyn Fn(&mut Line); 27] = [
            &|line| line.goods = other.goods.clone(),
            &|line| line.us_row = other.us_row.clone(),
            &|line| line.adr_row = other.adr_row.clone(),
            &|line| line.data_set_rows = other.data_set_rows.clone(),
            &|line| line.packing_group = other.packing_group,
            &|line| line.physical_state = other.physical_state,
            &|line| line.limited_quantity = other.limited_quantity,
            &|line| line.quantity = other.quantity,
            &|line| line.packages = other.packages,
            &|line| line.packaging = other.packaging.clone(),
            &|line| line.technical_name = other.technical_name.clone(),
            &|line| line.zone = other.zone,
            &|line| line.labels = other.labels.clone(),
            &|line| line.radioactive_category = other.radioactive_category,
            &|line| line.entries = other.entries.clone(),
            &|line| line.stated_by = other.stated_by.clone(),
            &|line| line.containment = other.containment,
            &|line| line.excepted_quantity = other.excepted_quantity,
            &|line| line.empty_uncleaned = other.empty_uncleaned,
            &|line| line.gross_mass = other.gross_mass,
            &|line| line.inner_quantity = other.inner_quantity,
            &|line| line.environmentally_hazardous = other.environmentally_hazardous,
            &|line| line.reportable_quantity = other.reportable_quantity,
            &|line| line.closed_container = other.closed_container,
            &|line| line.vehicle = other.vehicle,
            &|line| line.compartment = other.compartment,
            &|line| line.bay = other.bay,
        ];
        for change in changes {
            let mut changed = line.clone();
            change(&mut changed);
            prop_assert_eq!(changed == line, hash(&changed) == hash(&line));
        }
    }

    #[test]
    fn a_load_survives_json_with_its_hash(load in any_load(0..4)) {
        let json = serde_json::to_string(&load).expect("json");
        let back: Load = serde_json::from_str(&json).expect("the same load");
        prop_assert_eq!(back.hash(), load.hash());
    }

    #[test]
    fn no_text_makes_the_parsers_fall_over(text in any::<String>()) {
        let _ = text.parse::<LineSpec>();
        let _ = text.parse::<Goods>();
        let _ = text.parse::<Quantity>();
        let _ = text.parse::<UnNumber>();
        let _ = text.parse::<RowId>();
        let _ = text.parse::<DataSetRows>();
        let _ = serde_json::from_str::<Load>(&text);
        let _ = Catalogue::embedded().search(&text, 5);
    }
}

#[test]
fn texts_cannot_slide_from_one_field_into_the_next() {
    let line = |packaging: &str, row: Option<&str>| Line {
        packaging: Some(packaging.to_owned()),
        us_row: row.map(|row| row.parse().expect("a row")),
        ..Line::new(Goods::Name("a".to_owned()))
    };
    let hash = |lines: Vec<Line>| {
        Load {
            lines,
            ..Load::default()
        }
        .hash()
    };
    assert_ne!(hash(vec![line("ab", None)]), hash(vec![line("a", None)]));
    assert_ne!(
        hash(vec![line("", None)]),
        hash(vec![Line::new(Goods::Name("a".to_owned()))])
    );
    let confirmed = |condition: &str, by: &str| Load::default().confirming(condition, by).hash();
    assert_ne!(confirmed("ab", "c"), confirmed("a", "bc"));
    let number = Goods::Number("UN1203".parse().expect("a number"));
    assert_ne!(
        hash(vec![Line::new(number)]),
        hash(vec![Line::new(Goods::Name("UN1203".to_owned()))])
    );
}
