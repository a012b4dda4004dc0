//! An evidence pack: one record's chain, the seals over it, and a verifier that needs only the pack
//! and Python's standard library.

use std::io::{Cursor, Write};

use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::db::{Failure, Tx};
use crate::{journal, seal, secrets};

const VERIFIER: &str = include_str!("evidence_verify.py");
const README: &str = "vsys evidence pack\n\nevidence.json   the rows of one record's chain, the seal that covers its head, the path from that head to the seal's root, and all seals\nverify.py       verifies the above; needs only Python 3: python3 verify.py\nSHA256SUMS      sums of the other files: sha256sum -c SHA256SUMS\n\nEach row holds the text that was hashed and its hash; a row's text begins with the hash of the row before it.\nA seal's text holds its number, time (microseconds since 1970), number of chains, number of rows, root, and the hash of the seal before it.\nThe tree is that of RFC 6962: leaf = SHA-256(0x00 || text), node = SHA-256(0x01 || left || right).\nCompare the last seal's hash with one that was kept elsewhere: then nothing before it can have been rewritten.\n";

/// The pack of one record as a ZIP file; none where there is no such chain.
pub fn pack(
    tx: &mut Tx<'_>,
    kind: &str,
    id: &str,
    now: Timestamp,
) -> Result<Option<Vec<u8>>, Failure> {
    pack_with(tx, kind, id, now, &[])
}

/// A pack with further files: what the record's work was made from.
pub fn pack_with(
    tx: &mut Tx<'_>,
    kind: &str,
    id: &str,
    now: Timestamp,
    more: &[(&str, String)],
) -> Result<Option<Vec<u8>>, Failure> {
    let mut rows = journal::of_record(tx, kind, id)?;
    if rows.is_empty() {
        return Ok(None);
    }
    rows.reverse();
    let covered = match seal::of_chain(tx, kind, id)? {
        None => Value::Null,
        Some((number, position)) => {
            let leaves = seal::leaves(tx, number)?;
            let at = usize::try_from(position).unwrap_or_default();
            let leaf = leaves
                .get(at)
                .ok_or_else(|| Failure::Broken(format!("seal {number} has no leaf {position}")))?;
            let path: Vec<Value> = seal::path(&leaves, at)
                .into_iter()
                .map(|(left, hash)| json!({"side": if left { "left" } else { "right" }, "hash": hash}))
                .collect();
            json!({"seal": number, "leaf": leaf.hashed_text(), "path": path})
        }
    };
    let seals: Vec<Value> =
        seal::all(tx)?.iter().map(|s| json!({"number": s.number, "root": s.root, "text": s.hashed_text(), "hash": s.hash})).collect();
    let evidence = json!({
        "format": "vsys-evidence-1",
        "record": {"kind": kind, "id": id},
        "exported_at": now,
        "rows": rows.iter().map(|r| json!({"number": r.number, "text": r.hashed_text(), "hash": r.hash})).collect::<Vec<_>>(),
        "covered": covered,
        "seals": seals,
    });
    let json =
        serde_json::to_string_pretty(&evidence).map_err(|e| Failure::Broken(e.to_string()))?;
    let mut files =
        vec![("evidence.json", json.as_str()), ("verify.py", VERIFIER), ("README.txt", README)];
    files.extend(more.iter().map(|(name, text)| (*name, text.as_str())));
    let sums: String = files
        .iter()
        .map(|(name, text)| format!("{}  {name}\n", secrets::hex(&Sha256::digest(text.as_bytes()))))
        .collect();
    zipped(now, files.into_iter().chain([("SHA256SUMS", sums.as_str())]))
        .map(Some)
        .map_err(|e| Failure::Broken(e.to_string()))
}

/// How a file stands in a ZIP that leaves: with the day and the time of Japan at which it was made.
pub fn packed_at(now: Timestamp) -> SimpleFileOptions {
    let at = rules::time::local(now);
    let part = |n: i8| u8::try_from(n).unwrap_or_default();
    let made = zip::DateTime::from_date_and_time(
        u16::try_from(at.year()).unwrap_or_default(),
        part(at.month()),
        part(at.day()),
        part(at.hour()),
        part(at.minute()),
        part(at.second()),
    );
    SimpleFileOptions::default().last_modified_time(made.unwrap_or_default())
}

fn zipped<'a>(
    now: Timestamp,
    files: impl Iterator<Item = (&'a str, &'a str)>,
) -> zip::result::ZipResult<Vec<u8>> {
    let packed = packed_at(now).compression_method(CompressionMethod::Stored);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in files {
        zip.start_file(name, packed)?;
        zip.write_all(text.as_bytes())?;
    }
    Ok(zip.finish()?.into_inner())
}
