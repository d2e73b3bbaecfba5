//! The identity of a load: what a check result, a shipment and a paper agree on.
//!
//! Every field is written with its length before it, in a fixed order, so that no two different loads
//! have the same bytes whatever their texts hold.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Confirmation, Entries, Line, Load, Quantity};

/// SHA-256 of a load in its canonical encoding, written as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LoadHash([u8; 32]);

impl LoadHash {
    pub(super) fn of(load: &Load) -> Self {
        let mut bytes = Encoder(Vec::with_capacity(64 + load.lines.len() * 96));
        let Load {
            lines,
            confirmed,
            food_on_board,
            travel,
            over_12_tonnes,
        } = load;
        bytes.text("dangerous-goods/load/3");
        bytes.length(lines.len());
        for line in lines {
            bytes.line(line);
        }
        bytes.length(confirmed.len());
        for Confirmation { condition, stated_by } in confirmed {
            bytes.text(condition);
            bytes.text(stated_by);
        }
        bytes.choice(food_on_board.map(u8::from));
        bytes.0.push(*travel as u8);
        bytes.choice(over_12_tonnes.map(u8::from));
        Self(Sha256::digest(&bytes.0).into())
    }

    /// The 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// Appends values so that each can be read back from the bytes alone.
struct Encoder(Vec<u8>);

impl Encoder {
    fn length(&mut self, length: usize) {
        self.0.extend_from_slice(&(length as u64).to_be_bytes());
    }

    fn text(&mut self, text: &str) {
        self.length(text.len());
        self.0.extend_from_slice(text.as_bytes());
    }

    fn optional(&mut self, text: Option<&str>) {
        self.0.push(u8::from(text.is_some()));
        if let Some(text) = text {
            self.text(text);
        }
    }

    /// One of a few, or none.
    fn choice(&mut self, value: Option<u8>) {
        self.0.push(value.map_or(0, |value| value + 1));
    }

    fn amount(&mut self, quantity: Option<Quantity>) {
        self.0.push(u8::from(quantity.is_some()));
        if let Some(quantity) = quantity {
            self.0.extend_from_slice(&quantity.thousandths().to_be_bytes());
            self.text(quantity.unit().symbol());
        }
    }

    fn number(&mut self, number: Option<u32>) {
        self.0.push(u8::from(number.is_some()));
        if let Some(number) = number {
            self.0.extend_from_slice(&number.to_be_bytes());
        }
    }

    fn entries(&mut self, entries: &Entries) {
        self.0.push(u8::from(!entries.is_empty()));
        if entries.is_empty() {
            return;
        }
        self.length(entries.iter().count());
        for (kind, text) in entries.iter() {
            self.text(kind.code());
            self.text(text);
        }
    }

    fn line(&mut self, line: &Line) {
        // Taken apart by name so that a new field cannot be forgotten here.
        let Line {
            goods,
            us_row,
            adr_row,
            packing_group,
            physical_state,
            zone,
            labels,
            radioactive_category,
            entries,
            stated_by,
            containment,
            limited_quantity,
            excepted_quantity,
            empty_uncleaned,
            quantity,
            gross_mass,
            inner_quantity,
            packages,
            packaging,
            technical_name,
            environmentally_hazardous,
            reportable_quantity,
            closed_container,
            vehicle,
            compartment,
            bay,
        } = line;
        match goods {
            super::Goods::Number(number) => {
                let mut text = String::with_capacity(6);
                number.write_to(&mut text);
                self.0.push(1);
                self.text(&text);
            }
            super::Goods::Name(name) => {
                self.0.push(2);
                self.text(name);
            }
        }
        self.optional(us_row.as_ref().map(crate::RowId::as_str));
        self.optional(adr_row.as_ref().map(crate::RowId::as_str));
        self.choice(packing_group.map(|group| group as u8));
        self.choice(physical_state.map(|state| state as u8));
        self.choice(zone.map(|zone| zone as u8));
        self.length(labels.len());
        labels.iter().for_each(|label| self.text(label));
        self.choice(radioactive_category.map(|category| category as u8));
        self.optional(stated_by.as_deref());
        self.0.push(*containment as u8);
        for flag in [
            limited_quantity,
            excepted_quantity,
            empty_uncleaned,
            environmentally_hazardous,
            reportable_quantity,
            closed_container,
        ] {
            self.0.push(u8::from(*flag));
        }
        for amount in [quantity, gross_mass, inner_quantity] {
            self.amount(*amount);
        }
        self.number(*packages);
        self.optional(packaging.as_deref());
        self.optional(technical_name.as_deref());
        for place in [vehicle, compartment, bay] {
            self.number(place.map(u32::from));
        }
        self.entries(entries);
    }
}

impl fmt::Display for LoadHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for LoadHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LoadHash({self})")
    }
}

/// Text that is not 64 lower-case hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a load hash is 64 lower-case hexadecimal digits")]
pub struct InvalidLoadHash;

impl TryFrom<String> for LoadHash {
    type Error = InvalidLoadHash;

    fn try_from(text: String) -> Result<Self, InvalidLoadHash> {
        let text = text.as_bytes();
        let digit = |byte: u8| match byte {
            b'0'..=b'9' => Ok(byte - b'0'),
            b'a'..=b'f' => Ok(byte - b'a' + 10),
            _ => Err(InvalidLoadHash),
        };
        if text.len() != 64 {
            return Err(InvalidLoadHash);
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(text.chunks_exact(2)) {
            *byte = digit(pair[0])? << 4 | digit(pair[1])?;
        }
        Ok(Self(bytes))
    }
}

impl From<LoadHash> for String {
    fn from(hash: LoadHash) -> Self {
        hash.to_string()
    }
}
