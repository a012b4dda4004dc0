//! Memory goes back to the machine when it isn't used any more.

use std::os::unix::process::CommandExt;
use std::process::Command;

/// Where glibc reads how its allocator is set, before a program begins.
const TUNABLES: &str = "GLIBC_TUNABLES";

/// From this size on a piece of memory is a mapping of its own, which goes back the moment it is
/// freed. Left alone, glibc raises this to whatever was freed last, up to 32 MB, and every thread
/// keeps what a table once needed: 183 MB after the largest tables instead of 92.
const OWN_MAPPING: &str = "glibc.malloc.mmap_threshold=1048576";

/// Begins this program once more, in the same process, with its allocator set; where that can't be
/// or somebody has set it already, nothing happens.
pub fn given_back() {
    if !cfg!(target_env = "gnu") || std::env::var_os(TUNABLES).is_some() {
        return;
    }
    let mut arguments = std::env::args_os();
    let (Ok(program), Some(name)) = (std::env::current_exe(), arguments.next()) else { return };
    let failed = Command::new(program).arg0(name).args(arguments).env(TUNABLES, OWN_MAPPING).exec();
    eprintln!("memory that isn't used may stay with the process: {failed}");
}
