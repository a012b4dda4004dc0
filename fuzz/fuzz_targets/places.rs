//! What somebody writes for a municipality or an address: never a panic, and what is found is found
//! again by its full name and by its code.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rules::places::{Meaning, Municipality, Places, Prefecture};
use std::sync::LazyLock;

static PLACES: LazyLock<Places> = LazyLock::new(|| {
    let p = |code: &str, name: &str| Prefecture {
        code: code.into(),
        name: name.into(),
        english: String::new(),
    };
    let m = |code: &str, name: &str| Municipality {
        code: code.into(),
        name: name.into(),
        reading: String::new(),
    };
    Places::new(
        vec![
            p("01", "北海道"),
            p("13", "東京都"),
            p("14", "神奈川県"),
            p("26", "京都府"),
            p("34", "広島県"),
            p("08", "茨城県"),
            p("04", "宮城県"),
        ],
        vec![
            m("131032", "港区"),
            m("132063", "府中市"),
            m("342084", "府中市"),
            m("012335", "伊達市"),
            m("012203", "士別市"),
            m("082082", "龍ケ崎市"),
            m("142077", "茅ヶ崎市"),
            m("042030", "塩竈市"),
            m("261009", "京都市"),
            m("141003", "横浜市"),
        ],
    )
});

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let answers =
        [("venue_municipality", "131032"), ("venue_address", text), ("organization_address", text)];
    let answers: rules::application::Answers =
        answers.map(|(field, value)| (field.to_string(), value.to_string())).into();
    let _ = rules::address::faults(&PLACES, &answers);
    let _ = rules::address::doubts(&PLACES, &answers);
    if let Meaning::One(found) = PLACES.read(text) {
        for again in [PLACES.full_name(&found.code), found.code.clone()] {
            assert!(
                matches!(PLACES.read(&again), Meaning::One(m) if m.code == found.code),
                "{again}"
            );
        }
    }
});
