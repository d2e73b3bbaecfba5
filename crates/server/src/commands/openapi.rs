//! `safeshipper openapi`.

/// Prints the description of the API.
pub(super) fn run() -> anyhow::Result<()> {
    crate::logging::print(&web::openapi().to_pretty_json()?);
    Ok(())
}
