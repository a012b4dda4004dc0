//! A paper that is kept as it came: never a panic, whatever it begins with and is called.
#![no_main]

use libfuzzer_sys::fuzz_target;
use web::attachment::{MOST, read};

fuzz_target!(|data: &[u8]| {
    let Some((kind, rest)) = data.split_first() else { return };
    const BEGINS: [&[u8]; 6] = [
        b"",
        b"%PDF-1.7\n",
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        b"\xff\xd8\xff\xe0",
        b"PK\x03\x04",
        b"%PDF-1.4\n1 0 obj<<",
    ];
    const NAMES: [&str; 5] = ["a.pdf", "a.png", "a.xlsx", "a.docx", "a.txt"];
    let bytes = [BEGINS[usize::from(kind % 6)], rest].concat();
    if let Ok(kept) = read(NAMES[usize::from(kind / 6 % 5)], &bytes) {
        assert!(!bytes.is_empty() && bytes.len() <= MOST && kept.content.len() >= bytes.len());
    }
});
