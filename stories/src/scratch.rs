//! Where the stories keep what lives as long as they do: in memory where there is enough of it. A
//! disk's file system makes and removes the hundreds of files of a database far slower than that.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use platform::ids;

/// KiB that stay free for the tests themselves.
const ENOUGH: u64 = 10 * 1024 * 1024;

/// KiB that a file system in memory may still take: a container's is small, and the machine's own
/// memory bounds all.
fn available(place: &Path) -> u64 {
    let said = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let line = said.lines().find_map(|line| line.strip_prefix("MemAvailable:"));
    let memory = line.and_then(|rest| rest.trim().trim_end_matches(" kB").parse().ok());
    let df = Command::new("df").args(["-k", "--output=avail"]).arg(place).output();
    let said = df.map(|out| String::from_utf8_lossy(&out.stdout).into_owned()).unwrap_or_default();
    let room = said.lines().nth(1).and_then(|line| line.trim().parse().ok());
    memory.unwrap_or(0).min(room.unwrap_or(0))
}

static PLACE: LazyLock<PathBuf> = LazyLock::new(|| {
    let memory = Path::new("/dev/shm");
    match memory.is_dir() && available(memory) > ENOUGH {
        true => memory.to_path_buf(),
        false => std::env::temp_dir(),
    }
});

/// The path of a folder of one's own, which isn't there yet.
pub fn folder(kind: &str) -> PathBuf {
    PLACE.join(ids::short(kind))
}

/// A folder of one's own, empty.
pub fn made(kind: &str) -> PathBuf {
    let folder = folder(kind);
    std::fs::create_dir_all(&folder).expect("a temporary folder");
    folder
}
