//! A load as JSON: no bytes stop the reader or the check, and an equal load has an equal hash.
#![no_main]

use dangerous_goods::input::{Format, from_bytes};
use dangerous_goods::{Catalogue, Regime, check};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    match from_bytes(bytes, Format::Json) {
        Ok(load) => {
            for regime in Regime::ALL {
                let result = check(Catalogue::embedded(), regime, &load);
                assert_eq!(result.load_hash, load.hash());
            }
        }
        Err(refused) => assert!(!refused.faults.is_empty()),
    }
});
