//! Services outside, each behind one small client.
//!
//! To add one: a module named after the service, which speaks its wire format, bounds every wait and every
//! answer, and returns an error that says what failed without saying what was secret. Nothing here decides
//! anything; use cases in `app` call it, and never while they hold a transaction. What a company may type as an
//! address is reached through [`egress`] alone.

pub mod egress;
pub mod kms;
pub mod mail;
pub mod manager;
pub mod oidc;
pub mod vault;
