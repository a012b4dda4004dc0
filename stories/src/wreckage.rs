//! Files of at most a megabyte that claim to be, or unpack to, far more: what no office sends and an attacker does.

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
    book(&format!("<worksheet {SPREADSHEET}><sheetData>{rows}</sheetData></worksheet>"), strings, styles)
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
    globals.extend(record(0x0085, &[&(sheet as u32).to_le_bytes()[..], &[0, 0, 6, 0], b"Sheet1"].concat()));
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
    all.push(("a ZIP within a ZIP", "a.xlsx", zipped(&[("xl/workbook.xml", &inner), ("a.zip", &inner)])));
    all.push(("fifty megabytes of blanks", "a.xlsx", zipped(&[("xl/workbook.xml", &vec![b' '; 50_000_000])])));
    all.retain(|(_, _, bytes)| bytes.len() <= 1_048_576);
    all
}

/// Papers that a door for papers is sent: kept as they come, nothing of them is opened.
pub fn papers() -> Vec<Wreck> {
    let objects: String = (0..50_000).map(|n| format!("{n} 0 obj<<>>endobj\n")).collect();
    let mut picture = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff\xff\xff\xff\xff\xff\xff\xff\x10\x06\0\0\0".to_vec();
    picture.extend([0; 1000]);
    vec![
        ("a PDF of fifty thousand objects", "a.pdf", format!("%PDF-1.7\n{objects}%%EOF").into_bytes()),
        ("a PDF whose pages are its parents", "a.pdf", b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[2 0 R]/Count 999999999/Parent 2 0 R>>endobj\ntrailer<</Root 1 0 R>>".to_vec()),
        ("a picture wider than the sea", "a.png", picture),
        ("a workbook that unpacks to fifty megabytes", "a.xlsx", zipped(&[("xl/workbook.xml", &vec![b' '; 50_000_000])])),
    ]
}
