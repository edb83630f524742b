//! Readings that contradict each other, for a person to look at: seeds/002 names them `check_code_candidates`, `check_code_last_six` and
//! `number_order_error`.

use invoice::details::Details;

/// The different readings of what these keys hold, the most trusted source first; nothing when all sources agree.
pub(crate) fn readings(sources: &[Details], keys: &[&str]) -> Vec<String> {
    let mut fields: Vec<_> = sources.iter().flat_map(|details| keys.iter().filter_map(|key| details.get(key))).collect();
    fields.sort_by_key(|field| field.source);
    let mut values: Vec<String> = Vec::new();
    for field in fields {
        if !field.value.is_empty() && !values.contains(&field.value) {
            values.push(field.value.clone());
        }
    }
    if values.len() < 2 { Vec::new() } else { values }
}

/// The last six characters of a check code, which is what the tax office's own inquiry asks for.
pub(crate) fn last_six(code: &str) -> String {
    let from = code.char_indices().rev().nth(5).map_or(0, |(at, _)| at);
    code[from..].to_owned()
}

#[cfg(test)]
mod tests {
    use invoice::details::{Field, Source};

    use super::*;

    fn reading(source: Source, fields: &[(&str, &str)]) -> Details {
        let mut details = Details::new();
        for (key, value) in fields {
            details.set(key, Field::new(*value, source));
        }
        details
    }

    #[test]
    fn only_what_differs_is_a_doubt() {
        let print = reading(Source::Ocr, &[("check_code", "52657910788452871588"), ("number", "15064115"), ("number_confirm", "15064115")]);
        let code = reading(Source::QrCode, &[("check_code", "52657910788452871583"), ("number", "15064115")]);
        let sources = [print, code];
        assert_eq!(readings(&sources, &["check_code"]), ["52657910788452871583", "52657910788452871588"]);
        assert!(readings(&sources, &["number", "number_confirm"]).is_empty());
        assert!(readings(&sources[..1], &["check_code"]).is_empty());
    }

    #[test]
    fn a_number_that_is_printed_twice_differently_is_a_doubt() {
        let print = reading(Source::Ocr, &[("number", "15064115"), ("number_confirm", "15064116")]);
        assert_eq!(readings(&[print], &["number", "number_confirm"]), ["15064115", "15064116"]);
    }

    #[test]
    fn the_last_six_are_the_last_six() {
        for (code, expected) in [("52657910788452871583", "871583"), ("12ab", "12ab"), ("", "")] {
            assert_eq!(last_six(code), expected);
        }
    }
}
