//! An allocation case from a file: never a panic, never more than the supply, the same answer
//! twice.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rules::allocation::Case;
use words::allocation::propose;

fuzz_target!(|data: &[u8]| {
    let Ok(case) = serde_json::from_slice::<Case>(data) else { return };
    if let Ok(proposal) = propose(&case) {
        assert_eq!(
            serde_json::to_string(&propose(&case).unwrap()).unwrap(),
            serde_json::to_string(&proposal).unwrap()
        );
    }
});
