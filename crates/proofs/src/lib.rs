//! Proofs about the policies (AUTHZ-1, AUTHZ-4, AUTHZ-5; P1 to P18): not sampled, but for every request there can be.
//!
//! Cedar's symbolic compiler turns a question about policies into logic, and the solver cvc5 answers that no request
//! breaks a property, or names one that does. What must hold stands in `policies/properties.cedar`, for people to
//! read; this crate holds the machinery:
//!
//! - [`files`] reads a directory of policies,
//! - [`prove`] asks whether the properties hold, what a role inherits, and whether every policy does something,
//! - [`diff`] finds requests that two directories answer differently,
//! - [`Counterexample`] is such a request, made small and put into words.
//!
//! Actions, kinds of objects and properties are taken from the schema and the files: whoever adds one has it proved
//! without a change here. To add a property: a forbid with `@property` and `@says` in `policies/properties.cedar`.

mod case;
mod counterexample;
pub mod diff;
pub mod files;
mod inheritance;
mod liveness;
pub mod prove;
mod roles;
mod shrink;
mod solver;
mod subject;

pub use counterexample::Counterexample;
pub use solver::{Prover, SolverError};
pub use subject::ProofError;
