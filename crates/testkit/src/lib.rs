//! Tests only: a database per test, callers by role, a running application.
//!
//! - [`database`]: a database of the test's own, cloned from a migrated template
//! - [`world`]: two companies with people of every role and their sessions
//! - [`mail`]: a mail server that keeps what it is given
//! - [`authenticator`]: passkeys, and a browser that shows them
//! - [`countries`]: a database of the countries of network addresses
//! - [`provider`]: an OpenID provider that does all right until a test bends what it says
//! - [`managers`]: secrets managers, as programs of their own
//! - [`keys`]: data keys while they change
//! - [`raw`]: the bytes that a thief of the database holds
//! - [`running`]: the whole application behind a listener, and callers who have signed in to it
//!
//! To test against rows: `World::create().await`, then `world.session(Company::A, Role::Operator).await` and
//! `world.grant::<CreateShipments>(&actor)`. Everything here panics rather than returns an error: a test that
//! cannot be set up has failed.
#![expect(clippy::expect_used, reason = "a test that cannot be set up has failed")]

pub mod authenticator;
pub mod countries;
pub mod database;
pub mod keys;
pub mod mail;
pub mod managers;
pub mod provider;
pub mod raw;
pub mod running;
pub mod world;

pub use authenticator::Authenticator;
pub use countries::mmdb;
pub use database::TestDatabase;
pub use mail::{Mail, MailSink, Mood};
pub use provider::StandIn;
pub use raw::Canary;
pub use running::{Answer, Caller, RunningApp};
pub use world::{Company, World};

/// The time of the tests is that of the system: sessions are opened and judged by the database's clock.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the one clock of the tests")]
pub fn now() -> time::OffsetDateTime {
    time::OffsetDateTime::now_utc()
}
