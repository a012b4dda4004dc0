//! Pasted tables as people have them, each with what is read, asked or refused.

use rules::claim::{Band, Form, Kind};
use rules::places::{Municipality, Places, Prefecture, Ward};

use super::columns;
use super::pasted::{Lookup, Read, read};

use web::errors::Errors;

fn places() -> Places {
    let town = |(code, name): (&str, &str)| Municipality {
        code: code.into(),
        name: name.into(),
        reading: String::new(),
    };
    let prefecture = |(code, name): (&str, &str)| Prefecture {
        code: code.into(),
        name: name.into(),
        english: String::new(),
    };
    let towns = [
        ("012203", "士別市"),
        ("122033", "市川市"),
        ("131032", "港区"),
        ("131041", "新宿区"),
        ("131130", "渋谷区"),
        ("141003", "横浜市"),
    ];
    let prefectures = [("01", "北海道"), ("12", "千葉県"), ("13", "東京都"), ("14", "神奈川県")];
    let wards = vec![Ward { city: "141003".into(), name: "中区".into() }];
    Places::new(prefectures.map(prefecture).to_vec(), towns.map(town).to_vec()).with(wards, vec![])
}

fn paste(text: &str) -> (Read, Vec<String>) {
    let (places, mut errors) = (places(), Errors::default());
    let lookup = Lookup { places: &places, own: "131032", chosen: &|_| None };
    let read = read(text, &columns(Form::New, true), &lookup, &mut errors);
    let errors: Vec<String> = errors.0.into_iter().map(|(_, sentence)| sentence).collect();
    for sentence in errors.iter().chain(&read.remarks) {
        let english = crate::tests::spoken::english_of(sentence, text);
        assert!(crate::tests::spoken::is_whole(&english), "{sentence}\n{english}");
    }
    (read, errors)
}

/// The places of a table with regular, after hours, holiday and all screenings of each.
fn rows(read: &Read) -> Vec<(String, [u32; 4])> {
    let row = |l: &super::pasted::Pasted| {
        let place = l.found.clone().unwrap_or_else(|many| format!("?{}", many.join("/")));
        let of = |band| l.counts.of(Kind::Vaccination).vaccination.six_and_over_of(band);
        (
            place,
            [
                of(Band::Regular),
                of(Band::AfterHours),
                of(Band::Holiday),
                l.counts.of(Kind::ScreeningOnly).total(),
            ],
        )
    };
    read.lines.iter().map(row).collect()
}

trait SixAndOver {
    fn six_and_over_of(&self, band: Band) -> u32;
}
impl SixAndOver for rules::claim::Ages {
    fn six_and_over_of(&self, band: Band) -> u32 {
        match band {
            Band::Regular => self.six_and_over.regular,
            Band::AfterHours => self.six_and_over.after_hours,
            Band::Holiday => self.six_and_over.holiday,
        }
    }
}

#[track_caller]
fn is_read(text: &str, wanted: &[(&str, [u32; 4])]) {
    let (mut read, errors) = paste(text);
    read.remarks.retain(|said| !said.starts_with("見出しがないため、列の順に読みました"));
    assert_eq!((errors, &read.remarks), (vec![], &vec![]), "{text}");
    let wanted: Vec<(String, [u32; 4])> =
        wanted.iter().map(|(place, counts)| ((*place).to_string(), *counts)).collect();
    assert_eq!(rows(&read), wanted, "{text}");
}

#[track_caller]
fn is_refused(text: &str, said: &str) {
    let (_, errors) = paste(text);
    assert!(errors.iter().any(|e| e.contains(said)), "{text}: {errors:?}");
}

#[track_caller]
fn is_remarked(text: &str, said: &str) {
    let (read, errors) = paste(text);
    assert_eq!(errors, Vec::<String>::new(), "{text}");
    assert!(read.remarks.iter().any(|e| e.contains(said)), "{text}: {:?}", read.remarks);
}

const SHIBUYA: (&str, [u32; 4]) = ("131130", [5, 1, 2, 0]);

#[test]
fn a_count_without_a_time_beside_those_with_one_is_their_sum_or_asked_about() {
    for title in ["件数", "回数", "接種", "接種件数", "接種回数", "人数", "接種者数"]
    {
        is_read(&format!("市区町村\t通常\t時間外\t休日\t{title}\n渋谷区\t5\t1\t2\t8"), &[SHIBUYA]);
        is_read(
            &format!("市区町村\t{title}\t通常\t時間外\t休日\n渋谷区\t8\t5\t1\t2\n合計\t8\t5\t1\t2"),
            &[SHIBUYA],
        );
        is_refused(
            &format!("市区町村\t通常\t時間外\t休日\t{title}\n渋谷区\t5\t1\t2\t9"),
            "見出しを「通常」か「合計」に",
        );
        is_refused(
            &format!("市区町村\t{title}\t時間外\t休日\n渋谷区\t5\t1\t2"),
            &format!("2列目「{title}」"),
        );
    }
    // Alone, or beside screenings only, it is what it says.
    is_read("市区町村\t件数\n渋谷区\t5", &[("131130", [5, 0, 0, 0])]);
    is_read("市区町村\t接種\t予診のみ\n渋谷区\t5\t3", &[("131130", [5, 0, 0, 3])]);
    is_read(
        "市区町村\t通常\t時間外\t休日\t予診のみ\n渋谷区\t5\t1\t2\t3",
        &[("131130", [5, 1, 2, 3])],
    );
    is_read(
        "市区町村\t通常対応分（時間外・休日分除く）\t時間外対応分\t休日対応分\n渋谷区\t5\t1\t2",
        &[SHIBUYA],
    );
}

#[test]
fn a_title_that_nobody_knows_is_said_where_there_are_numbers_below_it() {
    for title in ["夜間", "深夜件数", "土曜の接種", "12歳以上", ""] {
        is_remarked(
            &format!("市区町村\t通常\t{title}\n渋谷区\t5\t1"),
            &format!("3列目「{title}」の数は、請求に入れません"),
        );
        let (read, errors) = paste(&format!("市区町村\t通常\t{title}\n渋谷区\t5\t"));
        assert_eq!((errors, read.remarks), (vec![], vec![]), "{title}: nothing in it");
    }
    for title in ["備考", "金額", "単価", "No."] {
        is_read(&format!("{title}\t市区町村\t通常\n7\t渋谷区\t5"), &[("131130", [5, 0, 0, 0])]);
    }
}

#[test]
fn a_place_without_a_count_is_no_success() {
    for text in ["渋谷区\n新宿区", "渋谷区", "市区町村\t通常\n渋谷区\t", "渋谷区\t0\n新宿区\t―"]
    {
        is_refused(text, "件数がどの行にもありません");
    }
    is_remarked("市区町村\t通常\n渋谷区\t5\n新宿区\t", "3行目：「新宿区」には件数がありません");
    for dash in ["―", "-", "－", "ー", "—", "–", "‐"] {
        is_read(
            &format!("港区\t{dash}\t3\n渋谷区\t{dash}\t{dash}\t2"),
            &[("same", [0, 3, 0, 0]), ("131130", [0, 0, 2, 0])],
        );
    }
}

#[test]
fn a_code_and_a_name_beside_each_other_must_mean_the_same() {
    for head in
        ["コード\t市区町村\t件数", "市区町村コード\t市区町村名\t接種", "団体コード\t住所地\t回数"]
    {
        is_read(
            &format!("{head}\n131130\t渋谷区\t5\n13104\t新宿区\t2"),
            &[("131130", [5, 0, 0, 0]), ("131041", [2, 0, 0, 0])],
        );
        // The name says which of the two a short code is.
        is_read(&format!("{head}\n12203\t市川市\t5"), &[("122033", [5, 0, 0, 0])]);
        let (read, _) = paste(&format!("{head}\n131130\t新宿区\t5"));
        assert_eq!(rows(&read)[0].0, "?131041/131130");
    }
    is_read("市区町村名\t団体コード\t件数\n渋谷区\t131130\t5", &[("131130", [5, 0, 0, 0])]);
    is_read(
        "コード\t都道府県\t市区町村\t件数\n131130\t東京都\t渋谷区\t5",
        &[("131130", [5, 0, 0, 0])],
    );
    is_read("コード\t件数\n131130\t5", &[("131130", [5, 0, 0, 0])]);
    is_read("131130\t渋谷区\t5", &[("131130", [5, 0, 0, 0])]);
    is_read("東京都\t渋谷区\t5", &[("131130", [5, 0, 0, 0])]);
}

#[test]
fn tables_are_read_as_spreadsheets_copy_them() {
    is_read(
        "\"市区町村\n（住所地）\"\t\"接種\n（通常）\"\n\"渋谷\n区\"\t5",
        &[("131130", [5, 0, 0, 0])],
    );
    is_read("令和4年3月分　請求\n\n市区町村\t通常\n渋谷区\t5", &[("131130", [5, 0, 0, 0])]);
    is_read(
        "請求の内訳\t\t\n（単位：件）\n市区町村,通常\n渋谷区,5".replace(",", "\t").as_str(),
        &[("131130", [5, 0, 0, 0])],
    );
    is_refused("渋谷区\t7\n市区町村\t通常\n新宿区\t5", "1行目：見出しの行より上に数字があります");
    is_read(
        "医療機関と同一市内にお住まいの方\t5\n渋谷区\t2",
        &[("same", [5, 0, 0, 0]), ("131130", [2, 0, 0, 0])],
    );
    is_read("\"医療機関と同一市内に\nお住まいの方\"\t5", &[("same", [5, 0, 0, 0])]);
    is_read("渋谷区,\"1,234\",5", &[("131130", [1234, 5, 0, 0])]);
    is_refused("渋谷区,1,234", "桁区切りかがわかりません");
    is_refused("新宿区\t3\n\"渋谷区\t4\n港区\t5", "2行目：引用符");
    is_remarked(
        "横浜市中区\t3",
        "1行目：「横浜市中区」は神奈川県横浜市の区です。神奈川県横浜市の分として請求します",
    );
}

#[test]
fn sums_of_parts_and_of_the_whole_are_checked_and_not_added() {
    let rows = [("131130", [5, 0, 0, 0]), ("131041", [2, 0, 0, 0]), ("same", [4, 0, 0, 0])];
    is_read("渋谷区\t5\n新宿区\t2\n小計\t7\n港区\t4\n小計\t4\n合計\t11", &rows);
    is_read("渋谷区\t5\n新宿区\t2\n計\t7\n港区\t4\n計\t4\n総計\t11", &rows);
    is_read(
        "都道府県\t市区町村\t通常\n東京都\t渋谷区\t5\n\t新宿区\t2\n東京都\t小計\t7\n東京都\t港区\t4\n合計\t\t11",
        &rows,
    );
    is_read("渋谷区\t5\n新宿区\t2\n東京都計\t7\n港区\t4\n都内 小計\t4\n合計\t11", &rows);
    is_refused(
        "渋谷区\t5\n新宿区\t2\n東京都 小計\t8",
        "3行目：合計の行は8件ですが、上の行を足すと7件です",
    );
    is_refused(
        "渋谷区\t5\n新宿区\t2\n小計\t8\n港区\t4\n合計\t11",
        "3行目：合計の行は8件ですが、上の行を足すと7件です",
    );
    is_refused(
        "渋谷区\t5\n小計\t5\n港区\t4\n小計\t9",
        "4行目：合計の行は9件ですが、上の行を足すと4件です",
    );
    is_refused(
        "渋谷区\t5\n小計\t5\n港区\t4\n合計\t4",
        "4行目：合計の行は4件ですが、上の行を足すと9件です",
    );
}

#[test]
fn a_code_behind_a_name_is_no_count() {
    for text in [
        "渋谷区\t131130\t5\t1\t2",
        "渋谷区\t13113\t5\t1\t2",
        "東京都\t渋谷区\t131130\t5\t1\t2",
        "渋谷区\t１３１１３０\t5\t1\t2",
    ] {
        is_read(text, &[SHIBUYA]);
    }
    is_read(
        "港区\t131032\t3\n渋谷区\t131130\t5",
        &[("same", [3, 0, 0, 0]), ("131130", [5, 0, 0, 0])],
    );
    is_read("市川市\t12203\t5", &[("122033", [5, 0, 0, 0])]);
    // Another place's code is asked about, and never a count.
    let (read, _) = paste("新宿区\t131130\t5");
    assert_eq!(rows(&read)[0], ("?131041/131130".into(), [5, 0, 0, 0]));
    is_refused("港区\t131032", "件数がどの行にもありません");
    // Five digits that aren't the place's own are a count.
    is_read("渋谷区\t13104\t5", &[("131130", [13_104, 5, 0, 0])]);
    is_refused("渋谷区\t131131\t5", "1行目：「131131」が、市区町村コードか件数かがわかりません");
    is_read("渋谷区\t131,131\t5", &[("131130", [131_131, 5, 0, 0])]);
    is_read("渋谷区\t1,311\t5", &[("131130", [1311, 5, 0, 0])]);
}

#[test]
fn words_in_brackets_make_another_column_of_a_title() {
    for title in ["通常（除外）", "通常（キャンセル）", "通常（予定）"] {
        is_refused(&format!("市区町村\t{title}\n渋谷区\t30"), "見出しかどうかがわかりません");
    }
    for place in ["市区町村（変更前）", "市区町村コード（旧）"] {
        is_refused(&format!("{place}\t通常\n渋谷区\t30"), "見出しかどうかがわかりません");
    }
    for place in ["市区町村（必須）", "市区町村（住所地）", "市区町村名（漢字）"]
    {
        is_read(&format!("{place}\t通常（人）\n渋谷区\t30"), &[("131130", [30, 0, 0, 0])]);
    }
}

#[test]
fn further_numbers_without_a_head_are_asked_about_by_the_names_they_would_get() {
    for (text, said) in [
        ("渋谷区\t30\t68,310", "3列目は「接種 6歳以上 時間外」（計68,310件）"),
        ("渋谷区\t30\t2,277\t68,310\n港区\t12\t2,277\t27,324", "4列目は「接種 6歳以上 休日」"),
        ("131130\t渋谷区\t30\t68310\n131032\t港区\t12\t27324", "4列目は「接種 6歳以上 時間外」"),
        ("渋谷区\t30\t44651\n港区\t12\t44651", "（計89,302件）"),
        ("渋谷区\t30\t71\n港区\t12\t29", "2列目は「接種 6歳以上 通常」（計42件）"),
        ("渋谷区\t30\t1\n港区\t12\t2\n新宿区\t5\t3", "（計6件）"),
        ("渋谷区 30 7\n港区 12 2", "（計9件）"),
        ("渋谷区,30,7", "（計7件）"),
    ] {
        is_remarked(text, said);
    }
    for text in ["渋谷区\t30\n港区\t12", "渋谷区\t30\t0\t\n港区\t12\t-", "渋谷区\t131130\t5"]
    {
        assert!(paste(text).0.remarks.is_empty(), "{text}");
    }
    assert!(paste("市区町村\t通常\t時間外\n渋谷区\t30\t7").0.remarks.is_empty());
}

#[test]
fn a_last_column_that_is_the_sum_of_the_others_is_asked_about() {
    for text in [
        "港区\t1\t2\t3\t6",
        "港区\t1\t2\t3\t6\n渋谷区\t4\t0\t0\t4",
        "港区\t1\t2\t3",
        "港区\t131032\t1\t2\t3\t6",
        "港区\t5\t5\n渋谷区\t3\t3",
        "港区\t0\t0\t0\t0\n渋谷区\t1\t0\t2\t3",
        "港区\t10\t10",
        "渋谷区 15 15",
        "渋谷区,5,5",
        "131130\t渋谷区\t5\t5",
    ] {
        is_refused(text, "合計の列か、");
    }
    is_refused(
        "港区\t1\t2\t3\t6",
        "5列目が、どの行でもその前の数の合計です。合計の列か、「予診のみ 6歳",
    );
    is_read("市区町村\t通常\t時間外\n渋谷区\t5\t5", &[("131130", [5, 5, 0, 0])]);
    is_read("港区\t1\t2\t4\n渋谷区\t1\t2\t3", &[("same", [1, 2, 4, 0]), ("131130", [1, 2, 3, 0])]);
    is_read("市区町村\t通常\t時間外\t休日\t合計\n渋谷区\t5\t1\t2\t8", &[SHIBUYA]);
}

#[test]
fn any_column_that_is_the_sum_of_the_others_is_asked_about() {
    for (text, at) in [
        ("港区\t15\t10\t5\n渋谷区\t3\t3\t0", 2),
        ("港区\t6\t1\t2\t3", 2),
        ("港区\t10\t15\t5\n渋谷区\t3\t3\t0", 3),
        ("港区\t131032\t15\t10\t5\n渋谷区\t131130\t4\t3\t1", 3),
        ("港区,15,10,5\n渋谷区,4,3,1", 2),
        ("港区 15 10 5\n渋谷区 4 3 1", 2),
        ("港区\t15\t10\t5\n渋谷区\t0\t0\t0\n新宿区\t4\t3\t1", 2),
        ("港区\t2\t1\t1\t0\n渋谷区\t3\t3\n新宿区\t4\t3\t1", 2),
    ] {
        is_refused(text, &format!("{at}列目が、どの行でもほかの数の合計です。合計の列か、「"));
    }
    // In one line it isn't.
    is_read(
        "港区\t15\t10\t5\n渋谷区\t4\t3\t0",
        &[("same", [15, 10, 5, 0]), ("131130", [4, 3, 0, 0])],
    );
    is_read("市区町村\t合計\t通常\t時間外\n渋谷区\t6\t5\t1", &[("131130", [5, 1, 0, 0])]);
}

#[test]
fn a_column_that_is_the_sum_of_some_beside_it_is_asked_about() {
    for (text, said) in [
        ("港区 10 5 15 3 2 5", "4列目が、どの行でもすぐ前の2列の数の合計です"),
        ("港区\t10\t5\t15\t3\t2\t5", "4列目が、どの行でもすぐ前の2列の数の合計です"),
        ("港区,10,5,15,3,2,5", "4列目が、どの行でもすぐ前の2列の数の合計です"),
        ("港区\t15\t10\t5\t7\t4\t3", "2列目が、どの行でもすぐ後ろの2列の数の合計です"),
        ("港区\t10\t4\t2\t16\t3", "5列目が、どの行でもすぐ前の3列の数の合計です"),
        ("港区\t4\t5\t9\t1\n渋谷区\t3\t1\t4\t2", "4列目が、どの行でもすぐ前の2列の数の合計です"),
        // A running total.
        ("港区\t10\t10\t5\t15\t3\t18", "5列目が、どの行でもすぐ前の2列の数の合計です"),
        ("港区\t131032\t4\t5\t9\t1", "5列目が、どの行でもすぐ前の2列の数の合計です"),
    ] {
        is_refused(text, said);
    }
    is_read(
        "港区\t4\t5\t9\t1\n渋谷区\t3\t1\t5\t2",
        &[("same", [4, 5, 9, 1]), ("131130", [3, 1, 5, 2])],
    );
    is_read("渋谷区\t5\t1\t2\n港区\t0\t0\t0", &[SHIBUYA, ("same", [0, 0, 0, 0])]);
}

#[test]
fn a_line_that_is_parted_otherwise_than_the_others_is_asked_about() {
    let parted = "列の区切りが、ほかの行と違います";
    for (text, said) in [
        ("港区 - 10件\n渋谷区 1 234\n新宿区\t3", "1行目：「-」が、空の列か"),
        ("港区 - 10件\n渋谷区 1 234\n新宿区\t3", "2行目：「1 234」が、1つの数（1,234）か"),
        ("港区 10\n新宿区\t3", parted),
        ("市区町村\t件数\n港区 10", parted),
        ("港区,10\n渋谷区 3\n新宿区,4", parted),
        ("港区\t10\n渋谷区10", "「渋谷区10」から、市区町村と件数を読み取れません"),
        ("港区\t10\n渋谷区,10", "「渋谷区,10」から、市区町村と件数を読み取れません"),
        ("港区\t10\n渋谷区:10", "「渋谷区:10」から、市区町村と件数を読み取れません"),
        ("市区町村 通常 時間外\n港区 1 2\n渋谷区 3", "見出しは3列で、この行は2列です"),
    ] {
        is_refused(text, said);
        assert!(!paste(text).0.remarks.iter().any(|r| r.contains("0件として")), "{text}");
    }
}

#[test]
fn a_dash_between_blanks_is_a_cell_or_a_separator_and_asked_about() {
    for text in [
        "港区 - 10件\n渋谷区 － 3件",
        "港区 - 10",
        "港区 ------- 10",
        "港区 ーーー 10",
        "渋谷区 — 7",
        "渋谷区　―　7",
        "東京都 港区 - 10",
        "港区 10 - 5",
        "港区 10 -",
        "市区町村 通常 時間外\n港区 - 10",
        "港区 3\n渋谷区 – 7",
    ] {
        is_refused(text, "が、空の列か、ただの区切りかがわかりません");
    }
    is_refused("港区 3\n渋谷区 – 7", "2行目：「–」が、");
    // Between tabs and commas it is a cell.
    is_read("渋谷区\t-\t3", &[("131130", [0, 3, 0, 0])]);
    is_read("渋谷区,－,3", &[("131130", [0, 3, 0, 0])]);
}

#[test]
fn blanks_within_a_number_are_asked_about_with_both_readings() {
    for (text, said) in [
        ("港区 1 234", "「1 234」が、1つの数（1,234）か、別々の列の数（1と234）か"),
        ("港区 1 234件", "1つの数（1,234）か"),
        ("渋谷区　1　000", "「1 000」が、1つの数（1,000）か、別々の列の数（1と000）か"),
        ("港区 1 234 567", "1つの数（1,234,567）か"),
        ("港区 5 120 300", "1つの数（5,120,300）か"),
        ("港区 3\n渋谷区 12 345", "2行目：「12 345」が、1つの数（12,345）か"),
        ("市区町村 通常 時間外\n港区 1 234", "1つの数（1,234）か"),
        // A PDF spaces letters out.
        ("港 区   1 0", "「1 0」が、1つの数（10）か、別々の列の数（1と0）か"),
        ("港 区 1 0 5", "「1 0 5」が、1つの数（105）か"),
        ("渋谷区    1 0", "1つの数（10）か"),
        ("渋谷区 1 0", "「1 0」が、1つの数（10）か、別々の列の数（1と0）か"),
        ("渋谷区 1 0件", "1つの数（10）か"),
        ("渋谷区 12 0", "1つの数（120）か"),
        ("渋谷区 1 05", "1つの数（105）か"),
        ("港区 10\n渋谷区 1 0\n新宿区 7", "2行目：「1 0」が、1つの数（10）か"),
        ("港区 10\n渋谷区 3 2\n新宿区 7\n合計 39", "2行目：「3 2」が、1つの数（32）か"),
        ("港区 10 5\n渋谷区 1 0 5", "2行目：「1 0」が、1つの数（10）か"),
        ("渋谷区 1 0\n港区 2 5", "1行目：「1 0」が、1つの数（10）か"),
        ("渋谷区 12 34 56\n港区 2", "1行目：「12 34 56」が、1つの数（123,456）か"),
        ("新宿区 １ ２３４", "1つの数（1,234）か、別々の列の数（1と234）か"),
        ("新宿区 １ ０", "1つの数（10）か"),
        ("渋谷区,1,234件", "桁区切りかがわかりません"),
    ] {
        is_refused(text, said);
    }
    for (text, wanted) in [
        ("渋谷区 5 1 2", [5, 1, 2, 0]),
        ("渋谷区  5  1  2", [5, 1, 2, 0]),
        ("渋谷区 12 34", [12, 34, 0, 0]),
        ("渋谷区 1,234 567", [1234, 567, 0, 0]),
        ("渋谷区 1234 567", [1234, 567, 0, 0]),
        ("渋 谷区 12 5", [12, 5, 0, 0]),
        ("渋谷区 0 120", [0, 120, 0, 0]),
        ("市区町村 通常 時間外\n渋谷区 1 0", [1, 0, 0, 0]),
        ("渋谷区\t1 234\t5", [1234, 5, 0, 0]),
    ] {
        is_read(text, &[("131130", wanted)]);
    }
}

#[test]
fn blanks_that_part_columns_of_another_line_part_those_of_every_line() {
    is_read(
        "港区 10 5\n渋谷区 1 0\n合計 11 5",
        &[("same", [10, 5, 0, 0]), ("131130", [1, 0, 0, 0])],
    );
    is_read("港区 1,234 5\n渋谷区 2", &[("same", [1234, 5, 0, 0]), ("131130", [2, 0, 0, 0])]);
}

#[test]
fn what_is_quoted_is_told_by_its_beginning_and_faults_are_bounded() {
    let long = "あ".repeat(300_000);
    for text in [
        format!("渋谷区\t{long}"),
        format!("{long}\t5"),
        format!("{long}5"),
        format!("市区町村\t通常\t{long}\n渋谷区\t5\t3"),
        format!("市区町村\t通常\t{long}件数\n渋谷区\t5\t3"),
        format!("{long}\tい\n渋谷区\t5"),
        format!("渋谷区 1 {}", "0 ".repeat(150_000)),
        "渋谷区 - 5\n".repeat(2_000),
        "渋谷区 - 5\n".repeat(50_000),
        "渋谷区\tx\n".repeat(2_000),
    ] {
        let (places, mut errors) = (places(), Errors::default());
        let lookup = Lookup { places: &places, own: "131032", chosen: &|_| None };
        let read =
            super::pasted::taken_apart(&text, &columns(Form::New, true), &lookup, &mut errors);
        let said = errors.0.iter().map(|(_, sentence)| sentence).chain(&read.remarks);
        let letters: usize = said.map(|s| platform::english::told(s).chars().count()).sum();
        assert!(letters < 30_000, "{letters} of {:?}", text.chars().take(20).collect::<String>());
    }
}

#[test]
fn a_spreadsheets_mark_of_a_text_is_no_part_of_a_code() {
    for text in [
        "'131130\t10",
        "131130\t'10",
        "'13113\t10",
        "'131130\t渋谷区\t10",
        "渋谷区\t'131130\t10",
        "'131130,10",
    ] {
        is_read(text, &[("131130", [10, 0, 0, 0])]);
    }
}

#[test]
fn heads_are_read_in_the_words_of_offices_or_said_to_be_none() {
    for head in [
        "市区町村名\t市区町村コード\t件数",
        "名称\tコード\t数",
        "自治体名\t団体コード\t請求件数",
        "市名\tcode\t件",
    ] {
        is_read(
            &format!("{head}\n渋谷区\t131130\t5\n港区\t131032\t2"),
            &[("131130", [5, 0, 0, 0]), ("same", [2, 0, 0, 0])],
        );
    }
    for head in ["コード\t名称\t数", "コード,名称,件数", "団体コード\t団体名\t数量"]
    {
        let row = if head.contains(',') { "131130,渋谷区,5" } else { "131130\t渋谷区\t5" };
        is_read(&format!("{head}\n{row}"), &[("131130", [5, 0, 0, 0])]);
    }
    let (_, errors) = paste("あて先\tいくつ\n渋谷区\t5");
    assert_eq!(errors.len(), 2, "{errors:?}");
    assert!(
        errors[0].starts_with("1行目：「あて先」「いくつ」は、見出しかどうかがわかりません"),
        "{errors:?}"
    );
    assert_eq!(errors[1], "1行目：何の列かを読み取れなかった見出しは、「あて先」「いくつ」です");
}

#[test]
fn heads_with_parts_of_a_count_are_read_or_their_titles_are_named() {
    for place in ["市町村名", "市区町村", "住所地"] {
        for whole in [
            "3回目接種（人）",
            "3回目（人）",
            "接種者数",
            "第3回接種者数（人）",
            "接種件数",
            "３回目接種（名）",
            "追加接種（３回目）",
        ] {
            let head = format!("{place}\t{whole}\tうち休日");
            is_read(
                &format!("{head}\n渋谷区\t7\t2\n新宿区\t3\t\n合計\t10\t2"),
                &[("131130", [5, 0, 2, 0]), ("131041", [3, 0, 0, 0])],
            );
            is_read(&format!("{place}\t{whole}\n渋谷区\t7"), &[("131130", [7, 0, 0, 0])]);
        }
    }
    is_read(
        "市町村名\t接種\tうち時間外\tうち休日\t予診のみ\n渋谷区\t8\t1\t2\t4",
        &[("131130", [5, 1, 2, 4])],
    );
    let (read, errors) = paste("市町村名\t接種者数\tうち6歳未満\n渋谷区\t8\t3");
    let ages = read.lines[0].counts.of(Kind::Vaccination).vaccination;
    assert_eq!((errors, ages.six_and_over.regular, ages.under_six.regular), (vec![], 5, 3));
    is_refused(
        "市町村名\t接種者数\tうち休日\n渋谷区\t2\t3",
        "2行目：「うち」の列を足すと3件で、もとの2件を超えています",
    );
    // Parts that overlap, or of nobody knows what.
    for head in
        ["接種者数\tうち休日\tうち6歳未満", "通常\t時間外\tうち休日", "接種\t接種回数\tうち休日"]
    {
        is_refused(&format!("市町村名\t{head}\n渋谷区\t5\t1\t1"), "うち休日");
    }
    // What isn't understood is named, whatever digits stand in it.
    is_refused(
        "宛て先\t3回目のかた\tうち日曜\n渋谷区\t5\t1",
        "何の列かを読み取れなかった見出しは、「宛て先」「3回目のかた」「うち日曜」です",
    );
    is_remarked(
        "市町村名\t3回目接種（人）\tうち夜間\n渋谷区\t5\t1",
        "3列目「うち夜間」の数は、請求に入れません",
    );
}

/// The places that a line may be of, where that is asked.
#[track_caller]
fn is_asked(text: &str, places: &[&str]) {
    let (read, errors) = paste(text);
    assert_eq!(errors, Vec::<String>::new(), "{text}");
    let open: Vec<Vec<String>> = read.lines.into_iter().filter_map(|l| l.found.err()).collect();
    assert_eq!(open, [places.iter().map(|p| (*p).to_string()).collect::<Vec<_>>()], "{text}");
}

#[test]
fn a_code_that_is_not_its_names_is_asked_about() {
    let head = "コード\t市区町村\t件数\n";
    for (cells, places) in [
        ("131041\t港区\t10", &["131032", "131041"][..]),
        ("13104\t港区\t10", &["131032", "131041"]),
        // The check digit is wrong: it may be that one's neighbour.
        ("131040\t港区\t10", &["131032", "131041"]),
        ("131033\t港区\t10", &["131032"]),
        ("999999\t港区\t10", &["131032"]),
        ("000000\t港区\t10", &["131032"]),
        ("1310\t港区\t10", &["131032"]),
        ("131041\tどこか市\t10", &["131041"]),
    ] {
        is_asked(cells, places);
        is_asked(&format!("{head}{cells}"), places);
        is_asked(&cells.replace('\t', ","), places);
    }
    for cells in ["131032\t港区\t10", "13103\t港区\t10", "131032\t東京都港区\t10"] {
        is_read(cells, &[("same", [10, 0, 0, 0])]);
        is_read(&format!("{head}{cells}"), &[("same", [10, 0, 0, 0])]);
    }
    is_refused("港区\t131040\t10", "市区町村コードか件数かがわかりません");
}
