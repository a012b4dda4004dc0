//! What a scanner types: never a panic, whatever separators got lost.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let _ = rules::gs1::gtin(text);
    if let Ok(found) = rules::gs1::read(text) {
        let _ = rules::gs1::certain(&found, &["3005785".into(), "000128A".into()]);
    }
});
