//! Data sets in words: what is loaded, and what is not.

use app::data_sets::keys::KeyRow;
use app::data_sets::{DataSetRow, hexadecimal};
use dangerous_goods::dataset::{OtherRegime, Validity};
use time::Date;

use super::{moment, other_name};
use crate::console::law::Law;
use crate::console::pages::{LoadedDataSet, RegimeDataSet, TrustedKey};

/// `Not checked: ADG, IATA (no data set is loaded).` Of regimes that are asked for the answer tells itself.
pub(in crate::console) fn not_loaded(law: &Law, asked: &[OtherRegime]) -> String {
    let names: Vec<&str> = OtherRegime::ALL
        .into_iter()
        .filter(|regime| law.data_set(*regime).is_none() && !asked.contains(regime))
        .map(other_name)
        .collect();
    if names.is_empty() {
        return String::new();
    }
    format!("Not checked: {} (no data set is loaded).", names.join(", "))
}

/// `Not checked: ADG, which this shipment does not ask for.` Of data sets in force that a shipment does not name.
pub(in crate::console) fn not_asked(law: &Law, asked: &[OtherRegime]) -> String {
    let names: Vec<&str> = law
        .loaded()
        .into_iter()
        .filter(|regime| !asked.contains(regime))
        .map(other_name)
        .collect();
    if names.is_empty() {
        return String::new();
    }
    format!(
        "Not checked: {}, which this shipment does not ask for.",
        names.join(", ")
    )
}

/// What is in force for a regime, as the page of data sets shows it.
pub(in crate::console) fn of_regime(
    regime: OtherRegime,
    row: Option<&DataSetRow>,
    today: Date,
) -> RegimeDataSet {
    RegimeDataSet {
        key: regime.code(),
        name: other_name(regime),
        loaded: row.map(|row| LoadedDataSet {
            edition: row.edition.clone(),
            title: row.title.clone(),
            source: row.source.clone(),
            validity: format!("{} to {}", row.valid_from, row.valid_to),
            remark: match (row.is_trusted, Validity::on(today, row.valid_from, row.valid_to)) {
                (false, _) => "answers nothing: its key is trusted no longer",
                (true, Validity::Expired) => {
                    "expired: nothing is permitted before somebody confirms the edition"
                }
                (true, Validity::NotYetValid) => {
                    "not yet valid: nothing is permitted before somebody confirms the edition"
                }
                (true, Validity::Valid | Validity::Unknown) => "",
            },
            rows: row.row_count.to_string(),
            signed_by: row.key_name.clone(),
            hash: hexadecimal(&row.hash),
            loaded_at: moment(row.loaded_at),
        }),
    }
}

/// A key that is trusted.
pub(in crate::console) fn key(row: &KeyRow) -> TrustedKey {
    TrustedKey {
        name: row.name.clone(),
        public_key: row.public_key.clone(),
        since: moment(row.added_at),
    }
}
