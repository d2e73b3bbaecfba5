//! The columns of a table of goods: one for each field of a line, with how its cells read and are written.

use std::str::FromStr;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde::de::value::{Error as ValueError, StrDeserializer};

use crate::load::{EntryKind, Goods, Line, Quantity};

/// A column of a table of goods, named as the field of [`Line`] it fills, or as the entry of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the field of a line of the same name")]
pub enum Column {
    Goods,
    UsRow,
    AdrRow,
    PackingGroup,
    PhysicalState,
    Zone,
    Labels,
    RadioactiveCategory,
    Entry(EntryKind),
    StatedBy,
    Containment,
    LimitedQuantity,
    ExceptedQuantity,
    EmptyUncleaned,
    Quantity,
    GrossMass,
    InnerQuantity,
    Packages,
    Packaging,
    TechnicalName,
    EnvironmentallyHazardous,
    ReportableQuantity,
    ClosedContainer,
    Vehicle,
    Compartment,
    Bay,
}

impl Column {
    /// Every column, in the order in which a table is written.
    pub const ALL: [Self; 38] = [
        Self::Goods,
        Self::UsRow,
        Self::AdrRow,
        Self::PackingGroup,
        Self::PhysicalState,
        Self::Zone,
        Self::Labels,
        Self::RadioactiveCategory,
        Self::Entry(EntryKind::Radionuclides),
        Self::Entry(EntryKind::RadioactiveForm),
        Self::Entry(EntryKind::Activity),
        Self::Entry(EntryKind::ActivityInA2),
        Self::Entry(EntryKind::TransportIndex),
        Self::Entry(EntryKind::CriticalitySafetyIndex),
        Self::Entry(EntryKind::ApprovalMark),
        Self::Entry(EntryKind::ControlTemperature),
        Self::Entry(EntryKind::EmergencyTemperature),
        Self::Entry(EntryKind::FireworksReference),
        Self::Entry(EntryKind::HoldingTimeEnds),
        Self::Entry(EntryKind::AmmoniaInTank),
        Self::Entry(EntryKind::PetroleumGasInTank),
        Self::StatedBy,
        Self::Containment,
        Self::LimitedQuantity,
        Self::ExceptedQuantity,
        Self::EmptyUncleaned,
        Self::Quantity,
        Self::GrossMass,
        Self::InnerQuantity,
        Self::Packages,
        Self::Packaging,
        Self::TechnicalName,
        Self::EnvironmentallyHazardous,
        Self::ReportableQuantity,
        Self::ClosedContainer,
        Self::Vehicle,
        Self::Compartment,
        Self::Bay,
    ];

    /// The name in the header.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Goods => "goods",
            Self::UsRow => "us_row",
            Self::AdrRow => "adr_row",
            Self::PackingGroup => "packing_group",
            Self::PhysicalState => "physical_state",
            Self::Zone => "zone",
            Self::Labels => "labels",
            Self::RadioactiveCategory => "radioactive_category",
            Self::Entry(kind) => kind.code(),
            Self::StatedBy => "stated_by",
            Self::Containment => "containment",
            Self::LimitedQuantity => "limited_quantity",
            Self::ExceptedQuantity => "excepted_quantity",
            Self::EmptyUncleaned => "empty_uncleaned",
            Self::Quantity => "quantity",
            Self::GrossMass => "gross_mass",
            Self::InnerQuantity => "inner_quantity",
            Self::Packages => "packages",
            Self::Packaging => "packaging",
            Self::TechnicalName => "technical_name",
            Self::EnvironmentallyHazardous => "environmentally_hazardous",
            Self::ReportableQuantity => "reportable_quantity",
            Self::ClosedContainer => "closed_container",
            Self::Vehicle => "vehicle",
            Self::Compartment => "compartment",
            Self::Bay => "bay",
        }
    }

    /// The column a header cell names, whatever its case, with spaces or hyphens for underscores.
    pub(super) fn named(header: &str) -> Option<Self> {
        let name = header.trim().to_ascii_lowercase().replace([' ', '-'], "_");
        Self::ALL.into_iter().find(|column| column.name() == name)
    }

    /// Fills the field from a cell that is not blank.
    pub(super) fn read(self, cell: &str, line: &mut Line) -> Result<(), String> {
        match self {
            Self::Goods => line.goods = cell.parse::<Goods>().map_err(|error| error.to_string())?,
            Self::UsRow => line.us_row = Some(parsed(cell)?),
            Self::AdrRow => line.adr_row = Some(parsed(cell)?),
            Self::PackingGroup => line.packing_group = Some(parsed(cell)?),
            Self::PhysicalState => {
                line.physical_state = Some(word(&lower(cell), "`solid`, `liquid` or `gas`")?);
            }
            Self::Zone => line.zone = Some(word(&cell.to_ascii_uppercase(), "`A`, `B`, `C` or `D`")?),
            Self::Labels => line.labels = cell.split_whitespace().map(str::to_owned).collect(),
            Self::RadioactiveCategory => {
                line.radioactive_category = Some(word(&cell.to_ascii_uppercase(), "`I`, `II` or `III`")?);
            }
            Self::Entry(kind) => line.entries.set(kind, cell).map_err(|error| error.to_string())?,
            Self::StatedBy => line.stated_by = Some(cell.to_owned()),
            Self::Containment => {
                line.containment = word(&lower(cell), "`packages`, `tank`, `portable_tank` or `bulk`")?;
            }
            Self::LimitedQuantity => line.limited_quantity = yes(cell)?,
            Self::ExceptedQuantity => line.excepted_quantity = yes(cell)?,
            Self::EmptyUncleaned => line.empty_uncleaned = yes(cell)?,
            Self::Quantity => line.quantity = Some(quantity(cell)?),
            Self::GrossMass => line.gross_mass = Some(quantity(cell)?),
            Self::InnerQuantity => line.inner_quantity = Some(quantity(cell)?),
            Self::Packages => line.packages = Some(number(cell, u32::MAX)?),
            Self::Packaging => line.packaging = Some(cell.to_owned()),
            Self::TechnicalName => line.technical_name = Some(cell.to_owned()),
            Self::EnvironmentallyHazardous => line.environmentally_hazardous = yes(cell)?,
            Self::ReportableQuantity => line.reportable_quantity = yes(cell)?,
            Self::ClosedContainer => line.closed_container = yes(cell)?,
            Self::Vehicle => line.vehicle = Some(number(cell, u8::MAX)?),
            Self::Compartment => line.compartment = Some(number(cell, u8::MAX)?),
            Self::Bay => line.bay = Some(number(cell, u8::MAX)?),
        }
        Ok(())
    }

    /// The cell of a field; blank where nothing is said.
    pub(super) fn write(self, line: &Line) -> String {
        let flag = |value: bool| if value { "yes" } else { "" }.to_owned();
        match self {
            Self::Goods => line.goods.to_string(),
            Self::UsRow => shown(line.us_row.as_ref()),
            Self::AdrRow => shown(line.adr_row.as_ref()),
            Self::PackingGroup => shown(line.packing_group),
            Self::PhysicalState => line.physical_state.map_or_else(String::new, word_of),
            Self::Zone => shown(line.zone),
            Self::Labels => line.labels.join(" "),
            Self::RadioactiveCategory => line.radioactive_category.map_or_else(String::new, word_of),
            Self::Entry(kind) => shown(line.entries.get(kind)),
            Self::StatedBy => shown(line.stated_by.as_ref()),
            Self::Containment if line.containment.is_packages() => String::new(),
            Self::Containment => line.containment.code().to_owned(),
            Self::LimitedQuantity => flag(line.limited_quantity),
            Self::ExceptedQuantity => flag(line.excepted_quantity),
            Self::EmptyUncleaned => flag(line.empty_uncleaned),
            Self::Quantity => shown(line.quantity),
            Self::GrossMass => shown(line.gross_mass),
            Self::InnerQuantity => shown(line.inner_quantity),
            Self::Packages => shown(line.packages),
            Self::Packaging => shown(line.packaging.as_ref()),
            Self::TechnicalName => shown(line.technical_name.as_ref()),
            Self::EnvironmentallyHazardous => flag(line.environmentally_hazardous),
            Self::ReportableQuantity => flag(line.reportable_quantity),
            Self::ClosedContainer => flag(line.closed_container),
            Self::Vehicle => shown(line.vehicle),
            Self::Compartment => shown(line.compartment),
            Self::Bay => shown(line.bay),
        }
    }
}

fn shown(value: Option<impl ToString>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

fn lower(cell: &str) -> String {
    cell.to_ascii_lowercase().replace([' ', '-'], "_")
}

fn parsed<T: FromStr<Err: ToString>>(cell: &str) -> Result<T, String> {
    cell.parse().map_err(|error: T::Err| error.to_string())
}

/// A word that JSON knows as well: the one list of them is that of the type.
fn word<T: DeserializeOwned>(cell: &str, expected: &str) -> Result<T, String> {
    let text: StrDeserializer<'_, ValueError> = StrDeserializer::new(cell);
    T::deserialize(text).map_err(|_| format!("`{}` is not {expected}", crate::identity::clip(cell)))
}

fn word_of(value: impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

fn yes(cell: &str) -> Result<bool, String> {
    match cell.to_ascii_lowercase().as_str() {
        "yes" | "true" => Ok(true),
        "no" | "false" => Ok(false),
        _ => Err(format!(
            "`{}` is neither `yes` nor `no`; blank is no",
            crate::identity::clip(cell)
        )),
    }
}

/// A decimal comma and a comma between thousands look the same: neither is guessed.
fn quantity(cell: &str) -> Result<Quantity, String> {
    if cell.contains(',') {
        return Err(format!(
            "`{}` has a comma; write a decimal point as in `12.5 L`, and nothing between thousands",
            crate::identity::clip(cell)
        ));
    }
    parsed(cell)
}

fn number<T: TryFrom<u32>>(cell: &str, most: impl Into<u32>) -> Result<T, String> {
    let most = most.into();
    let digits = cell.bytes().all(|byte| byte.is_ascii_digit());
    let value = cell.parse::<u32>().ok().filter(|_| digits);
    value.and_then(|value| T::try_from(value).ok()).ok_or_else(|| {
        format!(
            "`{}` is not a whole number from 0 to {most}",
            crate::identity::clip(cell)
        )
    })
}
