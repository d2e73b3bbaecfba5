//! The data set of another regime: no text stops the reader, and what is refused is refused with a fault.
#![no_main]

use dangerous_goods::dataset::Draft;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    match Draft::parse(text) {
        Ok(draft) => assert!(!draft.head().company.is_empty()),
        Err(faults) => assert!(!faults.to_string().is_empty()),
    }
});
