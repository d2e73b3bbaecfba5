//! From what was typed to the one way in which it is kept, or nothing where it cannot be read.

use time::{Date, Month};

use super::{Entries, EntryKind};

/// Becquerels with the prefixes of the SI. Milli and mega differ by their case alone, so case counts.
const ACTIVITY: [&str; 6] = ["Bq", "kBq", "MBq", "GBq", "TBq", "PBq"];
/// The widest temperatures, in tenths of a degree Celsius.
const WIDEST: std::ops::RangeInclusive<i32> = -1_000..=1_000;

pub(super) fn entry(kind: EntryKind, text: &str) -> Option<String> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > Entries::MAX_CHARACTERS || text.chars().any(char::is_control)
    {
        return None;
    }
    match kind {
        EntryKind::Radionuclides | EntryKind::RadioactiveForm => {
            text.chars().any(char::is_alphabetic).then(|| text.to_owned())
        }
        EntryKind::Activity => activity(text),
        EntryKind::ActivityInA2 => decimal(text, 9, 9).map(str::to_owned),
        EntryKind::TransportIndex | EntryKind::CriticalitySafetyIndex => index(text),
        EntryKind::ApprovalMark => list(text, is_mark),
        EntryKind::ControlTemperature | EntryKind::EmergencyTemperature => temperature(text),
        EntryKind::FireworksReference => list(text, is_reference),
        EntryKind::HoldingTimeEnds => day(text).map(|day| day.to_string()),
        EntryKind::AmmoniaInTank | EntryKind::PetroleumGasInTank => {
            let mut choices = kind.choices().iter();
            let chosen = choices.find(|choice| choice.eq_ignore_ascii_case(text));
            chosen.map(|choice| (*choice).to_owned())
        }
    }
}

/// Digits with at most one point between digits, so many of them before and after it.
fn decimal(text: &str, whole: usize, decimals: usize) -> Option<&str> {
    let digits = |part: &str, most: usize| {
        (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    let is_decimal = match text.split_once('.') {
        Some((before, after)) => digits(before, whole) && digits(after, decimals),
        None => digits(text, whole),
    };
    is_decimal.then_some(text)
}

fn activity(text: &str) -> Option<String> {
    let end = text.find(char::is_alphabetic)?;
    let (number, unit) = text.split_at(end);
    let number = decimal(number.trim_end(), 9, 9)?;
    let above_zero = number.bytes().any(|byte| (b'1'..=b'9').contains(&byte));
    (above_zero && ACTIVITY.contains(&unit)).then(|| format!("{number} {unit}"))
}

/// Rounded up to one decimal by the law (49 CFR 173.403, ADR 5.1.5.3.1); a second decimal is not rounded here.
fn index(text: &str) -> Option<String> {
    let number = decimal(text, 3, 1)?;
    Some(if number.contains('.') {
        number.to_owned()
    } else {
        format!("{number}.0")
    })
}

fn temperature(text: &str) -> Option<String> {
    let tenths = tenths_of(text).filter(|tenths| WIDEST.contains(tenths))?;
    let sign = if tenths < 0 { "-" } else { "" };
    let (whole, rest) = (tenths.abs() / 10, tenths.abs() % 10);
    Some(if rest == 0 {
        format!("{sign}{whole} °C")
    } else {
        format!("{sign}{whole}.{rest} °C")
    })
}

/// A temperature that was read before, in tenths of a degree Celsius.
pub(super) fn tenths(kept: &str) -> i32 {
    tenths_of(kept).unwrap_or_default()
}

fn tenths_of(text: &str) -> Option<i32> {
    let number = text
        .strip_suffix("°C")
        .or_else(|| text.strip_suffix('C'))
        .unwrap_or(text);
    let number = number.trim_end();
    // The minus of a keyboard and that of typography.
    let (sign, number) = match number.strip_prefix(['-', '\u{2212}']) {
        Some(rest) => (-1, rest),
        None => (1, number.strip_prefix('+').unwrap_or(number)),
    };
    let number = decimal(number, 3, 1)?;
    let (whole, tenth) = number.split_once('.').unwrap_or((number, "0"));
    Some(sign * (whole.parse::<i32>().ok()? * 10 + tenth.parse::<i32>().ok()?))
}

/// Several, with commas between them.
fn list(text: &str, is_one: fn(&str) -> bool) -> Option<String> {
    let parts: Vec<&str> = text.split(',').map(str::trim).collect();
    parts.iter().all(|part| is_one(part)).then(|| parts.join(", "))
}

/// Country, number and type of an approval (IAEA SSR-6, 832).
fn is_mark(text: &str) -> bool {
    let parts: Vec<&str> = text.split('/').collect();
    let country =
        |part: &str| (1..=4).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_uppercase());
    matches!(parts.as_slice(), [sign, rest @ ..]
        if country(sign) && rest.len() >= 2 && rest.iter().all(|part| !part.trim().is_empty()))
}

/// The sign of the country on vehicles, a stroke, authority and serial number (ADR 5.4.1.2.1 (g)).
fn is_reference(text: &str) -> bool {
    text.split_once('/').is_some_and(|(sign, number)| {
        let is_sign = (1..=3).contains(&sign.len()) && sign.bytes().all(|byte| byte.is_ascii_uppercase());
        let is_number = number.len() >= 3
            && number
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'/' | b'.'))
            && number.bytes().any(|byte| byte.is_ascii_digit());
        is_sign && is_number
    })
}

/// A day of the calendar, year first: `01/02/2026` is two days in two countries.
fn day(text: &str) -> Option<Date> {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts.as_slice() else {
        return None;
    };
    let digits =
        |part: &str, length: usize| part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit());
    if !(digits(year, 4) && digits(month, 2) && digits(day, 2)) {
        return None;
    }
    let month = Month::try_from(month.parse::<u8>().ok()?).ok()?;
    Date::from_calendar_date(year.parse().ok()?, month, day.parse().ok()?).ok()
}
