//! On the telephone; what is on each line follows these sentences.

use super::{Advice, always};

pub(super) const TABLE: &[Advice] = &[
    always("Where: road, direction, kilometre or mile marker, nearest place."),
    always("What: leak, fire or crash; how much has come out, and whether it goes on."),
    always("Who: how many are hurt, and what they touched or breathed."),
    always("Around: wind, houses, drains, water, people who cannot leave."),
    always("Read out what is on board, line by line. Do not hang up first."),
];
