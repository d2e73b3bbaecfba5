//! A line as typed on a command line: `UN1830:II`, `UN1203:LQ`, `UN1950:us:UN1950:2.1:1`.

use std::str::FromStr;

use super::{Goods, InvalidGoods, Line, PhysicalState};
use crate::identity::{InvalidRowId, PackingGroup, Regime, RowId, UnNumber, clip};

/// The text form of a [`Line`]: the goods, then suffixes after colons.
///
/// A suffix is a packing group (`I`, `II`, `III`), `LQ` for a limited quantity, a state (`solid`,
/// `liquid`, `gas`) or a row id (`us:…`, `adr:…`). A row id alone names its goods too.
///
/// ```
/// use dangerous_goods::{Line, LineSpec, PackingGroup};
/// let line: Line = "UN1830:II:LQ".parse::<LineSpec>()?.into();
/// assert_eq!(line.packing_group, Some(PackingGroup::II));
/// assert!(line.limited_quantity);
/// # Ok::<(), dangerous_goods::InvalidLineSpec>(())
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
    /// A suffix of no known kind.
    #[error("unknown suffix `{0}`, expected a packing group, `LQ`, `solid`, `liquid`, `gas` or a row id")]
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
        let mut at = usize::from(tokens[0].parse::<Regime>().is_err());
        while let Some(token) = tokens.get(at) {
            let end = if token.parse::<Regime>().is_ok() {
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
    if first.parse::<Regime>().is_err() {
        return Ok(first.parse()?);
    }
    match tokens.get(1..) {
        Some(["forbidden", slug, ..]) => Ok(slug.replace('-', " ").parse()?),
        Some([number, ..]) => Ok(number.parse()?),
        _ => Err(InvalidLineSpec::Suffix(clip(first))),
    }
}

/// Where the row id that begins at `start` ends: before a word that is never part of one.
fn row_end(tokens: &[&str], start: usize) -> usize {
    let is_word =
        |token: &&str| is_limited(token) || state(token).is_some() || token.parse::<Regime>().is_ok();
    tokens[start + 1..]
        .iter()
        .position(is_word)
        .map_or(tokens.len(), |offset| start + 1 + offset)
}

fn apply(line: &mut Line, tokens: &[&str]) -> Result<(), InvalidLineSpec> {
    let token = tokens.join(":");
    let repeated = || InvalidLineSpec::Repeated(clip(&token));
    if tokens.len() > 1 || token.parse::<Regime>().is_ok() {
        let row: RowId = token.parse()?;
        let chosen = match row.regime() {
            Regime::Us => &mut line.us_row,
            Regime::Adr => &mut line.adr_row,
        };
        return chosen.replace(row).map_or(Ok(()), |_| Err(repeated()));
    }
    if is_limited(&token) {
        line.limited_quantity = true;
        return Ok(());
    }
    if let Some(state) = state(&token) {
        return line
            .physical_state
            .replace(state)
            .map_or(Ok(()), |_| Err(repeated()));
    }
    let group: PackingGroup = token.parse().map_err(|_| InvalidLineSpec::Suffix(clip(&token)))?;
    line.packing_group
        .replace(group)
        .map_or(Ok(()), |_| Err(repeated()))
}

fn is_limited(token: &str) -> bool {
    token.eq_ignore_ascii_case("lq")
}

fn state(token: &str) -> Option<PhysicalState> {
    [PhysicalState::Solid, PhysicalState::Liquid, PhysicalState::Gas]
        .into_iter()
        .find(|state| token.eq_ignore_ascii_case(state.name()))
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
