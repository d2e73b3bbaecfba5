//! Dangerous-goods transport law: catalogue, mixed-load checks and papers for US highway and ADR.
//!
//! Pure: no files, no network, no users. Ask a [`Catalogue`] for rows, put [`Line`]s in a [`Load`],
//! and [`check()`] it under a [`Regime`]. Whatever is unknown or ambiguous is never cleared.

pub mod catalogue;
pub mod check;
pub mod consequence;
pub mod dataset;
pub mod emergency;
mod identity;
pub mod input;
pub mod label;
pub mod load;
pub mod paper;
pub mod report;
pub mod split;

pub use catalogue::{Admission, Catalogue, Edition, Hit, Matched, NameQuality, Row, Zone};
pub use check::{
    Advice, CheckResult, Condition, Finding, LineResult, Lines, Need, NotOverridable, Overridable, Pair,
    Verdict, answer_hash, check, overridable,
};
pub use identity::{
    InvalidRowId, InvalidUnNumber, PackingGroup, Regime, RowId, UnNumber, UnknownPackingGroup, UnknownRegime,
};
pub use load::{
    Confirmation, Containment, Entries, EntryKind, Goods, InvalidEntry, InvalidGoods, InvalidLine,
    InvalidLineSpec, InvalidLoad, InvalidQuantity, Line, LineSpec, Load, LoadHash, PhysicalState, Quantity,
    RadioactiveCategory, Travel, Unit,
};

/// Runs the examples of the README as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
