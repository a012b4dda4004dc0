//! What is stored as JSON, whatever became of it: opens without a panic, and what couldn't be read
//! is named.
#![no_main]

use libfuzzer_sys::fuzz_target;
use platform::kept;
use web::import::{KeptCounts, KeptStaged, KeptTable};
use work::allocation::{KeptConditions, KeptSummary};
use work::application::{KeptAnswers, KeptState};
use work::plan::{KeptFlags, KeptLines};

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    kept::begin();
    let answers = KeptAnswers::open(&text);
    let whole = [
        KeptState::open(&text).is_whole(),
        KeptLines::open(&text).is_whole(),
        KeptFlags::open(&text).is_whole(),
        KeptTable::open(&text).is_whole(),
        KeptCounts::open(&text).is_whole(),
        KeptStaged::open(&text).is_whole(),
        KeptConditions::open(&text).is_whole(),
        KeptSummary::open(&text).is_whole(),
        answers.is_whole(),
    ];
    assert_eq!(kept::told().is_empty(), whole.iter().all(|w| *w));
    // What is read is written and read as the same.
    let written = serde_json::to_string(&answers.0).unwrap();
    let again = KeptAnswers::open(&written);
    assert!(again.is_whole() && again.0 == answers.0);
});
