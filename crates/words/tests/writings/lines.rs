//! Counts with words behind them, in one cell or line.

use rules::input::{self, InputFault, Unit};

#[test]
fn a_count_and_the_words_behind_it() {
    let table: &[(&str, bool, i64, &str)] = &[
        ("3", false, 3, ""),
        ("4箱", false, 4, ""),
        ("4箱　異常なし", false, 4, "異常なし"),
        ("3 1箱破損", false, 3, "1箱破損"),
        ("3 箱 1箱破損", false, 3, "1箱破損"),
        ("3、1箱破損", false, 3, "1箱破損"),
        ("1,200 追加", false, 1_200, "追加"),
        ("１，２００　追加", false, 1_200, "追加"),
        ("1,200\t追加", false, 1_200, "追加"),
        ("1,200箱 追加", false, 1_200, "追加"),
        ("1,200,追加", false, 1_200, "追加"),
        ("1200 追加", true, 1_200, "追加"),
        ("1200,追加", true, 1_200, "追加"),
        ("−2 返品 のため", false, -2, "返品 のため"),
        ("▲1,200、返品", false, -1_200, "返品"),
        ("5 2000年の決まり", false, 5, "2000年の決まり"),
        ("5 200箱のうち", false, 5, "200箱のうち"),
    ];
    for (raw, parted, count, words) in table {
        assert_eq!(
            input::counted("箱数", Unit::Box, raw, *parted),
            Ok((*count, (*words).to_string())),
            "{raw:?}"
        );
    }
    for (raw, parted) in [
        ("1 200 追加", false),
        ("1,200,追加", true),
        ("1，200、追加", true),
        ("5,3 破損", false),
        ("1,2345 x", false),
        ("3,1箱破損", false),
    ] {
        let found = input::counted("箱数", Unit::Box, raw, parted);
        assert!(
            matches!(found, Err(InputFault::Separators { .. } | InputFault::NotSigned(_))),
            "{raw:?}: {found:?}"
        );
    }
    for raw in ["", "追加", "3本 x", "箱 3", "約3 x"] {
        assert!(input::counted("箱数", Unit::Box, raw, false).is_err(), "{raw:?}");
    }
}
