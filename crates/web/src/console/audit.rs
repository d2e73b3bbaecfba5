//! The trail, for those who may read it.

use access::permission::ViewAuditLogs;
use app::audit::{EventType, Filter, Severity, list};
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use time::macros::format_description;
use time::{Date, Duration};

use super::pages::{AuditFilter, AuditList, Section};
use super::view::audit::row;
use super::{page, session_of, shell};
use crate::allowed::Allowed;
use crate::problem::Problem;
use crate::routes::{Audience, Routes};
use crate::state::WebState;

/// The longest part of a name to look for.
const MAX_NAME: usize = 100;

pub(super) fn routes() -> Routes {
    Routes::new(Audience::Console).get("/audit", trail)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    event: String,
    severity: String,
    person: String,
    from: String,
    to: String,
    after: String,
}

async fn trail(
    allowed: Allowed<ViewAuditLogs>,
    State(state): State<WebState>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let app = state.app();
    let shell = shell(app, session_of(&allowed)?, Section::Audit);
    let (filter, error) = match filter(&asked) {
        Ok(filter) => (Some(filter), None),
        Err(why) => (None, Some(why)),
    };
    let (rows, next) = match &filter {
        Some(filter) => {
            let found = list(app, &allowed.grant, filter).await?;
            let next = found
                .events
                .last()
                .filter(|_| found.more)
                .map(|event| event.id.to_string());
            let may_open = shell.navigation.shipments;
            (
                found
                    .events
                    .into_iter()
                    .map(|event| row(event, may_open))
                    .collect(),
                next,
            )
        }
        // A filter that cannot be read matches nothing, and says why.
        None => (Vec::new(), None),
    };
    let mut response = page(&AuditList {
        shell,
        event_types: EventType::ALL
            .iter()
            .map(|kind| kind.as_str().to_owned())
            .collect(),
        rows,
        next,
        first_page: asked.after.is_empty(),
        filter: AuditFilter {
            event: asked.event,
            severity: asked.severity,
            person: asked.person,
            from: asked.from,
            to: asked.to,
        },
        error,
    });
    if filter.is_none() {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

/// The filter that was typed, or what is wrong with it.
fn filter(asked: &Asked) -> Result<Filter, String> {
    let given = |text: &str| (!text.trim().is_empty()).then(|| text.trim().to_owned());
    let unknown = |what: &str, text: &str| {
        format!(
            "there is no {what} `{}`",
            text.chars().take(40).collect::<String>()
        )
    };
    let event_type = given(&asked.event)
        .map(|text| EventType::parse(&text).ok_or_else(|| unknown("event", &text)))
        .transpose()?;
    let severity = given(&asked.severity)
        .map(|text| Severity::parse(&text.to_uppercase()).ok_or_else(|| unknown("severity", &text)))
        .transpose()?;
    let actor_name = given(&asked.person);
    if actor_name
        .as_ref()
        .is_some_and(|name| name.chars().count() > MAX_NAME || name.contains(char::is_control))
    {
        return Err(format!(
            "a name has at most {MAX_NAME} characters, and no control characters"
        ));
    }
    let from = given(&asked.from).map(|text| day(&text)).transpose()?;
    let to = given(&asked.to).map(|text| day(&text)).transpose()?;
    if let (Some(from), Some(to)) = (from, to)
        && from > to
    {
        return Err("`from` is after `to`".to_owned());
    }
    let until = to
        .map(|day| {
            day.checked_add(Duration::DAY)
                .ok_or_else(|| unknown("day", &asked.to))
        })
        .transpose()?;
    let older_than = given(&asked.after)
        .map(|text| text.parse().map_err(|_| unknown("event", &text)))
        .transpose()?;
    Ok(Filter {
        event_type,
        severity,
        actor_name,
        from: from.map(|day| day.midnight().assume_utc()),
        until: until.map(|day| day.midnight().assume_utc()),
        older_than,
    })
}

/// A day in UTC. Years of four digits only: the database knows no others.
fn day(text: &str) -> Result<Date, String> {
    let format = format_description!("[year]-[month]-[day]");
    let day = (text.len() == 10)
        .then(|| Date::parse(text, format).ok())
        .flatten();
    day.ok_or_else(|| {
        format!(
            "`{}` is not a day, expected one as in `2026-11-22`",
            text.chars().take(40).collect::<String>()
        )
    })
}

#[cfg(test)]
mod tests {
    use super::{Asked, filter};

    fn asked(from: &str, to: &str) -> Asked {
        Asked {
            from: from.into(),
            to: to.into(),
            ..Asked::default()
        }
    }

    #[test]
    fn a_filter_takes_whole_days_in_utc_and_words_in_any_case() {
        let filter = filter(&Asked {
            severity: "high".into(),
            ..asked("2026-11-20", "2026-11-20")
        })
        .expect("usable");
        let (from, until) = (filter.from.expect("from"), filter.until.expect("until"));
        assert_eq!(until - from, time::Duration::DAY);
        assert_eq!(filter.severity.map(app::audit::Severity::as_str), Some("HIGH"));
    }

    #[test]
    fn a_filter_that_cannot_be_read_says_why_and_reads_nothing() {
        let fault = |asked: Asked| filter(&asked).expect_err("unusable");
        assert_eq!(fault(asked("2026-11-21", "2026-11-20")), "`from` is after `to`");
        assert!(fault(asked("yesterday", "")).contains("is not a day"));
        assert!(fault(asked("+99999-01-01", "")).contains("is not a day"));
        assert!(
            fault(Asked {
                event: "NOTHING".into(),
                ..Asked::default()
            })
            .contains("no event")
        );
        assert!(
            fault(Asked {
                severity: "worst".into(),
                ..Asked::default()
            })
            .contains("no severity")
        );
        assert!(
            fault(Asked {
                after: "1 or 1=1".into(),
                ..Asked::default()
            })
            .contains("no event")
        );
        assert!(
            fault(Asked {
                person: "\0".repeat(3) + "a",
                ..Asked::default()
            })
            .contains("control")
        );
        assert!(filter(&asked("", "9999-12-31")).is_err());
    }
}
