//! Papers that are kept as they came: what they may be is read from what they hold, not from their
//! names.

pub mod pdf;
mod picture;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::page::Answer;

/// The largest file that is kept.
pub const MOST: usize = 5 * 1024 * 1024;
/// What an office file may unpack to at whoever opens it.
const UNPACKED: u64 = 200 * 1024 * 1024;

pub struct Kept {
    /// As it came, without its folders and with the ending of what it is.
    pub name: String,
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
    #[error(
        "添付できるのは、PDF、画像（PNG、JPEG）、Excel（.xlsx）、Word（.docx）、テキストです。"
    )]
    Kind,
    #[error(transparent)]
    Pdf(#[from] pdf::Fault),
    #[error(transparent)]
    Picture(#[from] picture::Fault),
    #[error("ファイルが壊れているか、途中で切れています。保存し直してから選んでください。")]
    Broken,
    #[error(
        "マクロの入ったファイルは受け取れません。マクロのない形式（.xlsx、.docx）で保存し直してください。"
    )]
    Macro,
}

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

/// Reads a file at the door.
///
/// # Errors
/// What is wrong with it, in one sentence.
pub fn read(came_as: &str, bytes: &[u8]) -> Result<Kept, Fault> {
    let name = came_as.to_lowercase();
    let mime = match bytes {
        [] => return Err(Fault::Empty),
        b if b.len() > MOST => return Err(Fault::TooLarge),
        [b'%', b'P', b'D', b'F', b'-', ..] => pdf::read(bytes).map(|_| "application/pdf")?,
        [0x89, b'P', b'N', b'G', ..] => picture::png(bytes).map(|()| "image/png")?,
        [0xff, 0xd8, 0xff, ..] => picture::jpeg(bytes).map(|()| "image/jpeg")?,
        [b'P', b'K', 3, 4, ..] if name.ends_with(".xlsx") => {
            office(bytes, "xl/workbook.xml").map(|()| XLSX)?
        }
        [b'P', b'K', 3, 4, ..] if name.ends_with(".docx") => {
            office(bytes, "word/document.xml").map(|()| DOCX)?
        }
        b if [".txt", ".csv"].iter().any(|e| name.ends_with(e)) && !b.contains(&0) => {
            "text/plain; charset=utf-8"
        }
        _ => return Err(Fault::Kind),
    };
    Ok(Kept { name: named(came_as, mime), mime, content: STANDARD.encode(bytes) })
}

/// Letters of a name before its ending.
const LONGEST_NAME: usize = 100;

/// The name under which a file is kept and given out again: what opens it is decided by its
/// content, not by who sent it.
fn named(came_as: &str, mime: &str) -> String {
    let endings: &[&str] = match mime {
        "application/pdf" => &["pdf"],
        "image/png" => &["png"],
        "image/jpeg" => &["jpg", "jpeg"],
        XLSX => &["xlsx"],
        DOCX => &["docx"],
        _ => &["txt", "csv"],
    };
    let name = rules::input::name(came_as.rsplit(['/', '\\']).next().unwrap_or_default());
    let own = name
        .rsplit_once('.')
        .filter(|(_, ending)| endings.contains(&ending.to_lowercase().as_str()));
    let (stem, ending) = own.unwrap_or((&name, endings[0]));
    let stem: String = stem.chars().take(LONGEST_NAME).collect();
    let stem = if stem.trim_matches(['.', ' ']).is_empty() { "file" } else { &stem };
    format!("{stem}.{ending}")
}

/// Whether a ZIP is an office file: its directory is read, nothing is unpacked.
fn office(bytes: &[u8], main: &str) -> Result<(), Fault> {
    let mut archive =
        zip::ZipArchive::new(std::io::Cursor::new(bytes)).map_err(|_| Fault::Broken)?;
    if archive.index_for_name(main).is_none()
        || archive.index_for_name("[Content_Types].xml").is_none()
    {
        return Err(Fault::Broken);
    }
    if archive.file_names().any(|n| n.is_ok_and(|n| n.to_lowercase().ends_with("vbaproject.bin"))) {
        return Err(Fault::Macro);
    }
    let mut unpacked = 0u64;
    for i in 0..archive.len() {
        unpacked =
            unpacked.saturating_add(archive.by_index_raw(i).map_err(|_| Fault::Broken)?.size());
    }
    if unpacked > UNPACKED { Err(Fault::TooLarge) } else { Ok(()) }
}

/// Whether a kept PDF holds an electronic signature; whose it is and whether it holds good, its
/// reader's program says.
pub fn is_signed(content: &str) -> bool {
    STANDARD
        .decode(content)
        .ok()
        .and_then(|bytes| pdf::read(&bytes).ok())
        .is_some_and(|found| found.signed)
}

/// Sends it back; always as a download, never inside the page.
pub fn file(name: &str, mime: &str, content: &str) -> Answer {
    let mime = ["application/pdf", "image/png", "image/jpeg"]
        .into_iter()
        .find(|m| *m == mime)
        .unwrap_or("application/octet-stream");
    Answer::File {
        name: name.into(),
        mime,
        bytes: STANDARD.decode(content).unwrap_or_default(),
        inline: false,
    }
}

#[cfg(test)]
mod tests;
