//! One form for text that is printed in many: full-width signs, compatibility characters and white space.

use unicode_normalization::UnicodeNormalization;

/// The text in Unicode's NFKC form without any white space: full-width digits, letters, brackets and colons become plain
/// ones, `￥` becomes `¥`, radicals become characters.
pub fn compact(text: &str) -> String {
    text.nfkc().filter(|c| !c.is_whitespace()).collect()
}

/// The text in NFKC form, white space kept but trimmed at the ends.
pub fn folded(text: &str) -> String {
    let text: String = text.nfkc().collect();
    text.trim().to_owned()
}
