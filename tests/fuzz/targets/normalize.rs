#![no_main]

#[path = "../promises.rs"]
#[expect(dead_code, reason = "each target uses its promise")]
mod promises;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| promises::normalize(bytes));
