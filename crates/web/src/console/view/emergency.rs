//! The emergency panel, from the engine's answer to what the page shows. Decides nothing.

use dangerous_goods::emergency::{Farthest, LinePanel, Panel, Reach, Section, Spread, Step};
use time::OffsetDateTime;

use super::{goods, lines_in_words, moment, sentence};
use crate::console::pages::{
    ActionView, CallView, ContainerRow, DistanceView, EmergencyLineView, EmergencyPage, SectionView,
    SpreadRow,
};

/// The page of a panel: what it is of, and the address of the shipment where it is one.
pub(in crate::console) fn page(
    of: String,
    shipment: Option<String>,
    may_report: bool,
    panel: &Panel,
    now: OffsetDateTime,
) -> EmergencyPage {
    let worst = &panel.worst;
    EmergencyPage {
        of,
        shipment,
        may_report,
        as_of: moment(now),
        calls: calls(panel),
        distances: vec![
            distance("Small leak", &worst.small, worst.small_downwind.as_ref()),
            distance("Large leak", &worst.large, worst.large_downwind.as_ref()),
            distance("Fire", &worst.fire, None),
        ],
        missing: panel.missing.iter().map(|text| sentence(text)).collect(),
        sections: panel.sections.iter().map(|one| section(panel, one)).collect(),
        lines: panel
            .order
            .iter()
            .filter_map(|line| panel.lines.get(*line))
            .map(line)
            .collect(),
        source: format!("{}: {}", panel.guidebook.edition, panel.guidebook.source),
        load_hash: panel.load_hash.to_string(),
    }
}

fn calls(panel: &Panel) -> Vec<CallView> {
    let services = panel.calls.iter().map(|call| CallView {
        who: format!("Emergency services, {}", call.place),
        number: call.number.to_owned(),
    });
    let contact = panel.contact.iter().map(|contact| CallView {
        who: contact.name.clone(),
        number: contact.phone.clone(),
    });
    services.chain(contact).collect()
}

fn distance(what: &'static str, all_round: &Farthest, downwind: Option<&Farthest>) -> DistanceView {
    let from = |farthest: &Farthest| match farthest.line {
        Some(line) => format!("line {}, {}", line + 1, farthest.source.name()),
        None => farthest.source.name().to_owned(),
    };
    let mut sources = vec![from(all_round)];
    sources.extend(downwind.map(from));
    sources.dedup();
    DistanceView {
        what,
        all_round: all_round.distance.to_string(),
        downwind: downwind.map(|far| far.distance.to_string()).unwrap_or_default(),
        from: sources.join("; downwind "),
    }
}

fn section(panel: &Panel, section: &Section) -> SectionView {
    let about = |lines: &[usize]| match lines.len() {
        0 => String::new(),
        count if count == panel.lines.len() => String::new(),
        _ => lines_in_words(lines),
    };
    SectionView {
        id: match section.step {
            Step::FirstMinute => "first-minute",
            Step::Tell => "tell",
            Step::Fire => "fire",
            Step::Spill => "spill",
            Step::FirstAid => "first-aid",
        },
        title: section.step.title(),
        actions: section
            .actions
            .iter()
            .map(|action| ActionView {
                text: action.text.clone(),
                about: about(&action.lines),
            })
            .collect(),
    }
}

fn line(line: &LinePanel) -> EmergencyLineView {
    let (number, name) = match line.goods.split_once(' ') {
        Some((number, name)) if number.starts_with("UN") || number.starts_with("NA") => {
            (number.parse().ok().map(goods::number), name)
        }
        _ => (None, line.goods.as_str()),
    };
    let guides: Vec<String> = line.guides.iter().map(ToString::to_string).collect();
    let gases: Vec<&str> = line.water_gases.iter().map(|gas| gas.name()).collect();
    EmergencyLineView {
        number: line.line + 1,
        goods: number.unwrap_or_default(),
        name: name.to_owned(),
        hazards: line.labels.iter().map(|label| goods::hazard(label)).collect(),
        guide: guides.join(" or "),
        choose: line.choose.as_deref().map(sentence).unwrap_or_default(),
        rows: line.spreads.iter().flat_map(spread).collect(),
        containers: line
            .by_container
            .iter()
            .map(|row| ContainerRow {
                container: row.container.name().to_owned(),
                all_round: row.isolate.to_string(),
                day: row.day.map(|distance| distance.to_string()),
                night: row.night.map(|distance| distance.to_string()),
                meant: line.containers.contains(&row.container),
            })
            .collect(),
        fire: line.fire.to_string(),
        water_gases: gases.join(", "),
    }
}

fn spread(spread: &Spread) -> [SpreadRow; 2] {
    let case = spread.case.name();
    let row = |what: &str, reach: &Reach, source: &str| {
        let text = |distance: Option<dangerous_goods::emergency::Distance>| {
            distance.map(|distance| distance.to_string()).unwrap_or_default()
        };
        SpreadRow {
            what: format!("{what}, {case} ({source})"),
            all_round: reach.isolate.to_string(),
            day: text(reach.day),
            night: text(reach.night),
        }
    };
    [
        row("Small leak", &spread.small, spread.source.name()),
        row("Large leak", &spread.large, spread.large_source.name()),
    ]
}
