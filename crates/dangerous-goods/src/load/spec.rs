//! A line as typed on a command line: `UN1830:II`, `UN1203:333 L`, `UN1203:LQ`, `UN1950:us:UN1950:2.1:1`.

use std::str::FromStr;

use super::{Containment, Goods, InvalidGoods, Line, PhysicalState, Quantity};
use crate::dataset::{DataSetRowId, InvalidDataSetRowId, OtherRegime};
use crate::identity::{InvalidRowId, PackingGroup, Regime, RowId, UnNumber, clip};

/// The text form of a [`Line`]: the goods, then suffixes after colons.
///
/// A suffix is a packing group (`I`, `II`, `III`), `LQ` or `EQ` for a limited or excepted quantity, a state
/// (`solid`, `liquid`, `gas`), a containment (`tank`, `portable_tank`, `bulk`), `empty` for empty and not
/// cleaned, an amount (`333 L`, `50 kg`) or a row id (`us:…`, `adr:…`, `imdg:…`, `adg:…`,
/// `iata:…`). A row id alone names its goods too.
///
/// ```
/// use dangerous_goods::{Line, LineSpec, PackingGroup};
/// let line: Line = "UN1830:II:LQ:12 L".parse::<LineSpec>()?.into();
/// assert_eq!(line.packing_group, Some(PackingGroup::II));
/// assert!(line.limited_quantity);
/// assert_eq!(line.quantity, Some("12 L".parse()?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineSpec(Line);

/// Text that is no line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidLineSpec {
    /// The part before the first colon names no goods.
    #[error(transparent)]
    Goods(#[from] InvalidGoods),
    /// A row id that cannot be one.
    #[error(transparent)]
    Row(#[from] InvalidRowId),
    /// A key of a row of a data set that cannot be one.
    #[error(transparent)]
    DataSetRow(#[from] InvalidDataSetRowId),
    /// A suffix of no known kind.
    #[error(
        "unknown suffix `{0}`, expected a packing group, `LQ`, `EQ`, `solid`, `liquid`, `gas`, `tank`, `portable_tank`, `bulk`, `empty`, an amount such as `12 L`, or a row id"
    )]
    Suffix(String),
    /// A suffix of a kind that was given before.
    #[error("the suffix `{0}` contradicts an earlier one")]
    Repeated(String),
}

impl FromStr for LineSpec {
    type Err = InvalidLineSpec;

    fn from_str(text: &str) -> Result<Self, InvalidLineSpec> {
        let tokens: Vec<&str> = text.split(':').map(str::trim).collect();
        let mut line = Line::new(goods(&tokens)?);
        let mut at = usize::from(!begins_row(tokens[0]));
        while let Some(token) = tokens.get(at) {
            let end = if begins_row(token) {
                row_end(&tokens, at)
            } else {
                at + 1
            };
            apply(&mut line, &tokens[at..end])?;
            at = end;
        }
        Ok(Self(line))
    }
}

/// The goods are the first token, or the second part of a row id that stands alone.
fn goods(tokens: &[&str]) -> Result<Goods, InvalidLineSpec> {
    let first = tokens[0];
    if !begins_row(first) {
        return Ok(first.parse()?);
    }
    match tokens.get(1..) {
        Some(["forbidden", slug, ..]) => Ok(slug.replace('-', " ").parse()?),
        // Of goods without a number the name stands here, its words joined by hyphens.
        Some([name, ..]) if is_data_set(first) && name.parse::<UnNumber>().is_err() => {
            Ok(name.replace('-', " ").parse()?)
        }
        Some([number, ..]) => Ok(number.parse()?),
        _ => Err(InvalidLineSpec::Suffix(clip(first))),
    }
}

/// Whether a row id begins with this token.
fn begins_row(token: &str) -> bool {
    token.parse::<Regime>().is_ok() || is_data_set(token)
}

/// Whether a row id of a data set begins with this token.
fn is_data_set(token: &str) -> bool {
    OtherRegime::ALL.iter().any(|regime| regime.code() == token)
}

/// Where the row id that begins at `start` ends: before a word that is never part of one.
fn row_end(tokens: &[&str], start: usize) -> usize {
    let is_word = |token: &&str| word(token).is_some() || begins_row(token);
    tokens[start + 1..]
        .iter()
        .position(is_word)
        .map_or(tokens.len(), |offset| start + 1 + offset)
}

fn apply(line: &mut Line, tokens: &[&str]) -> Result<(), InvalidLineSpec> {
    let token = tokens.join(":");
    let repeated = || InvalidLineSpec::Repeated(clip(&token));
    if is_data_set(tokens[0]) {
        let row: DataSetRowId = token.parse()?;
        return line.data_set_rows.choose(row).map_err(|_| repeated());
    }
    if tokens.len() > 1 || token.parse::<Regime>().is_ok() {
        let row: RowId = token.parse()?;
        let chosen = match row.regime() {
            Regime::Us => &mut line.us_row,
            Regime::Adr => &mut line.adr_row,
        };
        return chosen.replace(row).map_or(Ok(()), |_| Err(repeated()));
    }
    let contradicts = match word(&token) {
        Some(Word::Limited) => std::mem::replace(&mut line.limited_quantity, true) || line.excepted_quantity,
        Some(Word::Excepted) => std::mem::replace(&mut line.excepted_quantity, true) || line.limited_quantity,
        Some(Word::Empty) => std::mem::replace(&mut line.empty_uncleaned, true),
        Some(Word::State(state)) => line.physical_state.replace(state).is_some(),
        Some(Word::Containment(containment)) => {
            !std::mem::replace(&mut line.containment, containment).is_packages()
        }
        Some(Word::Quantity(quantity)) => line.quantity.replace(quantity).is_some(),
        None => {
            let group: PackingGroup = token.parse().map_err(|_| InvalidLineSpec::Suffix(clip(&token)))?;
            line.packing_group.replace(group).is_some()
        }
    };
    if contradicts { Err(repeated()) } else { Ok(()) }
}

/// A suffix that is never part of a row id.
enum Word {
    Limited,
    Excepted,
    Empty,
    State(PhysicalState),
    Containment(Containment),
    Quantity(Quantity),
}

fn word(token: &str) -> Option<Word> {
    let lower = token.to_ascii_lowercase();
    Some(match lower.as_str() {
        "lq" => Word::Limited,
        "eq" => Word::Excepted,
        "empty" => Word::Empty,
        "solid" => Word::State(PhysicalState::Solid),
        "liquid" => Word::State(PhysicalState::Liquid),
        "gas" => Word::State(PhysicalState::Gas),
        "tank" => Word::Containment(Containment::Tank),
        "portable_tank" => Word::Containment(Containment::PortableTank),
        "bulk" => Word::Containment(Containment::Bulk),
        _ => Word::Quantity(token.parse().ok()?),
    })
}

impl From<LineSpec> for Line {
    fn from(spec: LineSpec) -> Self {
        spec.0
    }
}

impl From<UnNumber> for Line {
    fn from(number: UnNumber) -> Self {
        Self::new(Goods::Number(number))
    }
}
