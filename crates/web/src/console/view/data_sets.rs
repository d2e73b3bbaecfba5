//! The regimes of data sets in words.

use dangerous_goods::dataset::OtherRegime;

use super::other_name;
use crate::console::law::Law;

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
