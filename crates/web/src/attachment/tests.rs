use std::io::Write;
use std::time::Instant;

use super::*;

/// A file of objects with its table, as a PDF writer makes it.
fn made(objects: &[&str]) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec();
    let mut places = Vec::new();
    for (i, object) in objects.iter().enumerate() {
        places.push(out.len());
        out.extend(format!("{} 0 obj\n{object}\nendobj\n", i + 1).bytes());
    }
    let start = out.len();
    out.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    for place in &places {
        out.extend(format!("{place:010} 00000 n \n").bytes());
    }
    out.extend(
        format!(
            "trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n",
            objects.len() + 1
        )
        .bytes(),
    );
    out
}

const CATALOG: &str = "<< /Type /Catalog /Pages 2 0 R >>";
const PAGES: &str = "<< /Type /Pages /Kids [3 0 R] /Count 1 >>";
const PAGE: &str = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>";

fn pdf_fault(bytes: &[u8]) -> Option<pdf::Fault> {
    pdf::read(bytes).err()
}

#[test]
fn what_a_file_holds_decides_not_its_name() {
    let paper = made(&[CATALOG, PAGES, PAGE]);
    assert_eq!(read("委任状.pdf", &paper).map(|k| k.mime), Ok("application/pdf"));
    assert_eq!(read("page.html", b"<html>").map(|k| k.mime), Err(Fault::Kind));
    assert_eq!(read("trick.pdf", b"MZ\x90\x00").map(|k| k.mime), Err(Fault::Kind));
    assert_eq!(read("a.txt", "メモ".as_bytes()).map(|k| k.mime), Ok("text/plain; charset=utf-8"));
    assert_eq!(read("a.txt", b"a\0b").map(|k| k.mime), Err(Fault::Kind));
    assert_eq!(read("a.pdf", b"").map(|k| k.mime), Err(Fault::Empty));
    assert_eq!(read("a.pdf", &vec![b'x'; MOST + 1]).map(|k| k.mime), Err(Fault::TooLarge));
}

#[test]
fn bytes_that_begin_like_a_pdf_are_none() {
    for bytes in [
        &b"%PDF-1.7 signed"[..],
        b"%PDF-",
        b"%PDF-1.7\nxref\n%%EOF",
        b"%PDF-1.7\n1 0 obj\nendobj\n%%EOF\n",
    ] {
        assert_eq!(
            pdf_fault(bytes),
            Some(pdf::Fault::Broken),
            "{}",
            String::from_utf8_lossy(bytes)
        );
    }
    let paper = made(&[CATALOG, PAGES, PAGE]);
    for part in [10, 4, 2] {
        assert_eq!(
            pdf_fault(&paper[..paper.len() * (part - 1) / part]),
            Some(pdf::Fault::Broken),
            "cut off"
        );
    }
    assert_eq!(
        pdf_fault(&made(&[CATALOG, "<< /Type /Pages /Kids [] /Count 0 >>"])),
        Some(pdf::Fault::Empty)
    );
}

#[test]
fn a_file_whose_table_is_wrong_is_read_by_its_objects() {
    let paper = String::from_utf8_lossy(&made(&[CATALOG, PAGES, PAGE]))
        .replace("startxref\n", "startxref\n9");
    assert_eq!(pdf::read(paper.as_bytes()), Ok(pdf::Found { pages: 1, signed: false }));
    let mut behind = made(&[CATALOG, PAGES, PAGE]);
    behind.extend(b"\r\n\r\n--boundary--\r\n");
    assert_eq!(pdf::read(&behind).map(|f| f.pages), Ok(1));
}

#[test]
fn our_own_letter_is_a_pdf_of_one_page() {
    let letter = include_str!("../../../../documents/letter.sample.json");
    let letter = serde_json::from_str(letter).expect("the sample");
    let bytes = papers::Paper::Letter(letter, None).draw().expect("a letter");
    assert_eq!(pdf::read(&bytes), Ok(pdf::Found { pages: 1, signed: false }));
}

#[test]
fn pages_in_compressed_object_streams_are_found() {
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(format!("1 0 2 40 3 90 {CATALOG} {PAGES} {PAGE}").as_bytes()).expect("memory");
    let packed = packed.finish().expect("memory");
    let mut paper = b"%PDF-1.5\n".to_vec();
    paper.extend(
        format!(
            "4 0 obj\n<< /Type /ObjStm /N 3 /First 14 /Filter /FlateDecode /Length {} >>\nstream\n",
            packed.len()
        )
        .bytes(),
    );
    paper.extend(&packed);
    paper.extend(b"\nendstream\nendobj\nstartxref\n0\n%%EOF");
    assert_eq!(pdf::read(&paper).map(|f| f.pages), Ok(1));
}

#[test]
fn a_signature_is_seen() {
    let signature = "<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /ByteRange [0 10 20 30] /Contents <00ff> >>";
    assert_eq!(
        pdf::read(&made(&[CATALOG, PAGES, PAGE, signature])),
        Ok(pdf::Found { pages: 1, signed: true })
    );
}

#[test]
fn what_is_protected_or_runs_is_refused() {
    for (object, fault) in [
        ("<< /Encrypt 9 0 R >>", pdf::Fault::Protected),
        ("<< /S /JavaScript /JS (app.alert\\(1\\)) >>", pdf::Fault::Active),
        ("<< /S /J#61vaScript >>", pdf::Fault::Active),
        ("<< /S /Launch /F (calc.exe) >>", pdf::Fault::Active),
        ("<< /S /SubmitForm /F (https://example.com) >>", pdf::Fault::Active),
        ("<< /Names << /EmbeddedFiles 9 0 R >> >>", pdf::Fault::Active),
    ] {
        assert_eq!(pdf_fault(&made(&[CATALOG, PAGES, PAGE, object])), Some(fault), "{object}");
    }
    // Words in a text or in a picture's bytes run nothing.
    for object in [
        "<< /Title (about /JavaScript and /Launch) >>",
        "<< /Length 11 >>\nstream\n/JavaScript\nendstream",
    ] {
        assert_eq!(pdf_fault(&made(&[CATALOG, PAGES, PAGE, object])), None, "{object}");
    }
}

/// Whatever a file of this size holds, reading it costs bounded time and memory and ends in an
/// answer.
#[test]
fn hostile_files_are_answered_quickly() {
    let mut bomb = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    for _ in 0..64 {
        bomb.write_all(&vec![b' '; 1 << 20]).expect("memory");
    }
    let bomb = bomb.finish().expect("memory");
    let mut packed =
        b"%PDF-1.5\n1 0 obj\n<< /Type /ObjStm /Filter /FlateDecode >>\nstream\n".to_vec();
    packed.extend(&bomb);
    packed.extend(b"\nendstream\nendobj\n%%EOF");
    let end = b"\n%%EOF";
    // A megabyte, and time for a build that isn't optimised: what would be quadratic takes minutes.
    let many = |unit: &str| {
        [b"%PDF-1.7\n".as_slice(), unit.repeat((1 << 20) / unit.len()).as_bytes(), end].concat()
    };
    for (what, bytes) in [
        ("a million objects", many("1 0 obj<<>>endobj\n")),
        ("brackets", many("[")),
        ("dictionaries", many("<<")),
        ("unclosed strings", many("(")),
        ("escapes", many("(\\")),
        ("unclosed hex", many("<0")),
        ("names", many("/")),
        ("hex names", many("/#4a#53")),
        ("streams without end", many("1 0 obj<</Length 9999999999>>stream\n")),
        (
            "streams that claim much",
            many("1 0 obj<</Length 18446744073709551615>>stream\nendstream\n"),
        ),
        ("comments", many("%\n")),
        ("pages", many("/Type/Page ")),
        ("packed blanks", packed),
    ] {
        let begun = Instant::now();
        let _ = pdf::read(&bytes);
        assert!(begun.elapsed().as_secs() < 5, "{what}: {:?}", begun.elapsed());
    }
}

fn chunk(kind: &[u8], body: &[u8]) -> Vec<u8> {
    [&(body.len() as u32).to_be_bytes()[..], kind, body, &[0; 4]].concat()
}

fn png(width: u32, height: u32) -> Vec<u8> {
    let head = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 2, 0, 0, 0]].concat();
    [
        b"\x89PNG\r\n\x1a\n".to_vec(),
        chunk(b"IHDR", &head),
        chunk(b"IDAT", b"x"),
        chunk(b"IEND", b""),
    ]
    .concat()
}

fn jpeg(width: u16, height: u16) -> Vec<u8> {
    let frame = [
        &[0xff, 0xc0, 0, 11, 8][..],
        &height.to_be_bytes(),
        &width.to_be_bytes(),
        &[1, 1, 0x11, 0],
    ]
    .concat();
    [&[0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0][..], &frame, &[0xff, 0xda, 0, 2, 1, 2, 3, 0xff, 0xd9]]
        .concat()
}

#[test]
fn pictures_are_whole_and_of_a_bounded_size() {
    assert_eq!(read("a.png", &png(800, 600)).map(|k| k.mime), Ok("image/png"));
    assert_eq!(read("a.jpg", &jpeg(800, 600)).map(|k| k.mime), Ok("image/jpeg"));
    assert_eq!(
        read("a.png", &png(60_000, 60_000)).map(|k| k.mime),
        Err(Fault::Picture(picture::Fault::Vast))
    );
    assert_eq!(
        read("a.jpg", &jpeg(60_000, 60_000)).map(|k| k.mime),
        Err(Fault::Picture(picture::Fault::Vast))
    );
    for bytes in [
        &png(800, 600)[..40],
        &jpeg(800, 600)[..20],
        &png(0, 600),
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff",
    ] {
        assert_eq!(
            read("a.png", bytes).map(|k| k.mime),
            Err(Fault::Picture(picture::Fault::Broken))
        );
    }
}

fn archive(names: &[&str]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for name in names {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).expect("memory");
        zip.write_all(b"x").expect("memory");
    }
    zip.finish().expect("memory").into_inner()
}

#[test]
fn office_files_hold_what_their_name_says_and_no_macro() {
    let book = archive(&["[Content_Types].xml", "xl/workbook.xml"]);
    assert_eq!(read("a.xlsx", &book).map(|k| k.mime), Ok(XLSX));
    assert_eq!(read("a.docx", &book).map(|k| k.mime), Err(Fault::Broken));
    assert_eq!(read("a.xlsx", &archive(&["readme.txt"])).map(|k| k.mime), Err(Fault::Broken));
    assert_eq!(read("a.xlsx", &book[..book.len() / 2]).map(|k| k.mime), Err(Fault::Broken));
    let running = archive(&["[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin"]);
    assert_eq!(read("a.xlsx", &running).map(|k| k.mime), Err(Fault::Macro));
}

#[test]
fn a_file_is_kept_under_a_name_that_says_what_it_is() {
    let long = format!("{}.pdf", "長".repeat(300));
    let cut = format!("{}.pdf", "長".repeat(LONGEST_NAME));
    for (came, kept) in [
        ("見取り図.pdf", "見取り図.pdf"),
        ("見取り図.PDF", "見取り図.PDF"),
        ("ok.pdf.exe", "ok.pdf.exe.pdf"),
        ("noext", "noext.pdf"),
        ("../../x.pdf", "x.pdf"),
        ("C:\\図\\x.pdf", "x.pdf"),
        ("a\u{202e}fdp.exe", "afdp.exe.pdf"),
        (".pdf", "file.pdf"),
        ("", "file.pdf"),
        (&long, &cut),
    ] {
        assert_eq!(named(came, "application/pdf"), kept, "{came}");
    }
    assert_eq!(named("写真.jpeg", "image/jpeg"), "写真.jpeg");
    assert_eq!(named("表.csv", "text/plain; charset=utf-8"), "表.csv");
    assert_eq!(read("a.csv.exe.csv", b"a").map(|k| k.name), Ok("a.csv.exe.csv".into()));
}
