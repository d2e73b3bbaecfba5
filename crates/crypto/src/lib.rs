//! Secrets and proofs of secrets: tokens, passwords, the field cipher
