//! Every encrypted column of the database, and under which of a company's keys it is (DATA-1).
//!
//! `guard.sealed_values` and `guard.reseal` (last in migrations/0030) have an arm for each; tests/catalogue.rs compares the
//! three with the columns there are. What is encrypted in another way (`data_keys.wrapped`, by the master key) is
//! not here.

use crypto::field::Purpose;

/// An encrypted column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SealedColumn {
    /// Its table.
    pub table: &'static str,
    /// Its name.
    pub column: &'static str,
    /// What its keys are for.
    pub purpose: Purpose,
    /// How many values of it are sealed anew at a time: some milliseconds of work, for which their rows are held.
    pub batch: i32,
}

impl SealedColumn {
    /// `table.column`, as the database's functions know it.
    #[must_use]
    pub fn place(&self) -> String {
        format!("{}.{}", self.table, self.column)
    }
}

const fn at(table: &'static str, column: &'static str, purpose: Purpose) -> SealedColumn {
    SealedColumn {
        table,
        column,
        purpose,
        batch: 500,
    }
}

/// A column of large values: of these a few fill the memory that a batch may take.
const fn large(table: &'static str, column: &'static str, purpose: Purpose) -> SealedColumn {
    SealedColumn {
        batch: 4,
        ..at(table, column, purpose)
    }
}

/// Every encrypted column.
pub const SEALED: &[SealedColumn] = &[
    at("users", "email_sealed", Purpose::Identity),
    at("shipments", "consignor_address_sealed", Purpose::Contact),
    at("shipments", "consignee_address_sealed", Purpose::Contact),
    at("shipments", "contact_phone_sealed", Purpose::Contact),
    at("shipments", "contact_email_sealed", Purpose::Contact),
    at("incidents", "description_sealed", Purpose::Contact),
    at("documents", "file_name_sealed", Purpose::Document),
    large("documents", "content_sealed", Purpose::Document),
    at("totp_factors", "secret_sealed", Purpose::Credential),
    at("passkeys", "credential_sealed", Purpose::Credential),
    at("identity_providers", "client_secret_sealed", Purpose::Credential),
    at("oidc_attempts", "verifier_sealed", Purpose::Credential),
    at("signing_keys", "private_sealed", Purpose::SigningKey),
    at("notices", "letter_sealed", Purpose::Notice),
];

/// The encrypted columns of a purpose, in the order in which they are sealed anew.
pub fn columns_of(purpose: Purpose) -> impl Iterator<Item = SealedColumn> {
    SEALED
        .iter()
        .copied()
        .filter(move |sealed| sealed.purpose == purpose)
}
