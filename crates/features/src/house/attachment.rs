//! Papers that are kept as they came: what they may be is read from their first bytes, not from their names.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::page::Answer;

/// The largest file that is kept.
pub const MOST: usize = 5 * 1024 * 1024;

pub struct Kept {
    pub mime: &'static str,
    /// base64
    pub content: String,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("ファイルが空です。")]
    Empty,
    #[error("ファイルが大きすぎます（5MBまで）。")]
    TooLarge,
    #[error("添付できるのは、PDF、画像（PNG、JPEG）、Excel（.xlsx）、Word（.docx）、テキストです。")]
    Kind,
}

/// Reads a file at the door.
///
/// # Errors
/// What is wrong with it, in one sentence.
pub fn read(name: &str, bytes: &[u8]) -> Result<Kept, Fault> {
    let name = name.to_lowercase();
    let mime = match bytes {
        [] => return Err(Fault::Empty),
        b if b.len() > MOST => return Err(Fault::TooLarge),
        [b'%', b'P', b'D', b'F', b'-', ..] => "application/pdf",
        [0x89, b'P', b'N', b'G', ..] => "image/png",
        [0xff, 0xd8, 0xff, ..] => "image/jpeg",
        [b'P', b'K', 3, 4, ..] if name.ends_with(".xlsx") => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        [b'P', b'K', 3, 4, ..] if name.ends_with(".docx") => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        b if [".txt", ".csv"].iter().any(|e| name.ends_with(e)) && !b.contains(&0) => "text/plain; charset=utf-8",
        _ => return Err(Fault::Kind),
    };
    Ok(Kept { mime, content: STANDARD.encode(bytes) })
}

/// Sends it back; always as a download, never inside the page.
pub fn file(name: &str, mime: &str, content: &str) -> Answer {
    let mime = ["application/pdf", "image/png", "image/jpeg"].into_iter().find(|m| *m == mime).unwrap_or("application/octet-stream");
    Answer::File { name: name.into(), mime, bytes: STANDARD.decode(content).unwrap_or_default(), inline: false }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_bytes_decide_not_the_name() {
        assert_eq!(read("委任状.pdf", b"%PDF-1.7 x").map(|k| k.mime), Ok("application/pdf"));
        assert_eq!(read("page.html", b"<html>").map(|k| k.mime), Err(Fault::Kind));
        assert_eq!(read("trick.pdf", b"MZ\x90\x00").map(|k| k.mime), Err(Fault::Kind));
        assert_eq!(read("a.txt", "メモ".as_bytes()).map(|k| k.mime), Ok("text/plain; charset=utf-8"));
        assert_eq!(read("a.txt", b"a\0b").map(|k| k.mime), Err(Fault::Kind));
        assert_eq!(read("a.pdf", b"").map(|k| k.mime), Err(Fault::Empty));
        assert_eq!(read("a.pdf", &vec![b'x'; MOST + 1]).map(|k| k.mime), Err(Fault::TooLarge));
    }
}
