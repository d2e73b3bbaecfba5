//! Reading the audit trail (AUDIT-5).

use access::grant::Grant;
use access::permission::ViewAuditLogs;

pub use store::audit::{EventType, Filter, Outcome, Recorded, Severity};

use crate::{App, Error};

/// Events on one page.
pub const PAGE: usize = 50;

/// One page of the trail, newest first.
pub struct Page {
    /// The events.
    pub events: Vec<Recorded>,
    /// Whether older ones follow.
    pub more: bool,
}

/// The newest events of the company that fit.
///
/// # Errors
/// When the store fails.
pub async fn list(app: &App, grant: &Grant<ViewAuditLogs>, filter: &Filter) -> Result<Page, Error> {
    let mut tx = app.store.read(grant).await?;
    let mut events = store::audit::list(&mut tx, grant, filter, PAGE as i64 + 1).await?;
    let more = events.len() > PAGE;
    events.truncate(PAGE);
    Ok(Page { events, more })
}
