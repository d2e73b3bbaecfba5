//! Whether an edition of the law is in force on a day. The day is a parameter: this crate reads no clock.

use serde::Serialize;
use time::{Date, Month};

use super::Edition;

/// Days before the end of an edition from which it is announced.
const ANNOUNCED: i64 = 60;

/// How an edition stands to a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Validity {
    /// The edition states no validity.
    NotStated,
    /// In force.
    InForce,
    /// In force, and no longer than this many days after the day asked for.
    EndsSoon {
        /// From 0, the last day.
        days: i64,
    },
    /// Not yet in force.
    NotYet,
    /// No longer in force.
    Expired,
}

impl Edition {
    /// How the edition stands to a day. A date that is stated and cannot be read is never in force.
    #[must_use]
    pub fn validity(&self, on: Date) -> Validity {
        let from = self.valid_from.map(|text| date(text).unwrap_or(Date::MAX));
        let to = self.valid_to.map(|text| date(text).unwrap_or(Date::MIN));
        match (from, to) {
            (None, None) => Validity::NotStated,
            (_, Some(to)) if on > to => Validity::Expired,
            (Some(from), _) if on < from => Validity::NotYet,
            (_, Some(to)) if (to - on).whole_days() <= ANNOUNCED => Validity::EndsSoon {
                days: (to - on).whole_days(),
            },
            _ => Validity::InForce,
        }
    }

    /// What a person must be told about the edition on a day; nothing while it is in force for more than
    /// 60 days more, or where it states no validity.
    #[must_use]
    pub fn warning(&self, on: Date) -> Option<String> {
        let (edition, from) = (self.edition, self.valid_from.unwrap_or_default());
        let to = self.valid_to.unwrap_or_default();
        match self.validity(on) {
            Validity::NotStated | Validity::InForce => None,
            Validity::Expired => Some(format!(
                "{edition} expired on {to}; check the load against the edition in force"
            )),
            Validity::NotYet => Some(format!("{edition} is not in force before {from}")),
            Validity::EndsSoon { days: 0 } => Some(format!("{edition} expires today")),
            Validity::EndsSoon { days: 1 } => Some(format!("{edition} expires tomorrow, after {to}")),
            Validity::EndsSoon { days } => Some(format!("{edition} expires in {days} days, after {to}")),
        }
    }
}

/// `2026-12-31`.
fn date(text: &str) -> Option<Date> {
    let mut parts = text.splitn(3, '-');
    let year = parts.next().filter(|year| year.len() == 4)?.parse().ok()?;
    let month: u8 = parts.next()?.parse().ok()?;
    let day = parts.next()?.parse().ok()?;
    Date::from_calendar_date(year, Month::try_from(month).ok()?, day).ok()
}
