//! A file that comes in, whatever it says it is: never a panic, and what is read fits its own lines.
#![no_main]

use features::house::reading;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(table) = reading::read(data) else { return };
    assert!(table.rows.len() <= table.lines_in.max(1) || !reading::is_text(data));
    for cell in table.rows.iter().flatten() {
        assert_eq!(&rules::input::clean(cell), cell, "cells have gone through clean");
    }
});
