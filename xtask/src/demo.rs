//! The demo: looked at whether it can listen, built, started.

use crate::{BUILD, install, run};

/// Where the demo listens unless it is told otherwise.
const LISTENS: &str = "127.0.0.1:8080";

/// What stands behind `--listen`.
fn listens(rest: &[String]) -> &str {
    let glued = rest.iter().find_map(|word| word.strip_prefix("--listen="));
    let behind = || rest.iter().skip_while(|word| *word != "--listen").nth(1);
    glued.or_else(|| behind().map(String::as_str)).unwrap_or(LISTENS)
}

/// Before minutes are spent on building: whether somebody else listens where the demo would.
///
/// # Errors
/// An address that is taken, with the flag for another one; one that can't be listened on.
fn can_listen(address: &str) -> Result<(), String> {
    match std::net::TcpListener::bind(address) {
        Ok(_) => Ok(()),
        Err(e) if e.kind() == std::io::ErrorKind::AddrInUse => Err(format!(
            "{address} is used by another program; choose another port with --listen: \
             cargo xtask demo --listen 127.0.0.1:0 takes any free one"
        )),
        Err(e) => Err(format!("--listen {address}: {e}")),
    }
}

/// Builds vsys and starts it with the demo world.
///
/// # Errors
/// An address that is taken, before anything is built; what cargo or the demo says.
pub fn demo(rest: &[String]) -> Result<(), String> {
    can_listen(listens(rest))?;
    install(&BUILD)?;
    let mut arguments = vec!["run", "--package", "vsys", "--", "demo"];
    arguments.extend(rest.iter().map(String::as_str));
    println!(
        "building vsys: the first time some 300 crates are compiled, which takes minutes (about 4 on \
         2 cores); cargo says below what it is doing, and then the demo prints its address"
    );
    run("cargo", &arguments)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        line.split_whitespace().map(str::to_string).collect()
    }

    #[test]
    fn a_used_port_is_found_before_anything_is_built_and_the_flag_is_said() {
        assert_eq!(listens(&words("")), LISTENS);
        assert_eq!(listens(&words("--at 2022-02-07T10:00 --listen 127.0.0.1:9")), "127.0.0.1:9");
        assert_eq!(listens(&words("--listen=127.0.0.1:9 --data x")), "127.0.0.1:9");
        let other = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let taken = other.local_addr().expect("its number").to_string();
        let said = can_listen(&taken).expect_err("it is used");
        assert!(said.contains(&taken) && said.contains("--listen 127.0.0.1:0"), "{said}");
        assert_eq!(can_listen("127.0.0.1:0"), Ok(()));
        assert!(can_listen("nowhere").is_err_and(|said| said.starts_with("--listen nowhere")));
    }
}
