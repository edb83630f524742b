use invoice::tax_id::{self, Score};
use proptest::prelude::*;

/// An invented id with its right check character.
fn credit_code(first: &str) -> String {
    format!("{first}{}", tax_id::check_character(first).unwrap())
}

#[test]
fn check_characters() {
    // Worked by hand: 9×1 + 1×3 + 1×9 + 1×27 = 48, and 48 mod 31 = 17, so 31 − 17 = 14 = E.
    assert_eq!(tax_id::check_character("91110000000000000"), Some('E'));
    // A sum that 31 divides gives 0.
    assert_eq!(tax_id::check_character("00000000000000000"), Some('0'));
    for first in ["9111000000000000", "9111000000000000I", "9111000000000000O", "", "票"] {
        assert_eq!(tax_id::check_character(first), None, "{first}");
    }
}

#[test]
fn scores() {
    let right = credit_code("91330106MA0000017");
    for (id, score) in [
        (right.as_str(), Some(Score::Passes)),
        // The reference's example of a real id that fails: a score, not a rule.
        ("91350211M0000XUF46", Some(Score::Fails)),
        // A personal id of GB 11643: the standard's own example.
        ("11010519491231002X", Some(Score::Passes)),
        ("110105194912310021", Some(Score::Fails)),
        // Six digits of place and an organisation: 0×3 … 1×2 = 2, 11 − 2 = 9.
        ("330106000000019", Some(Score::Passes)),
        ("33010600000001X", Some(Score::Fails)),
        ("330106000000018", Some(Score::Unchecked)),
        ("33010600000001812345", Some(Score::Unchecked)),
        ("ABCDEFGHJKLMNPQRTU", None),
        ("123", None),
        ("", None),
        ("91330106MA0000017票", None),
    ] {
        assert_eq!(tax_id::score(id), score, "{id}");
    }
    assert_eq!(tax_id::parse(" 9133 0106 ma00 0001 7k ").as_deref(), Some("91330106MA0000017K"));
}

#[test]
fn misread_ids() {
    let right = credit_code("91330106MA0000017");
    assert_eq!(tax_id::repair(&right).as_deref(), Some(right.as_str()));
    // Letters that ids do not have, and letters where only digits stand.
    let letters = right.replacen("106", "IO6", 1).replacen("MA0000", "MAOOO0", 1);
    assert_eq!(tax_id::repair(&letters).as_deref(), Some(right.as_str()));
    for id in ["91330106MA000001", "91330106MA000001票", "9133K106MA00000177", ""] {
        assert_eq!(tax_id::repair(id), None, "{id}");
    }
}

proptest! {
    #[test]
    fn a_mended_id_always_passes(text in "[0-9A-Z]{18}") {
        if let Some(mended) = tax_id::repair(&text) {
            prop_assert_eq!(tax_id::score(&mended), Some(Score::Passes));
        }
    }

    #[test]
    fn one_wrong_character_is_noticed(first in "9[1-3][0-9]{6}[0-9A-HJ-NP-RTUWXY]{9}", at in 0_usize..17, other in "[0-9A-HJ-NP-RTUWXY]") {
        let id = credit_code(&first);
        let mut changed = id.clone().into_bytes();
        changed[at] = other.as_bytes()[0];
        let changed = String::from_utf8(changed).unwrap();
        prop_assert_eq!(tax_id::check_character(&changed[..17]) == id.chars().last(), changed == id);
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,30}") {
        let _ = (tax_id::parse(&text), tax_id::score(&text), tax_id::repair(&text));
    }
}
