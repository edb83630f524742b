use invoice::{amount, words};
use proptest::prelude::*;
use rust_decimal::Decimal;

#[test]
fn amounts_in_words() {
    for (words, amount) in [
        ("壹佰圆整", "100.00"),
        ("叁万叁仟肆佰叁拾捌圆叁角捌分", "33438.38"),
        ("柒拾肆元整", "74.00"),
        ("柒拾肆圆整", "74.00"),
        ("壹拾壹万肆仟伍佰陆拾柒元玖角整", "114567.90"),
        ("伍拾肆圆叁角整", "54.30"),
        ("伍拾肆圆叁角", "54.30"),
        ("⊗贰万圆整", "20000.00"),
        ("ⓧ 贰 万 圆 整", "20000.00"),
        ("人民币肆仟肆佰肆拾玖圆整", "4449.00"),
        ("（负数）伍佰圆整", "-500.00"),
        ("(负数)⊗伍佰圆整", "-500.00"),
        ("负伍佰圆整", "-500.00"),
        ("柒仟零壹拾捌圆捌角叁分", "7018.83"),
        ("壹拾万零伍佰元零伍分", "100500.05"),
        ("壹拾万伍佰元零伍分", "100500.05"),
        ("拾圆整", "10.00"),
        ("壹佰零拾圆整", "110.00"),
        ("伍角整", "0.50"),
        ("伍分", "0.05"),
        ("零圆整", "0.00"),
        ("零圆伍角整", "0.50"),
        ("壹亿圆整", "100000000.00"),
        ("壹亿零壹圆整", "100000001.00"),
        ("壹拾贰亿叁仟肆佰伍拾陆万柒仟捌佰玖拾圆整", "1234567890.00"),
        ("壹万亿圆整", "1000000000000.00"),
        ("壹萬貳仟參佰圓正", "12300.00"),
        ("弍拾两圆整", "22.00"),
        ("叄佰〇伍元正", "305.00"),
        ("壹佰整", "100.00"),
        ("一百二十元", "120.00"),
    ] {
        assert_eq!(words::parse(words).map(amount::plain).as_deref(), Some(amount), "{words}");
    }
}

#[test]
fn no_amounts_in_words() {
    for words in [
        "",
        "圆整",
        "整",
        "壹",
        "壹佰",
        "壹贰圆整",
        "佰圆整",
        "壹佰佰圆整",
        "壹拾佰圆整",
        "壹圆圆整",
        "壹圆整整",
        "壹圆整壹角",
        "壹角壹圆",
        "壹分壹角",
        "壹佰角",
        "万圆整",
        "亿圆整",
        "壹万万圆整",
        "壹佰圆整元",
        "壹佰圆伍",
        "100.00",
        "壹佰美圆整",
    ] {
        assert_eq!(words::parse(words), None, "{words}");
    }
    assert_eq!(words::parse(&"壹".repeat(100_000)), None);
}

#[test]
fn written_as_the_tax_platform_does() {
    for (amount, words) in [
        ("100", "壹佰圆整"),
        ("33438.38", "叁万叁仟肆佰叁拾捌圆叁角捌分"),
        ("54.30", "伍拾肆圆叁角整"),
        ("1.05", "壹圆零伍分"),
        ("0.05", "伍分"),
        ("0.50", "伍角整"),
        ("0", "零圆整"),
        ("-500", "（负数）伍佰圆整"),
        ("1000000", "壹佰万圆整"),
        ("100000001", "壹亿零壹圆整"),
        ("10010", "壹万零壹拾圆整"),
        ("1000000000000", "壹万亿圆整"),
        ("1000500000000", "壹万零伍亿圆整"),
    ] {
        assert_eq!(words::write(amount::parse(amount).unwrap()).as_deref(), Some(words), "{amount}");
    }
    assert_eq!(words::write(amount::parse("0.001").unwrap()), None);
    assert_eq!(words::write(Decimal::MAX), None);
}

#[test]
fn misread_words_are_mended_only_when_one_reading_is_possible() {
    for (seen, amount) in [
        ("壶佰圆整", Some("100.00")),
        ("式拾园整", Some("20.00")),
        ("叁任伍佰圆整", Some("3500.00")),
        ("任佰圆整", Some("500.00")),
        ("柒拾肆圆憨", Some("74.00")),
        ("（负数）壶佰圆整", Some("-100.00")),
        // 任 may be 伍 or 仟, but only one of them stands here.
        ("壹任圆整", Some("1000.00")),
        ("任拾任圆整", Some("55.00")),
        ("壹佰某圆整", None),
        ("圆整", None),
    ] {
        assert_eq!(words::repair::amount(seen).map(amount::plain).as_deref(), amount, "{seen}");
    }
    assert_eq!(words::repair::amount(&"任".repeat(60)), None);
}

proptest! {
    #[test]
    fn what_is_written_is_read(cents in 0_i64..1_000_000_000_000_000_000, negative: bool) {
        let mut amount = Decimal::new(cents, 2);
        amount.set_sign_negative(negative && cents > 0);
        let written = words::write(amount).unwrap();
        prop_assert_eq!(words::parse(&written), Some(amount), "{}", written);
        prop_assert_eq!(words::parse(&written.replace('圆', "元").replace('整', "正")), Some(amount));
    }

    #[test]
    fn small_amounts_too(cents in 0_i64..2_000_000) {
        let amount = Decimal::new(cents, 2);
        prop_assert_eq!(words::parse(&words::write(amount).unwrap()), Some(amount));
    }

    #[test]
    fn any_words_are_read_or_refused(text in "[零壹贰叁玖拾佰仟万亿圆角分整负任武x]{0,40}") {
        if let Some(amount) = words::parse(&text) {
            prop_assert_eq!(words::repair::amount(&text), Some(amount));
            if let Some(written) = words::write(amount) {
                prop_assert_eq!(words::parse(&written), Some(amount));
            }
        }
        let _ = words::repair::amount(&text);
    }
}
