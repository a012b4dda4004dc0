//! axe-core, which the browser stories ask.

use std::process::Command;

use crate::{Package, install, root, run};

const AXE: &str = "axe-core@4.14.1";

/// It comes through the npm registry; it is a tool of the tests and never part of the product
/// (MPL-2.0).
///
/// # Errors
/// What npm or tar said.
pub fn fetch() -> Result<(), String> {
    let folder = root().join("target/axe");
    if folder.join("axe.min.js").exists() {
        return Ok(());
    }
    if !Command::new("npm").arg("--version").output().is_ok_and(|out| out.status.success()) {
        install(&[&Package {
            name: "npm",
            why: "fetches axe-core for the browser stories",
            brings: &["/usr/bin/npm"],
        }])?;
    }
    std::fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    println!("fetching {AXE} with npm: accessibility checks of the browser stories");
    let place = folder.display().to_string();
    run("npm", &["pack", "--silent", AXE, "--pack-destination", &place])?;
    let archive = std::fs::read_dir(&folder)
        .map_err(|e| e.to_string())?
        .flatten()
        .map(|e| e.path())
        .find(|p| p.extension().is_some_and(|e| e == "tgz"))
        .ok_or("npm brought no archive")?;
    run(
        "tar",
        &[
            "xzf",
            &archive.display().to_string(),
            "-C",
            &place,
            "--strip-components=1",
            "package/axe.min.js",
            "package/LICENSE",
        ],
    )
}
