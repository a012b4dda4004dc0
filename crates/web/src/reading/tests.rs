use std::io::Cursor;

use encoding_rs::{EUC_JP, ISO_2022_JP, SHIFT_JIS};
use rust_xlsxwriter::{Format, Workbook};

use super::*;

mod doubtful;

use doubtful::zipped;

fn rows(table: Result<Table, String>) -> (String, Vec<Vec<String>>) {
    let table = table.unwrap();
    (table.read_as, table.rows.texts())
}
fn sample() -> Vec<Vec<String>> {
    vec![vec!["会場".into(), "日付".into()], vec!["髙橋、第1".into(), "2022/3/1".into()]]
}

#[test]
fn every_encoding_that_an_office_has_is_read() {
    let csv = "会場,日付\r\n\"髙橋、第1\",2022/3/1\r\n";
    assert_eq!(rows(read(csv.as_bytes())), ("UTF-8".into(), sample()));
    assert_eq!(rows(read(format!("\u{feff}{csv}").as_bytes())), ("UTF-8".into(), sample()));
    assert_eq!(rows(read(&SHIFT_JIS.encode(csv).0)), ("CP932".into(), sample()));
    let utf16: Vec<u8> =
        [0xff, 0xfe].into_iter().chain(csv.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    assert_eq!(rows(read(&utf16)), ("UTF-16".into(), sample()));
    assert_eq!(rows(paste("会場\t日付\n髙橋、第1\t2022/3/1\n\n")), ("貼り付け".into(), sample()));
}

/// A hundred and more files as offices make them: nine encodings, comma and tab, both line ends,
/// quotes where needed or everywhere, with and without an end, with blanks nobody sees; workbooks
/// from everybody's hands; and what can't be read says how to mend it.
#[test]
fn a_hundred_files_as_offices_make_them() {
    let mut files: Vec<(String, Vec<u8>, Result<&str, &str>)> = Vec::new();
    type Encode = fn(&str) -> Vec<u8>;
    let encodings: [(&str, &str, Encode); 9] = [
        ("UTF-8", "UTF-8", |s| s.as_bytes().to_vec()),
        ("UTF-8 with BOM", "UTF-8", |s| format!("\u{feff}{s}").into_bytes()),
        ("CP932", "CP932", |s| SHIFT_JIS.encode(s).0.into_owned()),
        ("UTF-16LE", "UTF-16", |s| {
            [0xff, 0xfe].into_iter().chain(s.encode_utf16().flat_map(u16::to_le_bytes)).collect()
        }),
        ("UTF-16BE", "UTF-16", |s| {
            [0xfe, 0xff].into_iter().chain(s.encode_utf16().flat_map(u16::to_be_bytes)).collect()
        }),
        ("UTF-16LE without a mark", "UTF-16", |s| {
            s.encode_utf16().flat_map(u16::to_le_bytes).collect()
        }),
        ("UTF-32LE", "UTF-32", |s| {
            [0xff, 0xfe, 0, 0]
                .into_iter()
                .chain(s.chars().flat_map(|c| u32::from(c).to_le_bytes()))
                .collect()
        }),
        ("EUC-JP", "EUC-JP", |s| EUC_JP.encode(s).0.into_owned()),
        ("ISO-2022-JP", "ISO-2022-JP", |s| ISO_2022_JP.encode(s).0.into_owned()),
    ];
    for (name, read_as, encode) in encodings {
        // 髙 is Windows' own: EUC-JP and ISO-2022-JP have none.
        let person = if read_as == "EUC-JP" || read_as == "ISO-2022-JP" {
            "高橋、第1"
        } else {
            "髙橋、第1"
        };
        for (comma, end, everywhere) in
            [(",", "\r\n", false), (",", "\n", true), ("\t", "\r\n", true), ("\t", "\n", false)]
        {
            let quoted = |cell: &str| {
                if everywhere || cell.contains(['、', ',']) {
                    format!("\"{cell}\"")
                } else {
                    cell.to_string()
                }
            };
            let line = |cells: [&str; 2]| cells.map(&quoted).join(comma);
            let body = [line(["会場", "日付"]), line([person, "2022/3/1"])].join(end);
            files.push((
                format!("{name} {comma:?} {end:?} quoted {everywhere}"),
                encode(&body),
                Ok(read_as),
            ));
            files.push((
                format!("{name} {comma:?} {end:?} with an end and blanks"),
                encode(&format!("{body}{comma}　{comma}{end}{end}{comma}{end}")),
                Ok(read_as),
            ));
        }
    }
    let book = |make: &dyn Fn(&mut Workbook)| {
        let mut book = Workbook::new();
        make(&mut book);
        book.save_to_buffer().unwrap()
    };
    let fill = |sheet: &mut rust_xlsxwriter::Worksheet, row: u32| {
        for (r, cells) in [["会場", "日付"], ["髙橋、第1", "2022/3/1"]].iter().enumerate() {
            for (c, cell) in cells.iter().enumerate() {
                sheet.write(row + r as u32, c as u16, *cell).unwrap();
            }
        }
    };
    let workbooks: [(&str, &dyn Fn(&mut Workbook)); 8] = [
        ("a plain workbook", &|b| fill(b.add_worksheet(), 0)),
        ("an empty sheet before", &|b| {
            b.add_worksheet();
            fill(b.add_worksheet(), 0);
        }),
        ("a hidden column and colours", &|b| {
            let sheet = b.add_worksheet();
            fill(sheet, 0);
            sheet.set_column_hidden(0).unwrap();
            sheet.set_row_format(1, &Format::new().set_background_color("#FFFF00")).unwrap();
        }),
        ("blanks to the right and below", &|b| {
            let sheet = b.add_worksheet();
            fill(sheet, 0);
            sheet.write(0, 5, "　").unwrap();
            sheet.write(40, 2, " ").unwrap();
        }),
        ("frozen panes and a filter", &|b| {
            let sheet = b.add_worksheet();
            fill(sheet, 0);
            sheet.set_freeze_panes(1, 0).unwrap();
            sheet.autofilter(0, 0, 1, 1).unwrap();
        }),
        ("a formula's result", &|b| {
            let sheet = b.add_worksheet();
            fill(sheet, 0);
            sheet
                .write(1, 0, rust_xlsxwriter::Formula::new("=A9&B9").set_result("髙橋、第1"))
                .unwrap();
        }),
        ("a second sheet of notes", &|b| {
            fill(b.add_worksheet(), 0);
            b.add_worksheet().write(0, 0, "メモ").unwrap();
        }),
        ("blanks around the cells", &|b| {
            let sheet = b.add_worksheet();
            fill(sheet, 0);
            sheet.write(1, 0, " 髙橋、第1　").unwrap();
        }),
    ];
    files.extend(
        workbooks.iter().map(|(name, make)| ((*name).to_string(), book(make), Ok("Excel"))),
    );
    let refused: [(&str, Vec<u8>, &str); 13] = [
        ("nothing", vec![], "空です"),
        ("blank lines", b"\n\n\n".to_vec(), "空です"),
        ("a head only", "会場,日付\n".as_bytes().to_vec(), "行が1つしかありません"),
        ("an empty workbook", book(&|b| _ = b.add_worksheet()), "空です"),
        (
            "a workbook with a head only",
            book(&|b| _ = b.add_worksheet().write(0, 0, "会場").unwrap()),
            "行が1つしかありません",
        ),
        ("an old workbook", b"\xd0\xcf\x11\xe0\xa1\xb1".to_vec(), ".xlsx"),
        ("a PDF", b"%PDF-1.7\n".to_vec(), "PDF"),
        ("a broken workbook", b"PK\x03\x04broken".to_vec(), "Excelファイルとして読めません"),
        (
            "a ZIP that is no workbook",
            {
                let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
                zip.start_file("a.txt", zip::write::SimpleFileOptions::default()).unwrap();
                zip.finish().unwrap().into_inner()
            },
            "Excelファイルとして読めません",
        ),
        (
            "half a workbook",
            book(&|b| fill(b.add_worksheet(), 0))[..900].to_vec(),
            "Excelファイルとして読めません",
        ),
        ("letters of no encoding", b"\xff\xff\xff,\x80".to_vec(), "文字コード"),
        (
            "too many columns",
            format!("{}\n1\n", "a,".repeat(300) + "z").into_bytes(),
            "列が多すぎます",
        ),
        (
            "too many sheets",
            book(&|b| (0..51).for_each(|_| _ = b.add_worksheet())),
            "シートが多すぎます",
        ),
    ];
    files.extend(refused.into_iter().map(|(name, bytes, why)| (name.to_string(), bytes, Err(why))));
    assert!(files.len() >= 90, "{} files", files.len());
    for (name, bytes, wanted) in &files {
        match (read(bytes), wanted) {
            (Ok(table), Ok(read_as)) => {
                let mut rows = table.rows.texts();
                rows[1][0] = rows[1][0].replace('高', "髙");
                assert_eq!((table.read_as.as_str(), rows), (*read_as, sample()), "{name}");
            }
            (Err(said), Err(why)) => assert!(said.contains(why), "{name}: {said}"),
            (got, _) => panic!("{name}: {got:?}"),
        }
    }
}

#[test]
fn a_small_file_that_unpacks_to_a_flood_is_refused() {
    use std::io::Write;
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("xl/workbook.xml", zip::write::SimpleFileOptions::default()).unwrap();
    let block = vec![b' '; 1024 * 1024];
    (0..101).for_each(|_| zip.write_all(&block).unwrap());
    let bytes = zip.finish().unwrap().into_inner();
    assert!(bytes.len() < 1024 * 1024);
    assert!(read(&bytes).unwrap_err().contains("100MB"));
}

#[test]
fn what_cannot_be_read_says_how_to_mend_it() {
    for (bytes, what) in [
        (&b""[..], "空"),
        (b"\xd0\xcf\x11\xe0abc", ".xlsx"),
        (b"%PDF-1.7", "PDF"),
        (b"PK\x03\x04broken", "Excelファイルとして読めません"),
        (b"\x1f\x8b\x08\0\0\0\0\0\0\x03", "圧縮されたファイルです"),
        (b"7z\xbc\xaf\x27\x1c\0\x04", "圧縮されたファイルです"),
        (b"Rar!\x1a\x07\x01\0", "圧縮されたファイルです"),
        (b"\x23\x84-lh5-\0", "圧縮されたファイルです"),
        (b"\xff\xff\xff,\x80", "文字コード"),
        ("見出しだけ".as_bytes(), "行が1つしかありません"),
    ] {
        assert!(read(bytes).unwrap_err().contains(what), "{what}");
    }
    assert!(paste(&"a\n".repeat(MOST_ROWS + 9)).unwrap_err().contains("分けて"));
}

/// What came of a file: rows with cells joined by `|`, then `!` and its notices, then `?` and the faulty cells.
fn summary(read: Result<Table, String>) -> String {
    match read {
        Err(why) => format!("× {why}"),
        Ok(table) => {
            let rows: Vec<String> =
                table.rows.texts().iter().map(|row| row.join("|").replace('\n', "↵")).collect();
            let notices: String = table.notices.iter().map(|n| format!(" ! {n}")).collect();
            let faults: String =
                table.faults.iter().map(|f| format!(" ? {} {}", f.address(), f.problem)).collect();
            format!("{}{notices}{faults}", rows.join(" / "))
        }
    }
}

/// What spreadsheets, databases and hands do to a text file, and what is read of it. What is
/// expected after `…` is a part of it.
#[test]
fn text_files_as_they_come() {
    for (file, expected) in [
        ("a,b\n1,2", "a|b / 1|2"),
        ("a,b\r1,2\r3,4\r", "a|b / 1|2 / 3|4"),
        ("a,b\r\n1,2\r\n\r\n\r\n", "a|b / 1|2"),
        ("\u{feff}a,b\n1,2\n\u{1a}", "a|b / 1|2"),
        ("\n\na,b\n\n1,2\n", " /  / a|b /  / 1|2"),
        ("a;b\n1,5;2\n", "a|b / 1,5|2"),
        ("sep=;\na;b\n1,5;2\n", "a|b / 1,5|2"),
        ("sep=,\r\na,b\r\n1,2\r\n", "a|b / 1|2"),
        ("\"sep=\t\"\na\tb\n1\t2", "a|b / 1|2"),
        ("sep=|\na|b\n1|2\n", "a|b / 1|2"),
        ("a\tb\n港区\t1,234\n渋谷区\t2,345\n", "a|b / 港区|1,234 / 渋谷区|2,345"),
        ("a\tb\tc\n港区\t1,234\t5,6\n", "a|b|c / 港区|1,234|5,6"),
        ("題名、2022年3月,分\na\tb\n1\t2\n3\t4\n", "題名、2022年3月,分 / a|b / 1|2 / 3|4"),
        ("題名\n\na,b\n1,2\n", "題名 /  / a|b / 1|2"),
        ("名称;数\n\"a,b\";3\n\"c,d\";4\n", "名称|数 / a,b|3 / c,d|4"),
        ("a,b\n\"1,234\",2\n", "a|b / 1,234|2"),
        ("a,b\n\"x\"\"y\"\"\",2\n", "a|b / x\"y\"|2"),
        ("a,b\nx\"y,2\n", "a|b / x\"y|2"),
        ("a,b\n\"上\n下\",2\n", "a|b / 上↵下|2"),
        ("a,b\n\"上\r\n下\",2\n", "a|b / 上↵下|2"),
        ("\"a\" , \"b\"\n \"1\" ,\"2\" \n", "a|b / 1|2"),
        ("a,b\n=\"0123\",=\"4\"\n", "a|b / 0123|4"),
        ("a,b\n\"=\"\"0123\"\"\",2\n", "a|b / 0123|2"),
        ("a,b\n=\"1,2\",3\n", "a|b / 1,2|3"),
        ("a,b,,,\n1,2,,,\n,,,,\n", "a|b / 1|2"),
        ("a,b\n1\n2,3,4\n", "a|b / 1 / 2|3|4"),
        ("a,b\n1\u{a0},\u{200b}2\u{3000}\n", "a|b / 1|2"),
        ("a,b\n\u{202d}1\u{202c},\u{feff}2\n", "a|b / 1|2"),
        ("a,b\n1\0,2\u{7}\n", "a|b / 1|2"),
        ("a,b\n神\u{fa19},2\n", "a|b / 神\u{fa19}|2"),
        ("a,b\n\u{e000}田,2\n", "a|b / \u{e000}田|2 ? A2 …外字（U+E000）"),
        ("a,b\n\u{fffd}田,2\n", "a|b / \u{fffd}田|2 ? A2 …文字化け"),
        ("a,b\n〓田,2\n", "a|b / 〓田|2 ? A2 …失われた"),
        ("a,b\n\"1,2\n3,4\n5,6", "× 2行目の引用符（\"）が閉じられていません…"),
        ("a\tb\n\"1\t2\n3\t4\n", "× 2行目の引用符…"),
        ("a,b\n\"1,2\n\"3,4\n", "× 3行目の1列目で…"),
        ("a,b\n\"1\"2,3\n", "× 2行目の1列目で、閉じた引用符…"),
        ("a,b\n\"1,2\n3,4\",5\n6,7\n", "a|b / 1,2↵3,4|5 / 6|7 ? A2 …閉じ忘れ"),
        ("<html><table><tr><td>a</td></tr></table></html>", "× 中身がHTML…"),
        ("<?xml version=\"1.0\"?><Workbook/>", "× 中身がXML…"),
        ("{\\rtf1 a}", "× 文書…"),
        ("a", "× 行が1つしかありません…"),
        (" , ,\n ,　,", "× 表が空です…"),
    ] {
        let got = summary(read(file.as_bytes()));
        let (begin, part) = expected.split_once('…').unwrap_or((expected, ""));
        let fits = if expected.contains('…') {
            got.starts_with(begin) && got.contains(part)
        } else {
            got == expected
        };
        assert!(fits, "{file:?}\n     got {got}\nexpected {expected}");
    }
}

#[test]
fn lines_are_counted_as_they_came() {
    for (file, lines, rows) in [
        ("a,b\n1,2\n3,4\n", 3, 3),
        ("\n題名\n\na,b\n1,2\n,,\n3,4", 4, 7),
        ("a,b\n\"1\n2\",3\n", 2, 2),
    ] {
        let table = read(file.as_bytes()).unwrap();
        assert_eq!((table.lines_in, table.rows.len()), (lines, rows), "{file:?}");
    }
    let most: String = (0..MOST_ROWS).map(|n| format!("{n},x\n")).collect();
    assert_eq!(read(format!("a,b\n{most}").as_bytes()).unwrap().lines_in, MOST_ROWS + 1);
}

#[test]
fn a_person_may_choose_the_encoding() {
    let text = "会場,数\r\n港区,1\r\n";
    for encoding in Encoding::ALL {
        let bytes: Vec<u8> = match encoding {
            Encoding::Utf16Le => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            Encoding::Utf16Be => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
            other => other.coder().encode(text).0.into_owned(),
        };
        assert_eq!(Encoding::from_key(encoding.key()), Some(encoding));
        let table = read_in(&bytes, encoding).unwrap();
        assert_eq!(
            (table.read_as.as_str(), table.rows.row(1).texts().join("|").as_str()),
            (encoding.label(), "港区|1")
        );
    }
    // Private letters of CP932 are named with their cells, not swallowed.
    let table = read(b"a,b\r\n\xf0\x40\x93\x63,\x87\x40\xfa\x5c\r\n").unwrap();
    assert_eq!((table.read_as.as_str(), table.rows.row(1).cell(1)), ("CP932", "①纊"));
    assert!(
        table.faults[0].problem.contains("U+E000") && table.faults[0].address() == "A2",
        "{:?}",
        table.faults
    );
}

/// Workbooks that Excel, LibreOffice and libraries made.
#[test]
fn workbooks_as_they_come() {
    const LIST: &str = "接種日|券番号|ロット番号";
    for (name, file, expected) in [
        (
            "mac_1904",
            &include_bytes!("cases/mac_1904.xlsx")[..],
            format!("{LIST} / 2022-03-18|231310320000000101|3005785"),
        ),
        (
            "number_of_18_digits",
            include_bytes!("cases/number_of_18_digits.xlsx"),
            format!(
                "{LIST} / 2022-03-18|231310320000000000|3005785 / …? B2 数値のセルは15桁までしか"
            ),
        ),
        (
            "japanese_dates",
            include_bytes!("cases/japanese_dates.xlsx"),
            format!(
                "{LIST} / 2022-03-18|231310320000000201|3005785 / 2022-03-18|231310320000000202|3005785 / 2022-03-18|231310320000000203|3005785"
            ),
        ),
        (
            "readings_above",
            include_bytes!("cases/readings_above.xlsx"),
            format!("{LIST}|医師名 / 2022/3/18|231310320000000211|3005785|厚生 太郎"),
        ),
        (
            "escaped_returns",
            include_bytes!("cases/escaped_returns.xlsx"),
            "接種↵日|…2022/3/18|231310320000000212|3005785|厚生 太郎".into(),
        ),
        (
            "hidden_sheet_first",
            include_bytes!("cases/hidden_sheet_first.xlsx"),
            format!(
                "{LIST} / 2022-03-18|231310320000000221|3005785 / …! シート「3月18日接種分」を読みました。読まなかったシート：記入例（非表示）。"
            ),
        ),
        (
            "struck_row",
            include_bytes!("cases/struck_row.xlsx"),
            format!("{LIST} / 2022-03-18|…! 取り消し線のある行があります：3行目。"),
        ),
        (
            "formulas_without_results",
            include_bytes!("cases/formulas_without_results.xlsx"),
            format!(
                "{LIST} / 2022-03-18||3005785 / |231310320000000307 ? B2 計算式の結果が保存されていません…? A3"
            ),
        ),
        (
            "merged_date",
            include_bytes!("cases/merged_date.xlsx"),
            format!(
                "{LIST} / 2022-03-18|231310320000000308|3005785 / |231310320000000309|3005785 / |231310320000000310|3005785 ! 結合したセルがあります：A2:A4。…"
            ),
        ),
        (
            "stray_blank",
            include_bytes!("cases/stray_blank.xlsx"),
            format!("{LIST} / 2022-03-18|231310320000000400|3005785"),
        ),
    ] {
        let got = summary(read(file));
        let (begin, part) = expected.split_once('…').unwrap_or((&expected, ""));
        let fits = if expected.contains('…') {
            got.starts_with(begin) && got.contains(part)
        } else {
            got == expected
        };
        assert!(fits, "{name}\n     got {got}\nexpected {expected}");
    }
}

/// One workbook, saved by LibreOffice in three forms: whatever the form, the same is read and said.
#[test]
fn one_workbook_in_three_forms() {
    for (file, read_as) in [
        (&include_bytes!("cases/office.xlsx")[..], "Excel"),
        (include_bytes!("cases/office.ods"), "OpenDocument"),
        (include_bytes!("cases/office.xls"), "Excel（.xls）"),
    ] {
        let table = read(file).unwrap();
        assert_eq!(
            (table.read_as.as_str(), table.sheet.as_str(), table.lines_in),
            (read_as, "3月分", 6)
        );
        let rows: Vec<String> =
            table.rows.texts().iter().map(|row| row.join("|").replace('\n', "↵")).collect();
        assert_eq!(rows[0], "接種日|券番号|郵便番号|時刻|割合|医師名|備考|誤り");
        assert_eq!(rows[1], "2022-03-18|0123456789|108-0073|9:30|50%|髙橋 一郎|あ↵い|#DIV/0!");
        assert!(
            rows[2].starts_with("2022-03-19|2313103200000")
                && rows[2].ends_with("|000-0001|13:00|7%|渡邊|x|3"),
            "{}",
            rows[2]
        );
        assert_eq!(
            rows[3..],
            ["", "2022-03-21|消した行|000-0003|15:00|100%|誰か|x|5", "", "合計||TRUE"]
        );
        let faults: Vec<String> = table.faults.iter().map(CellFault::address).collect();
        assert_eq!(faults, ["H2", "B3"]);
        for notice in [
            "記入例（非表示）",
            "1行あり、取り込みません：4行目",
            "G列（備考）",
            "取り消し線のある行があります：5行目",
            "A7:B8",
        ] {
            assert!(
                table.notices.iter().any(|n| n.contains(notice)),
                "{read_as}: {notice} in {:?}",
                table.notices
            );
        }
    }
}

/// Rows without height and columns without width can't be seen, whether or not the file calls them
/// hidden.
#[test]
fn what_has_no_size_is_named_as_what_is_hidden() {
    let cell = |text: &str| {
        format!(
            "<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>"
        )
    };
    let row = |style: &str, cells: [&str; 3]| {
        format!(
            "<table:table-row table:style-name=\"{style}\">{}</table:table-row>",
            cells.map(cell).concat()
        )
    };
    let content = |row_height: &str, column_width: &str| {
        format!(
            "<office:document-content xmlns:office=\"o\" xmlns:table=\"t\" xmlns:text=\"x\" xmlns:style=\"s\"><office:automatic-styles>\
             <style:style style:name=\"ro2\" style:family=\"table-row\"><style:table-row-properties style:row-height=\"{row_height}\"/></style:style>\
             <style:style style:name=\"co2\" style:family=\"table-column\"><style:table-column-properties style:column-width=\"{column_width}\"/></style:style>\
             </office:automatic-styles><office:body><office:spreadsheet><table:table table:name=\"表\">\
             <table:table-column/><table:table-column table:style-name=\"co2\"/><table:table-column/>{}{}{}</table:table></office:spreadsheet></office:body></office:document-content>",
            row("ro1", ["会場", "日付", "箱"]),
            row("ro2", ["消えた会場", "2022-03-01", "1"]),
            row("ro1", ["見える会場", "2022-03-02", "2"]),
        )
    };
    let notices = |row_height: &str, column_width: &str| {
        let mimetype = ("mimetype", "application/vnd.oasis.opendocument.spreadsheet");
        let table = read(&zipped(&[mimetype, ("content.xml", &content(row_height, column_width))]))
            .unwrap();
        table.notices.join(" ")
    };
    let seen = notices("0.45cm", "2cm");
    assert!(!seen.contains("2行目") && !seen.contains("B列"), "{seen}");
    for (height, width) in [("0cm", "0cm"), ("0.00in", "0in"), ("0", "0mm")] {
        let said = notices(height, width);
        assert!(
            said.contains("取り込みません：2行目") && said.contains("B列（日付）"),
            "{height}: {said}"
        );
    }
}
