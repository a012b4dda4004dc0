//! Signs that CP932 has by another code: −20℃ leaves as －20℃, and comes back so.

/// The sign that stands in a file in CP932 for this one. What the encoding would write as a
/// backslash or a tilde is no such thing.
pub fn in_cp932(c: char) -> char {
    match c {
        '〜' => '～',
        '—' => '―',
        '−' => '－',
        '‖' => '∥',
        '¥' => '￥',
        '‾' => '￣',
        '¢' => '￠',
        '£' => '￡',
        '¬' => '￢',
        '\u{a0}' => ' ',
        other => other,
    }
}

/// What a cell of a file in CP932 says of a stored text: the text itself, where nothing differs but
/// how CP932 writes it.
pub fn kept_of_cp932(stored: &str, read: String) -> String {
    if stored.chars().map(in_cp932).eq(read.chars()) { stored.to_string() } else { read }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stored_text_is_kept_where_only_its_signs_are_written_otherwise() {
        for (stored, read, kept) in [
            ("−20℃", "－20℃", "−20℃"),
            ("−山田", "－山田", "−山田"),
            ("10〜12時", "10～12時", "10〜12時"),
            ("‖—¢£¬¥‾", "∥―￠￡￢￥￣", "‖—¢£¬¥‾"),
            ("山田", "山田", "山田"),
            // What differs otherwise is a change.
            ("−山田", "－山本", "－山本"),
            ("-20℃", "－20℃", "－20℃"),
            ("－20℃", "−20℃", "−20℃"),
            ("", "－", "－"),
        ] {
            assert_eq!(kept_of_cp932(stored, read.into()), kept, "{stored} {read}");
        }
    }
}
