//! Whether bytes are a PNG or a JPEG, and how large the picture is that they unpack to. Nothing is
//! unpacked.

/// Most points of a picture: 100 million, an A3 page at 600 dots an inch.
const MOST: u64 = 100_000_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error(
        "画像として読み取れません。途中で切れているか、壊れています。保存し直してから選んでください。"
    )]
    Broken,
    #[error("画像が大きすぎます（1億画素まで）。小さくしてから選んでください。")]
    Vast,
}

fn bounded(width: u64, height: u64) -> Result<(), Fault> {
    match width.checked_mul(height) {
        Some(0) => Err(Fault::Broken),
        Some(points) if points <= MOST => Ok(()),
        _ => Err(Fault::Vast),
    }
}

fn number(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |n, b| n << 8 | u64::from(*b))
}

/// Walks a PNG's chunks to its end.
///
/// # Errors
/// Why it isn't taken.
pub fn png(bytes: &[u8]) -> Result<(), Fault> {
    let mut at = 8;
    if !bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        return Err(Fault::Broken);
    }
    let mut data = false;
    while let Some(head) = bytes.get(at..at + 8) {
        let length = usize::try_from(number(&head[..4])).map_err(|_| Fault::Broken)?;
        let body = bytes.get(at + 8..).and_then(|b| b.get(..length)).ok_or(Fault::Broken)?;
        match &head[4..] {
            b"IHDR" if at == 8 && length == 13 => bounded(number(&body[..4]), number(&body[4..8]))?,
            _ if at == 8 => return Err(Fault::Broken),
            b"IDAT" => data = true,
            b"IEND" => return if data { Ok(()) } else { Err(Fault::Broken) },
            _ => {}
        }
        at += 12 + length;
    }
    Err(Fault::Broken)
}

/// Walks a JPEG's segments to its picture, and looks for its end.
///
/// # Errors
/// Why it isn't taken.
pub fn jpeg(bytes: &[u8]) -> Result<(), Fault> {
    let mut at = 2;
    let mut sized = false;
    while let Some([0xff, kind]) = bytes.get(at..at + 2) {
        match kind {
            0xff => at += 1,
            0x01 | 0xd0..=0xd8 => at += 2,
            0xda => {
                let ended = bytes[at..].windows(2).any(|w| w == [0xff, 0xd9]);
                return if sized && ended { Ok(()) } else { Err(Fault::Broken) };
            }
            _ => {
                let length =
                    usize::try_from(number(bytes.get(at + 2..at + 4).ok_or(Fault::Broken)?))
                        .map_err(|_| Fault::Broken)?;
                if matches!(kind, 0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf) {
                    let size = bytes.get(at + 5..at + 9).ok_or(Fault::Broken)?;
                    bounded(number(&size[2..]), number(&size[..2]))?;
                    sized = true;
                }
                at += 2 + length.max(2);
            }
        }
    }
    Err(Fault::Broken)
}
