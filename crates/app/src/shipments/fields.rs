//! Sealing and opening the encrypted columns of a shipment, in one place, so that the associated data of a
//! column is written once.

use access::ids::{CompanyId, ShipmentId};
use crypto::Rng;
use crypto::field::{FieldContext, Keychain, Sealed};
use secrecy::{ExposeSecret, SecretString};
use store::shipments::ShipmentRow;

use super::draft::Stored;
use crate::Error;
use crate::keys::unopened;
use crate::masking::Address;

/// An encrypted column of `shipments`.
#[derive(Clone, Copy)]
pub(super) enum Column {
    ConsignorAddress,
    ConsigneeAddress,
    ContactPhone,
    ContactEmail,
}

impl Column {
    const fn name(self) -> &'static str {
        match self {
            Self::ConsignorAddress => "consignor_address_sealed",
            Self::ConsigneeAddress => "consignee_address_sealed",
            Self::ContactPhone => "contact_phone_sealed",
            Self::ContactEmail => "contact_email_sealed",
        }
    }
}

/// The fields of one shipment: a value sealed here opens nowhere else (E7).
pub(super) struct Fields<'a> {
    pub(super) chain: &'a Keychain,
    pub(super) company: CompanyId,
    pub(super) shipment: ShipmentId,
}

impl Fields<'_> {
    fn place(&self, column: Column) -> FieldContext<'static> {
        FieldContext {
            table: "shipments",
            column: column.name(),
            row: self.shipment.uuid(),
            company: self.company.uuid(),
        }
    }

    pub(super) fn seal(&self, column: Column, value: &str, rng: &Rng) -> Result<Sealed, Error> {
        self.chain
            .seal(&self.place(column), value.as_bytes(), rng)
            .map_err(|_| Error::Internal("a field could not be sealed"))
    }

    pub(super) fn open(&self, column: Column, sealed: &Sealed) -> Result<SecretString, Error> {
        self.chain
            .open_text(&self.place(column), sealed)
            .map_err(unopened(column.name()))
    }

    pub(super) fn seal_address(&self, column: Column, address: &Address, rng: &Rng) -> Result<Sealed, Error> {
        let text = serde_json::to_string(address).map(SecretString::from);
        let text = text.map_err(|_| Error::Internal("an address could not be written"))?;
        self.seal(column, text.expose_secret(), rng)
    }

    /// The personal data of the row, opened.
    pub(super) fn stored(&self, row: &ShipmentRow) -> Result<Stored, Error> {
        Ok(Stored {
            consignor: self.open_address(Column::ConsignorAddress, &row.consignor_address)?,
            consignee: self.open_address(Column::ConsigneeAddress, &row.consignee_address)?,
            phone: self.open(Column::ContactPhone, &row.contact_phone)?.into(),
            email: self.open(Column::ContactEmail, &row.contact_email)?.into(),
        })
    }

    pub(super) fn open_address(&self, column: Column, sealed: &Sealed) -> Result<Address, Error> {
        let text = self.open(column, sealed)?;
        serde_json::from_str(text.expose_secret()).map_err(|_| Error::Undecryptable(column.name()))
    }
}
