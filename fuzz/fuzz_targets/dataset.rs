//! The data set of another regime: no bytes stop the reader, and what is refused is refused with a fault.
#![no_main]

use dangerous_goods::dataset::Draft;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    match Draft::parse(bytes) {
        Ok(draft) => assert!(!draft.head().company.is_empty()),
        Err(faults) => assert!(!faults.to_string().is_empty()),
    }
});
