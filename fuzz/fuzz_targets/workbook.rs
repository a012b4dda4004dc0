//! The parts of a workbook, packed as they are: the fuzzer writes XML (or records of an old
//! workbook), not checksums of a ZIP.
#![no_main]

use std::io::{Cursor, Write};

use libfuzzer_sys::fuzz_target;
use web::reading::read;
use zip::write::SimpleFileOptions;

fn zipped(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, content) in parts {
        zip.start_file(*name, stored).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fuzz_target!(|data: &[u8]| {
    let Some((kind, rest)) = data.split_first() else { return };
    // Parts stand one after the other, a zero between them.
    let mut parts = rest.split(|b| *b == 0);
    let mut part = || parts.next().unwrap_or_default();
    const BOOK: &[u8] = b"<workbook><sheets><sheet name=\"a\" r:id=\"r\"/></sheets></workbook>";
    const RELATIONS: &[u8] =
        b"<Relationships><Relationship Id=\"r\" Type=\"x/worksheet\" Target=\"sheet.xml\"/></Relationships>";
    let file = match kind % 4 {
        0 => zipped(&[
            ("xl/workbook.xml", BOOK),
            ("xl/_rels/workbook.xml.rels", RELATIONS),
            ("xl/styles.xml", part()),
            ("xl/sharedStrings.xml", part()),
            ("xl/sheet.xml", part()),
        ]),
        1 => zipped(&[
            ("xl/workbook.xml", part()),
            ("xl/_rels/workbook.xml.rels", part()),
            ("xl/sheet.xml", part()),
        ]),
        2 => zipped(&[
            ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
            ("content.xml", rest),
        ]),
        _ => {
            let mut file = Cursor::new(Vec::new());
            let mut ole = cfb::CompoundFile::create(&mut file).unwrap();
            ole.create_stream("/Workbook").unwrap().write_all(rest).unwrap();
            ole.flush().unwrap();
            file.into_inner()
        }
    };
    if let Ok(table) = read(&file) {
        assert!(table.lines_in >= 2);
    }
});
