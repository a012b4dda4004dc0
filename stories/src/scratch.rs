//! Where the stories keep what lives as long as they do: in memory where there is enough of it. A
//! disk's file system makes and removes the hundreds of files of a database far slower than that.

use std::path::{Path, PathBuf};

use platform::ids;

/// KiB that stay free for the tests themselves.
const ENOUGH: u64 = 10 * 1024 * 1024;

/// KiB of memory that nobody uses, as Linux says.
fn available() -> u64 {
    let said = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let line = said.lines().find_map(|line| line.strip_prefix("MemAvailable:"));
    line.and_then(|rest| rest.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
}

/// The path of a folder of one's own, which isn't there yet.
pub fn folder(kind: &str) -> PathBuf {
    let memory = Path::new("/dev/shm");
    let place = match memory.is_dir() && available() > ENOUGH {
        true => memory.to_path_buf(),
        false => std::env::temp_dir(),
    };
    place.join(ids::short(kind))
}
