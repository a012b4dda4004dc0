use std::io::Cursor;

use encoding_rs::SHIFT_JIS;
use rust_xlsxwriter::{Format, Workbook};

use super::*;

fn rows(table: Result<Table, String>) -> (String, Vec<Vec<String>>) {
    let table = table.unwrap();
    (table.read_as, table.rows)
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
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(csv.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    assert_eq!(rows(read(&utf16)), ("UTF-16".into(), sample()));
    assert_eq!(rows(paste("会場\t日付\n髙橋、第1\t2022/3/1\n\n")), ("貼り付け".into(), sample()));
}

/// Sixty and more files as offices make them: five encodings, comma and tab, both line ends, quotes where needed or everywhere, with
/// and without an end, with blanks nobody sees; workbooks from everybody's hands; and what can't be read says how to mend it.
#[test]
fn sixty_files_as_offices_make_them() {
    let mut files: Vec<(String, Vec<u8>, Result<&str, &str>)> = Vec::new();
    type Encode = fn(&str) -> Vec<u8>;
    let encodings: [(&str, &str, Encode); 5] = [
        ("UTF-8", "UTF-8", |s| s.as_bytes().to_vec()),
        ("UTF-8 with BOM", "UTF-8", |s| format!("\u{feff}{s}").into_bytes()),
        ("CP932", "CP932", |s| SHIFT_JIS.encode(s).0.into_owned()),
        ("UTF-16LE", "UTF-16", |s| [0xff, 0xfe].into_iter().chain(s.encode_utf16().flat_map(u16::to_le_bytes)).collect()),
        ("UTF-16BE", "UTF-16", |s| [0xfe, 0xff].into_iter().chain(s.encode_utf16().flat_map(u16::to_be_bytes)).collect()),
    ];
    for (name, read_as, encode) in encodings {
        for (comma, end, everywhere) in [(",", "\r\n", false), (",", "\n", true), ("\t", "\r\n", true), ("\t", "\n", false)] {
            let quoted = |cell: &str| if everywhere || cell.contains(['、', ',']) { format!("\"{cell}\"") } else { cell.to_string() };
            let line = |cells: [&str; 2]| cells.map(&quoted).join(comma);
            let body = [line(["会場", "日付"]), line(["髙橋、第1", "2022/3/1"])].join(end);
            files.push((format!("{name} {comma:?} {end:?} quoted {everywhere}"), encode(&body), Ok(read_as)));
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
            sheet.write(1, 0, rust_xlsxwriter::Formula::new("=A9&B9").set_result("髙橋、第1")).unwrap();
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
    files.extend(workbooks.iter().map(|(name, make)| ((*name).to_string(), book(make), Ok("Excel"))));
    let refused: [(&str, Vec<u8>, &str); 13] = [
        ("nothing", vec![], "空です"),
        ("blank lines", b"\n\n\n".to_vec(), "空です"),
        ("a head only", "会場,日付\n".as_bytes().to_vec(), "見出しの下に行がありません"),
        ("an empty workbook", book(&|b| _ = b.add_worksheet()), "空です"),
        ("a workbook with a head only", book(&|b| _ = b.add_worksheet().write(0, 0, "会場").unwrap()), "見出しの下に行がありません"),
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
        ("half a workbook", book(&|b| fill(b.add_worksheet(), 0))[..900].to_vec(), "Excelファイルとして読めません"),
        ("letters of no encoding", b"\xff\xff\xff,\x80".to_vec(), "文字コード"),
        ("too many columns", format!("{}\n1\n", "a,".repeat(300) + "z").into_bytes(), "列が多すぎます"),
        ("too many sheets", book(&|b| (0..51).for_each(|_| _ = b.add_worksheet())), "シートが多すぎます"),
    ];
    files.extend(refused.into_iter().map(|(name, bytes, why)| (name.to_string(), bytes, Err(why))));
    assert!(files.len() >= 60, "{} files", files.len());
    for (name, bytes, wanted) in &files {
        match (read(bytes), wanted) {
            (Ok(table), Ok(read_as)) => assert_eq!((table.read_as.as_str(), table.rows), (*read_as, sample()), "{name}"),
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
        (b"\xff\xff\xff,\x80", "文字コード"),
        ("見出しだけ".as_bytes(), "見出しの下に行がありません"),
    ] {
        assert!(read(bytes).unwrap_err().contains(what), "{what}");
    }
    assert!(paste(&"a\n".repeat(MOST_ROWS + 9)).unwrap_err().contains("分けて"));
}
