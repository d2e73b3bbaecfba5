//! A proposal to split a load, from the engine's answer to what the pages say. Decides nothing.

use dangerous_goods::split::{Apart, NoSplit, Obstacle, Proposal, Separation, Split, Vehicle};

use super::result::About;
use super::{lines_in_words, sentence};
use crate::console::pages::{SplitPart, SplitView};

/// What became of the wish to split the load; `about` knows the places of the form.
pub(in crate::console) fn view(about: &About<'_>, split: &Split) -> SplitView {
    match split {
        Split::NotNeeded { .. } => plain(
            "No split is needed: on the vehicles as stated nothing is prohibited, and no other place on them would spare a condition.",
            true,
        ),
        Split::TooLarge { lines } => plain(
            &format!("A load of {lines} lines is too long to be split."),
            false,
        ),
        Split::Proposed(proposal) => proposed(about, proposal),
        Split::NoSplitHelps(none) => refused(about, none),
    }
}

fn plain(headline: &str, helps: bool) -> SplitView {
    SplitView {
        helps,
        headline: headline.to_owned(),
        parts: Vec::new(),
        reasons: Vec::new(),
        notes: Vec::new(),
    }
}

fn proposed(about: &About<'_>, proposal: &Proposal) -> SplitView {
    let open = proposal.to_confirm().count();
    let passes = if open == 0 {
        "passes"
    } else {
        "may pass, once the conditions below are confirmed,"
    };
    let headline = match proposal.vehicles.len() {
        1 => format!("Applied: the load {passes} on one vehicle with the places below."),
        many => format!("Applied: the load {passes} on {many} vehicles with the places below."),
    };
    let mut notes = Vec::new();
    notes.push(
        if proposal.is_proven_smallest {
            "Proven: nothing smaller passes."
        } else {
            "The best that was found; whether something smaller passes is not proven."
        }
        .to_owned(),
    );
    if open > 0 {
        notes.push(format!("Still to be confirmed below: {open}."));
    }
    for missing in &proposal.missing {
        notes.push(format!(
            "Line {}: with {} known, fewer vehicles may be enough.",
            about.place(missing.line) + 1,
            missing.need.words()
        ));
    }
    SplitView {
        helps: true,
        headline,
        parts: proposal
            .vehicles
            .iter()
            .map(|vehicle| part(about, vehicle))
            .collect(),
        reasons: proposal
            .separations
            .iter()
            .map(|one| separation(about, one))
            .collect(),
        notes,
    }
}

fn part(about: &About<'_>, vehicle: &Vehicle) -> SplitPart {
    let mut places = Vec::new();
    if vehicle.compartments > 1 {
        places.push(format!("{} compartments", vehicle.compartments));
    }
    if vehicle.bays > 0 {
        places.push(format!("{} bays", vehicle.bays));
    }
    SplitPart {
        vehicle: vehicle.vehicle,
        lines: sentence(&lines_in_words(&about.places(&vehicle.lines)))
            .trim_end_matches('.')
            .to_owned(),
        places: places.join(", "),
    }
}

fn separation(about: &About<'_>, separation: &Separation) -> String {
    let how = match separation.by {
        Apart::Vehicles => "on different vehicles",
        Apart::Compartments => "in different compartments",
        Apart::Bays => "in bays that are not next to each other",
    };
    let finding = &separation.finding;
    let more = match finding.also.len() {
        0 => String::new(),
        1 => ", and one more pair like it".to_owned(),
        many => format!(", and {many} more pairs like it"),
    };
    format!(
        "{} {how}: {} ({}){more}.",
        sentence(&lines_in_words(&about.places(&finding.lines))).trim_end_matches('.'),
        finding.clause,
        finding.rule
    )
}

fn refused(about: &About<'_>, none: &NoSplit) -> SplitView {
    let mut notes = Vec::new();
    if let Some(vehicles) = none.vehicles_needed {
        notes.push(format!("It would take {vehicles} vehicles."));
    }
    if let Some(vehicles) = none.vehicles_apart {
        notes.push(format!(
            "On {vehicles} vehicles that travel apart it would pass: say so under “Several vehicles travel”."
        ));
    }
    if !none.is_proven {
        notes.push("The search ended at its limit, so this is not proven.".to_owned());
    }
    SplitView {
        helps: false,
        headline: if none.is_proven {
            "No split helps."
        } else {
            "No split was found."
        }
        .to_owned(),
        parts: Vec::new(),
        reasons: none
            .reasons
            .iter()
            .map(|reason| {
                let why = match reason.obstacle {
                    Obstacle::Alone => "even alone on a vehicle",
                    Obstacle::Coupled => "on one vehicle or two coupled ones",
                    Obstacle::Pinned => "on the vehicle it has to stay on",
                };
                let finding = &reason.finding;
                format!(
                    "{}, {why}: {} ({}).",
                    sentence(&lines_in_words(&about.places(&finding.lines))).trim_end_matches('.'),
                    finding.sentence.trim_end_matches('.'),
                    finding.clause
                )
            })
            .collect(),
        notes,
    }
}
