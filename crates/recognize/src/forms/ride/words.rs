//! How places are written in lists of rides: words of everyday use, of which a character was misread.

use crate::layout::is_chinese;

/// What these characters must be for the words of everyday use around them: what is 航站 is a 楼, terminals are numbered T1, T2, exits of the underground B2,
/// buildings have their gates behind a hyphen, and a gate at the end behind a side has the outline of a letter and a figure.
pub(super) fn mend(chars: &mut [char]) {
    let starts = |chars: &[char], at: usize, word: &str| word.chars().enumerate().all(|(i, c)| chars.get(at + i) == Some(&c));
    for at in 0..chars.len() {
        let digit = |at: usize| chars.get(at).is_some_and(char::is_ascii_digit);
        let terminal = starts(chars, at, "机场1") || starts(chars, at, "机场7");
        if starts(chars, at, "航站") && chars.get(at + 2).is_some_and(|c| is_chinese(*c)) {
            chars[at + 2] = '楼';
        } else if terminal && digit(at + 3) && starts(chars, at + 4, "航站") {
            chars[at + 2] = 'T';
        } else if starts(chars, at, "站8") && digit(at + 2) && starts(chars, at + 3, "口") {
            chars[at + 1] = 'B';
        } else if starts(chars, at, "号楼·") {
            chars[at + 2] = '-';
        }
    }
    if let [.., '东' | '西' | '南' | '北', gate @ ('n' | '0')] = chars {
        *gate = '门';
    }
}

/// A place with its words of everyday use. Empty brackets behind a side or a number are the 门 that looks like them.
pub(super) fn worded(place: &str) -> String {
    let mut chars: Vec<char> = place.chars().collect();
    mend(&mut chars);
    let mut text: String = chars.into_iter().collect();
    for side in ["东", "西", "南", "北", "号"] {
        text = text.replace(&format!("{side}()"), &format!("{side}门"));
    }
    text
}

/// Who arrives is met at a gate, whose narrow character is taken for a figure or a letter before the bracket.
pub(super) fn met(place: &str) -> Option<String> {
    const GATES: &[&str] = &["号7)", "号0)", "号1)", "号n)"];
    let (before, met) = place.rsplit_once("到达")?;
    let number = GATES.iter().find_map(|gate| met.strip_suffix(gate))?;
    let numbered = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    numbered.then(|| format!("{before}到达{number}号门)"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_everyday_use_in_places() {
        for (read, expected) in [
            ("云泽国际机场T3航站模(国内到达1号门)", "云泽国际机场T3航站楼(国内到达1号门)"),
            ("云泽国际机场12航站楼", "云泽国际机场T2航站楼"),
            ("云泽国际机场72航站楼", "云泽国际机场T2航站楼"),
            ("云泽机场1号航站楼", "云泽机场1号航站楼"),
            ("柳堤街地铁站82口", "柳堤街地铁站B2口"),
            ("柳堤街地铁站8口", "柳堤街地铁站8口"),
            ("云上大厦(东()", "云上大厦(东门"),
            ("北站航站", "北站航站"),
            ("云上科技园1号楼·西北门", "云上科技园1号楼-西北门"),
            ("17号楼-西北n", "17号楼-西北门"),
            ("17号楼-西北0", "17号楼-西北门"),
            ("17号楼n", "17号楼n"),
            ("17号楼-西北", "17号楼-西北"),
            ("17号楼-西北7", "17号楼-西北7"),
            ("n", "n"),
        ] {
            assert_eq!(worded(read), expected);
        }
    }

    #[test]
    fn arrivals_are_met_at_a_gate() {
        for (read, expected) in [
            ("T3航站楼(国内到达10号)", None),
            ("T3航站楼(国内到达5号7)", Some("T3航站楼(国内到达5号门)")),
            ("T3航站楼(国内到达5号门)", None),
            ("T3航站楼(国内到达号)", None),
            ("云上花园(5号)", None),
        ] {
            assert_eq!(met(read).as_deref(), expected, "{read}");
        }
    }
}
