//! Identifiers and secrets made in Rust, never by a database.

/// No look-alikes (i, l, o, u): readable over the phone.
const LETTERS: &[u8; 32] = b"0123456789bcdfghjkmnpqrstvwxyzae";

/// Random bytes from the operating system.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}

/// Random letters, five bits each.
pub fn letters<const N: usize>() -> String {
    random::<N>().iter().map(|b| LETTERS[(*b & 31) as usize] as char).collect()
}

/// A short opaque id such as `v-7k3q2m9xwp4t` (12 letters, 60 bits): stands in URLs, says nothing.
pub fn short(prefix: &str) -> String {
    format!("{prefix}-{}", letters::<12>())
}

/// An id that sorts by the time of its making, and within one instant by the order of making in
/// this process.
pub fn timed(prefix: &str, now: jiff::Timestamp) -> String {
    static COUNT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    let count = COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    format!("{prefix}-{:014x}{count:08x}{}", now.as_microsecond(), letters::<6>())
}

/// A secret for links and cookies: 256 bits as 64 hexadecimal digits.
pub fn secret() -> String {
    random::<32>().iter().map(|b| format!("{b:02x}")).collect()
}
