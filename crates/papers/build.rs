//! Finds the Japanese font that is embedded: BIZ UDPGothic (SIL Open Font License 1.1), from Debian's package
//! fonts-morisawa-bizud-gothic. It isn't committed; `cargo xtask demo` and `cargo xtask test` install it.

use std::path::PathBuf;

const PLACES: [&str; 2] = ["/usr/share/fonts/truetype/bizud-gothic", "/usr/share/fonts/truetype/morisawa-bizud-gothic"];

fn main() {
    println!("cargo:rerun-if-env-changed=VSYS_FONT_DIR");
    let wanted: Vec<PathBuf> =
        std::env::var_os("VSYS_FONT_DIR").into_iter().map(PathBuf::from).chain(PLACES.iter().map(PathBuf::from)).collect();
    let Some(folder) = wanted.iter().find(|p| p.join("BIZUDPGothic-Regular.ttf").exists()) else {
        println!(
            "cargo:warning=the font BIZ UDPGothic is missing: apt-get install fonts-morisawa-bizud-gothic, or set VSYS_FONT_DIR to a folder with BIZUDPGothic-Regular.ttf and BIZUDPGothic-Bold.ttf"
        );
        std::process::exit(1);
    };
    for (name, variable) in [("BIZUDPGothic-Regular.ttf", "VSYS_FONT_REGULAR"), ("BIZUDPGothic-Bold.ttf", "VSYS_FONT_BOLD")] {
        let file = folder.join(name);
        println!("cargo:rerun-if-changed={}", file.display());
        println!("cargo:rustc-env={variable}={}", file.display());
    }
}
