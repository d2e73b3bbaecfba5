//! What to do, in the project's own words, by hazard.
//!
//! Each step has its table of sentences, in the order in which they are said. A sentence is said once, with
//! the lines it is about. Two things are settled here and not in the tables: no sentence that uses water
//! stands against a line that no water may reach, and nobody is sent near the leak while anything on the
//! load kills at a distance.

mod fire;
mod first_aid;
mod first_minute;
mod spill;
mod tell;

use super::hazard::Hazard;
use super::line;
use super::panel::{Action, LinePanel, Section, Step};

/// Goods that no water may reach.
pub(super) const NO_WATER: [Hazard; 3] = [Hazard::WaterReactive, Hazard::Hot, Hazard::Unknown];

/// Goods that kill before a person is near enough to do anything.
const DEADLY: [Hazard; 6] = [
    Hazard::Unknown,
    Hazard::Explosive,
    Hazard::Inhalation,
    Hazard::WaterToxicGas,
    Hazard::Desensitized,
    Hazard::Radioactive,
];

/// One sentence and when it is said.
struct Advice {
    /// Said where a line has one of these; of the whole load where there are none.
    on: &'static [Hazard],
    kind: Kind,
    text: &'static str,
}

/// What has to be settled with the rest of the load before a sentence is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Nothing.
    Plain,
    /// Brings water to the goods.
    Water,
    /// Brings a person near the goods.
    Near,
}

const fn always(text: &'static str) -> Advice {
    on(&[], text)
}

const fn on(on: &'static [Hazard], text: &'static str) -> Advice {
    Advice {
        on,
        kind: Kind::Plain,
        text,
    }
}

const fn water(on: &'static [Hazard], text: &'static str) -> Advice {
    Advice {
        on,
        kind: Kind::Water,
        text,
    }
}

const fn near(on: &'static [Hazard], text: &'static str) -> Advice {
    Advice {
        on,
        kind: Kind::Near,
        text,
    }
}

/// The sentences of a step; those of [`Step::Tell`] stand around what is said of each line.
const fn table(step: Step) -> &'static [Advice] {
    match step {
        Step::FirstMinute => first_minute::TABLE,
        Step::Tell => tell::TABLE,
        Step::Fire => fire::TABLE,
        Step::Spill => spill::TABLE,
        Step::FirstAid => first_aid::TABLE,
    }
}

/// Everything to do, step by step. A load that names no goods is answered as one that is not known.
pub(super) fn sections(lines: &[LinePanel]) -> Vec<Section> {
    let section = |step| {
        let mut actions = Vec::new();
        if matches!(step, Step::Fire | Step::Spill) {
            actions.extend(keep_dry(lines));
        }
        actions.extend(table(step).iter().filter_map(|advice| said(advice, lines)));
        if step == Step::Tell {
            // The last sentence asks to read these out.
            actions.extend(lines.iter().map(|line| Action {
                text: line.tell.clone(),
                lines: vec![line.line],
            }));
        }
        Section { step, actions }
    };
    Step::ALL.map(section).to_vec()
}

/// `Let no water reach line 3 (UN1428 Sodium): reacts with water.`, once for each reason.
fn keep_dry(lines: &[LinePanel]) -> Vec<Action> {
    let mut reasons: Vec<(String, Vec<&LinePanel>)> = Vec::new();
    for line in lines.iter().filter(|line| line.no_water) {
        let why = why_dry(line);
        match reasons.iter_mut().find(|(known, _)| *known == why) {
            Some((_, lines)) => lines.push(line),
            None => reasons.push((why, vec![line])),
        }
    }
    let action = |(why, lines): (String, Vec<&LinePanel>)| {
        let names: Vec<String> = lines
            .iter()
            .map(|line| format!("line {} ({})", line.line + 1, line.goods))
            .collect();
        Action {
            text: format!("Let no water reach {}: {why}.", names.join(", ")),
            lines: lines.iter().map(|line| line.line).collect(),
        }
    };
    reasons.into_iter().map(action).collect()
}

fn why_dry(line: &LinePanel) -> String {
    if !line.water_gases.is_empty() {
        format!("gives off {}", line::listed(&line.water_gases))
    } else if line.hazards.contains(&Hazard::WaterReactive) {
        "reacts with water".to_owned()
    } else if line.hazards.contains(&Hazard::Hot) {
        "hot, so that water flashes to steam and throws it about".to_owned()
    } else {
        "may react with water".to_owned()
    }
}

fn said(advice: &Advice, lines: &[LinePanel]) -> Option<Action> {
    let has = |line: &LinePanel| line.hazards.iter().any(|hazard| advice.on.contains(hazard));
    let mut about: Vec<usize> = lines
        .iter()
        .filter(|line| has(line))
        .map(|line| line.line)
        .collect();
    let unnamed = lines.is_empty() && advice.on.contains(&Hazard::Unknown);
    if !advice.on.is_empty() && about.is_empty() && !unnamed {
        return None;
    }
    let mut text = advice.text.to_owned();
    match advice.kind {
        Kind::Plain => {}
        Kind::Water => {
            let dry: Vec<usize> = lines
                .iter()
                .filter(|line| line.no_water)
                .map(|line| line.line)
                .collect();
            about.retain(|line| !dry.contains(line));
            if about.is_empty() {
                return None;
            }
            if !dry.is_empty() {
                text.push_str(&format!(" Not where it can reach {}.", named(&dry)));
            }
        }
        Kind::Near => {
            let deadly = |line: &LinePanel| line.hazards.iter().any(|hazard| DEADLY.contains(hazard));
            if lines.is_empty() || lines.iter().any(deadly) {
                return None;
            }
        }
    }
    Some(Action { text, lines: about })
}

/// `line 3`, `lines 3 and 5`, `lines 1, 3 and 5`.
pub(super) fn named(lines: &[usize]) -> String {
    let numbers: Vec<String> = lines.iter().map(|line| (line + 1).to_string()).collect();
    match numbers.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("lines {} and {last}", rest.join(", ")),
        _ => format!("line {}", numbers.concat()),
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, Step, table};
    use crate::emergency::Hazard;

    #[test]
    fn every_hazard_has_sentences_of_its_own_for_a_leak_and_is_spoken_of_twice_at_least() {
        for hazard in Hazard::ALL {
            let count = |step| {
                table(step)
                    .iter()
                    .filter(|advice| advice.on.contains(&hazard))
                    .count()
            };
            assert!(count(Step::Spill) > 0, "{hazard:?}");
            let all: usize = Step::ALL.into_iter().map(count).sum();
            assert!(all >= 2, "{hazard:?}");
        }
    }

    #[test]
    fn every_step_speaks_to_any_load() {
        for step in Step::ALL {
            assert!(table(step).iter().any(|advice| advice.on.is_empty()), "{step:?}");
        }
    }

    #[test]
    fn sentences_are_short_whole_and_said_once() {
        let all: Vec<&str> = Step::ALL
            .into_iter()
            .flat_map(table)
            .map(|advice| advice.text)
            .collect();
        for text in &all {
            assert!(text.len() <= 150 && text.ends_with('.'), "{text}");
            assert!(text.chars().next().is_some_and(char::is_uppercase), "{text}");
            assert_eq!(all.iter().filter(|other| *other == text).count(), 1, "{text}");
        }
    }

    #[test]
    fn a_sentence_that_names_water_for_goods_is_marked_so_that_it_yields() {
        for step in [Step::Fire, Step::Spill] {
            for advice in table(step) {
                let brings = ["much water", "with water", "keep it wet", "damp"];
                let warns = ["Let no", "no water", "No water", "gives off", "Never", "not aim"];
                if brings.iter().any(|word| advice.text.contains(word))
                    && !warns.iter().any(|word| advice.text.contains(word))
                {
                    assert_eq!(advice.kind, Kind::Water, "{}", advice.text);
                }
            }
        }
    }
}
