//! Shipments of one's company.

pub(crate) mod assigning;
pub(crate) mod document;
pub(crate) mod list;
pub(crate) mod overrides;
pub(crate) mod papers;
pub(crate) mod read;
pub(crate) mod write;
