//! How much a package may hold as a limited quantity (ADR 3.4, 49 CFR 173.150 to 173.155) or as an excepted
//! quantity (ADR 3.5).

use serde::Serialize;

use super::Amount;
use super::goods::Goods;
use crate::catalogue::{Catalogue, ExceptedQuantity, LimitedQuantity, Row};
use crate::identity::{PackingGroup, Regime};
use crate::load::{Line, Load, PhysicalState, Quantity, Unit};

/// Whether a line keeps the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Within {
    /// At or below the limit.
    Yes,
    /// Above it, or there is no limited or excepted quantity of these goods.
    No,
    /// Something is missing.
    NotKnown,
}

/// One limit applied to one line that is said to be a limited or excepted quantity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Limit {
    /// The regime whose limit it is.
    pub regime: Regime,
    /// Position of the line in the load, from zero.
    pub line: usize,
    /// The clause.
    pub clause: &'static str,
    /// Whether it is kept.
    pub within: Within,
    /// What was compared, or what is missing, in one sentence.
    pub sentence: String,
}

/// Every limit on every line that is said to be a limited or excepted quantity.
///
/// ```
/// use dangerous_goods::consequence::limits::{self, Within};
/// use dangerous_goods::{Catalogue, Load, Regime};
/// let load: Load = serde_json::from_str(
///     r#"{"lines": [{"goods": "UN1203", "limited_quantity": true, "packages": 1,
///         "inner_quantity": {"value": "1", "unit": "L"}, "gross_mass": {"value": "30", "unit": "kg"}}]}"#,
/// )?;
/// let limits = limits::of(Catalogue::embedded(), Regime::Adr, &load);
/// assert!(limits.iter().all(|limit| limit.within == Within::Yes));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[must_use]
pub fn of(catalogue: &Catalogue, regime: Regime, load: &Load) -> Vec<Limit> {
    let goods = Goods::all(catalogue, regime, load);
    goods
        .iter()
        .flat_map(|goods| on(catalogue, regime, goods))
        .collect()
}

fn on(catalogue: &Catalogue, regime: Regime, goods: &Goods<'_>) -> Vec<Limit> {
    let mut limits = Limits {
        regime,
        found: Vec::new(),
    };
    if goods.line.limited_quantity {
        limited(catalogue, goods, &mut limits);
    }
    if goods.line.excepted_quantity {
        excepted(goods, &mut limits);
    }
    limits.found
}

/// What the first limit that the line is known not to keep says.
pub(super) fn not_kept(catalogue: &Catalogue, regime: Regime, goods: &Goods<'_>) -> Option<String> {
    let broken = on(catalogue, regime, goods)
        .into_iter()
        .find(|limit| limit.within == Within::No)?;
    let said = broken.sentence.strip_prefix(&goods.name)?.strip_prefix(": ")?;
    Some(format!("{said} ({})", broken.clause))
}

struct Verdict(Within, String);

/// The answers of one regime on the way.
struct Limits {
    regime: Regime,
    found: Vec<Limit>,
}

impl Limits {
    fn push(&mut self, goods: &Goods<'_>, clause: &'static str, Verdict(within, said): Verdict) {
        self.found.push(Limit {
            regime: self.regime,
            line: goods.at,
            clause,
            within,
            sentence: format!("{}: {said}", goods.name),
        });
    }
}

fn limited(catalogue: &Catalogue, goods: &Goods<'_>, limits: &mut Limits) {
    let (clause, most, gross) = match limits.regime {
        Regime::Adr => ("ADR 3.4.2, column 7a", goods.agreed(inner_of_adr), "ADR 3.4.2"),
        Regime::Us => {
            let state = goods.state(catalogue);
            (
                "49 CFR 173.150 to 173.155",
                goods.agreed(|row| inner_of_us(row, state)),
                "49 CFR 173.150(b)",
            )
        }
    };
    let inner = match most.and_then(|most| most) {
        Ok(most) => compare("an inner packaging holds", goods.line.inner_quantity, &most),
        Err(why) => Verdict(Within::NotKnown, why),
    };
    limits.push(goods, clause, inner);
    limits.push(goods, gross, per_package(goods, Amount::whole(30), "30 kg"));
}

/// At most this gross mass a package.
fn per_package(goods: &Goods<'_>, most: Amount, words: &str) -> Verdict {
    let (Some(mass), Some(packages)) = (goods.line.gross_mass, goods.line.packages) else {
        return Verdict(
            Within::NotKnown,
            "the gross mass and the number of packages are missing".to_owned(),
        );
    };
    let Some(each) = Amount::from(mass).per(u64::from(packages)) else {
        return Verdict(Within::NotKnown, "the number of packages is missing".to_owned());
    };
    let within = if each <= most { Within::Yes } else { Within::No };
    Verdict(within, format!("a package has {each} kg gross, at most {words}"))
}

/// The largest net amount of an inner packaging: none where the goods have no limited quantity.
type Most = Vec<(u64, Unit)>;

fn compare(what: &str, given: Option<Quantity>, most: &Most) -> Verdict {
    if most.is_empty() {
        return Verdict(
            Within::No,
            "the law provides for no such quantity of these goods".to_owned(),
        );
    }
    let words: Vec<String> = most
        .iter()
        .map(|(limit, unit)| format!("{} {unit}", Amount::thousandths(*limit)))
        .collect();
    let words = words.join(" or ");
    let Some(given) = given else {
        return Verdict(
            Within::NotKnown,
            format!("the net quantity of an inner packaging is missing, at most {words}"),
        );
    };
    match most.iter().find(|(_, unit)| *unit == given.unit()) {
        Some((limit, _)) if given.thousandths() <= *limit => {
            Verdict(Within::Yes, format!("{what} {given}, at most {words}"))
        }
        Some(_) => Verdict(Within::No, format!("{what} {given}, at most {words}")),
        None => Verdict(
            Within::NotKnown,
            format!("the limit is {words}, the quantity is given in {}", given.unit()),
        ),
    }
}

/// Column 7a.
fn inner_of_adr(row: &Row) -> Result<Most, String> {
    match row.inner_limit() {
        Some(LimitedQuantity::Nothing) => Ok(Vec::new()),
        Some(LimitedQuantity::AtMost(most)) => {
            let limit = |most: &Quantity| (most.thousandths(), most.unit());
            Ok(most.iter().map(limit).collect())
        }
        _ => Err(format!(
            "the table gives the limit as `{}`",
            row.limited_quantity()
        )),
    }
}

/// The limits of 173.150 to 173.155 by class and packing group. Gases and organic peroxides have limits by
/// capacity and type, which the table does not hold.
fn inner_of_us(row: &Row, state: Option<PhysicalState>) -> Result<Most, String> {
    use PackingGroup::{I, II, III};
    if matches!(row.limited_quantity(), "None" | "") {
        return Ok(Vec::new());
    }
    let litres = |thousandths| Ok(vec![(thousandths, Unit::Litre)]);
    let kilograms = |thousandths| Ok(vec![(thousandths, Unit::Kilogram)]);
    let by_state = |liquid, solid| match state {
        Some(PhysicalState::Liquid) => litres(liquid),
        Some(PhysicalState::Solid) => kilograms(solid),
        _ => Ok(vec![(liquid, Unit::Litre), (solid, Unit::Kilogram)]),
    };
    match (row.limited_quantity(), row.division(), row.packing_group()) {
        ("150" | "4b, 150", "3", Some(I)) => litres(500),
        ("150" | "4b, 150", "3", Some(II)) => litres(1_000),
        ("150" | "4b, 150", "3", Some(III)) => litres(5_000),
        ("151", "4.1", Some(II)) => kilograms(1_000),
        ("151", "4.1", Some(III)) => kilograms(5_000),
        ("151", "4.3", Some(II)) => kilograms(500),
        ("151", "4.3", Some(III)) => kilograms(1_000),
        ("152", "5.1", Some(II)) => by_state(1_000, 1_000),
        ("152", "5.1", Some(III)) => by_state(5_000, 5_000),
        ("153", "6.1", Some(II)) => by_state(100, 500),
        ("153", "6.1", Some(III)) => by_state(5_000, 5_000),
        ("154", "8", Some(II)) => by_state(1_000, 1_000),
        ("154", "8", Some(III)) => by_state(5_000, 5_000),
        ("155", "9", _) => by_state(5_000, 5_000),
        (section, ..) => Err(format!(
            "the limit of 49 CFR 173.{section} is not part of the data"
        )),
    }
}

fn excepted(goods: &Goods<'_>, limits: &mut Limits) {
    if limits.regime == Regime::Us {
        let said = "the limits of 49 CFR 173.4a are not part of the data".to_owned();
        return limits.push(goods, "49 CFR 173.4a", Verdict(Within::NotKnown, said));
    }
    let code = match goods.agreed(Row::excepted_quantity) {
        Ok(code) => code,
        Err(why) => return limits.push(goods, "ADR 3.5.1.2", Verdict(Within::NotKnown, why)),
    };
    let most = code
        .parse()
        .map(|code: ExceptedQuantity| code.inner().zip(code.outer()));
    let (inner, outer) = match most {
        Ok(Some(most)) => most,
        Ok(None) => return limits.push(goods, "ADR 3.5.1.2", compare("", None, &Vec::new())),
        Err(()) => {
            let said = format!("the table gives the code as `{code}`");
            return limits.push(goods, "ADR 3.5.1.2", Verdict(Within::NotKnown, said));
        }
    };
    let both = |limit| vec![(limit, Unit::Kilogram), (limit, Unit::Litre)];
    let verdict = compare(
        "an inner packaging holds",
        goods.line.inner_quantity,
        &both(inner),
    );
    limits.push(goods, "ADR 3.5.1.2, inner packaging", verdict);
    let each = goods
        .line
        .quantity
        .zip(goods.line.packages)
        .and_then(|(quantity, packages)| {
            Some((Amount::from(quantity).per(u64::from(packages))?, quantity.unit()))
        });
    let verdict = match each {
        Some((each, unit @ (Unit::Kilogram | Unit::Litre))) => {
            let limit = Amount::thousandths(outer);
            let within = if each <= limit { Within::Yes } else { Within::No };
            Verdict(
                within,
                format!("a package holds {each} {unit}, at most {limit} {unit}"),
            )
        }
        _ => Verdict(
            Within::NotKnown,
            "the net quantity in kg or L and the number of packages are missing".to_owned(),
        ),
    };
    limits.push(goods, "ADR 3.5.1.2, outer packaging", verdict);
}

/// Whether what is stated of the packages of the line is over the limit of the row, so that the goods are no
/// limited or excepted quantity at all. What is missing breaks nothing.
pub(crate) fn is_over(row: &Row, line: &Line) -> bool {
    if line.limited_quantity {
        let most = match row.regime() {
            Regime::Adr => inner_of_adr(row),
            Regime::Us => inner_of_us(row, row.physical_state().or(line.physical_state)),
        };
        let inner = most.is_ok_and(|most| is_more(line.inner_quantity, &most));
        return inner || a_package(line, line.gross_mass) > Some(Amount::whole(30));
    }
    if line.excepted_quantity {
        let (inner, outer) = excepted_limits(row);
        let both = [(inner, Unit::Kilogram), (inner, Unit::Litre)];
        let net = line
            .quantity
            .filter(|net| matches!(net.unit(), Unit::Kilogram | Unit::Litre));
        return is_more(line.inner_quantity, &both)
            || a_package(line, net) > Some(Amount::thousandths(outer));
    }
    false
}

fn is_more(given: Option<Quantity>, most: &[(u64, Unit)]) -> bool {
    given.is_some_and(|given| {
        most.iter()
            .any(|(limit, unit)| *unit == given.unit() && given.thousandths() > *limit)
    })
}

fn a_package(line: &Line, all: Option<Quantity>) -> Option<Amount> {
    Amount::from(all?).per(u64::from(line.packages?))
}

/// The most in an inner and in an outer packaging, in grams or millilitres: by the code of ADR 3.5.1.2; in
/// the United States those that no goods may pass (173.4a(c) and (d)).
fn excepted_limits(row: &Row) -> (u64, u64) {
    let by_code = |code: ExceptedQuantity| code.inner().zip(code.outer());
    row.excepted_code().and_then(by_code).unwrap_or((30, 1_000))
}
