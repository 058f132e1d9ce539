//! Tells code from comments, strings and characters, in a text that may be no Rust.

/// The text with comments, strings and characters as blanks, byte for byte as long.
pub(super) fn mask(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut masked = bytes.to_vec();
    let mut at = 0;
    while at < bytes.len() {
        let end = literal_end(bytes, at);
        if end > at {
            for byte in &mut masked[at..end] {
                if *byte != b'\n' {
                    *byte = b' ';
                }
            }
        }
        at = end.max(at + 1);
    }
    String::from_utf8_lossy(&masked).into_owned()
}

/// The end of the comment, string or character that begins here; `at` itself if none does.
fn literal_end(bytes: &[u8], at: usize) -> usize {
    let rest = &bytes[at..];
    let end = |length: Option<usize>| at + length.unwrap_or(rest.len());
    if rest.starts_with(b"//") {
        return end(rest.iter().position(|&byte| byte == b'\n'));
    }
    if rest.starts_with(b"/*") {
        return end(block_comment(rest));
    }
    let is_start_of_word = at == 0 || !is_word(bytes[at - 1]);
    if is_start_of_word && let Some(length) = raw_string(rest) {
        return at + length;
    }
    match rest[0] {
        b'"' => end(quoted(rest, b'"')),
        // A lifetime has no second quote near by.
        b'\'' if rest.get(1) == Some(&b'\\') => end(quoted(rest, b'\'')),
        b'\'' => {
            let length = rest[1..].iter().take(5).position(|&byte| byte == b'\'');
            let is_character = |length: usize| {
                std::str::from_utf8(&rest[1..=length]).is_ok_and(|text| text.chars().count() == 1)
            };
            match length {
                Some(length) if length > 0 && is_character(length) => at + length + 2,
                _ => at,
            }
        }
        _ => at,
    }
}

/// Whether a name may have this in it.
pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn block_comment(rest: &[u8]) -> Option<usize> {
    let mut level = 0;
    let mut at = 0;
    while at + 1 < rest.len() {
        match &rest[at..at + 2] {
            b"/*" => level += 1,
            b"*/" => level -= 1,
            _ => {
                at += 1;
                continue;
            }
        }
        at += 2;
        if level == 0 {
            return Some(at);
        }
    }
    None
}

fn quoted(rest: &[u8], quote: u8) -> Option<usize> {
    let mut at = 1;
    while at < rest.len() {
        match rest[at] {
            b'\\' => at += 1,
            byte if byte == quote => return Some(at + 1),
            _ => {}
        }
        at += 1;
    }
    None
}

fn raw_string(rest: &[u8]) -> Option<usize> {
    let prefix = rest.iter().take_while(|byte| b"brc".contains(byte)).count();
    if prefix == 0 || prefix > 2 || !rest[..prefix].contains(&b'r') {
        return None;
    }
    let hashes = rest[prefix..]
        .iter()
        .take_while(|&&byte| byte == b'#')
        .count();
    let open = prefix + hashes;
    if rest.get(open) != Some(&b'"') {
        return None;
    }
    let close: Vec<u8> = std::iter::once(b'"')
        .chain(std::iter::repeat_n(b'#', hashes))
        .collect();
    let inside = &rest[open + 1..];
    let found = inside.windows(close.len()).position(|it| it == close);
    Some(found.map_or(rest.len(), |found| open + 1 + found + close.len()))
}
