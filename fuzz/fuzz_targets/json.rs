//! A body of another system: never a panic, never deeper or more than is promised, and what is read
//! is read again as the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use work::errors::Errors;
use web::json::{Fields, parse};

fuzz_target!(|data: &[u8]| {
    let Ok(value) = parse(data) else { return };
    let again = parse(value.to_string().as_bytes()).expect("what was read can be written and read");
    assert_eq!(again.to_string(), value.to_string());
    let Ok(mut fields) = Fields::of(&value) else { return };
    let mut errors = Errors::default();
    for n in
        [fields.number("a", 0, 100, &mut errors), fields.number("b", -5, i64::MAX, &mut errors)]
    {
        assert!(n.is_none_or(|n| n >= -5));
    }
    let _ = (
        fields.text("a", &mut errors),
        fields.note("b", "x", &mut errors),
        fields.flag("c", &mut errors),
    );
    let _ = fields.list("d", 1, 5, &mut errors).is_none_or(|list| (1..=5).contains(&list.len()));
    fields.done(&mut errors);
});
