//! The emergency panel against the guidebook's tables, typed here by hand, and against what must never happen.

use std::collections::BTreeSet;

use dangerous_goods::emergency::{
    Action, Case, Contact, Container, Distance, Guide, Hazard, LinePanel, Panel, Situation, Source, Spill,
    Step, TimeOfDay, Wind, guidebook, panel, text,
};
use dangerous_goods::{Catalogue, Containment, Goods, Line, LineSpec, Load, Regime, UnNumber};
use proptest::prelude::{ProptestConfig, any, prop, prop_assert, prop_assert_eq, proptest};

use crate::load;

fn of(lines: &[&str]) -> Panel {
    in_situation(lines, &Situation::default())
}

fn in_situation(lines: &[&str], situation: &Situation) -> Panel {
    panel(Catalogue::embedded(), &load(lines), situation, None)
}

fn one(line: &str) -> LinePanel {
    of(&[line]).lines.remove(0)
}

fn lines(lines: Vec<Line>) -> Panel {
    let load = Load::new(lines).expect("the load is small");
    panel(Catalogue::embedded(), &load, &Situation::default(), None)
}

fn guides(line: &str) -> Vec<String> {
    one(line).guides.iter().map(Guide::to_string).collect()
}

fn actions(panel: &Panel, step: Step) -> &[Action] {
    let section = panel.sections.iter().find(|section| section.step == step);
    section.map_or(&[], |section| &section.actions)
}

fn says(panel: &Panel, step: Step, part: &str) -> bool {
    actions(panel, step)
        .iter()
        .any(|action| action.text.contains(part))
}

/// Metres, with 110 hundred metres and more for "11.0+ km".
fn hundreds(value: u32) -> Distance {
    if value == 110 {
        Distance::at_least(11_000)
    } else {
        Distance::metres(value * 100)
    }
}

/// Number; isolate in metres and downwind by day and by night in tenths of a kilometre, of a small and of a
/// large spill. 110 is the printed "11.0+".
const TABLE_1: [(u16, [u32; 3], [u32; 3]); 34] = [
    (1008, [30, 2, 7], [400, 24, 47]),
    (1016, [30, 1, 2], [200, 12, 39]),
    (1053, [30, 1, 5], [400, 24, 63]),
    (1076, [100, 6, 25], [500, 30, 95]),
    (1069, [30, 2, 10], [800, 43, 96]),
    (1092, [100, 13, 35], [600, 68, 111]),
    (1239, [60, 5, 15], [300, 34, 57]),
    (1259, [100, 14, 52], [1000, 110, 110]),
    (1380, [60, 6, 20], [300, 30, 65]),
    (1397, [30, 1, 7], [400, 16, 47]),
    (1556, [150, 14, 22], [300, 40, 58]),
    (1589, [300, 19, 66], [1000, 110, 110]),
    (1745, [100, 9, 27], [500, 57, 108]),
    (1829, [60, 4, 10], [300, 29, 63]),
    (1838, [30, 1, 2], [30, 4, 5]),
    (1955, [150, 10, 39], [1000, 62, 105]),
    (2188, [150, 10, 39], [1000, 62, 105]),
    (2190, [300, 18, 72], [1000, 110, 110]),
    (2195, [1000, 59, 111], [1000, 110, 110]),
    (2202, [300, 17, 60], [1000, 110, 110]),
    (2480, [150, 17, 52], [1000, 110, 110]),
    (2482, [100, 13, 28], [600, 78, 107]),
    (2548, [100, 5, 25], [800, 51, 110]),
    (2901, [100, 5, 18], [1000, 57, 110]),
    (2977, [30, 1, 2], [30, 4, 16]),
    (3023, [30, 2, 2], [60, 6, 8]),
    (3057, [30, 2, 9], [800, 49, 110]),
    (3083, [30, 2, 11], [1000, 55, 109]),
    (3303, [100, 5, 25], [800, 51, 110]),
    (3307, [100, 5, 25], [800, 51, 110]),
    (3389, [100, 3, 7], [800, 17, 28]),
    (3526, [30, 1, 1], [30, 1, 1]),
    (3539, [30, 3, 11], [300, 14, 37]),
    (9269, [30, 2, 7], [150, 14, 24]),
];

/// The first rows of table 1 whose large spills are in table 3.
const TABLE_1_SMALL: [(u16, [u32; 3]); 7] = [
    (1005, [30, 1, 2]),
    (1017, [60, 3, 15]),
    (1040, [30, 1, 2]),
    (1050, [30, 1, 3]),
    (1052, [30, 1, 5]),
    (1079, [100, 6, 26]),
    (2186, [30, 1, 3]),
];

/// Number, container, isolate, downwind by day, by night.
type Row3 = (u16, Container, u32, [u32; 3], [u32; 3]);

/// Table 3 whole: isolate in metres, downwind in tenths of a kilometre by low, moderate and high wind, by day
/// and by night.
const TABLE_3: [Row3; 26] = [
    (1005, Container::RailTank, 300, [16, 12, 10], [41, 21, 13]),
    (1005, Container::RoadTank, 150, [8, 5, 4], [18, 7, 6]),
    (1005, Container::NurseTank, 60, [5, 3, 3], [14, 3, 3]),
    (1005, Container::SmallCylinders, 30, [3, 2, 1], [7, 3, 2]),
    (1017, Container::RailTank, 1000, [96, 63, 51], [110, 89, 65]),
    (1017, Container::RoadTank, 600, [56, 33, 25], [64, 47, 38]),
    (1017, Container::TonCylinders, 300, [19, 13, 10], [35, 23, 13]),
    (
        1017,
        Container::SmallOrOneTonCylinder,
        150,
        [13, 7, 5],
        [24, 12, 6],
    ),
    (1040, Container::RailTank, 200, [15, 8, 7], [30, 14, 8]),
    (1040, Container::RoadTank, 100, [9, 5, 4], [20, 7, 4]),
    (1040, Container::SmallOrOneTonCylinder, 30, [4, 2, 1], [8, 3, 2]),
    (1050, Container::RailTank, 500, [37, 20, 17], [97, 33, 22]),
    (1050, Container::RoadTank, 200, [15, 8, 6], [37, 15, 8]),
    (1050, Container::TonCylinders, 30, [4, 2, 1], [10, 3, 1]),
    (1050, Container::SmallOrOneTonCylinder, 30, [3, 2, 1], [9, 3, 2]),
    (1052, Container::RailTank, 500, [34, 21, 18], [64, 30, 19]),
    (1052, Container::RoadTank, 200, [20, 10, 9], [36, 15, 9]),
    (1052, Container::SmallOrOneTonCylinder, 100, [8, 4, 3], [17, 5, 3]),
    (1079, Container::RailTank, 1000, [110, 110, 69], [110, 110, 96]),
    (1079, Container::RoadTank, 1000, [110, 60, 50], [110, 79, 60]),
    (1079, Container::TonCylinders, 500, [52, 22, 17], [74, 40, 27]),
    (
        1079,
        Container::SmallOrOneTonCylinder,
        200,
        [31, 15, 11],
        [56, 24, 15],
    ),
    (2186, Container::RailTank, 500, [37, 20, 17], [97, 33, 22]),
    (2186, Container::RoadTank, 200, [15, 8, 6], [37, 15, 8]),
    (2186, Container::TonCylinders, 30, [4, 2, 1], [10, 3, 1]),
    (2186, Container::SmallOrOneTonCylinder, 30, [3, 2, 1], [9, 3, 2]),
];

/// Table 2: what goods give off with water.
const TABLE_2: [(u16, &[&str]); 16] = [
    (1162, &["hydrogen chloride"]),
    (1305, &["hydrogen chloride"]),
    (1340, &["hydrogen sulfide"]),
    (1360, &["phosphine"]),
    (1384, &["hydrogen sulfide", "sulfur dioxide"]),
    (1390, &["ammonia"]),
    (1680, &["hydrogen cyanide"]),
    (1716, &["hydrogen bromide"]),
    (1732, &["hydrogen fluoride"]),
    (1745, &["bromine", "hydrogen fluoride"]),
    (1828, &["hydrogen chloride", "hydrogen sulfide", "sulfur dioxide"]),
    (1836, &["hydrogen chloride", "sulfur dioxide"]),
    (1898, &["hydrogen iodide"]),
    (2308, &["nitrogen dioxide"]),
    (2806, &["ammonia"]),
    (9191, &["chlorine"]),
];

fn number(digits: u16) -> Line {
    Line::new(Goods::Number(UnNumber::un(digits).expect("four digits")))
}

/// One panel line for each number there can be.
fn every_number() -> Vec<LinePanel> {
    let numbers: Vec<u16> = (1..=9999).collect();
    let of = |chunk: &[u16]| lines(chunk.iter().copied().map(number).collect()).lines;
    numbers.chunks(Load::MAX_LINES).flat_map(of).collect()
}

fn table_1(line: &LinePanel) -> Option<&dangerous_goods::emergency::Spread> {
    line.spreads.iter().find(|spread| spread.source == Source::Table1)
}

#[test]
fn the_distances_of_table_1_are_those_of_the_guidebook() {
    for (digits, small, large) in TABLE_1 {
        let line = lines(vec![number(digits)]).lines.remove(0);
        let spread = table_1(&line).expect("in table 1");
        for (reach, [isolate, day, night]) in [(spread.small, small), (spread.large, large)] {
            assert_eq!(reach.isolate, Distance::metres(isolate), "{digits}");
            assert_eq!(reach.day, Some(hundreds(day)), "{digits}");
            assert_eq!(reach.night, Some(hundreds(night)), "{digits}");
        }
        assert_eq!(spread.large_source, Source::Table1);
    }
}

#[test]
fn large_spills_of_seven_gases_are_read_from_table_3_by_container_and_wind() {
    let mut rows = 0;
    for (digits, small) in TABLE_1_SMALL {
        let line = lines(vec![number(digits)]).lines.remove(0);
        let spread = table_1(&line).expect("in table 1");
        assert_eq!(spread.small.isolate, Distance::metres(small[0]));
        assert_eq!(spread.small.day, Some(hundreds(small[1])));
        assert_eq!(spread.small.night, Some(hundreds(small[2])));
        assert_eq!(spread.large_source, Source::Table3);
        for (_, container, isolate, day, night) in TABLE_3.iter().filter(|row| row.0 == digits) {
            let row = line.by_container.iter().find(|row| row.container == *container);
            let row = row.expect("the container is in the table");
            assert_eq!(row.isolate, Distance::metres(*isolate), "{digits} {container:?}");
            assert_eq!(row.day, day.map(hundreds), "{digits} {container:?}");
            assert_eq!(row.night, night.map(hundreds), "{digits} {container:?}");
            rows += 1;
        }
        let printed = TABLE_3.iter().filter(|row| row.0 == digits).count();
        assert_eq!(line.by_container.len(), printed, "{digits}");
    }
    assert_eq!(rows, 26);
}

#[test]
fn the_gases_of_table_2_are_named_in_words() {
    for (digits, gases) in TABLE_2 {
        let panel = lines(vec![number(digits)]);
        let names: Vec<&str> = panel.lines[0].water_gases.iter().map(|gas| gas.name()).collect();
        assert_eq!(names, gases, "{digits}");
        assert!(panel.lines[0].no_water);
        assert!(
            panel.lines[0].tell.contains("with water it gives off"),
            "{digits}"
        );
        assert!(says(&panel, Step::Spill, "Let no water reach line 1"), "{digits}");
    }
}

#[test]
fn the_tables_are_whole_and_hold_together() {
    let every = every_number();
    let listed: Vec<_> = every.iter().filter_map(table_1).collect();
    assert_eq!(listed.len(), 272);
    assert_eq!(
        every.iter().filter(|line| !line.water_gases.is_empty()).count(),
        // Two rows of the printed table, UN1298 and UN1305, were read as one; both are there.
        89
    );
    assert_eq!(
        every.iter().filter(|line| !line.by_container.is_empty()).count(),
        7
    );
    for spread in &listed {
        assert!(spread.small.isolate <= spread.large.isolate, "{spread:?}");
        assert!(spread.small.day <= spread.small.night, "{spread:?}");
        assert!(spread.large.day <= spread.large.night, "{spread:?}");
        assert!(spread.small.night <= spread.large.night, "{spread:?}");
    }
    for row in every.iter().flat_map(|line| &line.by_container) {
        for [low, moderate, high] in [row.day, row.night] {
            assert!(low >= moderate && moderate >= high, "{row:?}");
        }
    }
    // Everything that gives off a toxic gas with water has a distance for it.
    assert!(
        every
            .iter()
            .all(|line| line.water_gases.is_empty() || table_1(line).is_some())
    );
}

#[test]
fn the_guide_is_that_of_the_number_and_that_of_explosives_goes_by_division() {
    for (line, expected) in [
        ("UN1203:II", "128"),
        ("UN1017", "124"),
        ("UN1005", "125"),
        ("UN1040", "119P"),
        ("UN1830:II", "137"),
        ("UN3480", "147"),
        // 1.1D, 1.2B, 1.3G, 1.4S, 1.5D, 1.6N.
        ("UN0081", "112"),
        ("UN0107", "112"),
        ("UN0050", "112"),
        ("UN0012", "114"),
        ("UN0331", "112"),
        ("UN0486", "114"),
        ("UN9999", "111"),
        ("mystery goods", "111"),
    ] {
        assert_eq!(guides(line), [expected], "{line}");
    }
}

#[test]
fn goods_with_several_guides_show_all_of_them_the_worst_first_and_ask_to_choose() {
    for (digits, first, count) in [
        (1057, "115", 2),
        (3166, "115", 2),
        (3171, "138", 3),
        (3536, "138", 2),
    ] {
        let line = lines(vec![number(digits)]).lines.remove(0);
        let guides: Vec<String> = line.guides.iter().map(Guide::to_string).collect();
        assert_eq!(
            (guides[0].as_str(), guides.len()),
            (first, count),
            "{digits}: {guides:?}"
        );
        assert!(
            line.choose.is_some_and(|choose| choose.contains("choose")),
            "{digits}"
        );
    }
}

#[test]
fn what_a_gas_is_in_is_read_from_the_line_and_a_rail_tank_is_never_assumed() {
    let isolate = |containment, situation: &Situation| {
        let mut line = number(1017);
        line.containment = containment;
        let load = Load::new(vec![line]).expect("one line");
        panel(Catalogue::embedded(), &load, situation, None)
            .worst
            .large
            .distance
    };
    let open = Situation::default();
    assert_eq!(isolate(Containment::Packages, &open), Distance::metres(300));
    assert_eq!(isolate(Containment::Tank, &open), Distance::metres(600));
    assert_eq!(isolate(Containment::PortableTank, &open), Distance::metres(600));
    let told = Situation {
        container: Some(Container::SmallOrOneTonCylinder),
        ..open
    };
    assert_eq!(isolate(Containment::Packages, &told), Distance::metres(150));
}

#[test]
fn wind_and_time_narrow_a_distance_and_what_is_not_known_is_taken_at_its_worst() {
    let downwind = |time, wind| {
        let situation = Situation {
            time,
            wind,
            ..Situation::default()
        };
        let worst = in_situation(&["UN1017"], &situation).worst;
        worst.large_downwind.expect("in table 3").distance
    };
    // Several one-tonne cylinders, the farthest of what packages may be.
    assert_eq!(downwind(None, None), hundreds(35));
    assert_eq!(downwind(Some(TimeOfDay::Day), None), hundreds(19));
    assert_eq!(downwind(Some(TimeOfDay::Day), Some(Wind::High)), hundreds(10));
    assert_eq!(
        downwind(Some(TimeOfDay::Night), Some(Wind::Moderate)),
        hundreds(23)
    );
    assert_eq!(downwind(None, Some(Wind::Low)), hundreds(35));
}

#[test]
fn a_leak_is_large_unless_somebody_has_said_that_it_is_small() {
    let at = |spill| {
        let situation = Situation {
            spill,
            ..Situation::default()
        };
        in_situation(&["UN1203:II"], &situation).worst.leak.distance
    };
    assert_eq!(at(None), at(Some(Spill::Large)));
    assert!(at(Some(Spill::Small)) < at(None));
}

#[test]
fn goods_that_are_toxic_only_with_water_have_a_distance_for_a_dry_spill_too() {
    // UN1717 acetyl chloride: 3 (8), hydrogen chloride with water.
    let line = one("UN1717");
    let cases: BTreeSet<_> = line
        .spreads
        .iter()
        .map(|spread| format!("{:?}", spread.case))
        .collect();
    assert_eq!(cases, BTreeSet::from(["Dry".to_owned(), "IntoWater".to_owned()]));
    let dry = line
        .spreads
        .iter()
        .find(|spread| spread.case == Case::Dry)
        .expect("dry");
    assert_eq!((dry.source, dry.large_source), (Source::OwnRule, Source::OwnRule));
    assert!(!line.hazards.contains(&Hazard::Inhalation));
}

#[test]
fn goods_that_are_toxic_themselves_say_that_one_of_their_two_entries_is_held() {
    // UN1746 bromine trifluoride: two entries in the guidebook, on land and in water.
    let panel = of(&["UN1746"]);
    let line = &panel.lines[0];
    assert_eq!(line.spreads[0].case, Case::Any);
    assert!(line.spreads.iter().any(|spread| spread.source == Source::OwnRule));
    assert!(line.hazards.contains(&Hazard::Inhalation));
    let named = |missing: &String| missing.contains("on land and in water one is held");
    assert!(panel.missing.iter().any(named), "{:?}", panel.missing);
}

#[test]
fn what_no_table_names_is_answered_by_our_own_rule_and_says_so() {
    for line in [
        "UN1203:II",
        "UN1830:II",
        "UN0081",
        "UN3480",
        "UN1950",
        "UN2814",
        "UN2915",
    ] {
        let line = one(line);
        assert!(
            line.spreads.iter().all(|spread| spread.source == Source::OwnRule),
            "{}",
            line.goods
        );
    }
    assert!(text(&of(&["UN1203:II"])).contains("our own rule"));
    // Gases 100 m, liquids 50 m, solids 25 m, explosives 500 m and 1,600 m in a fire.
    for (line, small, fire) in [
        ("UN1978", 100, 800),
        ("UN1203:II", 50, 300),
        ("UN1823", 25, 300),
        ("UN0081", 500, 1600),
        ("UN0012", 100, 500),
    ] {
        let worst = of(&[line]).worst;
        let (near, burning) = (worst.small.distance.in_metres(), worst.fire.distance.in_metres());
        if line == "UN1823" {
            // Guide 154 and solid.
            assert_eq!(near, small, "{line}");
        }
        assert_eq!((near, burning), (small, fire), "{line}");
    }
}

#[test]
fn a_tank_of_flammable_gas_in_a_fire_is_kept_at_1600_metres() {
    let mut line = number(1978);
    line.containment = Containment::Tank;
    assert_eq!(lines(vec![line]).worst.fire.distance, Distance::metres(1_600));
}

#[test]
fn a_toxic_gas_that_burns_is_kept_no_nearer_than_one_that_only_burns() {
    // Table 1 is about breathing: carbon monoxide 30 m and 200 m, by our rule a flammable gas 100 m and 800 m.
    let propane = of(&["UN1978"]).worst;
    assert_eq!(
        (propane.small.distance, propane.large.distance),
        (Distance::metres(100), Distance::metres(800))
    );
    let monoxide = of(&["UN1016"]);
    let published = table_1(&monoxide.lines[0]).expect("in table 1");
    assert_eq!(
        published.small.isolate,
        Distance::metres(30),
        "the published figure stands"
    );
    assert_eq!(published.large.isolate, Distance::metres(200));
    let worst = &monoxide.worst;
    assert_eq!(
        (worst.small.distance, worst.small.source),
        (propane.small.distance, Source::OwnRule)
    );
    assert_eq!(
        (worst.large.distance, worst.large.source),
        (propane.large.distance, Source::OwnRule)
    );
    assert_eq!(
        worst.large_downwind.map(|downwind| downwind.source),
        Some(Source::Table1)
    );
    assert_eq!(worst.fire.distance, Distance::metres(800));
    let shown = text(&monoxide);
    assert!(
        shown.contains("small leak: 30 m (100 ft); downwind")
            && shown.contains("small leak: 100 m (350 ft) (our own rule)")
    );
    // What does not burn keeps the published figure alone, and so does what is published as far or farther.
    for goods in ["UN1017", "UN1008", "UN1259"] {
        assert_eq!(one(goods).spreads.len(), 1, "{goods}");
    }
}

#[test]
fn nothing_of_table_1_that_burns_is_kept_nearer_than_a_gas_or_liquid_that_only_burns() {
    let mut burning = 0;
    for line in every_number() {
        if table_1(&line).is_none() {
            continue;
        }
        let farthest =
            |of: fn(&dangerous_goods::emergency::Spread) -> Distance| line.spreads.iter().map(of).max();
        let (small, large) = (
            farthest(|spread| spread.small.isolate),
            farthest(|spread| spread.large.isolate),
        );
        for (hazard, least_small, least_large) in [
            (Hazard::FlammableGas, 100, 800),
            (Hazard::FlammableLiquid, 50, 300),
        ] {
            if line.hazards.contains(&hazard) {
                burning += 1;
                assert!(small >= Some(Distance::metres(least_small)), "{}", line.goods);
                assert!(large >= Some(Distance::metres(least_large)), "{}", line.goods);
            }
        }
    }
    assert!(burning > 50, "{burning}");
}

#[test]
fn unknown_goods_have_guide_111_the_farthest_of_our_figures_and_are_named() {
    for goods in ["UN9999", "mystery goods", "UN1203:I:LQ:wrong"] {
        let Ok(spec) = goods.parse::<LineSpec>() else {
            continue;
        };
        let panel = lines(vec![Line::from(spec)]);
        assert_eq!(panel.guides[0].guide.to_string(), "111", "{goods}");
        assert!(panel.lines[0].hazards.contains(&Hazard::Unknown));
        assert!(
            panel
                .missing
                .iter()
                .any(|missing| missing.starts_with("line 1: ")),
            "{:?}",
            panel.missing
        );
        let explosive = of(&["UN0081"]).worst;
        assert!(panel.worst.small.distance >= explosive.small.distance);
        assert!(panel.worst.large.distance >= explosive.large.distance);
        assert!(panel.worst.fire.distance >= explosive.fire.distance);
        assert!(says(&panel, Step::Fire, "Let no water reach line 1"));
    }
}

#[test]
fn a_load_that_names_no_goods_is_answered_as_one_that_is_not_known() {
    let panel = lines(Vec::new());
    assert_eq!(panel.guides[0].guide.to_string(), "111");
    assert_eq!(panel.worst.fire.distance, Distance::metres(1_600));
    assert!(!panel.missing.is_empty());
    assert!(panel.sections.iter().all(|section| !section.actions.is_empty()));
    assert!(says(&panel, Step::FirstMinute, "Get everyone far away"));
}

#[test]
fn a_packing_group_that_does_not_exist_keeps_the_goods_and_adds_what_is_not_known() {
    let mut line = number(1017);
    line.packing_group = Some(dangerous_goods::PackingGroup::I);
    let panel = lines(vec![line]);
    assert!(panel.lines[0].hazards.contains(&Hazard::Unknown));
    assert!(panel.lines[0].hazards.contains(&Hazard::Inhalation));
    assert!(table_1(&panel.lines[0]).is_some());
}

#[test]
fn water_for_one_line_yields_to_another_that_no_water_may_reach() {
    let alone = of(&["UN1496"]);
    let advice = "much water, from far away";
    let action = |panel: &Panel| {
        let mut found = actions(panel, Step::Fire)
            .iter()
            .filter(|action| action.text.contains(advice));
        found.next().cloned()
    };
    assert!(!action(&alone).expect("said").text.contains("Not where"));
    let mixed = of(&["UN1496", "UN1203:II", "UN1428"]);
    let found = action(&mixed).expect("said");
    assert!(
        found.text.ends_with("Not where it can reach line 3."),
        "{}",
        found.text
    );
    assert_eq!(found.lines, [0]);
    assert!(
        actions(&mixed, Step::Fire)[0]
            .text
            .starts_with("Let no water reach line 3 (UN1428 Sodium)")
    );
    // Feeds fire and reacts with water: the ban stands alone.
    assert_eq!(action(&of(&["UN1745"])), None);
    assert_eq!(action(&of(&["UN3090"])), None);
}

#[test]
fn nobody_is_sent_near_a_leak_while_anything_on_the_load_kills_at_a_distance() {
    let near = "hold a small leak back";
    assert!(says(&of(&["UN1203:II"]), Step::Spill, near));
    for deadly in ["UN1017", "UN0081", "UN9999", "UN1717", "UN2915"] {
        assert!(!says(&of(&["UN1203:II", deadly]), Step::Spill, near), "{deadly}");
    }
}

#[test]
fn a_sentence_is_said_once_for_all_the_lines_it_is_about() {
    let panel = of(&["UN1203:II", "UN1017", "UN1090", "UN1203:II"]);
    for section in &panel.sections {
        let texts: BTreeSet<&str> = section
            .actions
            .iter()
            .map(|action| action.text.as_str())
            .collect();
        assert_eq!(texts.len(), section.actions.len(), "{:?}", section.step);
    }
    let jet = actions(&panel, Step::Fire)
        .iter()
        .find(|action| action.text.contains("jet of water"));
    assert_eq!(jet.map(|action| action.lines.clone()), Some(vec![0, 2, 3]));
}

#[test]
fn special_goods_have_sentences_of_their_own() {
    for (line, step, part) in [
        ("UN1942", Step::Fire, "can explode"),
        ("UN3480", Step::FirstMinute, "from a battery"),
        ("UN3551", Step::FirstMinute, "from a battery"),
        ("UN1790", Step::FirstAid, "calcium gluconate"),
        ("UN1381", Step::FirstAid, "Phosphorus on the skin"),
        ("UN2212", Step::Spill, "Raise no dust"),
        ("UN1845", Step::Spill, "freezes skin"),
        ("UN1977", Step::Spill, "freezes skin"),
        ("UN3257", Step::Fire, "Let no water reach line 1"),
        ("UN2448", Step::Fire, "flashes to steam"),
        ("UN3077", Step::Spill, "drain"),
        ("UN2814", Step::Spill, "Wipe nothing up"),
        ("UN2915", Step::FirstAid, "radiation does not forbid it"),
        ("UN3101", Step::Spill, "a knock or rubbing"),
        ("UN3222", Step::Spill, "a knock or rubbing"),
        ("UN1361", Step::Spill, "light by itself"),
        ("UN1075", Step::Fire, "Do not put out gas"),
        ("UN1310", Step::Spill, "dry, it explodes"),
    ] {
        assert!(says(&of(&[line]), step, part), "{line}: `{part}`");
    }
}

#[test]
fn the_environment_mark_of_a_line_counts_whatever_the_goods() {
    let mut line = number(1203);
    line.environmentally_hazardous = true;
    assert!(lines(vec![line]).lines[0].hazards.contains(&Hazard::Environment));
}

#[test]
fn the_panel_carries_numbers_to_call_the_companys_contact_and_what_it_was_made_from() {
    let contact = Contact {
        name: "Emergency desk".to_owned(),
        phone: "+1 800 555 0100".to_owned(),
    };
    let load = load(&["UN1017"]);
    let panel = panel(
        Catalogue::embedded(),
        &load,
        &Situation::default(),
        Some(&contact),
    );
    assert_eq!(
        panel.calls.iter().map(|call| call.number).collect::<Vec<_>>(),
        ["112", "911"]
    );
    assert_eq!(panel.load_hash, load.hash());
    assert_eq!(panel.guidebook.edition, "ERG 2024");
    assert_eq!(panel.guidebook.hash.len(), 64);
    assert_eq!(&panel.guidebook, guidebook());
    assert_eq!(
        panel.catalogues[0].hash,
        Catalogue::embedded().edition(Regime::Us).hash
    );
    let written = text(&panel);
    assert!(written.contains("Then Emergency desk: +1 800 555 0100") && written.contains("Call 112"));
    assert!(
        !format!("{panel:?}").contains("555"),
        "a contact is personal data"
    );
    let json = serde_json::to_value(&panel).expect("JSON");
    assert_eq!(json["worst"]["small"]["distance"]["metres"], 60);
    assert_eq!(json["lines"][0]["guides"][0], "124");
}

#[test]
fn the_line_with_the_largest_isolation_distance_comes_first() {
    let panel = of(&["UN3077", "UN1203:II", "UN0081", "UN1017"]);
    assert_eq!(panel.order, [2, 3, 1, 0]);
    assert_eq!(panel.worst.small.line, Some(2));
    assert_eq!(
        panel.worst.large_downwind.and_then(|farthest| farthest.line),
        Some(3)
    );
}

/// A line for every row of both tables, the row chosen.
fn every_row() -> Vec<Line> {
    let catalogue = Catalogue::embedded();
    let line = |row: &dangerous_goods::Row| {
        let goods = match row.number() {
            Some(number) => Goods::Number(number),
            None => Goods::Name(row.name().to_owned()),
        };
        let mut line = Line::new(goods);
        match row.regime() {
            Regime::Us => line.us_row = Some(row.id().clone()),
            Regime::Adr => line.adr_row = Some(row.id().clone()),
        }
        line
    };
    Regime::ALL
        .into_iter()
        .flat_map(|regime| catalogue.all(regime))
        .map(line)
        .collect()
}

#[test]
fn every_row_of_both_tables_has_a_guide_a_distance_and_first_actions() {
    let rows = every_row();
    assert_eq!(rows.len(), 3_259 + 2_940);
    for chunk in rows.chunks(Load::MAX_LINES) {
        let panel = lines(chunk.to_vec());
        for line in &panel.lines {
            assert!(
                !line.guides.is_empty() && !line.spreads.is_empty(),
                "{}",
                line.goods
            );
            assert!(
                !line.hazards.is_empty() && !line.tell.is_empty(),
                "{}",
                line.goods
            );
            let known = !line.hazards.contains(&Hazard::Unknown);
            assert!(known || !line.missing.is_empty(), "{}", line.goods);
            let spoken = |step| {
                actions(&panel, step)
                    .iter()
                    .any(|action| action.lines.contains(&line.line))
            };
            assert!(spoken(Step::Spill), "{}", line.goods);
        }
    }
}

#[test]
fn goods_known_in_one_regime_only_are_answered_from_it() {
    let known = |digits| {
        let panel = lines(vec![number(digits)]);
        !panel.lines[0].hazards.contains(&Hazard::Unknown)
    };
    let only = |regime, other| {
        let numbers: BTreeSet<u16> = Catalogue::embedded()
            .all(regime)
            .iter()
            .filter(|row| !row.class().is_empty() && row.are_labels_known())
            .filter_map(|row| row.number().filter(|number| number.is_un()))
            .filter(|number| Catalogue::embedded().rows(*number, other).is_empty())
            .map(UnNumber::digits)
            .collect();
        numbers
    };
    for digits in only(Regime::Adr, Regime::Us) {
        assert!(known(digits), "ADR {digits}");
    }
    for digits in only(Regime::Us, Regime::Adr) {
        assert!(known(digits), "US {digits}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn adding_a_line_never_brings_anyone_closer(picks in prop::collection::vec(any::<prop::sample::Index>(), 2..8)) {
        let rows = every_row();
        let all: Vec<Line> = picks.iter().map(|pick| pick.get(&rows).clone()).collect();
        let (_, fewer) = all.split_last().expect("two at least");
        let (less, more) = (lines(fewer.to_vec()), lines(all.clone()));
        prop_assert!(more.worst.small.distance >= less.worst.small.distance);
        prop_assert!(more.worst.large.distance >= less.worst.large.distance);
        prop_assert!(more.worst.leak.distance >= less.worst.leak.distance);
        prop_assert!(more.worst.fire.distance >= less.worst.fire.distance);
        let downwind = |panel: &Panel| panel.worst.large_downwind.map(|farthest| farthest.distance);
        prop_assert!(downwind(&more) >= downwind(&less));
        prop_assert!(more.missing.len() >= less.missing.len());
        prop_assert_eq!(more.order.len(), all.len());
    }

    #[test]
    fn knowing_more_of_the_accident_never_moves_a_distance_out(
        pick in any::<prop::sample::Index>(),
        day in any::<bool>(),
        wind in prop::sample::select(Wind::ALL.to_vec()),
    ) {
        let rows = every_row();
        let load = Load::new(vec![pick.get(&rows).clone()]).expect("one line");
        let at = |situation: &Situation| panel(Catalogue::embedded(), &load, situation, None).worst;
        let open = at(&Situation::default());
        let time = Some(if day { TimeOfDay::Day } else { TimeOfDay::Night });
        let told = at(&Situation { time, wind: Some(wind), ..Situation::default() });
        let downwind = |worst: &dangerous_goods::emergency::Worst| worst.large_downwind.map(|farthest| farthest.distance);
        prop_assert!(downwind(&told) <= downwind(&open));
        prop_assert!(told.leak.distance <= open.leak.distance);
    }
}
