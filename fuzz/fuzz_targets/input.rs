//! Every reader of what a person types: never a panic, and what it accepts it accepts again in its own writing.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rules::input;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let _ = (input::text(text), input::name(text), input::code(text), input::search_key(text));
    if let Ok(n) = input::whole("x", text) {
        assert_eq!(input::whole("x", &n.to_string()), Ok(n));
    }
    if let Ok(day) = input::date("x", text) {
        assert_eq!(input::date("x", &day.to_string()), Ok(day));
    }
    if let Ok(phone) = input::phone("x", text) {
        assert_eq!(input::phone("x", &phone).as_ref(), Ok(&phone));
    }
    if let Ok(postal) = input::postal("x", text) {
        assert_eq!(input::postal("x", &postal).as_ref(), Ok(&postal));
    }
    if let Ok(mail) = input::mail("x", text) {
        assert_eq!(input::mail("x", &mail).as_ref(), Ok(&mail));
    }
    let _ = input::reading("x", text);
    let _ = rules::codes::check_municipality(text);
    let _ = rules::codes::check_institution(text);
    let _ = rules::time::parse_instant(text);
    let _ = rules::time::Month::parse(text);
    let _ = rules::account::check_password(text, &["vsys"]);
    let _ = platform::secrets::form_token_is_good("cookie", text);
    let _ = text.parse::<platform::db::Address>();
});
