//! Secrets and proofs of secrets. Pure: no I/O but the system's random generator.
//!
//! No cryptography is written here: the primitives are those of aws-lc-rs, argon2, jsonwebtoken and age,
//! which no other crate imports. What is added is types, so that a plain secret, its hash and its
//! ciphertext cannot be taken for one another, and names, so that no key serves two purposes.
//!
//! [`totp`], [`backup`] and [`passkey`] are what a second factor is proved with; [`qr`] carries a secret to a camera;
//! [`oidc`] is what a sign-in at another place is proved with; [`archive`] is what backups are encrypted and sealed with.
//!
//! To add a bearer secret, see [`opaque`]; an encrypted kind of value, [`field`]; a key for one more
//! purpose, [`mod@derive`]; a kind of text that others sign, [`note`].

pub mod archive;
pub mod backup;
pub mod csrf;
pub mod derive;
pub mod digest;
pub mod field;
pub mod note;
pub mod oidc;
pub mod opaque;
pub mod passkey;
pub mod password;
pub mod qr;
pub mod rng;
pub mod token;
pub mod totp;

pub use rng::Rng;
