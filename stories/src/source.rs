//! The product's own Rust as text, for tests of what it says.

/// What stands between a call's brackets, behind the opening one; without a comma at its end.
pub fn arguments(rest: &str) -> &str {
    let (mut depth, mut quoted) = (1, false);
    let end = rest.find(|c| {
        match c {
            '"' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth -= 1,
            _ => {}
        }
        depth == 0
    });
    rest[..end.unwrap_or(rest.len())].trim_end().trim_end_matches(',')
}
