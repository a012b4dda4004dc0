//! Files of at most a megabyte that claim to be, or unpack to, far more: what no office sends and
//! an attacker does.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;

/// What they are, the name under which they are sent, their bytes.
pub type Wreck = (&'static str, &'static str, Vec<u8>);

const SPREADSHEET: &str = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"";

fn zipped(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).expect("a part");
        zip.write_all(content).expect("memory");
    }
    zip.finish().expect("memory").into_inner()
}

/// A workbook of Excel of one sheet, with these rows, texts and styles as XML.
pub fn xlsx(rows: &str, strings: &str, styles: &str) -> Vec<u8> {
    book(
        &format!("<worksheet {SPREADSHEET}><sheetData>{rows}</sheetData></worksheet>"),
        strings,
        styles,
    )
}

fn book(sheet: &str, strings: &str, styles: &str) -> Vec<u8> {
    let relations = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>";
    zipped(&[
        (
            "xl/workbook.xml",
            format!("<workbook {SPREADSHEET}><sheets><sheet name=\"Sheet1\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>").as_bytes(),
        ),
        ("xl/_rels/workbook.xml.rels", relations.as_bytes()),
        ("xl/styles.xml", format!("<styleSheet {SPREADSHEET}>{styles}</styleSheet>").as_bytes()),
        ("xl/sharedStrings.xml", format!("<sst {SPREADSHEET}>{strings}</sst>").as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ])
}

/// A workbook of LibreOffice of one sheet, with these rows as XML.
pub fn ods(rows: &str) -> Vec<u8> {
    let spaces = "xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\"";
    zipped(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("content.xml", format!("<office:document-content {spaces}><office:body><office:spreadsheet><table:table table:name=\"Sheet1\">{rows}</table:table></office:spreadsheet></office:body></office:document-content>").as_bytes()),
    ])
}

/// An OLE container of one stream, made by hand: header, allocation table, directory, stream.
pub fn ole(name: &str, stream: &[u8]) -> Vec<u8> {
    let sectors = stream.len().div_ceil(512).max(8);
    let tables = (sectors + 2).div_ceil(127) + 1;
    let (free, end, table) = (0xffff_ffff_u32, 0xffff_fffe_u32, 0xffff_fffd_u32);
    let mut header = vec![0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
    header.extend([0; 16]);
    header.extend([0x3e, 0, 3, 0, 0xfe, 0xff, 9, 0, 6, 0]);
    header.extend([0; 6]);
    for n in [0, tables as u32, tables as u32, 0, 4096, end, 0, end, 0] {
        header.extend(n.to_le_bytes());
    }
    (0..109).for_each(|n| header.extend(if n < tables { n as u32 } else { free }.to_le_bytes()));
    let mut chain: Vec<u32> = vec![table; tables];
    chain.push(end);
    chain.extend((0..sectors).map(|n| if n + 1 < sectors { (tables + 2 + n) as u32 } else { end }));
    chain.resize(tables * 128, free);
    let mut directory = Vec::new();
    let mut entry = |name: &str, kind: u8, child: u32, first: u32, size: u64| {
        let mut letters: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let length = if name.is_empty() { 0 } else { letters.len() as u16 + 2 };
        letters.resize(64, 0);
        directory.extend(letters);
        directory.extend(length.to_le_bytes());
        directory.extend([kind, 1]);
        [free, free, child].iter().for_each(|n| directory.extend(n.to_le_bytes()));
        directory.extend([0; 36]);
        directory.extend(first.to_le_bytes());
        directory.extend(size.to_le_bytes());
    };
    entry("Root Entry", 5, 1, end, 0);
    entry(name, 2, free, (tables + 1) as u32, (sectors * 512) as u64);
    entry("", 0, free, 0, 0);
    entry("", 0, free, 0, 0);
    let mut file = header;
    chain.iter().for_each(|n| file.extend(n.to_le_bytes()));
    file.extend(directory);
    file.extend(stream);
    file.resize(512 * (1 + tables + 1 + sectors), 0);
    file
}

fn record(kind: u16, content: &[u8]) -> Vec<u8> {
    [&kind.to_le_bytes()[..], &(content.len() as u16).to_le_bytes(), content].concat()
}

/// A workbook of Excel 97 of one sheet: its records, after one text in the table of texts.
pub fn xls(text: &str, cells: &[u8]) -> Vec<u8> {
    let bof = |what: u8| record(0x0809, &[0, 6, what, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    let mut strings = [1_u32.to_le_bytes(), 1_u32.to_le_bytes()].concat();
    strings.extend((text.encode_utf16().count() as u16).to_le_bytes());
    strings.push(1);
    text.encode_utf16().for_each(|u| strings.extend(u.to_le_bytes()));
    let mut globals = bof(5);
    let sheet = globals.len() + 4 + 14 + 4 + strings.len() + 4;
    globals.extend(record(
        0x0085,
        &[&(sheet as u32).to_le_bytes()[..], &[0, 0, 6, 0], b"Sheet1"].concat(),
    ));
    globals.extend(record(0x00fc, &strings));
    globals.extend(record(0x000a, &[]));
    globals.extend(bof(0x10));
    globals.extend(cells);
    globals.extend(record(0x000a, &[]));
    ole("Workbook", &globals)
}

/// A cell that refers to the text.
pub fn xls_text(row: u16, column: u16) -> Vec<u8> {
    let mut content: Vec<u8> = [row, column, 0].iter().flat_map(|n| n.to_le_bytes()).collect();
    content.extend(0_u32.to_le_bytes());
    record(0x00fd, &content)
}

const HEAD: &str = "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>接種日</t></is></c><c r=\"B1\" t=\"inlineStr\"><is><t>券番号</t></is></c></row><row r=\"2\"><c r=\"A2\" t=\"inlineStr\"><is><t>2022/3/18</t></is></c></row>";

fn in_head(more: &str) -> String {
    format!("{HEAD}{more}")
}

/// Tables that a door for tables is sent.
pub fn tables() -> Vec<Wreck> {
    let text = "<c t=\"s\"><v>0</v></c>";
    let long = "あ".repeat(32_000);
    let mut all: Vec<Wreck> = vec![
        ("a stray blank in the last cell", "a.xlsx", xlsx(&in_head("<row r=\"1048576\"><c r=\"XFD1048576\" t=\"inlineStr\"><is><t> </t></is></c></row>"), "", "")),
        ("a value in the last cell", "a.xlsx", xlsx(&in_head("<row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row>"), "", "")),
        ("a million texts", "a.xlsx", xlsx(HEAD, &"<si><t>a</t></si>".repeat(1_100_000), "")),
        ("a million styles", "a.xlsx", xlsx(HEAD, "", &format!("<cellXfs>{}</cellXfs>", "<xf numFmtId=\"14\" fontId=\"0\"/>".repeat(1_000_000)))),
        ("a million fonts", "a.xlsx", xlsx(HEAD, "", &format!("<fonts>{}</fonts>", "<font><strike/></font>".repeat(1_000_000)))),
        ("a million formats of their own", "a.xlsx", xlsx(HEAD, "", &format!("<numFmts>{}</numFmts>", (0..60_000).map(|n| format!("<numFmt numFmtId=\"{n}\" formatCode=\"yyyy/mm/dd;@\"/>")).collect::<String>()))),
        ("one cell of 30 MB", "a.xlsx", xlsx(&in_head(&format!("<row r=\"3\"><c r=\"A3\" t=\"inlineStr\"><is><t>{}</t></is></c></row>", "a".repeat(30_000_000))), "", "")),
        ("one shared text of 30 MB", "a.xlsx", xlsx(HEAD, &format!("<si><t>{}</t></si>", "a".repeat(30_000_000)), "")),
        ("a cell of a million runs", "a.xlsx", xlsx(&in_head(&format!("<row r=\"3\"><c r=\"A3\" t=\"inlineStr\"><is>{}</is></c></row>", "<r><t>a</t></r>".repeat(1_000_000))), "", "")),
        ("entities instead of letters", "a.xlsx", xlsx(&in_head(&format!("<row r=\"3\"><c r=\"A3\" t=\"inlineStr\"><is><t>{}</t></is></c></row>", "&amp;".repeat(5_000_000))), "", "")),
        ("a document type with entities of entities", "a.xlsx", book(&format!("<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"{}\"><!ENTITY c \"{}\">]><worksheet {SPREADSHEET}><sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>&c;</t></is></c></row></sheetData></worksheet>", "&a;".repeat(1000), "&b;".repeat(1000)), "", "")),
        ("a million marks within each other", "a.xlsx", xlsx(&in_head(&"<x>".repeat(3_000_000)), "", "")),
        ("cells without end", "a.xlsx", xlsx(&in_head(&"<c/>".repeat(9_000_000)), "", "")),
        ("rows without end", "a.xlsx", xlsx(&in_head(&"<row/>".repeat(6_000_000)), "", "")),
        ("one long text in every cell", "a.xlsx", xlsx(&format!("<row r=\"1\">{}</row>", text.repeat(150)).repeat(300), &format!("<si><t>{long}</t></si>"), "")),
        ("a mark with a million attributes", "a.xlsx", xlsx(&in_head(&format!("<c {}/>", (0..60_000).map(|n| format!("a{n}=\"\" ")).collect::<String>())), "", "")),
        ("a mark of 40 MB", "a.xlsx", xlsx(&in_head(&format!("<c r=\"{}\"/>", "A".repeat(40_000_000))), "", "")),
        ("a million merged cells over everything", "a.xlsx", book(&format!("<worksheet {SPREADSHEET}><sheetData>{HEAD}</sheetData><mergeCells>{}</mergeCells></worksheet>", "<mergeCell ref=\"A1:XFD1048576\"/>".repeat(1_000_000)), "", "")),
        ("a million columns that are hidden", "a.xlsx", book(&format!("<worksheet {SPREADSHEET}><cols>{}</cols><sheetData>{HEAD}</sheetData></worksheet>", "<col min=\"1\" max=\"16384\" hidden=\"1\"/>".repeat(900_000)), "", "")),
        ("a million hidden rows", "a.xlsx", xlsx(&in_head(&(3..900_000).map(|n| format!("<row r=\"{n}\" hidden=\"1\"><c><v>1</v></c></row>")).collect::<String>()), "", "")),
        ("comments without end", "a.xlsx", xlsx(&in_head(&"<!---->".repeat(6_000_000)), "", "")),
        ("a million sheets", "a.xlsx", zipped(&[("xl/workbook.xml", format!("<workbook {SPREADSHEET}><sheets>{}</sheets></workbook>", "<sheet name=\"a\" r:id=\"r\"/>".repeat(1_000_000)).as_bytes())])),
        ("a million relations", "a.xlsx", zipped(&[("_rels/.rels", format!("<Relationships>{}</Relationships>", (0..300_000).map(|n| format!("<Relationship Id=\"{n}\" Type=\"a\" Target=\"b\"/>")).collect::<String>()).as_bytes())])),
        ("a cell repeated to the edge", "a.ods", ods("<table:table-row><table:table-cell office:value-type=\"string\" table:number-columns-repeated=\"16384\"><text:p>a</text:p></table:table-cell></table:table-row>")),
        ("a row repeated to the end", "a.ods", ods("<table:table-row table:number-rows-repeated=\"1048576\"><table:table-cell office:value-type=\"float\" office:value=\"1\" table:number-columns-repeated=\"16384\"/></table:table-row>")),
        ("numbers beyond counting", "a.ods", ods(&"<table:table-row table:number-rows-repeated=\"18446744073709551615\"><table:table-cell table:number-columns-repeated=\"18446744073709551615\"/></table:table-row>".repeat(9))),
        ("blanks without end", "a.ods", ods(&format!("<table:table-row><table:table-cell office:value-type=\"string\"><text:p>{}</text:p></table:table-cell></table:table-row>", "<text:s text:c=\"999999999\"/>".repeat(600_000)))),
        ("rows by the thousand across hidden columns by the thousand", "a.ods", crossed("", 5_200, 190)),
        ("hidden rows across hidden columns", "a.ods", crossed(" table:visibility=\"collapse\"", 10_000, 199)),
        ("blanks in a thousand rows of a thousand cells", "a.ods", many_blanks()),
        ("tables within tables", "a.ods", ods(&"<table:table>".repeat(1_000_000))),
        ("a long text in every cell", "a.xls", xls(&"あ".repeat(4000), &(0..20_000_u16).flat_map(|n| xls_text(n / 100, n % 100)).collect::<Vec<u8>>())),
        ("a text at the edge", "a.xls", xls("a", &xls_text(65_535, 16_383))),
        ("texts beyond counting", "a.xls", ole("Workbook", &[record(0x0809, &[0, 6, 5, 0]), record(0x00fc, &[0xff; 8]), record(0x00fd, &[0xff; 10])].concat())),
        ("records without end", "a.xls", ole("Workbook", &[record(0x0809, &[0, 6, 5, 0]), record(0x003c, &[]).repeat(220_000)].concat())),
        ("a container that points at itself", "a.xls", { let mut file = ole("Workbook", &[0; 9000]); file[512..1024].copy_from_slice(&[0; 512]); file }),
        ("a container of nothing but its mark", "a.xls", [&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1][..], &[0xff; 1_000_000]].concat()),
        ("twenty thousand parts", "a.xlsx", { let names: Vec<String> = (0..9000).map(|n| n.to_string()).collect(); zipped(&names.iter().map(|n| (n.as_str(), &b""[..])).collect::<Vec<_>>()) }),
        ("ends of a ZIP without end", "a.xlsx", [&b"PK\x03\x04"[..], &b"PK\x05\x06\0\0\0\0\xff\xff\xff\xff\0\0\0\0\0\0\0\0\0\0".repeat(40_000)].concat()),
        ("one line of a megabyte", "a.csv", vec![b'a'; 1_000_000]),
        ("a million commas", "a.csv", vec![b','; 1_000_000]),
        ("a million quotes", "a.csv", vec![b'"'; 1_000_000]),
        ("a million line ends", "a.csv", vec![b'\n'; 1_000_000]),
        ("half a million lines", "a.csv", b"a\n".repeat(500_000)),
        ("quotes that open again and again", "a.csv", b"\"a\n\",".repeat(200_000)),
        ("a value in every two hundredth column", "a.csv", format!("{}a\n", ",".repeat(198)).repeat(5_000).into_bytes()),
        ("a million brackets", "a.json", vec![b'['; 1_000_000]),
        ("UTF-16 of nothing", "a.csv", [&b"\xff\xfe"[..], &[0xdc; 999_998]].concat()),
        ("UTF-32 of nothing", "a.csv", [&b"\xff\xfe\0\0"[..], &[0x41; 999_998]].concat()),
        ("escapes without end", "a.csv", b"\x1b$B\x1b(B".repeat(166_000)),
        ("letters of no encoding", "a.csv", (0..1_000_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8 | 0x80).collect()),
        ("lead bytes only", "a.csv", vec![0x81; 1_000_000]),
        ("zeros only", "a.csv", vec![0; 1_000_000]),
        ("private letters in every cell", "a.csv", "\u{e000},".repeat(250_000).into_bytes()),
    ];
    let inner = zipped(&[("a.xlsx", &vec![b' '; 30_000_000])]);
    all.push((
        "a ZIP within a ZIP",
        "a.xlsx",
        zipped(&[("xl/workbook.xml", &inner), ("a.zip", &inner)]),
    ));
    all.push((
        "fifty megabytes of blanks",
        "a.xlsx",
        zipped(&[("xl/workbook.xml", &vec![b' '; 50_000_000])]),
    ));
    all.extend(spreadsheets_that_contradict_themselves());
    all.extend(archives_that_lie());
    all.extend(containers_that_loop());
    all.retain(|(_, _, bytes)| bytes.len() <= 1_048_576);
    all
}

/// Rows and cells out of order, at places that don't exist, repeated beyond counting, fetched from
/// elsewhere.
fn spreadsheets_that_contradict_themselves() -> Vec<Wreck> {
    let sheet = |rows: &str| xlsx(&in_head(rows), "", "");
    let related = |target: &str, more: &str| {
        let relations = format!(
            "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"{target}\" {more}/></Relationships>"
        );
        zipped(&[
            (
                "xl/workbook.xml",
                format!("<workbook {SPREADSHEET}><sheets><sheet name=\"Sheet1\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>")
                    .as_bytes(),
            ),
            ("xl/_rels/workbook.xml.rels", relations.as_bytes()),
        ])
    };
    let filled = |times: &str, rows: &str| {
        ods(&format!(
            "<table:table-row table:number-rows-repeated=\"{rows}\"><table:table-cell office:value-type=\"string\" table:number-columns-repeated=\"{times}\"><text:p>値</text:p></table:table-cell></table:table-row>"
        ))
    };
    vec![
        ("rows that run backwards", "a.xlsx", sheet(&(1..150_000).rev().map(|n| format!("<row r=\"{n}\"><c r=\"A{n}\"><v>1</v></c></row>")).collect::<String>())),
        ("one row again and again", "a.xlsx", sheet(&"<row r=\"3\"><c r=\"A3\"><v>1</v></c></row>".repeat(300_000))),
        ("rows and cells that don't exist", "a.xlsx", sheet("<row r=\"-5\"><c r=\"A-5\"><v>1</v></c></row><row r=\"0\"><c r=\"A0\"><v>1</v></c></row><row r=\"18446744073709551615\"><c r=\"ZZZZZZZZZZZZZZZZ18446744073709551615\"><v>1</v></c></row><row r=\"99999999999999999999\"><c r=\"$A$\"><v>1</v></c></row><row r=\"1e9\"><c r=\"あ1\"><v>1</v></c></row>")),
        ("texts that aren't there", "a.xlsx", sheet("<row r=\"3\"><c r=\"A3\" t=\"s\"><v>-1</v></c><c r=\"B3\" t=\"s\"><v>18446744073709551615</v></c><c r=\"C3\" t=\"s\"><v>1e400</v></c></row>")),
        ("styles that aren't there", "a.xlsx", sheet("<row r=\"3\" s=\"-1\"><c r=\"A3\" s=\"18446744073709551615\"><v>1e400</v></c><c r=\"B3\" s=\"-1\" t=\"d\"><v>-999999999</v></c><c r=\"C3\"><v>NaN</v></c><c r=\"D3\"><v>1e308</v></c></row>")),
        ("days beyond all calendars", "a.xlsx", xlsx(&in_head("<row r=\"3\"><c r=\"A3\" s=\"0\"><v>1e18</v></c><c r=\"B3\" s=\"0\"><v>-1e18</v></c></row>"), "", "<cellXfs><xf numFmtId=\"14\"/></cellXfs>")),
        ("formulas shared by everybody", "a.xlsx", sheet(&(3..40_000).map(|n| format!("<row r=\"{n}\"><c r=\"A{n}\"><f t=\"shared\" si=\"{}\" ref=\"A1:XFD1048576\">A{}+A{n}</f></c></row>", n % 3, n + 1)).collect::<String>())),
        ("a formula of a megabyte within itself", "a.xlsx", sheet(&format!("<row r=\"3\"><c r=\"A3\"><f>{}</f></c></row>", "IF(".repeat(9_000_000)))),
        ("a sheet that stands elsewhere", "a.xlsx", related("https://evil.example/sheet1.xml", "TargetMode=\"External\"")),
        ("a sheet that is a file of the server", "a.xlsx", related("file:///etc/passwd", "TargetMode=\"External\"")),
        ("a sheet above the workbook", "a.xlsx", related("../../../../../../etc/passwd", "")),
        ("a sheet that is the workbook itself", "a.xlsx", related("workbook.xml", "")),
        ("a value repeated a thousand million times", "a.ods", filled("1000000000", "1")),
        ("a row of values repeated a thousand million times", "a.ods", filled("1", "1000000000")),
        ("values and rows beyond counting", "a.ods", filled("18446744073709551615", "18446744073709551615")),
        ("values repeated less than never", "a.ods", filled("-1", "-1")),
        ("values repeated again and again", "a.ods", ods(&"<table:table-row table:number-rows-repeated=\"4000\"><table:table-cell office:value-type=\"float\" office:value=\"1\" table:number-columns-repeated=\"150\"/></table:table-row>".repeat(3_000))),
        ("a table that is locked", "a.ods", zipped(&[("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"), ("META-INF/manifest.xml", b"<manifest:manifest><manifest:file-entry manifest:full-path=\"content.xml\"><manifest:encryption-data/></manifest:file-entry></manifest:manifest>"), ("content.xml", &[0x9c; 500])])),
        ("an outside entity", "a.xlsx", book(&format!("<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\"><!ENTITY % b SYSTEM \"http://127.0.0.1:1/\">]><worksheet {SPREADSHEET}><sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>&a;</t></is></c></row></sheetData></worksheet>"), "", "")),
    ]
}

/// A number of a ZIP's directory, where it stands, in how many bytes.
fn put(bytes: &mut [u8], at: usize, value: u64, length: usize) {
    bytes[at..at + length].copy_from_slice(&value.to_le_bytes()[..length]);
}

/// Where the entries of a ZIP's directory begin.
fn directory(zip: &[u8]) -> Vec<usize> {
    (0..zip.len().saturating_sub(4)).filter(|at| zip[*at..].starts_with(b"PK\x01\x02")).collect()
}

/// ZIPs whose directory says something else than what is there.
fn archives_that_lie() -> Vec<Wreck> {
    let honest = || xlsx(&in_head(&"<row><c><v>1</v></c></row>".repeat(50)), "", "");
    let vast = || {
        xlsx(
            &in_head(&format!(
                "<row r=\"3\"><c r=\"A3\" t=\"inlineStr\"><is><t>{}</t></is></c></row>",
                "a".repeat(90_000_000)
            )),
            "",
            "",
        )
    };
    let changed = |mut zip: Vec<u8>, change: &dyn Fn(&mut [u8], usize, usize)| {
        for (n, at) in directory(&zip).into_iter().enumerate() {
            change(&mut zip, at, n);
        }
        zip
    };
    // A zip64 end: one entry more than there is, at a place beyond the file.
    let mut beyond = honest();
    let end = beyond.len() - 22;
    let tail = beyond.split_off(end);
    let place = beyond.len() as u64;
    beyond.extend(b"PK\x06\x06");
    beyond.extend(44_u64.to_le_bytes());
    beyond.extend([45, 0, 45, 0]);
    beyond.extend([0; 8]);
    for n in [u64::MAX, u64::MAX, u64::MAX - 1, u64::MAX - 1] {
        beyond.extend(n.to_le_bytes());
    }
    beyond.extend(b"PK\x06\x07");
    beyond.extend(0_u32.to_le_bytes());
    beyond.extend(place.to_le_bytes());
    beyond.extend(1_u32.to_le_bytes());
    beyond.extend(&tail[..8]);
    beyond.extend([0xff; 12]);
    beyond.extend([0, 0]);
    let mut twice = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for name in [
        "xl/workbook.xml",
        "XL/WORKBOOK.XML",
        "xl\\workbook.xml",
        "/xl/workbook.xml",
        "xl/_rels/workbook.xml.rels",
        "../../etc/cron.d/x",
        "xl/worksheets/sheet1.xml",
        "c:\\windows\\x",
    ] {
        twice.start_file(name, SimpleFileOptions::default()).expect("a part");
        twice.write_all(b"<workbook/>").expect("memory");
    }
    let doubled = {
        let zip = twice.finish().expect("memory").into_inner();
        // Under one name, letter by letter.
        let (from, to) = (b"XL/WORKBOOK.XML", b"xl/workbook.xml");
        let mut zip = zip;
        for at in 0..zip.len() - from.len() {
            if zip[at..].starts_with(from) {
                zip[at..at + to.len()].copy_from_slice(to);
            }
        }
        zip
    };
    vec![
        (
            "parts that say they hold ten bytes",
            "a.xlsx",
            changed(vast(), &|zip, at, _| put(zip, at + 24, 10, 4)),
        ),
        (
            "parts that say they hold four gigabytes",
            "a.xlsx",
            changed(honest(), &|zip, at, _| put(zip, at + 24, 0xffff_fffe, 4)),
        ),
        (
            "parts that are packed in nothing",
            "a.xlsx",
            changed(honest(), &|zip, at, _| put(zip, at + 20, 0, 4)),
        ),
        (
            "parts that all are the first",
            "a.xlsx",
            changed(vast(), &|zip, at, _| put(zip, at + 42, 0, 4)),
        ),
        (
            "parts that overlap",
            "a.xlsx",
            changed(vast(), &|zip, at, n| {
                let before =
                    u64::from(u32::from_le_bytes(zip[at + 42..at + 46].try_into().expect("four")));
                put(zip, at + 42, before.saturating_sub(n as u64), 4)
            }),
        ),
        (
            "parts that stand behind the end",
            "a.xlsx",
            changed(honest(), &|zip, at, _| put(zip, at + 42, 0xffff_fff0, 4)),
        ),
        (
            "parts with names of 64 KB",
            "a.xlsx",
            changed(honest(), &|zip, at, _| put(zip, at + 28, 0xffff, 2)),
        ),
        (
            "parts that are locked",
            "a.xlsx",
            changed(honest(), &|zip, at, _| put(zip, at + 8, 1, 2)),
        ),
        (
            "parts packed in a way that nobody knows",
            "a.xlsx",
            changed(honest(), &|zip, at, _| put(zip, at + 10, 99, 2)),
        ),
        (
            "parts whose sums are wrong",
            "a.xlsx",
            changed(honest(), &|zip, at, _| put(zip, at + 16, 0x1234_5678, 4)),
        ),
        (
            "parts whose days don't exist",
            "a.xlsx",
            changed(honest(), &|zip, at, _| put(zip, at + 12, 0xffff_ffff, 4)),
        ),
        ("a directory beyond 64 bits", "a.xlsx", beyond),
        ("parts with one name", "a.xlsx", doubled),
        ("a workbook that is cut off", "a.xlsx", {
            let mut zip = honest();
            zip.truncate(zip.len() - 40);
            zip
        }),
        (
            "a workbook behind a page of HTML",
            "a.xlsx",
            [b"<!doctype html><html>".as_slice(), &honest()].concat(),
        ),
        (
            "a packed file that is no ZIP",
            "a.gz",
            [b"\x1f\x8b\x08\0\0\0\0\0\0\x03".as_slice(), &[0xff; 4000]].concat(),
        ),
        (
            "an archive of another kind",
            "a.7z",
            [b"7z\xbc\xaf\x27\x1c\0\x04".as_slice(), &[0xff; 4000]].concat(),
        ),
    ]
}

/// OLE containers whose chains and trees never end, and what is locked within one.
fn containers_that_loop() -> Vec<Wreck> {
    let book = || xls("a", &xls_text(0, 0));
    // The allocation table stands behind the header, its first entries are its own; the directory
    // behind it.
    let entry =
        |file: &mut Vec<u8>, n: usize, value: u32| put(file, 512 + 4 * n, u64::from(value), 4);
    let directory_at = |file: &[u8]| {
        512 * (1 + u32::from_le_bytes(file[48..52].try_into().expect("four")) as usize)
    };
    let tables = |file: &[u8]| u32::from_le_bytes(file[44..48].try_into().expect("four")) as usize;
    let changed = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut file = book();
        change(&mut file);
        file
    };
    vec![
        (
            "a stream whose sectors run in a ring",
            "a.xls",
            changed(&|f| {
                let t = tables(f);
                entry(f, t + 3, (t + 1) as u32)
            }),
        ),
        (
            "a stream that is its own next sector",
            "a.xls",
            changed(&|f| {
                let t = tables(f);
                entry(f, t + 1, (t + 1) as u32)
            }),
        ),
        (
            "a directory that runs in a ring",
            "a.xls",
            changed(&|f| {
                let t = tables(f);
                entry(f, t, t as u32)
            }),
        ),
        (
            "a tree that is its own branch",
            "a.xls",
            changed(&|f| {
                let d = directory_at(f);
                put(f, d + 128 + 68, 1, 4);
                put(f, d + 128 + 72, 1, 4);
                put(f, d + 128 + 76, 0, 4)
            }),
        ),
        (
            "a stream of more bytes than there are",
            "a.xls",
            changed(&|f| {
                let d = directory_at(f);
                put(f, d + 128 + 120, u64::MAX, 8)
            }),
        ),
        (
            "a stream that begins behind the end",
            "a.xls",
            changed(&|f| {
                let d = directory_at(f);
                put(f, d + 128 + 116, 0x7fff_ffff, 4)
            }),
        ),
        (
            "a table of tables beyond counting",
            "a.xls",
            changed(&|f| {
                put(f, 44, 0xffff_ffff, 4);
                put(f, 72, 0xffff_ffff, 4)
            }),
        ),
        ("sectors of no size", "a.xls", changed(&|f| put(f, 30, 0xffff, 2))),
        ("a workbook that is locked", "a.xlsx", ole("EncryptedPackage", &[0x5a; 9000])),
        (
            "records longer than the file",
            "a.xls",
            ole("Workbook", &[record(0x0809, &[0, 6, 5, 0]), vec![0xfc, 0, 0xff, 0xff]].concat()),
        ),
        (
            "a sheet that begins behind the end",
            "a.xls",
            ole(
                "Workbook",
                &[
                    record(0x0809, &[0, 6, 5, 0]),
                    record(0x0085, &[0xff, 0xff, 0xff, 0x7f, 0, 0, 1, 0, b'a']),
                ]
                .concat(),
            ),
        ),
    ]
}

/// Papers that a door for papers is sent: kept as they come, nothing of them is opened.
pub fn papers() -> Vec<Wreck> {
    let objects: String = (0..50_000).map(|n| format!("{n} 0 obj<<>>endobj\n")).collect();
    let mut picture =
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff\xff\xff\xff\xff\xff\xff\xff\x10\x06\0\0\0".to_vec();
    picture.extend([0; 1000]);
    vec![
        ("a PDF of fifty thousand objects", "a.pdf", format!("%PDF-1.7\n{objects}%%EOF").into_bytes()),
        ("a PDF whose pages are its parents", "a.pdf", b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[2 0 R]/Count 999999999/Parent 2 0 R>>endobj\ntrailer<</Root 1 0 R>>".to_vec()),
        ("a picture wider than the sea", "a.png", picture),
        ("a workbook that unpacks to fifty megabytes", "a.xlsx", zipped(&[("xl/workbook.xml", &vec![b' '; 50_000_000])])),
        ("a PDF of half a million objects", "a.pdf", format!("%PDF-1.7\n{}%%EOF", "1 0 obj\n".repeat(500_000)).into_bytes()),
        ("a PDF whose tables point at each other", "a.pdf", { let head = "%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\n"; let at = head.len(); format!("{head}xref\n0 1\n0000000000 65535 f \ntrailer<</Root 1 0 R/Size 99999999999/Prev {at}>>\nstartxref\n{at}\n%%EOF").into_bytes() }),
        ("a PDF of brackets", "a.pdf", format!("%PDF-1.7\n1 0 obj{}", "[<<".repeat(600_000)).into_bytes()),
        ("a PDF of names and texts without end", "a.pdf", format!("%PDF-1.7\n1 0 obj<</A({}", "(".repeat(2_000_000)).into_bytes()),
        ("a PDF of packed nothing", "a.pdf", { let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best()); packed.write_all(&vec![b' '; 90_000_000]).expect("memory"); let packed = packed.finish().expect("memory"); [format!("%PDF-1.7\n1 0 obj<</Type/ObjStm/N 99999999/First 0/Filter/FlateDecode/Length {}>>stream\n", packed.len()).as_bytes(), &packed, b"\nendstream endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF"].concat() }),
        ("a PDF of a million packed objects", "a.pdf", million_packed_objects()),
        ("a picture of 60,000 by 60,000 points", "a.png", png(60_000, 60_000)),
        ("a picture of no size", "a.png", png(0, 0)),
        ("a picture of a million pieces", "a.png", { let mut all = png(10, 10); all.truncate(33); all.extend(b"\0\0\0\0tEXt\0\0\0\0".repeat(400_000)); all }),
        ("a picture of a piece that is longer than it", "a.png", { let mut all = png(10, 10); all.truncate(33); all.extend(b"\xff\xff\xff\xffIDAT"); all }),
        ("a photograph of 65,535 by 65,535 points", "a.jpg", [&b"\xff\xd8\xff\xe0\0\x02\xff\xc0\0\x11\x08\xff\xff\xff\xff\x03"[..], &[0; 9], b"\xff\xda\0\x02\xff\xd9"].concat()),
        ("a photograph of segments of no length", "a.jpg", [&b"\xff\xd8\xff\xe0"[..], &[0; 1_000_000]].concat()),
        ("a photograph of marks", "a.jpg", [&b"\xff\xd8\xff"[..], &[0xff; 1_000_000]].concat()),
        ("a moving picture of 65,535 by 65,535 points", "a.gif", [&b"GIF89a\xff\xff\xff\xff\xf7\0\0"[..], &[0; 9000]].concat()),
        ("a drawing that draws itself", "a.svg", format!("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"60000\" height=\"60000\">{}</svg>", "<g id=\"a\"><use href=\"#a\"/><use href=\"#a\"/>".repeat(20_000)).into_bytes()),
        ("a document that says it is vast", "a.docx", { let mut zip = zipped(&[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<w/>")]); for at in directory(&zip) { put(&mut zip, at + 24, 0xffff_fff0, 4); } zip }),
        ("a workbook with a programme in it", "a.xlsx", zipped(&[("[Content_Types].xml", b"<Types/>"), ("xl/workbook.xml", b"<workbook/>"), ("xl/vbaProject.bin", &[0; 100])])),
        ("a text with zeros in it", "a.txt", vec![0; 100_000]),
    ]
}

/// A million objects in one packed stream, behind a million places.
fn million_packed_objects() -> Vec<u8> {
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(&b"0 0 ".repeat(1_000_000)).expect("memory");
    packed.write_all(&b"<<>> ".repeat(1_000_000)).expect("memory");
    let packed = packed.finish().expect("memory");
    let head = "%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\n2 0 obj<</Type/Page>>endobj\n";
    let about = "<</Type/ObjStm/N 1000000/First 4000000/Filter/FlateDecode";
    let stream = format!("{head}3 0 obj{about}/Length {}>>stream\n", packed.len());
    [stream.as_bytes(), &packed, b"\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF"].concat()
}

/// So many blanks, packed.
pub fn packed_blanks(count: usize) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(&vec![b' '; count]).expect("memory");
    packed.finish().expect("memory")
}

/// A PNG of this size that holds nothing.
fn png(width: u32, height: u32) -> Vec<u8> {
    let mut all = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    all.extend(width.to_be_bytes());
    all.extend(height.to_be_bytes());
    all.extend([8, 6, 0, 0, 0, 0, 0, 0, 0]);
    all.extend(b"\0\0\0\0IDAT\0\0\0\0\0\0\0\0IEND\0\0\0\0");
    all
}

/// Rows that are repeated, with cells one by one, under a thousand columns each with a style of its
/// own.
fn crossed(seen: &str, times: usize, cells: usize) -> Vec<u8> {
    let column = |n: usize| {
        format!(
            "<table:table-column table:visibility=\"collapse\" table:default-cell-style-name=\"q{n}\"/>"
        )
    };
    let columns: String = (0..1_000).map(column).collect();
    let cell = "<table:table-cell office:value-type=\"float\" office:value=\"1\"/>".repeat(cells);
    ods(&format!(
        "{columns}<table:table-row{seen} table:number-rows-repeated=\"{times}\">{cell}</table:table-row>"
    ))
}

/// Cells whose value is a thousand blanks, repeated: each has to be looked at, none is kept.
fn many_blanks() -> Vec<u8> {
    let value = " ".repeat(1_000);
    let cell = format!(
        "<table:table-cell office:string-value=\"{value}\" table:number-columns-repeated=\"1000\"/>"
    );
    ods(&format!("<table:table-row table:number-rows-repeated=\"1000\">{cell}</table:table-row>"))
}
