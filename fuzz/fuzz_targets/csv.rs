//! A table of goods: no bytes stop the reader, and what is read is written and reads back the same.
#![no_main]

use dangerous_goods::input::{Format, from_bytes, to_csv};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    match from_bytes(bytes, Format::Csv) {
        Ok(load) => {
            let again = from_bytes(to_csv(&load).as_bytes(), Format::Csv);
            assert_eq!(again.as_ref(), Ok(&load));
        }
        Err(refused) => assert!(!refused.faults.is_empty() && !refused.to_string().is_empty()),
    }
});
