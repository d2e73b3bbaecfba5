//! Which labels there are, and how their numbers are read.

use std::str::FromStr;

/// A label, mark or plate that can be drawn. Made with `"6.1".parse()`, `"1.4S".parse()` and so on
/// for labels, `"LQ"` for the limited-quantity mark, `"33/1203"` or [`LabelModel::orange_plate`] for
/// the plate.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum LabelModel {
    /// Divisions 1.1, 1.2 and 1.3 with the compatibility group where known.
    Explosive {
        /// 1, 2 or 3.
        division: u8,
        /// `A` to `L`, `N` or `S`.
        group: Option<char>,
    },
    /// Divisions 1.4, 1.5 and 1.6, whose label shows the number alone.
    ExplosiveNumber {
        /// 4, 5 or 6.
        division: u8,
        /// `A` to `L`, `N` or `S`.
        group: Option<char>,
    },
    /// Explosive as a subsidiary hazard: the place of the division is left blank (ADR 5.2.2.2.2).
    ExplosiveSubsidiary,
    /// 2.1.
    FlammableGas,
    /// 2.2.
    NonFlammableGas,
    /// 2.3.
    ToxicGas,
    /// 3.
    FlammableLiquid,
    /// 4.1.
    FlammableSolid,
    /// 4.2.
    SpontaneouslyCombustible,
    /// 4.3.
    DangerousWhenWet,
    /// 5.1.
    Oxidizer,
    /// 5.2.
    OrganicPeroxide,
    /// 6.1.
    Toxic,
    /// 6.2.
    Infectious,
    /// 7.
    Radioactive,
    /// 8.
    Corrosive,
    /// 9.
    Miscellaneous,
    /// 9A.
    LithiumBattery,
    /// Mark of ADR 3.4.7, 49 CFR 172.315.
    LimitedQuantity,
    /// Orange plate of ADR 5.3.2.2, made with [`LabelModel::orange_plate`].
    OrangePlate {
        /// Hazard identification number, absent on a blank plate.
        hazard: Option<String>,
        /// UN number, four digits.
        un: String,
    },
}

/// Why a text names no label.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no label is called `{0}`")]
pub struct InvalidLabel(pub String);

/// Reads a label number, `LQ`, or an orange plate as `33/1203`.
impl FromStr for LabelModel {
    type Err = InvalidLabel;

    fn from_str(text: &str) -> Result<Self, InvalidLabel> {
        let invalid = || InvalidLabel(text.to_owned());
        Ok(match text {
            "1" => Self::ExplosiveSubsidiary,
            "2.1" => Self::FlammableGas,
            "2.2" => Self::NonFlammableGas,
            "2.3" => Self::ToxicGas,
            "3" => Self::FlammableLiquid,
            "4.1" => Self::FlammableSolid,
            "4.2" => Self::SpontaneouslyCombustible,
            "4.3" => Self::DangerousWhenWet,
            "5.1" => Self::Oxidizer,
            "5.2" => Self::OrganicPeroxide,
            "6.1" => Self::Toxic,
            "6.2" => Self::Infectious,
            "7" | "7X" => Self::Radioactive,
            "8" => Self::Corrosive,
            "9" => Self::Miscellaneous,
            "9A" => Self::LithiumBattery,
            "LQ" => Self::LimitedQuantity,
            _ => match text.split_once('/') {
                Some((hazard, un)) => Self::orange_plate(Some(hazard).filter(|h| !h.is_empty()), un)?,
                None => explosive(text).ok_or_else(invalid)?,
            },
        })
    }
}

/// `1.1` to `1.6` with or without a compatibility group of ADR 2.2.1.1.6.
fn explosive(text: &str) -> Option<LabelModel> {
    let mut rest = text.strip_prefix("1.")?.chars();
    let division = u8::try_from(rest.next()?.to_digit(10)?).ok()?;
    let group = rest.next();
    if rest.next().is_some() || group.is_some_and(|group| !matches!(group, 'A'..='H' | 'J'..='L' | 'N' | 'S'))
    {
        return None;
    }
    match division {
        1..=3 => Some(LabelModel::Explosive { division, group }),
        4..=6 => Some(LabelModel::ExplosiveNumber { division, group }),
        _ => None,
    }
}

impl LabelModel {
    /// The plate of ADR 5.3.2.2.3: hazard identification number over UN number.
    ///
    /// # Errors
    /// [`InvalidLabel`] where the hazard number is not two or three digits, optionally after an `X`,
    /// or the UN number is not four digits.
    pub fn orange_plate(hazard: Option<&str>, un: &str) -> Result<Self, InvalidLabel> {
        let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        let hazard_fits = |hazard: &str| {
            let number = hazard.strip_prefix('X').unwrap_or(hazard);
            matches!(number.len(), 2 | 3) && digits(number)
        };
        if un.len() != 4 || !digits(un) || !hazard.is_none_or(hazard_fits) {
            return Err(InvalidLabel(format!("{}/{un}", hazard.unwrap_or_default())));
        }
        Ok(Self::OrangePlate {
            hazard: hazard.map(str::to_owned),
            un: un.to_owned(),
        })
    }

    /// The name a screen reader speaks, such as `Class 3: flammable liquid`.
    #[must_use]
    pub fn title(&self) -> String {
        let title = match self {
            Self::Explosive { division, group } | Self::ExplosiveNumber { division, group } => {
                let group = group.map(String::from).unwrap_or_default();
                return format!("Class 1.{division}{group}: explosive");
            }
            Self::OrangePlate {
                hazard: Some(hazard),
                un,
            } => {
                return format!("Orange plate: hazard number {hazard}, UN {un}");
            }
            Self::OrangePlate { hazard: None, un } => return format!("Orange plate: UN {un}"),
            Self::ExplosiveSubsidiary => "Class 1: explosive",
            Self::FlammableGas => "Class 2.1: flammable gas",
            Self::NonFlammableGas => "Class 2.2: non-flammable, non-toxic gas",
            Self::ToxicGas => "Class 2.3: toxic gas",
            Self::FlammableLiquid => "Class 3: flammable liquid",
            Self::FlammableSolid => "Class 4.1: flammable solid",
            Self::SpontaneouslyCombustible => "Class 4.2: liable to spontaneous combustion",
            Self::DangerousWhenWet => "Class 4.3: dangerous when wet",
            Self::Oxidizer => "Class 5.1: oxidizer",
            Self::OrganicPeroxide => "Class 5.2: organic peroxide",
            Self::Toxic => "Class 6.1: toxic",
            Self::Infectious => "Class 6.2: infectious",
            Self::Radioactive => "Class 7: radioactive",
            Self::Corrosive => "Class 8: corrosive",
            Self::Miscellaneous => "Class 9: miscellaneous",
            Self::LithiumBattery => "Class 9A: lithium batteries",
            Self::LimitedQuantity => "Limited quantity",
        };
        title.to_owned()
    }
}
