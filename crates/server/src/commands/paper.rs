//! `safeshipper paper paper.json --regime us --out paper.pdf`: the shipping paper of a load that passes.

use std::path::PathBuf;

use app::Clock;
use clap::Args;
use dangerous_goods::paper::{self, Details, EmergencyContact, Entry, Party, Refusal, Signer};
use dangerous_goods::{Catalogue, Load, Regime, check};
use serde::Deserialize;

use super::answer::{Answered, Unusable, warn};
use super::goods::{Confirmed, Law, read, today, write};
use crate::logging::{print, say};

/// Make the US shipping paper or the ADR transport document of a load. Exit status: 0 made, 1 refused because the
/// load does not pass, 2 unusable or incomplete input.
#[derive(Args)]
pub(crate) struct Paper {
    /// JSON with `number`, `load`, `consignor` and `consignee` (`name`, `address`), `emergency_contact` (`name`,
    /// `phone`, `contract`), `signer` (`name`, `title`) and further `entries` (`line` from 0, `text`); `-` is standard input.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Under which rules.
    #[arg(long, value_enum)]
    regime: Law,
    /// Write a PDF to this file; `-` is standard output. The paper as text is printed where none is named.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    confirmed: Confirmed,
}

/// What the file holds.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    number: String,
    load: Load,
    consignor: WrittenParty,
    consignee: WrittenParty,
    #[serde(default)]
    emergency_contact: Option<WrittenContact>,
    #[serde(default)]
    signer: Option<WrittenSigner>,
    #[serde(default)]
    entries: Vec<WrittenEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenParty {
    name: String,
    address: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenContact {
    name: String,
    phone: String,
    #[serde(default)]
    contract: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenSigner {
    name: String,
    #[serde(default)]
    title: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenEntry {
    line: usize,
    text: String,
}

impl Paper {
    pub(super) fn run(&self) -> Answered {
        let bytes = read(&self.file)?;
        let written: Written = serde_json::from_slice(&bytes).map_err(|error| error.to_string())?;
        let regime = Regime::from(self.regime);
        warn(&[regime], today());
        let (load, details) = written.parts();
        let load = self.confirmed.of(load)?;
        let catalogue = Catalogue::embedded();
        let result = check(catalogue, regime, &load);
        let content = match paper::issue(catalogue, regime, &load, &result, &details) {
            Ok(content) => content,
            Err(Refusal::Incomplete(error)) => {
                let faults = error.faults.iter().map(ToString::to_string).collect();
                return Err(Unusable::of(faults));
            }
            Err(refusal) => {
                say(&format!("safeshipper paper: {refusal}"));
                return Ok(false);
            }
        };
        match &self.out {
            Some(file) => {
                let pdf = paper::pdf::render(&content).map_err(|error| error.to_string())?;
                write(file, &pdf)?;
            }
            None => print(content.to_string().trim_end()),
        }
        Ok(true)
    }
}

impl Written {
    fn parts(self) -> (Load, Details) {
        let party = |party: WrittenParty| Party {
            name: party.name,
            address: party.address,
        };
        let details = Details {
            number: self.number,
            issued_at: Clock::system().now(),
            consignor: party(self.consignor),
            consignee: party(self.consignee),
            emergency_contact: self.emergency_contact.map(|contact| EmergencyContact {
                name: contact.name,
                phone: contact.phone,
                contract: contact.contract,
            }),
            signer: self.signer.map(|signer| Signer {
                name: signer.name,
                title: signer.title,
            }),
            entries: self
                .entries
                .into_iter()
                .map(|entry| Entry {
                    line: entry.line,
                    text: entry.text,
                })
                .collect(),
            // An override takes two people and a trail.
            overridden: None,
        };
        (self.load, details)
    }
}
