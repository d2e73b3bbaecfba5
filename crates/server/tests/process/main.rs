//! The real program as a process: killed in the middle of work, stopped, started again, on databases of its own.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on has failed"
)]

mod backup;
mod crash;
mod lockdown;
mod master_key;
mod policy;
mod program;
mod serve;
