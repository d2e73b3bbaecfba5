//! The whole application over HTTP, on a real database. The modules mirror the tree of addresses.
//!
//! To test a new route: nothing for the walks in `routes`, which read the route table, beyond a body in
//! `samples::body` if it takes one; what it does gets its own test in the module of its noun.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on has failed"
)]

mod at_rest;
mod bad_input;
mod console_forms;
mod contract;
mod countries;
mod data_keys;
mod data_set_console;
mod data_set_shipments;
mod data_sets;
mod documents;
mod emergency_access;
mod emergency_console;
mod emergency_scene;
mod explaining;
mod factor_reset;
mod factors;
mod factors_console;
mod foreign_ids;
mod keys;
mod masking;
mod misuse;
mod notices;
mod oidc;
mod outbox;
mod overrides;
mod passkey_attacks;
mod passkeys;
mod passwords;
mod permissions;
mod permissions_console;
mod refused_passwords;
mod routes;
mod samples;
mod scopes;
mod secrets;
mod sessions;
mod shares;
mod shipments;
mod taking_back;
mod uploads;
mod ways_in;
