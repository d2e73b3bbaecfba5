//! PostgreSQL: transactions under row-level security, and every SQL statement of the product.
//!
//! A transaction on a company's rows opens for a [`access::grant::Grant`] and nothing else ([`tx`]); a write
//! commits with an audit event and not without ([`tx::WriteTx::commit`]). What happens before there is an
//! actor (sign-in, look-up of a session) goes through a second pool and role that can call a few functions
//! and read no table ([`sessions`]).
//!
//! To add a table: a migration with its policies and audit trigger beside it, a module named after it here,
//! and nothing else; `tests/catalogue.rs` fails while a policy is missing.

pub mod address;
pub mod admission;
pub mod audit;
pub mod backups;
pub mod bootstrap;
pub mod data_sets;
pub mod documents;
pub mod emergency_access;
pub mod error;
pub mod factor_reset;
pub mod factors;
pub mod incidents;
pub mod keys;
pub mod lockdown;
pub mod notices;
pub mod oidc;
pub mod overrides;
pub mod own_sessions;
pub mod passkeys;
pub mod passwords;
pub mod people;
pub mod permission_grants;
pub mod pool;
pub mod proof;
pub mod provision;
pub mod refused_passwords;
pub mod revocation;
pub mod second_step;
mod session_row;
pub mod sessions;
pub mod shipments;
pub mod signing;
pub mod standing;
pub mod teams;
pub mod tx;

pub use address::Address;
pub use error::StoreError;
pub use pool::Store;
