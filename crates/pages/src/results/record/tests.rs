//! What is doubtful about a lot on a day, with lots made by hand.

use rules::claim::Band;
use rules::person::Coupon;
use rules::stock::Strange;
use words::Sentence;

use super::*;

fn day(text: &str) -> Date {
    text.parse().expect("a day")
}

fn shot(lot: &str, on: &str) -> Record {
    let coupon = Coupon {
        kind: "2".into(),
        dose: 3,
        municipality: "131032".into(),
        number: "0000000340".into(),
    };
    let (maker, doctor) = ("モデルナ".to_string(), String::new());
    Record {
        coupon,
        day: day(on),
        lot: lot.into(),
        maker,
        doctor,
        screening_only: false,
        band: Band::Regular,
        under_six: false,
    }
}

/// Two lots that came on 1 March and 10 March, one that is known and never came, one that nobody
/// knows.
fn known() -> Lots {
    let (good, old) = ((day("2022-09-30"), false), (day("2022-03-12"), false));
    Lots {
        master: BTreeMap::from([
            ("3005785".into(), good),
            ("3004667".into(), old),
            ("3006111".into(), good),
        ]),
        own: BTreeMap::new(),
        near: HashMap::from([("3005786".to_string(), vec!["3005785".to_string()])]),
        strange: HashMap::from([("44639".to_string(), Strange::Odd("44639".into()))]),
        came: BTreeMap::from([
            ("3005785".into(), day("2022-03-01")),
            ("3004667".into(), day("2022-03-10")),
            ("44639".into(), day("2022-03-10")),
            ("3005786".into(), day("2022-03-10")),
        ]),
    }
}

#[test]
fn a_shot_before_its_lot_came_to_the_venue_is_asked_about() {
    let lots = known();
    let early = |lot: &str, came: &str| Some(Doubt::BeforeLot { lot: lot.into(), came: day(came) });
    for (lot, on, wanted) in [
        // The day on which it came is good, the day before isn't.
        ("3005785", "2022-03-01", None),
        ("3005785", "2022-02-28", early("3005785", "2022-03-01")),
        ("3005785", "2022-03-09", None),
        // Each lot by its own day.
        ("3004667", "2022-03-09", early("3004667", "2022-03-10")),
        ("3004667", "2022-03-10", None),
        // One that isn't in the ledger has no such day.
        ("3006111", "2022-02-01", None),
        // The day is asked about before the looks of the number; a slip of a known lot before both.
        ("44639", "2022-03-09", early("44639", "2022-03-10")),
        ("44639", "2022-03-10", Some(Doubt::StrangeLot(Strange::Odd("44639".into())))),
        (
            "3005786",
            "2022-03-09",
            Some(Doubt::NearLot { lot: "3005786".into(), near: "3005785".into() }),
        ),
    ] {
        assert_eq!(lot_trouble(&lots, &shot(lot, on)), (None, wanted), "{lot} on {on}");
    }
    let said = Doubt::BeforeLot { lot: "3005785".into(), came: day("2022-03-01") };
    assert_eq!(column_of(&said), "接種日");
    assert_eq!(
        said.sentence(),
        "ロット3005785がこの会場に入ったのは2022年3月1日（火）です。接種日とロット番号を確かめてください"
    );
    // What expired is refused, whenever it came.
    let (refused, _) = lot_trouble(&lots, &shot("3004667", "2022-03-13"));
    assert!(refused.is_some_and(|why| why.contains("有効期限")));
}
