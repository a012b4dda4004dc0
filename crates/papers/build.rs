//! Finds the fonts that are embedded. BIZ UDPGothic (SIL Open Font License 1.1), from Debian's
//! package fonts-morisawa-bizud-gothic, is the papers' face; Noto Sans CJK (the same licence), from
//! fonts-noto-cjk, stands in for characters that it lacks. They aren't committed; `cargo xtask
//! demo` and `cargo xtask test` install them.
//!
//! Of Noto's collection only the Japanese face is taken, without the tables that shape and set
//! vertically, and deflated.

use std::io::Write;
use std::path::{Path, PathBuf};

const GOTHIC: [&str; 2] =
    ["/usr/share/fonts/truetype/bizud-gothic", "/usr/share/fonts/truetype/morisawa-bizud-gothic"];
const NOTO: [&str; 1] = ["/usr/share/fonts/opentype/noto"];
const WIDE: &str = "NotoSansCJK-Regular.ttc";

/// Tables that a subset needs.
const TABLES: [&[u8; 4]; 9] =
    [b"CFF ", b"OS/2", b"cmap", b"head", b"hhea", b"hmtx", b"maxp", b"name", b"post"];

fn main() {
    println!("cargo:rerun-if-env-changed=VSYS_FONT_DIR");
    println!("cargo:rerun-if-changed=build.rs");
    let gothic = folder(&GOTHIC, "BIZUDPGothic-Regular.ttf", "fonts-morisawa-bizud-gothic");
    for (name, variable) in [
        ("BIZUDPGothic-Regular.ttf", "VSYS_FONT_REGULAR"),
        ("BIZUDPGothic-Bold.ttf", "VSYS_FONT_BOLD"),
    ] {
        let file = gothic.join(name);
        println!("cargo:rerun-if-changed={}", file.display());
        println!("cargo:rustc-env={variable}={}", file.display());
    }
    let collection = folder(&NOTO, WIDE, "fonts-noto-cjk").join(WIDE);
    println!("cargo:rerun-if-changed={}", collection.display());
    let bytes = std::fs::read(&collection).expect("the font can be read");
    let Some(face) = first_face(&bytes) else {
        missing(WIDE, "fonts-noto-cjk (its file isn't a collection of fonts)")
    };
    let out = Path::new(&std::env::var("OUT_DIR").expect("cargo says where")).join("wide.otf.z");
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::new(6));
    let packed = packed.write_all(&face).and_then(|()| packed.finish()).expect("memory");
    std::fs::write(&out, packed).expect("the build's folder can be written");
    println!("cargo:rustc-env=VSYS_FONT_WIDE={}", out.display());
}

fn folder(places: &[&str], file: &str, package: &str) -> PathBuf {
    let named = std::env::var_os("VSYS_FONT_DIR").into_iter().map(PathBuf::from);
    let found = named.chain(places.iter().map(PathBuf::from)).find(|p| p.join(file).exists());
    found.unwrap_or_else(|| missing(file, package))
}

fn missing(file: &str, package: &str) -> ! {
    println!(
        "cargo:warning=the font {file} is missing: apt-get install {package}, or set VSYS_FONT_DIR to a folder with the fonts"
    );
    std::process::exit(1);
}

fn long(bytes: &[u8], at: usize) -> Option<usize> {
    let four = bytes.get(at..at + 4)?;
    Some(u32::from_be_bytes([four[0], four[1], four[2], four[3]]) as usize)
}

/// The first face of a collection (Noto's is the Japanese one) as a font of its own.
fn first_face(bytes: &[u8]) -> Option<Vec<u8>> {
    let start = if bytes.starts_with(b"ttcf") { long(bytes, 12)? } else { 0 };
    let count = usize::from(u16::from_be_bytes([*bytes.get(start + 4)?, *bytes.get(start + 5)?]));
    let mut tables = Vec::new();
    for i in 0..count {
        let entry = start + 12 + i * 16;
        let (tag, sum) = (bytes.get(entry..entry + 4)?, bytes.get(entry + 4..entry + 8)?);
        if TABLES.iter().any(|t| t.as_slice() == tag) {
            let (offset, length) = (long(bytes, entry + 8)?, long(bytes, entry + 12)?);
            tables.push((tag, sum, bytes.get(offset..offset + length)?));
        }
    }
    let mut out = Vec::new();
    out.extend_from_slice(bytes.get(start..start + 4)?);
    let n = u16::try_from(tables.len()).ok()?;
    let power = n.checked_ilog2()?;
    let range = 16 * (1u16 << power);
    for value in [n, range, power as u16, 16 * n - range] {
        out.extend(value.to_be_bytes());
    }
    let mut offset = 12 + 16 * tables.len();
    for (tag, sum, table) in &tables {
        out.extend_from_slice(tag);
        out.extend_from_slice(sum);
        out.extend((offset as u32).to_be_bytes());
        out.extend((table.len() as u32).to_be_bytes());
        offset += table.len().next_multiple_of(4);
    }
    for (_, _, table) in &tables {
        out.extend_from_slice(table);
        out.resize(out.len().next_multiple_of(4), 0);
    }
    Some(out)
}
