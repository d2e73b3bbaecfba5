//! What follows from a load once it may travel: exemption by quantity, tunnels, plates and placards, security.
//!
//! A consequence is never a clearance: it says what the law asks of a load, as far as the load is known. What
//! is missing is named, and until then the stricter answer stands.

pub mod adr;
mod amount;
mod goods;
pub mod limits;
pub mod us;

pub use amount::Amount;
