//! Who is calling and what they may do.
//!
//! The rungs of the ladder that decide access live here: a live session row becomes an
//! [`actor::Actor`], the Cedar policies turn an actor into a [`grant::Grant`] of one permission, and
//! nothing below opens a transaction without a grant (AUTHZ-1, AUTHZ-3). No I/O.
//!
//! To add a permission: add it to the schema and to a policy under `policies/`, to
//! [`permission::ALL`], and to the reviewed table in `tests/matrix.rs`. Declare a marker type for it
//! in [`permission`] once a route uses it.

pub mod actor;
pub mod document;
pub mod grant;
pub mod ids;
pub mod permission;
pub mod policy;
pub mod role;
