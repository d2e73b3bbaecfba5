//! The panel for a terminal.

use std::fmt::{self, Write as _};

use super::actions::named;
use super::panel::{Action, Farthest, LinePanel, Panel};
use super::reach::{Reach, Spread};

/// The whole panel as text, the most urgent first.
#[must_use]
pub fn text(panel: &Panel) -> String {
    let mut text = String::new();
    // Writing to a `String` cannot fail.
    let _ = write(&mut text, panel);
    text
}

fn write(out: &mut String, panel: &Panel) -> fmt::Result {
    writeln!(out, "EMERGENCY")?;
    for call in &panel.calls {
        writeln!(out, "Call {} ({})", call.number, call.place)?;
    }
    if let Some(contact) = &panel.contact {
        writeln!(out, "Then {}: {}", contact.name, contact.phone)?;
    }
    writeln!(out, "\nStay away, everyone, in all directions")?;
    let worst = &panel.worst;
    distance(out, "now", Some(&worst.leak))?;
    distance(out, "  downwind", worst.leak_downwind.as_ref())?;
    distance(out, "small leak", Some(&worst.small))?;
    distance(out, "  downwind", worst.small_downwind.as_ref())?;
    distance(out, "large leak", Some(&worst.large))?;
    distance(out, "  downwind", worst.large_downwind.as_ref())?;
    distance(out, "fire", Some(&worst.fire))?;
    for missing in &panel.missing {
        writeln!(out, "  Not known: {missing}.")?;
    }
    for section in &panel.sections {
        writeln!(out, "\n{}", section.step.title())?;
        for action in &section.actions {
            writeln!(out, "  - {}{}", action.text, about(panel, action))?;
        }
    }
    writeln!(out, "\nLines, the farthest first")?;
    for line in panel.order.iter().filter_map(|line| panel.lines.get(*line)) {
        one(out, line)?;
    }
    writeln!(out, "\n{}: {}", panel.guidebook.edition, panel.guidebook.source)?;
    writeln!(out, "Data {}", panel.guidebook.hash)?;
    writeln!(out, "Load {}", panel.load_hash)
}

fn distance(out: &mut String, what: &str, farthest: Option<&Farthest>) -> fmt::Result {
    let Some(farthest) = farthest else { return Ok(()) };
    write!(out, "  {what:<12}{}", farthest.distance)?;
    match farthest.line {
        Some(line) => writeln!(out, "  line {}, {}", line + 1, farthest.source.name()),
        None => writeln!(out, "  {}", farthest.source.name()),
    }
}

/// ` [line 3]` where the sentence is about some of the lines and does not name them itself.
fn about(panel: &Panel, action: &Action) -> String {
    if is_named(panel, action) {
        return String::new();
    }
    format!(" [{}]", named(&action.lines))
}

/// Whether the sentence is about the whole load or names its lines itself.
pub(crate) fn is_named(panel: &Panel, action: &Action) -> bool {
    let all = action.lines.is_empty() || action.lines.len() == panel.lines.len();
    all || action.text.starts_with("line ") || action.text.starts_with("Let no water")
}

fn one(out: &mut String, line: &LinePanel) -> fmt::Result {
    let guides: Vec<String> = line.guides.iter().map(ToString::to_string).collect();
    writeln!(
        out,
        "  line {}: {}, guide {}",
        line.line + 1,
        line.goods,
        guides.join(" or ")
    )?;
    if let Some(choose) = &line.choose {
        writeln!(out, "    {choose}")?;
    }
    for spread in &line.spreads {
        let Spread {
            case,
            source,
            small,
            large_source,
            large,
        } = spread;
        writeln!(out, "    {}", case.name())?;
        writeln!(out, "      small leak: {} ({})", reach(small), source.name())?;
        writeln!(
            out,
            "      large leak: {} ({})",
            reach(large),
            large_source.name()
        )?;
    }
    for row in &line.by_container {
        let meant = if line.containers.contains(&row.container) {
            ""
        } else {
            " (not on this line)"
        };
        writeln!(out, "      {}{meant}: {}", row.container.name(), row.isolate)?;
        for (time, winds) in [("day", row.day), ("night", row.night)] {
            let [low, moderate, high] = winds;
            writeln!(
                out,
                "        {time}, wind low {low}, moderate {moderate}, high {high}"
            )?;
        }
    }
    writeln!(out, "    fire: {}", line.fire)
}

/// `100 m (350 ft); downwind by day 0.5 km, by night 2.5 km`.
fn reach(reach: &Reach) -> String {
    match (reach.day, reach.night) {
        (Some(day), Some(night)) => {
            format!("{}; downwind by day {day}, by night {night}", reach.isolate)
        }
        _ => reach.isolate.to_string(),
    }
}
