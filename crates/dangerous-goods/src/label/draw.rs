//! Which shapes make which label, in the colours of ADR 5.2.2.2.2.
//!
//! A new label is one more arm of [`shapes`] and a variant of [`LabelModel`].

use super::LabelModel;
use super::pictogram as p;
use super::shape::{BLACK, BLUE, Colour, GREEN, ORANGE, RED, Shape, WHITE, YELLOW, fill, stroke, text};

/// The shapes of a label from back to front.
pub(crate) fn shapes(model: &LabelModel) -> Vec<Shape> {
    match model {
        LabelModel::Explosive { division, group } => {
            let mut shapes = diamond(ORANGE, ORANGE, BLACK, BLACK);
            shapes.push(fill(p::BOMB, BLACK));
            let group = group.map(String::from).unwrap_or_default();
            shapes.push(text(50.0, 72.0, 13.0, format!("1.{division}{group}"), BLACK));
            shapes.push(number("1", BLACK));
            shapes
        }
        LabelModel::ExplosiveNumber { division, group } => {
            let mut shapes = diamond(ORANGE, ORANGE, BLACK, BLACK);
            shapes.push(text(50.0, 51.0, 28.0, format!("1.{division}"), BLACK));
            shapes.extend(group.map(|group| text(50.0, 69.0, 16.0, group, BLACK)));
            shapes.push(number("1", BLACK));
            shapes
        }
        LabelModel::ExplosiveSubsidiary => {
            let mut shapes = diamond(ORANGE, ORANGE, BLACK, BLACK);
            shapes.extend([fill(p::BOMB, BLACK), number("1", BLACK)]);
            shapes
        }
        LabelModel::FlammableGas => flame(RED, WHITE, "2"),
        LabelModel::NonFlammableGas => {
            let mut shapes = diamond(GREEN, GREEN, WHITE, WHITE);
            shapes.extend([fill(p::CYLINDER, WHITE), number("2", WHITE)]);
            shapes
        }
        LabelModel::ToxicGas => skull("2"),
        LabelModel::FlammableLiquid => flame(RED, WHITE, "3"),
        LabelModel::FlammableSolid => {
            let mut shapes = vec![fill(p::FIELD, WHITE), fill(p::STRIPES, RED)];
            shapes.extend(lines(BLACK, BLACK));
            // The number stands on its own ground, or it drowns in the stripes.
            shapes.extend([fill(p::FLAME, BLACK), fill(p::FLAME_HEART, WHITE)]);
            shapes.extend([fill(p::NUMBER_GROUND, WHITE), number("4", BLACK)]);
            shapes
        }
        LabelModel::SpontaneouslyCombustible => {
            let mut shapes = diamond(WHITE, RED, BLACK, BLACK);
            shapes.extend([
                fill(p::FLAME, BLACK),
                fill(p::FLAME_HEART, WHITE),
                number("4", BLACK),
            ]);
            shapes
        }
        LabelModel::DangerousWhenWet => flame(BLUE, WHITE, "4"),
        LabelModel::Oxidizer => {
            let mut shapes = diamond(YELLOW, YELLOW, BLACK, BLACK);
            shapes.extend([fill(p::SMALL_FLAME, BLACK), fill(p::SMALL_FLAME_HEART, YELLOW)]);
            shapes.extend([stroke(p::OXYGEN, BLACK, 4.4), fill(p::OXYGEN_BASE, BLACK)]);
            shapes.push(number("5.1", BLACK));
            shapes
        }
        LabelModel::OrganicPeroxide => {
            let mut shapes = diamond(RED, YELLOW, WHITE, BLACK);
            shapes.extend([
                fill(p::HIGH_FLAME, WHITE),
                fill(p::HIGH_FLAME_HEART, RED),
                number("5.2", BLACK),
            ]);
            shapes
        }
        LabelModel::Toxic => skull("6"),
        LabelModel::Infectious => {
            let mut shapes = diamond(WHITE, WHITE, BLACK, BLACK);
            shapes.extend([fill(p::BIOHAZARD, BLACK), fill(p::BIOHAZARD_HOLLOWS, WHITE)]);
            shapes.extend([stroke(p::BIOHAZARD_RING, BLACK, 2.8), number("6", BLACK)]);
            shapes
        }
        LabelModel::Radioactive => {
            let mut shapes = diamond(YELLOW, WHITE, BLACK, BLACK);
            shapes.extend([stroke(p::EQUATOR, BLACK, 1.0), fill(p::TREFOIL, BLACK)]);
            shapes.extend([text(50.0, 60.5, 6.8, "RADIOACTIVE", BLACK), number("7", BLACK)]);
            shapes
        }
        LabelModel::Corrosive => {
            let mut shapes = diamond(WHITE, BLACK, BLACK, WHITE);
            shapes.extend([fill(p::TUBES, BLACK), fill(p::TUBES_HOLLOW, WHITE)]);
            shapes.extend([fill(p::SPILL, BLACK), number("8", WHITE)]);
            shapes
        }
        LabelModel::Miscellaneous => {
            let mut shapes = diamond(WHITE, WHITE, BLACK, BLACK);
            shapes.extend([
                fill(p::STRIPES_UPPER, BLACK),
                number("9", BLACK),
                fill(p::UNDERLINE, BLACK),
            ]);
            shapes
        }
        LabelModel::LithiumBattery => {
            let mut shapes = diamond(WHITE, WHITE, BLACK, BLACK);
            shapes.extend([fill(p::STRIPES_UPPER, BLACK), fill(p::BATTERIES, BLACK)]);
            shapes.extend([number("9", BLACK), fill(p::UNDERLINE, BLACK)]);
            shapes
        }
        LabelModel::LimitedQuantity => vec![
            fill(p::FIELD, WHITE),
            fill(p::LIMITED_CORNERS, BLACK),
            stroke(p::LIMITED_EDGE, BLACK, 3.0),
        ],
        LabelModel::OrangePlate { hazard, un } => {
            let mut shapes = vec![fill(p::PLATE, ORANGE), stroke(p::PLATE_LINES, BLACK, 3.0)];
            shapes.extend(hazard.clone().map(|hazard| text(50.0, 44.8, 33.0, hazard, BLACK)));
            shapes.push(text(50.0, 80.3, 33.0, un.clone(), BLACK));
            shapes
        }
    }
}

/// The field in two colours with its line in two colours.
fn diamond(upper: Colour, lower: Colour, line_upper: Colour, line_lower: Colour) -> Vec<Shape> {
    let mut shapes = vec![fill(p::FIELD, upper)];
    if lower != upper {
        shapes.push(fill(p::LOWER, lower));
    }
    shapes.extend(lines(line_upper, line_lower));
    shapes
}

fn lines(upper: Colour, lower: Colour) -> [Shape; 3] {
    [
        stroke(p::LINE_UPPER, upper, 1.4),
        stroke(p::LINE_LOWER, lower, 1.4),
        stroke(p::EDGE, BLACK, 0.8),
    ]
}

/// The class in the bottom corner, where a division has less room.
fn number(class: &str, colour: Colour) -> Shape {
    if class.len() == 1 {
        text(50.0, 86.0, 14.0, class, colour)
    } else {
        text(50.0, 82.5, 12.0, class, colour)
    }
}

fn flame(ground: Colour, symbol: Colour, class: &str) -> Vec<Shape> {
    let mut shapes = diamond(ground, ground, symbol, symbol);
    shapes.extend([
        fill(p::FLAME, symbol),
        fill(p::FLAME_HEART, ground),
        number(class, symbol),
    ]);
    shapes
}

fn skull(class: &str) -> Vec<Shape> {
    let mut shapes = diamond(WHITE, WHITE, BLACK, BLACK);
    // The white rim keeps the skull apart from the bones behind it.
    shapes.extend([
        fill(p::BONES, BLACK),
        stroke(p::SKULL, WHITE, 3.0),
        fill(p::SKULL, BLACK),
    ]);
    shapes.extend([fill(p::SKULL_HOLLOWS, WHITE), number(class, BLACK)]);
    shapes
}
