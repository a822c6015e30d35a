//! Addresses, stable Message-IDs, and words that may stand in a header.

use jiff::civil::Date;

/// Longest header text, in characters.
const HEADER_CHARS_MAX: usize = 150;

/// The address of `Name <address>`, or of a bare address, in lower case without control characters.
#[must_use]
pub fn bare_address(written: &str) -> String {
    let inner = match (written.rfind('<'), written.rfind('>')) {
        (Some(open), Some(close)) if open < close => &written[open + 1..close],
        _ => written,
    };
    inner
        .chars()
        .filter(|c| !c.is_control() && !c.is_whitespace())
        .collect::<String>()
        .to_lowercase()
}

/// The domain of a sender, for Message-IDs; `localhost` when it has none that may stand there.
pub(crate) fn domain(from: &str) -> String {
    let address = bare_address(from);
    let domain = address.rsplit_once('@').map_or("", |(_, d)| d);
    let plain = !domain.is_empty()
        && domain
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '.' || c == '-');
    if plain {
        domain.to_owned()
    } else {
        "localhost".to_owned()
    }
}

/// The stable Message-ID (without angle brackets) of the digest to an address on a day.
#[must_use]
pub fn message_id(to: &str, day: Date, domain: &str) -> String {
    format!("digest.{day}.{}@{domain}", short_hash(to))
}

/// Sixteen hexadecimal digits that stand for a text.
pub(crate) fn short_hash(text: &str) -> String {
    blake3::hash(text.as_bytes()).to_hex()[..16].to_owned()
}

/// Text that may stand in a header: one line, no control characters, bounded.
pub(crate) fn header(text: &str) -> String {
    let flat: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .filter(|c| !matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}'))
        .collect();
    crate::text::shorten(&flat, HEADER_CHARS_MAX)
}
