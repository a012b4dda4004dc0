//! Names and codes of municipalities, and names that are searched.

use rules::fold;
use rules::places::{Meaning, Municipality, Places, Prefecture};
use words::Sentence;

use crate::{mean, wrapped_wide};

fn written<T: Clone>(values: impl IntoIterator<Item = (T, Vec<String>)>) -> Vec<(String, T)> {
    values
        .into_iter()
        .flat_map(|(value, all)| {
            all.into_iter()
                .flat_map(|w| wrapped_wide(&w))
                .map(move |w| (w, value.clone()))
                .collect::<Vec<_>>()
        })
        .collect()
}

#[test]
fn municipalities() {
    let town = |code: &str, name: &str| Municipality {
        code: code.into(),
        name: name.into(),
        reading: String::new(),
    };
    let places = Places::new(
        [
            ("13", "東京都"),
            ("34", "広島県"),
            ("01", "北海道"),
            ("07", "福島県"),
            ("08", "茨城県"),
            ("14", "神奈川県"),
            ("20", "長野県"),
        ]
        .map(|(code, name)| Prefecture {
            code: code.into(),
            name: name.into(),
            english: String::new(),
        })
        .to_vec(),
        [
            ("131032", "港区"),
            ("132063", "府中市"),
            ("342084", "府中市"),
            ("012335", "伊達市"),
            ("072133", "伊達市"),
            ("082082", "龍ケ崎市"),
            ("142077", "茅ヶ崎市"),
            ("203841", "上伊那郡南箕輪村"),
            ("082325", "鹿嶋市"),
        ]
        .map(|(code, name)| town(code, name))
        .to_vec(),
    );
    let read = |raw: &str| match places.read(raw) {
        Meaning::One(m) => vec![m.code.clone()],
        Meaning::Many(all) => all.iter().map(|m| m.code.clone()).collect(),
        Meaning::Unknown => vec![],
    };
    let one = |code: &str, all: &[&str]| {
        (vec![code.to_string()], all.iter().map(|w| (*w).to_string()).collect::<Vec<_>>())
    };
    let mut cases = written([
        one("131032", &["港区", "東京都港区", "東京都 港区", "131032", "13103-2", "東京 港区"]),
        one("132063", &["東京都府中市", "東京都 府中市", "132063"]),
        one("342084", &["広島県府中市", "広島県　府中市", "342084"]),
        one(
            "082082",
            &["龍ケ崎市", "龍ヶ崎市", "竜ケ崎市", "竜ヶ崎市", "龍が崎市", "茨城県龍ケ崎市"],
        ),
        one("142077", &["茅ヶ崎市", "茅ケ崎市", "茅が崎市", "茅ガ崎市", "神奈川県茅ヶ崎市"]),
        one("012335", &["北海道伊達市", "012335"]),
        one("082325", &["鹿嶋市", "鹿島市", "茨城県鹿嶋市"]),
    ]);
    // A code and a name beside each other mean the same, or both are asked about.
    cases.extend(written([
        one("131032", &["131032 港区", "13103 港区", "131032（港区）", "131032:東京都港区"]),
        one("131032", &["131032 東京都", "108-0073 港区", "131032　港"]),
        one("132063", &["132063 府中市", "13206 府中市"]),
    ]));
    cases.extend(written([
        (
            vec!["131032".to_string()],
            [
                "131033 港区",
                "131030 港区",
                "999999 港区",
                "000000 港区",
                "1310 港区",
                "131032 ない町",
                "131032 広島県",
                "141003 港区",
            ]
            .map(str::to_string)
            .to_vec(),
        ),
        (
            vec!["131032".to_string(), "132063".into()],
            vec!["132063 港区".to_string(), "132060 港区".into()],
        ),
    ]));
    for raw in ["131033 港区", "999999 港区", "1310 港区", "131032 ない町", "132063 港区"]
    {
        assert!(matches!(places.read(raw), Meaning::Many(_)), "{raw}");
    }
    for (raw, said) in [
        (
            "132063 港区",
            "「132063 港区」は、コードと名前が合いません。どちらが正しいか確かめてください（東京都港区、東京都府中市）",
        ),
        (
            "131033 港区",
            "「131033 港区」のコードは、検査数字が合いません（最後の桁は2のはずです）。コードと名前を確かめてください（東京都港区）",
        ),
        (
            "1310 港区",
            "「1310 港区」のコードは、市区町村コードではありません。コードと名前を確かめてください（東京都港区）",
        ),
    ] {
        assert_eq!(places.contradiction(raw).map(|c| c.sentence()).as_deref(), Some(said), "{raw}");
    }
    for raw in ["131032 港区", "131032", "港区", "府中市", "131032 東京都", "999999 ない町", ""]
    {
        assert_eq!(places.contradiction(raw), None, "{raw}");
    }
    cases.extend(written([
        (vec!["132063".to_string(), "342084".into()], vec!["府中市".to_string()]),
        (vec!["012335".into(), "072133".into()], vec!["伊達市".to_string()]),
    ]));
    mean(&cases, read);
    for raw in ["ない町", "東京都伊達市", "999999", "", "　"] {
        assert_eq!(read(raw), Vec::<String>::new(), "{raw:?}");
    }
}

#[test]
fn searches() {
    let searches = written(
        [
            ("みなと", vec!["みなと", "ミナト", "ﾐﾅﾄ", "み な と", "ミ ナト"]),
            ("ケ崎", vec!["ケ﨑", "ケ崎", "ｹ崎", "け崎"]),
            ("ヶ崎", vec!["ヶ﨑", "ヶ崎", "ゖ崎"]),
            ("abc", vec!["ABC", "abc", "Ａbc", "a b c"]),
            ("鹿島", vec!["鹿嶋", "鹿島", "鹿嶌"]),
            ("高沢", vec!["髙澤", "高沢", "高澤", "髙沢"]),
            ("桜浜", vec!["櫻濱", "桜浜", "櫻濵", "桜濱"]),
            ("竜ノ", vec!["龍之", "竜の", "龍ノ"]),
            ("島崎", vec!["嶋﨑", "島﨑", "嶌崎"]),
        ]
        .map(|(key, all)| (fold::key(key), all.into_iter().map(str::to_string).collect())),
    );
    mean(&searches, fold::key);
    let apart = ["ヶ崎", "ケ崎", "が崎", "ガ崎", "ヵ崎", "か崎"].map(fold::key);
    assert_eq!(
        apart.iter().collect::<std::collections::BTreeSet<_>>().len(),
        5,
        "が and ガ are one, no others: {apart:?}"
    );
    for raw in ["龍ケ崎", "竜ヶ﨑", "龍が崎", "竜ガ崎", "龍ヵ崎", "竜ｹ崎"] {
        assert_eq!(fold::place(raw), fold::place("龍ヶ崎"), "{raw}");
    }
}
