//! Workbooks that hold what can't be trusted or seen: formulas that nobody calculated, lines twice,
//! letters in the colour of the page.

use std::io::{Cursor, Write};

use rust_xlsxwriter::{Formula, Workbook};

use super::*;

fn rows(table: &Table) -> Vec<String> {
    table.rows.texts().iter().map(|row| row.join("|")).collect()
}
fn held(table: &Table) -> Vec<String> {
    table.faults.iter().map(CellFault::address).collect()
}

pub(super) fn zipped(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A workbook with this in its only sheet.
fn sheet_of(rows: &str) -> Vec<u8> {
    book_of("", rows)
}
/// The same, with this beside the list of its sheets.
fn book_of(settings: &str, rows: &str) -> Vec<u8> {
    let sheet = format!("<worksheet><sheetData>{rows}</sheetData></worksheet>");
    let book =
        format!("<workbook><sheets><sheet name=\"S\" id=\"1\"/></sheets>{settings}</workbook>");
    zipped(&[
        (
            "_rels/.rels",
            "<R><Relationship Id=\"1\" Type=\"x/officeDocument\" Target=\"xl/workbook.xml\"/></R>",
        ),
        ("xl/workbook.xml", &book),
        (
            "xl/_rels/workbook.xml.rels",
            "<R><Relationship Id=\"1\" Type=\"x/worksheet\" Target=\"s.xml\"/></R>",
        ),
        ("xl/sharedStrings.xml", "<sst><si><t>予診のみ</t></si></sst>"),
        ("xl/s.xml", &sheet),
    ])
}
fn cell(place: &str, text: &str) -> String {
    format!("<c r=\"{place}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
}

/// 区分 `="予診のみ"` and the like, saved by xlwt, which calculates nothing, and by LibreOffice, which
/// does: the empty text that both save is a result only of the one.
#[test]
fn a_formula_that_nobody_calculated_is_held() {
    let table = read(include_bytes!("../cases/without_results.xls")).unwrap();
    assert_eq!(rows(&table), ["区分|時間帯|数|空|参照", "", "接種|通常|0|x|y"]);
    assert_eq!(held(&table), ["A2", "B2", "C2", "D2", "E2"]);
    assert!(table.faults.iter().all(|f| f.problem.contains("計算式の結果が保存されていません")));
    for (name, file) in [
        ("xls", &include_bytes!("../cases/with_results.xls")[..]),
        ("ods", include_bytes!("../cases/with_results.ods")),
        ("xlsx", include_bytes!("../cases/with_results.xlsx")),
    ] {
        let table = read(file).unwrap();
        let expected = ["区分|時間帯|数|空|参照", "予診のみ|休日|0", "接種|通常|0|x|y"];
        assert_eq!(
            (rows(&table), held(&table)),
            (expected.map(String::from).to_vec(), vec![]),
            "{name}"
        );
    }
}

/// A library that writes a nought for each formula says that all of them are to be calculated; its
/// other results stand.
#[test]
fn the_noughts_of_a_workbook_that_waits_to_be_calculated_are_no_results() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_row(0, 0, ["区分", "時間帯", "数", "空", "医師名"]).unwrap();
    sheet.write(1, 0, Formula::new("=\"予診のみ\"")).unwrap();
    sheet.write(1, 1, Formula::new("=\"休日\"").set_result("休日")).unwrap();
    sheet.write(1, 2, Formula::new("=1+2").set_result("3")).unwrap();
    sheet.write(1, 3, Formula::new("=\"\"").set_result("")).unwrap();
    sheet.write(1, 4, "厚生 太郎").unwrap();
    let table = read(&book.save_to_buffer().unwrap()).unwrap();
    assert_eq!(
        (rows(&table)[1].as_str(), held(&table)),
        ("|休日|3||厚生 太郎", vec!["A2".to_string(), "D2".into()])
    );
}

/// Such a workbook writes noughts for numbers and texts; a truth and a shared text are results.
#[test]
fn what_is_no_number_is_a_result_though_the_workbook_waits() {
    let formula = |place: &str, kind: &str, value: &str| {
        format!("<c r=\"{place}\"{kind}><f>B1</f><v>{value}</v></c>")
    };
    let row = [
        formula("A2", " t=\"b\"", "0"),
        formula("B2", " t=\"s\"", "0"),
        formula("C2", "", "0"),
        formula("D2", " t=\"n\"", "0"),
        formula("E2", " t=\"str\"", "0"),
        formula("F2", " t=\"b\"", ""),
        formula("G2", " t=\"b\"", "1"),
    ];
    let body =
        format!("<row r=\"1\">{}</row><row r=\"2\">{}</row>", cell("A1", "済"), row.concat());
    let table = read(&book_of("<calcPr fullCalcOnLoad=\"1\"/>", &body)).unwrap();
    assert_eq!(
        (rows(&table)[1].as_str(), held(&table).join(" ").as_str()),
        ("FALSE|予診のみ|||||TRUE", "C2 D2 E2 F2")
    );
}

/// Of two lines with one number one is hidden: the sentence spoke of quotation marks, of which a
/// workbook has none.
#[test]
fn a_hidden_line_with_the_number_of_another_is_held_as_well() {
    let head = format!("<row r=\"1\">{}</row>", cell("A1", "会場"));
    let seen = |n: u32| format!("<row r=\"{n}\">{}</row>", cell(&format!("A{n}"), "港区"));
    let hidden =
        |n: u32| format!("<row r=\"{n}\" hidden=\"1\">{}</row>", cell(&format!("A{n}"), "渋谷区"));
    for (name, body, faults, lines) in [
        ("hidden first", hidden(2) + &seen(2), &["2"][..], 2),
        ("hidden last", seen(2) + &hidden(2), &["2"], 2),
        ("beside a blank line", seen(2) + &hidden(2) + &seen(4), &["2"], 3),
        ("both hidden", hidden(2) + &hidden(2) + &seen(3), &[], 3),
        ("another's number", hidden(2) + &seen(3), &[], 3),
    ] {
        let table = read(&sheet_of(&(head.clone() + &body))).unwrap();
        assert_eq!(held(&table), faults, "{name}");
        assert_eq!(table.lines_in, lines, "{name}");
        assert!(table.faults.iter().all(|f| f.problem.contains("この番号の行が2つあります")));
    }
}

/// The later of two lines with one number hid the earlier one, and the count of lines said nothing
/// of it.
#[test]
fn two_lines_of_one_number_and_two_values_of_one_cell_are_held() {
    let head = format!("<row r=\"1\">{}{}</row>", cell("A1", "会場"), cell("B1", "箱"));
    let row = |r: u32, a: &str, b: &str| {
        format!("<row r=\"{r}\">{}{}</row>", cell(&format!("A{r}"), a), cell(&format!("B{r}"), b))
    };
    for (name, body, faults) in [
        ("two lines", row(2, "港区", "1") + &row(2, "渋谷区", "2"), &["2"][..]),
        ("two lines that say the same", row(2, "港区", "1") + &row(2, "港区", "1"), &["2"]),
        (
            "each half a line",
            format!(
                "<row r=\"2\">{}</row><row r=\"2\">{}</row>",
                cell("A2", "港区"),
                cell("B2", "9")
            ),
            &["2"],
        ),
        (
            "a cell twice",
            format!(
                "<row r=\"2\">{}{}{}</row>",
                cell("A2", "港区"),
                cell("B2", "1"),
                cell("B2", "2")
            ),
            &["B2"],
        ),
        (
            "a cell of another line's number",
            row(2, "港区", "1")
                + &format!("<row r=\"3\">{}{}</row>", cell("A2", "渋谷区"), cell("B3", "2")),
            &["2"],
        ),
        ("an empty line twice", row(2, "港区", "1") + "<row r=\"2\"><c r=\"A2\"/></row>", &[]),
        ("lines in any order", row(3, "港区", "1") + &row(2, "渋谷区", "2"), &[]),
    ] {
        let table = read(&sheet_of(&(head.clone() + &body))).unwrap();
        assert_eq!(held(&table), faults, "{name}: {:?}", table.rows);
    }
    let table = read(&sheet_of(&(head + &row(2, "港区", "1") + &row(2, "渋谷区", "2")))).unwrap();
    assert!(
        table.faults[0].column == 0
            && table.faults[0].problem.contains("この番号の行が2つあります")
    );
}

/// White letters on white, red on red; a row too low to read; rows folded away. White on black is
/// seen.
#[test]
fn what_nobody_sees_is_said_in_all_three_forms() {
    for (name, file) in [
        ("xlsx", &include_bytes!("../cases/unseen.xlsx")[..]),
        ("xls", include_bytes!("../cases/unseen.xls")),
        ("ods", include_bytes!("../cases/unseen.ods")),
    ] {
        let table = read(file).unwrap();
        let seen: Vec<usize> = table
            .rows
            .iter()
            .enumerate()
            .filter(|(_, row)| !row.is_blank())
            .map(|(i, _)| i + 1)
            .collect();
        assert_eq!(seen, [1, 2, 3, 4, 5, 6, 7, 11], "{name}");
        let said = |what: &str| table.notices.iter().any(|n| n.contains(what));
        assert!(said("3行あり、取り込みません：8～10行目"), "{name}: {:?}", table.notices);
        assert!(
            said("見えないセルにも値があり、読みました：3～4、6行目"),
            "{name}: {:?}",
            table.notices
        );
    }
}

/// A group that is folded away, whether or not its rows say so themselves, and one within it.
#[test]
fn groups_that_are_folded_away_hide_their_rows_and_columns() {
    let cell = |text: &str| {
        format!(
            "<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>"
        )
    };
    let row = |a: &str| format!("<table:table-row>{}{}</table:table-row>", cell(a), cell("1"));
    let group = |kind: &str, shown: bool, inner: &str| {
        format!(
            "<table:table-{kind}-group table:display=\"{shown}\">{inner}</table:table-{kind}-group>"
        )
    };
    let inner = group("row", true, &row("四")) + &row("五");
    let body = [
        "<table:table-column/>".to_string(),
        group("column", false, "<table:table-column/>"),
        row("会場"),
        group("row", true, &row("二")),
        row("三"),
        group("row", false, &inner),
        row("六"),
    ];
    let content = format!(
        "<o:document-content xmlns:o=\"o\" xmlns:office=\"o\" xmlns:table=\"t\" xmlns:text=\"x\"><o:body><o:spreadsheet>\
         <table:table table:name=\"表\">{}</table:table></o:spreadsheet></o:body></o:document-content>",
        body.concat()
    );
    let mimetype = ("mimetype", "application/vnd.oasis.opendocument.spreadsheet");
    let table = read(&zipped(&[mimetype, ("content.xml", &content)])).unwrap();
    assert_eq!(rows(&table), ["会場|1", "二|1", "三|1", "", "", "六|1"]);
    let said = table.notices.join(" ");
    assert!(said.contains("取り込みません：4～5行目") && said.contains("B列（1）"), "{said}");
}

/// Runs within a cell: what is struck through or white is no part of the value, and nobody knows
/// what is.
#[test]
fn what_only_a_part_of_counts_is_held_in_all_three_forms() {
    let (struck, white) = ("<rPr><strike/></rPr>", "<rPr><color rgb=\"FFFFFFFF\"/></rPr>");
    let run = |with: &str, text: &str| format!("<r>{with}<t>{text}</t></r>");
    let rich = |place: &str, runs: &[String]| {
        format!("<c r=\"{place}\" t=\"inlineStr\"><is>{}</is></c>", runs.concat())
    };
    let lines = format!(
        "<row r=\"1\">{}</row><row r=\"2\">{}{}{}{}</row>",
        cell("A1", "ロット"),
        rich("A2", &[run(struck, "3"), run("", "005785")]),
        rich("B2", &[run("", "3005785"), run(white, "6")]),
        rich("C2", &[run(struck, "3005785"), run(struck, " ")]),
        rich("D2", &[run("<rPr><strike val=\"0\"/></rPr>", "300"), run("", "5785")]),
    );
    let table = read(&sheet_of(&lines)).unwrap();
    assert_eq!(held(&table), ["A2", "B2"]);
    assert!(table.faults[0].problem.contains("一部（「3」）が取り消されています"));
    assert!(table.faults[1].problem.contains("一部（「6」）が背景と同じ色で見えません"));
    assert!(table.notices.iter().any(|n| n.contains("取り消し線のある行があります：2行目")));

    let style = |name: &str, properties: &str| {
        format!("<style name=\"{name}\"><text-properties {properties}/></style>")
    };
    let content = format!(
        "<d>{}{}<spreadsheet><table name=\"S\"><table-row><table-cell value-type=\"string\"><p>ロット</p></table-cell></table-row><table-row><table-cell value-type=\"string\"><p><span style-name=\"T1\">3</span>005785</p></table-cell><table-cell value-type=\"string\"><p>3005785<span style-name=\"T2\">6</span></p></table-cell><table-cell value-type=\"string\"><p><span style-name=\"T1\">3005785</span></p></table-cell></table-row></table></spreadsheet></d>",
        style("T1", "text-line-through-style=\"solid\""),
        style("T2", "color=\"#ffffff\""),
    );
    let parts =
        [("mimetype", "application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", &content)];
    let table = read(&zipped(&parts)).unwrap();
    assert_eq!(held(&table), ["A2", "B2"]);
    assert!(table.faults[0].problem.contains("一部（「3」）が取り消されています"));
    assert!(table.faults[1].problem.contains("一部（「6」）が背景と同じ色で見えません"));
    assert!(table.notices.iter().any(|n| n.contains("取り消し線のある行があります：2行目")));
}
